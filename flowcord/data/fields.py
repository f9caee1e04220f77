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
from typing import Any, Final, Literal, TypeVar, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import SchemaSerializer, SchemaValidator

from flowcord.data.json_form import Adapter, Unfit, dump_options
from flowcord.errors import DeclarationError
from flowcord.store import Bound, Json

__all__ = (
    "MISSING",
    "CoreSchema",
    "Field",
    "Kind",
    "Missing",
    "compile_fields",
    "instance_of",
    "layers",
    "nodes",
)

ModelT = TypeVar("ModelT", bound=BaseModel)

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
    return _Compiler(model).fields()


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


class _Compiler:
    """Makes the fields of one model; what they share is read once."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model
        root = cast(CoreSchema, model.__pydantic_core_schema__)
        path = layers(root)
        self._schemas: Mapping[str, CoreSchema] = path[-1]["fields"]
        self._config = next((node["config"] for node in path if "config" in node), None)
        self._definitions = {each["ref"]: each for each in root.get("definitions", ())}

    def fields(self) -> Mapping[str, Field]:
        return {name: self._field(name, info) for name, info in self._model.model_fields.items()}

    def _field(self, name: str, info: FieldInfo) -> Field:
        schema = self._schemas[name]["schema"]
        wrappers, core = _unwrap(schema, self._definitions)
        functions = [node for node in wrappers if node["type"].startswith("function-")]
        sees_others = any(_sees_others(node["function"]) for node in functions)
        kind: Kind = core["type"] if core["type"] in _EXPRESSIBLE else "other"
        if any("serialization" in node for node in (*wrappers, core)):
            kind = (
                "other"  # its JSON form is the serializer's choice, so no statement can change a part of it
            )
        whole = Adapter(self._validator(schema), partial(_dump_field, self._model, name))
        return Field(
            name=name,
            adapter=whole,
            default=_default(
                f"{self._model.__name__}.{name}", info, whole.dump if sees_others else whole.encode
            ),
            type=_text_of(info),
            core=schema,
            kind=kind,
            checked=bool(functions) or not core.keys() <= _EXPRESSIBLE.get(kind, frozenset()) | _FORMAL,
            sees_others=sees_others,
            **self._facts(kind, core),
        )

    def _facts(self, kind: Kind, core: CoreSchema) -> dict[str, Any]:
        if kind in {"int", "float", "decimal"}:
            return {"lower": _bound(core, "ge", "gt"), "upper": _bound(core, "le", "lt")}
        if kind not in {"list", "dict"}:
            return {}
        unlimited = {
            key: value for key, value in core.items() if key not in {"min_length", "max_length", "ref"}
        }
        facts = {
            "min_length": core.get("min_length"),
            "max_length": core.get("max_length"),
            "element": self._adapter(unlimited),
        }
        if kind == "dict":
            facts["keys"] = self._adapter({**unlimited, "values_schema": {"type": "any"}})
        return facts

    def _adapter(self, schema: CoreSchema) -> Adapter:
        serializer = SchemaSerializer(cast(Any, self._complete(schema)), self._config)
        return Adapter(self._validator(schema), partial(serializer.to_python, **dump_options))

    def _validator(self, schema: CoreSchema) -> SchemaValidator:
        return SchemaValidator(cast(Any, self._complete(schema)), self._config)

    def _complete(self, schema: CoreSchema) -> CoreSchema:
        """The schema with the definitions of the model, for references in it."""
        definitions = list(self._definitions.values())
        return (
            {"type": "definitions", "schema": schema, "definitions": definitions} if definitions else schema
        )


def instance_of(model: type[ModelT], fields: Mapping[str, object]) -> ModelT:
    """An instance that holds these fields as they are."""
    instance = model.__new__(model)
    for slot, content in (
        ("__dict__", fields),
        ("__pydantic_fields_set__", set(fields)),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None),
    ):
        object.__setattr__(instance, slot, content)
    return instance


def _dump_field(model: type[BaseModel], name: str, value: object) -> Json:
    # Through the model and not its schema alone: `@field_serializer` methods need an instance.
    holder = instance_of(model, {name: value})
    return model.__pydantic_serializer__.to_python(holder, include={name}, **dump_options)[name]


def _sees_others(function: Mapping[str, Any]) -> bool:
    # Those of pydantic's own types, such as Base64Bytes, take `info` and do not look at it.
    module = getattr(function["function"], "__module__", None) or ""
    return function["type"] == "with-info" and module.partition(".")[0] != "pydantic"


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


def _default(label: str, info: FieldInfo, encode: Callable[[Any], Json]) -> Json | Missing:
    if info.is_required():
        return MISSING
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
    text = str(annotation).replace("typing.", "")
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        text = annotation.__name__
    return ", ".join([text, *map(str, info.metadata)])
