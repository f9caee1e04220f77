"""StoredData: what an app does with stored data outside of sessions."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from flowcord.data.catalog import Catalog
from flowcord.data.declarations import Declaration
from flowcord.data.scope import Scope
from flowcord.data.session_data import load
from flowcord.errors import DeclarationError
from flowcord.store import Store

__all__ = ("StoredData",)

HandleT = TypeVar("HandleT")


class StoredData:
    """Reads, writes and ends records by their declarations and stored ids; a part of `FlowCord`."""

    def __init__(self, store: Store | None, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    async def load(self, declaration: Declaration[HandleT], scope_id: str) -> HandleT:
        """The loaded handle (or the collection) of a declaration, outside of sessions.

        `flows.load(Counter.lifetime, "42")`: `scope_id` is the stored id, as `ctx.scope_id(scope)` gives it.
        """
        return await load(self._catalog, self._database("load"), declaration, scope_id)

    def atomic(self) -> AbstractAsyncContextManager[Any]:
        """A unit of work outside sessions, for handles of `load`: all writes inside are one transaction."""
        return self._database("atomic").atomic()

    async def purge(self, scope: Scope, scope_id: str) -> int:
        """End every record of a scope id (as `ctx.scope_id(scope)` gives it); how many there were.

        They read as unwritten from then on, in every process, and nothing that was under way brings them
        back. Raises `StoreUnavailableError`, and `AtomicError` inside `atomic()`.
        """
        return await self._database("purge").purge(scope.value, scope_id)

    async def forget_user(self, user_id: int) -> int:
        """End what is stored for a user in all flows: their user data, and their own sessions' data.

        Gives how many records there were, and raises as `purge`. Project data stays: it is the server's.
        """
        return await self._database("forget_user").forget(str(user_id))

    def _database(self, verb: str) -> Store:
        if self._store is None:
            raise DeclarationError(f"{verb}() needs a database: FlowCord(client, database=...)")
        return self._store

    def stats(self) -> dict[str, float]:
        """Counters of stored data in this process."""
        return {} if self._store is None else self._store.stats()
