"""Many writers, and everything else fails: whatever was acknowledged is there once, and no write is half."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from flowcord.store import Store
from flowcord.testing.clock import VirtualClock
from tests.conftest import Server
from tests.store.conftest import ANN, FOREVER, Ears, numbers, running
from tests.store.ledger import TOGETHER, Ledger, Load
from tests.store.test_faults import CutOff
from tests.store.test_listener import KILL, advance, deaf
from tests.store.test_unit import BOB, locks

POOLED = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN %'"""


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def check(ledger: Ledger, url: str, *stores: Store) -> None:
    """The rows are as the ledger says, nothing is locked, and the stores work on and show what is there."""
    async with looking(url) as sql:
        await ledger.check(sql)
        assert await locks(sql) == 0
    for store in stores:
        await store.write(BOB, numbers(n=1), FOREVER)
        async with store.atomic():
            await store.write(BOB, numbers(n=1), FOREVER)
        for address in TOGETHER:
            assert (await store.read([address]))[address] == await store.read_fresh(address)


@pytest.mark.case("D112", "D113", "D114")
@pytest.mark.parametrize("end", ["stop", "crash"])
async def test_a_server_that_ends_and_comes_back_loses_and_repeats_nothing(server: Server, end: str) -> None:
    async with running(server.url) as store:
        async with Load(store) as load:
            for _ in range(2):
                await load.more(50)
                load.up.clear()
                await asyncio.to_thread(getattr(server, end))
                await asyncio.to_thread(server.start)
                load.up.set()
            await load.more(50)
        await check(load.ledger, server.url, store)
    assert load.ledger.refused | load.ledger.unknown


@pytest.mark.case("D113")
async def test_connections_cut_again_and_again_lose_and_repeat_nothing(database: str, sql: Any) -> None:
    async with running(database) as store:
        async with Load(store) as load:
            for _ in range(15):
                await load.more(20)
                assert await sql.fetchval(POOLED) > 0
            await load.more(20)
        await check(load.ledger, database, store)
    assert load.ledger.unknown


@pytest.mark.case("D113")
async def test_answers_that_never_arrive_leave_writes_that_are_there_once_or_not_at_all(
    database: str, sql: Any
) -> None:
    async with CutOff(database) as between, running(between.url, listen=database) as store:
        async with Load(store) as load:
            for _ in range(15):
                await load.more(20)
                between.cuts = 3
            await load.more(20)
        between.cuts = 0
        there = await load.ledger.check(sql)
        await check(load.ledger, database, store)
    assert load.ledger.unknown & there  # what was repeated would be there twice


@pytest.mark.case("D63")
async def test_of_processes_that_are_killed_every_acknowledged_write_is_there_once(
    a: Store, database: str
) -> None:
    workers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.store.worker", database), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    outputs = [worker.stdout for worker in workers if worker.stdout is not None]
    lines = [await output.readline() for output in outputs]
    async with Load(a) as load:
        for worker, output, count in zip(workers, outputs, (20, 75), strict=True):
            lines += [await output.readline() for _ in range(count)]
            worker.kill()
            lines += (await output.read()).splitlines(keepends=True)
            await worker.wait()
            await load.more(30)
    load.ledger.acknowledged |= {line.decode().strip() for line in lines if line.endswith(b"\n")}
    assert load.ledger.refused | load.ledger.unknown == set()  # nobody waited for what the dead had locked
    load.ledger.silenced = "of "
    await check(load.ledger, database, a)


@pytest.mark.case("D108")
async def test_once_the_listener_is_back_nobody_reads_what_is_old(
    a: Store, b: Store, sql: Any, clock: VirtualClock
) -> None:
    ears = Ears(a)
    async with Load(b) as load:
        for times in (1, 2, 3):
            await load.more(20)
            await a.read(TOGETHER)
            await sql.execute(KILL)
            await deaf(a)
            await deaf(b)
            await load.more(20)
            told = dict(load.versions)
            assert advance(clock, 0.5)
            await ears.wait_for(None, times=times)
            found = await a.read(told)
            assert [address for address in told if found[address].version < told[address]] == []
    await b.write(ANN, numbers(n=1), FOREVER)
    await b.write(BOB, numbers(n=1), FOREVER)
    await ears.wait_for(BOB, 1)
    for address in (*told, BOB):
        assert (await a.read([address]))[address] == await a.read_fresh(address)
