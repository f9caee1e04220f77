"""Poolers between FlowCord and Postgres: whether what the store relies on survives them.

A pooler may give each transaction, or each statement, another of its connections to Postgres. Then LISTEN
hears nothing, and a prepared statement may be missing where it is used: found here, at the start, rather
than now and then later.
"""

from __future__ import annotations

import asyncio
from secrets import token_hex

import asyncpg

from flowcord.errors import StoreError
from flowcord.store.database import Connection
from flowcord.store.failures import ERRORS, is_lost
from flowcord.store.location import Location

__all__ = ("check_listener", "check_pool")

PATIENCE = 3.0
"""Seconds that a notification may take."""
_AS_POSTGRES_HAS_IT = (
    "SELECT pg_backend_pid() AS pid, ARRAY(SELECT name FROM pg_prepared_statements) AS prepared"
)
_MISPLACED = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)


async def check_pool(connection: Connection, other: Connection, location: Location) -> bool:
    """Whether `connection` leads through a pooler, which does for the pool then.

    `other` is another connection to the same database. Raises `StoreError` with the remedy.
    """
    behind = f"The {location} is behind a pooler that"
    try:
        [found] = await connection.fetch(_AS_POSTGRES_HAS_IT)
        if found["pid"] == connection.get_server_pid():  # poolers make up one of their own
            return False
        await _begin(connection, behind)
        # One that renames prepared statements brings them along to whichever connection it uses.
        renamed = not any(name.startswith("__asyncpg_") for name in found["prepared"])
        carried = renamed or await _hears(connection, other)
    except _MISPLACED:
        carried = False
    if not carried:
        raise StoreError(
            f"{behind} loses prepared statements between transactions (PgBouncer: pool_mode = "
            "transaction before version 1.21, or with max_prepared_statements = 0): set "
            "max_prepared_statements = 200, or pool_mode = session"
        )
    return True


async def _begin(connection: Connection, behind: str) -> None:
    try:
        await connection.execute("BEGIN")
        await connection.execute("ROLLBACK")
    except ERRORS as error:
        if not is_lost(error):
            raise
        raise StoreError(
            f"{behind} ends the connection at BEGIN, as PgBouncer does with pool_mode = statement: set "
            "pool_mode = transaction or session"
        ) from None


async def check_listener(listener: Connection, other: Connection, location: Location) -> None:
    """Whether `listener` hears what `other` notifies. Raises `StoreError` with the remedy."""
    if not await _hears(listener, other):
        raise StoreError(
            f"Nothing is heard from the {location}: LISTEN needs a direct connection to the same database, "
            "or a pooler's pool_mode = session. Give it as FlowCord(..., listen=url)"
        )


async def _hears(connection: Connection, other: Connection) -> bool:
    """Whether `connection` is the same one to Postgres from one statement to the next."""
    channel, heard = f"flowcord_{token_hex(8)}", asyncio.Event()

    def hear(*_notification: object) -> None:
        heard.set()

    await connection.add_listener(channel, hear)
    try:
        await other.fetch("SELECT pg_notify($1, '')", channel)
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
    except TimeoutError:
        return False
    finally:
        await connection.remove_listener(channel, hear)
    return True
