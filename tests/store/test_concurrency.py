"""Writers at once: nothing is lost, and nobody wins with what is old."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from flowcord.store import Append, Conflict, Increment, Increments, Merge, Put, Replace, Store, Written
from tests.store.conftest import ANN, DRAFT, FOREVER, numbers


async def both(a: Iterable[Any], b: Iterable[Any]) -> list[Written]:
    """Run the writes of A and B all at once."""
    return await asyncio.gather(*(write for pair in zip(a, b, strict=True) for write in pair))


@pytest.mark.case("D45")
async def test_two_first_writes_make_one_row_with_both_changes(a: Store, b: Store) -> None:
    written = await both([a.write(ANN, Merge({"x": 1}), FOREVER)], [b.write(ANN, Merge({"y": 2}), FOREVER)])
    assert sorted(one.record.version for one in written) == [1, 2]
    record = await a.read_fresh(ANN)
    assert (record.version, record.data) == (2, {"x": 1, "y": 2})


@pytest.mark.case("D46")
async def test_a_hundred_increments_at_once_count_a_hundred(a: Store, b: Store) -> None:
    written = await both(
        (a.write(ANN, numbers(n=1), FOREVER) for _ in range(50)),
        (b.write(ANN, numbers(n=1), FOREVER) for _ in range(50)),
    )
    assert sorted(one.record.version for one in written) == list(range(1, 101))
    assert all((one.record.data or {})["n"] == one.record.version for one in written)


async def test_increments_with_a_limit_stop_exactly_there(a: Store, b: Store) -> None:
    from flowcord.store import Bound, Refused

    one_more = Increments((Increment("n", 1, 0, upper=Bound(30)),))
    results = await asyncio.gather(
        *(store.write(ANN, one_more, FOREVER) for store in (a, b) for _ in range(40)), return_exceptions=True
    )
    assert sum(isinstance(result, Written) for result in results) == 30
    assert sum(isinstance(result, Refused) for result in results) == 50
    assert (await a.read_fresh(ANN)).data == {"n": 30}


@pytest.mark.case("D47")
async def test_each_appended_item_is_there_once_in_the_order_of_commits(a: Store, b: Store) -> None:
    written = await both(
        (a.write(ANN, Append("l", f"a{n}"), FOREVER) for n in range(50)),
        (b.write(ANN, Append("l", f"b{n}"), FOREVER) for n in range(50)),
    )
    items = (await a.read_fresh(ANN)).data
    assert items is not None
    assert sorted(items["l"]) == sorted([*(f"a{n}" for n in range(50)), *(f"b{n}" for n in range(50))])
    for one in written:
        assert (one.record.data or {})["l"] == items["l"][: one.record.version]


@pytest.mark.case("D48")
async def test_different_keys_all_stay_and_one_key_keeps_one_of_its_values(a: Store, b: Store) -> None:
    await both(
        (a.write(ANN, Put("m", f"a{n}", n), FOREVER) for n in range(20)),
        (b.write(ANN, Put("m", f"b{n}", n), FOREVER) for n in range(20)),
    )
    await both([a.write(ANN, Put("m", "same", "a"), FOREVER)], [b.write(ANN, Put("m", "same", "b"), FOREVER)])
    stored = ((await a.read_fresh(ANN)).data or {})["m"]
    assert len(stored) == 41
    assert stored["same"] in ("a", "b")


@pytest.mark.case("D49", "D52")
async def test_replacements_land_only_on_their_basis(a: Store, b: Store) -> None:
    landed = 0

    async def add(store: Store) -> None:
        nonlocal landed
        while True:
            basis = await store.read_fresh(ANN)
            n = (basis.data or {}).get("n", 0)
            try:
                await store.write(ANN, Replace({"n": n + 1}, basis), FOREVER)
            except Conflict:
                continue
            landed += 1
            return

    await asyncio.gather(*(add(store) for store in (a, b) for _ in range(10)))
    record = await a.read_fresh(ANN)
    assert (landed, record.data, record.version) == (20, {"n": 20}, 20)
    conflicts = a.stats()["conflicts"] + b.stats()["conflicts"]
    assert conflicts == a.counters.conflicts + b.counters.conflicts


@pytest.mark.case("D52")
async def test_a_replacement_on_a_stale_basis_conflicts_and_brings_the_newer_record(
    a: Store, b: Store
) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    stale = await a.read_fresh(ANN)
    await b.write(ANN, Merge({"y": 2}), FOREVER)
    with pytest.raises(Conflict):
        await a.write(ANN, Replace({"x": 9}, stale), FOREVER)
    with pytest.raises(Conflict):  # even where nothing would change: that version is gone
        await a.write(ANN, Replace({"x": 1}, stale), FOREVER)
    assert a.stats()["conflicts"] == 2
    assert (await a.read_fresh(ANN)).data == {"x": 1, "y": 2}


async def test_a_replacement_that_equals_its_basis_is_none(a: Store) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    written = await a.write(ANN, Replace({"x": 1}, await a.read_fresh(ANN)), FOREVER)
    assert (written.changed, written.record.version) == (False, 1)


async def test_of_two_first_replacements_one_conflicts(a: Store, b: Store) -> None:
    nothing = (await a.read([DRAFT]))[DRAFT]
    results = await asyncio.gather(
        a.write(DRAFT, Replace({"by": "a"}, nothing), FOREVER),
        b.write(DRAFT, Replace({"by": "b"}, nothing), FOREVER),
        return_exceptions=True,
    )
    assert sorted(type(result) for result in results if isinstance(result, Conflict)) == [Conflict]
    assert (await a.read_fresh(DRAFT)).version == 1


@pytest.mark.case("D53")
async def test_the_cache_is_never_the_basis_of_a_write(a: Store, b: Store, sql: Any) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    # Unheard by A: the trigger that would tell it is off.
    await sql.execute("ALTER TABLE flowcord_record DISABLE TRIGGER ALL")
    try:
        await b.write(ANN, Merge({"x": 2}), FOREVER)
        assert (a.peek(ANN) or await a.read_fresh(ANN)).data == {"x": 1}
        written = await a.write(ANN, Merge({"x": 1}), FOREVER)
    finally:
        await sql.execute("ALTER TABLE flowcord_record ENABLE TRIGGER ALL")
    assert (written.changed, written.record.version, written.record.data) == (True, 3, {"x": 1})


async def test_two_processes_lose_nothing_of_each_other(a: Store, database: str) -> None:
    count = 100
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.store.worker", database, str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    other = asyncio.create_task(worker.communicate(b"go\n"))
    for n in range(count):
        await asyncio.gather(
            a.write(ANN, numbers(clicks=1), FOREVER), a.write(ANN, Append("log", f"ours {n}"), FOREVER)
        )
    await other
    assert worker.returncode == 0
    record = await a.read_fresh(ANN)
    assert record.data is not None
    assert (record.data["clicks"], record.version) == (2 * count, 4 * count)
    for whose in ("ours", "theirs"):
        assert [line for line in record.data["log"] if line.startswith(whose)] == [
            f"{whose} {n}" for n in range(count)
        ]
