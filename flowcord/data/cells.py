"""One reader's view of records: what a session's handles show between its loads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from weakref import WeakValueDictionary

from flowcord.store import Address, Policy, Record, Store, Written
from flowcord.store.changes import Change

__all__ = ("Cell", "Cells")


class Cell:
    """The record of one address as this reader sees it; all its handles on that address share the cell."""

    __slots__ = ("__weakref__", "address", "record")

    def __init__(self, address: Address) -> None:
        self.address = address
        self.record: Record | None = None

    def follow(self, record: Record) -> None:
        """Shows a record that was read or written, unless a later version was here first."""
        if self.record is None or record.version >= self.record.version:
            self.record = record


class Cells:
    """All cells of one reader. `commits` counts its effective writes."""

    __slots__ = ("_cells", "commits", "store")

    def __init__(self, store: Store) -> None:
        self.store = store
        self.commits = 0
        self._cells: WeakValueDictionary[Address, Cell] = WeakValueDictionary()

    def cell(self, address: Address) -> Cell:
        """The one cell of this address."""
        cell = self._cells.get(address)
        if cell is None:
            cell = self._cells[address] = Cell(address)
        return cell

    def held(self, addresses: Iterable[Address]) -> Iterator[Cell]:
        """The cells of these addresses that any handle has."""
        return (cell for address in addresses if (cell := self._cells.get(address)) is not None)

    def showing(self, record: Record) -> Cell:
        """The cell of a record that was just read."""
        cell = self.cell(record.address)
        self._keep_undoable(cell)
        cell.follow(record)
        return cell

    async def load(self, cells: Iterable[Cell]) -> None:
        """Brings the cells up to date: dict look-ups while the cache has them, else one statement."""
        peek, in_unit = self.store.peek, self.store.unit is not None
        missing: dict[Address, tuple[Cell, Record | None]] | None = None
        for cell in cells:
            record = peek(cell.address)
            if record is not None:
                if in_unit:
                    self._keep_undoable(cell)
                cell.record = record
            elif missing is None:
                missing = {cell.address: (cell, cell.record)}
            else:
                missing[cell.address] = (cell, cell.record)
        if missing is not None:
            self._show(missing, await self.store.read(missing))

    async def reload(self, cells: Iterable[Cell]) -> None:
        """The same past the cache: as Postgres has them now, by one statement."""
        wanted = {cell.address: (cell, cell.record) for cell in cells}
        self._show(wanted, await self.store.read_anew(list(wanted)))

    async def write(self, cell: Cell, change: Change, policy: Policy) -> Written:
        """One commit, or one step of the current unit of work; the cell follows, and back if it fails."""
        written = await self.store.write(cell.address, change, policy)
        self.landed(cell, written)
        return written

    def landed(self, cell: Cell, written: Written) -> None:
        """Shows the result of a write, until the unit of work around it is rolled back."""
        self._keep_undoable(cell)
        cell.follow(written.record)
        self.commits += written.changed
        unit = self.store.unit
        if unit is not None and written.changed:
            unit.on_rollback(self._uncount)

    def _uncount(self) -> None:
        self.commits -= 1

    def _keep_undoable(self, cell: Cell) -> None:
        """Before a cell shows what only the current unit of work wrote: a rollback takes it back."""
        unit = self.store.unit
        if unit is not None and unit.peek(cell.address) is not None:
            unit.on_rollback(partial(setattr, cell, "record", cell.record))

    def _show(
        self, cells: Mapping[Address, tuple[Cell, Record | None]], records: Mapping[Address, Record]
    ) -> None:
        """Let cells, each with what it showed before the reading, show what was read."""
        for address, (cell, before) in cells.items():
            self._keep_undoable(cell)
            if cell.record is before:
                cell.record = records[address]
            else:  # an own write returned meanwhile
                cell.follow(records[address])
