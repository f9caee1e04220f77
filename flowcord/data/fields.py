"""The fields of a declared model, each with the facts that operations and bubbling ask for.

They are read from pydantic's core schema, the one place where annotations, `Field(...)`, metadata and
decorators are added up. `compile_fields` reads it once per model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final, Literal, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import SchemaSerializer, SchemaValidator

from flowcord.data.json_form import Adapter, Unfit, dump_options
from flowcord.errors import DeclarationError
from flowcord.store import Bound, Json

__all__ = ("MISSING", "CoreSchema", "Field", "Kind", "Missing", "compile_fields", "layers", "nodes")

CoreSchema = dict[str, Any]
"""A node of pydantic's core schema. Its own TypedDicts are a union of fifty; these are read by key."""

Kind = Literal["int", "float", "decimal", "list", "dict", "other"]
"""What operations a field has: numbers increment, lists append, dicts put and remove, any can be patched."""


class Missing:
    """The type of `MISSING`: a field without a default of its own."""

    def __repr__(self) -> str:
        return "no default"


MISSING: Final = Missing()

# The constraints of each kind that a statement can check; any other makes its operations version-checked.
_EXPRESSIBLE: Mapping[str, frozenset[str]] = {
    "int": frozenset({"ge", "gt", "le", "lt"}),
    "float": frozenset({"ge", "gt", "le", "lt", "allow_inf_nan"}),
    "decimal": frozenset({"ge", "gt", "le", "lt", "allow_inf_nan"}),
    "list": frozenset({"items_schema", "min_length", "max_length"}),
    "dict": frozenset({"keys_schema", "values_schema", "min_length", "max_length"}),
}
_FORMAL = frozenset({"type", "strict", "metadata", "ref", "fail_fast"})


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a declared model."""

    name: str
    adapter: Adapter
    default: Json | Missing
    """In JSON form."""
    type: str
    """The annotation, for messages."""
    core: CoreSchema
    """The field's own core schema, for comparing it with another block's."""
    kind: Kind
    checked: bool
    """Whether its type has rules that SQL cannot express."""
    sees_others: bool
    """Whether a validator of it takes `info`, and so may read the fields next to it."""
    lower: Bound | None = None
    upper: Bound | None = None
    min_length: int | None = None
    max_length: int | None = None
    element: Adapter | None = None
    """A list of one element, or a dict of one key, without limits of length."""
    keys: Adapter | None = None
    """A dict of one key, whatever its value."""

    def encode(self, value: object) -> Json:
        """The JSON form of a value for this field. Raises `Unfit` naming the field."""
        try:
            # What a neighbour decides is decided with the whole record.
            return self.adapter.dump(value) if self.sees_others else self.adapter.encode(value)
        except Unfit as unfit:
            raise Unfit({self.name: next(iter(unfit.rules.values()))}) from None

    def reads(self, form: Json) -> bool:
        """Whether stored JSON is still valid for this field."""
        if self.sees_others:
            return True  # the whole record decides
        try:
            self.adapter.decode(form)
        except ValueError:
            return False
        return True


def compile_fields(model: type[BaseModel]) -> Mapping[str, Field]:
    """All fields of `model`. Raises `DeclarationError` for what could not be stored and read back."""
    root = cast(CoreSchema, model.__pydantic_core_schema__)
    definitions = {each["ref"]: each for each in root.get("definitions", ())}
    schemas = layers(root)[-1]["fields"]
    return {
        name: _compile(model, name, info, schemas[name]["schema"], definitions)
        for name, info in model.model_fields.items()
    }


def layers(root: CoreSchema) -> list[CoreSchema]:
    """The nodes from a model's core schema down to its fields: the model itself and its validators."""
    definitions = {each["ref"]: each for each in root.get("definitions", ())}
    path = [root]
    while path[-1]["type"] != "model-fields":
        node = path[-1]
        path.append(definitions[node["schema_ref"]] if node["type"] == "definition-ref" else node["schema"])
    return path


def nodes(schema: object) -> Iterator[CoreSchema]:
    """Every node in a core schema, outermost first, in its own order."""
    if isinstance(schema, dict):
        node = cast(CoreSchema, schema)
        if isinstance(node.get("type"), str):
            yield node
        for key, value in node.items():
            if key not in {"metadata", "default", "config"}:
                yield from nodes(value)
    elif isinstance(schema, (list, tuple)):
        for item in cast("list[object]", schema):
            yield from nodes(item)


def _compile(
    model: type[BaseModel],
    name: str,
    info: FieldInfo,
    schema: CoreSchema,
    definitions: Mapping[str, CoreSchema],
) -> Field:
    config = layers(cast(CoreSchema, model.__pydantic_core_schema__))
    options = next((node["config"] for node in config if "config" in node), None)

    def adapter(node: CoreSchema, dump: Any = None) -> Adapter:
        if definitions:
            node = {"type": "definitions", "schema": node, "definitions": list(definitions.values())}
        if dump is None:
            serializer = SchemaSerializer(cast(Any, node), options)
            dump = partial(serializer.to_python, **dump_options)
        return Adapter(SchemaValidator(cast(Any, node), options), dump)

    def dump_field(value: object) -> Json:
        # Through the model and not its schema alone: `@field_serializer` methods need an instance.
        holder = model.__new__(model)
        for slot, content in (("__dict__", {name: value}), ("__pydantic_fields_set__", {name})):
            object.__setattr__(holder, slot, content)
        object.__setattr__(holder, "__pydantic_extra__", None)
        object.__setattr__(holder, "__pydantic_private__", None)
        return model.__pydantic_serializer__.to_python(holder, include={name}, **dump_options)[name]

    wrappers, core = _unwrap(schema, definitions)
    kind: Kind = core["type"] if core["type"] in _EXPRESSIBLE else "other"
    if any("serialization" in node for node in (*wrappers, core)):
        kind = "other"  # its JSON form is the serializer's choice, so no statement can change a part of it
    functions = [node for node in wrappers if node["type"].startswith("function-")]
    facts: dict[str, Any] = {}
    if kind in {"int", "float", "decimal"}:
        facts = {"lower": _bound(core, "ge", "gt"), "upper": _bound(core, "le", "lt")}
    elif kind in {"list", "dict"}:
        facts = {"min_length": core.get("min_length"), "max_length": core.get("max_length")}
        facts["element"] = adapter(
            {k: v for k, v in core.items() if k not in {"min_length", "max_length", "ref"}}
        )
    if kind == "dict":
        facts["keys"] = adapter({"type": "dict", "keys_schema": core.get("keys_schema", {"type": "any"})})
    whole = adapter(schema, dump_field)
    sees_others = any(node["function"]["type"] == "with-info" for node in functions)
    return Field(
        name=name,
        adapter=whole,
        default=_default(model, name, info, whole.dump if sees_others else whole.encode),
        type=_text_of(info),
        core=schema,
        kind=kind,
        checked=bool(functions) or not core.keys() <= _EXPRESSIBLE.get(kind, frozenset()) | _FORMAL,
        sees_others=sees_others,
        **facts,
    )


def _unwrap(schema: CoreSchema, definitions: Mapping[str, CoreSchema]) -> tuple[list[CoreSchema], CoreSchema]:
    wrappers: list[CoreSchema] = []
    while True:
        if schema["type"] == "definition-ref":
            schema = definitions[schema["schema_ref"]]
        elif schema["type"] in {"default", "nullable", "function-before", "function-after", "function-wrap"}:
            wrappers.append(schema)
            schema = schema["schema"]
        else:
            return wrappers, schema


def _bound(core: CoreSchema, inclusive: str, exclusive: str) -> Bound | None:
    for key in (inclusive, exclusive):
        if (value := cast("int | float | Decimal | None", core.get(key))) is not None:
            return Bound(value, inclusive=key == inclusive)
    return None


def _default(
    model: type[BaseModel], name: str, info: FieldInfo, encode: Callable[[Any], Json]
) -> Json | Missing:
    if info.is_required():
        return MISSING
    label = f"{model.__name__}.{name}"
    if info.default_factory_takes_validated_data:
        raise DeclarationError(f"{label}: a default factory cannot depend on other fields of stored data.")
    first, second = (info.get_default(call_default_factory=True) for _ in range(2))
    try:
        form, again = encode(first), encode(second)
    except Unfit as unfit:
        rule = next(iter(unfit.rules.values()))
        raise DeclarationError(f"{label}: its default breaks its own rule ({rule}).") from None
    if json.dumps(form, sort_keys=True) != json.dumps(again, sort_keys=True):
        raise DeclarationError(
            f"{label}: its default factory gives another value each time, so a field never written would "
            f"change with every read. Give a fixed default, and write the value when you have it."
        )
    return form


def _text_of(info: FieldInfo) -> str:
    annotation = info.annotation
    text = (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else None
    )
    text = text or str(annotation).replace("typing.", "")
    return ", ".join([text, *(str(each) for each in info.metadata)])
