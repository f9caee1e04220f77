"""The store against the same statements through a plain asyncpg pool: one run, one server, one table.

`python -m benchmarks.store [URL]` prints medians and ratios; without a URL it starts the embedded Postgres,
with fsync off: waiting for a disk would hide what is compared. Rounds of both sides alternate, so that
whatever else the machine does hits both.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import asyncpg

from flowcord.store import Address, Bound, Increment, Increments, Merge, Policy, Store
from flowcord.store.changes import Change
from flowcord.store.embedded import EmbeddedPostgres
from flowcord.store.revision import upgrade
from flowcord.store.shapes import arguments
from flowcord.store.write_statements import write_of
from flowcord.store.writing import parameters

__all__ = (
    "Comparison",
    "Rate",
    "alternate",
    "cold_load",
    "increment",
    "main",
    "measure_all",
    "on_embedded_postgres",
    "patch",
    "statement",
    "warm_read",
)

ROUNDS, PER_ROUND = 40, 25
WARM_READS = 100_000
LIMIT = 1_048_576

#: What one would write by hand for an increment, with the bookkeeping of the table but none of the checks.
BY_HAND = """
INSERT INTO flowcord_record AS r (scope, scope_id, name, data)
VALUES ($1, $2, $3, jsonb_build_object($4::text, $5::numeric))
ON CONFLICT (scope, scope_id, name) DO UPDATE
SET data = r.data || jsonb_build_object($4::text, coalesce((r.data -> $4::text)::numeric, 0) + $5::numeric),
    version = r.version + 1, updated_at = now()
RETURNING version, data
"""
BY_HAND_LOAD = """
SELECT r.* FROM unnest($1::text[], $2::text[], $3::text[]) AS w (scope, scope_id, name)
JOIN flowcord_record AS r USING (scope, scope_id, name)
"""

T = TypeVar("T")
Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Comparison:
    """Medians in microseconds, and what the budget says of their ratio."""

    what: str
    ours: float
    baseline: float | None = None
    budget: float | None = None

    @property
    def ratio(self) -> float | None:
        return None if self.baseline is None else self.ours / self.baseline

    def __str__(self) -> str:
        line = f"{self.what:<44}{self.ours:>10.2f} µs"
        if self.baseline is not None:
            line += f"{self.baseline:>10.2f} µs{self.ours / self.baseline:>8.2f}×"
        if self.budget is not None:
            line += f"   budget {self.budget:g}×"
        return line


@dataclass(frozen=True)
class Rate:
    """How often a second; more is better, so the budget is a minimum."""

    what: str
    ours: float
    baseline: float
    budget: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline

    def __str__(self) -> str:
        line = f"{self.what:<44}{self.ours:>8,.0f} /s{self.baseline:>10,.0f} /s{self.ratio:>8.2f}×"
        return line if self.budget is None else f"{line}   at least {self.budget:g}×"


def on_embedded_postgres(measure: Callable[[str], Coroutine[Any, Any, T]]) -> T:
    """Measure on a migrated database of a server of its own."""
    with tempfile.TemporaryDirectory(prefix="flowcord-bench-") as folder:
        postgres = EmbeddedPostgres(folder, settings={"fsync": "off"})
        try:
            with postgres:
                upgrade(postgres.url())
                return asyncio.run(measure(postgres.url()))
        finally:
            postgres.delete()


async def alternate(**steps: Step) -> dict[str, float]:
    """The median of each step in microseconds, rounds of all of them in turn."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for step in steps.values():
        for _ in range(PER_ROUND):  # statements get prepared
            await step()
    for _ in range(ROUNDS):
        for name, step in steps.items():
            for _ in range(PER_ROUND):
                began = time.perf_counter()
                await step()
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) * 1e6 for name, taken in times.items()}


def statement(address: Address, change: Change) -> tuple[str, Callable[[Change], list[Any]]]:
    upsert = write_of(change).upsert

    def values(change: Change) -> list[Any]:
        return upsert.arguments({**parameters(address, Policy(), LIMIT), **arguments(change)})

    return upsert.sql, values


async def increment(store: Store, pool: Any) -> list[Comparison]:
    """One increment with a lower bound, against the pool with the same statement and with one by hand."""
    ours, same, hand = (Address("user", name, "") for name in ("ours", "same", "hand"))
    change = Increments((Increment("clicks", 1, 0, lower=Bound(0)),))
    sql, values = statement(same, change)
    medians = await alternate(
        store=lambda: store.write(ours, change, Policy()),
        same=lambda: pool.fetch(sql, *values(change)),
        hand=lambda: pool.fetch(BY_HAND, *hand, "clicks", 1),
    )
    return [
        Comparison("increment, same statement through a pool", medians["store"], medians["same"], 1.5),
        Comparison("increment, hand-written statement", medians["store"], medians["hand"]),
    ]


async def patch(store: Store, pool: Any) -> list[Comparison]:
    """One patch that changes a field each time."""
    ours, same = Address("user", "ours", "patched"), Address("user", "same", "patched")
    numbers = count()
    sql, values = statement(same, Merge({"n": 0}))
    medians = await alternate(
        store=lambda: store.write(ours, Merge({"n": next(numbers)}), Policy()),
        same=lambda: pool.fetch(sql, *values(Merge({"n": next(numbers)}))),
    )
    return [Comparison("patch, same statement through a pool", medians["store"], medians["same"], 1.5)]


async def cold_load(store: Store, pool: Any, sizes: Sequence[int] = (1, 5, 20)) -> list[Comparison]:
    """Records that nobody read yet, by one statement each time."""
    found: list[Comparison] = []
    for size in sizes:
        addresses = [Address("user", str(n), "cold") for n in range(size)]
        for address in addresses:
            await store.write(address, Merge({"theme": "dark", "n": 1}), Policy())

        async def ours(addresses: Sequence[Address] = addresses) -> Mapping[Address, object]:
            for address in addresses:
                store._cache.evict(address)  # pyright: ignore[reportPrivateUsage]
            return await store.read(addresses)

        columns = [list(column) for column in zip(*addresses, strict=True)]
        medians = await alternate(store=ours, hand=lambda columns=columns: pool.fetch(BY_HAND_LOAD, *columns))
        found.append(Comparison(f"cold load of {size}, one statement", medians["store"], medians["hand"]))
    return found


async def warm_read(store: Store) -> list[Comparison]:
    """A cached record: no statement, no await."""
    address = Address("user", "ours", "")
    await store.read([address])
    began = time.perf_counter()
    for _ in range(WARM_READS):
        store.peek(address)
    peek = (time.perf_counter() - began) / WARM_READS * 1e6
    return [Comparison("warm read of a record", peek)]


async def measure_all(database: str) -> list[Comparison]:
    """Everything, on a migrated database."""
    store = Store(database)
    await store.start()
    pool = await asyncpg.create_pool(database, min_size=5, max_size=10)
    try:
        return [
            *await increment(store, pool),
            *await patch(store, pool),
            *await cold_load(store, pool),
            *await warm_read(store),
        ]
    finally:
        await pool.close()
        await store.close()


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        upgrade(sys.argv[1])
        results = asyncio.run(measure_all(sys.argv[1]))
    else:
        results = on_embedded_postgres(measure_all)
    for result in results:
        print(result)


if __name__ == "__main__":
    main()
