"""Parameters: the fields of an options model as the parameters of a command callback."""

from __future__ import annotations

import enum
import inspect
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Optional, Union, get_args, get_origin

import annotated_types
import discord
from discord import app_commands
from pydantic.fields import FieldInfo

from flowcord.errors import DefinitionError

if TYPE_CHECKING:
    from flowcord.menu.menu import Menu

__all__ = ("described", "fields_of_type", "parameter", "parameters_of")

_SCALARS = (str, int, float, bool)
_DISCORD_TYPES = (
    discord.User,
    discord.Member,
    discord.Role,
    discord.Attachment,
    discord.abc.GuildChannel,
    discord.Thread,
    discord.app_commands.AppCommandChannel,
    discord.app_commands.AppCommandThread,
)


def parameters_of(menu: type[Menu[Any, Any, Any]]) -> list[inspect.Parameter]:
    """Those of a slash command, the required ones first.

    Raises `DefinitionError` for a required option that no command parameter can be.
    """
    parameters: list[inspect.Parameter] = []
    for name, field in menu.shape.options.model_fields.items():
        annotation = _annotation(field)
        if annotation is not None:
            default = inspect.Parameter.empty if field.is_required() else None
            parameters.append(parameter(name, annotation, default))
        elif field.is_required():
            raise DefinitionError(
                f"@slash on {menu.__name__}: no command parameter can be a {field.annotation!r}; "
                f"give the option {name} a default, or open this menu another way"
            )
    # Python and Discord both want what is required first; a model takes its fields in any order.
    parameters.sort(key=lambda each: each.default is not inspect.Parameter.empty)
    return parameters


def described(menu: type[Menu[Any, Any, Any]], parameters: list[inspect.Parameter]) -> dict[str, str]:
    """The descriptions of those parameters whose fields have one."""
    fields = menu.shape.options.model_fields
    found = {each.name: fields[each.name].description for each in parameters}
    return {name: description for name, description in found.items() if description}


def fields_of_type(menu: type[Menu[Any, Any, Any]], *types: type) -> list[str]:
    """The options that are one of these types, and nothing else but perhaps `None`."""
    fields = menu.shape.options.model_fields
    return [name for name, field in fields.items() if _all_of(_without_none(field.annotation)[0], types)]


def parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default
    )


def _annotation(field: FieldInfo) -> Any:
    """The parameter annotation discord.py understands for this field, or `None`."""
    kind, optional = _without_none(field.annotation)
    if kind in _SCALARS:
        kind = _ranged(kind, field)
    elif not (get_origin(kind) is Literal or _all_of(kind, (enum.Enum,)) or _all_of(kind, _DISCORD_TYPES)):
        return None
    return Optional[kind] if optional else kind  # noqa: UP045  # not every annotation has an `|`


def _without_none(annotation: Any) -> tuple[Any, bool]:
    members = _members(annotation)
    rest = tuple(member for member in members if member is not type(None))
    return Union[rest], len(rest) < len(members)  # noqa: UP007  # of a tuple


def _all_of(annotation: Any, types: tuple[type, ...]) -> bool:
    return all(isinstance(each, type) and issubclass(each, types) for each in _members(annotation))


def _members(annotation: Any) -> tuple[Any, ...]:
    """The types that a union is made of; of anything else, itself."""
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _ranged(kind: type, field: FieldInfo) -> Any:
    low = high = None
    for rule in field.metadata:
        match rule:
            case annotated_types.Ge(ge=bound):
                low = bound
            case annotated_types.Le(le=bound):
                high = bound
            # Between whole numbers, above is at least one more; of others the model sees the bound itself.
            case annotated_types.Gt(gt=int(bound)) if kind is int:
                low = bound + 1
            case annotated_types.Lt(lt=int(bound)) if kind is int:
                high = bound - 1
            case annotated_types.MinLen(min_length=bound):
                low = bound
            case annotated_types.MaxLen(max_length=bound):
                high = bound
            case _:
                pass
    if low is None and high is None:
        return kind
    return app_commands.Range[kind, low, high]  # pyright: ignore[reportInvalidTypeArguments]
