"""Which tables the code needs, whether a database has them, and the way there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flowcord.errors import SchemaRevisionError
from flowcord.store.database import Connection

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = (
    "REVISIONS",
    "UPGRADE_LOCK",
    "VERSION_TABLE",
    "alembic_config",
    "check",
    "check_server",
    "migrations_folder",
    "revision_of",
    "upgrade",
)

VERSION_TABLE = "flowcord_alembic_version"
UPGRADE_LOCK = 0x466C6F77436F7264  # "FlowCord": two upgrades at once take turns
REVISIONS = ("0001",)
"""Every revision this code knows, oldest first; the last one is the one it needs."""

_OLDEST_SERVER = 18
_STATE = (
    "SELECT to_regclass('flowcord_record') IS NOT NULL AS records, to_regclass($1) IS NOT NULL AS versions"
)


def check_server(connection: Connection) -> None:
    """Raises `SchemaRevisionError` for a Postgres that is too old."""
    server = connection.get_server_version().major
    if server < _OLDEST_SERVER:
        raise SchemaRevisionError(
            f"The server is PostgreSQL {server}; FlowCord needs {_OLDEST_SERVER} or newer"
        )


async def revision_of(connection: Connection) -> str:
    """The revision of the database's tables, empty without tables."""
    state = (await connection.fetch(_STATE, VERSION_TABLE))[0]
    if not state["versions"] or not state["records"]:
        return ""
    rows = await connection.fetch(f"SELECT version_num FROM {VERSION_TABLE}")
    return str(rows[0]["version_num"]) if rows else ""


async def check(connection: Connection) -> None:
    """Compare the database with the code; change nothing. Raises `SchemaRevisionError` with the remedy."""
    check_server(connection)
    found = await revision_of(connection)
    if not found:
        raise SchemaRevisionError("The database has no FlowCord tables: run `flowcord db upgrade`")
    if found not in REVISIONS:
        raise SchemaRevisionError(
            f"The database is at revision {found}, which this code does not know (it needs {REVISIONS[-1]}): "
            "deploy the newer code"
        )
    if found != REVISIONS[-1]:
        raise SchemaRevisionError(
            f"The database is at revision {found}, and the code needs {REVISIONS[-1]}: "
            "run `flowcord db upgrade`"
        )


def migrations_folder() -> Path:
    """The Alembic environment: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def upgrade(database: str, target: str = "head") -> None:
    """Bring the tables of `database` to the newest revision, or to `target`. Keeps all data.

    Blocks, and runs an event loop of its own: inside one, call it in a thread. Of several upgrades at once
    each succeeds. No table that is not FlowCord's is touched.
    """
    from alembic import command  # here, because a bot that runs never needs Alembic

    command.upgrade(alembic_config(database), target)


def alembic_config(database: str) -> Config:
    """What Alembic's commands need to work on `database`."""
    from alembic.config import Config

    config = Config()
    # The ini format takes % for the start of a reference.
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", database.replace("%", "%%"))
    return config
