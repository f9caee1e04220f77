"""Runs reads and writes where they belong, in the current unit of work or alone, and keeps the cache true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from flowcord.clock import Clock
from flowcord.errors import AtomicError, NotFoundError, StoredDataError
from flowcord.store.cache import Scan, SharedCache
from flowcord.store.database import Database, Row
from flowcord.store.failures import Conflict, OtherRevision, Refused
from flowcord.store.findings import Findings
from flowcord.store.records import Address, Record, Written
from flowcord.store.statements import LOCK, READ, READ_MANY, Statement
from flowcord.store.stats import Counters
from flowcord.store.transaction import Transaction
from flowcord.store.unit import UnitOfWork, innermost
from flowcord.store.writing import Fetch, record_of

__all__ = ("Executor",)

Perform: TypeAlias = Callable[[Fetch], Awaitable[Written]]
Announce: TypeAlias = Callable[[Record], None]

_AS_BEFORE = (Refused, OtherRevision, NotFoundError, StoredDataError)
"""Answers after which the row is as it was, and the cache as true as before."""


class Executor:
    """One per store."""

    def __init__(
        self,
        database: Database,
        cache: SharedCache,
        *,
        clock: Clock,
        counters: Counters,
        findings: Findings,
        atomic_timeout: float,
        max_record_bytes: int,
        committed: Announce,
    ) -> None:
        self.database = database
        self.cache = cache
        self.counters = counters
        self.max_record_bytes = max_record_bytes
        self.findings = findings
        self._clock = clock
        self._atomic_timeout = atomic_timeout
        self._announce = committed

    # Units of work ---------------------------------------------------------------------------------

    @property
    def unit(self) -> UnitOfWork | None:
        """The unit of work of the current task, also one that it outlived."""
        return innermost(self.database)

    def atomic(self) -> UnitOfWork:
        """A new unit of work, inside the current one if there is one."""
        outer = self.unit
        if outer is not None:
            return UnitOfWork(outer.transaction, outer, self._committed)
        transaction = Transaction(self.database, self.cache, self._clock, self._atomic_timeout)
        return UnitOfWork(transaction, None, self._committed)

    def _committed(self, written: Mapping[Address, Record], effective: int) -> None:
        self.counters.writes += effective
        for record in written.values():
            self._announce(record)

    # Reads -----------------------------------------------------------------------------------------

    def peek(self, address: Address) -> Record | None:
        """What the current unit of work wrote there, else what the cache holds."""
        unit = self.unit
        written = unit.peek(address) if unit is not None and unit.is_open else None
        return written or self.cache.peek(address)

    async def read(self, addresses: Iterable[Address]) -> dict[Address, Record]:
        """Every record: written in this unit of work, cached, or loaded by one statement."""
        unit = self.unit
        if unit is None or not unit.is_open:
            return await self.cache.read(addresses, partial(self._load, self._fetch("loading records")))
        wanted = list(dict.fromkeys(addresses))
        found = {address: record for address in wanted if (record := unit.peek(address)) is not None}
        self.counters.cache_hits += len(found)
        missing = [address for address in wanted if address not in found]
        if unit.transaction.begun:
            return found | await self._read_in(unit, missing)
        return found | await self.cache.read(missing, partial(self._load, self._fetch("loading records")))

    async def _read_in(self, unit: UnitOfWork, addresses: Sequence[Address]) -> dict[Address, Record]:
        """Read on the connection that the unit has: the pool may be taken by units that all wait for another.

        No other task joins such a load, since the unit may end before it.
        """
        found = {address: record for address in addresses if (record := self.cache.peek(address)) is not None}
        missing = [address for address in addresses if address not in found]
        self.counters.cache_hits += len(found)
        self.counters.cache_misses += len(missing)
        if missing:
            with self.cache.scan() as scan:
                loaded = await self._load(partial(unit.run, doing="loading records"), missing)
                found |= {address: self._seen(record, scan) for address, record in loaded.items()}
        return found

    async def _load(self, fetch: Fetch, addresses: Sequence[Address]) -> dict[Address, Record]:
        self.counters.loads += 1
        if len(addresses) == 1:
            address = addresses[0]
            rows = await fetch(READ, address._asdict())
            return {address: record_of(address, rows[0] if rows else None, self.findings)}
        scopes, scope_ids, names = zip(*addresses, strict=True)
        rows = await fetch(READ_MANY, {"scopes": scopes, "scope_ids": scope_ids, "names": names})
        found = {Address(row["scope"], row["scope_id"], row["name"]): row for row in rows}
        return {address: record_of(address, found.get(address), self.findings) for address in addresses}

    async def read_fresh(self, address: Address) -> Record:
        """The record as Postgres has it now."""
        return await self._read_row(READ, address, self._here(f"reading the record {address}"))

    async def read_anew(self, addresses: Sequence[Address]) -> dict[Address, Record]:
        """The records as Postgres has them now, by one statement."""
        with self.cache.scan() as scan:
            loaded = await self._load(self._here("loading records"), addresses)
            return {address: self._seen(record, scan) for address, record in loaded.items()}

    async def lock(self, address: Address) -> Record:
        """The record as Postgres has it now, kept from others until the unit of work ends."""
        unit = self.unit
        if unit is None:
            raise AtomicError(f"The record {address} can be locked inside a unit of work only")
        return await self._read_row(LOCK, address, partial(unit.run, doing=f"locking the record {address}"))

    async def _read_row(self, statement: Statement, address: Address, fetch: Fetch) -> Record:
        self.counters.loads += 1
        with self.cache.scan() as scan:
            rows = await fetch(statement, address._asdict())
            record = record_of(address, rows[0] if rows else None, self.findings)
            return self._seen(record, scan)

    async def fetch(self, statement: Statement, values: Mapping[str, object], doing: str) -> Sequence[Row]:
        """Read what is no record."""
        self.counters.loads += 1
        return await self._here(doing)(statement, values)

    async def select(
        self, statement: Statement, values: Mapping[str, object], doing: str
    ) -> Sequence[Record]:
        """Read rows that bring their own addresses. They fill the cache."""
        self.counters.loads += 1
        with self.cache.scan() as scan:
            rows = await self._here(doing)(statement, values)
            records = [
                record_of(Address(row["scope"], row["scope_id"], row["name"]), row, self.findings)
                for row in rows
            ]
            return [self._seen(record, scan) for record in records]

    def _seen(self, record: Record, scan: Scan) -> Record:
        """Keep what a statement past the cache found; but what this unit wrote is nobody else's yet."""
        unit = self.unit
        if unit is None or not unit.is_open or unit.peek(record.address) is None:
            kept = self.cache.fill(record, scan.flight(record.address))
            return kept if kept.version == record.version else record  # of one version, the shared object
        return record

    def _fetch(self, doing: str) -> Fetch:
        return partial(self.database.run, doing=doing)

    def _here(self, doing: str) -> Fetch:
        unit = self.unit
        inside = unit is not None and unit.is_open and unit.transaction.begun
        return partial(unit.run, doing=doing) if unit is not None and inside else self._fetch(doing)

    # Writes ----------------------------------------------------------------------------------------

    async def write(self, address: Address, perform: Perform, doing: str) -> Written:
        """One write of one record: `perform` sends its statements, and says what came of it."""
        unit = self.unit
        write = self._alone if unit is None else partial(self._inside, unit)
        try:
            written = await write(address, perform, doing)
        except Conflict:
            self.counters.conflicts += 1
            raise
        if not written.changed:
            self.counters.noops += 1
        return written

    async def _inside(self, unit: UnitOfWork, address: Address, perform: Perform, doing: str) -> Written:
        unit.track(address)
        written = await perform(partial(unit.run, doing=doing))
        if written.changed:
            unit.wrote(written.record)
        return written

    async def _alone(self, address: Address, perform: Perform, doing: str) -> Written:
        flight = self.cache.track(address)
        try:
            written = await perform(self._fetch(doing))
            if not written.changed:
                if written.record.version:  # else no row was met, and none was looked for
                    self.cache.fill(written.record, flight)
                return written
            self.cache.commit(written.record, flight)
        except (*_AS_BEFORE, Conflict):
            raise
        except BaseException:
            # Failed, cancelled or unknown: only Postgres knows.
            self.cache.evict(address)
            raise
        finally:
            self.cache.untrack(address, flight)
        self._committed({address: written.record}, 1)
        return written
