"""What a write costs does not depend on how many others are stored."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest

from flowcord.store import Address, Merge, Store
from tests.store.conftest import ANN, FOREVER, numbers, running

OTHERS = """
INSERT INTO flowcord_record (scope, scope_id, name, data)
SELECT 'user', n::text, '', '{"clicks": 1, "theme": "dark"}' FROM generate_series(1000000, 1050000 - 1) AS n
"""
WAL = "SELECT pg_current_wal_insert_lsn()"
BYTES = "SELECT ($2::pg_lsn - $1::pg_lsn)::bigint"


async def wal_of_a_write(store: Store, sql: Any) -> int:
    """Bytes of WAL of an increment, at best: now and then Postgres logs a whole page."""
    sizes: list[int] = []
    for _ in range(20):
        before = await sql.fetchval(WAL)
        await store.write(ANN, numbers(clicks=1), FOREVER)
        sizes.append(await sql.fetchval(BYTES, before, await sql.fetchval(WAL)))
    return min(sizes)


async def time_of_a_write(store: Store) -> float:
    """Seconds of an increment, as the median of many."""
    times: list[float] = []
    for _ in range(200):
        began = time.perf_counter()
        await store.write(ANN, numbers(clicks=1), FOREVER)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


async def test_bytes_and_time_of_a_write_do_not_grow_with_stored_rows(a: Store, sql: Any) -> None:
    await a.write(ANN, Merge({"theme": "dark"}), FOREVER)
    alone = await wal_of_a_write(a, sql), await time_of_a_write(a)
    await sql.execute("ALTER TABLE flowcord_record DISABLE TRIGGER ALL")
    await sql.execute(OTHERS)
    await sql.execute("ALTER TABLE flowcord_record ENABLE TRIGGER ALL")
    await sql.execute("ANALYZE flowcord_record")
    crowded = await wal_of_a_write(a, sql), await time_of_a_write(a)
    assert crowded[0] <= alone[0] + 64
    # Twice is far more than noise needs, and far less than a scan of 50,000 rows would take.
    assert crowded[1] < 2 * alone[1] + 0.001


PLANS = [
    "SELECT 1 FROM flowcord_record WHERE scope = 'user' AND scope_id = '1' AND name = ''",
    "SELECT 1 FROM flowcord_record WHERE expires_at < now()",
    "SELECT 1 FROM flowcord_record WHERE deleted_at < now()",
    "SELECT 1 FROM flowcord_record WHERE owner = '1'",
    "SELECT 1 FROM flowcord_record WHERE scope = 'user' AND scope_id = '1' AND name > 'n/' AND name < 'n0'",
]


@pytest.mark.parametrize("query", PLANS)
async def test_every_index_serves_a_statement(sql: Any, query: str) -> None:
    await sql.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in await sql.fetch("EXPLAIN " + query))
    assert "Index" in plan
    assert "Seq Scan" not in plan


@pytest.mark.case("D120")
async def test_the_counters_tell_exactly_what_happened(database: str) -> None:
    async with running(database) as store:
        await store.read([ANN, ANN._replace(scope_id="2")])  # 2 misses, 1 load
        await store.read([ANN])  # 1 hit
        await store.write(ANN, Merge({"x": 1}), FOREVER)  # 1 write
        await store.write(ANN, Merge({"x": 1}), FOREVER)  # 1 no-op
        assert store.peek(ANN) is not None  # 1 hit
        assert store.peek(Address("user", "3", "")) is None  # counted by the read that follows
        async with store.atomic():
            await store.write(ANN, Merge({"x": 2}), FOREVER)  # 1 write
            await store.write(ANN, Merge({"x": 2}), FOREVER)  # 1 no-op
        stats = store.stats()
        assert stats == store.stats()
        assert {name: stats[name] for name in ("cache_hits", "cache_misses", "loads", "writes", "noops")} == {
            "cache_hits": 2,
            "cache_misses": 2,
            "loads": 1,
            "writes": 2,
            "noops": 2,
        }
        assert stats["cache_size"] == 2
