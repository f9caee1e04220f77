"""Paginators: whatever is turned, jumped to and counted, the page is one that there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from flowcord import Menu, list_pages
from flowcord.menu.paginate import ButtonPages
from flowcord.menu.remembered import recall


class Book(Menu):
    entries = 0
    pages = list_pages(total=lambda self: self.entries, per_page=7)
    other = list_pages(total=3, per_page=1)


steps = st.lists(
    st.tuples(st.sampled_from(["turn", "go_to"]), st.integers(-3, 9))
    | st.tuples(st.just("count"), st.integers(0, 60)),
    max_size=30,
)


@pytest.mark.case("S136", "S144")
@given(steps)
async def test_a_list_follows_a_model_of_it(taken: list[tuple[str, int]]) -> None:
    book, index, total = Book(), 0, 0
    await Book.other.count(book)
    for what, number in taken:
        pages = max(1, -(-total // 7))
        if what == "turn":
            possible = 0 <= min(index, pages - 1) + number < pages
            assert book.pages.turn(number) is possible
            index = min(index, pages - 1) + number if possible else index
        elif what == "go_to":
            book.pages.go_to(number)
            index = max(number - 1, 0)
        else:
            book.entries = total = number
            await Book.pages.count(book)
            index = min(index, max(1, -(-total // 7)) - 1)
        pages = max(1, -(-total // 7))
        shown = min(index, pages - 1)
        assert (book.pages.index, book.pages.number, book.pages.total_pages) == (shown, shown + 1, pages)
        assert (book.pages.start, book.pages.end) == (min(shown * 7, total), min(shown * 7 + 7, total))
        assert list(book.pages.slice(range(total))) == list(range(total))[shown * 7 :][:7]
        assert book.other.index == 0


@given(steps)
def test_buttons_follow_a_model_of_them(taken: list[tuple[str, int]]) -> None:
    book = Book()
    buttons: Any = ButtonPages(book, "buttons")
    for what, number in taken:
        if what == "count":
            buttons.count(number + 1)
            assert buttons.total_pages == number + 1
        else:
            getattr(buttons, what)(number)
        assert 0 <= buttons.index < buttons.total_pages
        assert ButtonPages(book, "buttons").index == buttons.index


def test_what_was_never_turned_is_not_remembered() -> None:
    book = Book()
    pages = ButtonPages(book, "buttons")
    pages.count(1)
    assert not pages.turn(1)
    pages.go_to(1)
    assert recall(book) is None
    assert repr(book.pages) == "<ListPages pages: page 1 of 1>"


def test_each_menu_has_pages_of_its_own_under_the_name_of_the_attribute() -> None:
    book, second = Book(), Book()
    assert book.pages is book.pages
    assert book.pages is not second.pages
    assert (book.pages.name, book.other.name) == ("pages", "other")
    assert [each.name for each in Book.shape.lists] == ["pages", "other"]


def test_a_subclass_may_leave_a_list_out_or_replace_it() -> None:
    class Short(Book):
        other: Any = None
        pages = list_pages(total=1, per_page=2)

    assert [each.name for each in Short.shape.lists] == ["pages"]
    assert Short().pages.per_page == 2
