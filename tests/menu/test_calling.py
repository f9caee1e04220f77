"""Callbacks that cannot be called as FlowCord calls them are refused when they are made known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord.ext import commands

from flowcord import (
    Access,
    Button,
    DefinitionError,
    Flow,
    FlowCord,
    Menu,
    Modal,
    Screen,
    button,
    list_pages,
    message_handler,
    modal,
    select,
)


class NameForm(Modal, title="Your name"):
    name = discord.ui.Label(text="Name", component=discord.ui.TextInput())


def alone(self: Any) -> Any: ...


def with_ctx(self: Any, ctx: Any) -> Any: ...


def with_two(self: Any, ctx: Any, more: Any) -> Any: ...


OPTIONS = [discord.SelectOption(label="Red")]


@pytest.mark.parametrize(
    ("decorate", "method", "given"),
    [
        (button("Go"), alone, "self, ctx"),
        (button("Go"), with_two, "self, ctx"),
        (button("Go", opens=NameForm), with_ctx, "self, ctx, form"),
        (select(options=OPTIONS), with_ctx, "self, ctx, values"),
        (modal(NameForm), with_ctx, "self, ctx, form"),
        (message_handler, with_ctx, "self, ctx, message"),
        (button("Go", disabled=with_ctx), with_ctx, "menu"),
        (button("Go", visible=lambda: True), with_ctx, "menu"),
    ],
)
def test_a_handler_takes_what_it_is_called_with(
    decorate: Callable[[Any], Any], method: Any, given: str
) -> None:
    refused = rf"is called with \({given}\): (missing|too many).*; it takes \((self.*)?\)$"
    with pytest.raises(DefinitionError, match=refused):
        decorate(method)


@pytest.mark.parametrize(
    ("name", "method", "given"),
    [
        ("render", with_ctx, "self"),
        ("setup", alone, "self, ctx"),
        ("on_enter", alone, "self, ctx"),
        ("on_page", with_ctx, "self, ctx, paginator"),
        ("on_error", with_ctx, "self, ctx, error"),
        ("__init__", with_ctx, "self"),
    ],
)
def test_so_does_each_method_that_flowcord_calls(name: str, method: Any, given: str) -> None:
    with pytest.raises(DefinitionError, match=rf"is called with \({given}\)"):
        type("Shop", (Menu,), {name: method})
    if name not in ("render", "setup"):
        with pytest.raises(DefinitionError, match=rf"is called with \({given}\)"):
            type("ShopFlow", (Flow,), {name: method})


def test_so_do_app_hooks_totals_and_rules() -> None:
    flows = FlowCord(commands.Bot("!", intents=discord.Intents.none()))
    with pytest.raises(DefinitionError, match=r"the hook on_end is called with \(ctx, end\)"):
        flows.add_hook("on_end", alone)
    with pytest.raises(DefinitionError, match=r"the total of list_pages is called with \(menu\)"):
        list_pages(total=with_ctx)
    with pytest.raises(DefinitionError, match=r"Access.predicate is called with .*None is no function"):
        Access.predicate(None)  # pyright: ignore[reportArgumentType]


def test_what_takes_anything_or_says_nothing_of_itself_is_taken() -> None:
    def whatever(*arguments: Any, **more: Any) -> Any: ...

    button("Go")(whatever)
    list_pages(total=len)
    Access.predicate(bool)
    type("Shop", (Menu,), {"render": lambda self: Screen(), "on_enter": whatever, "on_leave": print})


def test_a_decorator_that_was_not_called_says_so() -> None:
    with pytest.raises(DefinitionError, match="with_ctx: a button has a label: @button"):
        button(with_ctx)


def test_an_action_is_named_and_not_called() -> None:
    with pytest.raises(DefinitionError, match="'buy' is no action: name a method, without calling it"):
        Button("Go", action="buy")  # pyright: ignore[reportArgumentType]
    with pytest.raises(DefinitionError, match="name the class of the form"):
        Button("Go", opens=NameForm())  # pyright: ignore[reportArgumentType]


def test_arguments_come_in_a_tuple() -> None:
    with pytest.raises(DefinitionError, match=r"in a tuple: args=\('sword',\)"):
        Button("Go", action=with_two, args="sword")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("access", [Access.owner, "owner", 42])
def test_what_is_no_rule_lets_nobody_near_a_component(access: Any) -> None:
    with pytest.raises(DefinitionError, match="takes access=Access"):
        button("Go", access=access)(with_ctx)
    with pytest.raises(DefinitionError, match="takes access=Access"):
        select(options=OPTIONS, access=access)(with_two)


def test_rules_name_users_and_roles_by_their_ids() -> None:
    with pytest.raises(DefinitionError, match=r"Access.roles\(...\) takes ids, not 'Mods'"):
        Access.roles(1, "Mods")  # pyright: ignore[reportArgumentType]
    with pytest.raises(DefinitionError, match=r"Access.users\(...\) takes ids"):
        Access.users(discord.Object(1))  # pyright: ignore[reportArgumentType]
