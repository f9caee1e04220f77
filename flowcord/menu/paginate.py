"""Buttons in pages, and where the buttons to turn them stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.components import Button
from flowcord.menu.pagination import Paginator, Paging
from flowcord.menu.placeholder import Placeholder
from flowcord.menu.remembered import recall, remembered

if TYPE_CHECKING:
    pass

__all__ = ("ButtonPages", "Controls", "Paginated", "ReservedRow", "controls", "paginate", "reserved_row")


class ButtonPages(Paginator):
    """The pages of a `paginate`, as `ctx.paginator(name)` and `on_page` give them."""

    __slots__ = ()

    @property
    def total_pages(self) -> int:
        kept = recall(self._menu)
        return 1 if kept is None else kept.totals.get(self.name, 1)

    def count(self, pages: int) -> None:
        """There are so many pages now: be on one of them."""
        if pages != self.total_pages:
            remembered(self._menu).totals[self.name] = pages
        self.clamp()


class Paginated(Placeholder):
    """Stands for the buttons of one page."""

    def __init__(self, buttons: tuple[discord.ui.Button[Any], ...], name: str, paging: Paging) -> None:
        super().__init__()
        self.name = name
        self.paging = paging
        self.start = tuple(each for each in buttons if _fixed(each) == "start")
        self.movable = tuple(each for each in buttons if _fixed(each) is None)
        self.end = tuple(each for each in buttons if _fixed(each) == "end")

    def __len__(self) -> int:
        """How many buttons there are."""
        return self.fixed + len(self.movable)

    @property
    def fixed(self) -> int:
        """How many of the buttons stand on every page."""
        return len(self.start) + len(self.end)

    def shown(self, is_visible: Callable[[discord.ui.Button[Any]], bool]) -> Paginated:
        """The same without the buttons that are hidden now."""
        buttons = (*self.start, *self.movable, *self.end)
        visible = tuple(each for each in buttons if is_visible(each))
        return self if visible == buttons else Paginated(visible, self.name, self.paging)

    @property
    def keys(self) -> set[str]:
        """The keys of all the buttons, whichever page they are on."""
        buttons = (*self.start, *self.movable, *self.end)
        return {each.press.key for each in buttons if isinstance(each, Button) and each.press is not None}

    def page(self, start: int, end: int) -> tuple[discord.ui.Button[Any], ...]:
        """The buttons of the page with these movable ones."""
        return (*self.start, *self.movable[start:end], *self.end)


class Controls(Placeholder):
    """Stands for previous, counter and next of one paginator."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class ReservedRow(Placeholder):
    """Stands for Back, Cancel and the buttons that turn the main pages."""


def paginate(
    *buttons: discord.ui.Button[Any],
    name: str = "buttons",
    per_page: int | None = None,
    stable: bool = True,
    labels: Mapping[str, str] | None = None,
    main: bool = False,
) -> discord.ui.Item[Any]:
    """Buttons in pages, in `Screen.components`, in a `Layout` or in a container of one.

    More buttons than there is room for, or a `per_page`, make pages: `per_page` buttons each, or as many as
    have room, which in a layout is 25. Those made with `fixed="start"` or `fixed="end"` stand on every page.

    - `name`: tells several of one screen apart; letters, digits and underscores.
    - `stable`: previous and next are always there, disabled where they do not apply; else they are hidden.
    - `labels`: of `"previous"`, `"next"` and `"counter"`, instead of those of `Texts`.
    - `main`: these are turned in the reserved row; else the menu's first list is, else the first `paginate`.
      Each other has a row of its own, where `controls(name)` stands.

    Raises `DefinitionError` for what is no button; the first render raises `ScreenLimitError` if no button
    has room beside the fixed ones.
    """
    for button in buttons:
        if not isinstance(button, discord.ui.Button):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"paginate takes buttons, not {button!r}: place it beside them")
    check_name("paginate", name)
    paging = Paging(f"paginate {name!r}", per_page, labels, stable=stable, main=main)
    return Paginated(buttons, name, paging)


def controls(name: str) -> discord.ui.Item[Any]:
    """Where the buttons stand that turn the pages of this `list_pages` or `paginate`.

    At the top level or in a container; they vanish if there is nothing to turn.
    """
    check_name("controls", name)
    return Controls(name)


def reserved_row() -> discord.ui.Item[Any]:
    """Where in a `Layout` the reserved buttons stand, at the top level or in a container; without it, last.

    It vanishes if there is none.
    """
    return ReservedRow()


def check_name(where: str, name: object) -> None:
    """Refuse a name that could not be an attribute's."""
    if not isinstance(name, str) or not name.isidentifier():
        raise DefinitionError(f"{where} takes a name of letters, digits and underscores, not {name!r}")


def _fixed(button: discord.ui.Button[Any]) -> str | None:
    return button.fixed if isinstance(button, Button) else None
