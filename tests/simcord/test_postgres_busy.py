"""Postgres is there and busy: every connection is taken, or a lock is held. Clicks wait, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flowcord import Menu, MenuContext, Scope, Screen, button, client_data, slash, state
from flowcord.store.database import ACQUIRE_LIMIT, STATEMENT_LIMIT, Database
from flowcord.store.transaction import Transaction
from tests.simcord.conftest import Incidents
from tests.simcord.menus import page
from tests.simcord.unavailable import PERHAPS, UNCHANGED, Totals, said, stored
from tests.simcord.world import Bot, Input, World, simulated, takes

ROW = "SELECT 1 FROM flowcord_record FOR UPDATE"
TABLE = "LOCK TABLE flowcord_record IN ACCESS EXCLUSIVE MODE"
WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@slash("wallet", description="Writes, and keeps others waiting")
class Wallet(Menu):
    totals = state(Totals, scope=Scope.USER)

    @client_data
    def shown(self) -> Totals:
        return self.totals.value

    def render(self) -> Screen:
        return page("Wallet", f"{self.shown.first} {self.shown.second}")

    @button("Hold")
    async def hold(self, ctx: MenuContext) -> None:
        async with ctx.atomic():
            await self.totals.increment(first=1)
            await takes(ctx, 8)

    @button("Write")
    async def write(self, ctx: MenuContext) -> None:
        await self.totals.increment(second=1)

    @button("Write both")
    async def write_both(self, ctx: MenuContext) -> None:
        async with ctx.atomic():
            await self.totals.increment(first=1)
            await self.totals.increment(second=1)


@contextmanager
def outside(world: World) -> Iterator[None]:
    """Nobody in the world waits for what Postgres is asked here: its answer ends that, or the clock."""

    def external(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        return lambda *given, **more: world.env.external_wait(ask(*given, **more), reason="Postgres is busy")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "run", external(Database.run))
        for name in ("run", "command", "commit"):
            patch.setattr(Transaction, name, external(getattr(Transaction, name)))
        yield


async def until(world: World, done: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await world.env.settle()


async def until_waiting(sql: Any, count: int) -> None:
    async with asyncio.timeout(10):
        while await sql.fetchval(WAITING) != count:
            pass


@pytest.mark.parametrize("lock", [ROW, TABLE], ids=["row", "table"])
@pytest.mark.parametrize(("label", "lines"), [("Write", ["0 2"]), ("Write both", ["1 2"])])
async def test_a_lock_that_is_let_go_in_time_only_costs_time(
    own_database: str, sql: Any, lock: str, label: str, lines: list[str]
) -> None:
    async with simulated(Bot(Wallet, database=own_database)) as world:
        menu = await world.ann.open("wallet")
        await world.ann.click(menu, "Write")
        with outside(world):
            async with sql.transaction():
                await sql.execute(lock)
                click = world.ann.tap(menu, menu.buttons[label])
                await until_waiting(sql, 1)
                await world.advance(STATEMENT_LIMIT - 1)
                assert click.acknowledged
                assert menu.lines == ["0 1"]
            await until(world, lambda: menu.lines == lines)
        assert click.whispered == []


@pytest.mark.parametrize("lock", [ROW, TABLE], ids=["row", "table"])
@pytest.mark.parametrize(
    ("label", "pattern", "lines"), [("Write", PERHAPS, ["0 2"]), ("Write both", UNCHANGED, ["1 2"])]
)
async def test_a_lock_that_is_held_too_long_is_told_and_the_next_click_works(
    own_database: str, sql: Any, incidents: Incidents, lock: str, label: str, pattern: str, lines: list[str]
) -> None:
    async with simulated(Bot(Wallet, database=own_database)) as world:
        menu = await world.ann.open("wallet")
        await world.ann.click(menu, "Write")
        async with sql.transaction():
            await sql.execute(lock)
            with outside(world):
                click = world.ann.tap(menu, menu.buttons[label])
                await until_waiting(sql, 1)
                await world.advance(2)
                assert click.acknowledged
                assert click.whispered == []
                await world.advance(STATEMENT_LIMIT)
                await until(world, lambda: click.whispered)
            assert said(click, pattern)
            assert menu.lines == ["0 1"]
            [incident] = incidents()
            assert incident.split(":")[0].removeprefix("incident ") in click.whispered[0]
            await until_waiting(sql, 0)  # what was given up is also cancelled
        assert await stored(sql) == [('{"second": 1}', 1)]
        await world.ann.click(menu, label)
        assert menu.lines == lines


async def test_while_every_connection_is_taken_users_are_told_and_afterwards_all_is_fine(
    own_database: str, sql: Any, incidents: Incidents
) -> None:
    async with simulated(Bot(Wallet, database=own_database, pool_size=2, cache_ttl=1)) as world:
        cyd = world.join("cyd")
        holders = [(person, await person.open("wallet")) for person in (world.ann, world.bob)]
        menu = await cyd.open("wallet")
        for person, held in holders:
            await person.click(held, "Hold")

        async def told(act: Callable[[], Awaitable[Input]]) -> None:
            click = await act()
            await world.advance(ACQUIRE_LIMIT - 0.1)
            assert click.acknowledged
            assert click.whispered == []
            await world.advance(0.1)
            await until(world, lambda: click.whispered)
            assert said(click, UNCHANGED)

        with outside(world):
            await told(lambda: cyd.click(menu, "Write"))  # which cannot write
            await told(lambda: cyd.click(menu, "Write both"))  # nor load, now that nothing is cached any more
            assert menu.lines == ["0 0"]
            opening = await cyd.slash("wallet")
            await world.advance(8 - 2 * ACQUIRE_LIMIT)
            await until(world, lambda: [held.lines for _, held in holders] == [["1 0"]] * 2)
            await until(world, lambda: opening.result.response)  # a connection was free in time
            await until(world, lambda: opening.shown.lines == ["0 0"])
        assert len(incidents()) == 2
        await cyd.click(menu, "Write both")
        assert menu.lines == ["1 1"]
        held, written = ('{"first": 1}', 1), ('{"first": 1, "second": 1}', 2)
        assert sorted(await stored(sql)) == [written, held, held]
