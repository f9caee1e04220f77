"""Many tasks on one row: how many increments a second land, against the same statement through the pool."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.store import Rate, statement
from flowcord.store import Address, Bound, Increment, Increments, Policy, Store

__all__ = ("increments_at_once", "rate_of")

TASKS, PER_TASK, ROUNDS = 50, 20, 7


async def rate_of(step: Callable[[], Awaitable[object]], *, tasks: int, each: int) -> float:
    """Steps a second, `each` of them in each of `tasks`."""

    async def work() -> None:
        for _ in range(each):
            await step()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(tasks)))
    return tasks * each / (time.perf_counter() - began)


async def increments_at_once(store: Store, pool: Any) -> Rate:
    """Rounds of both sides alternate; a store and a pool of one size."""
    ours, same = Address("user", "crowd", "ours"), Address("user", "crowd", "same")
    change = Increments((Increment("clicks", 1, 0, lower=Bound(0)),))
    sql, values = statement(same, change)
    rates: dict[str, list[float]] = {"ours": [], "same": []}
    for _ in range(ROUNDS):
        for name, step in (
            ("ours", lambda: store.write(ours, change, Policy())),
            ("same", lambda: pool.fetch(sql, *values(change))),
        ):
            rates[name].append(await rate_of(step, tasks=TASKS, each=PER_TASK))
    record = await store.read_fresh(ours)
    assert record.data == {"clicks": TASKS * PER_TASK * ROUNDS}, "a delta was lost"
    return Rate(
        f"{TASKS} tasks incrementing one row",
        statistics.median(rates["ours"]),
        statistics.median(rates["same"]),
        0.7,
    )
