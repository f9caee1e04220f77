"""Paginators: the pages of a list, and what all that can be paged has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from flowcord.errors import DefinitionError
from flowcord.menu.actions import call
from flowcord.menu.calling import check_takes
from flowcord.menu.page import Page, page_at
from flowcord.menu.remembered import recall, remembered
from flowcord.menu.texts import check_text

if TYPE_CHECKING:
    from flowcord.menu.menu import Menu

__all__ = ("ListDeclaration", "ListPages", "Paginator", "Paging", "list_pages")

AnyMenu = "Menu[Any, Any, Any]"
EntryT = TypeVar("EntryT")
#: How many entries there are: a number, or a function or coroutine function of the menu that gives one.
Total = int | Callable[[Any], int] | Callable[[Any], Awaitable[int]]
_LABELLED = ("previous", "counter", "next")


class Paginator:
    """Something with pages, and which of them one menu instance shows."""

    __slots__ = ("_menu", "name")

    def __init__(self, menu: Menu[Any, Any, Any], name: str) -> None:
        self._menu = menu
        #: The attribute of the list, or the name of the buttons.
        self.name = name

    @property
    def total_pages(self) -> int:
        """How many pages there are, at least 1: as of the last render, which counts before it begins."""
        raise NotImplementedError

    @property
    def index(self) -> int:
        """The page that is shown, from 0 on."""
        kept = recall(self._menu)
        return 0 if kept is None else min(kept.pages.get(self.name, 0), self.total_pages - 1)

    @property
    def number(self) -> int:
        """The page that is shown, from 1 on, as users count."""
        return self.index + 1

    def go_to(self, number: int) -> None:
        """Show this page, counted from 1, with the next render; the nearest there is then."""
        if isinstance(number, bool) or not isinstance(number, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"go_to takes the number of a page, from 1 on, not {number!r}")
        self._turn_to(max(number, 1) - 1)

    def turn(self, step: int) -> bool:
        """Turn by so many pages; whether there was one to turn to."""
        index = self.index + step
        if not 0 <= index < self.total_pages:
            return False
        self._turn_to(index)
        return True

    def clamp(self) -> None:
        """Be on a page that there is."""
        kept = recall(self._menu)
        if kept is not None and kept.pages.get(self.name, 0) >= self.total_pages:
            self._turn_to(self.total_pages - 1)

    def _turn_to(self, index: int) -> None:
        if index or recall(self._menu) is not None:  # the first page need not be remembered
            remembered(self._menu).pages[self.name] = index

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: page {self.number} of {self.total_pages}>"


class ListPages(Paginator):
    """The pages of a list, read as the attribute that declares them: `self.pages.slice(self.recipes)`."""

    __slots__ = ("per_page", "total")

    def __init__(self, menu: Menu[Any, Any, Any], name: str, per_page: int) -> None:
        super().__init__(menu, name)
        #: Entries on a page.
        self.per_page = per_page
        #: Entries in all, as counted before the last render.
        self.total = 0

    @property
    def _page(self) -> Page:
        kept = recall(self._menu)
        return page_at(0 if kept is None else kept.pages.get(self.name, 0), self.total, self.per_page)

    @property
    def total_pages(self) -> int:
        return self._page.pages

    @property
    def index(self) -> int:
        return self._page.index

    @property
    def start(self) -> int:
        """The index of the first entry on the page."""
        return self._page.start

    @property
    def end(self) -> int:
        """The index after the last entry on the page; never beyond the total."""
        return self._page.end

    def slice(self, entries: Sequence[EntryT]) -> Sequence[EntryT]:
        """What of all the entries stands on the page."""
        page = self._page
        return entries[page.start : page.end]


class Paging:
    """How something is paged, whatever it is; checked when it is declared."""

    __slots__ = ("labels", "main", "per_page", "stable", "where")

    def __init__(
        self, where: str, per_page: int | None, labels: Mapping[str, str] | None, *, stable: bool, main: bool
    ) -> None:
        if per_page is not None and not (type(per_page) is int and per_page > 0):
            raise DefinitionError(f"{where} takes a per_page of 1 or more, not {per_page!r}")
        for key, label in (labels or {}).items():
            if key not in _LABELLED:
                raise DefinitionError(f"{where} takes labels for {', '.join(_LABELLED)}, not for {key!r}")
            check_text(key, label, f"the label {key!r} of {where}")
        self.where = where
        self.per_page = per_page
        self.labels = dict(labels or {})
        self.stable = stable
        self.main = main


class ListDeclaration:
    """A list that is shown in pages. On an instance of the menu it is a `ListPages`."""

    def __init__(self, total: Total, per_page: int, paging: Paging, *, footer: bool) -> None:
        self.total = total
        self.per_page = per_page
        self.paging = paging
        self.footer = footer
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    @overload
    def __get__(self, menu: None, owner: type) -> ListDeclaration: ...
    @overload
    def __get__(self, menu: object, owner: type | None = None) -> ListPages: ...
    def __get__(self, menu: object, owner: type | None = None) -> ListDeclaration | ListPages:
        if menu is None:
            return self
        bound = ListPages(cast("Menu[Any, Any, Any]", menu), self.name, self.per_page)
        vars(menu)[self.name] = bound  # from now on the attribute is found there
        return bound

    async def count(self, menu: Menu[Any, Any, Any]) -> None:
        """Ask how many entries there are, and be on a page that there is."""
        pages: ListPages = getattr(menu, self.name)
        total = self.total if isinstance(self.total, int) else await call(self.total, menu)
        if type(total) is not int or total < 0:
            raise TypeError(
                f"{type(menu).__name__}.{self.name}: total is a number of entries, 0 or more, not {total!r}"
            )
        pages.total = total
        pages.clamp()


def list_pages(
    *,
    total: Total,
    per_page: int = 50,
    stable: bool = True,
    footer: bool = True,
    labels: Mapping[str, str] | None = None,
    main: bool = False,
) -> ListDeclaration:
    """Show a list in pages: `pages = list_pages(total=lambda self: len(self.recipes))` in the menu class.

    `render` shows `self.pages.slice(self.recipes)`; the buttons to turn the pages stand in the reserved row.

    - `total`: how many entries there are; a number, or a function or coroutine function of the menu, asked
      before every render.
    - `per_page`: entries on a page.
    - `stable`: previous and next are always there, disabled where they do not apply; else they are hidden.
    - `footer`: in a `Screen` of more than one page, `Page 2 of 3` stands in the footer of the last embed.
    - `labels`: of `"previous"`, `"next"` and `"counter"`, instead of those of `Texts`.
    - `main`: these are in the reserved row; else it is the menu's first list, and each other has a row of
      its own, where `controls(name)` stands.

    Raises `DefinitionError` for what is no total, and for `per_page` below 1.
    """
    if not callable(total) and (type(total) is not int or total < 0):
        raise DefinitionError(
            f"list_pages takes a total that is a number, or a function of the menu, not {total!r}"
        )
    if callable(total):
        check_takes("the total of list_pages", total, "menu")
    if per_page is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise DefinitionError("list_pages takes a per_page of 1 or more, not None")
    paging = Paging("list_pages", per_page, labels, stable=stable, main=main)
    return ListDeclaration(total, per_page, paging, footer=footer)
