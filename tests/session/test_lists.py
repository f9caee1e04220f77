"""Lists in pages: counted before each render, turned in the reserved row, announced by on_page."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import (
    DefinitionError,
    Fallback,
    Flow,
    GuardFailed,
    Layout,
    ListPages,
    Menu,
    MenuContext,
    Paginator,
    Reserved,
    Screen,
    SessionError,
    Texts,
    button,
    controls,
    list_pages,
)
from flowcord.menu.remembered import recall
from tests.bed import Bed, opened

ui = discord.ui
TOTAL = 25


class Book(Menu):
    """A list of as many entries as `entries` says, at ten a page."""

    entries: Any = TOTAL
    pages = list_pages(total=lambda self: self.entries, per_page=10)

    def render(self) -> Screen:
        shown = self.pages.slice(range(self.entries))
        return Screen(
            f"{self.pages.start}..{self.pages.end}: {len(shown)}", embed=discord.Embed(title="Book")
        )


def states(bed: Bed, session: Any) -> dict[str, bool]:
    """The buttons that are shown, and whether each can be pressed."""
    return {label: not each["disabled"] for label, each in bed.shown(session).buttons.items()}


@pytest.mark.case("S136")
async def test_a_list_is_turned_from_its_first_page_to_its_last_and_back() -> None:
    async with opened(Book) as bed:
        session = await bed.open(Book)
        assert bed.shown(session).content == "0..10: 10"
        assert states(bed, session) == {"◀": False, "▶": True}
        await bed.click(session, "▶")
        assert bed.shown(session).content == "10..20: 10"
        assert states(bed, session) == {"◀": True, "▶": True}
        await bed.click(session, "▶")
        assert bed.shown(session).content == "20..25: 5"
        assert states(bed, session) == {"◀": True, "▶": False}
        await bed.click(session, "◀")
        assert bed.shown(session).content == "10..20: 10"


@pytest.mark.case("S136")
async def test_a_list_of_nothing_has_one_page() -> None:
    empty = type("Empty", (Book,), {"entries": 0})
    async with opened(empty) as bed:
        session = await bed.open(empty)
        assert bed.shown(session).content == "0..0: 0"
        assert states(bed, session) == {"◀": False, "▶": False}
        assert session.menu.pages.total_pages == 1


@pytest.mark.case("S136")
async def test_a_total_may_be_a_number_a_function_or_a_coroutine_function() -> None:
    class Counted(Menu):
        def count(self) -> int:
            return 11

        async def count_slowly(self) -> int:
            return 12

        fixed = list_pages(total=13, per_page=10)
        counted = list_pages(total=count, per_page=10)
        slowly = list_pages(total=count_slowly, per_page=10)

        def render(self) -> Screen:
            return Screen(f"{self.fixed.total} {self.counted.total} {self.slowly.total}")

    async with opened(Counted) as bed:
        session = await bed.open(Counted)
        assert bed.shown(session).content == "13 11 12"


@pytest.mark.case("S137")
async def test_buttons_that_do_not_apply_are_hidden_where_nothing_is_to_stand_still() -> None:
    class Moving(Book):
        pages = list_pages(total=lambda self: self.entries, per_page=10, stable=False)

    class Board(Moving):
        def render(self) -> Any:
            return Layout(ui.TextDisplay("x"))

    one = type("One", (Moving,), {"entries": 1})
    lone = type("Lone", (Board,), {"entries": 1})
    async with opened(Moving, Board, one, lone) as bed:
        session = await bed.open(Moving)
        assert bed.shown(session).labels == ["▶"]
        await bed.click(session, "▶")
        assert bed.shown(session).labels == ["◀", "▶"]
        assert bed.shown(await bed.open(one)).rows == []
        assert bed.shown(await bed.open(lone)).labels == ["1 of 1"]
        session = await bed.open(Board)
        assert bed.shown(session).labels == ["1 of 3", "▶"]
        await bed.click(session, "▶")
        await bed.click(session, "▶")
        assert bed.shown(session).labels == ["◀", "3 of 3"]


class Home(Book):
    cancellable = True
    fallback = Fallback("home")

    def render(self) -> Any:
        return Layout(ui.TextDisplay("x"))


@pytest.mark.case("S138")
async def test_the_reserved_row_is_back_previous_counter_next_cancel() -> None:
    async with opened(Home) as bed:
        session = await bed.open(Home)
        shown = bed.shown(session)
        assert shown.outline == ["x", ["Back", "◀", "1 of 3", "▶", "Cancel"]]
        assert states(bed, session) == {
            "Back": True,
            "◀": False,
            "1 of 3": False,
            "▶": True,
            "Cancel": True,
        }


@pytest.mark.case("S138")
async def test_labels_order_and_language_are_the_menus_the_flows_and_the_apps() -> None:
    class German(Home):
        texts = Texts(locales={"de": Texts(back="Zurück", counter="{page} von {pages}")})
        reserved = Reserved(order=("cancel", "counter", "previous", "next", "back"))
        pages = list_pages(total=25, per_page=10, labels={"next": "weiter"})

    class Shop(Flow):
        menus = (German, Home)
        texts = Texts(cancel="Leave", back="Return")

    async with opened(Shop, texts=Texts(cancel="Stop", previous="davor")) as bed:
        session = await bed.open(Shop)
        session.locale = discord.Locale.german
        await bed.click(session, "weiter")
        assert bed.shown(session).labels == ["Leave", "2 von 3", "davor", "weiter", "Zurück"]


async def test_a_screen_has_a_counter_only_if_asked_for() -> None:
    class Asked(Book):
        reserved = Reserved(counter_in_screens=True)

    async with opened(Asked) as bed:
        session = await bed.open(Asked)
        assert bed.shown(session).labels == ["◀", "1 of 3", "▶"]


CACHED = discord.Embed(title="Cached").set_footer(text="of the shop", icon_url="https://x.y/z.png")


@pytest.mark.case("S139")
async def test_the_page_stands_in_the_last_footer_once_for_each_screen() -> None:
    class Footed(Book):
        def render(self) -> Screen:
            return Screen(embeds=[discord.Embed(title="first"), CACHED])

        @button("Again")
        async def again(self, ctx: MenuContext) -> None:
            pass

    async with opened(Footed) as bed:
        session = await bed.open(Footed)
        for page in (1, 2, 3):
            first, last = bed.shown(session).embeds
            assert "footer" not in first
            assert last["footer"] == {
                "text": f"of the shop • Page {page} of 3",
                "icon_url": "https://x.y/z.png",
            }
            await bed.click(session, "Again")
            if page < 3:
                await bed.click(session, "▶")
    assert CACHED.footer.text == "of the shop", "the developer's own embed was changed"


@pytest.mark.case("S139")
async def test_no_footer_with_one_page_without_an_embed_or_where_it_is_not_wanted() -> None:
    def bare(self: Book) -> Screen:
        return Screen("no embed")

    short = type("Short", (Book,), {"entries": 10})
    plain = type("Plain", (Book,), {"render": bare})
    unwanted = type("Unwanted", (Book,), {"pages": list_pages(total=25, per_page=10, footer=False)})
    async with opened(short, plain, unwanted, Book) as bed:
        assert "footer" not in bed.shown(await bed.open(short)).embeds[0]
        assert bed.shown(await bed.open(plain)).embeds == []
        assert "footer" not in bed.shown(await bed.open(unwanted)).embeds[0]
        assert bed.shown(await bed.open(Book)).embeds[0]["footer"] == {"text": "Page 1 of 3"}


@pytest.mark.case("S144")
async def test_a_list_that_shrinks_is_on_a_page_that_there_is() -> None:
    class Board(Book):
        def render(self) -> Any:
            assert self.pages.start <= self.pages.end
            return Layout(ui.TextDisplay(f"{self.pages.number} of {self.pages.total_pages}"))

        @button("Shrink")
        async def shrink(self, ctx: MenuContext) -> None:
            self.entries = 5

        @button("Grow")
        async def grow(self, ctx: MenuContext) -> None:
            self.entries = 25

    async with opened(Board) as bed:
        session = await bed.open(Board)
        await bed.click(session, "▶")
        await bed.click(session, "▶")
        assert bed.shown(session).texts == ["3 of 3"]
        await bed.click(session, "Shrink")
        assert bed.shown(session).texts == ["1 of 1"]
        assert "1 of 1" in bed.shown(session).labels
        await bed.click(session, "Grow")
        assert bed.shown(session).texts == ["1 of 3"], "the page it was once on is forgotten"


async def test_a_page_is_jumped_to_by_its_number_and_clamped_by_the_next_render() -> None:
    class Jumps(Book):
        @button("Add and show")
        async def add(self, ctx: MenuContext) -> None:
            self.entries += 10
            self.pages.go_to(4)

        @button("Beyond")
        async def beyond(self, ctx: MenuContext) -> None:
            assert ctx.paginator("pages") is self.pages
            self.pages.go_to(99)

        @button("First")
        async def first(self, ctx: MenuContext) -> None:
            ctx.paginator("pages").go_to(-3)

    async with opened(Jumps) as bed:
        session = await bed.open(Jumps)
        for label, content in (
            ("Add and show", "30..35: 5"),
            ("First", "0..10: 10"),
            ("Beyond", "30..35: 5"),
        ):
            await bed.click(session, label)
            assert bed.shown(session).content == content


class Told(Book):
    """A book that writes down which page it is told of."""

    told: list[str] = []

    def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
        assert isinstance(paginator, ListPages)
        self.told.append(f"{paginator.name} {paginator.number} of {paginator.total_pages}")

    def on_action(self, ctx: MenuContext) -> None:
        self.told.append("action")

    @button("Act")
    async def act(self, ctx: MenuContext) -> None:
        self.pages.go_to(3)


@pytest.mark.case("S36")
async def test_on_page_sees_the_new_page_and_a_page_button_is_no_action() -> None:
    Told.told.clear()
    async with opened(Told) as bed:
        session = await bed.open(Told)
        await bed.click(session, "▶")
        assert Told.told == ["pages 2 of 3"]
        await bed.click(session, "◀")
        await bed.click(session, "Act")
        assert Told.told[1:] == ["pages 1 of 3", "action"]
        assert bed.shown(session).content == "20..25: 5"


@pytest.mark.case("S36")
async def test_on_page_is_not_told_where_no_page_could_be_turned() -> None:
    Told.told.clear()
    async with opened(Told) as bed:
        session = await bed.open(Told)
        late = bed.shown(session).id_of("▶")
        await bed.click(session, "▶")
        session.menu.entries = 10  # it shrank since, and nobody has seen that yet
        session.menu.pages.total = 10
        bed.press_id(late, session.stage.message_id or 0)
        await bed.settle()
        assert Told.told == ["pages 2 of 3"]
        assert bed.shown(session).content == "0..10: 10"


async def test_on_page_may_go_elsewhere() -> None:
    class Leaving(Book):
        async def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
            await ctx.go_to("book")

    class Shop(Flow):
        menus = (Leaving, Book)

    async with opened(Shop) as bed:
        session = await bed.open(Shop)
        await bed.click(session, "▶")
        assert type(session.menu) is Book


async def test_a_guard_that_fails_in_on_page_is_an_error() -> None:
    class Guarded(Book):
        def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
            raise GuardFailed("no")

    async with opened(Guarded) as bed:
        session = await bed.open(Guarded)
        await bed.click(session, "▶")
        (error,) = bed.incidents()
        assert isinstance(error, SessionError)
        assert "on_page" in str(error)


class Other(Menu):
    def render(self) -> Screen:
        return Screen("other")


class Kept(Book):
    preserve_state_on_return = True

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Other)


class Fresh(Kept):
    preserve_state_on_return = False


@pytest.mark.case("S49")
async def test_a_preserved_menu_returns_to_its_page_and_another_begins_anew() -> None:
    class Keeping(Flow):
        menus = (Kept, Other)

    class Forgetting(Flow):
        menus = (Fresh, Other)

    async with opened(Keeping, Forgetting) as bed:
        for flow, content in ((Keeping, "20..25: 5"), (Forgetting, "0..10: 10")):
            session = await bed.open(flow)
            for label in ("▶", "▶", "Go", "Back"):
                await bed.click(session, label)
            assert bed.shown(session).content == content


async def test_several_lists_page_apart_each_in_a_row_of_its_own() -> None:
    class Two(Menu):
        left = list_pages(total=30, per_page=10)
        right = list_pages(total=20, per_page=10, main=True)

        def render(self) -> Screen:
            return Screen(f"{self.left.number} {self.right.number}", embed=discord.Embed(title="x"))

    async with opened(Two) as bed:
        session = await bed.open(Two)
        assert bed.shown(session).outline == [["◀", "1 of 3", "▶"], ["◀", "▶"]]
        assert bed.shown(session).embeds[0]["footer"] == {"text": "Page 1 of 2"}
        ids = [row[-1]["custom_id"] for row in bed.shown(session).rows]
        bed.press_id(ids[0], session.stage.message_id or 0)
        await bed.settle()
        assert bed.shown(session).content == "2 1"
        bed.press_id(ids[1], session.stage.message_id or 0)
        await bed.settle()
        assert bed.shown(session).content == "2 2"


async def test_a_lists_controls_stand_where_they_are_placed() -> None:
    class Placed(Home):
        def render(self) -> Any:
            return Layout(ui.Container(ui.TextDisplay("x"), controls("pages")), ui.TextDisplay("y"))

    class Placing(Flow):
        menus = (Placed, Home)

    async with opened(Placing) as bed:
        session = await bed.open(Placing)
        assert bed.shown(session).outline == [["x", ["◀", "1 of 3", "▶"]], "y", ["Back", "Cancel"]]
        await bed.click(session, "▶")
        assert "2 of 3" in bed.shown(session).labels


async def test_nothing_is_remembered_until_a_page_is_turned() -> None:
    async with opened(Book) as bed:
        session = await bed.open(Book)
        assert recall(session.menu) is None
        session.menu.pages.go_to(1)
        assert recall(session.menu) is None


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"total": -1}, "takes a total that is a number, or a function"),
        ({"total": "25"}, "takes a total that is a number, or a function"),
        ({"total": True}, "takes a total that is a number, or a function"),
        ({"total": 1, "per_page": 0}, "takes a per_page of 1 or more, not 0"),
        ({"total": 1, "per_page": None}, "takes a per_page of 1 or more, not None"),
        ({"total": 1, "labels": {"back": "x"}}, "takes labels for previous, counter, next, not for 'back'"),
        (
            {"total": 1, "labels": {"next": "x" * 81}},
            "the label 'next' of list_pages is the label of a button",
        ),
        ({"total": 1, "labels": {"counter": "{n}"}}, "the label 'counter' of list_pages cannot be filled in"),
    ],
)
def test_what_cannot_be_paged_is_refused_when_it_is_declared(settings: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        list_pages(**settings)


def test_only_one_list_is_the_main_one() -> None:
    with pytest.raises(DefinitionError, match="Two: a and b have main=True"):
        type("Two", (Menu,), {"a": list_pages(total=1, main=True), "b": list_pages(total=1, main=True)})


@pytest.mark.parametrize("total", [-1, None, 1.5, True])
async def test_a_total_that_is_none_is_an_error_that_names_the_list(total: Any) -> None:
    wrong = type("Wrong", (Book,), {"entries": total})
    async with opened(wrong) as bed:
        await bed.open(wrong)
        (error,) = bed.incidents()
        assert isinstance(error, TypeError)
        assert "Wrong.pages: total is a number of entries" in str(error)


@pytest.mark.parametrize("number", [None, "2", True, 1.5])
def test_a_page_is_jumped_to_by_a_number(number: Any) -> None:
    with pytest.raises(TypeError, match="go_to takes the number of a page"):
        Book().pages.go_to(number)


@pytest.mark.case("S56", "S57", "S58")
async def test_a_menu_that_begins_anew_is_on_its_first_page() -> None:
    class Renewed(Book):
        @button("Anew")
        async def anew(self, ctx: MenuContext) -> None:
            await ctx.refresh(hard=True)

        @button("Options")
        async def other(self, ctx: MenuContext) -> None:
            await ctx.update_options()

        @button("Same")
        async def same(self, ctx: MenuContext) -> None:
            await ctx.update_options(preserve_instance=True)

    async with opened(Renewed) as bed:
        session = await bed.open(Renewed)
        for label, content in (("Anew", "0..10: 10"), ("Options", "0..10: 10"), ("Same", "10..20: 10")):
            await bed.click(session, "▶")
            assert bed.shown(session).content == "10..20: 10"
            await bed.click(session, label)
            assert bed.shown(session).content == content
