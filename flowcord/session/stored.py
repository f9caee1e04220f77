"""Stored: the data of a session that outlives its menus, bound to new ones and loaded before they run."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from flowcord.data.block import Block
from flowcord.data.scope import Scope
from flowcord.data.session_data import SessionData
from flowcord.errors import AtomicError, DeclarationError
from flowcord.menu.flow import Flow, FlowDefinition
from flowcord.menu.menu import Menu
from flowcord.menu.session_state import Shared, bind_shared

__all__ = ("Stored",)

AnyMenu = Menu[Any, Any, Any]


class Stored:
    """The part of a `MenuSession` that knows durable data and session state."""

    __slots__ = ("_committed", "data", "definition", "flow", "shared")

    def __init__(self, definition: FlowDefinition, shared: Shared | None) -> None:
        self.definition = definition
        self.flow: Flow = definition.make_flow()
        #: The durable data of this session; `None` where none is declared.
        self.data: SessionData | None = None
        #: The session state, as far as anybody declared it or seeded it.
        self.shared = shared
        self._committed = 0

    def bind(self, block: Block) -> None:
        """Give a new menu, or the flow, its own blocks, the handles of stored data and the session state."""
        if type(block) is Flow:  # a name and nothing more, which all sessions share
            return
        blocks = (block,) if self.data is None else self.data.bind(block)
        if self.definition.shared:
            if self.shared is None:
                self.shared = {}
            bind_shared(blocks, self.shared)

    async def load(self, menu: AnyMenu) -> None:
        """Have the declared data of `menu` and the flow at hand before user code runs."""
        if self.data is not None:
            await self.data.load(*self.blocks(menu))

    async def reload(self, menu: AnyMenu) -> None:
        """The same, with what is stored now."""
        if self.data is not None:
            await self.data.reload(*self.blocks(menu))

    def blocks(self, menu: AnyMenu) -> tuple[Block, ...]:
        """What is loaded and evaluated together: the menu, and the flow if it is more than a name."""
        return (menu,) if type(self.flow) is Flow else (menu, self.flow)

    def atomic(self) -> AbstractAsyncContextManager[Any]:
        """A unit of work: all durable writes inside are one transaction."""
        if self.data is None:
            raise DeclarationError(
                f"{self.definition.kind} declares no durable data: there is nothing to write"
            )
        return self.data.atomic()

    def scope_id(self, scope: Scope) -> str | None:
        """The stored id of a scope in this session; `None` where the scope is unavailable."""
        return None if self.data is None else self.data.scope_id(scope)

    def refuse_in_unit_of_work(self, verb: str) -> None:
        """Raise `AtomicError` if the current task is in the middle of a transaction."""
        if self.data is not None and self.data.in_unit_of_work:
            raise AtomicError(f"{verb} inside atomic(): a transaction does not wait for people")

    def begin_work(self) -> None:
        """Remember how much had been committed when a handler began."""
        self._committed = 0 if self.data is None else self.data.commits

    @property
    def has_written(self) -> bool:
        """Whether durable data was committed since the handler began."""
        return self.data is not None and self.data.commits != self._committed
