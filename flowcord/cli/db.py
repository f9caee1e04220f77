"""The commands `flowcord db …`: what they do, and the sentence each of them ends with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from flowcord.cli.problem import Problem
from flowcord.cli.settings import Settings
from flowcord.store import revision as schema
from flowcord.store.database import Connection, connect
from flowcord.store.location import Location

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ("check", "current", "database_url", "downgrade", "upgrade")

CONNECT_TIME = 10.0
"""Seconds to wait for the server."""


def database_url(given: str | None) -> str:
    """The database that a command is about. Raises `Problem` when none is named anywhere."""
    url = given or Settings.load().database
    if not url:
        raise Problem(
            "Which database? FLOWCORD_DATABASE_URL is not set.",
            remedy="Set FLOWCORD_DATABASE_URL=postgresql://user:password@host:port/name, or give --url.",
        )
    return url


def upgrade(url: str, revision: str) -> str:
    """Bring the tables up to `revision`. Keeps all data."""
    _prepare(url)
    _alembic(url, revision, lambda _: schema.upgrade(url, revision))
    return _outcome(url)


def downgrade(url: str, revision: str) -> str:
    """Take the tables back to `revision`."""

    def run(config: Config) -> None:
        from alembic import command

        command.downgrade(config, revision)

    _prepare(url)
    _alembic(url, revision, run)
    return _outcome(url)


def current(url: str) -> str:
    """Which revision the tables have."""
    found = asyncio.run(_revision(url))
    return f"{_named(found)}; this version of FlowCord needs {schema.REVISIONS[-1]}"


def check(url: str) -> str:
    """Whether a bot can start. Raises `SchemaRevisionError` with what is missing."""

    async def checked() -> None:
        async with _connected(url) as connection:
            await schema.check(connection)

    asyncio.run(checked())
    return f"The {Location.parse(url)} is ready (revision {schema.REVISIONS[-1]})."


def _prepare(url: str) -> None:
    """Find out what would stop a migration before one begins."""

    async def prepared() -> None:
        async with _connected(url) as connection:
            schema.check_server(connection)

    asyncio.run(prepared())


def _alembic(url: str, revision: str, run: Callable[[Config], None]) -> None:
    from alembic.util import CommandError

    try:
        run(schema.alembic_config(url))
    except CommandError as error:
        raise Problem(
            f"Revision {revision!r}: {error}.",
            remedy=f"This version of FlowCord knows base, head, and {', '.join(schema.REVISIONS)}.",
        ) from None
    except (asyncpg.PostgresError, OSError) as error:
        raise Problem(f"Postgres refused ({type(error).__name__}: {error}). Nothing was changed.") from None


def _outcome(url: str) -> str:
    return f"The {Location.parse(url)}: {_named(asyncio.run(_revision(url)))}."


def _named(revision: str) -> str:
    return f"revision {revision}" if revision else "no tables"


async def _revision(url: str) -> str:
    async with _connected(url) as connection:
        return await schema.revision_of(connection)


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[Connection]:
    location = Location.parse(url)
    try:
        connection = await connect(location, timeout=CONNECT_TIME)
    except asyncpg.InvalidCatalogNameError:
        raise Problem(f"There is no {location}.", remedy=f"Create it: createdb {location.database}") from None
    except asyncpg.InvalidAuthorizationSpecificationError:
        raise Problem(f"Postgres does not let this user in, or not with this password: {location}.") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise Problem(
            f"No connection to the {location} ({type(error).__name__}).", remedy="Is Postgres running there?"
        ) from None
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_TIME)
