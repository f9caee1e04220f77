"""Changes as statements take them: which ones share a statement, and the parameters of each."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

from flowcord.store.changes import (
    Append,
    Change,
    Drop,
    Increments,
    Merge,
    Put,
    Remove,
    Replace,
    exact,
)
from flowcord.store.records import Json

__all__ = ("arguments", "dump", "shape_of")


def dump(value: Json) -> str:
    """JSON text for Postgres. What JSON cannot say was refused before; a leak of it must not be stored."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def shape_of(change: Change) -> Hashable:
    """What decides a change's SQL; changes of one shape share one compiled statement."""
    match change:
        case Increments(items):
            return Increments, tuple(
                (item.kind, item.lower and item.lower.inclusive, item.upper and item.upper.inclusive)
                for item in items
            )
        case Append() | Put():
            return type(change), change.max_length is not None
        case Remove():
            return Remove, change.min_length is not None
        case Drop(fields):
            return Drop, fields is not None
        case Merge() | Replace():
            return type(change)


def arguments(change: Change) -> dict[str, Any]:
    """The parameters of a change's statement, by name."""
    match change:
        case Merge(fields):
            return {"fields": dump(fields)}
        case Increments(items):
            values: dict[str, Any] = {}
            for n, item in enumerate(items):
                values |= {f"field{n}": item.field, f"delta{n}": exact(item.delta), f"start{n}": item.start}
                if item.lower is not None:
                    values[f"lower{n}"] = exact(item.lower.value)
                if item.upper is not None:
                    values[f"upper{n}"] = exact(item.upper.value)
            return values
        case Append():
            return {
                "field": change.field,
                "item": dump(change.item),
                "start": dump(change.default or []),
                "length": change.max_length,
            }
        case Put():
            return {
                "field": change.field,
                "key": change.key,
                "item": dump(change.item),
                "start": dump(change.default or {}),
                "length": change.max_length,
            }
        case Remove():
            return {
                "field": change.field,
                "key": change.key,
                "start": dump(change.default or {}),
                "length": change.min_length,
            }
        case Drop(fields):
            return {"names": fields}
        case Replace(data, basis):
            return {"fields": dump(data), "basis": basis.version, "written": basis.data is not None}
