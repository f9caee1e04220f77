"""Documents: what a version-checked write stores, computed from the newest record.

Each function gives the whole document for a compare-and-swap; where nothing would change, the stored one as
it is, so that Postgres sees that it is the same. A record of an earlier revision is taken as upgraded, and
what comes out is stored in the code's revision.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from flowcord.data import operations
from flowcord.data.binding import Binding
from flowcord.data.json_form import Unfit
from flowcord.data.operations import Operation
from flowcord.errors import StoredDataError
from flowcord.store import Drop, Json, Record, Replace

__all__ = ("dropped", "operated", "updated")

ModelT = TypeVar("ModelT", bound=BaseModel)
Document = dict[str, Json]


def operated(binding: Binding[Any], record: Record, operation: Operation) -> Replace:
    """The document after a validated operation. Raises `StoredDataError` and `Unfit`."""
    shape, newest = binding.shape, binding.current(record)
    raw = newest.data or {}
    invalid = set(shape.invalid(newest))
    if operation.partial and (broken := invalid.intersection(operation.fields)):
        raise StoredDataError(f"{binding.label}: what is stored in {sorted(broken)} is of another kind.")
    shown = shape.document({name: form for name, form in raw.items() if name not in invalid})
    settled = shape.settle(operations.applied(operation.change, shown))
    pins = operation.fields if operation.pins else ()
    return _stored(record, newest, {**raw, **_differing(settled, shown, pins)})


def updated(
    binding: Binding[ModelT], record: Record, basis: ModelT, fn: Callable[[ModelT], ModelT | None]
) -> Replace:
    """The document after a run of the developer's function on `basis`, which the record reads as. Raises
    what that raises, and `Unfit`."""
    newest = binding.current(record)
    before = binding.shape.forms(basis)
    copy = binding.shape.copy(before)
    result: object = fn(copy)
    if inspect.iscoroutine(result):
        result.close()
    model = binding.shape.model
    if result is not None and not isinstance(result, model):
        got = type(result).__name__
        raise Unfit(f"the function of update changes its copy, or returns a {model.__name__}, not a {got}")
    settled = binding.shape.encode(copy if result is None else result)
    changes = _differing(settled, before, ())
    return _stored(record, newest, {**(newest.data or {}), **changes})


def dropped(binding: Binding[Any], record: Record, drop: Drop) -> Replace:
    """The document without these fields, or without any."""
    newest = binding.current(record)
    raw = newest.data or {}
    gone = raw if drop.fields is None else drop.fields
    return _stored(record, newest, {name: form for name, form in raw.items() if name not in gone})


def _stored(record: Record, newest: Record, document: Document) -> Replace:
    """The document for `record`, or its own, of an earlier revision, where nothing but that would change."""
    if newest is not record and newest.data is not None and record.data is not None:
        before = newest.data
        if document.keys() == before.keys() and not _differing(document, before, ()):
            document = dict(record.data)
    return Replace(document, basis=record)


def _differing(after: Mapping[str, Json], before: Mapping[str, Json], pins: tuple[str, ...]) -> Document:
    # As text, because True == 1 in Python but not in JSON.
    return {
        name: form
        for name, form in after.items()
        if name in pins or name not in before or to_json(form) != to_json(before[name])
    }
