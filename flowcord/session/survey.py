"""Survey: what of a screen has pages, and the places that were given to what turns them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flowcord.errors import DefinitionError
from flowcord.menu.menu import Menu
from flowcord.menu.paginate import ButtonPages, Controls, Paginated, ReservedRow
from flowcord.menu.pagination import Paginator, Paging
from flowcord.session.rows import Gap, Rows

__all__ = ("Paged", "Survey", "find_paginator")

AnyMenu = Menu[Any, Any, Any]


def find_paginator(menu: AnyMenu, name: str) -> Paginator:
    """The pages of the menu's list of this name, else those of its buttons of this name."""
    is_list = any(each.name == name for each in menu.shape.lists)
    return getattr(menu, name) if is_list else ButtonPages(menu, name)


@dataclass(frozen=True, slots=True)
class Paged:
    """Something with pages: a list, or the buttons of a `paginate` and where they stand."""

    paginator: Paginator
    paging: Paging
    buttons: Paginated | None = None
    gap: Gap | None = None
    #: Where what turns the pages stands, if `render` says so.
    controls: Gap | None = None

    @property
    def name(self) -> str:
        return self.paginator.name


class Survey:
    """Of one screen: what has pages, in order, which of it is turned in the reserved row, and its place.

    Raises `DefinitionError` for what contradicts itself.
    """

    def __init__(self, menu: AnyMenu, rows: Rows, *, layout: bool) -> None:
        self._menu = menu
        self._layout = layout
        gaps = tuple(rows.gaps)
        self._controls = {gap.item.name: gap for gap in gaps if isinstance(gap.item, Controls)}
        self.paged = (*self._lists(), *self._buttons(rows, gaps))
        #: Where the reserved row stands; `None` for last.
        self.reserved = next((gap for gap in gaps if isinstance(gap.item, ReservedRow)), None)
        self._check(gaps)
        marked = [each for each in self.paged if each.paging.main]
        main = (*marked, *self.paged)[:1]
        #: What is turned in the reserved row.
        self.main = main[0] if main and main[0].controls is None else None

    def _lists(self) -> Iterator[Paged]:
        for each in self._menu.shape.lists:
            yield Paged(getattr(self._menu, each.name), each.paging, controls=self._controls.get(each.name))

    def _buttons(self, rows: Rows, gaps: Sequence[Gap]) -> Iterator[Paged]:
        for gap in gaps:
            if isinstance(gap.item, Paginated):
                item = gap.item.shown(rows.is_visible)
                pages = ButtonPages(self._menu, item.name)
                yield Paged(pages, item.paging, item, gap, self._controls.get(item.name))

    def _check(self, gaps: Sequence[Gap]) -> None:
        names = [each.name for each in self.paged]
        placed = [gap.item.name for gap in gaps if isinstance(gap.item, Controls)]
        rows = sum(isinstance(gap.item, ReservedRow) for gap in gaps)
        open_ended = [
            each for each in self.paged if each.buttons is not None and each.paging.per_page is None
        ]
        if twice := _twice(names):
            raise self._wrong(f"two paginators are named {twice!r}: give one of them another name")
        if twice := _twice(placed):
            raise self._wrong(f"controls({twice!r}) stands in this screen twice")
        for name in placed:
            if name not in names:
                known = ", ".join(names) or "nothing with pages"
                raise self._wrong(f"controls({name!r}) turns no pages of this screen, which has {known}")
        if rows > 1:
            raise self._wrong("reserved_row() stands in this layout twice")
        if rows and not self._layout:
            raise self._wrong("reserved_row() is for a Layout: the reserved row of a Screen is its last")
        if len(open_ended) > 1 and not self._layout:
            raise self._wrong(
                "only one paginate of a Screen takes what room there is: give the others per_page="
            )
        if sum(each.paging.main for each in self.paged) > 1:
            raise self._wrong("the reserved row turns the pages of one paginator, and two have main=True")

    def _wrong(self, problem: str) -> DefinitionError:
        return DefinitionError(f"{type(self._menu).__name__}: {problem}")


def _twice(names: Sequence[str]) -> str | None:
    return next((name for name in names if names.count(name) > 1), None)
