"""Options: the typed arguments of a menu, and the models a menu's type parameters name."""

from __future__ import annotations

from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from flowcord.errors import DefinitionError, OptionsError

__all__ = ("NoState", "Options")

OptionsT = TypeVar("OptionsT", bound="Options")


class Options(BaseModel):
    """The base of a menu's options: a pydantic model that also takes discord.py's types."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", frozen=True)


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


def type_arguments(cls: type, base: type, defaults: tuple[type, ...]) -> tuple[type, ...]:
    """The models that `cls` gave to the type parameters of `base`, inherited ones included."""
    for parent in cls.__mro__:
        for origin in parent.__dict__.get("__orig_bases__", ()):
            if get_origin(origin) is base:
                given = get_args(origin)
                # A parameter passed through by a generic base is not a model yet: its default stands.
                return tuple(
                    argument if isinstance(argument, type) else default
                    for argument, default in zip(given, defaults, strict=True)
                )
    return defaults


def check_models(cls: type, state: type, options: type) -> None:
    """Refuse a menu whose first two type parameters are not what they have to be."""
    for role, model, base in (("state", state, BaseModel), ("options", options, Options)):
        if not issubclass(model, base):
            raise DefinitionError(
                f"{cls.__name__}: the {role} of a menu is a {base.__name__}, not {model.__name__}"
            )
