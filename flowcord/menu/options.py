"""Options: the typed arguments of a menu, and the models a menu's type parameters name."""

from __future__ import annotations

from typing import Any, TypeVar, cast, get_args, get_origin

import discord
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from flowcord.errors import DefinitionError, OptionsError

__all__ = ("NoState", "Options")

OptionsT = TypeVar("OptionsT", bound="Options")


class Options(BaseModel):
    """The base of a menu's options: a pydantic model that also takes discord.py's types."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", frozen=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _take_members(cls, value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """A member is taken as a `discord.User`: in servers Discord sends one."""
        if isinstance(value, discord.Member) and info.field_name is not None:
            annotation = cls.model_fields[info.field_name].annotation
            if discord.User in (annotation, *get_args(annotation)):
                return value
        return check(value)


class NoState(BaseModel):
    """The state of a menu that declares none."""


def build_options(
    menu: str, model: type[OptionsT], given: Options | None, fields: dict[str, Any]
) -> OptionsT:
    """The options of `menu`, from an instance or from keywords. Raises `OptionsError` naming each field."""
    if given is not None:
        if fields:
            raise OptionsError(f"{menu}: give an options instance or keywords, not both")
        if not isinstance(given, model):
            raise OptionsError(f"{menu} takes {model.__name__}, not {type(given).__name__}")
        return given
    try:
        return model(**fields)
    except ValidationError as error:
        problems = {
            ".".join(str(part) for part in detail["loc"]): detail["msg"]
            for detail in error.errors(include_url=False, include_context=False, include_input=False)
        }
        listed = "; ".join(f"{field}: {problem}" for field, problem in problems.items())
        raise OptionsError(f"{menu} refuses these options: {listed}", problems) from None


def type_arguments(cls: type, base: type, defaults: tuple[object, ...]) -> tuple[object, ...]:
    """What `cls` gave to the type parameters of `base`, by itself or through generic classes in between.

    A parameter that is left open (`Any`, or one of a generic class's own) has its default.
    """
    given = _passed_to(cls, base) or defaults
    return tuple(
        default if argument is Any or isinstance(argument, TypeVar) else argument
        for argument, default in zip(given, defaults, strict=True)
    )


def _passed_to(cls: type, base: type) -> tuple[object, ...]:
    """The arguments of `base` in the bases of `cls`, in terms of the parameters of `cls` itself."""
    for parent in cls.__dict__.get("__orig_bases__", cls.__bases__):
        origin: object = get_origin(parent) or parent
        if origin is base:
            return get_args(parent)
        if isinstance(origin, type) and issubclass(origin, base):
            parameters: tuple[object, ...] = getattr(origin, "__parameters__", ())
            named = dict(zip(parameters, get_args(parent), strict=False))
            return tuple(named.get(argument, argument) for argument in _passed_to(origin, base))
    return ()


def check_models(cls: type, state: object, options: object) -> None:
    """Refuse a menu whose first two type parameters are not what they have to be."""
    for role, model, base in (("state", state, BaseModel), ("options", options, Options)):
        if not (isinstance(model, type) and issubclass(model, base)):
            raise DefinitionError(
                f"{cls.__name__}: the model of its {role} derives from {base.__name__}; {model!r} does not"
            )
    fields = cast("type[BaseModel]", state).model_fields
    required = [name for name, field in fields.items() if field.is_required()]
    if required:
        raise DefinitionError(
            f"{cls.__name__}: its state begins without {', '.join(required)}: give each field of "
            f"{cast(type, state).__name__} a default"
        )
