"""What a user filled into a form, as plain data, and how it stands in the form when that opens again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flowcord.wire.payload import Payload

__all__ = ("Typed", "inputs", "prefill", "typed")

_ROW, _LABEL = 1, 18
TEXT, SELECT, USERS, ROLES, MENTIONABLES, CHANNELS, FILES, RADIO, BOXES, BOX = (
    4,
    3,
    5,
    6,
    7,
    8,
    19,
    21,
    22,
    23,
)
_OBJECTS = {USERS: "user", ROLES: "role", MENTIONABLES: "user", CHANNELS: "channel"}


class Typed(NamedTuple):
    """What one input held: a text, a yes or no, or the values that were chosen."""

    custom_id: str
    kind: int
    value: Any


def inputs(components: Sequence[Payload]) -> Iterator[Payload]:
    """The inputs of a form, or of its submit, in order."""
    for component in components:
        if component["type"] == _LABEL:
            yield from inputs((component["component"],))
        elif component["type"] == _ROW:
            yield from inputs(component["components"])
        elif "custom_id" in component:
            yield component


def typed(submit: Payload) -> tuple[Typed, ...]:
    """What a submit brought. Files are not among it: no form can show them again."""
    roles: Mapping[str, Any] = submit.get("resolved", {}).get("roles", {})
    return tuple(
        Typed(each["custom_id"], each["type"], _value(each, roles))
        for each in inputs(submit["components"])
        if each["type"] != FILES
    )


def _value(given: Payload, roles: Mapping[str, Any]) -> Any:
    kind = given["type"]
    if kind in _OBJECTS:
        return [
            {"id": each, "type": "role" if kind == MENTIONABLES and each in roles else _OBJECTS[kind]}
            for each in given.get("values", ())
        ]
    return list(given.get("values", ())) if kind in (SELECT, BOXES) else given.get("value")


def prefill(form: Payload, given: Sequence[Typed]) -> None:
    """Let `form` open with what was typed into it before, in place of its own defaults.

    An input is known by its id, or, where a form makes new ids each time, by its place.
    """
    wanted = list(inputs(form["components"]))
    by_id = {each.custom_id: each for each in given}
    if not any(each["custom_id"] in by_id for each in wanted):
        fields = [each for each in wanted if each["type"] != FILES]
        by_id = {field["custom_id"]: each for field, each in zip(fields, given, strict=False)}
    for each in wanted:
        known = by_id.get(each["custom_id"])
        if known is not None and known.kind == each["type"]:
            _fill(each, known.value)


def _fill(field: Payload, value: Any) -> None:
    kind = field["type"]
    if kind == TEXT:
        field["value"] = (value or "")[: field.get("max_length")]
        if not value:
            del field["value"]
    elif kind == BOX:
        field["default"] = bool(value)
    elif kind in _OBJECTS:
        field["default_values"] = value[: field.get("max_values")]
    else:
        chosen = (value,) if kind == RADIO else value
        field["options"] = [{**each, "default": each["value"] in chosen} for each in field.get("options", ())]
