"""@slash: the fields of a menu's options become what Discord is told of a command."""

from __future__ import annotations

import enum
from typing import Any, Literal

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from pydantic import BaseModel, Field, PositiveInt

from flowcord import (
    DefinitionError,
    Flow,
    FlowCord,
    Menu,
    Options,
    Screen,
    UnknownMenuError,
    context_menu,
    slash,
)


class Home(Menu):
    def render(self) -> Screen:
        return Screen("Home")


def bot() -> commands.Bot:
    return commands.Bot("!", intents=discord.Intents.none())


def with_options(model: type[Options]) -> type[Menu[Any, Any, Any]]:
    class Item(Menu[Any, model]):  # pyright: ignore
        def render(self) -> Screen:
            return Screen("Item")

    return Item


def told(menu: type[Menu[Any, Any, Any]], **settings: Any) -> dict[str, Any]:
    """What Discord is told of the menu's command, in a tree of its own."""
    client = bot()
    slash("item", description="An item", **settings)(menu)
    FlowCord(client).add(menu)
    command = client.tree.get_commands()[0]
    return command.to_dict(client.tree)  # pyright: ignore


def options_of(model: type[Options]) -> dict[str, dict[str, Any]]:
    return {option["name"]: option for option in told(with_options(model))["options"]}


class Tier(enum.Enum):
    GOLD = "g"
    SILVER = "s"


@pytest.mark.case("S59a")
def test_fields_become_parameters_with_their_types_bounds_and_choices() -> None:
    class ItemOptions(Options):
        item: str = Field(description="Which one")
        size: Literal["s", "m"] = "s"
        amount: int = Field(1, ge=1, le=9)
        who: discord.Member | None = None
        tier: Tier = Tier.GOLD
        ratio: float = Field(0.5, ge=0, le=1)
        name: str = Field("x", min_length=1, max_length=20)
        secret: bool = False
        channel: discord.TextChannel | None = None
        role: discord.Role | None = None
        upload: discord.Attachment | None = None
        anybody: discord.Member | discord.User | None = None
        more: PositiveInt = 1
        less: int = Field(5, gt=0, lt=10)
        last: int

    types = discord.AppCommandOptionType
    options = options_of(ItemOptions)
    assert [name for name, option in options.items() if option["required"]] == ["item", "last"]
    assert options["item"]["description"] == "Which one"
    assert {name: types(option["type"]).name for name, option in options.items()} == {
        "item": "string",
        "size": "string",
        "amount": "integer",
        "who": "user",
        "tier": "string",
        "ratio": "number",
        "name": "string",
        "secret": "boolean",
        "channel": "channel",
        "role": "role",
        "upload": "attachment",
        "anybody": "user",
        "more": "integer",
        "less": "integer",
        "last": "integer",
    }
    assert [choice["value"] for choice in options["size"]["choices"]] == ["s", "m"]
    assert [choice["name"] for choice in options["tier"]["choices"]] == ["GOLD", "SILVER"]
    bounds = ("min_value", "max_value", "min_length", "max_length")
    assert {
        name: {bound: option[bound] for bound in bounds if option.get(bound) is not None}
        for name, option in options.items()
        if name in ("amount", "ratio", "name", "more", "less")
    } == {
        "amount": {"min_value": 1, "max_value": 9},
        "ratio": {"min_value": 0, "max_value": 1},
        "name": {"min_length": 1, "max_length": 20},
        "more": {"min_value": 1},
        "less": {"min_value": 1, "max_value": 9},
    }


def test_a_field_may_be_called_like_the_interaction() -> None:
    class ItemOptions(Options):
        interaction: int
        ctx: int = 1

    assert set(options_of(ItemOptions)) == {"interaction", "ctx"}


class Point(BaseModel):
    x: int = 0


@pytest.mark.case("S59")
@pytest.mark.parametrize("annotation", [dict[str, int], Point, list[str], bytes, str | int, Any], ids=str)
def test_a_required_field_that_no_parameter_can_be_is_refused_by_name(annotation: Any) -> None:
    model = type("ItemOptions", (Options,), {"__annotations__": {"weird": annotation}})
    with pytest.raises(DefinitionError, match=r"@slash on Item: .* give the option weird a"):
        told(with_options(model))


@pytest.mark.case("S59")
def test_a_field_that_no_parameter_can_be_is_left_out_if_it_has_a_default() -> None:
    class ItemOptions(Options):
        item: str
        tags: list[str] = []

    assert set(options_of(ItemOptions)) == {"item"}


def test_what_discord_would_refuse_of_the_options_is_told_at_once_with_their_names() -> None:
    class ItemOptions(Options):
        itemId: int  # noqa: N815
        size: Literal[tuple(range(26))]  # pyright: ignore
        mixed: Literal["s", 1] = 1
        x23456789_123456789_123456789_123: int = 1

    with pytest.raises(DefinitionError, match="@slash on Item: ") as caught:
        told(with_options(ItemOptions))
    assert str(caught.value).removeprefix("@slash on Item: ").split("; ") == [
        "the option itemId needs a lower-case name of at most 32 characters",
        "the option size takes at most 25 choices, all of one type",
        "the option mixed takes at most 25 choices, all of one type",
        "the option x23456789_123456789_123456789_123 needs a lower-case name of at most 32 characters",
    ]


def test_a_name_or_a_description_that_discord_would_refuse_is_refused_with_the_menu() -> None:
    with pytest.raises(DefinitionError, match=r"@slash on Home: .*'Not a name'"):
        slash("Not a name", description="x")(Home)
    with pytest.raises(DefinitionError, match="@slash on Home: the command's description is too long"):
        slash("home", description="x" * 101)(Home)


def test_only_menus_are_opened_by_a_command() -> None:
    for thing in (lambda: None, Screen, 3, Menu):
        with pytest.raises(DefinitionError, match="@slash decorates a Menu"):
            slash("x", description="x")(thing)  # pyright: ignore


@pytest.mark.case("S59b")
def test_the_settings_of_a_command_reach_discord() -> None:
    command = told(
        type("Ban", (Home,), {}),
        guild_only=True,
        permissions=discord.Permissions(ban_members=True),
        nsfw=True,
    )
    assert (command["nsfw"], command["dm_permission"], command["contexts"]) == (True, False, [0])
    assert command["default_member_permissions"] == discord.Permissions(ban_members=True).value
    anywhere = told(
        type("Ban", (Home,), {}),
        contexts=app_commands.AppCommandContext(dm_channel=True),
        installs=app_commands.AppInstallationType(user=True),
    )
    assert (anywhere["contexts"], anywhere["integration_types"]) == ([1], [1])


@pytest.mark.case("S59b")
def test_a_check_stands_on_the_command() -> None:
    def check(interaction: discord.Interaction[Any]) -> bool:
        return True

    menu = type("Ban", (Home,), {})
    slash("ban", description="Ban", checks=[check])(menu)
    assert menu.commands[0].command.checks == [check]


@pytest.mark.case("S59b")
def test_a_command_in_a_group_brings_its_group_and_its_groups_group() -> None:
    client = bot()
    mod = app_commands.Group(name="mod", description="Moderation")
    tools = app_commands.Group(name="tools", description="Tools", parent=mod)
    first, second = type("Ban", (Home,), {}), type("Kick", (Home,), {})
    slash("ban", description="Ban", group=mod)(first)
    slash("kick", description="Kick", group=tools)(second)
    FlowCord(client).add(first, second)
    (root,) = client.tree.get_commands()
    assert root is mod
    assert {command.qualified_name for command in mod.walk_commands()} == {
        "mod ban",
        "mod tools",
        "mod tools kick",
    }


def test_a_command_for_some_servers_is_in_their_trees_alone() -> None:
    client, menu = bot(), type("Ban", (Home,), {})
    here, there = discord.Object(1), discord.Object(2)
    slash("ban", description="Ban", guilds=[here])(menu)
    FlowCord(client).add(menu)
    assert [len(client.tree.get_commands(guild=guild)) for guild in (None, here, there)] == [0, 1, 0]


def test_a_subclass_is_not_opened_by_the_command_of_its_base() -> None:
    base = slash("base", description="Base")(type("Base", (Home,), {}))
    assert type("Derived", (base,), {}).commands == ()


# Context menus -------------------------------------------------------------------------------------


class OnSomebody(Options):
    who: discord.Member
    reason: str = "none"


class OnMessage(Options):
    message: discord.Message | None
    note: str = ""


class OnTwo(Options):
    one: discord.Member | None = None
    two: discord.User | None = None


def on(model: type[Options], **settings: Any) -> app_commands.ContextMenu:
    """The context menu of a menu with these options."""
    menu = context_menu("Look", **settings)(with_options(model))
    command = menu.command
    assert isinstance(command, app_commands.ContextMenu)
    return command


@pytest.mark.case("S59b")
def test_the_settings_of_a_context_menu_reach_discord() -> None:
    client = bot()
    menu = context_menu(
        "Ban",
        guild_only=True,
        permissions=discord.Permissions(ban_members=True),
        nsfw=True,
        installs=app_commands.AppInstallationType(guild=True),
        checks=[lambda interaction: True],
    )(type("Ban", (Home,), {}))
    FlowCord(client).add(menu)
    (command,) = client.tree.get_commands(type=discord.AppCommandType.user)
    told = command.to_dict(client.tree)  # pyright: ignore
    assert (told["type"], told["nsfw"], told["dm_permission"], told["contexts"]) == (2, True, False, [0])
    assert told["default_member_permissions"] == discord.Permissions(ban_members=True).value
    assert told["integration_types"] == [0]
    assert command is menu.command
    assert len(command.checks) == 1


@pytest.mark.case("S59b")
def test_whose_context_menu_it_is_follows_from_the_options_unless_it_is_said() -> None:
    user, message = discord.AppCommandType.user, discord.AppCommandType.message
    assert on(OnSomebody).type is user
    assert on(OnMessage).type is message
    assert on(OnTwo).type is user
    assert on(Options).type is user
    assert on(Options, type=message).type is message
    assert on(OnTwo, type=message).type is message


@pytest.mark.case("S59b")
def test_a_context_menu_that_cannot_give_a_required_option_is_refused() -> None:
    class Reasoned(OnSomebody):
        reason: str

    class TwoRequired(Options):
        one: discord.Member
        two: discord.Member

    for model, missing in ((Reasoned, "reason"), (TwoRequired, "one, two")):
        with pytest.raises(DefinitionError, match=f"@context_menu on Item: nobody gives it {missing}"):
            on(model)
    with pytest.raises(DefinitionError, match="nobody gives it who"):
        on(OnSomebody, type=discord.AppCommandType.message)
    with pytest.raises(DefinitionError, match="type is that of a user or a message"):
        on(Options, type=discord.AppCommandType.chat_input)
    with pytest.raises(DefinitionError, match="@context_menu on Home"):
        context_menu("x" * 33)(Home)
    with pytest.raises(DefinitionError, match="@context_menu decorates a Menu"):
        context_menu("x")(Screen)  # pyright: ignore


@pytest.mark.case("S59b")
def test_several_commands_stand_on_one_menu_and_the_topmost_is_its_command() -> None:
    client = bot()
    mod = app_commands.Group(name="mod", description="Moderation")

    @slash("ban", description="Ban", guild_only=True, group=mod)
    @slash("forbid", description="Ban too")
    @context_menu("Ban")
    @context_menu("Ban", type=discord.AppCommandType.message)
    class Ban(Home):
        pass

    FlowCord(client).add(Ban)
    assert [str(spec) for spec in Ban.commands] == [
        "/mod ban",
        "/forbid",
        "the user menu 'Ban'",
        "the message menu 'Ban'",
    ]
    assert Ban.command is mod.get_command("ban")
    assert Ban.command is not None
    assert Ban.command.guild_only
    assert [command.name for command in client.tree.get_commands(type=discord.AppCommandType.chat_input)] == [
        "mod",
        "forbid",
    ]
    assert Home.command is None


@pytest.mark.case("S59b")
def test_texts_of_commands_may_be_translated() -> None:
    named = app_commands.locale_str("ban", key="name")
    slashed = slash(named, description=app_commands.locale_str("Ban somebody"))(type("Ban", (Home,), {}))
    looked = context_menu(app_commands.locale_str("Ban"))(type("Ban", (Home,), {}))
    assert slashed.command._locale_name is named  # pyright: ignore
    assert looked.command._locale_name is not None  # pyright: ignore


# Removal -------------------------------------------------------------------------------------------


@pytest.mark.case("S59b")
def test_what_is_removed_takes_its_commands_along_and_a_group_goes_with_the_last_of_them() -> None:
    client = bot()
    mod = app_commands.Group(name="mod", description="Moderation")
    tools = app_commands.Group(name="tools", description="Tools", parent=mod)
    ban = slash("ban", description="Ban", group=mod)(type("Ban", (Home,), {}))
    kick = slash("kick", description="Kick", group=tools)(type("Kick", (Home,), {}))
    look = context_menu("Look", guilds=[discord.Object(1)])(type("Look", (Home,), {}))
    flows = FlowCord(client)

    def registered() -> list[str]:
        walked = [each for each in client.tree.walk_commands() if isinstance(each, app_commands.Command)]
        menus = client.tree.get_commands(guild=discord.Object(1), type=discord.AppCommandType.user)
        return sorted([each.qualified_name for each in (*walked, *menus)])

    flows.add(ban, kick, look)
    assert registered() == ["Look", "mod ban", "mod tools kick"]
    flows.remove(kick, look)
    assert registered() == ["mod ban"]
    assert (mod.commands, flows.menus) == ([ban.command], [ban])
    flows.remove(ban)
    assert (client.tree.get_commands(), registered()) == ([], [])
    flows.add(kick, ban)
    assert registered() == ["mod ban", "mod tools kick"]
    assert flows.menus == [kick, ban]


def test_a_menu_that_another_flow_still_has_keeps_its_command() -> None:
    client = bot()
    home = slash("home", description="Home")(type("Home", (Home,), {}))
    front = type("Front", (Flow,), {"menus": (home,)})
    flows = FlowCord(client)
    flows.add(home, front)
    flows.remove(home)
    assert [each.name for each in client.tree.get_commands()] == ["home"]
    with pytest.raises(UnknownMenuError, match="Home was not added to this FlowCord, or only as part"):
        flows.remove(home)
    flows.remove(front)
    assert client.tree.get_commands() == []


def test_an_add_that_fails_leaves_groups_as_they_were() -> None:
    client = bot()
    mod = app_commands.Group(name="mod", description="Moderation")
    ban = slash("ban", description="Ban", group=mod)(type("Ban", (Home,), {}))
    flows = FlowCord(client)
    flows.add(ban)
    kick = slash("kick", description="Kick", group=mod)(type("Kick", (Home,), {}))
    taken = slash("ban", description="Ban", group=mod)(type("Taken", (Home,), {}))
    with pytest.raises(DefinitionError, match="/mod ban: Command 'ban' already registered"):
        flows.add(kick, taken)
    assert client.tree.get_commands() == [mod]
    assert mod.commands == [ban.command]
