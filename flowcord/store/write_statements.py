"""Writes of one record, each of them one statement.

A write meets the row under Postgres's lock and changes it only where the change is allowed and makes a
difference: a row comes back, or nothing was written. `explain` then says why, by the same rules.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from sqlalchemy import (
    ClauseElement,
    Integer,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from flowcord.store.changes import Change, Replace
from flowcord.store.effects import EMPTY_OBJECT, Effect, Row, Rule, Sql, effect_of
from flowcord.store.shapes import shape_of
from flowcord.store.statements import ADDRESS, KEY, LIVE, POLICY, SNAPSHOT, Statement, fits, raised
from flowcord.store.tables import records

__all__ = ("Write", "write_of")

_row = records.c

_same_revision = _row.revision == bindparam("revision", type_=Integer)
_live_row = Row(base=_row.data, version=_row.version, written=true(), current=_same_revision)
_dead_row = Row(base=EMPTY_OBJECT, version=_row.version, written=false(), current=true())
_no_row = Row(base=EMPTY_OBJECT, version=literal_column("0::bigint"), written=false(), current=true())
_any_row = Row(
    base=case((LIVE, _row.data), else_=EMPTY_OBJECT),
    version=func.coalesce(_row.version, literal_column("0")),
    written=func.coalesce(LIVE, false()),
    current=or_(func.coalesce(~LIVE, true()), _same_revision),
)


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
        change=Statement.of(_update(live, LIVE)),
        revive=Statement.of(_update(dead, ~LIVE)),
        explain=Statement.of(_explain(_effect(change, _any_row))),
        rules=live.rules,
    )


def _effect(change: Change, row: Row) -> Effect:
    effect = effect_of(change, row)
    if not isinstance(change, Replace):  # which stores a whole document, of the code's revision
        effect = replace(effect, rules=(Rule("revision", row.current), *effect.rules))
    if not effect.may_grow:
        return effect
    size = Rule("max_record_bytes", fits(effect.result))
    return replace(effect, rules=(*effect.rules, size))


def _upsert(first: Effect, live: Effect) -> ClauseElement:
    # The first document kept its rules in Python, where they decided on this statement; its size only
    # Postgres knows.
    row = select(*ADDRESS.values(), first.result, *POLICY.values()).where(fits(first.result))
    return (
        insert(records)
        .from_select([*ADDRESS, _row.data, *POLICY], row)
        .on_conflict_do_update(
            index_elements=list(records.primary_key),
            set_=raised(live.result),
            where=and_(LIVE, _allowed(live)),
        )
        .returning(*SNAPSHOT)
    )


def _update(effect: Effect, state: Sql) -> ClauseElement:
    allowed = and_(KEY, state, _allowed(effect))
    return update(records).where(allowed).values(raised(effect.result)).returning(*SNAPSHOT)


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
    return select(*SNAPSHOT, broken.label("broken"), _differs(effect).label("differs")).select_from(
        one.outerjoin(records, KEY)
    )
