"""The operations of a handle, validated and turned into changes of stored JSON.

Each function gives an `Operation`: the change Postgres applies to the row as it finds it, and whether that
is safe. Where a rule is beyond SQL, the same change is applied here to the newest document, checked as a
whole, and stored by compare-and-swap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, assert_never

from flowcord.data.fields import Field
from flowcord.data.json_form import Unfit
from flowcord.data.shape import Shape
from flowcord.store import Append, Increment, Increments, Json, Merge, Put, Remove, exact, total

__all__ = ("Operation", "append", "applied", "increment", "patch", "put", "remove", "set_all")

Delta = Merge | Increments | Append | Put | Remove


class Operation(NamedTuple):
    """A validated change."""

    change: Delta
    fields: tuple[str, ...]
    checked: bool
    """Whether the version must be checked, because SQL cannot check the result."""
    partial: bool = True
    """Whether it changes a part of its fields, so that what is stored there must be of their kind."""
    pins: bool = True
    """Whether its fields are stored even if their new value equals their default."""


def patch(shape: Shape[Any], values: Mapping[str, object]) -> Operation:
    forms: dict[str, Json] = {}
    rules: dict[str, str] = {}
    for name, value in values.items():
        try:
            forms[name] = _field(shape, name).encode(value)
        except Unfit as unfit:
            rules.update(unfit.rules)
    if rules:
        raise Unfit(rules)
    return Operation(Merge(forms), tuple(forms), checked=shape.whole, partial=False)


def set_all(shape: Shape[Any], model: object) -> Operation:
    forms = shape.encode(model)
    # All fields at once and validated together: nothing else could make the result invalid.
    return Operation(Merge(forms), tuple(forms), checked=False, partial=False)


def increment(shape: Shape[Any], deltas: Mapping[str, object]) -> Operation:
    items: list[Increment] = []
    rules: dict[str, str] = {}
    for name, delta in deltas.items():
        try:
            items.append(_increment(shape, name, delta))
        except Unfit as unfit:
            rules.update(unfit.rules)
    if rules:
        raise Unfit(rules)
    checked = shape.whole or any(shape.fields[item.field].checked for item in items)
    return Operation(Increments(tuple(items)), tuple(deltas), checked=checked, pins=False)


def append(shape: Shape[Any], name: str, item: object) -> Operation:
    field = _field(shape, name, "list")
    [form] = _element(field, [item])
    change = Append(name, form, shape.defaults.get(name), field.max_length)
    return Operation(change, (name,), checked=shape.whole or field.checked)


def put(shape: Shape[Any], name: str, key: object, item: object) -> Operation:
    field = _field(shape, name, "dict")
    [(text, form)] = _element(field, {key: item}).items()
    change = Put(name, text, form, shape.defaults.get(name), field.max_length)
    return Operation(change, (name,), checked=shape.whole or field.checked)


def remove(shape: Shape[Any], name: str, key: object) -> Operation:
    field = _field(shape, name, "dict")
    assert field.keys is not None
    try:
        [text] = field.keys.encode({key: None})
    except Unfit as unfit:
        raise Unfit({name: next(iter(unfit.rules.values()))}) from None
    change = Remove(name, text, shape.defaults.get(name), field.min_length)
    return Operation(change, (name,), checked=shape.whole or field.checked, pins=False)


def applied(change: Delta, document: Mapping[str, Json]) -> dict[str, Json]:
    """The document after `change`: what Postgres would make of it, for the version-checked path."""
    after = dict(document)
    match change:
        case Merge(fields):
            after.update(fields)
        case Increments(items):
            for item in items:
                after[item.field] = _sum(item, after.get(item.field, item.default))
        case Append(field, item):
            after[field] = [*(after.get(field) or ()), item]
        case Put(field, key, item):
            after[field] = {**(after.get(field) or {}), key: item}
        case Remove(field, key):
            if key in (after.get(field) or {}):
                after[field] = {k: v for k, v in after[field].items() if k != key}
        case _:
            assert_never(change)
    return after


def _field(shape: Shape[Any], name: str, *kinds: str) -> Field:
    field = shape.fields.get(name)
    if field is not None and (not kinds or field.kind in kinds):
        return field
    valid = [each.name for each in shape.fields.values() if not kinds or each.kind in kinds]
    what = "no such field" if field is None else f"a field of type {field.type} has no such operation"
    raise Unfit({name: f"{what}; possible: {', '.join(valid) or 'none'}"})


def _element(field: Field, container: object) -> Any:
    assert field.element is not None
    try:
        return field.element.encode(container)
    except Unfit as unfit:
        raise Unfit({field.name: next(iter(unfit.rules.values()))}) from None


def _increment(shape: Shape[Any], name: str, delta: object) -> Increment:
    field = _field(shape, name, "int", "float", "decimal")
    fits = {"int": (int,), "float": (int, float), "decimal": (int, Decimal)}[field.kind]
    if isinstance(delta, bool) or not isinstance(delta, fits):
        raise Unfit({name: f"a delta of this field must be {' or '.join(each.__name__ for each in fits)}"})
    if not math.isfinite(exact(delta)):
        raise Unfit({name: "a delta must be finite"})
    kind: Any = field.kind
    return Increment(name, delta, shape.defaults.get(name), kind, field.lower, field.upper)


def _sum(item: Increment, current: Json) -> Json:
    if item.delta == 0:
        return current
    result = total(current if current is not None else 0, item.delta)
    return {"int": int, "float": float, "decimal": str}[item.kind](result)
