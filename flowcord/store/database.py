"""Postgres over a small pool of connections: every statement with a limit, every error with an outcome."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

import asyncpg

from flowcord.errors import StoreUnavailableError
from flowcord.store.failures import ERRORS, failure, is_lost, only_reads
from flowcord.store.location import Location
from flowcord.store.statements import Statement

__all__ = ("ACQUIRE_LIMIT", "STATEMENT_LIMIT", "Connection", "Database", "Row", "connect")

ACQUIRE_LIMIT = 3.0
"""Seconds a statement waits for a connection: a busy pool, or a new connection to a server that hangs."""
STATEMENT_LIMIT = 5.0
"""Seconds a statement may take."""
_CANCEL_LIMIT = 1.0
"""Seconds a connection gets to be cancelled after a statement that was given up; then it is dropped."""

Row = Mapping[str, Any]

_untyped: Any = asyncpg  # which ships no types


class Connection(Protocol):
    """What is used of an asyncpg connection."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Row]: ...
    async def execute(self, query: str, *, timeout: float | None = None) -> str: ...
    async def close(self, *, timeout: float | None = None) -> None: ...
    async def add_listener(self, channel: str, callback: Any) -> None: ...
    async def remove_listener(self, channel: str, callback: Any) -> None: ...
    def add_termination_listener(self, callback: Any) -> None: ...
    def remove_termination_listener(self, callback: Any) -> None: ...
    def terminate(self) -> None: ...
    def is_closed(self) -> bool: ...
    def get_server_pid(self) -> int: ...
    def get_server_version(self) -> Any: ...


async def connect(location: Location, *, timeout: float) -> Connection:
    """One connection of its own. Raises asyncpg's errors and `OSError`."""
    return await _untyped.connect(location.dsn, timeout=timeout, **_options())


def _options() -> dict[str, Any]:
    return {
        "command_timeout": STATEMENT_LIMIT,
        "server_settings": {"application_name": "flowcord"},
        # The statements are few and used for ever: no timers to forget them, and none is too long.
        "max_cached_statement_lifetime": 0,
        "max_cacheable_statement_size": 0,
    }


async def _keep(_connection: object) -> None:
    """In place of asyncpg's reset, which costs a round trip.

    It stays safe because statements of the store leave nothing behind: no settings, no session locks, no
    cursors, no LISTEN. An open transaction is still rolled back by the pool itself, before it calls this.
    """


class Database:
    """The pool. Reads are repeated once when their connection is lost; writes never, once sent."""

    def __init__(self, location: Location, *, pool_size: int) -> None:
        self.location = location
        self._pool_size = pool_size
        self._pool: Any = None

    async def open(self, timeout: float) -> None:
        """Connect. Raises asyncpg's errors and `OSError`."""
        self._pool = await _untyped.create_pool(
            self.location.dsn,
            # No minimum: asyncpg would restore it by a task that never rests while Postgres is down.
            min_size=0,
            init_size=1,
            max_size=self._pool_size,
            max_inactive_connection_lifetime=0,
            timeout=timeout,
            reset=_keep,
            **_options(),
        )

    async def close(self) -> None:
        """Close every connection; a server that hangs is not waited for."""
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), STATEMENT_LIMIT)
            except ERRORS:
                pool.terminate()

    @contextlib.asynccontextmanager
    async def connection(self, doing: str) -> AsyncGenerator[Connection]:
        """A connection for a few statements of one's own."""
        connection = await self.acquire(doing)
        try:
            yield connection
        except ERRORS as error:
            raise failure(error, doing, sent=False) from None
        finally:
            await self.release(connection)

    async def acquire(self, doing: str) -> Connection:
        """A connection, for as long as the caller likes. Raises `StoreUnavailableError` (`not_applied`)."""
        if self._pool is None:
            raise StoreUnavailableError(f"The store is not started, or closed, while {doing}")
        try:
            return await self._pool.acquire(timeout=ACQUIRE_LIMIT)
        except ERRORS as error:
            raise failure(error, doing, sent=False) from None

    async def release(self, connection: Connection) -> None:
        """Give a connection back; one that cannot be cleaned in time is dropped."""
        if self._pool is None:
            self.drop(connection)
            return
        # Whatever goes wrong here, asyncpg has dropped the connection: nobody will meet it again.
        with contextlib.suppress(*ERRORS):
            await self._pool.release(connection, timeout=_CANCEL_LIMIT)

    def is_alive(self, connection: Connection) -> bool:
        """Whether a connection is not known to be lost."""
        try:
            return not connection.is_closed()
        except asyncpg.InterfaceError:  # lost, and back in the pool
            return False

    def drop(self, connection: Connection) -> None:
        """End a connection at once; Postgres rolls back what it had open."""
        with contextlib.suppress(asyncpg.InterfaceError):  # lost already, so the pool has it back
            connection.terminate()

    async def roll_back(self, connection: Connection) -> None:
        """End its transaction, after cancelling a statement that was given up; drop it if that takes long.

        Dropping it at once is not enough: while a statement waits for a lock, Postgres does not see that its
        connection is gone, and keeps all that the transaction has locked.
        """
        try:
            await connection.execute("ROLLBACK", timeout=_CANCEL_LIMIT)
        except ERRORS:
            self.drop(connection)

    async def run(self, statement: Statement, values: Mapping[str, Any], doing: str) -> Sequence[Row]:
        """Run a statement; a read whose connection was lost is run again, on a fresh one."""
        try:
            return await self._run(statement, values, doing)
        except ERRORS as error:
            if only_reads(error):
                await self.distrust()
            if statement.writes or not is_lost(error):
                raise failure(error, doing, sent=statement.writes) from None
        await self.distrust()
        try:
            return await self._run(statement, values, doing)
        except ERRORS as error:
            raise failure(error, doing, sent=False) from None

    async def _run(self, statement: Statement, values: Mapping[str, Any], doing: str) -> Sequence[Row]:
        connection = await self.acquire(doing)
        try:
            if not self.is_alive(connection):  # lost between the pool's check and now: nothing was sent
                await self.release(connection)
                connection = await self.acquire(doing)
            try:
                return await connection.fetch(statement.sql, *statement.arguments(values))
            except asyncpg.InternalClientError:
                connection = await self.replace(connection, doing)
                return await connection.fetch(statement.sql, *statement.arguments(values))
        except asyncio.CancelledError:
            # asyncpg prepares a statement inside of a transaction, which ends with the statement's execution.
            await self.roll_back(connection)
            raise
        finally:
            await self.release(connection)

    async def replace(self, connection: Connection, doing: str) -> Connection:
        """A fresh connection for one that asyncpg refuses to use, before anything was sent."""
        self.drop(connection)
        await self.release(connection)
        await self.distrust()
        return await self.acquire(doing)

    async def distrust(self) -> None:
        """Where one connection is lost, or leads elsewhere, the others will: none of them is used again."""
        if self._pool is not None:
            await self._pool.expire_connections()
