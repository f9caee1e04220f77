"""One-shots: what may be said of one render, and where."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import Access, Behavior, Button, DefinitionError, Menu, MenuContext, Screen, button
from flowcord.menu.behavior import UNSET, Policy
from flowcord.menu.one_shots import carried, check_one_shot, check_shared


@pytest.mark.case("S135")
@pytest.mark.parametrize(
    "wrong",
    [{"timeout": 5}, {"access": Access.everyone()}, {"clicks": "drop"}, {"lifetime": None}],
    ids=lambda each: next(iter(each)),
)
def test_a_one_shot_takes_only_what_is_about_one_render(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(DefinitionError, match=f"the component reveal sets {name} in its behavior"):

        class Wrong(Menu):
            def render(self) -> Screen:
                return Screen("x")

            @button("Reveal", behavior=Behavior(**wrong))
            async def reveal(self, ctx: MenuContext) -> None: ...

    with pytest.raises(DefinitionError, match=f"the component go sets {name} in its behavior"):
        Button("Go", action=lambda menu, ctx: None, key="go", behavior=Behavior(**wrong))


@pytest.mark.case("S135")
def test_a_one_shot_that_is_no_behavior_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"takes behavior=Behavior\(...\), not 'edit'"):
        check_one_shot("edit", "the component x")  # pyright: ignore[reportArgumentType]


def test_all_that_is_about_one_render_is_taken() -> None:
    check_one_shot(
        Behavior(
            ephemeral=True,
            cleanup="post_and_delete",
            ephemeral_fallback="replace",
            closed_message="Gone.",
            delete_user_messages=True,
        ),
        "the component x",
    )


@pytest.mark.case("S135")
def test_an_ephemeral_one_shot_in_a_menu_of_many_is_refused() -> None:
    private = [("reveal", Behavior(ephemeral=True))]
    check_shared("Shop", Policy(), private)
    check_shared(
        "Shop", Policy(access=Access.everyone()), [("other", Behavior(ephemeral=False)), ("x", None)]
    )
    with pytest.raises(DefinitionError, match=r"Shop: reveal would show the menu to one user alone"):
        check_shared("Shop", Policy(access=Access.everyone()), private)


def test_what_a_menu_that_is_left_says_goes_on_but_for_its_visibility() -> None:
    once = Behavior(ephemeral=True, closed_message="Gone.")
    assert carried(once, "post_and_strip", "edit") == Behavior(
        cleanup="post_and_strip", closed_message="Gone."
    )
    assert carried(None, "post_and_strip", "edit") == Behavior(cleanup="post_and_strip")
    assert carried(None, "edit", "edit") is None
    assert carried(Behavior(ephemeral=True), "edit", "edit").ephemeral is UNSET  # pyright: ignore
