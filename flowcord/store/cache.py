"""One cache for all sessions of a process. Versions alone decide what it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from typing import NamedTuple, TypeAlias

from cachetools import TLRUCache

from flowcord.clock import Clock
from flowcord.store.records import Address, Record
from flowcord.store.stats import Counters

__all__ = ("Flight", "Scan", "SharedCache")

Loader: TypeAlias = Callable[[Sequence[Address]], Awaitable[dict[Address, Record]]]


class _Entry(NamedTuple):
    record: Record
    until: float


class Flight:
    """A load or write of one address under way; nothing older than what was heard meanwhile may be kept."""

    __slots__ = ("asked_at", "barred", "floor")

    def __init__(self, asked_at: float) -> None:
        self.asked_at = asked_at
        self.floor = 0
        self.barred = False


class Scan:
    """A read under way whose addresses are not known yet: a page of a collection."""

    __slots__ = ("_asked_at", "_barred", "_floors")

    def __init__(self, asked_at: float) -> None:
        self._asked_at = asked_at
        self._floors: dict[Address, int | None] = {}
        self._barred = False

    def hear(self, address: Address | None, version: int | None) -> None:
        """A version exists; `None` bars the address, and without an address everything."""
        if address is None:
            self._barred = True
        else:
            floor = self._floors.get(address, 0)
            self._floors[address] = None if version is None or floor is None else max(floor, version)

    def flight(self, address: Address) -> Flight:
        """The flight of one address that the scan found."""
        flight = Flight(self._asked_at)
        floor = self._floors.get(address, 0)
        flight.floor, flight.barred = floor or 0, self._barred or floor is None
        return flight


class _Load:
    """One statement that reads several addresses; others may join it."""

    __slots__ = ("_done", "error", "records")

    def __init__(self) -> None:
        self.records: dict[Address, Record] | None = None
        self.error: Exception | None = None
        self._done: asyncio.Future[None] | None = None

    async def join(self) -> dict[Address, Record] | None:
        """What the load brings, or raises; `None` if it was cancelled."""
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._done)
        if self.error is not None:
            raise copy(self.error)  # of one's own, since every reader adds its own notes
        return self.records

    def end(self) -> None:
        """Wake those who joined."""
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


class SharedCache:
    """Address to record, for `ttl` seconds from the sending of the statement that read it.

    Of `size` 0 or `ttl` 0 it holds nothing.

    Filled by loads and commits, replaced only by higher versions, and never the basis of a write unless
    Postgres checks the version. Losing it changes the number of statements, nothing else.
    """

    def __init__(self, *, size: int, ttl: float, clock: Clock, counters: Counters) -> None:
        self._ttl = ttl if size else 0.0
        self._clock = clock
        self._counters = counters
        self._entries: TLRUCache[Address, _Entry] = TLRUCache(size, _until, timer=clock.now)
        self._flights: dict[Address, list[Flight]] = {}
        self._loads: dict[Address, _Load] = {}
        self._scans: list[Scan] = []

    def __len__(self) -> int:
        return len(self._entries)

    def peek(self, address: Address) -> Record | None:
        """The record held, if it is young enough."""
        try:
            return self._entries[address].record
        except KeyError:
            return None

    async def read(self, addresses: Iterable[Address], load: Loader) -> dict[Address, Record]:
        """Every record: held, loaded by one call of `load`, or waited for where it is being loaded."""
        found: dict[Address, Record] = {}
        missing: list[Address] = []
        for address in dict.fromkeys(addresses):
            record = self.peek(address)
            if record is None:
                missing.append(address)
            else:
                found[address] = record
        self._counters.cache_hits += len(found)
        self._counters.cache_misses += len(missing)
        while missing:
            found |= await self._fetch(missing, load)
            missing = [address for address in missing if address not in found]
        return found

    async def _fetch(self, addresses: Sequence[Address], load: Loader) -> dict[Address, Record]:
        joined = {address: self._loads[address] for address in addresses if address in self._loads}
        mine = [address for address in addresses if address not in joined]
        self._counters.joins += len(joined)
        found = await self._load(mine, load) if mine else {}
        for address, under_way in joined.items():
            # One whose reader was cancelled says nothing: the next round asks again.
            records = await under_way.join()
            if records is not None:
                found[address] = self._newer(records[address])
        return found

    async def _load(self, addresses: Sequence[Address], load: Loader) -> dict[Address, Record]:
        mine = _Load()
        flights = {address: self.track(address) for address in addresses}
        self._loads.update(dict.fromkeys(addresses, mine))
        try:
            mine.records = await load(addresses)
            return {address: self.fill(mine.records[address], flights[address]) for address in addresses}
        except Exception as error:
            mine.error = error
            raise
        finally:
            for address, flight in flights.items():
                self.untrack(address, flight)
                if self._loads.get(address) is mine:
                    del self._loads[address]
            mine.end()

    def _newer(self, record: Record) -> Record:
        held = self.peek(record.address)
        return held if held is not None and held.version >= record.version else record

    def track(self, address: Address) -> Flight:
        """Begin a load or write of `address`; `untrack` must follow."""
        flight = Flight(self._clock.now())
        self._flights.setdefault(address, []).append(flight)
        return flight

    def untrack(self, address: Address, flight: Flight) -> None:
        """End what `track` began."""
        flights = self._flights[address]
        flights.remove(flight)
        if not flights:
            del self._flights[address]

    @contextmanager
    def scan(self) -> Generator[Scan]:
        """Around a read whose addresses its answer tells."""
        scan = Scan(self._clock.now())
        self._scans.append(scan)
        try:
            yield scan
        finally:
            self._scans.remove(scan)

    def fill(self, record: Record, flight: Flight) -> Record:
        """Keep what `flight` brought, unless newer is held or was heard of; return the newest known."""
        held = self.peek(record.address)
        if held is not None and held.version > record.version:
            return held
        if (
            held is not None
            and held.version == record.version
            and (held.data is None) == (record.data is None)
        ):
            # The same version: its built values stay shared, only its time is renewed.
            left, record = record.expires_in, held
        else:
            left = record.expires_in
        until = flight.asked_at + min(self._ttl, left)
        if not flight.barred and record.version >= flight.floor and until > self._clock.now():
            self._entries[record.address] = _Entry(record, until)
        return record

    def commit(self, record: Record, flight: Flight) -> None:
        """A write of this process was committed: hold its row, and let no older load store its own."""
        self.invalidate(record.address, record.version)
        self.fill(record, flight)

    def invalidate(self, address: Address, version: int) -> None:
        """`version` exists: what is older is dropped, and not brought back by what is under way."""
        entry = self.peek(address)
        if entry is not None and entry.version < version:
            self._drop(address)
        for flight in self._flights.get(address, ()):
            flight.floor = max(flight.floor, version)
        self._detach(address, version)

    def evict(self, address: Address) -> None:
        """Nobody knows what is stored at `address` now."""
        self._drop(address)
        for flight in self._flights.get(address, ()):
            flight.barred = True
        self._detach(address, None)

    def clear(self) -> None:
        """Anything may have changed unheard."""
        self._entries.clear()
        self._loads.clear()
        for flights in self._flights.values():
            for flight in flights:
                flight.barred = True
        for scan in self._scans:
            scan.hear(None, None)

    def _detach(self, address: Address, version: int | None) -> None:
        # Who reads from now on must not join a load that began before.
        self._loads.pop(address, None)
        for scan in self._scans:
            scan.hear(address, version)

    def _drop(self, address: Address) -> None:
        # Not `pop`, which raises for an entry that is there and expired.
        with suppress(KeyError):
            del self._entries[address]


def _until(_address: Address, entry: _Entry, _now: float) -> float:
    return entry.until
