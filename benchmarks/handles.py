"""A developer's own calls, `increment`, `patch` and `.value`, against the same statement through a pool."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

from pydantic import BaseModel, NonNegativeInt

from benchmarks.store import WARM_READS, Comparison, alternate, statement
from flowcord import Menu, Scope, state
from flowcord.data.catalog import Catalog, FlowSpec
from flowcord.data.session_data import load
from flowcord.store import Address, Bound, Increment, Increments, Merge, Store

__all__ = ("measure_handles",)


class Lifetime(BaseModel):
    clicks: NonNegativeInt = 0
    name: str = ""


class Subject(Menu):
    lifetime = state(Lifetime, scope=Scope.USER)


async def measure_handles(store: Store, pool: Any) -> list[Comparison]:
    catalog = Catalog()
    spec = FlowSpec(kind="subject", flow=None, menus=(Subject,), isolate=frozenset(), keep={}, upgrades={})
    catalog.add([spec], has_store=True)
    handle = await load(catalog, store, Subject.lifetime, "1")
    same = Address("user", "2", "")
    numbers = count()
    adding = Increments((Increment("clicks", 1, 0, kind="int", lower=Bound(0)),))
    add_sql, add_values = statement(same, adding)
    patch_sql, patch_values = statement(same, Merge({"name": ""}))
    increments = await alternate(
        ours=lambda: handle.increment(clicks=1),
        same=lambda: pool.fetch(add_sql, *add_values(adding)),
    )
    patches = await alternate(
        ours=lambda: handle.patch(name=str(next(numbers))),
        same=lambda: pool.fetch(patch_sql, *patch_values(Merge({"name": str(next(numbers))}))),
    )
    began = time.perf_counter()
    for _ in range(WARM_READS):
        _ = handle.value
    value = (time.perf_counter() - began) / WARM_READS * 1e6
    return [
        Comparison("increment of a handle, commit included", increments["ours"], increments["same"], 1.5),
        Comparison("patch of a handle, commit included", patches["ours"], patches["same"], 1.5),
        Comparison("reading a loaded .value (budget 2 µs)", value),
    ]
