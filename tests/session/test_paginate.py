"""Buttons in pages: as many as have room, each `paginate` for itself, turned where it says."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import discord
import pytest

from flowcord import (
    Button,
    DefinitionError,
    Fallback,
    Flow,
    Layout,
    Menu,
    MenuContext,
    MenuSession,
    Paginator,
    Screen,
    ScreenLimitError,
    Select,
    button,
    controls,
    list_pages,
    paginate,
    reserved_row,
)
from tests.bed import Bed, opened

ui = discord.ui
NAMES = [*string.ascii_uppercase, *(f"{each}2" for each in string.ascii_uppercase)]


class Shelf(Menu):
    """A menu that shows what a test wants."""

    def build(self) -> Screen | Layout:
        raise NotImplementedError

    def render(self) -> Any:
        return self.build()

    async def take(self, ctx: MenuContext, name: str) -> None:
        taken.append(name)

    def made(self, count: int, prefix: str = "") -> list[Button]:
        return [Button(prefix + name, action=self.take, args=(prefix + name,)) for name in NAMES[:count]]


taken: list[str] = []


def shelf(build: Callable[[Any], Screen | Layout], base: Any = Shelf, **attributes: Any) -> Any:
    return type("Shelf", (base,), {"build": build, **attributes})


def labels(bed: Bed, session: MenuSession) -> list[Any]:
    """The rows, each by its labels; full rows of single letters in short."""
    return [
        "".join(row) if all(len(each) == 1 and each in NAMES for each in row) else row
        for row in bed.shown(session).outline
    ]


async def turned(bed: Bed, session: MenuSession, label: str = "▶") -> list[Any]:
    await bed.click(session, label)
    return labels(bed, session)


async def failure_of(menu: Any) -> BaseException:
    """What opening this menu fails with."""
    async with opened(menu) as bed:
        await bed.open(menu)
        (error,) = bed.incidents()
        return error


@pytest.mark.case("S140")
async def test_twenty_five_buttons_are_one_page_and_one_more_makes_two() -> None:
    full = shelf(lambda self: Screen("x", components=[paginate(*self.made(25))]))
    more = shelf(lambda self: Screen("x", components=[paginate(*self.made(26))]), name="more")
    async with opened(full, more) as bed:
        session = await bed.open(full)
        assert labels(bed, session) == ["ABCDE", "FGHIJ", "KLMNO", "PQRST", "UVWXY"]
        session = await bed.open(more)
        assert labels(bed, session) == ["ABCDE", "FGHIJ", "KLMNO", "PQRST", ["◀", "▶"]]
        assert await turned(bed, session) == ["UVWXY", "Z", ["◀", "▶"]]


@pytest.mark.case("S140")
async def test_with_cancel_its_row_holds_what_turns_the_pages() -> None:
    menu = shelf(lambda self: Screen("x", components=[paginate(*self.made(21))]), cancellable=True)
    fits = shelf(
        lambda self: Screen("x", components=[paginate(*self.made(20))]), cancellable=True, name="fits"
    )
    async with opened(menu, fits) as bed:
        session = await bed.open(menu)
        assert labels(bed, session)[3:] == ["PQRST", ["◀", "▶", "Cancel"]]
        assert await turned(bed, session) == ["U", ["◀", "▶", "Cancel"]]
        assert labels(bed, await bed.open(fits))[3:] == ["PQRST", ["Cancel"]]


@pytest.mark.case("S140")
async def test_a_select_takes_a_row_from_them() -> None:
    def build(self: Any) -> Screen:
        options = [discord.SelectOption(label="one")]
        chosen = Select(action=self.take, placeholder="choose", options=options)
        return Screen("x", components=[chosen, paginate(*self.made(21))])

    menu = shelf(build)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert labels(bed, session) == [["choose"], "ABCDE", "FGHIJ", "KLMNO", ["◀", "▶"]]
        assert await turned(bed, session) == [["choose"], "PQRST", "U", ["◀", "▶"]]


@pytest.mark.case("S140")
async def test_bare_buttons_that_have_no_room_are_refused_and_told_of_paginate() -> None:
    error = await failure_of(shelf(lambda self: Screen("x", components=self.made(26))))
    assert isinstance(error, ScreenLimitError)
    assert "paginate" in str(error)


@pytest.mark.case("S141")
async def test_fixed_buttons_stand_on_every_page() -> None:
    def build(self: Any) -> Screen:
        first = Button("first", action=self.take, args=("first",), fixed="start")
        last = Button("last", action=self.take, args=("last",), fixed="end")
        return Screen("x", components=[paginate(last, *self.made(7), first, per_page=4)])

    menu = shelf(build)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        pages = [bed.shown(session).outline[0]]
        for _ in range(3):
            pages.append((await turned(bed, session))[0])
        assert pages == [
            ["first", "A", "B", "last"],
            ["first", "C", "D", "last"],
            ["first", "E", "F", "last"],
            ["first", "G", "last"],
        ]
        taken.clear()
        await bed.click(session, "G")
        await bed.click(session, "last")
        assert taken == ["G", "last"]


@pytest.mark.case("S141")
async def test_fixed_buttons_that_leave_no_room_are_refused() -> None:
    def build(self: Any) -> Screen:
        fixed = [Button(str(n), action=self.take, args=(str(n),), fixed="end") for n in range(4)]
        return Screen("x", components=[paginate(*fixed, *self.made(1), per_page=4)])

    error = await failure_of(shelf(build))
    assert isinstance(error, ScreenLimitError)
    assert error.violations == (
        "Shelf → paginate 'buttons': a page has room for 4 buttons, and 4 fixed ones stand there: "
        "none is left for the others",
    )


async def test_pages_without_room_for_a_button_are_refused() -> None:
    def build(self: Any) -> Screen:
        rows = [ui.ActionRow(each) for each in self.made(4, prefix="row ")]
        return Screen("x", components=[*rows, paginate(*self.made(6))])

    error = await failure_of(shelf(build))
    assert isinstance(error, ScreenLimitError)
    assert "a page has room for 0 buttons" in str(error)


class Reserved(Shelf):
    cancellable = True
    fallback = Fallback("home")


class Home(Menu):
    def render(self) -> Screen:
        return Screen("home")


@pytest.mark.case("S142")
async def test_the_reserved_row_stands_where_it_is_placed_else_last() -> None:
    text = ui.TextDisplay("x")
    tops = Reserved, lambda self: Layout(reserved_row(), text)
    inside = Reserved, lambda self: Layout(ui.Container(reserved_row(), text), ui.TextDisplay("y"))
    without = Reserved, lambda self: Layout(text)
    nothing = Shelf, lambda self: Layout(text, reserved_row(), ui.Container(paginate()))
    expected = [
        [["Back", "Cancel"], "x"],
        [[["Back", "Cancel"], "x"], "y"],
        ["x", ["Back", "Cancel"]],
        ["x"],
    ]
    for (base, build), outline in zip((tops, inside, without, nothing), expected, strict=True):
        menu = shelf(build, base)
        flow = type("Placing", (Flow,), {"menus": (menu, Home)})
        async with opened(flow) as bed:
            session = await bed.open(flow)
            assert bed.shown(session).outline == outline
            if base is Reserved:
                await bed.click(session, "Back")
                assert bed.shown(await bed.open(flow)).outline == outline


@pytest.mark.case("S142")
async def test_the_reserved_row_stands_in_one_place_of_a_layout() -> None:
    twice = shelf(lambda self: Layout(reserved_row(), ui.Container(reserved_row())))
    error = await failure_of(twice)
    assert isinstance(error, DefinitionError)
    assert str(error) == "Shelf: reserved_row() stands in this layout twice"
    error = await failure_of(shelf(lambda self: Screen("x", components=[reserved_row()])))
    assert "reserved_row() is for a Layout" in str(error)


class Planets(Shelf):
    def render(self) -> Layout:
        return Layout(
            paginate(*self.made(9), per_page=4),
            ui.TextDisplay("x"),
            ui.Container(paginate(*self.made(6, prefix="b"), name="more", per_page=5), ui.TextDisplay("y")),
        )


@pytest.mark.case("S143")
async def test_several_in_a_layout_page_apart_each_with_a_row_of_its_own() -> None:
    async with opened(Planets) as bed:
        session = await bed.open(Planets)
        second = [["bA", "bB", "bC", "bD", "bE"], ["◀", "1 of 2", "▶"], "y"]
        assert bed.shown(session).outline == [list("ABCD"), "x", second, ["◀", "1 of 3", "▶"]]
        ids = [row[-1]["custom_id"] for row in bed.shown(session).rows if row[-1]["label"] == "▶"]
        bed.press_id(ids[0], session.stage.message_id or 0)
        await bed.settle()
        second = [["bF"], ["◀", "2 of 2", "▶"], "y"]
        assert bed.shown(session).outline == [list("ABCD"), "x", second, ["◀", "1 of 3", "▶"]]
        bed.press_id(ids[1], session.stage.message_id or 0)
        await bed.settle()
        assert bed.shown(session).outline == [list("EFGH"), "x", second, ["◀", "2 of 3", "▶"]]


async def test_a_layout_shows_twenty_five_on_a_page() -> None:
    menu = shelf(lambda self: Layout(paginate(*self.made(26))))
    full = shelf(lambda self: Layout(paginate(*self.made(25))), name="full")
    async with opened(menu, full) as bed:
        session = await bed.open(menu)
        assert labels(bed, session) == ["ABCDE", "FGHIJ", "KLMNO", "PQRST", "UVWXY", ["◀", "1 of 2", "▶"]]
        assert await turned(bed, session) == ["Z", ["◀", "2 of 2", "▶"]]
        assert labels(bed, await bed.open(full))[4:] == ["UVWXY"]


async def test_main_says_which_is_turned_in_the_reserved_row() -> None:
    def build(self: Any) -> Layout:
        return Layout(
            paginate(*self.made(3), per_page=2),
            ui.TextDisplay("x"),
            paginate(*self.made(4, prefix="b"), name="b", per_page=2, main=True),
        )

    menu = shelf(build, cancellable=True)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert bed.shown(session).outline == [
            ["A", "B"],
            ["◀", "1 of 2", "▶"],
            "x",
            ["bA", "bB"],
            ["◀", "1 of 2", "▶", "Cancel"],
        ]
        assert [row[-2]["custom_id"] for row in bed.shown(session).rows if len(row) == 4]


async def test_controls_say_where_the_pages_are_turned() -> None:
    def build(self: Any) -> Layout:
        shown = paginate(*self.made(3), per_page=2)
        return Layout(shown, ui.TextDisplay("x"), ui.Container(ui.TextDisplay("y"), controls("buttons")))

    menu = shelf(build, cancellable=True)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert bed.shown(session).outline == [
            ["A", "B"],
            "x",
            ["y", ["◀", "1 of 2", "▶"]],
            ["Cancel"],
        ]


@pytest.mark.case("S145")
async def test_list_and_buttons_in_one_screen_have_two_rows_and_page_apart() -> None:
    def build(self: Any) -> Screen:
        embed = discord.Embed(title="x")
        return Screen(f"list {self.pages.number}", embed=embed, components=[paginate(*self.made(26))])

    menu = shelf(build, pages=list_pages(total=30, per_page=10))
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert labels(bed, session) == ["ABCDE", "FGHIJ", "KLMNO", ["◀", "1 of 2", "▶"], ["◀", "▶"]]
        rows = bed.shown(session).rows
        for each in (rows[4], rows[3]):
            bed.press_id(each[-1]["custom_id"], session.stage.message_id or 0)
            await bed.settle()
        assert bed.shown(session).content == "list 2"
        assert bed.shown(session).embeds[0]["footer"] == {"text": "Page 2 of 3"}
        assert labels(bed, session) == ["PQRST", "UVWXY", "Z", ["◀", "2 of 2", "▶"], ["◀", "▶"]]


async def test_what_render_places_around_them_keeps_its_order() -> None:
    def build(self: Any) -> Screen:
        before, after = self.made(2, prefix="x")
        pages = paginate(*self.made(3), per_page=2)
        return Screen("x", components=[before, pages, controls("buttons"), after])

    class Decorated(Shelf):
        @button("Done")
        async def done(self, ctx: MenuContext) -> None: ...

    menu = shelf(build, Decorated)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert bed.shown(session).outline == [["xA"], ["A", "B"], ["◀", "1 of 2", "▶"], ["xB", "Done"]]


@pytest.mark.case("S88")
async def test_a_decorated_button_in_pages_stands_there_only_whichever_page_is_shown() -> None:
    class Decorated(Shelf):
        def build(self) -> Screen:
            return Screen("x", components=[paginate(*self.made(2), self.done, per_page=2)])

        @button("Done")
        async def done(self, ctx: MenuContext) -> None:
            taken.append("done")

        @button("Other")
        async def other(self, ctx: MenuContext) -> None: ...

    async with opened(Decorated) as bed:
        session = await bed.open(Decorated)
        assert bed.shown(session).outline == [["A", "B"], ["Other"], ["◀", "▶"]]
        assert (await turned(bed, session))[0] == ["Done"]
        taken.clear()
        await bed.click(session, "Done")
        assert taken == ["done"]


async def test_a_hidden_button_takes_no_room() -> None:
    def build(self: Any) -> Screen:
        hidden = [Button(str(n), action=self.take, args=(str(n),), visible=False) for n in range(9)]
        return Screen("x", components=[paginate(*hidden[:5], *self.made(25), *hidden[5:])])

    menu = shelf(build)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert labels(bed, session) == ["ABCDE", "FGHIJ", "KLMNO", "PQRST", "UVWXY"]


async def test_a_link_may_stand_among_them() -> None:
    link: ui.Button[Any] = ui.Button(label="link", url="https://x.y")
    menu = shelf(lambda self: Screen("x", components=[paginate(link, *self.made(2), per_page=2)]))
    async with opened(menu) as bed:
        session = await bed.open(menu)
        assert bed.shown(session).outline == [["link", "A"], ["◀", "▶"]]


async def test_buttons_that_grow_fewer_are_on_a_page_that_there_is() -> None:
    class Shrinking(Shelf):
        count = 9

        def build(self) -> Layout:
            return Layout(paginate(*self.made(self.count), self.shrink, per_page=4))

        @button("Shrink", fixed="start")
        async def shrink(self, ctx: MenuContext) -> None:
            self.count = 2

    async with opened(Shrinking) as bed:
        session = await bed.open(Shrinking)
        await bed.click(session, "▶")
        assert (await turned(bed, session))[0] == ["Shrink", "G", "H", "I"]
        assert await turned(bed, session, "Shrink") == [["Shrink", "A", "B"], ["◀", "1 of 1", "▶"]]


@pytest.mark.case("S36")
async def test_on_page_is_told_of_buttons_and_a_handler_may_jump() -> None:
    told: list[str] = []

    class Jumping(Shelf):
        def build(self) -> Screen:
            return Screen("x", components=[paginate(*self.made(9), name="planets", per_page=4)])

        async def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
            told.append(f"{paginator.name} {paginator.number} of {paginator.total_pages}")

        @button("Jump")
        async def jump(self, ctx: MenuContext) -> None:
            planets = ctx.paginator("planets")
            assert (planets.index, planets.total_pages) == (1, 3)
            planets.go_to(3)

    async with opened(Jumping) as bed:
        session = await bed.open(Jumping)
        await bed.click(session, "▶")
        assert told == ["planets 2 of 3"]
        assert (await turned(bed, session, "Jump"))[0] == "I"
        assert len(told) == 1


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda self: (paginate(per_page=2), paginate(per_page=2)), "two paginators are named 'buttons'"),
        (lambda self: (paginate(name="pages", per_page=2),), "two paginators are named 'pages'"),
        (lambda self: (paginate(), paginate(name="b")), "one paginate of a Screen takes what room there is"),
        (lambda self: (controls("x"),), r"controls\('x'\) turns no pages of this screen, which has pages"),
        (
            lambda self: (controls("pages"), controls("pages")),
            r"controls\('pages'\) stands in this screen twice",
        ),
        (lambda self: (paginate(main=True), paginate(name="b", per_page=1, main=True)), "two have main=True"),
    ],
)
async def test_what_contradicts_itself_is_refused_with_the_menu(build: Any, problem: str) -> None:
    menu = shelf(lambda self: Screen("x", components=build(self)), pages=list_pages(total=1))
    error = await failure_of(menu)
    assert isinstance(error, DefinitionError)
    with pytest.raises(DefinitionError, match=f"Shelf: .*{problem}"):
        raise error


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: paginate(ui.TextDisplay("x")), "paginate takes buttons, not"),  # type: ignore
        (lambda: paginate("x"), "paginate takes buttons, not 'x'"),  # type: ignore
        (lambda: paginate(name="a b"), "paginate takes a name of letters"),
        (lambda: controls("a.b"), "controls takes a name of letters"),
        (lambda: paginate(per_page=0), "paginate 'buttons' takes a per_page of 1 or more, not 0"),
        (lambda: paginate(labels={"cancel": "x"}), "paginate 'buttons' takes labels for previous"),
    ],
)
def test_what_cannot_be_paged_is_refused_when_it_is_made(build: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        build()
