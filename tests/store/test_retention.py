"""How records end: swept when they have expired, purged when somebody says so, and never back again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from flowcord.errors import AtomicError
from flowcord.store import Address, Conflict, Merge, Policy, Replace, Store
from flowcord.store.retention import SWEEP_INTERVAL
from flowcord.testing.clock import VirtualClock
from tests.conftest import Server
from tests.store.conftest import ANN, DRAFT, FOREVER, GUILD, Ears, running
from tests.store.test_listener import advance

EXPIRE = "UPDATE flowcord_record SET expires_at = now() - interval '1 s' WHERE name LIKE 'old%'"
BRIEF = Policy(keep=timedelta(hours=1))


def old(number: int) -> Address:
    return ANN._replace(name=f"old{number}")


async def live(sql: Any) -> int:
    return await sql.fetchval("SELECT count(*) FROM flowcord_record WHERE data IS NOT NULL")


@pytest.mark.case("D91")
async def test_sweeps_at_once_count_each_expired_record_once(a: Store, b: Store, sql: Any) -> None:
    await sql.execute(
        "INSERT INTO flowcord_record (scope, scope_id, name, data, expires_at) "
        "SELECT 'user', '42', 'old' || n, '{}', now() - interval '1 s' FROM generate_series(1, 1200) n"
    )
    await a.write(ANN, Merge({"x": 1}), BRIEF)
    await a.write(DRAFT, Merge({"x": 1}), FOREVER)
    counts = await asyncio.gather(a.sweep(), b.sweep(), a.sweep())
    assert sum(counts) == 1200 == a.stats()["swept"] + b.stats()["swept"]
    assert await live(sql) == 2
    assert await sql.fetchval("SELECT bool_and(version = 2) FROM flowcord_record WHERE data IS NULL")
    assert await a.sweep() == 0


@pytest.mark.case("D91")
async def test_a_record_that_is_locked_or_renewed_meanwhile_is_kept(a: Store, b: Store, sql: Any) -> None:
    await a.write(old(1), Merge({"x": 1}), BRIEF)
    await sql.execute(EXPIRE)
    async with b.atomic():
        await b.write(old(1), Merge({"x": 2}), BRIEF)
        assert await a.sweep() == 0  # it neither waits for the writer nor takes the row from it
    assert (await b.read_fresh(old(1))).data == {"x": 2}
    assert await a.sweep() == 0


async def test_a_swept_record_goes_on_at_its_next_version(a: Store, b: Store, sql: Any) -> None:
    await a.write(old(1), Merge({"x": 1}), BRIEF)
    await sql.execute(EXPIRE)
    basis = await b.read_fresh(old(1))
    await a.sweep()
    with pytest.raises(Conflict):
        await b.write(old(1), Replace({"x": 9}, basis=basis), FOREVER)
    written = await b.write(old(1), Merge({"y": 1}), FOREVER)
    assert (written.record.version, written.record.data) == (3, {"y": 1})


async def test_tombstones_stay_for_30_days(a: Store, sql: Any) -> None:
    for number, days in ((1, 29), (2, 31)):
        await a.write(old(number), Merge({"x": 1}), FOREVER)
        await sql.execute(
            "UPDATE flowcord_record SET data = NULL, version = 2, "
            "deleted_at = now() - make_interval(days => $1) WHERE name = $2", days, f"old{number}",
        )  # fmt: skip
    await a.sweep()
    assert await sql.fetchval("SELECT string_agg(name, ' ') FROM flowcord_record") == "old1"


async def test_sweeping_happens_by_itself_also_after_one_that_failed(
    server: Server, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(server.url, clock=clock) as store:
        await store.write(old(1), Merge({"x": 1}), Policy(keep=timedelta(microseconds=1)))
        await asyncio.to_thread(server.stop)
        advance(clock, SWEEP_INTERVAL)
        await _swept(store)
        assert "could not be swept" in caplog.text
        await asyncio.to_thread(server.start)
        advance(clock, SWEEP_INTERVAL)
        await _swept(store)
        assert store.stats()["swept"] == 1


async def _swept(store: Store) -> None:
    """Return when the sweep that has begun is done."""
    await asyncio.sleep(0)  # a timer that is due fires in the loop's next turn
    task = store._retention._task
    assert task is not None
    await task


@pytest.mark.case("D92")
async def test_a_purged_id_reads_as_unwritten_everywhere(a: Store, b: Store) -> None:
    plan = DRAFT._replace(name="plan")
    elsewhere = DRAFT._replace(scope_id="wizard/2/42")
    for address in (DRAFT, plan, elsewhere, GUILD):
        await a.write(address, Merge({"x": 1}), FOREVER)
        await b.read([address])
    ears = Ears(b)
    assert await a.purge("session", DRAFT.scope_id) == 2
    assert [a.peek(address) for address in (DRAFT, plan)] == [None, None]
    await ears.wait_for(DRAFT, 2)
    await ears.wait_for(plan, 2)
    for store in (a, b):
        found = await store.read([DRAFT, plan, elsewhere, GUILD])
        assert [found[each].data for each in (DRAFT, plan)] == [None, None]
        assert [found[each].data for each in (elsewhere, GUILD)] == [{"x": 1}, {"x": 1}]
    assert await a.purge("session", DRAFT.scope_id) == 0


@pytest.mark.case("D94")
async def test_a_forgotten_user_s_records_end_and_nobody_else_s(a: Store, sql: Any) -> None:
    own, other = Policy(owner="42"), Policy(owner="43")
    mine = [ANN, ANN._replace(scope_id="wizard/42"), DRAFT]
    for address in mine:
        await a.write(address, Merge({"x": 1}), own)
    await a.write(ANN._replace(scope_id="43"), Merge({"x": 1}), other)
    await a.write(GUILD, Merge({"x": 1}), FOREVER)
    assert await a.forget("42") == 3
    assert await live(sql) == 2
    assert all(record.data is None for record in (await a.read(mine)).values())


async def test_nothing_is_purged_in_the_middle_of_a_transaction(a: Store) -> None:
    async with a.atomic():
        for purging in (a.purge("user", "42"), a.forget("42"), a.sweep()):
            with pytest.raises(AtomicError, match="before or after"):
                await purging
