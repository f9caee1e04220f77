"""What a screen is made of: whoever draws it may be told every stored address that is read for it."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel

from flowcord.data import Block, Scope, client_data, collection, rendering, resource, state
from flowcord.store import Address
from tests.data.conftest import ANN, BOB, App


class Counts(BaseModel):
    clicks: int = 0


class Prefs(BaseModel):
    theme: str = "dark"


class Home(Block):
    counts = state(Counts, scope=Scope.USER)
    prefs = resource(Prefs, scope=Scope.USER, expose=True)
    unread = resource(Prefs, scope=Scope.PROJECT)
    notes = collection(Prefs, scope=Scope.USER)
    read: Any = None

    @client_data
    async def anything(self) -> int:
        await self.read(self)
        return 0


async def read_by(home: Home, app: App, read: Any) -> set[str]:
    """The names of what an entry reads by `read`."""
    told: set[Address] = set()
    home.read = read
    await app.sessions[id(home)].evaluate(home, note=told.add)
    assert all(address[:2] in {("user", str(ANN)), ("user", str(BOB))} for address in told)
    return {("" if address.scope_id == str(ANN) else "bob's ") + address.name for address in told}


async def test_client_data_tells_what_it_reads(a: App) -> None:
    home = await a.open(Home)
    await home.notes.create(Prefs(), key="first")

    async def value(self: Home) -> None:
        assert self.counts.value.clicks == 0

    async def version(self: Home) -> None:
        assert self.prefs.version == 0

    async def found(self: Home) -> None:
        assert await self.notes.find("missing") is None
        await self.notes.get("first")

    async def listed(self: Home) -> None:
        await self.notes.list()

    async def counted(self: Home) -> None:
        await self.notes.count()

    async def another(self: Home) -> None:
        assert (await self.counts.of(BOB)).value.clicks == 0

    async def nothing(self: Home) -> None:
        assert self.counts.available

    assert await read_by(home, a, value) == {""}
    assert await read_by(home, a, version) == {"prefs"}
    assert await read_by(home, a, found) == {"notes/missing", "notes/first"}
    assert await read_by(home, a, listed) == {"notes/"}
    assert await read_by(home, a, counted) == {"notes/"}
    assert await read_by(home, a, another) == {"bob's "}
    assert await read_by(home, a, nothing) == set()


async def test_render_tells_what_is_exposed_to_it_and_read(a: App) -> None:
    home = await a.open(Home)
    told: list[Address] = []
    with rendering(told.append):
        assert home.prefs.value.theme == "dark"
    assert told == [Address("user", str(ANN), "prefs")]
    assert home.counts.value.clicks == 0  # what is read in a handler is on no screen
    assert len(told) == 1


async def test_a_task_that_outlives_its_entry_tells_nothing(a: App) -> None:
    home = await a.open(Home)
    tasks: list[asyncio.Task[None]] = []

    async def later() -> None:
        await asyncio.sleep(0)
        assert home.counts.value.clicks == 0

    async def start(self: Home) -> None:
        tasks.append(asyncio.get_running_loop().create_task(later()))

    told: list[Address] = []
    home.read = start
    await a.sessions[id(home)].evaluate(home, note=told.append)
    await tasks[0]
    assert told == []


async def test_a_handle_that_a_menu_keeps_is_loaded_by_its_address(a: App, sql: Any) -> None:
    home = await a.open(Home)
    note = await home.notes.create(Prefs(theme="old"), key="first")
    await sql.execute("""UPDATE flowcord_record SET data = '{"theme": "new"}', version = version + 1""")
    async with asyncio.timeout(10):
        while a.store.peek(Address("user", str(ANN), "notes/first")) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    data = a.sessions[id(home)]
    await data.load(home)
    assert note.value.theme == "old"
    await data.load_at([Address("user", str(ANN), "notes/first"), Address("user", "0", "nobody's")])
    assert note.value.theme == "new"


def test_all_items_of_a_collection_share_one_address_that_no_item_has() -> None:
    first, second = Address("user", "1", "notes/a"), Address("user", "1", "notes/b/c")
    assert first.collection == second.collection == Address("user", "1", "notes/")
