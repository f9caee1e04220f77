"""The client boundary: stored data reaches a screen by declared ways only."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest
from pydantic import BaseModel

from flowcord.data import Block, Scope, client_data, collection, rendering, resource, state
from flowcord.errors import ClientBoundaryError, ClientDataError, StoreUnavailableError
from tests.data.conftest import App, rows


class Prefs(BaseModel):
    theme: str = "dark"
    token: str = "hunter2"


class Counts(BaseModel):
    clicks: int = 0


class Part(Block):
    prefs = resource(Prefs, scope=Scope.USER)

    def theme(self) -> str:
        return self.prefs.value.theme


class Home(Block):
    part = Part()
    counts = state(Counts, scope=Scope.USER)
    notes = collection(Prefs, scope=Scope.USER)
    open_prefs = resource(Prefs, scope=Scope.USER, name="prefs", expose=True)
    half_open = resource(Prefs, scope=Scope.USER, name="prefs", expose={"theme"})

    @client_data
    def clicks(self) -> int:
        return self.counts.value.clicks

    @client_data
    async def titles(self) -> list[str]:
        return [note.value.theme for note in await self.notes.list()]

    @client_data
    async def writing(self) -> int:
        await self.counts.increment(clicks=1)
        return 1

    @client_data
    async def creating(self) -> int:
        await self.notes.create(Prefs())
        return 1

    @client_data
    def starting(self) -> Any:
        asyncio.get_running_loop().create_task(self.notes.create(Prefs()))

    @client_data
    def handle(self) -> Any:
        return self.counts


@pytest.fixture
async def home(a: App) -> Home:
    return await a.open(Home)


@pytest.mark.case("D95")
async def test_render_cannot_touch_a_handle(home: Home) -> None:
    item = await home.notes.create(Prefs(), key="k")
    touches = (
        lambda: item.key,
        lambda: item.value,
        lambda: home.counts.value,
        lambda: home.counts.version,
        lambda: home.counts.available,
        lambda: home.counts.patch(clicks=1),
        lambda: home.open_prefs.patch(theme="x"),
        lambda: home.notes.available,
        # Not awaited: `render` cannot, and a task that it starts would run when the ban is over.
        lambda: home.counts.of(1),
        lambda: home.notes.create(Prefs()),
        lambda: home.notes.get_or_create("k", Prefs()),
        lambda: home.notes.get("k"),
        lambda: home.notes.find("k"),
        lambda: home.notes.delete("k"),
        lambda: home.notes.list(),
        lambda: home.notes.count(),
        lambda: home.notes.of(1),
    )
    for touch in touches:
        with rendering(), pytest.raises(ClientBoundaryError, match=r"Home\.\w+"):
            touch()
    with rendering(), pytest.raises(ClientBoundaryError, match=r"Part\.prefs.*client_data.*expose"):
        home.part.theme()


async def test_the_ban_ends_with_render_also_when_it_raises(home: Home) -> None:
    with pytest.raises(LookupError), rendering():
        raise LookupError
    assert home.counts.value.clicks == 0


async def test_the_ban_holds_for_the_task_that_renders_and_no_longer_than_that(home: Home) -> None:
    ended = asyncio.Event()

    async def later() -> int:
        await ended.wait()
        return home.counts.value.clicks

    async def meanwhile() -> int:
        return home.counts.value.clicks

    outside = asyncio.ensure_future(meanwhile())
    with rendering():
        inside = asyncio.ensure_future(later())
        assert await outside == 0
    ended.set()
    assert await inside == 0


@pytest.mark.case("D100")
async def test_exposed_fields_can_be_read_in_render_and_nothing_else(home: Home) -> None:
    await home.half_open.patch(theme="light")
    with rendering():
        assert home.open_prefs.value == Prefs(theme="light")
        assert home.half_open.available
        assert home.half_open.value.theme == "light"
        with pytest.raises(ClientBoundaryError, match=r"'token' of Home\.half_open.*theme"):
            _ = home.half_open.value.token
    assert home.half_open.value.token == "hunter2", "in handlers everything can be read"


@pytest.mark.case("D100")
async def test_no_way_around_shows_more_than_exposed_fields(home: Home) -> None:
    with rendering():
        value = home.half_open.value
        shown = [
            repr(value),
            str(value),
            f"{value}",
            repr(copy.copy(value)),
            repr(copy.deepcopy(value)),
            repr(dir(value)),
        ]
        assert not any("hunter2" in each for each in shown)
        for around in (
            lambda: value.model_dump(),
            lambda: value.model_dump_json(),
            lambda: dict(value),
            lambda: list(value),
            lambda: value.model_copy(),
            lambda: value.__pydantic_fields_set__,
            lambda: vars(value),
        ):
            with pytest.raises((ClientBoundaryError, AttributeError, TypeError)):
                around()
        assert value != Prefs(theme="dark")
        assert value == home.half_open.value


@pytest.mark.case("D96")
async def test_an_entry_reads_handles_on_the_same_load(a: App, home: Home) -> None:
    await home.notes.create(Prefs(theme="n"))
    await home.counts.increment(clicks=1)
    await a.sessions[id(home)].evaluate(home)
    with rendering():
        assert (home.clicks, home.titles) == (1, ["n"])


@pytest.mark.case("D99")
async def test_an_entry_that_writes_stores_nothing(
    a: App, home: Home, sql: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await a.sessions[id(home)].evaluate(home)
    for read in (lambda: home.writing, lambda: home.creating, lambda: home.starting, lambda: home.handle):
        with pytest.raises(ClientDataError):
            read()
    assert caplog.text.count("ClientBoundaryError") >= 3
    assert await rows(sql) == {}
    assert a.stats("client_data_errors") == (4,)


async def test_postgres_out_of_reach_is_not_the_entry_s_failure(server: Any) -> None:
    from tests.data.conftest import running

    async with running(server.url) as app:
        home = await app.open(Home)
        server.stop()
        with pytest.raises(StoreUnavailableError):
            await app.sessions[id(home)].evaluate(home)
