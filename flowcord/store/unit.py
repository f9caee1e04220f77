"""Units of work: several writes, one transaction, savepoints for the blocks inside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from flowcord.errors import AtomicError, StoreError
from flowcord.store.database import Database, Row
from flowcord.store.records import Address, Record
from flowcord.store.statements import Statement
from flowcord.store.transaction import Transaction

__all__ = ("UnitOfWork", "innermost")

_innermost: ContextVar[UnitOfWork | None] = ContextVar("flowcord_unit", default=None)


def innermost(database: Database) -> UnitOfWork | None:
    """The block of `database` that the current task is in, or was in when it was started."""
    unit = _innermost.get()
    while unit is not None and unit.transaction.database is not database:
        unit = unit.around
    return unit


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
        await self.transaction.wait_for(self._turn)
        try:
            self._check_open()
            if self._broken:
                raise AtomicError("The unit of work is over: a statement of it failed")
            try:
                await self._save()
                return await self.transaction.run(statement, values, doing)
            except StoreError:
                self._broken = True
                raise
        finally:
            self._turn.release()

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
            await self.transaction.wait_for(self._outer._turn)
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

    async def _roll_back(self) -> None:
        try:
            await self.transaction.command(f"ROLLBACK TO SAVEPOINT flowcord_{self._depth}")
        except StoreError:
            # The error that ends this block passes through; the blocks around it learn of this one.
            self.transaction.over = self.transaction.over or "a block inside could not be rolled back"

    async def _end(self, done: bool) -> None:
        try:
            if not done:
                while self._undo:
                    self._undo.pop()()
                if self._outer is not None and self._saved and self.transaction.over is None:
                    await self._roll_back()
        finally:
            if self._outer is not None:
                self._outer._turn.release()
            else:
                await self.transaction.end()
