"""One transaction on one connection: opened by its first statement, over when anything of it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from flowcord.clock import Clock, TimerHandle
from flowcord.errors import AtomicError, ConcurrentModificationError, StoreUnavailableError
from flowcord.store.cache import Flight, SharedCache
from flowcord.store.database import Connection, Database, Row
from flowcord.store.failures import ERRORS, failure, is_lost, only_reads
from flowcord.store.records import Address
from flowcord.store.statements import Statement

__all__ = ("Transaction",)

T = TypeVar("T")


class Transaction:
    """One transaction on one connection, both opened by the first statement.

    A block that only reads from the cache costs Postgres nothing. `over` is set when nothing can be
    committed any more, and says why.
    """

    def __init__(self, database: Database, cache: SharedCache, clock: Clock, timeout: float) -> None:
        self.database = database
        self.cache = cache
        self.over: str | None = None
        self.begun = False
        self._connection: Connection | None = None
        self._flights: dict[Address, Flight] = {}
        self._clock = clock
        self._timeout = timeout
        self._timer: TimerHandle | None = None
        self._waits: set[asyncio.Timeout] = set()
        self._statement: asyncio.Timeout | None = None

    def open(self) -> None:
        """Its time runs from now on."""
        self._timer = self._clock.call_at(self._clock.now() + self._timeout, self._expire)

    def _expire(self) -> None:
        self.over = f"it was open for longer than {self._timeout:g} s"
        now = asyncio.get_running_loop().time()
        for wait in self._waits:
            wait.reschedule(now)
        if self._statement is not None:
            self._statement.reschedule(now)
        elif self._connection is not None:
            # Without its connection Postgres rolls back by itself, and lets go of every lock.
            self.database.drop(self._connection)

    async def wait_for(self, turn: asyncio.Lock) -> None:
        """Take a turn. Who has it may itself be waiting for this task, so a transaction whose time is up ends
        the wait. Raises `AtomicError` then."""
        if self.over is not None:
            raise AtomicError(f"The unit of work is over: {self.over}")
        wait = asyncio.timeout(None)
        self._waits.add(wait)
        try:
            async with wait:
                await turn.acquire()
        except TimeoutError:
            raise AtomicError(f"The unit of work is over: {self.over}") from None
        finally:
            self._waits.discard(wait)

    async def run(self, statement: Statement, values: Mapping[str, Any], doing: str) -> Sequence[Row]:
        """One statement. Raises `StoreError`s: `not_applied`, for nothing of it is committed."""
        connection = await self._begin(doing)
        return await self._guard(
            partial(connection.fetch, statement.sql, *statement.arguments(values)), doing
        )

    async def command(self, sql: str) -> str:
        """One command of the transaction's own."""
        connection = await self._begin(sql)
        return await self._guard(partial(connection.execute, sql), sql)

    async def _begin(self, doing: str) -> Connection:
        if self.over is not None:
            raise AtomicError(f"The unit of work is over: {self.over}")
        if self._connection is None:
            self._connection = await self.database.acquire(doing)
        if not self.begun:
            await self._guard(partial(self._open_on, self._connection, doing), doing)
            self.begun = True
        return self._connection

    async def _open_on(self, connection: Connection, doing: str) -> None:
        """Open it; on a fresh connection if this one was lost, for nothing can have been done on it yet."""
        try:
            await connection.execute("BEGIN")
        except ERRORS as error:
            if not is_lost(error):
                raise
            self._connection = None
            self._connection = await self.database.replace(connection, doing)
            await self._connection.execute("BEGIN")

    async def _guard(self, send: Callable[[], Awaitable[T]], doing: str) -> T:
        self._statement = asyncio.timeout(None)
        try:
            async with self._statement:
                return await send()
        except ERRORS as error:
            if self.over is not None:
                raise AtomicError(f"The unit of work is over: {self.over}") from None
            if only_reads(error):
                await self.database.distrust()
            raised = failure(error, doing, sent=False)
            if is_lost(error) or isinstance(error, TimeoutError):
                self.over = "its connection was lost"
            elif isinstance(raised, ConcurrentModificationError):
                self.over = "Postgres ended it to resolve a deadlock"
            raise raised from None
        except asyncio.CancelledError:
            self.over = "it was cancelled"
            raise
        finally:
            self._statement = None

    def track(self, address: Address) -> Flight:
        """The flight of an address this transaction writes."""
        if address not in self._flights:
            self._flights[address] = self.cache.track(address)
        return self._flights[address]

    async def commit(self) -> None:
        """Commit. Raises `StoreUnavailableError`, with outcome `unknown` if only the answer never came."""
        if self._timer is not None:
            self._timer.cancel()
        connection = self._connection
        if connection is None or not self.begun:
            return
        if not self.database.is_alive(connection):
            self.over = "its connection was lost"
            raise StoreUnavailableError("Postgres went away before a unit of work was committed")
        try:
            answer = await connection.execute("COMMIT")
            self.begun = False
        except ERRORS as error:
            raise failure(error, "committing a unit of work", sent=True) from None
        if answer != "COMMIT":  # Postgres answers the COMMIT of a failed transaction without an error
            raise AtomicError(f"Postgres rolled the unit of work back ({answer})")

    async def end(self) -> None:
        """Roll back whatever is left, and give the connection back."""
        self.over = self.over or "it has ended"
        if self._timer is not None:
            self._timer.cancel()
        for address, flight in self._flights.items():
            self.cache.untrack(address, flight)
        self._flights.clear()
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self.begun:
                await self.database.roll_back(connection)
        finally:
            await self.database.release(connection)
