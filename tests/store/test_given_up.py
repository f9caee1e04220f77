"""Units of work that are given up while they wait for a lock: what they had locked is free at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from flowcord.errors import AtomicError, StoreUnavailableError
from flowcord.store import Merge, Store
from flowcord.testing.clock import VirtualClock
from tests.store.conftest import ANN, DRAFT, FOREVER, numbers, running
from tests.store.test_listener import advance
from tests.store.test_unit import locks

WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
async def held(a: Store, database: str) -> AsyncIterator[None]:
    """Another's transaction has `DRAFT` locked, to the end of the test."""
    await a.write(DRAFT, Merge({"by": "nobody"}), FOREVER)
    other = await asyncpg.connect(database)
    async with other.transaction():
        await other.execute("SELECT 1 FROM flowcord_record FOR UPDATE")
        yield
    await other.close()


async def waits(store: Store) -> None:
    """Lock `ANN`, and wait for `DRAFT`."""
    async with store.atomic():
        await store.write(ANN, numbers(n=1), FOREVER)
        async with store.atomic():
            await store.write(DRAFT, numbers(n=1), FOREVER)


async def until(sql: Any, waiting: int) -> None:
    async with asyncio.timeout(10):
        while await sql.fetchval(WAITING) != waiting:
            pass


@pytest.mark.case("D62")
@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda unit, _clock: unit.cancel(), asyncio.CancelledError),
        (lambda _unit, clock: advance(clock, 10), AtomicError),
    ],
    ids=["cancelled", "out of time"],
)
async def test_a_unit_of_work_that_ends_while_it_waits_holds_nobody_up(
    a: Store, b: Store, sql: Any, clock: VirtualClock, end: Callable[..., object], told: type[BaseException]
) -> None:
    unit = asyncio.create_task(waits(a))
    await until(sql, 1)
    end(unit, clock)
    with pytest.raises(told):
        await unit
    await free(b, sql)


@pytest.mark.usefixtures("held")
async def test_a_unit_of_work_whose_statement_takes_too_long_holds_nobody_up(
    database: str, b: Store, sql: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowcord.store.database.STATEMENT_LIMIT", 0.3)
    async with running(database) as store:
        with pytest.raises(StoreUnavailableError) as hung:
            await waits(store)
        await free(b, sql)
    assert hung.value.outcome == "not_applied"


@pytest.mark.case("D115")
@pytest.mark.parametrize(("writes", "outcome"), [(2, "not_applied"), (1, "unknown")], ids=["write", "commit"])
async def test_a_unit_of_work_on_a_frozen_server_is_given_up_in_time(
    server: Any, monkeypatch: pytest.MonkeyPatch, writes: int, outcome: str
) -> None:
    monkeypatch.setattr("flowcord.store.database.STATEMENT_LIMIT", 0.3)
    monkeypatch.setattr("flowcord.store.database._CANCEL_LIMIT", 0.1)
    async with running(server.url) as store:
        async with asyncio.timeout(5):
            with pytest.raises(StoreUnavailableError) as hung:
                async with store.atomic():
                    await store.write(ANN, numbers(n=1), FOREVER)
                    server.freeze()
                    if writes == 2:
                        await store.write(DRAFT, numbers(n=1), FOREVER)
        assert hung.value.outcome == outcome
        server.thaw()
        async with asyncio.timeout(5):
            await store.write(ANN, numbers(n=1), FOREVER)
        assert ((await store.read_fresh(ANN)).data or {})["n"] == (await store.read_fresh(ANN)).version
        assert (await store.read_fresh(DRAFT)).version == 0


async def free(store: Store, sql: Any) -> None:
    """Nobody waits any more, and what the unit of work had locked can be written."""
    assert await sql.fetchval(WAITING) == 0
    assert await locks(sql) == 1  # the one that holds `DRAFT`
    assert (await store.write(ANN, numbers(n=1), FOREVER)).record.version == 1
