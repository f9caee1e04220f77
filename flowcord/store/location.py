"""Where a database is: one reading of its URL for asyncpg, for messages and for migrations."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from flowcord.errors import StoreError

__all__ = ("Location",)


class Location(NamedTuple):
    """A database's URL, and the parts of it that may be shown: never the user or the password."""

    dsn: str
    host: str
    port: int
    database: str

    @classmethod
    def parse(cls, url: str) -> Location:
        """Read a `postgresql://` URL; a unix socket's folder stands in the host or in `?host=`.

        Raises `StoreError` for anything else, without quoting it: a mistyped URL may hold a password.
        """
        try:
            parsed = make_url(url)
            port = int(str(parsed.port or parsed.query.get("port") or 5432))
        except (ArgumentError, ValueError):
            raise _misread() from None
        if parsed.get_backend_name() not in ("postgresql", "postgres"):
            raise StoreError(
                f"FlowCord keeps its data in PostgreSQL; {parsed.get_backend_name()!r} is another"
            )
        host = parsed.host or parsed.query.get("host") or "localhost"
        host = host if isinstance(host, str) else ",".join(host)
        database = parsed.database or parsed.username or "postgres"
        if not 0 < port < 65_536 or "@" in host + database:
            raise _misread()
        return cls("postgresql://" + url.partition("://")[2], host, port, database)

    def __str__(self) -> str:
        return f"database {self.database!r} on {self.host}, port {self.port}"

    def __repr__(self) -> str:
        return f"<Location {self}>"


def _misread() -> StoreError:
    return StoreError(
        "The database is not given as postgresql://user:password@host:port/name (a special character of the "
        "password is written as in URLs, an @ as %40)"
    )
