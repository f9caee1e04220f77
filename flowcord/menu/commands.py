"""Slash commands that open menus: the options model's fields become the command's parameters."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, cast, get_args, get_origin
from weakref import WeakKeyDictionary

import annotated_types
import discord
from discord import app_commands
from discord.app_commands import locale_str
from pydantic.fields import FieldInfo

from flowcord.errors import DefinitionError
from flowcord.menu.options import Options

if TYPE_CHECKING:
    from flowcord.menu.menu import Menu

__all__ = ("OPENERS", "CommandSpec", "slash")

MenuT = TypeVar("MenuT", bound="type[Menu[Any, Any, Any]]")
Opener = Callable[[discord.Interaction[Any], Any, Options], Awaitable[object]]

#: How a client opens menus: put here by its FlowCord, found by the commands of any menu.
OPENERS: WeakKeyDictionary[discord.Client, Opener] = WeakKeyDictionary()

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


class CommandSpec:
    """One command of a menu: discord.py's command, and the guilds it is limited to."""

    __slots__ = ("command", "group", "guilds")

    def __init__(
        self,
        command: app_commands.Command[Any, ..., Any],
        guilds: tuple[discord.abc.Snowflake, ...],
        group: app_commands.Group | None,
    ) -> None:
        self.command = command
        self.guilds = guilds
        self.group = group

    def add_to(self, tree: app_commands.CommandTree[Any]) -> None:
        """Put the command where it belongs: into its group, or into the tree (of its guilds)."""
        if self.group is not None:
            if self.group.get_command(self.command.name) is None:
                self.group.add_command(self.command)
            if tree.get_command(self.group.name) is None:
                tree.add_command(self.group)
        else:
            tree.add_command(self.command, guilds=self.guilds or discord.utils.MISSING)


def slash(
    name: str | locale_str,
    *,
    description: str | locale_str,
    guild_only: bool = False,
    permissions: discord.Permissions | None = None,
    contexts: app_commands.AppCommandContext | None = None,
    installs: app_commands.AppInstallationType | None = None,
    nsfw: bool = False,
    guilds: Iterable[discord.abc.Snowflake] = (),
    checks: Iterable[Callable[[discord.Interaction[Any]], Any]] = (),
    group: app_commands.Group | None = None,
) -> Callable[[MenuT], MenuT]:
    """Open the menu by a slash command. The arguments mean what they mean in `discord.app_commands`.

    The fields of the menu's options model become the command's parameters, with their descriptions, bounds
    and choices. A required field of a type that no parameter can have is a `DefinitionError`.
    """

    def decorate(menu: MenuT) -> MenuT:
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=name,
            description=description,
            callback=_callback(menu),
            nsfw=nsfw,
            allowed_contexts=contexts,
            allowed_installs=installs,
        )
        command.guild_only = guild_only
        command.default_permissions = permissions
        for check in checks:
            command.add_check(check)
        menu.commands = (*menu.commands, CommandSpec(command, tuple(guilds), group))
        return menu

    return decorate


def _callback(menu: type[Menu[Any, Any, Any]]) -> Callable[..., Any]:
    model = menu.shape.options
    parameters = [
        inspect.Parameter(
            "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction
        )
    ]
    described: dict[str, str] = {}
    for field_name, field in model.model_fields.items():
        annotation = _annotation(field)
        if annotation is None:
            if field.is_required():
                raise DefinitionError(
                    f"@slash on {menu.__name__}: no command parameter can be a {field.annotation!r}; "
                    f"give the option {field_name} a default, or open this menu another way"
                )
            continue
        default = inspect.Parameter.empty if field.is_required() else None
        parameters.append(
            inspect.Parameter(
                field_name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default
            )
        )
        if field.description:
            described[field_name] = field.description

    async def open_menu(interaction: discord.Interaction[Any], /, **given: Any) -> None:
        filled = {name: value for name, value in given.items() if name in interaction.namespace}
        options = model(**filled)
        opener = OPENERS.get(interaction.client)
        if opener is None:
            raise DefinitionError(
                f"/{interaction.data and interaction.data.get('name')}: this client has no FlowCord"
            )
        await opener(interaction, menu, options)

    cast(Any, open_menu).__signature__ = inspect.Signature(parameters)
    if described:
        open_menu = app_commands.describe(**described)(open_menu)
    return open_menu


def _annotation(field: FieldInfo) -> Any:
    """The parameter annotation discord.py understands for this field, or `None`."""
    kind, optional = _without_none(field.annotation)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, enum.Enum)):
        annotation: Any = kind
    elif kind in _SCALARS:
        annotation = _ranged(kind, field)
    elif get_origin(kind) is None and isinstance(kind, type) and issubclass(kind, _DISCORD_TYPES):
        annotation = kind
    else:
        return None
    return annotation | None if optional and isinstance(annotation, type) else annotation


def _without_none(annotation: Any) -> tuple[Any, bool]:
    members = get_args(annotation)
    if type(None) in members and (
        get_origin(annotation) is Union or isinstance(annotation, type(int | None))
    ):
        rest = [member for member in members if member is not type(None)]
        return (rest[0], True) if len(rest) == 1 else (annotation, True)
    return annotation, False


def _ranged(kind: type, field: FieldInfo) -> Any:
    low = high = None
    for rule in field.metadata:
        match rule:
            case annotated_types.Ge(ge=bound):
                low = bound
            case annotated_types.Le(le=bound):
                high = bound
            case annotated_types.MinLen(min_length=bound):
                low = bound
            case annotated_types.MaxLen(max_length=bound):
                high = bound
            case _:
                pass
    if low is None and high is None:
        return kind
    return app_commands.Range[kind, low, high]  # pyright: ignore[reportInvalidTypeArguments]
