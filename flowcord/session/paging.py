"""Paging: the buttons of the pages that are shown, and where those stand that turn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from flowcord.data.boundary import Note
from flowcord.data.session_data import counting
from flowcord.errors import ScreenLimitError
from flowcord.menu.menu import Menu
from flowcord.menu.page import LAYOUT_CAPACITY, Wanted, capacities, page_at
from flowcord.menu.paginate import ButtonPages, Paginated
from flowcord.menu.pagination import ListPages
from flowcord.session.reserved import Navigation, Placed, in_order, looks_of, navigation, reserved_row
from flowcord.session.rows import Rows
from flowcord.session.survey import Paged, Survey
from flowcord.wire.payload import Payload

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("add_footer", "arrange", "count_lists")

AnyMenu = Menu[Any, Any, Any]
Buttons = Sequence[discord.ui.Button[Any]]


async def count_lists(menu: AnyMenu, note: Note | None = None) -> None:
    """Before a render: ask how many entries each list has, and be on a page that there is.

    `note` is told what stored data was read for that.
    """
    with counting(note):
        for declaration in menu.shape.lists:
            await declaration.count(menu)


def add_footer(session: MenuSession, embeds: Sequence[Payload]) -> None:
    """Say in the last of these embeds which page of the menu's main list is shown."""
    lists = session.menu.shape.lists
    declaration = next((each for each in lists if each.paging.main), lists[0])
    pages: ListPages = getattr(session.menu, declaration.name)
    if not embeds or not declaration.footer or pages.total_pages == 1:
        return
    said = session.texts().page.format(page=pages.number, pages=pages.total_pages)
    footer: Payload = embeds[-1].get("footer", {})
    before = footer.get("text")
    # A new footer: the one in the payload is still the developer's embed's.
    embeds[-1]["footer"] = {**footer, "text": f"{before} • {said}" if before else said}


def arrange(session: MenuSession, rows: Rows, placed: set[str], *, layout: bool) -> None:
    """Complete what `render` placed: the menu's other items, the pages of buttons, the reserved row."""
    menu = session.menu
    if rows.gaps or menu.shape.lists:
        _Arrangement(session, rows, layout=layout).complete(placed)
    else:
        rows.decorate(menu, placed)
        rows.reserve(reserved_row(session))


class _Arrangement:
    """One screen that has pages, or places for what turns them."""

    def __init__(self, session: MenuSession, rows: Rows, *, layout: bool) -> None:
        self._session = session
        self._rows = rows
        self._layout = layout
        self._looks = looks_of(session)
        self._survey = Survey(session.menu, rows, layout=layout)

    def complete(self, placed: set[str]) -> None:
        """Fill every place, and add what has none."""
        survey, rows = self._survey, self._rows
        elsewhere = (gap.item.keys for gap in rows.gaps)
        rows.decorate(self._session.menu, placed.union(*elsewhere))
        sizes = self._sizes()
        main: Navigation = {}
        last: list[Sequence[Placed]] = []
        for each in survey.paged:
            shown = () if each.buttons is None else self._page(each.buttons, sizes[each.name])
            turning: Navigation = {}
            if sizes.get(each.name, 1) is not None:
                turning = self._turning(each)
            own: Sequence[Placed] = ()
            if each is survey.main:
                main = turning
            elif each.controls is not None:
                rows.fill(each.controls, placed=in_order(self._looks, turning))
            elif each.gap is not None and self._layout:
                own = in_order(self._looks, turning)
            else:
                last.append(in_order(self._looks, turning))
            if each.gap is not None:
                rows.fill(each.gap, shown, own, where=each.paging.where)
        for row in last:
            rows.reserve(row)
        reserved = reserved_row(self._session, main)
        if survey.reserved is None:
            rows.reserve(reserved)
        else:
            rows.fill(survey.reserved, placed=reserved)

    def _turning(self, paged: Paged) -> Navigation:
        """What turns these pages: in a row of its own always with the counter, which is all that tells."""
        counter = self._layout or paged is not self._survey.main or self._looks.counter_in_screens
        return navigation(self._looks, paged.paginator, paged.paging, counter=counter)

    def _sizes(self) -> dict[str, int | None]:
        """How many buttons each `paginate` shows on a page; `None` where all of them have room."""
        survey = self._survey
        buttons = {each.name: each.buttons for each in survey.paged if each.buttons is not None}
        if self._layout:
            return {name: _layout_size(item) for name, item in buttons.items()}
        lists = {each.name: self._turning(each) for each in survey.paged if each.buttons is None}
        main = None if survey.main is None else survey.main.name
        reserved = reserved_row(self._session, lists.pop(main, None) if main is not None else None)
        rows = len(self._rows.rows) - len(self._rows.gaps) + sum(map(bool, lists.values()))
        wanted = [Wanted(len(item), item.paging.per_page, name == main) for name, item in buttons.items()]
        return dict(zip(buttons, capacities(wanted, rows, reserved=bool(reserved)), strict=True))

    def _page(self, item: Paginated, size: int | None) -> Buttons:
        """The buttons of the page that is shown, where one has room for `size`."""
        pages = ButtonPages(self._session.menu, item.name)
        movable = len(item.movable)
        per_page = movable if size is None else size - item.fixed
        if per_page < 1 and movable:
            raise ScreenLimitError(
                [
                    f"{type(self._session.menu).__name__} → {item.paging.where}: a page has room for {size} "
                    f"buttons, and {item.fixed} fixed ones stand there: none is left for the others"
                ]
            )
        pages.count(page_at(0, movable, max(per_page, 1)).pages)
        page = page_at(pages.index, movable, max(per_page, 1))
        return item.page(page.start, page.end)


def _layout_size(item: Paginated) -> int | None:
    size = item.paging.per_page
    if size is None:
        return None if len(item) <= LAYOUT_CAPACITY else LAYOUT_CAPACITY
    return min(size, LAYOUT_CAPACITY)
