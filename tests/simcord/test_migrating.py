"""A migration runs while the bot runs: clicks go on, or are told to try again, and nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flowcord.cli import db
from tests.simcord.conftest import Incidents
from tests.simcord.unavailable import UNCHANGED, Ledger, refused, stored
from tests.simcord.world import Bot, simulated


async def test_an_upgrade_with_nothing_to_do_disturbs_nobody(own_database: str, sql: Any) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        upgrading = asyncio.create_task(asyncio.to_thread(db.upgrade, own_database, "head"))
        clicks = 0
        while not upgrading.done() or clicks < 4:
            await world.ann.click(menu, "Write" if clicks % 2 else "Write both")
            clicks += 1
        assert "revision" in await upgrading
        assert menu.lines[0] == f"{clicks} {clicks}"
        assert await stored(sql) == [(f'{{"first": {clicks}, "second": {clicks}}}', 2 * clicks)]


async def test_a_new_column_and_a_new_index_disturb_nobody(own_database: str, sql: Any) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        clicks = 0
        for change in (
            "ADD COLUMN later text",
            "ADD COLUMN much_later text NOT NULL DEFAULT ''",
            "DROP COLUMN later",
            "SET (fillfactor = 70)",
        ):
            for label in ("Write both", "Write"):
                await world.ann.click(menu, label)
                clicks += 1
            await sql.execute(f"ALTER TABLE flowcord_record {change}")
        for label in ("Write both", "Write"):
            await world.ann.click(menu, label)
            clicks += 1
        assert menu.lines[0] == f"{clicks} {clicks}"


@pytest.mark.parametrize("label", ["Write", "Write both"])
async def test_a_column_of_another_type_costs_a_unit_of_work_at_most_one_click(
    own_database: str, sql: Any, incidents: Incidents, label: str
) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        await world.ann.click(menu, label)
        await sql.execute("ALTER TABLE flowcord_record ALTER COLUMN revision TYPE bigint")
        if (
            label == "Write both"
        ):  # whose transaction Postgres has ended: what it had prepared is no longer valid
            before = await stored(sql)
            await refused(world, menu, label, UNCHANGED, incidents)
            assert await stored(sql) == before
        await world.ann.click(menu, label)
        assert menu.lines[0] == "2 2"


async def test_without_tables_users_are_told_and_with_new_ones_the_bot_goes_on(
    own_database: str, sql: Any, incidents: Incidents
) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        await world.ann.click(menu, "Write")
        assert "no tables" in await asyncio.to_thread(db.downgrade, own_database, "base")
        async with asyncio.timeout(10):
            while world.bot.flows.stats()["cache_size"]:
                await world.env.settle()
        for label in ("Write", "Write both", "Write", "Write both"):
            await refused(world, menu, label, UNCHANGED, incidents)
        await asyncio.to_thread(db.upgrade, own_database, "head")
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "1 1"
        await world.ann.click(menu, "Write")
        assert menu.lines[0] == "2 2"
        assert await stored(sql) == [('{"first": 2, "second": 2}', 4)]
