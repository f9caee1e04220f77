"""When two blocks mean the same field: its type as JSON schema tells it, and what JSON schema leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from operator import attrgetter
from typing import Any, cast

from pydantic_core import to_json

from flowcord.data.fields import CoreSchema, Field, nodes
from flowcord.data.shape import Shape

__all__ = ("Signature", "difference", "signature_of")

_PROSE = frozenset({"title", "description", "default", "examples", "deprecated"})
_UNORDERED = frozenset({"enum", "required", "type"})
_UNSEEN = (
    *("strict", "strip_whitespace", "to_lower", "to_upper", "tz_constraint", "coerce_numbers_to_str"),
    # Limits of dates, times, decimals and URLs, which no JSON schema tells.
    *("ge", "gt", "le", "lt", "now_op", "max_digits", "decimal_places", "allow_inf_nan"),
    *("allowed_schemes", "host_required"),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """Equal for fields that may share a record's key."""

    schema: str
    """The canonical JSON schema, as JSON text."""
    unseen: tuple[object, ...]
    """Key types, strictness, transforms of text, limits of dates and URLs, and validator functions, in the
    order they apply."""


@cache
def signature_of(shape: Shape[Any], field: Field) -> Signature:
    schema = canonical_schema(shape, field.name)
    return Signature(to_json(schema).decode(), tuple(_unseen(shape, field)))


def canonical_schema(shape: Shape[Any], name: str) -> object:
    """The JSON schema of one field: references resolved, prose dropped, orders without meaning sorted."""
    definitions: Mapping[str, Any] = shape.json_schema.get("$defs", {})

    def canonical(node: object, key: str, outer: tuple[str, ...]) -> object:
        if isinstance(node, list):
            items = [canonical(item, "", outer) for item in cast("list[object]", node)]
            return sorted(items, key=to_json) if key in _UNORDERED else items
        if not isinstance(node, dict):
            return node
        schema = cast("dict[str, Any]", node)
        if reference := schema.get("$ref"):
            target = reference.rpartition("/")[2]
            if target in outer:
                return {"recursive": len(outer) - outer.index(target)}
            return canonical(definitions[target], "", (*outer, target))
        named = key in {"properties", "patternProperties"}  # there the keys are fields, not keywords
        return {
            name: canonical(item, "" if named else name, outer)
            for name, item in sorted(schema.items())
            if named or name not in _PROSE
        }

    return canonical(shape.json_schema["properties"][name], "", ())


def difference(one: object, other: object, place: str = "") -> str:
    """The outermost inner field in which two canonical schemas differ, as a path; "" if it is the whole."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return place
    left, right = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
    mine, theirs = (cast("dict[str, object]", side.get("properties", {})) for side in (left, right))
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            return difference(mine.get(name), theirs.get(name), f"{place}.{name}")
    for keyword, step in (("items", "[]"), ("additionalProperties", "{}")):
        if keyword in left and keyword in right and left[keyword] != right[keyword]:
            return difference(left[keyword], right[keyword], place + step)
    return place


def _unseen(shape: Shape[Any], field: Field) -> list[object]:
    root = cast(CoreSchema, shape.model.__pydantic_core_schema__)
    definitions = {each["ref"]: each for each in root.get("definitions", ())}
    facts: list[object] = []
    waiting, met = [field.core], set[str]()
    while waiting:
        for node in nodes(waiting.pop()):
            facts.extend(_node_facts(node))
            reference = node["schema_ref"] if node["type"] == "definition-ref" else None
            if reference is not None and reference not in met:
                met.add(reference)
                waiting.append(definitions[reference])
    facts.extend(_config_facts({"config": shape.model.model_config}))
    return facts


def _node_facts(node: CoreSchema) -> Iterator[object]:
    for flag in _UNSEEN:
        if (value := node.get(flag)) not in (None, False):
            yield flag, tuple(cast("list[object]", value)) if isinstance(value, list) else value
    if node["type"] == "union":
        yield "mode", node.get("mode", "smart")
    if node["type"] == "dict":
        yield "keys", tuple(each["type"] for each in nodes(node.get("keys_schema", {})))
    if node["type"].startswith("function-"):
        function = node["function"]  # a validator's stands in a node of its own, a serializer's does not
        yield node["type"], _identity(function if callable(function) else function["function"])
    yield from _config_facts(node)


def _config_facts(node: CoreSchema) -> list[object]:
    config = node.get("config", {})
    names = ("strict", "str_strip_whitespace", "str_to_lower", "str_to_upper", "coerce_numbers_to_str")
    return [(name, config[name]) for name in names if config.get(name)]


def _identity(function: Callable[..., Any]) -> object:
    plain = getattr(function, "__func__", function)  # a classmethod is bound anew in each subclass
    module, name = getattr(plain, "__module__", ""), getattr(plain, "__qualname__", None)
    if isinstance(plain, partial):
        return _identity(plain.func), plain.args, tuple(sorted(plain.keywords.items()))
    if isinstance(plain, attrgetter):
        return repr(cast(object, plain))
    # pydantic makes the functions of its own types anew for each model.
    return (module, name) if (module or "").startswith("pydantic") and name else plain
