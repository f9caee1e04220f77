"""Postgres is there and refuses: its disk is full, it only reads, it has limits of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest

from tests.simcord.conftest import Incidents
from tests.simcord.unavailable import PERHAPS, UNCHANGED, Ledger, refused, stored
from tests.simcord.world import Bot, simulated

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'secret: %', NEW.data USING ERRCODE = TG_ARGV[0];
END $$
"""
AT_ONCE = "CREATE TRIGGER refusing BEFORE INSERT OR UPDATE ON flowcord_record FOR EACH ROW"
AT_COMMIT = (
    "CREATE CONSTRAINT TRIGGER refusing AFTER INSERT OR UPDATE ON flowcord_record "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
)
OPEN = """SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""
DISK_FULL, QUEUE_FULL, BROKEN_DISK = "53100", "54000", "58030"


def until_nothing_is_open(url: str) -> None:
    """Return once Postgres has ended every transaction, without letting the bot's loop run meanwhile."""

    async def look() -> None:
        connection = await asyncpg.connect(url)
        async with asyncio.timeout(10):
            while await connection.fetchval(OPEN):
                pass
        await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, look()).result()


@pytest.mark.parametrize("when", [AT_ONCE, AT_COMMIT], ids=["at once", "at commit"])
@pytest.mark.parametrize("code", [DISK_FULL, QUEUE_FULL, BROKEN_DISK])
async def test_a_disk_that_takes_nothing_more_changes_nothing_and_is_told(
    own_database: str, sql: Any, incidents: Incidents, caplog: pytest.LogCaptureFixture, code: str, when: str
) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        await world.ann.click(menu, "Write")
        before = await stored(sql)
        await sql.execute(REFUSE)
        await sql.execute(f"{when} EXECUTE FUNCTION refuse('{code}')")
        for label in ("Write", "Write both", "Write both", "Write"):
            await refused(world, menu, label, UNCHANGED, incidents)
            assert await stored(sql) == before
        assert "secret" not in caplog.text
        await sql.execute("DROP TRIGGER refusing ON flowcord_record")
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "2 2"


async def test_a_disk_that_fills_up_between_two_writes_asks_to_check(
    own_database: str, sql: Any, incidents: Incidents
) -> None:
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        await sql.execute(REFUSE)
        await sql.execute(f"{AT_ONCE} WHEN (NEW.data ? 'second') EXECUTE FUNCTION refuse('{DISK_FULL}')")
        await refused(world, menu, "Write", PERHAPS, incidents)
        assert await stored(sql) == [('{"first": 1}', 1)]
        await refused(world, menu, "Write both", UNCHANGED, incidents)
        assert await stored(sql) == [('{"first": 1}', 1)]
        await sql.execute("DROP TRIGGER refusing ON flowcord_record")
        await world.ann.click(menu, "Write")
        assert menu.lines[0] == "2 1"


async def test_a_server_that_only_reads_is_left_for_one_that_writes(
    own_database: str, sql: Any, incidents: Incidents
) -> None:
    name = await sql.fetchval("SELECT current_database()")
    await sql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        for label in ("Write", "Write both"):
            await refused(world, menu, label, UNCHANGED, incidents)
        # Of connections that are open, none becomes another by that: they still lead to one that only reads.
        await sql.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        for label in ("Write", "Write both"):
            await world.ann.click(menu, label)
        assert menu.lines[0] == "2 2"


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
async def test_a_limit_of_the_database_s_own_changes_nothing_and_the_next_click_works(
    own_database: str, sql: Any, incidents: Incidents, limit: str
) -> None:
    name = await sql.fetchval("SELECT current_database()")
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        await world.ann.click(menu, "Write")
    await sql.execute(f"ALTER DATABASE {name} SET {limit} = '50ms'")
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        before = await stored(sql)
        async with sql.transaction():
            await sql.execute("SELECT 1 FROM flowcord_record FOR UPDATE")
            for label in ("Write", "Write both"):
                await refused(world, menu, label, UNCHANGED, incidents)
        assert await stored(sql) == before
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "2 2"


@pytest.mark.parametrize("setting", ["idle_in_transaction_session_timeout", "transaction_timeout"])
async def test_a_unit_of_work_that_postgres_ended_meanwhile_stored_nothing(
    own_database: str, sql: Any, incidents: Incidents, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    name = await sql.fetchval("SELECT current_database()")
    await sql.execute(f"ALTER DATABASE {name} SET {setting} = '50ms'")
    async with simulated(Bot(Ledger, database=own_database)) as world:
        menu = await world.ann.open("ledger")
        monkeypatch.setattr(Ledger, "stop", lambda: until_nothing_is_open(own_database))
        await refused(world, menu, "Write both", UNCHANGED, incidents)
        assert await stored(sql) == []
        monkeypatch.setattr(Ledger, "stop", None)
        await world.ann.click(menu, "Write both")
        assert menu.lines[0] == "1 1"
