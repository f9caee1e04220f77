"""Compare-and-swap: read, compute, write if nobody else did, else again on the newest data."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from flowcord.clock import Clock
from flowcord.data.cells import Cell, Cells
from flowcord.data.json_form import Unfit
from flowcord.errors import ConcurrentModificationError, StoredDataError
from flowcord.store import Change, Conflict, OtherRevision, Policy, Record, Written

__all__ = ("swap",)

_PAUSES = (0.010, 0.020, 0.040)
"""Seconds before each retry. Jitter takes up to half of them, so that rivals do not meet again."""


async def swap(
    cells: Cells, cell: Cell, change: Callable[[Record], Change], policy: Policy, label: str
) -> Written:
    """Writes what `change` gives for the newest record. The first attempt starts from the loaded record,
    inside a unit of work from the locked row. Raises `ConcurrentModificationError` after 4 lost attempts."""
    store = cells.store
    newest = store.read_fresh if store.unit is None else store.lock
    loaded = cell.record if store.unit is None else None
    record = loaded or await newest(cell.address)
    for pause in (*_PAUSES, None):
        try:
            return await cells.write(cell, change(record), policy)
        except (Conflict, OtherRevision):
            if pause is not None:
                await _sleep(store.clock, pause * random.uniform(0.5, 1))
                record = await newest(cell.address)
        except (Unfit, StoredDataError):
            # What the loaded record forbids, the newest may allow.
            newer = await newest(cell.address) if record is loaded else record
            if newer.version == record.version:
                raise
            record = newer
    store.counters.conflict_failures += 1
    attempts = len(_PAUSES) + 1
    raise ConcurrentModificationError(
        f"{label}: others changed the record in each of {attempts} attempts; nothing was stored.",
        attempts=attempts,
    )


async def _sleep(clock: Clock, seconds: float) -> None:
    done = asyncio.get_running_loop().create_future()
    timer = clock.call_at(clock.now() + seconds, lambda: done.done() or done.set_result(None))
    try:
        await done
    finally:
        timer.cancel()
