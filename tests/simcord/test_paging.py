"""Pages on a simulated Discord: lists and buttons, in both kinds of message, stored and live."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from pydantic import BaseModel

from flowcord import (
    Button,
    ClientBoundaryError,
    Flow,
    Layout,
    Menu,
    MenuContext,
    Paginator,
    Scope,
    Screen,
    button,
    client_data,
    collection,
    list_pages,
    paginate,
    reserved_row,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D
from tests.simcord.world import Bot, simulated

ui = discord.ui
PLANETS = ("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune", "Pluto")


class Told(Menu):
    told: list[str] = []

    def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
        self.told.append(f"{paginator.name} {paginator.number}/{paginator.total_pages}")

    def on_action(self, ctx: MenuContext) -> None:
        self.told.append("action")


@slash("book", description="Recipes in pages")
class Book(Told):
    preserve_state_on_return = True
    cancellable = True
    pages = list_pages(total=25, per_page=10)

    def render(self) -> Screen:
        shown = self.pages.slice([f"Recipe {number}" for number in range(25)])
        return Screen(embed=discord.Embed(title="Book", description="\n".join(shown)))

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)


class BookFlow(Flow):
    kind = "book"
    menus = (Book, D)


@slash("sky", description="Planets in pages, and a list beside them")
class Sky(Told):
    seen = list_pages(total=4, per_page=2)

    def render(self) -> Layout:
        planets = [Button(name, action=self.look, args=(name,)) for name in PLANETS]
        return Layout(
            ui.Container(ui.TextDisplay("Planets"), paginate(*planets, name="planets", per_page=4)),
            ui.Container(ui.TextDisplay(f"Seen {self.seen.start}"), reserved_row()),
        )

    async def look(self, ctx: MenuContext, name: str) -> None:
        self.told.append(name)


@pytest.fixture(autouse=True)
def _nothing_told() -> None:
    Told.told.clear()


@pytest.mark.case("S136", "S139", "S36")
async def test_a_page_is_turned_by_one_request() -> None:
    async with simulated(Bot(BookFlow)) as world:
        book = await world.ann.open("book")
        assert (book.lines[0], len(book.lines), book.footer) == ("Recipe 0", 10, "Page 1 of 3")
        assert book.labels == ["Go", "◀", "▶", "Cancel"]
        assert list(book.buttons) == ["Go", "▶", "Cancel"]
        with world.requests() as made:
            await world.ann.click(book, "▶")
            await world.ann.click(book, "▶")
        assert made == ["update", "update"]
        assert (book.lines, book.footer) == ([f"Recipe {n}" for n in range(20, 25)], "Page 3 of 3")
        assert list(book.buttons) == ["Go", "◀", "Cancel"]
        assert Told.told == ["pages 2/3", "pages 3/3"]


@pytest.mark.case("S49")
async def test_back_returns_to_the_page_of_a_preserved_menu() -> None:
    async with simulated(Bot(BookFlow)) as world:
        book = await world.ann.open("book")
        for label in ("▶", "Go", "Back"):
            await world.ann.click(book, label)
        assert (book.lines[0], book.footer) == ("Recipe 10", "Page 2 of 3")
        assert Told.told == ["pages 2/3", "action"]


@pytest.mark.case("S97")
async def test_clicks_on_one_picture_turn_as_many_pages_as_there_are() -> None:
    async with simulated(Bot(BookFlow)) as world:
        book = await world.ann.open("book")
        [following] = book.ids("▶")
        for _ in range(4):
            world.ann.tap(book, following)
        await world.env.settle()
        assert book.footer == "Page 3 of 3"
        assert Told.told == ["pages 2/3", "pages 3/3"]


@pytest.mark.case("S143", "S142", "S36", "S88")
async def test_a_layout_pages_its_buttons_and_its_list_apart() -> None:
    async with simulated(Bot(Sky)) as world:
        sky = await world.ann.open("sky")
        turning = ["◀", "1 of 3", "▶"]
        assert sky.labels == [*PLANETS[:4], *turning, "◀", "1 of 2", "▶"]
        assert "1 of 3" not in sky.buttons
        planets, seen = sky.ids("▶")
        await world.ann.press(sky, planets)
        assert sky.labels[:5] == [*PLANETS[4:8], "◀"]
        await world.ann.press(sky, seen)
        assert sky.texts == ["Planets", "Seen 2"]
        await world.ann.click(sky, "Saturn")
        assert Told.told == ["planets 2/3", "seen 2/2", "action", "Saturn"]


@pytest.mark.case("S145", "S140")
async def test_list_and_buttons_in_one_screen_fit_discords_five_rows() -> None:
    @slash("shop", description="Lots of wares")
    class Shop(Menu):
        wares = list_pages(total=12, per_page=5)

        def render(self) -> Screen:
            buttons = [Button(f"b{number}", action=self.buy, args=(number,)) for number in range(30)]
            return Screen(f"wares {self.wares.number}", components=[paginate(*buttons)])

        async def buy(self, ctx: MenuContext, number: int) -> None: ...

    async with simulated(Bot(Shop)) as world:
        shop = await world.ann.open("shop")
        rows = shop.message.components
        assert [len(row["components"]) for row in rows] == [5, 5, 5, 3, 2]
        assert shop.labels[15:] == ["◀", "1 of 2", "▶", "◀", "▶"]
        await world.ann.press(shop, shop.ids("▶")[0])
        assert shop.labels[:1] == ["b15"]
        assert shop.content == "wares 1"


class Note(BaseModel):
    text: str = ""


class Notes(Menu):
    notes = collection(Note, scope=Scope.USER)

    async def count(self) -> int:
        return await self.notes.count()

    pages = list_pages(total=count, per_page=2)

    @client_data
    async def lines(self) -> list[str]:
        return [each.value.text for each in await self.notes.list()]

    def render(self) -> Screen:
        return Screen(", ".join(self.pages.slice(self.lines)), embed=discord.Embed(title="Notes"))

    @button("Write")
    async def write(self, ctx: MenuContext) -> None:
        await self.notes.create(Note(text=f"note {self.pages.total}"))


@slash("stored", description="Counted where the data is")
class Stored(Notes):
    pass


@slash("counted", description="Counted by what is shown")
class Counted(Notes):
    pages = list_pages(total=lambda self: len(self.lines), per_page=2)


@slash("live", description="Shows how many there are, whoever writes them")
class Live(Menu):
    live = True
    notes = collection(Note, scope=Scope.USER)
    pages = list_pages(total=lambda self: self.notes.count())

    def render(self) -> Screen:
        return Screen(f"{self.pages.total} notes")


@slash("greedy", description="A total that writes")
class Greedy(Menu):
    notes = collection(Note, scope=Scope.USER)

    async def count(self) -> int:
        await self.notes.create(Note())
        return 0

    pages = list_pages(total=count)

    def render(self) -> Screen:
        return Screen("never shown")


@pytest.mark.case("S32")
@pytest.mark.parametrize("menu", [Stored, Counted])
async def test_a_total_is_counted_where_the_data_is_or_by_client_data(database: str, menu: Any) -> None:
    async with simulated(Bot(menu, database=database)) as world:
        notes = await world.ann.open(menu.name)
        for _ in range(3):
            await world.ann.click(notes, "Write")
        await world.ann.click(notes, "▶")
        assert (notes.content, notes.footer) == ("note 2", "Page 2 of 2")


@pytest.mark.case("S154a")
async def test_what_the_total_of_a_live_menu_reads_is_watched(database: str) -> None:
    async with simulated(Bot(Live, Stored, database=database)) as world:
        live, notes = await world.ann.open("live"), await world.ann.open("stored")
        assert live.content == "0 notes"
        await world.ann.click(notes, "Write")
        assert live.content == "1 notes"


async def test_a_total_that_writes_is_refused(
    database: str, incidents: Incidents, caplog: pytest.LogCaptureFixture
) -> None:
    async with simulated(Bot(Greedy, database=database)) as world:
        sentence = await world.ann.open("greedy")
        assert sentence.content.startswith("Something went wrong.")
        assert len(incidents()) == 1
        [error] = [each.exc_info[1] for each in caplog.records if each.exc_info]
        assert isinstance(error, ClientBoundaryError)
        assert "a total of list_pages wrote to Greedy.notes" in str(error)
