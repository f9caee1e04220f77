"""Pages: how many there are, what stands on one, and how many buttons have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ("LAYOUT_CAPACITY", "ROW", "SCREEN_ROWS", "Page", "Wanted", "capacities", "page_at")

#: Buttons in a row, and rows in a message without a layout (Discord).
ROW, SCREEN_ROWS = 5, 5
#: Buttons on a page in a layout: as many as a message of the other kind has.
LAYOUT_CAPACITY = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `pages`: the entries from `start` (inclusive) to `end` (exclusive). There is always one."""

    index: int
    pages: int
    start: int
    end: int


def page_at(index: int, total: int, per_page: int) -> Page:
    """The page of this 0-based index of `total` entries; the nearest there is, if there is no such page."""
    pages = max(1, -(-total // per_page))
    index = min(max(index, 0), pages - 1)
    start = index * per_page
    return Page(index, pages, start, min(start + per_page, total))


class Wanted(NamedTuple):
    """What one paginator of buttons asks for.

    `per_page` buttons on a page, if it says so; `reserved`, if the reserved row holds its navigation.
    """

    buttons: int
    per_page: int | None = None
    reserved: bool = False


def capacities(wanted: Sequence[Wanted], rows: int, *, reserved: bool) -> list[int | None]:
    """Buttons on a page of each of these in a screen, fixed ones included; `None` where one page is enough.

    `rows` are all others but the reserved row, which stands there anyway if `reserved`. The row that holds
    the navigation is counted too. 0 where nothing has room.
    """
    sized = {index: each for index, each in enumerate(wanted) if each.per_page is not None}
    free = SCREEN_ROWS - rows - sum(not each.reserved for each in sized.values())
    if reserved or any(each.reserved for each in sized.values()):
        free, reserved = free - 1, True
    # Full pages count, whichever is shown: what has room must not depend on where somebody is.
    full = {index: _rows(each) for index, each in sized.items()}
    given: list[int | None] = [None] * len(wanted)
    for index, each in sized.items():
        others = sum(full.values()) - full[index] + len(wanted) - len(sized)
        given[index] = size = min(each.per_page or 0, ROW * max(0, free - others))
        full[index] = _rows(each._replace(per_page=size))
    free -= sum(full.values())
    for index, each in enumerate(wanted):
        if index not in sized and each.buttons > ROW * max(0, free):
            given[index] = ROW * max(0, free if each.reserved and reserved else free - 1)
    return given


def _rows(wanted: Wanted) -> int:
    return -(-min(wanted.buttons, wanted.per_page or 0) // ROW)
