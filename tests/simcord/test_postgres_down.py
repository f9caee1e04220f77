"""Postgres goes away in the middle of a click: the user is told, nothing is half-written, it heals itself."""

from __future__ import annotations

import asyncpg
import pytest

from bots.counter import Counter
from flowcord import Behavior
from tests.conftest import Server
from tests.simcord.conftest import Incidents
from tests.simcord.unavailable import PERHAPS, UNCHANGED, Ledger, said
from tests.simcord.world import Bot, World, simulated

FOREVER = Behavior(timeout=None)


async def stop(server: Server, world: World) -> None:
    """Stop Postgres, and let the bot read from its connections that they are gone."""
    server.stop()
    for _ in range(3):
        await world.env.settle()


async def rows(server: Server) -> list[str]:
    connection = await asyncpg.connect(server.url)
    try:
        return [
            row["data"] for row in await connection.fetch("SELECT data FROM flowcord_record ORDER BY name")
        ]
    finally:
        await connection.close()


@pytest.mark.case("D111")
async def test_a_click_that_cannot_read_runs_nothing_and_the_next_one_works(
    server: Server, incidents: Incidents
) -> None:
    async with simulated(Bot(Counter, database=server.url, behavior=FOREVER, cache_ttl=60)) as world:
        menu = await world.ann.open("counter")
        await world.ann.click(menu, "+1")
        await world.advance(61)  # nothing is cached any more
        await stop(server, world)
        world.trail.clear()

        with world.requests() as made:
            click = await world.ann.click(menu, "Reset")

        assert made == ["message"]
        assert said(click, UNCHANGED)
        assert incidents()[-1].split(":")[0].removeprefix("incident ") in click.whispered[0]
        assert world.trail == []
        assert menu.lines == ["Count: 1", "Lifetime: 1"]

        server.start()
        await world.ann.click(menu, "Reset")
        assert menu.lines == ["Count: 0", "Lifetime: 1"]


@pytest.mark.case("D112", "S152a")
async def test_a_write_that_fails_changes_no_row_and_is_not_counted(
    server: Server, incidents: Incidents
) -> None:
    async with simulated(Bot(Ledger, database=server.url)) as world:
        menu = await world.ann.open("ledger")
        await world.ann.click(menu, "Write")
        assert menu.lines == ["1 1", "Count: 1"]
        before = await rows(server)
        await stop(server, world)

        for _ in range(4):
            with world.requests() as made:
                click = await world.ann.click(menu, "Write")
            assert made == ["message"]
            assert said(click, UNCHANGED)
        assert menu.lines == ["1 1", "Count: 1"]
        assert len(world.sessions) == 1
        assert len(incidents()) >= 4

        server.start()
        assert await rows(server) == before
        await world.ann.click(menu, "Write")
        assert menu.lines[0] == "2 2"


async def test_a_click_that_had_written_something_says_so(
    server: Server, incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(Bot(Ledger, database=server.url)) as world:
        menu = await world.ann.open("ledger")
        monkeypatch.setattr(Ledger, "stop", server.stop)
        click = await world.ann.click(menu, "Write")
        assert said(click, PERHAPS)
        assert menu.lines == ["0 0", "Count: 0"]

        monkeypatch.setattr(Ledger, "stop", None)
        server.start()
        await world.ann.click(menu, "Write")
        assert menu.lines == ["2 1", "Count: 2"]
        assert len(incidents()) >= 1


async def test_the_screen_of_an_earlier_click_in_the_queue_arrives_all_the_same(
    server: Server, incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(Bot(Ledger, database=server.url)) as world:
        menu = await world.ann.open("ledger")
        calls = iter([None, server.stop])
        monkeypatch.setattr(Ledger, "stop", lambda: (call := next(calls)) and call())
        clicks = [world.ann.tap(menu, menu.buttons["Write"]) for _ in range(2)]
        await world.env.settle()
        assert clicks[0].whispered == []
        assert said(clicks[1], PERHAPS)
        assert menu.lines == ["1 1", "Count: 1"]
        assert len(incidents()) >= 1


async def test_writes_of_one_unit_are_all_or_nothing(
    server: Server, incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(Bot(Ledger, database=server.url)) as world:
        menu = await world.ann.open("ledger")
        monkeypatch.setattr(Ledger, "stop", server.stop)
        click = await world.ann.click(menu, "Write both")
        assert said(click, UNCHANGED)
        server.start()
        assert await rows(server) == []
        monkeypatch.setattr(Ledger, "stop", None)
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "1 1"
        assert len(incidents()) >= 1


@pytest.mark.case("D114")
@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_a_unit_of_work_goes_on_after_a_restart_of_postgres(server: Server, turns: int) -> None:
    async with simulated(Bot(Ledger, database=server.url)) as world:
        menu = await world.ann.open("ledger")
        server.stop()
        server.start()
        for _ in range(turns):
            await world.env.settle()
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "1 1"


async def test_a_command_while_postgres_is_down_opens_nothing_and_says_why(
    server: Server, incidents: Incidents
) -> None:
    async with simulated(Bot(Counter, database=server.url)) as world:
        await stop(server, world)
        with world.requests() as made:
            told = await world.ann.slash("counter")
        assert made == ["message"]
        assert said(told, UNCHANGED)
        assert world.sessions == []
        assert world.ran("setup", "on_enter") == []
        server.start()
        assert (await world.ann.open("counter")).lines == ["Count: 0", "Lifetime: 0"]
        assert len(incidents()) >= 1


@pytest.mark.case("D114")
@pytest.mark.parametrize("turns", [1, 3])
async def test_every_open_session_goes_on_after_a_restart_of_postgres(server: Server, turns: int) -> None:
    async with simulated(Bot(Counter, database=server.url)) as world:
        menus = [await world.ann.open("counter") for _ in range(10)]
        server.stop()
        server.start()
        for _ in range(turns):  # after one, only the server's farewell was read, and not the connections' end
            await world.env.settle()
        for menu in menus:
            await world.ann.click(menu, "+1")
        assert [menu.lines for menu in menus] == [
            ["Count: 1", f"Lifetime: {number}"] for number in range(1, len(menus) + 1)
        ]
