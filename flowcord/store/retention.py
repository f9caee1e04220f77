"""Retention: how records end. Expired ones are swept, and what is to be forgotten is purged.

What ends leaves a tombstone: its address at the next version, without data. So whatever was based on the
data before it finds another version, and nothing old comes back.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from logging import getLogger
from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, bindparam, delete, literal_column, select, update

from flowcord.clock import Clock, TimerHandle
from flowcord.errors import AtomicError, StoreError
from flowcord.store.database import Database, Row
from flowcord.store.effects import Sql
from flowcord.store.records import Address
from flowcord.store.statements import NOW, TOMBSTONE, Statement
from flowcord.store.stats import Counters
from flowcord.store.tables import records
from flowcord.store.unit import innermost

__all__ = ("Retention",)

SWEEP_INTERVAL = 600.0
"""Seconds between sweeps; each process takes up to a tenth less, so that they do not all come at once."""
_BATCH = 500
_log = getLogger(__name__)

_row = records.c
_key = (_row.scope, _row.scope_id, _row.name)
_batch = bindparam("batch", type_=BigInteger)
_MOURNING: Sql = literal_column("interval '30 days'")


def _bury(which: Select[Any, Any, Any], *, skip_locked: bool = False) -> Statement:
    ended = which.limit(_batch).with_for_update(skip_locked=skip_locked).cte("ended")
    return Statement.of(
        update(records)
        .where(*(column == ended.c[column.name] for column in _key))
        .values(TOMBSTONE)
        .returning(*_key, _row.version)
    )


_written = select(*_key).where(_row.data.is_not(None))
_BURY_EXPIRED = _bury(_written.where(_row.expires_at <= NOW).order_by(_row.expires_at), skip_locked=True)
_PURGE = _bury(
    _written.where(
        and_(_row.scope == bindparam("scope", type_=Text), _row.scope_id == bindparam("scope_id", type_=Text))
    )
)
_FORGET = _bury(_written.where(_row.owner == bindparam("owner", type_=Text)))

_old = (
    select(*_key)
    .where(_row.deleted_at <= NOW - _MOURNING)
    .limit(_batch)
    .with_for_update(skip_locked=True)
    .cte("old")
)
_CLEAR_AWAY = Statement.of(
    delete(records).where(*(column == _old.c[column.name] for column in _key)).returning(_row.version),
    writes=True,
)


class Retention:
    """Ends the records of one store. `ended` hears of each, with the version of its tombstone."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        counters: Counters,
        ended: Callable[[Address, int], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._counters = counters
        self._ended = ended
        self._timer: TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    # Sweeping --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Sweep every 10 minutes from now on."""
        wait = SWEEP_INTERVAL * random.uniform(0.9, 1)
        self._timer = self._clock.call_at(self._clock.now() + wait, self._begin)

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._sweep_once())

    async def _sweep_once(self) -> None:
        try:
            await self.sweep()
        except StoreError as error:  # expired records read as unwritten all the same: the next one sweeps
            _log.warning("Expired records could not be swept: %s", error)
        self.start()

    async def close(self) -> None:
        """Sweep no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def sweep(self) -> int:
        """Turn expired records into tombstones and remove tombstones of 30 days; the number of records.

        Rows that others have locked, or sweep at the same time, are left to them. Raises `StoreError`s.
        """
        swept = await self._bury(_BURY_EXPIRED, {}, "sweeping expired records")
        async for _ in self._batches(_CLEAR_AWAY, {}, "clearing away tombstones"):
            pass
        return swept

    # Deletion --------------------------------------------------------------------------------------

    async def purge(self, scope: str, scope_id: str) -> int:
        """End every record of a scope id; how many there were. Raises `StoreError`s."""
        values = {"scope": scope, "scope_id": scope_id}
        return await self._bury(_PURGE, values, f"purging {scope} {scope_id}")

    async def forget(self, owner: str) -> int:
        """End every record that belongs to a user; how many there were. Raises `StoreError`s."""
        return await self._bury(_FORGET, {"owner": owner}, f"forgetting the user {owner}")

    async def _bury(self, statement: Statement, values: Mapping[str, Any], doing: str) -> int:
        if (unit := innermost(self._database)) is not None and unit.is_open:
            raise AtomicError("Records are not purged inside a unit of work: do it before or after the block")
        ended = 0
        async for row in self._batches(statement, values, doing):
            self._counters.swept += statement is _BURY_EXPIRED
            self._ended(Address(row["scope"], row["scope_id"], row["name"]), row["version"])
            ended += 1
        return ended

    async def _batches(
        self, statement: Statement, values: Mapping[str, Any], doing: str
    ) -> AsyncIterator[Row]:
        """What a statement did, until it finds nothing more to do. Each batch is a commit of its own."""
        full = True
        while full:
            rows = await self._database.run(statement, {**values, "batch": _BATCH}, doing)
            full = len(rows) == _BATCH
            for row in rows:
                yield row
