"""Handles: how a bound block reads and writes what it declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from pydantic import BaseModel

from flowcord.data import documents, operations
from flowcord.data.binding import Binding, HasId
from flowcord.data.boundary import Boundary, current, note
from flowcord.data.cells import Cell, Cells
from flowcord.data.exposed import Exposed
from flowcord.data.json_form import Unfit
from flowcord.data.operations import Operation
from flowcord.data.swap import swap
from flowcord.errors import StoreError
from flowcord.store import Change, Drop, OtherRevision, Record, Refused, Written

__all__ = ("Handle", "ItemHandle", "ResourceHandle", "StateHandle", "Write")

ModelT = TypeVar("ModelT", bound=BaseModel)


class Write(Generic[ModelT]):
    """What a write did."""

    __slots__ = ("_read", "_record", "changed", "version")

    changed: bool
    """False for a no-op: what would have been stored is stored already."""
    version: int
    """The record's version now."""

    def __init__(self, written: Written, read: Callable[[Record], ModelT]) -> None:
        self.changed = written.changed
        self.version = written.record.version
        self._record = written.record
        self._read = read

    @property
    def value(self) -> ModelT:
        """The record after this write, others' committed changes included."""
        return self._read(self._record)

    def __repr__(self) -> str:
        return f"<Write changed={self.changed} version={self.version}>"


class Handle(Generic[ModelT]):
    """Reads and writes one record.

    Every write is validated when it is called, so before any SQL, committed when its `await` returns, and
    gives a `Write`. Writes raise `StateValidationError` for an invalid argument or result, `ReadOnlyError`,
    `ScopeUnavailableError`, `StoredDataError` where stored JSON is of another kind than the operation needs,
    `StoreUnavailableError`, and `ClientBoundaryError` in `render` and client data.
    """

    __slots__ = ("_binding", "_cell", "_cells", "_shape")

    __flowcord_handle__ = True

    def __init__(self, binding: Binding[ModelT], cells: Cells, cell: Cell | None) -> None:
        self._binding = binding
        self._shape = binding.shape
        self._cells = cells
        self._cell = cell

    # Reading

    @property
    def available(self) -> bool:
        """Whether the scope has an id here: false for project data in direct messages."""
        if not self._binding.exposed:
            self._binding.require_open()
        return self._cell is not None

    @property
    def value(self) -> ModelT:
        """The record as loaded before this handler ran, with the session's own writes since. Immutable."""
        boundary = current.get()
        return self._read(self._record()) if boundary is None else self._value_behind(boundary)

    @property
    def version(self) -> int:
        """The version of the loaded record; 0: never written."""
        self._binding.require_open()
        if self._cell is not None:
            note(self._cell.address)
        return self._record().version

    def _record(self) -> Record:
        cell = self._cell
        if cell is None:
            raise self._binding.unavailable()
        if cell.record is None:
            raise StoreError(
                f"{self._binding.label} is not loaded: handles are loaded before on_enter, and one that was "
                f"loaded in a unit of work has to be loaded again when that is rolled back."
            )
        return cell.record

    def _read(self, record: Record) -> ModelT:
        return self._binding.read(record, self._cells.store.findings)

    def _value_behind(self, boundary: Boundary) -> ModelT:
        if boundary.note is not None and self._cell is not None:
            note(self._cell.address)
        return self._exposed_value() if boundary.kind == "render" else self._read(self._record())

    def _exposed_value(self) -> ModelT:
        binding = self._binding
        if not binding.exposed:
            binding.require_open()
        value = self._read(self._record())
        if binding.exposed >= self._shape.fields.keys():
            return value
        return cast(ModelT, Exposed(binding.label, {name: getattr(value, name) for name in binding.exposed}))

    # Writing

    def patch(self, **fields: object) -> Coroutine[Any, Any, Write[ModelT]]:
        """Replaces the given fields and keeps the others."""
        return self._apply(operations.patch, fields)

    def set(self, model: ModelT) -> Coroutine[Any, Any, Write[ModelT]]:
        """Replaces every declared field; one left at its default no longer follows the code's default."""
        return self._apply(operations.set_all, model)

    def increment(self, **deltas: object) -> Coroutine[Any, Any, Write[ModelT]]:
        """Adds to int, float or Decimal fields. `None` counts as 0."""
        return self._apply(operations.increment, deltas)

    def append(self, field: str, item: object) -> Coroutine[Any, Any, Write[ModelT]]:
        """Adds one element to the end of a list."""
        return self._apply(operations.append, field, item)

    def put(self, field: str, key: object, item: object) -> Coroutine[Any, Any, Write[ModelT]]:
        """Sets one key of a dict."""
        return self._apply(operations.put, field, key, item)

    def remove(self, field: str, key: object) -> Coroutine[Any, Any, Write[ModelT]]:
        """Removes one key of a dict; a missing key is a no-op."""
        return self._apply(operations.remove, field, key)

    def update(self, fn: Callable[[ModelT], ModelT | None]) -> Coroutine[Any, Any, Write[ModelT]]:
        """Compare and swap: `fn` changes a private copy, or returns a new model, and the fields in which the
        result differs are written. When others write at the same time it runs again, on a fresh copy of the
        newest data, up to 4 times; then `ConcurrentModificationError`."""
        cell = self._writable()
        if inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(type(fn).__call__):
            raise self._binding.refused({"": "update takes a plain function: it may run again"})
        binding = self._binding

        def after(record: Record) -> Change:
            return documents.updated(binding, record, self._read(record), fn)

        return self._swap(cell, after)

    def reset(self) -> Coroutine[Any, Any, Write[ModelT]]:
        """Back to defaults. A state handle drops its own fields, a resource all keys."""
        return self._drop(Drop(None))

    def _drop(self, drop: Drop) -> Coroutine[Any, Any, Write[ModelT]]:
        binding = self._binding
        return self._write(self._writable(), drop, lambda record: documents.dropped(binding, record, drop))

    def _writable(self) -> Cell:
        self._binding.require_writable()
        if self._cell is None:
            raise self._binding.unavailable()
        return self._cell

    def _apply(
        self, make: Callable[..., Operation], *arguments: object
    ) -> Coroutine[Any, Any, Write[ModelT]]:
        # Not a coroutine function: arguments are validated and captured by the call itself.
        cell = self._writable()
        try:
            operation = make(self._shape, *arguments)
        except Unfit as unfit:
            raise self._binding.refused(unfit.rules) from None
        if not operation.fields:
            return self._unchanged()
        binding = self._binding

        def after(record: Record) -> Change:
            return documents.operated(binding, record, operation)

        return self._swap(cell, after) if operation.checked else self._write(cell, operation.change, after)

    async def _unchanged(self) -> Write[ModelT]:
        return Write(Written(self._record(), False), self._read)

    async def _write(
        self, cell: Cell, change: operations.Delta | Drop, after: Callable[[Record], Change]
    ) -> Write[ModelT]:
        """One statement; on a record of an earlier data revision, what `after` makes of it as a whole."""
        binding = self._binding
        try:
            written = await self._cells.write(cell, change, binding.policy(cell.address.scope_id))
        except OtherRevision:
            # Whoever comes second finds the record upgraded, and its change lands like any other.
            return await self._swap(cell, lambda found: change if binding.fits(found) else after(found))
        except Refused as refusal:
            raise binding.refused({refusal.field: refusal.rule}) from None
        return Write(written, self._read)

    async def _swap(self, cell: Cell, after: Callable[[Record], Change]) -> Write[ModelT]:
        policy = self._binding.policy(cell.address.scope_id)
        try:
            return Write(await swap(self._cells, cell, after, policy, self._binding.label), self._read)
        except Refused as refusal:
            raise self._binding.refused({refusal.field: refusal.rule}) from None
        except Unfit as unfit:
            raise self._binding.refused(unfit.rules) from None

    if not TYPE_CHECKING:  # which would take every name for one that is there

        def __getattr__(self, name: str) -> Any:
            if name in Handle.__slots__ or name not in self._shape.fields:
                raise AttributeError(f"a {type(self).__name__} has no {name!r}")
            raise AttributeError(f"{name!r} is a field of {self._binding.label}: read it as .value.{name}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._binding.label}>"


class _UserHandle(Handle[ModelT]):
    __slots__ = ()

    def of(self, user: HasId | int) -> Coroutine[Any, Any, Self]:
        """The loaded handle on another user's record of this declaration (USER scope only). Never exposed."""
        self._binding.require_open()
        own = None if self._cell is None else self._cell.address.scope_id
        return self._loaded(self._cells.cell(self._binding.address(self._binding.user_id(user, own))))

    async def _loaded(self, cell: Cell) -> Self:
        await self._cells.load((cell,))
        return type(self)(replace(self._binding, exposed=frozenset()), self._cells, cell)


class StateHandle(_UserHandle[ModelT]):
    """Fields of the flow's state. It sees and touches its own model's fields only."""

    __slots__ = ()

    def reset(self) -> Coroutine[Any, Any, Write[ModelT]]:
        return self._drop(Drop(tuple(self._shape.fields)))


class ResourceHandle(_UserHandle[ModelT]):
    """One named thing."""

    __slots__ = ()


class ItemHandle(Handle[ModelT]):
    """One item of a collection. Reads and writes of a missing item raise `NotFoundError`."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """The item's key in its collection."""
        self._binding.require_open()
        assert self._cell is not None
        return self._cell.address.name.partition("/")[2]

    def reset(self) -> Coroutine[Any, Any, Write[ModelT]]:
        if self._shape.required:
            raise self._binding.refused(dict.fromkeys(self._shape.required, "has no default to reset to"))
        return super().reset()

    def _record(self) -> Record:
        record = super()._record()
        self._binding.require_there(record)
        return record
