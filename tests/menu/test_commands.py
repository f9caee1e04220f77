"""@slash: the fields of a menu's options become what Discord is told of a command."""

from __future__ import annotations

import enum
from typing import Any, Literal

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from pydantic import BaseModel, Field, PositiveInt

from flowcord import DefinitionError, FlowCord, Menu, Options, Screen, slash


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
