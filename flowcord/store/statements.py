"""Statements on `flowcord_record`: what they have in common, and those that read.

All are described with SQLAlchemy Core, compiled once, and run on asyncpg. Rows that expired and tombstones
count as unwritten everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Column,
    ColumnElement,
    Float,
    Integer,
    Interval,
    Text,
    UpdateBase,
    and_,
    bindparam,
    extract,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, asyncpg

from flowcord.store.effects import Sql
from flowcord.store.tables import records

__all__ = (
    "ADDRESS",
    "KEY",
    "LIVE",
    "LOCK",
    "NOW",
    "POLICY",
    "READ",
    "READ_MANY",
    "SNAPSHOT",
    "TOMBSTONE",
    "Statement",
    "fits",
    "raised",
)

# No client of this dialect ever connects: it only prints.
_dialect = asyncpg.dialect(paramstyle="numeric_dollar")
_row = records.c


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text and the names of its parameters, in order. What `writes` is never sent twice."""

    sql: str
    names: tuple[str, ...]
    writes: bool

    @classmethod
    def of(cls, clause: ClauseElement, *, writes: bool = False) -> Statement:
        compiled = clause.compile(dialect=_dialect)
        names = tuple(getattr(compiled, "positiontup", None) or ())
        # Whatever Core turned into a parameter by itself would have no value here.
        assert all(compiled.binds[name].required for name in names), names  # pyright: ignore
        return cls(str(compiled), names, writes or isinstance(clause, UpdateBase))

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """`values` in the statement's order."""
        return [values[name] for name in self.names]


# Parts ---------------------------------------------------------------------------------------------

NOW = func.statement_timestamp()
LIVE = and_(_row.data.is_not(None), or_(_row.expires_at.is_(None), _row.expires_at > NOW))
KEY = and_(
    _row.scope == bindparam("scope", type_=Text),
    _row.scope_id == bindparam("scope_id", type_=Text),
    _row.name == bindparam("name", type_=Text),
)
SNAPSHOT: tuple[ColumnElement[Any], ...] = (
    _row.version,
    _row.revision,
    _row.data,
    extract("epoch", _row.expires_at - NOW).cast(Float(53)).label("expires_in"),
)
"""What every statement returns of a row. Who reads it knows that nothing is written where no time is left."""

POLICY: dict[Column[Any], Sql] = {
    _row.revision: bindparam("revision", type_=Integer),
    _row.owner: bindparam("owner", type_=Text),
    _row.expires_at: NOW + bindparam("keep", type_=Interval),
}
ADDRESS: dict[Column[Any], Sql] = {
    column: bindparam(column.name, type_=Text) for column in (_row.scope, _row.scope_id, _row.name)
}


TOMBSTONE: dict[Any, Sql] = {
    _row.data: null(),
    _row.version: _row.version + literal_column("1"),
    _row.updated_at: NOW,
    _row.expires_at: null(),
    _row.deleted_at: NOW,
}
"""The assignments that end a record."""


def raised(document: Sql) -> dict[Any, Sql]:
    """The assignments of an effective write to an existing row."""
    return {
        _row.data: document,
        _row.version: _row.version + literal_column("1"),
        **POLICY,
        _row.updated_at: NOW,
        _row.deleted_at: null(),
    }


def fits(document: Sql) -> Sql:
    """The size limit, in bytes of the JSON as Postgres prints it."""
    return func.octet_length(document.cast(Text)) <= bindparam("limit", type_=Integer)


# Reads ---------------------------------------------------------------------------------------------

READ = Statement.of(select(*SNAPSHOT).where(KEY))
LOCK = Statement.of(select(*SNAPSHOT).where(KEY).with_for_update())

_wanted = (
    func.unnest(
        bindparam("scopes", type_=ARRAY(Text)),
        bindparam("scope_ids", type_=ARRAY(Text)),
        bindparam("names", type_=ARRAY(Text)),
    )
    .table_valued("scope", "scope_id", "name", name="wanted")
    .render_derived()
)
READ_MANY = Statement.of(
    select(_row.scope, _row.scope_id, _row.name, *SNAPSHOT).join_from(
        _wanted,
        records,
        and_(*(_row[name] == _wanted.c[name] for name in ("scope", "scope_id", "name"))),
    )
)
