"""What a menu's screen keeps between renders."""

from __future__ import annotations

from flowcord import Menu
from flowcord.menu.remembered import recall, remember, remembered


class Gallery(Menu):
    pass


def test_a_new_menu_remembers_nothing() -> None:
    assert recall(Gallery()) is None


def test_what_is_remembered_belongs_to_the_instance() -> None:
    menu, other = Gallery(), Gallery()
    remembered(menu).pages["pages"] = 2
    assert remembered(menu).pages == {"pages": 2}
    assert recall(other) is None
    remember(menu, None)
    assert recall(menu) is None


def test_a_copy_is_apart_from_what_it_was_made_of() -> None:
    menu = Gallery()
    kept = remembered(menu)
    kept.pages["pages"], kept.selections["choose"] = 2, ("a", "b")
    copied = kept.copy()
    kept.pages["pages"] = 0
    kept.selections.clear()
    assert (copied.pages, copied.selections) == ({"pages": 2}, {"choose": ("a", "b")})
