"""Units of work: several writes, one transaction, savepoints for the blocks inside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

import asyncpg

from flowcord.clock import Clock, TimerHandle
from flowcord.errors import AtomicError, ConcurrentModificationError, StoreError, StoreUnavailableError
from flowcord.store.cache import Flight, SharedCache
from flowcord.store.database import Connection, Database, Row
from flowcord.store.failures import failure, is_lost
from flowcord.store.records import Address, Record
from flowcord.store.statements import Statement

__all__ = ("Transaction", "UnitOfWork", "innermost")

T = TypeVar("T")

_innermost: ContextVar[UnitOfWork | None] = ContextVar("flowcord_unit", default=None)


def innermost(database: Database) -> UnitOfWork | None:
    """The block of `database` that the current task is in, or was in when it was started."""
    unit = _innermost.get()
    while unit is not None and unit.transaction.database is not database:
        unit = unit.around
    return unit


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

    def open(self) -> None:
        """Its time runs from now on."""
        self._timer = self._clock.call_at(self._clock.now() + self._timeout, self._expire)

    def _expire(self) -> None:
        self.over = f"it was open for longer than {self._timeout:g} s"
        # Without its connection Postgres rolls back by itself, and lets go of every lock.
        if self._connection is not None:
            self.database.drop(self._connection)

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
            await self._guard(partial(self._connection.execute, "BEGIN"), doing)
            self.begun = True
        return self._connection

    async def _guard(self, send: Callable[[], Awaitable[T]], doing: str) -> T:
        try:
            return await send()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            if self.over is not None:
                raise AtomicError(f"The unit of work is over: {self.over}") from None
            raised = failure(error, doing, sent=False)
            if is_lost(error) or isinstance(error, TimeoutError):
                self.over = "its connection was lost"
            elif isinstance(raised, ConcurrentModificationError):
                self.over = "Postgres ended it to resolve a deadlock"
            raise raised from None
        except asyncio.CancelledError:
            self.over = "it was cancelled"
            raise

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
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise failure(error, "committing a unit of work", sent=True) from None
        if answer != "COMMIT":  # Postgres answers the COMMIT of a failed transaction without an error
            raise AtomicError(f"Postgres rolled the unit of work back ({answer})")

    async def end(self) -> None:
        """Roll back whatever is left, and give the connection back."""
        lost = self.over is not None
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
            if lost:
                self.database.drop(connection)
            elif self.begun:
                await connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self.database.drop(connection)  # which rolls back too
        finally:
            await self.database.release(connection)


class UnitOfWork:
    """One `async with store.atomic()`: the outermost is the transaction, those inside are savepoints.

    Statements of a block take turns, and a block inside keeps its outer block waiting until it ends.
    Entering costs nothing: transaction and savepoints begin with the first statement.
    """

    def __init__(
        self,
        transaction: Transaction,
        outer: UnitOfWork | None,
        committed: Callable[[Mapping[Address, Record], int], None],
    ) -> None:
        self.transaction = transaction
        self.around: UnitOfWork | None = None
        self.effective = 0
        self._outer = outer
        self._depth = 0 if outer is None else outer._depth + 1
        self._committed = committed
        self._written: dict[Address, Record] = {}
        self._undo: list[Callable[[], None]] = []
        self._turn = asyncio.Lock()
        self._saved = outer is None
        self._broken = False
        self._closed = False

    @property
    def is_open(self) -> bool:
        """False for a task that outlived the block it was started in."""
        return not self._closed

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Call `undo` if this block is rolled back, alone or with a block around it; the last one first."""
        self._undo.append(undo)

    def peek(self, address: Address) -> Record | None:
        """What this block or those around it wrote at `address`."""
        record = self._written.get(address)
        return record if record is not None or self._outer is None else self._outer.peek(address)

    def wrote(self, record: Record) -> None:
        """Note an effective write of this block."""
        self._written[record.address] = record
        self.effective += 1

    def track(self, address: Address) -> None:
        """Begin to write `address`: its cache entry stays as it is until the end."""
        self._check_open()
        self.transaction.track(address)

    def _check_open(self) -> None:
        if self._closed:
            raise AtomicError("The unit of work ended before this task, which was started in it")

    async def run(self, statement: Statement, values: Mapping[str, Any], doing: str) -> Sequence[Row]:
        """One statement of this block, in its turn."""
        async with self._turn:
            self._check_open()
            if self._broken:
                raise AtomicError("The unit of work is over: a statement of it failed")
            try:
                await self._save()
                return await self.transaction.run(statement, values, doing)
            except StoreError:
                self._broken = True
                raise

    async def _save(self) -> None:
        if self._outer is not None:
            await self._outer._save()
        if not self._saved:
            await self.transaction.command(f"SAVEPOINT flowcord_{self._depth}")
            self._saved = True

    async def __aenter__(self) -> UnitOfWork:
        if self._outer is None:
            self.transaction.open()
        else:
            await self._outer._turn.acquire()
            if self._outer._closed:
                self._outer._turn.release()
                self._outer._check_open()
        self.around = _innermost.get()
        _innermost.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _innermost.set(self.around)
        self._closed = True
        done = False
        try:
            async with self._turn:  # a statement of another task of this block may still be under way
                if error is None and not self._broken and self.transaction.over is None:
                    await self._keep()
                    done = True
        finally:
            await self._end(done)
        if error is None and not done:
            reason = self.transaction.over or "a statement of it failed"
            raise AtomicError(f"Nothing of the unit of work was stored: {reason}")

    async def _keep(self) -> None:
        outer = self._outer
        if outer is not None:
            if self._saved:
                await self.transaction.command(f"RELEASE SAVEPOINT flowcord_{self._depth}")
            outer._written |= self._written
            outer._undo += self._undo
            outer.effective += self.effective
            return
        try:
            await self.transaction.commit()
        except BaseException:
            for address in self._written:
                self.transaction.cache.evict(address)
            raise
        for address, record in self._written.items():
            self.transaction.cache.commit(record, self.transaction.track(address))
        self._committed(self._written, self.effective)

    async def _end(self, done: bool) -> None:
        try:
            if not done:
                while self._undo:
                    self._undo.pop()()
                if self._outer is not None and self._saved and self.transaction.over is None:
                    await self.transaction.command(f"ROLLBACK TO SAVEPOINT flowcord_{self._depth}")
        finally:
            if self._outer is not None:
                self._outer._turn.release()
            else:
                await self.transaction.end()
