"""Pages by arithmetic: every entry on one page, every button where there is room."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, strategies as st

from flowcord.menu.page import ROW, SCREEN_ROWS, Page, Wanted, capacities, page_at

totals = st.integers(0, 500)
sizes = st.integers(1, 60)


@pytest.mark.case("S136")
def test_twenty_five_entries_at_ten_are_three_pages() -> None:
    assert [page_at(index, 25, 10) for index in range(3)] == [
        Page(0, 3, 0, 10),
        Page(1, 3, 10, 20),
        Page(2, 3, 20, 25),
    ]
    assert page_at(0, 0, 10) == Page(0, 1, 0, 0)


@given(totals, sizes)
def test_every_entry_stands_on_one_page_and_no_page_is_empty(total: int, per_page: int) -> None:
    pages = page_at(0, total, per_page).pages
    shown = [page_at(index, total, per_page) for index in range(pages)]
    assert [entry for page in shown for entry in range(page.start, page.end)] == list(range(total))
    assert pages == 1 or all(page.start < page.end for page in shown)
    assert all(page.end - page.start <= per_page for page in shown)


@pytest.mark.case("S144")
@given(st.integers(-9, 900), totals, sizes)
def test_there_is_always_a_page_and_it_is_the_nearest(index: int, total: int, per_page: int) -> None:
    page = page_at(index, total, per_page)
    assert 0 <= page.index < page.pages
    assert 0 <= page.start <= page.end <= total
    assert page.index == index or page.index in (0, page.pages - 1)


@pytest.mark.case("S140")
@pytest.mark.parametrize(
    ("buttons", "rows", "reserved", "per_page"),
    [
        (25, 0, False, None),
        (26, 0, False, 20),
        (20, 0, True, None),
        (21, 0, True, 20),
        (20, 1, False, None),
        (21, 1, False, 15),
        (0, 5, True, None),
        (1, 5, False, 0),
    ],
)
def test_buttons_without_a_page_size_take_what_room_there_is(
    buttons: int, rows: int, reserved: bool, per_page: int | None
) -> None:
    assert capacities([Wanted(buttons, reserved=True)], rows, reserved=reserved) == [per_page]


def test_others_pages_have_a_row_of_their_own_to_be_turned() -> None:
    assert capacities([Wanted(21)], 0, reserved=True) == [15]
    assert capacities([Wanted(9, 4, reserved=True), Wanted(12)], 0, reserved=False) == [4, None]
    assert capacities([Wanted(9, 4, reserved=True), Wanted(16)], 0, reserved=False) == [4, 10]
    assert capacities([Wanted(9, 4), Wanted(9, 4, reserved=True)], 0, reserved=False) == [4, 4]
    assert capacities([Wanted(60, 30, reserved=True), Wanted(2)], 0, reserved=True) == [15, None]


@st.composite
def screens(draw: st.DrawFn) -> tuple[list[Wanted], int, bool]:
    """Screens of several paginators, of which one may leave the size of its pages open."""
    sized = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=3))
    wanted = [Wanted(buttons, per_page) for buttons, per_page in sized]
    if draw(st.booleans()):
        wanted.insert(draw(st.integers(0, len(wanted))), Wanted(draw(st.integers(0, 60))))
    if wanted and draw(st.booleans()):
        main = draw(st.integers(0, len(wanted) - 1))
        wanted[main] = wanted[main]._replace(reserved=True)
    return wanted, draw(st.integers(0, 4)), draw(st.booleans())


@given(screens())
def test_what_is_given_fits_the_screen_and_nothing_is_wasted(screen: tuple[list[Wanted], int, bool]) -> None:
    wanted, rows, reserved = screen
    sizes = capacities(wanted, rows, reserved=reserved)
    assume(0 not in sizes)
    paged = [each for each, size in zip(wanted, sizes, strict=True) if size is not None]
    taken = rows + (reserved or any(each.reserved for each in paged))
    taken += sum(not each.reserved for each in paged)
    for each, size in zip(wanted, sizes, strict=True):
        shown = each.buttons if size is None else min(each.buttons, size)
        taken += -(-shown // ROW)
    assert not wanted or taken <= SCREEN_ROWS
    for each, size in zip(wanted, sizes, strict=True):
        if each.per_page is not None:
            assert size is not None
            assert size <= each.per_page
        elif size is not None:
            assert each.buttons > size
            assert taken == SCREEN_ROWS
