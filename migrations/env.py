"""Alembic's environment for FlowCord's tables: asyncpg, one advisory lock, a version table of its own."""

from __future__ import annotations

import asyncio
import os
from functools import partial

import asyncpg
from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from flowcord.store.location import Location
from flowcord.store.revision import UPGRADE_LOCK, VERSION_TABLE
from flowcord.store.tables import metadata


def _ours(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave every table alone that FlowCord did not create."""
    return type_ != "table" or name in metadata.tables


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        include_object=_ours,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        # Held to the end of the transaction: of two upgrades at once, the second waits here and then
        # finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        context.run_migrations()


async def _online() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or os.environ.get("FLOWCORD_DATABASE_URL")
    if not url:
        raise SystemExit("No database: set FLOWCORD_DATABASE_URL=postgresql://…")
    location = Location.parse(url)

    # asyncpg reads the URL itself, so that it means the same here as to a running bot.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=partial(asyncpg.connect, location.dsn), poolclass=pool.NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _offline() -> None:
    """Print the SQL instead of running it (`--sql`), for those who apply migrations by hand."""
    context.configure(
        dialect_name="postgresql", target_metadata=metadata, version_table=VERSION_TABLE, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _offline()
else:
    asyncio.run(_online())
