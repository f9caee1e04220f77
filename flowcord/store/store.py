"""The store: Postgres behind every durable handle of a process, and the cache in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from logging import getLogger
from typing import TypeAlias

from flowcord.clock import Clock, LoopClock
from flowcord.errors import StoreUnavailableError
from flowcord.metrics import Meter
from flowcord.store.cache import SharedCache
from flowcord.store.changes import Change
from flowcord.store.database import Database
from flowcord.store.executor import Executor
from flowcord.store.failures import ERRORS
from flowcord.store.findings import Findings
from flowcord.store.inspection import Stored, Whose, stored_of
from flowcord.store.items import Items
from flowcord.store.listener import Listener
from flowcord.store.location import Location
from flowcord.store.pooler import check_listener, check_pool
from flowcord.store.records import Address, Policy, Record, Written
from flowcord.store.retention import Retention
from flowcord.store.revision import check
from flowcord.store.stats import Counters, Lag, MeteredCounters
from flowcord.store.unit import UnitOfWork
from flowcord.store.writing import write_record

__all__ = ("OnChange", "Store")

OnChange: TypeAlias = Callable[[Address | None, int], None]
"""Called with address and version of what changed; with `None` and 0 when anything may have."""

_log = getLogger(__name__)


class Store:
    """All durable data of one process.

    `database` is a `postgresql://` URL (a unix socket's folder as `?host=`), `listen` another one for the
    listener where the pool goes through a transaction pooler. `cache_ttl`, `connect_timeout` and
    `atomic_timeout` are seconds, `cache_size` records, `max_record_bytes` bytes of a record's JSON.
    """

    def __init__(
        self,
        database: str,
        *,
        listen: str | None = None,
        pool_size: int = 10,
        cache_size: int = 10_000,
        cache_ttl: float = 300.0,
        max_record_bytes: int = 1_048_576,
        connect_timeout: float = 10.0,
        atomic_timeout: float = 10.0,
        clock: Clock | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.clock = clock = clock or LoopClock()
        self.location = Location.parse(database)
        self.counters = Counters() if meter is None else MeteredCounters(meter)
        self.findings = Findings(self.counters)
        self._connect_timeout = connect_timeout
        self._max_record_bytes = max_record_bytes
        self._database = Database(self.location, pool_size=pool_size)
        self._cache = SharedCache(size=cache_size, ttl=cache_ttl, clock=clock, counters=self.counters)
        self._lag = Lag(clock, self.counters)
        self._executor = Executor(
            self._database,
            self._cache,
            clock=clock,
            counters=self.counters,
            findings=self.findings,
            atomic_timeout=atomic_timeout,
            max_record_bytes=max_record_bytes,
            committed=self._on_commit,
        )
        self._listener = Listener(
            self.location if listen is None else Location.parse(listen),
            clock=clock,
            counters=self.counters,
            changed=self._on_notification,
            lost_track=self._on_lost_track,
        )
        self._retention = Retention(self._database, clock=clock, counters=self.counters, ended=self._on_ended)
        self._callbacks: list[OnChange] = []
        self.items = Items(self._executor)
        """The items of collections."""

    async def start(self) -> None:
        """Connect, listen, and compare the tables with the code; no table is changed.

        Raises `StoreUnavailableError` within `connect_timeout`, `SchemaRevisionError`, and `StoreError` for a
        pooler in between that does not do.
        """
        timeout = self._connect_timeout
        try:
            async with asyncio.timeout(timeout):
                await self._database.open(timeout)
                listener = await self._listener.start(timeout)
                async with self._database.connection("checking the tables") as connection:
                    pooled = await check_pool(connection, listener, self.location)
                    if pooled or self._listener.location != self.location:
                        await check_listener(listener, connection, self._listener.location)
                    await check(connection)
            self._retention.start()
        except (*ERRORS, ValueError) as error:
            await self.close()
            raise self._unreachable(error) from None
        except BaseException:
            await self.close()
            raise

    def _unreachable(self, error: BaseException) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"No connection to the {self.location} ({type(error).__name__}). Is Postgres running there, and "
            "does it accept this user?",
            sqlstate=getattr(error, "sqlstate", None),
        )

    async def close(self) -> None:
        """Stop listening and sweeping, and close every connection."""
        await self._retention.close()
        await self._listener.close()
        await self._database.close()
        self._cache.clear()

    # Records ---------------------------------------------------------------------------------------

    def peek(self, address: Address) -> Record | None:
        """The record without a statement: as this unit of work wrote it, or as it is cached."""
        record = self._executor.peek(address)
        if record is not None:
            self.counters.cache_hits += 1
        return record

    async def read(self, addresses: Iterable[Address]) -> dict[Address, Record]:
        """All these records; those that are not cached come with one statement, from one snapshot."""
        return await self._executor.read(addresses)

    async def read_fresh(self, address: Address) -> Record:
        """The record as Postgres has it now."""
        return await self._executor.read_fresh(address)

    async def read_anew(self, addresses: Sequence[Address]) -> dict[Address, Record]:
        """The records as Postgres has them now, by one statement from one snapshot; none: no statement."""
        return await self._executor.read_anew(addresses) if addresses else {}

    async def lock(self, address: Address) -> Record:
        """The record as Postgres has it now, kept from other writers until the unit of work ends.

        Where there is no row (version 0) there is nothing to lock.
        """
        return await self._executor.lock(address)

    async def write(self, address: Address, change: Change, policy: Policy) -> Written:
        """Apply one change: one commit, or a part of the current unit of work.

        Raises `Refused` and `Conflict` (never public: callers word them), `StoredDataError`, `NotFoundError`
        for an item, `StoreUnavailableError`, `ConcurrentModificationError` after a deadlock, `AtomicError`.
        """
        perform = partial(
            write_record,
            address=address,
            change=change,
            policy=policy,
            limit=self._max_record_bytes,
            findings=self.findings,
        )
        return await self._executor.write(address, perform, f"writing the record {address}")

    # Ends ------------------------------------------------------------------------------------------

    async def purge(self, scope: str, scope_id: str) -> int:
        """End every record of this scope id, in all processes; how many there were.

        They read as unwritten from then on. Not possible inside a unit of work (`AtomicError`).
        """
        return await self._retention.purge(scope, scope_id)

    async def forget(self, user_id: str) -> int:
        """End every record kept for this user: user data, and session data under their own id."""
        return await self._retention.forget(user_id)

    async def sweep(self) -> int:
        """End records that have expired, as happens by itself every 10 minutes; how many there were."""
        return await self._retention.sweep()

    async def inspect(self, whose: Whose, id: str) -> list[Stored]:
        """Every record of a user, of a server and the sessions in it, or of a session's id."""
        return await stored_of(self._database, whose, id)

    # Units of work ---------------------------------------------------------------------------------

    def atomic(self) -> UnitOfWork:
        """`async with store.atomic():` all writes of this task inside are stored together, or none.

        Inside another it is a savepoint.
        """
        return self._executor.atomic()

    @property
    def unit(self) -> UnitOfWork | None:
        """The current task's unit of work, if it is still open."""
        unit = self._executor.unit
        return unit if unit is not None and unit.is_open else None

    # Changes ---------------------------------------------------------------------------------------

    def on_change(self, callback: OnChange) -> Callable[[], None]:
        """Call `callback` for every commit of this process and every change heard of; returns its removal."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def _on_commit(self, record: Record) -> None:
        self._lag.committed(record)
        self._announce(record.address, record.version)

    def _on_notification(self, address: Address, version: int) -> None:
        self._lag.heard(address, version)
        self._cache.invalidate(address, version)
        self._announce(address, version)

    def _on_ended(self, address: Address, version: int) -> None:
        self._cache.invalidate(address, version)
        self._announce(address, version)

    def _on_lost_track(self) -> None:
        self._cache.clear()
        self._announce(None, 0)

    def _announce(self, address: Address | None, version: int) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback(address, version)
            except Exception:
                # The write is committed, whatever its watchers make of it.
                _log.exception("A callback of on_change failed")

    def stats(self) -> dict[str, float]:
        """The counters of this process and the number of cached records."""
        return {**asdict(self.counters), "cache_size": len(self._cache)}
