"""Inspection: what is stored of one user, one server or one session, for people rather than for handles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Text, and_, bindparam, func, literal_column, or_, select

from flowcord.store.database import Database
from flowcord.store.effects import Sql
from flowcord.store.records import Address, Json
from flowcord.store.statements import LIVE, Statement
from flowcord.store.tables import records

__all__ = ("Stored", "Whose", "stored_of")

_row = records.c

Whose = Literal["user", "server", "session"]


class Stored(NamedTuple):
    """A record that counts: written, and not expired."""

    address: Address
    version: int
    revision: int
    updated_at: datetime
    expires_at: datetime | None
    data: Mapping[str, Json]


def _scope(name: str) -> Sql:
    return _row.scope == literal_column(f"'{name}'")


def _part(place: int) -> Sql:
    # Negative places count from the end.
    return func.split_part(_row.scope_id, literal_column("'/'"), literal_column(str(place)))


_id = bindparam("id", type_=Text)
_WHOSE: dict[Whose, Sql] = {
    # Isolated ids are `<kind>/<id>`; a session's own is `<kind>/<server>/<user>`, unless a resolver made it.
    "user": or_(_row.owner == _id, and_(_scope("user"), _part(-1) == _id)),
    "server": or_(
        and_(_scope("project"), _part(-1) == _id),
        and_(_scope("session"), _part(2) == _id, _part(3) != literal_column("''")),
    ),
    "session": and_(_scope("session"), _row.scope_id == _id),
}
_QUERIES = {
    whose: Statement.of(
        select(
            _row.scope,
            _row.scope_id,
            _row.name,
            _row.version,
            _row.revision,
            _row.updated_at,
            _row.expires_at,
            _row.data,
        )
        .where(LIVE, condition)
        .order_by(_row.scope, _row.scope_id, _row.name)
    )
    for whose, condition in _WHOSE.items()
}


async def stored_of(database: Database, whose: Whose, id: str) -> list[Stored]:
    """The records of a `user`, a `server` (its project data and the sessions in it) or a `session` id.

    Raises `StoreError`s.
    """
    rows: Any = await database.run(_QUERIES[whose], {"id": id}, f"inspecting the {whose} {id}")
    return [
        Stored(
            Address(row["scope"], row["scope_id"], row["name"]),
            row["version"],
            row["revision"],
            row["updated_at"],
            row["expires_at"],
            json.loads(row["data"]),
        )
        for row in rows
    ]
