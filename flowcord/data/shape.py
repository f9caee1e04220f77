"""A declared model as the shape of a record: how stored JSON becomes a value, and a value stored JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUndefinedAnnotation
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaValidator, to_json

from flowcord.data.fields import MISSING, CoreSchema, Field, compile_fields, instance_of, layers, nodes
from flowcord.data.frozen import seal
from flowcord.data.json_form import Adapter, Unfit, dump_options, rules_of
from flowcord.errors import DeclarationError, StoredDataError
from flowcord.store import Findings, Json, Record

__all__ = ("Shape", "shape_of")

ModelT = TypeVar("ModelT", bound=BaseModel)


class Shape(Generic[ModelT]):
    """How one model is kept in a record. One object per model and defaults, so that `Record.built` shares
    what was built between all handles that read alike."""

    __slots__ = ("_adapter", "_completed", "defaults", "fields", "json_schema", "model", "unwritten", "whole")

    def __init__(
        self,
        model: type[ModelT],
        fields: Mapping[str, Field],
        defaults: Mapping[str, Json],
        *,
        whole: bool,
        json_schema: Mapping[str, Any],
    ) -> None:
        self.model = model
        self.fields = fields
        self.defaults = defaults
        self.whole = whole
        """Whether validators see more than one field, so that every write is checked as a whole."""
        self.json_schema = json_schema
        self._adapter = Adapter(
            cast(SchemaValidator, model.__pydantic_validator__),
            partial(model.__pydantic_serializer__.to_python, **dump_options),
        )
        self._completed: dict[str, Shape[ModelT]] = {}
        self.unwritten: ModelT | None = None
        """What an unwritten record reads as; `None` while a field lacks a default."""
        if fields.keys() == defaults.keys():
            self.unwritten = seal(self._unwritten())

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without a default."""
        return tuple(name for name in self.fields if name not in self.defaults)

    def completed(self, defaults: Mapping[str, Json]) -> Shape[ModelT]:
        """This shape with the defaults that other blocks of the flow give to fields without one."""
        missing = {name: defaults[name] for name in self.required if name in defaults}
        if not missing:
            return self
        key = to_json(missing).decode()
        if key not in self._completed:
            defaults = {**self.defaults, **missing}
            self._completed[key] = Shape(
                self.model, self.fields, defaults, whole=self.whole, json_schema=self.json_schema
            )
        return self._completed[key]

    # Reading

    def read(self, record: Record, findings: Findings) -> ModelT:
        """The immutable value of a record, built once; `findings` hear of fields that read as their
        defaults instead. Raises `StoredDataError` if no valid whole exists."""
        try:
            return record.built[self]
        except KeyError:
            value = record.built[self] = self._built(record, findings)
            return value

    def _built(self, record: Record, findings: Findings) -> ModelT:
        raw = record.data
        if not raw and self.unwritten is not None:
            return self.unwritten
        try:
            return seal(self._adapter.decode(self.document(raw or {})))
        except ValidationError:
            pass
        invalid = self.invalid(record)
        valid = {name: form for name, form in (raw or {}).items() if name not in invalid}
        try:
            value = seal(cast(ModelT, self._adapter.decode(self.document(valid))))
        except ValidationError as error:
            rules = "; ".join(f"{name}: {rule}" if name else rule for name, rule in rules_of(error).items())
            raise StoredDataError(
                f"The stored record {record.address} is no valid {self.model.__name__} ({rules}). `set` and "
                f"`reset` repair it."
            ) from None
        findings.invalid(record, invalid)
        return value

    def invalid(self, record: Record) -> list[str]:
        """The fields whose stored JSON their type refuses."""
        raw = record.data or {}
        return [name for name, field in self.fields.items() if name in raw and not field.reads(raw[name])]

    def document(self, raw: Mapping[str, Json]) -> dict[str, Json]:
        """The declared fields of stored JSON, with defaults for those that were never written."""
        defaults = self.defaults
        return {
            name: raw[name] if name in raw else defaults[name]
            for name in self.fields
            if name in raw or name in defaults
        }

    # Writing

    def encode(self, value: object) -> dict[str, Json]:
        """The JSON form of a whole model, proved to read back equal. Raises `Unfit`."""
        if not isinstance(value, self.model):
            raise Unfit(f"must be a {self.model.__name__}")
        # As plain fields, so that a model built or changed without validation is validated here.
        fields = {name: content for name, content in vars(value).items() if name in self.fields}
        try:
            # What is valid as it is: validated as an argument once more, Base64 would be decoded twice.
            _, again = self._adapter.proved(instance_of(self.model, fields))
        except Unfit:
            return cast("dict[str, Json]", self._adapter.encode(fields, by_alias=False))
        return self.forms(again)  # where it says 1, True would have been equal

    def settle(self, document: Mapping[str, Json]) -> dict[str, Json]:
        """The JSON form of what a whole document validates to. Raises `Unfit`."""
        return cast("dict[str, Json]", self._adapter.form_of(self.copy(document)))

    def forms(self, value: ModelT) -> dict[str, Json]:
        """The JSON form of a value that came from `read`."""
        return cast("dict[str, Json]", self._adapter.dump(value))

    def copy(self, document: Mapping[str, Json]) -> ModelT:
        """What a whole document validates to, for nobody else. Raises `Unfit`."""
        try:
            return cast(ModelT, self._adapter.decode(document))
        except ValidationError as error:
            raise Unfit(rules_of(error)) from None

    def _unwritten(self) -> ModelT:
        try:
            return cast(ModelT, self._adapter.decode(self.defaults))
        except ValidationError as error:
            rules = "; ".join(rules_of(error).values())
            raise DeclarationError(
                f"{self.model.__name__}: its defaults together break its own rules ({rules})."
            ) from None


@cache
def shape_of(model: type[ModelT]) -> Shape[ModelT]:
    """The shape of a model. Raises `DeclarationError` for types that could not be stored and read back."""
    try:
        model.model_rebuild()
    except PydanticUndefinedAnnotation as error:
        raise DeclarationError(f"{model.__name__}: the annotation {error.name!r} does not resolve.") from None
    schema = _json_schema(model)
    root = cast(CoreSchema, model.__pydantic_core_schema__)
    _refuse_unreadable(model, root)
    fields = compile_fields(model)
    defaults = {name: field.default for name, field in fields.items() if field.default is not MISSING}
    return Shape(model, fields, defaults, whole=_sees_whole(model, root, fields), json_schema=schema)


class _TypesAlone(GenerateJsonSchema):
    # Defaults are stored in a form of their own: that JSON schema has none for one is no news.
    ignored_warning_kinds = {*GenerateJsonSchema.ignored_warning_kinds, "non-serializable-default"}


def _json_schema(model: type[BaseModel]) -> Mapping[str, Any]:
    if model.__pydantic_root_model__:
        raise DeclarationError(f"{model.__name__}: a record is an object of fields, not a root model.")
    try:
        schema = model.model_json_schema(by_alias=False, schema_generator=_TypesAlone)
    except PydanticInvalidForJsonSchema as error:
        raise DeclarationError(
            f"{model.__name__}: a type in it has no JSON form, so it cannot be stored ({error.message})."
        ) from None
    if '"writeOnly":true' in to_json(schema).decode():
        raise DeclarationError(
            f"{model.__name__}: secrets are masked in JSON, so they cannot be stored and read back."
        )
    return schema


def _refuse_unreadable(model: type[BaseModel], root: CoreSchema) -> None:
    for node in nodes(root):
        fields: Mapping[str, CoreSchema] = (
            node["fields"] if node["type"] in {"model-fields", "typed-dict"} else {}
        )
        hidden = [name for name, field in fields.items() if field.get("serialization_exclude")]
        if hidden:
            raise DeclarationError(
                f"{model.__name__}: the excluded field {hidden[0]!r} would never be stored; drop `exclude`."
            )
        if node["type"] == "dataclass" and not node["cls"].__dataclass_params__.frozen:
            raise DeclarationError(
                f"{model.__name__}: a {node['cls'].__name__} can be changed in place, but stored values are "
                f"shared by all who read them. Make it a pydantic model, or a frozen dataclass."
            )
        extra = node.get("config", {}).get("extra_fields_behavior") if node["type"] == "model" else None
        if "allow" in (extra, node.get("extra_behavior")):
            raise DeclarationError(
                f"{model.__name__}: `extra='allow'` stores what no type describes. Declare the fields."
            )


def _sees_whole(model: type[BaseModel], root: CoreSchema, fields: Mapping[str, Field]) -> bool:
    own_init = model.model_post_init.__module__.split(".")[0] != "pydantic"
    functions = any(node["type"].startswith("function-") for node in layers(root))
    return own_init or functions or any(field.sees_others for field in fields.values())
