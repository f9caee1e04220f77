"""Units of work: all or nothing, unseen until the end, savepoints inside."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from flowcord.errors import (
    AtomicError,
    ConcurrentModificationError,
    StoreError,
    StoreUnavailableError,
)
from flowcord.store import Address, Bound, Increment, Increments, Merge, Refused, Replace, Store
from flowcord.testing.clock import VirtualClock
from tests.store.conftest import ANN, DRAFT, FOREVER, GUILD, Ears, numbers, running

BOB = Address("user", "43", "")
COUNT = "SELECT count(*) FROM flowcord_record"
KILLED = """
import asyncio, sys
from flowcord.store import Merge, Store
from tests.store.conftest import ANN, DRAFT, FOREVER

async def main():
    store = Store(sys.argv[1])
    await store.start()
    async with store.atomic():
        for address in (ANN, DRAFT):
            await store.write(address, Merge({"x": 1}), FOREVER)
        print("written", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def locks(sql: Any) -> int:
    """How many other connections are inside a transaction."""
    return await sql.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
    )


@pytest.mark.case("D54", "D56")
async def test_three_records_appear_together(a: Store, b: Store, sql: Any) -> None:
    async with a.atomic():
        for address in (ANN, DRAFT, GUILD):
            await a.write(address, Merge({"x": 1}), FOREVER)
            assert await sql.fetchval(COUNT) == 0
        assert (a.peek(ANN) or await a.read_fresh(ANN)).data == {"x": 1}
        assert (await a.read([ANN, DRAFT]))[DRAFT].data == {"x": 1}
        assert (await b.read([ANN]))[ANN].data is None
    assert await sql.fetchval(COUNT) == 3
    assert {address for address in (ANN, DRAFT, GUILD) if a.peek(address)} == {ANN, DRAFT, GUILD}


async def test_another_task_of_the_process_reads_what_is_committed(a: Store) -> None:
    outside = asyncio.Event()
    inside = asyncio.Event()

    async def reader() -> object:
        await inside.wait()
        found = (await a.read([ANN]))[ANN].data
        outside.set()
        return found

    reading = asyncio.create_task(reader())
    async with a.atomic():
        await a.write(ANN, Merge({"x": 1}), FOREVER)
        inside.set()
        await outside.wait()
    assert await reading is None
    assert (await a.read([ANN]))[ANN].data == {"x": 1}


@pytest.mark.case("D55")
async def test_after_an_exception_nothing_shows(a: Store, b: Store, sql: Any) -> None:
    ears_a, ears_b = Ears(a), Ears(b)
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    undone: list[int] = []
    with pytest.raises(ZeroDivisionError):
        async with a.atomic() as unit:
            await a.write(ANN, Merge({"x": 2}), FOREVER)
            unit.on_rollback(lambda: undone.append(1))
            await a.write(DRAFT, Merge({"x": 2}), FOREVER)
            unit.on_rollback(lambda: undone.append(2))
            raise ZeroDivisionError
    assert undone == [2, 1]
    assert (await a.read([ANN, DRAFT]))[ANN].data == {"x": 1}
    assert await sql.fetchval(COUNT) == 1
    await a.write(GUILD, Merge({"x": 3}), FOREVER)
    await ears_b.wait_for(GUILD, 1)
    await ears_a.wait_for(GUILD, 1)
    assert {*ears_a.heard, *ears_b.heard} == {(ANN, 1), (GUILD, 1)}
    assert a.stats()["writes"] == 2


@pytest.mark.case("D57")
async def test_transfers_at_once_keep_the_sum_and_run_once(a: Store, b: Store) -> None:
    for address in (ANN, BOB):
        await a.write(address, Merge({"coins": 100}), FOREVER)
    runs = 0

    async def transfer(store: Store, coins: int) -> None:
        nonlocal runs
        async with store.atomic():
            for address, change in ((ANN, -coins), (BOB, coins)):
                basis = await store.lock(address)
                runs += 1
                await store.write(
                    address, Replace({"coins": (basis.data or {})["coins"] + change}, basis), FOREVER
                )

    await asyncio.gather(*(transfer(store, n) for store in (a, b) for n in range(1, 6)))
    ann, bob = await a.read_fresh(ANN), await a.read_fresh(BOB)
    assert (ann.data, bob.data, runs) == ({"coins": 70}, {"coins": 130}, 20)


@pytest.mark.case("D58")
async def test_a_block_inside_rolls_back_alone(a: Store) -> None:
    undone: list[str] = []
    async with a.atomic() as outer:
        await a.write(ANN, Merge({"outer": 1}), FOREVER)
        outer.on_rollback(lambda: undone.append("outer"))
        with pytest.raises(ZeroDivisionError):
            async with a.atomic() as inner:
                await a.write(ANN, Merge({"inner": 1}), FOREVER)
                await a.write(DRAFT, Merge({"inner": 1}), FOREVER)
                inner.on_rollback(lambda: undone.append("inner"))
                raise ZeroDivisionError
        assert (await a.read([ANN]))[ANN].data == {"outer": 1}
        async with a.atomic():
            await a.write(ANN, Merge({"kept": 1}), FOREVER)
        assert (await a.read([ANN]))[ANN].data == {"outer": 1, "kept": 1}
    assert undone == ["inner"]
    assert (await a.read_fresh(ANN)).data == {"outer": 1, "kept": 1}
    assert (await a.read_fresh(DRAFT)).data is None


async def test_a_block_inside_is_rolled_back_with_its_outer_block(a: Store, sql: Any) -> None:
    undone: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with a.atomic():
            async with a.atomic() as inner:
                await a.write(ANN, Merge({"x": 1}), FOREVER)
                inner.on_rollback(lambda: undone.append("inner"))
            raise ZeroDivisionError
    assert undone == ["inner"]
    assert await sql.fetchval(COUNT) == 0


@pytest.mark.case("D59")
async def test_a_refused_write_leaves_the_block_usable(a: Store) -> None:
    async with a.atomic():
        await a.write(ANN, numbers(n=1), FOREVER)
        with pytest.raises(Refused):
            await a.write(ANN, Increments((Increment("n", -5, 0, lower=Bound(0)),)), FOREVER)
        await a.write(ANN, numbers(n=1), FOREVER)
    assert (await a.read_fresh(ANN)).data == {"n": 2}


async def test_a_database_error_ends_the_block_even_if_swallowed(a: Store, sql: Any) -> None:
    nowhere = Address("nowhere", "1", "")  # which the table's check refuses
    with pytest.raises(AtomicError):
        async with a.atomic():
            await a.write(ANN, Merge({"x": 1}), FOREVER)
            with pytest.raises(StoreError) as refused:
                await a.write(nowhere, Merge({"secret": 1}), FOREVER)
            assert refused.value.sqlstate == "23514"
            assert "secret" not in str(refused.value)
            with pytest.raises(AtomicError):
                await a.write(ANN, Merge({"x": 2}), FOREVER)
    assert await sql.fetchval(COUNT) == 0
    async with a.atomic():
        await a.write(ANN, Merge({"outer": 1}), FOREVER)
        with pytest.raises(StoreError):
            async with a.atomic():
                await a.write(nowhere, Merge({"x": 1}), FOREVER)
    assert (await a.read_fresh(ANN)).data == {"outer": 1}


async def test_gather_inside_runs_in_turn(a: Store) -> None:
    async def nested(n: int) -> None:
        async with a.atomic():
            await a.write(ANN, numbers(n=1), FOREVER)
            if n % 2:
                raise ZeroDivisionError

    async with a.atomic():
        await asyncio.gather(*(a.write(ANN, numbers(n=100), FOREVER) for _ in range(5)))
        results = await asyncio.gather(*(nested(n) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(result, ZeroDivisionError) for result in results) == 5
    assert (await a.read_fresh(ANN)).data == {"n": 505}


@pytest.mark.case("D55")
async def test_what_a_gathered_read_meets_of_the_block_is_nobody_else_s(a: Store) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    a._cache.evict(ANN)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(LookupError):
        async with a.atomic():
            await a.write(GUILD, Merge({"x": 2}), FOREVER)
            _, read = await asyncio.gather(a.write(ANN, Merge({"x": 2}), FOREVER), a.read([ANN]))
            assert read[ANN].data == {"x": 2}
            raise LookupError
    assert (await a.read([ANN]))[ANN].data == {"x": 1}


@pytest.mark.case("D61")
async def test_of_two_blocks_in_a_deadlock_one_commits(a: Store, b: Store, sql: Any) -> None:
    for address in (ANN, BOB):
        await a.write(address, numbers(n=0, m=1), FOREVER)
    first = {a: asyncio.Event(), b: asyncio.Event()}

    async def cross(store: Store, other: Store, *order: Address) -> None:
        async with store.atomic():
            await store.write(order[0], numbers(n=1), FOREVER)
            first[store].set()
            await first[other].wait()
            await store.write(order[1], numbers(n=1), FOREVER)

    results = await asyncio.gather(cross(a, b, ANN, BOB), cross(b, a, BOB, ANN), return_exceptions=True)
    lost = [result for result in results if result is not None]
    assert [type(result) for result in lost] == [ConcurrentModificationError]
    assert isinstance(lost[0], ConcurrentModificationError)
    assert lost[0].attempts == 1
    assert [(await sql.fetchval("SELECT sum((data->>'n')::int) FROM flowcord_record"))] == [2]
    assert await locks(sql) == 0


@pytest.mark.case("D62")
async def test_a_cancelled_block_stores_nothing_and_holds_nobody_up(a: Store, b: Store, sql: Any) -> None:
    entered = asyncio.Event()

    async def handler() -> None:
        async with a.atomic():
            await a.write(ANN, Merge({"x": 1}), FOREVER)
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(handler())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    written = await b.write(ANN, Merge({"y": 1}), FOREVER)
    assert (written.record.version, written.record.data) == (1, {"y": 1})


async def test_a_cancelled_statement_ends_its_block(a: Store, b: Store) -> None:
    locked, done = asyncio.Event(), asyncio.Event()

    async def holder() -> None:
        async with b.atomic():
            await b.write(ANN, Merge({"by": "b"}), FOREVER)
            locked.set()
            await done.wait()

    holding = asyncio.create_task(holder())
    await locked.wait()
    with pytest.raises(AtomicError):
        async with a.atomic():
            await a.write(DRAFT, Merge({"x": 1}), FOREVER)
            waiting = asyncio.create_task(a.write(ANN, Merge({"by": "a"}), FOREVER))
            while not waiting.done() and not await _is_waiting(b):
                pass
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
    done.set()
    await holding
    assert (await a.read_fresh(DRAFT)).data is None
    assert (await a.read_fresh(ANN)).data == {"by": "b"}


async def _is_waiting(store: Store) -> bool:
    database = store._database  # pyright: ignore[reportPrivateUsage]
    async with database.connection("looking for locks") as connection:
        rows = await connection.fetch("SELECT 1 FROM pg_locks WHERE NOT granted")
    return bool(rows)


async def test_a_block_that_stays_open_too_long_is_over(a: Store, clock: VirtualClock, sql: Any) -> None:
    with pytest.raises(AtomicError, match="longer than 10 s"):
        async with a.atomic():
            await a.write(ANN, Merge({"x": 1}), FOREVER)
            clock.move_to(10.0)
            assert clock.fire_due(asyncio.get_running_loop())
            await sql.fetchval("SELECT 1")  # time for Postgres to notice
            with pytest.raises(AtomicError):
                await a.write(ANN, Merge({"x": 2}), FOREVER)
    assert (await a.write(ANN, Merge({"x": 3}), FOREVER)).record.version == 1


async def test_a_task_that_a_block_inside_keeps_waiting_and_waits_for_is_let_go(
    a: Store, clock: VirtualClock
) -> None:
    inside = asyncio.Event()

    async def sibling() -> None:
        await inside.wait()
        await a.write(DRAFT, Merge({"x": 1}), FOREVER)

    async with asyncio.timeout(10):
        with pytest.raises(AtomicError, match="longer than 10 s"):
            async with a.atomic():
                await a.write(ANN, Merge({"x": 1}), FOREVER)
                task = asyncio.create_task(sibling())
                async with a.atomic():
                    inside.set()
                    await asyncio.sleep(0.01)
                    clock.move_to(10.0)
                    assert clock.fire_due(asyncio.get_running_loop())
                    await task
    assert (await a.write(ANN, Merge({"x": 2}), FOREVER)).record.version == 1


@pytest.mark.case("D63")
async def test_a_process_killed_inside_a_unit_of_work_stored_nothing_and_holds_nobody_up(
    a: Store, database: str
) -> None:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, database, stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"written\n"
    worker.kill()
    await worker.wait()
    async with asyncio.timeout(3):
        written = await a.write(ANN, Merge({"y": 1}), FOREVER)
    assert (written.record.version, written.record.data) == (1, {"y": 1})
    assert (await a.read_fresh(DRAFT)).version == 0


async def test_a_task_that_outlives_its_block_cannot_write_into_it(a: Store) -> None:
    ended = asyncio.Event()

    async def straggler() -> None:
        await ended.wait()
        assert (await a.read([ANN]))[ANN].data == {"x": 1}
        with pytest.raises(AtomicError):
            async with a.atomic():
                raise AssertionError("it was entered")
        await a.write(ANN, Merge({"x": 2}), FOREVER)

    async with a.atomic():
        task = asyncio.create_task(straggler())
        await a.write(ANN, Merge({"x": 1}), FOREVER)
    ended.set()
    with pytest.raises(AtomicError):
        await task
    assert (await a.read_fresh(ANN)).data == {"x": 1}


async def test_a_block_that_only_reads_what_is_cached_costs_no_connection(a: Store, sql: Any) -> None:
    await a.read([ANN])
    async with a.atomic():
        async with a.atomic():
            await a.read([ANN])
        assert await locks(sql) == 0


async def test_blocks_that_hold_every_connection_still_read(database: str) -> None:
    async with running(database, pool_size=2) as store:
        meet = asyncio.Barrier(2)

        async def work(address: Address) -> None:
            async with store.atomic():
                await store.write(address, Merge({"x": 1}), FOREVER)
                await meet.wait()
                await store.read([DRAFT, GUILD])
                await store.read_fresh(DRAFT)
                await meet.wait()

        await asyncio.gather(work(ANN), work(BOB))


async def test_two_stores_in_one_task_keep_their_units_apart(a: Store, b: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with a.atomic():
            await a.write(ANN, Merge({"x": 1}), FOREVER)
            await b.write(BOB, Merge({"x": 1}), FOREVER)
            async with b.atomic():
                await a.write(DRAFT, Merge({"x": 1}), FOREVER)
            raise ZeroDivisionError
    assert [(await a.read_fresh(address)).version for address in (ANN, BOB, DRAFT)] == [0, 1, 0]


async def test_a_lock_outside_a_unit_of_work_is_refused(a: Store) -> None:
    with pytest.raises(AtomicError):
        await a.lock(ANN)


async def test_a_pool_that_is_taken_is_unavailable_and_nothing_was_applied(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowcord.store.database.ACQUIRE_LIMIT", 0.05)
    async with running(database, pool_size=1) as store:
        async with store.atomic():
            await store.write(ANN, Merge({"x": 1}), FOREVER)
            outside = asyncio.get_running_loop().create_task(_write_outside(store))
            with pytest.raises(StoreUnavailableError) as busy:
                await outside
        assert busy.value.outcome == "not_applied"
        assert (await store.read_fresh(BOB)).version == 0


async def _write_outside(store: Store) -> None:
    import contextvars

    await asyncio.get_running_loop().create_task(
        store.write(BOB, Merge({"x": 1}), FOREVER), context=contextvars.Context()
    )
