"""Commands that open menus: `@slash` and `@context_menu`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

import discord
from discord import app_commands
from discord.app_commands import locale_str

from flowcord.errors import DefinitionError
from flowcord.menu.apps import APPS
from flowcord.menu.command_spec import AnyCommand, CommandSpec
from flowcord.menu.menu import Menu, is_menu
from flowcord.menu.options import build_options
from flowcord.menu.parameters import described, fields_of_type, parameter, parameters_of

__all__ = ("context_menu", "slash")

AnyMenu = type[Menu[Any, Any, Any]]
MenuT = TypeVar("MenuT", bound=AnyMenu)
Check = Callable[[discord.Interaction[Any]], Any]

#: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure
_NAME, _DESCRIPTION, _CHOICES = 32, 100, 25

_PEOPLE = (discord.User, discord.Member)


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
    checks: Iterable[Check] = (),
    group: app_commands.Group | None = None,
) -> Callable[[MenuT], MenuT]:
    """Open the menu by a slash command. The arguments mean what they mean in `discord.app_commands`.

    The fields of the menu's options model become the command's parameters, with their descriptions, bounds
    and choices. A required field of a type that no parameter can have is a `DefinitionError`. The command is
    `Menu.command`; of several decorators' on one menu, the topmost.
    """

    def decorate(menu: MenuT) -> MenuT:
        command = _made(
            menu,
            "@slash",
            lambda: app_commands.Command(
                name=name,
                description=description,
                callback=_by_slash(menu),
                nsfw=nsfw,
                allowed_contexts=contexts,
                allowed_installs=installs,
            ),
        )
        _check(menu, command)
        _set(command, guild_only, permissions, checks)
        return _attach(menu, CommandSpec(command, tuple(guilds), group))

    return decorate


def context_menu(
    name: str | locale_str,
    *,
    type: discord.AppCommandType | None = None,
    guild_only: bool = False,
    permissions: discord.Permissions | None = None,
    contexts: app_commands.AppCommandContext | None = None,
    installs: app_commands.AppInstallationType | None = None,
    nsfw: bool = False,
    guilds: Iterable[discord.abc.Snowflake] = (),
    checks: Iterable[Check] = (),
) -> Callable[[MenuT], MenuT]:
    """Open the menu by the context menu of a user or a message (`type`).

    Left out, it is that of a message if only that fits the options model, else of a user. Whom or what it was
    opened on goes into the one option of its type (`discord.Member`, `User`, `Message`); where none or
    several are, it is `ctx.interaction.extras["target"]` in `setup` and `on_enter`. Another required option
    is a `DefinitionError`. The other arguments mean what they mean in `discord.app_commands`.
    """

    def decorate(menu: MenuT) -> MenuT:
        _refuse_others(menu, "@context_menu")
        people, messages = fields_of_type(menu, *_PEOPLE), fields_of_type(menu, discord.Message)
        kind = type or (_MESSAGE if messages and not people else _USER)
        command = _made(
            menu,
            "@context_menu",
            lambda: app_commands.ContextMenu(
                name=name,
                callback=_by_context_menu(menu, kind, people if kind is _USER else messages),
                type=kind,
                nsfw=nsfw,
                allowed_contexts=contexts,
                allowed_installs=installs,
            ),
        )
        _set(command, guild_only, permissions, checks)
        return _attach(menu, CommandSpec(command, tuple(guilds)))

    return decorate


_USER, _MESSAGE = discord.AppCommandType.user, discord.AppCommandType.message
CommandT = TypeVar("CommandT", bound=AnyCommand)


def _refuse_others(menu: object, decorator: str) -> None:
    if not is_menu(menu):
        raise DefinitionError(f"{decorator} decorates a Menu, not {menu!r}")


def _made(menu: AnyMenu, decorator: str, make: Callable[[], CommandT]) -> CommandT:
    _refuse_others(menu, decorator)
    try:
        return make()
    except (TypeError, ValueError) as error:  # what discord.py says of names and types
        raise DefinitionError(f"{decorator} on {menu.__name__}: {error}") from error


def _attach(menu: MenuT, spec: CommandSpec) -> MenuT:
    # Decorators are applied from the lowest up.
    menu.commands = (spec, *menu.commands)
    menu.command = spec.command
    return menu


def _set(
    command: AnyCommand, guild_only: bool, permissions: discord.Permissions | None, checks: Iterable[Check]
) -> None:
    if guild_only:
        app_commands.guild_only(cast(Any, command))
    command.default_permissions = permissions
    for check in checks:
        command.add_check(check)


def _by_slash(menu: AnyMenu) -> Callable[..., Any]:
    model = menu.shape.options
    parameters = parameters_of(menu)

    async def open_menu(interaction: discord.Interaction[Any], /, **given: Any) -> None:
        # What the user left out keeps the model's default; a required `T | None` is left out as `None`.
        filled = {
            name: value
            for name, value in given.items()
            if name in interaction.namespace or model.model_fields[name].is_required()
        }
        await _open(interaction, menu, filled)

    # No field of a model can begin with an underscore, so none has this name.
    first = parameter("_interaction", discord.Interaction)
    cast(Any, open_menu).__signature__ = inspect.Signature([first, *parameters])
    descriptions = described(menu, parameters)
    return app_commands.describe(**descriptions)(open_menu) if descriptions else open_menu


def _by_context_menu(menu: AnyMenu, kind: discord.AppCommandType, fitting: list[str]) -> Callable[..., Any]:
    field = fitting[0] if len(fitting) == 1 else None
    required = [name for name, each in menu.shape.options.model_fields.items() if each.is_required()]
    if kind not in (_USER, _MESSAGE):
        raise DefinitionError(f"@context_menu on {menu.__name__}: type is that of a user or a message")
    if missing := [name for name in required if name != field]:
        raise DefinitionError(
            f"@context_menu on {menu.__name__}: nobody gives it {', '.join(missing)}; a context menu of a "
            f"{kind.name} fills one option of that type, others need a default"
        )

    async def open_menu(interaction: discord.Interaction[Any], target: Any, /) -> None:
        interaction.extras["target"] = target
        await _open(interaction, menu, {} if field is None else {field: target})

    target = discord.Message if kind is _MESSAGE else discord.Member | discord.User
    parameters = [parameter("interaction", discord.Interaction), parameter("target", target)]
    cast(Any, open_menu).__signature__ = inspect.Signature(parameters)
    return open_menu


async def _open(interaction: discord.Interaction[Any], menu: AnyMenu, given: dict[str, Any]) -> None:
    options = build_options(menu.__name__, menu.shape.options, None, given)
    found = APPS.get(interaction.client)
    app = None if found is None else found()
    if app is None:
        raise DefinitionError(f"{menu.__name__} is opened by a command of a client that has no FlowCord")
    await app.answer(interaction, menu, options)


def _check(menu: AnyMenu, command: app_commands.Command[Any, ..., Any]) -> None:
    """Refuse what Discord would refuse only when the commands are synchronised."""
    problems = [] if len(command.description) <= _DESCRIPTION else ["the command's description is too long"]
    for option in command.parameters:
        name, choices = option.name, option.choices
        if name != name.lower() or len(name) > _NAME:
            problems.append(f"the option {name} needs a lower-case name of at most {_NAME} characters")
        if len(choices) > _CHOICES or len({type(choice.value) for choice in choices}) > 1:
            problems.append(f"the option {name} takes at most {_CHOICES} choices, all of one type")
    if problems:
        raise DefinitionError(f"@slash on {menu.__name__}: {'; '.join(problems)}")
