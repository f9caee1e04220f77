"""The stored data of one open session: its ids, its handles, and when they are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, cast

from flowcord.data.binding import Binding
from flowcord.data.block import Block, adopt, plan_of
from flowcord.data.boundary import Boundary, Note
from flowcord.data.catalog import Catalog, FlowData
from flowcord.data.cells import Cell, Cells
from flowcord.data.client_data import evaluate
from flowcord.data.collections import CollectionHandle
from flowcord.data.declarations import Collection, Declaration, State
from flowcord.data.handles import Handle, ResourceHandle, StateHandle
from flowcord.data.scope import Scope
from flowcord.errors import DeclarationError
from flowcord.store import Address, Store

__all__ = ("SessionData", "counting", "load", "rendering")

HandleT = TypeVar("HandleT")

_BOUND = "_flowcord_bound"


class _Bound:
    """What binding found in one block: the block with its copies, and the records they read."""

    __slots__ = ("blocks", "cells")

    def __init__(self, blocks: tuple[Block, ...], cells: tuple[Cell, ...]) -> None:
        self.blocks = blocks
        self.cells = cells


class SessionData:
    """Binds the blocks of one session to the records of its owner and place.

    `ids` are the stored ids of `scope_ids`; `store` is `None` in an app without a database.
    """

    __slots__ = ("_cells", "_flow", "_ids", "_store")

    def __init__(self, flow: FlowData, store: Store | None, ids: Mapping[Scope, str | None]) -> None:
        self._flow = flow
        self._ids = ids
        self._store = store
        self._cells = None if store is None else Cells(store)

    @property
    def commits(self) -> int:
        """How many effective writes went through the handles of this session."""
        return 0 if self._cells is None else self._cells.commits

    @property
    def in_unit_of_work(self) -> bool:
        """Whether the current task is inside a unit of work."""
        return self._store is not None and self._store.unit is not None

    def scope_id(self, scope: Scope) -> str | None:
        """The stored id of a scope; `None`: no project here."""
        return self._ids[scope]

    def bind(self, block: Block) -> tuple[Block, ...]:
        """Makes a new menu or flow instance this session's: gives it its own copies of its blocks, and all of
        them their handles. Returns the instance and the copies.

        Raises `DeclarationError` if it was bound before.
        """
        if _BOUND in vars(block):
            raise DeclarationError(f"{type(block).__name__}: this instance belongs to a session already.")
        blocks = adopt(block)
        cells: dict[Cell, None] = {}
        for each in blocks:
            for name, declaration in plan_of(type(each)).declarations.items():
                binding = self._flow.bindings.get(declaration)
                if binding is None or name in vars(each):
                    continue  # not seen by `add`, or replaced by the block: touching the declaration says so
                handle, cell = _handle(declaration, binding, self._require_cells(), self._ids[binding.scope])
                vars(each)[name] = handle
                if cell is not None:
                    cells[cell] = None
        vars(block)[_BOUND] = _Bound(blocks, tuple(cells))
        return blocks

    async def load(self, *blocks: Block) -> None:
        """Brings every handle of these bound blocks up to date: none to one statement.

        Raises `StoreUnavailableError`.
        """
        if self._cells is not None:
            await self._cells.load(cell for block in blocks for cell in _bound(block).cells)

    async def load_at(self, addresses: Iterable[Address]) -> None:
        """The same for every handle on these addresses that anything in this session has."""
        if self._cells is not None:
            await self._cells.load(self._cells.held(addresses))

    async def reload(self, *blocks: Block) -> None:
        """The same past the cache, with what Postgres has now. Raises `StoreUnavailableError`."""
        if self._cells is not None:
            await self._cells.reload(cell for block in blocks for cell in _bound(block).cells)

    def addresses(self, *blocks: Block) -> Iterator[Address]:
        """Where the records of these bound blocks are stored."""
        return (cell.address for block in blocks for cell in _bound(block).cells)

    async def evaluate(self, *blocks: Block, note: Note | None = None) -> None:
        """Evaluates the client data of these bound blocks. A failing entry fails alone. `note` is told what
        they read."""
        for bound in map(_bound, blocks):
            for block in bound.blocks:
                entries = plan_of(type(block)).entries
                if entries:
                    failed = await evaluate(block, entries, note)
                    if failed and self._store is not None:
                        self._store.counters.client_data_errors += failed

    def atomic(self) -> AbstractAsyncContextManager[object]:
        """One transaction around the writes inside. Raises `AtomicError` for misuse and a broken end."""
        return self._require_cells().store.atomic()

    def _require_cells(self) -> Cells:
        if self._cells is None:
            raise DeclarationError(
                "FlowCord has no database: give FlowCord(client, database='postgresql://...')."
            )
        return self._cells


def rendering(note: Note | None = None) -> Boundary:
    """Stands around `render`: inside, handles are out of reach but for what they expose; `note` is told which
    of that is read. Costs a few hundred nanoseconds."""
    return Boundary("render", note)


def counting(note: Note | None = None) -> Boundary:
    """Stands around what counts the entries of a list: it may read, also client data, and write nothing."""
    return Boundary("total", note)


async def load(catalog: Catalog, store: Store, declaration: Declaration[HandleT], scope_id: str) -> HandleT:
    """The loaded handle (or the collection) of a declaration outside of sessions, at a stored scope id as
    `ctx.scope_id(scope)` gives it.

    Raises `DeclarationError`, `ScopeUnavailableError`, `StoreUnavailableError`.
    """
    cells = Cells(store)
    handle, cell = _handle(declaration, catalog.binding(declaration, scope_id), cells, scope_id)
    if cell is not None:
        await cells.load((cell,))
    return cast(HandleT, handle)


def _handle(
    declaration: Declaration[Any], binding: Binding[Any], cells: Cells, scope_id: str | None
) -> tuple[Handle[Any] | CollectionHandle[Any], Cell | None]:
    """The handle, and the cell that has to be loaded for it: none without an id, none for collections."""
    if isinstance(declaration, Collection):
        return CollectionHandle(binding, cells, scope_id), None
    kind: Any = StateHandle if isinstance(declaration, State) else ResourceHandle
    cell = None if scope_id is None else cells.cell(binding.address(scope_id))
    return kind(binding, cells, cell), cell


def _bound(block: Block) -> _Bound:
    return vars(block)[_BOUND]
