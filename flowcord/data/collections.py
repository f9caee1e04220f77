"""Collections: many records of one model under one declaration, each addressed by its key."""

from __future__ import annotations

import builtins
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from pydantic import BaseModel

from flowcord.data.binding import Binding, HasId
from flowcord.data.boundary import note
from flowcord.data.cells import Cells
from flowcord.data.handles import ItemHandle
from flowcord.data.json_form import Unfit
from flowcord.data.scope import check_key
from flowcord.errors import AlreadyExistsError, CollectionFullError, NotFoundError
from flowcord.store import Address, Json, Record, Refused

__all__ = ("CollectionHandle",)

ModelT = TypeVar("ModelT", bound=BaseModel)
SelfT = TypeVar("SelfT", bound="CollectionHandle[Any]")
P = ParamSpec("P")
R = TypeVar("R")


def _at_call(
    check: Callable[[Binding[Any]], None],
) -> Callable[
    [Callable[Concatenate[SelfT, P], Coroutine[Any, Any, R]]],
    Callable[Concatenate[SelfT, P], Coroutine[Any, Any, R]],
]:
    """Checks when the method is called: `render` cannot await, and a task that it starts runs after it."""

    def decorate(
        method: Callable[Concatenate[SelfT, P], Coroutine[Any, Any, R]],
    ) -> Callable[Concatenate[SelfT, P], Coroutine[Any, Any, R]]:
        @wraps(method)
        def call(self: SelfT, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
            check(self._binding)  # pyright: ignore[reportPrivateUsage]
            return method(self, *args, **kwargs)

        return call

    return decorate


class CollectionHandle(Generic[ModelT]):
    """Creates, finds, lists and deletes the items of one collection, in handlers; async client data may
    read. Items are not loaded with the menu."""

    __slots__ = ("_binding", "_cells", "_scope_id")

    __flowcord_handle__ = True

    def __init__(self, binding: Binding[ModelT], cells: Cells, scope_id: str | None) -> None:
        self._binding = binding
        self._cells = cells
        self._scope_id = scope_id

    @property
    def available(self) -> bool:
        """Whether the scope has an id here: false for project data in direct messages."""
        self._binding.require_open()
        return self._scope_id is not None

    @_at_call(Binding[Any].require_writable)
    def create(self, item: ModelT, key: str | None = None) -> Coroutine[Any, Any, ItemHandle[ModelT]]:
        """Stores a new item; without a `key` it gets one that sorts by time of creation.

        Raises `AlreadyExistsError` with the stored value, `CollectionFullError`, `StateValidationError`.
        """
        return self._created(*self._prepared(item, _time_ordered_key() if key is None else key), new=True)

    @_at_call(Binding[Any].require_writable)
    def get_or_create(self, key: str, item: ModelT) -> Coroutine[Any, Any, ItemHandle[ModelT]]:
        """The item of this key, which is `item` if there was none. Raises as `create`."""
        return self._created(*self._prepared(item, key), new=False)

    @_at_call(Binding[Any].require_open)
    async def get(self, key: str) -> ItemHandle[ModelT]:
        """The loaded handle on one item. Raises `NotFoundError`."""
        found = await self.find(key)
        if found is None:
            raise NotFoundError(f"{self._binding.label} has no such item.")
        return found

    @_at_call(Binding[Any].require_open)
    async def find(self, key: str) -> ItemHandle[ModelT] | None:
        """The loaded handle on one item, or `None`."""
        cell = self._cells.cell(self._address(key))
        note(cell.address)
        await self._cells.load((cell,))
        if cell.record is None or cell.record.data is None:
            return None
        return ItemHandle(self._binding, self._cells, cell)

    @_at_call(Binding[Any].require_writable)
    async def delete(self, key: str) -> bool:
        """Deletes one item. Returns whether there was one."""
        address = self._address(key)
        written = await self._cells.store.items.delete(address)
        self._cells.landed(self._cells.cell(address), written)
        return written.changed

    @_at_call(Binding[Any].require_open)
    async def list(
        self, after: str | None = None, limit: int = 50, newest_first: bool = False
    ) -> builtins.list[ItemHandle[ModelT]]:
        """One page of at most `limit` loaded items in key order, beginning behind the key `after`."""
        if after is not None:
            check_key(self._binding.label, after)
        if limit < 0:
            raise self._binding.refused({"limit": "must be 0 or more"})
        scope_id = self._own_id()
        note(self._everything())
        records = await self._cells.store.items.list(
            self._binding.scope.value,
            scope_id,
            self._binding.name,
            after=after,
            limit=limit,
            newest_first=newest_first,
        )
        return [self._handle(record) for record in records]

    @_at_call(Binding[Any].require_open)
    async def count(self) -> int:
        """How many items there are, counted by Postgres."""
        note(self._everything())
        return await self._cells.store.items.count(
            self._binding.scope.value, self._own_id(), self._binding.name
        )

    @_at_call(Binding[Any].require_open)
    async def of(self, user: HasId | int) -> Self:
        """Another user's collection of this declaration (USER scope only)."""
        return type(self)(self._binding, self._cells, self._binding.user_id(user, self._scope_id))

    def _prepared(self, item: ModelT, key: str) -> tuple[Address, Mapping[str, Json]]:
        """Where and what to store, captured when the method is called."""
        try:
            return self._address(key), self._binding.shape.encode(item)
        except Unfit as unfit:
            raise self._binding.refused(unfit.rules) from None

    async def _created(self, address: Address, data: Mapping[str, Json], *, new: bool) -> ItemHandle[ModelT]:
        binding = self._binding
        try:
            written = await self._cells.store.items.create(
                address,
                data,
                binding.policy(address.scope_id),
                max_items=binding.max_items,
                when_full=binding.when_full,
            )
        except Refused as refusal:
            if refusal.rule == "max_items":
                raise CollectionFullError(f"{binding.label} holds its {binding.max_items} items.") from None
            raise binding.refused({refusal.field: refusal.rule}) from None
        cell = self._cells.cell(address)
        self._cells.landed(cell, written)
        handle = ItemHandle(binding, self._cells, cell)
        if new and not written.changed:
            raise AlreadyExistsError(
                f"{binding.label} has an item of this key already.",
                value=handle.value,
                version=handle.version,
            )
        return handle

    def _handle(self, record: Record) -> ItemHandle[ModelT]:
        return ItemHandle(self._binding, self._cells, self._cells.showing(record))

    def _everything(self) -> Address:
        """What stands for all of its items, those to come included."""
        return self._binding.address(self._own_id()).collection

    def _own_id(self) -> str:
        if self._scope_id is None:
            raise self._binding.unavailable()
        return self._scope_id

    def _address(self, key: str) -> Address:
        check_key(self._binding.label, key)
        return replace(self._binding, name=f"{self._binding.name}/{key}").address(self._own_id())

    def __repr__(self) -> str:
        return f"<CollectionHandle {self._binding.label}>"


_last_moment = 0


def _time_ordered_key() -> str:
    # Nanoseconds, never the same or earlier in one process, then chance between processes. Hexadecimal of one
    # length sorts by time in Postgres's "C" collation too.
    global _last_moment
    _last_moment = max(_last_moment + 1, time.time_ns())
    return f"{_last_moment:016x}{secrets.token_hex(4)}"
