"""Values as stored JSON, and back: what is stored must read back equal, or it is not stored."""

from __future__ import annotations

import dataclasses
import math
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import PydanticSerializationError, SchemaValidator, to_json

from flowcord.store import Json

__all__ = ("Adapter", "Unfit", "dump_options", "rules_of")

dump_options: dict[str, Any] = {"mode": "json", "by_alias": False, "round_trip": True, "warnings": False}
"""How pydantic dumps for storage: by field name, only what can be read back."""

_SEQUENCES = (list, tuple, deque)

_UNQUOTED = {
    "union_tag_invalid": "its tag is none of the expected tags",
    "zoneinfo_str": "Input should be a time zone",
    "uuid_parsing": "Input should be a valid UUID",
    "byte_size_unit": "could not interpret byte unit",
}
"""Rules of pydantic's that quote the refused value."""


class Unfit(Exception):  # an answer between modules of this layer, always turned into a public error
    """A value cannot be stored. `rules` maps the place (a field, or "") to the rule it broke."""

    def __init__(self, rules: dict[str, str] | str) -> None:
        super().__init__()
        self.rules = {"": rules} if isinstance(rules, str) else rules


class Adapter:
    """One type's way into stored JSON and back."""

    __slots__ = ("_dump", "_validator")

    def __init__(self, validator: SchemaValidator, dump: Callable[[Any], Any]) -> None:
        self._validator = validator
        self._dump = dump

    def encode(self, value: object, *, by_alias: bool = True) -> Json:
        """The JSON form of `value` after validation. Fields go by their names, `by_alias` by their aliases
        first. Raises `Unfit`."""
        try:
            return self.form_of(self._validator.validate_python(value, by_alias=by_alias, by_name=True))
        except ValidationError as error:
            raise Unfit(rules_of(error)) from None

    def form_of(self, value: object) -> Json:
        """The JSON form of a value that is valid already, proved to read back equal. Raises `Unfit`."""
        return self.proved(value)[0]

    def proved(self, value: object) -> tuple[Json, Any]:
        """The JSON form of a value, and what that reads back as, which is equal. Raises `Unfit`."""
        form = self.dump(value)
        try:
            again = self.decode(form)
        except ValidationError as error:
            raise Unfit(rules_of(error)) from None
        if not _same(again, value):
            raise Unfit("reads back from its JSON form as another value")
        return form, again

    def dump(self, value: object) -> Json:
        """The JSON form of `value`, only checked for what JSON and Postgres cannot hold. Raises `Unfit`."""
        try:
            form = _ordered(value, self._dump(value))
        except (PydanticSerializationError, TypeError, ValueError, AttributeError):
            raise Unfit("has no JSON form") from None
        _refuse_unstorable(form)
        return form

    def decode(self, form: Json) -> Any:
        """The value of stored JSON. Raises pydantic's `ValidationError`."""
        # By way of text, because only pydantic's JSON mode reads "1.30" as a Decimal in strict models too.
        return self._validator.validate_json(to_json(form), by_alias=False, by_name=True)


def rules_of(error: ValidationError) -> dict[str, str]:
    """Each broken rule by field, without the refused values. Keys of dicts are values too, so only the
    outermost place is named."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        place = detail["loc"][0] if detail["loc"] else ""
        found.setdefault(str(place), _UNQUOTED.get(detail["type"], detail["msg"]))
    return found


def _ordered(value: Any, form: Json) -> Json:
    """The form with the items of sets sorted: a set has no order, and equal ones must have one form."""
    if isinstance(form, dict | list) and isinstance(value, RootModel):
        return _ordered(cast("RootModel[Any]", value).root, form)
    if isinstance(form, dict):
        items = cast("dict[str, Json]", form)
        parts = _named_parts(value)
        if not isinstance(value, dict):
            return {name: _ordered(parts.get(name), item) for name, item in items.items()}
        if len(parts) == len(items):  # in one order, whatever the form makes of the keys
            return {
                name: _ordered(part, items[name]) for part, name in zip(parts.values(), items, strict=True)
            }
    elif isinstance(form, list) and isinstance(value, (*_SEQUENCES, set, frozenset)):
        parts, items = cast("list[Any]", value), cast("list[Json]", form)
        if len(parts) == len(items):
            ordered = [_ordered(part, item) for part, item in zip(parts, items, strict=True)]
            return sorted(ordered, key=to_json) if isinstance(value, set | frozenset) else ordered
    return cast(Json, form)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal, or only differ in the zones that tell the same moments: in an hour that
    a zone's clock shows twice, or never, Python calls a moment unequal to itself in any other zone."""
    if one == other:
        return True
    if isinstance(one, datetime) and isinstance(other, datetime):
        return None not in (one.tzinfo, other.tzinfo) and not one - other
    if type(one) is not type(other):
        return False
    if isinstance(one, _SEQUENCES):
        mine, theirs = cast("list[Any]", one), cast("list[Any]", other)
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    mine, theirs = _named_parts(one), _named_parts(other)
    return (
        mine.keys() == theirs.keys() and bool(mine) and all(_same(mine[name], theirs[name]) for name in mine)
    )


def _named_parts(value: Any) -> Mapping[Any, Any]:
    """What a model, a dataclass or a dict holds, by name or key; nothing of other values."""
    if isinstance(value, BaseModel):
        return value.__dict__
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
    return cast("dict[Any, Any]", value) if isinstance(value, dict) else {}


def _refuse_unstorable(form: Json) -> None:
    if isinstance(form, str):
        if "\0" in form:
            raise Unfit("contains a NUL character, which Postgres cannot store")
        if not form.isascii() and any("\ud800" <= c <= "\udfff" for c in form):
            raise Unfit("contains a lone surrogate, which has no UTF-8 form")
    elif isinstance(form, float):
        if not math.isfinite(form):
            raise Unfit("is not a finite number, which JSON cannot hold")
    elif isinstance(form, dict):
        for key, item in cast("dict[str, Json]", form).items():
            _refuse_unstorable(key)
            _refuse_unstorable(item)
    elif isinstance(form, list):
        for item in cast("list[Json]", form):
            _refuse_unstorable(item)
