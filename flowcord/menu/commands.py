"""Slash commands that open menus: the options model's fields become the command's parameters."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Optional, TypeVar, Union, cast, get_args, get_origin
from weakref import WeakKeyDictionary, WeakMethod

import annotated_types
import discord
from discord import app_commands
from discord.app_commands import locale_str
from pydantic.fields import FieldInfo

from flowcord.errors import DefinitionError, SessionLimitError, ShuttingDownError
from flowcord.menu.menu import is_menu
from flowcord.menu.options import Options, build_options

if TYPE_CHECKING:
    from flowcord.menu.menu import Menu

__all__ = ("OPENERS", "CommandSpec", "slash")

MenuT = TypeVar("MenuT", bound="type[Menu[Any, Any, Any]]")
Opener = Callable[[discord.Interaction[Any], Any, Options], Awaitable[object]]

#: How a client opens menus: put here by its FlowCord, found by the commands of any menu.
OPENERS: WeakKeyDictionary[discord.Client, WeakMethod[Opener]] = WeakKeyDictionary()

#: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure
_NAME, _DESCRIPTION, _CHOICES = 32, 100, 25

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

    def add_to(self, tree: app_commands.CommandTree[Any]) -> bool:
        """Put the command where it belongs: into its group, and that into the tree (of its guilds).

        `False` if it was there already. Raises `DefinitionError` if another command has its name.
        """
        try:
            if self.group is not None and self.group.get_command(self.command.name) is not self.command:
                self.group.add_command(self.command)
            root = self.command.root_parent or self.command
            if all(tree.get_command(root.name, guild=guild) is root for guild in self.guilds or (None,)):
                return False
            tree.add_command(root, guilds=self.guilds or discord.utils.MISSING)
        except (app_commands.CommandAlreadyRegistered, app_commands.CommandLimitReached) as error:
            raise DefinitionError(f"/{self.command.qualified_name}: {error}") from error
        return True

    def remove_from(self, tree: app_commands.CommandTree[Any]) -> None:
        """Take out of the tree what `add_to` put there."""
        root = self.command.root_parent or self.command
        for guild in self.guilds or (None,):
            tree.remove_command(root.name, guild=guild)


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
        if not is_menu(menu):
            raise DefinitionError(f"@slash decorates a Menu, not {menu!r}")
        try:
            command: app_commands.Command[Any, ..., Any] = app_commands.Command(
                name=name,
                description=description,
                callback=_callback(menu),
                nsfw=nsfw,
                allowed_contexts=contexts,
                allowed_installs=installs,
            )
        except (TypeError, ValueError) as error:  # what discord.py says of names and types
            raise DefinitionError(f"@slash on {menu.__name__}: {error}") from error
        _check(menu, command)
        if guild_only:
            app_commands.guild_only(command)
        command.default_permissions = permissions
        for check in checks:
            command.add_check(check)
        menu.commands = (*menu.commands, CommandSpec(command, tuple(guilds), group))
        return menu

    return decorate


def _callback(menu: type[Menu[Any, Any, Any]]) -> Callable[..., Any]:
    model = menu.shape.options
    # No field of a model can begin with an underscore, so none has this name.
    parameters = [_parameter("_interaction", discord.Interaction)]
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
        parameters.append(_parameter(field_name, annotation, default))
        if field.description:
            described[field_name] = field.description

    async def open_menu(interaction: discord.Interaction[Any], /, **given: Any) -> None:
        # What the user left out keeps the model's default; a required `T | None` is left out as `None`.
        filled = {
            name: value
            for name, value in given.items()
            if name in interaction.namespace or model.model_fields[name].is_required()
        }
        options = build_options(menu.__name__, model, None, filled)
        found = OPENERS.get(interaction.client)
        opener = None if found is None else found()
        if opener is None:
            raise DefinitionError(f"{menu.__name__} is opened by a command of a client that has no FlowCord")
        with suppress(SessionLimitError, ShuttingDownError):  # of which whoever ran the command was told
            await opener(interaction, menu, options)

    # Python and Discord both want what is required first; a model takes its fields in any order.
    parameters.sort(key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    cast(Any, open_menu).__signature__ = inspect.Signature(parameters)
    if described:
        open_menu = app_commands.describe(**described)(open_menu)
    return open_menu


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default
    )


def _check(menu: type[Menu[Any, Any, Any]], command: app_commands.Command[Any, ..., Any]) -> None:
    """Refuse what Discord would refuse only when the commands are synchronised."""
    problems = [] if len(command.description) <= _DESCRIPTION else ["the command's description is too long"]
    for parameter in command.parameters:
        name, choices = parameter.name, parameter.choices
        if name != name.lower() or len(name) > _NAME:
            problems.append(f"the option {name} needs a lower-case name of at most {_NAME} characters")
        if len(choices) > _CHOICES or len({type(choice.value) for choice in choices}) > 1:
            problems.append(f"the option {name} takes at most {_CHOICES} choices, all of one type")
    if problems:
        raise DefinitionError(f"@slash on {menu.__name__}: {'; '.join(problems)}")


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
