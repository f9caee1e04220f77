"""What each change does to a document, as SQL.

An `Effect` is an expression over a base document, which a statement applies to the row Postgres has locked,
never to one that was read before. Its rules say when the row must stay as it is. Postgres's traps stand
here too: an appended item is wrapped, so that a list stays one element; keys are set by concatenation, which
never takes a number for a list index; a null item is a JSON null.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Numeric

from flowcord.store.changes import (
    Append,
    Change,
    Drop,
    Increment,
    Increments,
    Merge,
    Put,
    Remove,
    Replace,
)

__all__ = ("EMPTY_OBJECT", "Effect", "Row", "Rule", "Sql", "effect_of")

Sql: TypeAlias = ColumnElement[Any]

_NUMERIC = Numeric()


def _literal(sql: str) -> Sql:
    return literal_column(sql)


_LARGEST_FLOAT = _literal("1.7976931348623157e308::numeric")
EMPTY_OBJECT: Sql = literal_column("'{}'::jsonb", JSONB)
_EMPTY_LIST: Sql = literal_column("'[]'::jsonb", JSONB)


class Row(NamedTuple):
    """A row as a change meets it, in SQL."""

    base: Sql
    """Its document; the empty one while unwritten."""
    version: Sql
    """Its version; 0 where there is none."""
    written: Sql
    """Whether its document counts: there, not expired."""
    current: Sql
    """Whether what is written there is of the code's data revision."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, or the change is refused. `item` is the increment's place among its siblings."""

    name: str
    holds: Sql
    item: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """The document before and after a change, the rules it must keep, and whether it may change nothing."""

    base: Sql
    result: Sql
    rules: tuple[Rule, ...] = ()
    may_be_equal: bool = True
    may_grow: bool = True


def effect_of(change: Change, row: Row) -> Effect:
    """The SQL of a change of this shape, met by `row`."""
    base = row.base
    match change:
        case Merge():
            return Effect(base, base.op("||")(bindparam("fields", type_=JSONB)))
        case Increments(items):
            return _increments(items, base)
        case Append():
            return _append(change, base)
        case Put():
            return _put(change, base)
        case Remove():
            return _remove(change, base)
        case Drop(None):
            return Effect(base, EMPTY_OBJECT, may_grow=False)
        case Drop():
            return Effect(base, base.op("-")(bindparam("names", type_=ARRAY(Text))), may_grow=False)
        case Replace():
            same_version = row.version == bindparam("basis", type_=BigInteger)
            same_state = row.written == bindparam("written", type_=Boolean)
            rule = Rule("basis", and_(same_version, same_state))
            return Effect(base, bindparam("fields", type_=JSONB), (rule,))


# Numbers -------------------------------------------------------------------------------------------


def _increments(items: tuple[Increment, ...], base: Sql) -> Effect:
    rules: list[Rule] = []
    pairs: list[Sql] = []
    for n, item in enumerate(items):
        name = bindparam(f"field{n}", type_=Text)
        result = _number(item, n, base) + bindparam(f"delta{n}", type_=_NUMERIC)
        rules.append(Rule("kind", _is_number(item, n, base), n))
        rules.extend(_bounds(item, n, result))
        stored = result.cast(Text) if item.kind == "decimal" else result
        pairs += (name, func.to_jsonb(stored, type_=JSONB))
    # Deltas of zero never get here, so the sum always differs.
    return Effect(base, base.op("||")(func.jsonb_build_object(*pairs)), tuple(rules), may_be_equal=False)


def _number(item: Increment, n: int, base: Sql) -> Sql:
    name = bindparam(f"field{n}", type_=Text)
    kind = func.jsonb_typeof(base.op("->")(name))
    start = bindparam(f"start{n}", type_=_NUMERIC)
    if item.kind == "decimal":
        text = base.op("->>")(name)
        # A CASE decides which branch runs: the cast never meets a text that is no number.
        decimal = and_(kind == _literal("'string'"), _is_decimal(text))
        return case(
            (decimal, text.cast(_NUMERIC)),
            (kind == _literal("'null'"), _literal("0")),
            else_=start,
        )
    number = base.op("->")(name).cast(_NUMERIC)
    return case(
        (kind == _literal("'number'"), number),
        (kind == _literal("'null'"), _literal("0")),
        else_=start,
    )


def _is_decimal(text: Sql) -> Sql:
    return text.op("~")(_literal(r"'^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?\s*$'"))


def _is_number(item: Increment, n: int, base: Sql) -> Sql:
    value = base.op("->")(bindparam(f"field{n}", type_=Text))
    kind = func.coalesce(func.jsonb_typeof(value), _literal("'null'"))
    if item.kind != "decimal":
        number = _number(item, n, base)
        whole = func.trunc(number) == number if item.kind == "int" else true()
        return and_(kind.in_([_literal("'number'"), _literal("'null'")]), whole)
    text = base.op("->>")(bindparam(f"field{n}", type_=Text))
    return or_(kind == _literal("'null'"), and_(kind == _literal("'string'"), _is_decimal(text)))


def _bounds(item: Increment, n: int, result: Sql) -> list[Rule]:
    rules: list[Rule] = []
    if item.kind == "float":
        finite = func.abs(result) <= _LARGEST_FLOAT
        rules.append(Rule("finite", finite, n))
        # As it is read: the sum may stand between two floats, the nearer of them beyond a bound.
        result = case((finite, result.cast(Float(53))), else_=null())
    if item.lower is not None:
        bound = bindparam(f"lower{n}", type_=_NUMERIC)
        rules.append(
            Rule("minimum", result >= bound, n)
            if item.lower.inclusive
            else Rule("exclusive_minimum", result > bound, n)
        )
    if item.upper is not None:
        bound = bindparam(f"upper{n}", type_=_NUMERIC)
        rules.append(
            Rule("maximum", result <= bound, n)
            if item.upper.inclusive
            else Rule("exclusive_maximum", result < bound, n)
        )
    return rules


# Lists and maps ------------------------------------------------------------------------------------


def _container(base: Sql, kind: str, empty: Sql) -> tuple[Sql, Rule]:
    """The field's list or map, and the rule that it is one. Missing: the default. Null: empty."""
    value = base.op("->")(bindparam("field", type_=Text))
    found = func.jsonb_typeof(value)
    wanted = _literal(f"'{kind}'")
    nothing, start = _literal("'null'"), bindparam("start", type_=JSONB)
    current = case((found == wanted, value), (found == nothing, empty), else_=start)
    return current, Rule("kind", func.coalesce(found, wanted).in_([wanted, nothing]))


def _stored(base: Sql, value: Sql) -> Sql:
    return base.op("||")(func.jsonb_build_object(bindparam("field", type_=Text), value))


def _length(current: Sql) -> Sql:
    return select(func.count()).select_from(func.jsonb_object_keys(current)).scalar_subquery()


def _append(change: Append, base: Sql) -> Effect:
    current, rule = _container(base, "array", _EMPTY_LIST)
    extended = current.op("||")(func.jsonb_build_array(bindparam("item", type_=JSONB)))
    rules = [rule]
    if change.max_length is not None:
        rules.append(
            Rule("max_length", func.jsonb_array_length(extended) <= bindparam("length", type_=Integer))
        )
    return Effect(base, _stored(base, extended), tuple(rules), may_be_equal=False)


def _put(change: Put, base: Sql) -> Effect:
    current, rule = _container(base, "object", EMPTY_OBJECT)
    pair = func.jsonb_build_object(bindparam("key", type_=Text), bindparam("item", type_=JSONB))
    changed = current.op("||")(pair)
    rules = [rule]
    if change.max_length is not None:
        rules.append(Rule("max_length", _length(changed) <= bindparam("length", type_=Integer)))
    return Effect(base, _stored(base, changed), tuple(rules))


def _remove(change: Remove, base: Sql) -> Effect:
    current, rule = _container(base, "object", EMPTY_OBJECT)
    key = bindparam("key", type_=Text)
    there = current.op("?", is_comparison=True)(key)
    rest = current.op("-")(key)
    rules = [rule]
    if change.min_length is not None:
        enough = _length(rest) >= bindparam("length", type_=Integer)
        rules.append(Rule("min_length", or_(~there, enough)))
    return Effect(base, case((there, _stored(base, rest)), else_=base), tuple(rules), may_grow=False)
