"""Every statement on `flowcord_record`, described with SQLAlchemy Core, compiled once, run on asyncpg.

A write is one statement. It meets the row under Postgres's lock and changes it only where the change is
allowed and makes a difference: a row comes back, or nothing was written. Rows that expired and tombstones
count as unwritten everywhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    case,
    extract,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, asyncpg, insert

from flowcord.store.changes import Change
from flowcord.store.effects import EMPTY_OBJECT, Effect, Row, Rule, Sql, effect_of, shape_of
from flowcord.store.tables import records

__all__ = (
    "COUNT",
    "DELETE",
    "EVICT",
    "LIST_NEWEST",
    "LIST_OLDEST",
    "LOCK",
    "LOCK_COLLECTION",
    "READ",
    "READ_MANY",
    "Statement",
    "Write",
    "create",
    "write_of",
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

_now = func.statement_timestamp()
_live = and_(_row.data.is_not(None), or_(_row.expires_at.is_(None), _row.expires_at > _now))
_key = and_(
    _row.scope == bindparam("scope", type_=Text),
    _row.scope_id == bindparam("scope_id", type_=Text),
    _row.name == bindparam("name", type_=Text),
)
_live_row = Row(base=_row.data, version=_row.version, written=true())
_dead_row = Row(base=EMPTY_OBJECT, version=_row.version, written=false())
_no_row = Row(base=EMPTY_OBJECT, version=literal_column("0::bigint"), written=false())
_any_row = Row(
    base=case((_live, _row.data), else_=EMPTY_OBJECT),
    version=func.coalesce(_row.version, literal_column("0")),
    written=func.coalesce(_live, false()),
)

_snapshot: tuple[ColumnElement[Any], ...] = (
    _row.version,
    _row.revision,
    _row.data,
    extract("epoch", _row.expires_at - _now).cast(Float(53)).label("expires_in"),
)
"""What every statement returns of a row. Who reads it knows that nothing is written where no time is left."""

_policy: dict[Column[Any], Sql] = {
    _row.revision: bindparam("revision", type_=Integer),
    _row.owner: bindparam("owner", type_=Text),
    _row.expires_at: _now + bindparam("keep", type_=Interval),
}
_address: dict[Column[Any], Sql] = {
    column: bindparam(column.name, type_=Text) for column in (_row.scope, _row.scope_id, _row.name)
}


def _raised(document: Sql) -> dict[Any, Sql]:
    """The assignments of an effective write to an existing row."""
    raised = {_row.data: document, _row.version: _row.version + literal_column("1")}
    return {**raised, **_policy, _row.updated_at: _now, _row.deleted_at: null()}


def _fits(document: Sql) -> Sql:
    """The size limit, in bytes of the JSON as Postgres prints it."""
    return func.octet_length(document.cast(Text)) <= bindparam("limit", type_=Integer)


# Reads ---------------------------------------------------------------------------------------------

READ = Statement.of(select(*_snapshot).where(_key))
LOCK = Statement.of(select(*_snapshot).where(_key).with_for_update())

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
    select(_row.scope, _row.scope_id, _row.name, *_snapshot).join_from(
        _wanted,
        records,
        and_(*(_row[name] == _wanted.c[name] for name in ("scope", "scope_id", "name"))),
    )
)


# Writes of one record ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Write:
    """The statements of one shape of change. Each but `explain` returns the row it wrote, or nothing."""

    upsert: Statement
    """Insert, or change what is written there."""
    change: Statement
    """Change what is written there, or nothing."""
    revive: Statement
    """Start anew on a row that expired or was deleted, at its next version."""
    explain: Statement
    """After a write that did nothing: the row as it is, whether the change would differ, and in `broken` the
    place in `rules` of the first rule against it."""
    rules: tuple[Rule, ...]


_compiled: dict[Hashable, Write] = {}


def write_of(change: Change) -> Write:
    """The compiled statements of a change's shape."""
    shape = shape_of(change)
    write = _compiled.get(shape)
    if write is None:
        write = _compiled[shape] = _compile(change)
    return write


def _compile(change: Change) -> Write:
    live, dead, first = (_effect(change, row) for row in (_live_row, _dead_row, _no_row))
    return Write(
        upsert=Statement.of(_upsert(first, live)),
        change=Statement.of(_update(live, _live)),
        revive=Statement.of(_update(dead, ~_live)),
        explain=Statement.of(_explain(_effect(change, _any_row))),
        rules=live.rules,
    )


def _effect(change: Change, row: Row) -> Effect:
    effect = effect_of(change, row)
    if not effect.may_grow:
        return effect
    size = Rule("max_record_bytes", _fits(effect.result))
    return replace(effect, rules=(*effect.rules, size))


def _upsert(first: Effect, live: Effect) -> ClauseElement:
    # The first document kept its rules in Python, where they decided on this statement; its size only
    # Postgres knows.
    row = select(*_address.values(), first.result, *_policy.values()).where(_fits(first.result))
    return (
        insert(records)
        .from_select([*_address, _row.data, *_policy], row)
        .on_conflict_do_update(
            index_elements=list(records.primary_key),
            set_=_raised(live.result),
            where=and_(_live, _allowed(live)),
        )
        .returning(*_snapshot)
    )


def _update(effect: Effect, state: Sql) -> ClauseElement:
    allowed = and_(_key, state, _allowed(effect))
    return update(records).where(allowed).values(_raised(effect.result)).returning(*_snapshot)


def _allowed(effect: Effect) -> Sql:
    return and_(_differs(effect), *(rule.holds for rule in effect.rules))


def _differs(effect: Effect) -> Sql:
    return effect.result.is_distinct_from(effect.base) if effect.may_be_equal else true()


def _place(number: int) -> Sql:
    return literal_column(str(number))


def _explain(effect: Effect) -> ClauseElement:
    # A CASE tries no rule before those it depends on: a bound only after the kind.
    cases = [(~rule.holds, _place(place)) for place, rule in enumerate(effect.rules)]
    broken: Sql = case(*cases, else_=null()) if cases else null()
    one = select(_place(1)).subquery("one")
    return select(*_snapshot, broken.label("broken"), _differs(effect).label("differs")).select_from(
        one.outerjoin(records, _key)
    )


# Items of collections ------------------------------------------------------------------------------

_low, _high = bindparam("low", type_=Text), bindparam("high", type_=Text)
_items = and_(
    _row.scope == bindparam("scope", type_=Text),
    _row.scope_id == bindparam("scope_id", type_=Text),
    _row.name > _low,
    _row.name < _high,
    _live,
)
_page = select(_row.scope, _row.scope_id, _row.name, *_snapshot).where(_items)
LIST_OLDEST = Statement.of(_page.order_by(_row.name).limit(bindparam("count", type_=BigInteger)))
LIST_NEWEST = Statement.of(_page.order_by(_row.name.desc()).limit(bindparam("count", type_=BigInteger)))
COUNT = Statement.of(select(func.count().label("count")).select_from(records).where(_items))

_tombstone: dict[Any, Sql] = {
    _row.data: null(),
    _row.version: _row.version + literal_column("1"),
    _row.updated_at: _now,
    _row.expires_at: null(),
    _row.deleted_at: _now,
}
DELETE = Statement.of(update(records).where(_key, _live).values(_tombstone).returning(*_snapshot))

LOCK_COLLECTION = Statement.of(
    select(
        func.pg_advisory_xact_lock(
            func.hashtextextended(bindparam("collection", type_=Text), literal_column("0"))
        )
    )
)
"""Creates of a collection with `max_items` take turns: no statement can count rows it does not see yet."""

_surplus = (
    select(_row.name)
    .where(_items)
    .order_by(_row.created_at.desc(), _row.name.desc())
    .offset(bindparam("max_items", type_=BigInteger))
)
EVICT = Statement.of(
    update(records)
    .where(
        _row.scope == bindparam("scope", type_=Text),
        _row.scope_id == bindparam("scope_id", type_=Text),
        _row.name.in_(_surplus),
    )
    .values(_tombstone)
    .returning(_row.scope, _row.scope_id, _row.name, *_snapshot)
)


def _create(limited: bool) -> Statement:
    """One row: `fits`, `room`, `created`, and the item, which may be one that was there already."""
    document = bindparam("data", type_=JSONB)
    room = (
        select(func.count()).select_from(records).where(_items).scalar_subquery()
        < bindparam("max_items", type_=BigInteger)
        if limited
        else true()
    )
    asked = select(_fits(document).label("fits"), room.label("room")).cte("asked")
    first = select(*_address.values(), document, *_policy.values()).where(asked.c.fits, asked.c.room)
    made = (
        insert(records)
        .from_select([*_address, _row.data, *_policy], first)
        .on_conflict_do_update(
            index_elements=list(records.primary_key),
            set_={**_raised(document), _row.created_at: _now},
            where=~_live,
        )
        .returning(true().label("created"), *_snapshot)
        .cte("made")
    )
    there = select(false().label("created"), *_snapshot).where(_key, _live)
    either = union_all(select(made), there).subquery("either")
    return Statement.of(
        select(asked, either).select_from(asked.outerjoin(either, true())).order_by(either.c.created.desc()),
        writes=True,
    )


_creates = {limited: _create(limited) for limited in (False, True)}


def create(limited: bool) -> Statement:
    """Create an item unless it is there; `limited` also counts the collection."""
    return _creates[limited]
