"""Selects: what they refuse, how they are keyed, and what is compiled of decorated ones."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import SelectOption

from flowcord import (
    Button,
    ChannelSelect,
    DefinitionError,
    DuplicateKeyError,
    MentionableSelect,
    Menu,
    MenuContext,
    RoleSelect,
    Screen,
    Select,
    UserSelect,
    button,
    guard,
    pipeline,
    select,
)
from flowcord.session.compiled import compiled

OPTIONS = [SelectOption(label="Red"), SelectOption(label="Blue", default=True)]
CLASSES = [Select, UserSelect, RoleSelect, MentionableSelect, ChannelSelect]


class Paint(Menu):
    def render(self) -> Screen:
        return Screen("Paint")

    @select(options=OPTIONS, placeholder="Color")
    async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async def use(self, ctx: MenuContext, values: list[Any], tool: str) -> None: ...


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"guard": lambda menu, ctx: True}, "takes guard=guard"),
        ({"clicks": "never"}, "takes clicks='queue' or 'drop' or 'latest' or 'once', not 'never'"),
        ({"custom_id": "mine"}, "takes no custom_id"),
        ({"row": 1, "opens": None}, "takes no opens, row"),
    ],
)
def test_what_no_select_takes_is_refused_by_name(cls: Any, settings: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        cls(action=Paint.pick.function, **settings)
    with pytest.raises(DefinitionError, match=problem):
        select(cls=cls, **settings)(Paint.pick.function)


def test_options_belong_to_string_selects_alone() -> None:
    with pytest.raises(DefinitionError, match="takes no options"):
        UserSelect(action=Paint.pick.function, options=OPTIONS)  # pyright: ignore[reportCallIssue]
    with pytest.raises(DefinitionError, match=r"takes discord.SelectOption as its options, not 'Red'"):
        Select(action=Paint.pick.function, options=["Red"])  # pyright: ignore[reportArgumentType]


def test_the_decorator_takes_a_method_and_one_of_our_classes() -> None:
    with pytest.raises(DefinitionError, match="one of flowcord's selects"):
        select(cls=discord.ui.UserSelect)  # pyright: ignore
    with pytest.raises(DefinitionError, match="decorates a method"):
        select(options=OPTIONS)(Paint.pick)  # pyright: ignore[reportArgumentType]


@pytest.mark.case("S85")
def test_a_select_is_keyed_by_its_handler_and_arguments_as_a_button_is() -> None:
    paint = Paint()
    assert paint.pick.press.key == "pick"
    assert Select(action=paint.use, args=("brush",), options=OPTIONS).press.key == "use('brush')"
    assert Select(action=paint.use, args=("brush",), key="tool").press.key == "tool('brush')"
    with pytest.raises(DefinitionError, match="use a method, or give key="):
        Select(action=lambda ctx, values: None, options=OPTIONS)


@pytest.mark.case("S85")
def test_a_select_and_a_button_of_one_key_are_refused() -> None:
    with pytest.raises(DuplicateKeyError, match="the components pick and press have one key, 'pick'"):

        class Twice(Paint):
            @button("Press", key="pick")
            async def press(self, ctx: MenuContext) -> None: ...


def test_each_access_is_a_fresh_select_whose_options_are_its_own() -> None:
    paint = Paint()
    first, second = paint.pick, paint.pick
    first.options[0].default = True
    first.add_option(label="Green")
    assert [option.default for option in second.options] == [False, True]
    assert [option.default for option in OPTIONS] == [False, True]


async def test_a_select_is_called_as_its_handler_with_its_guard_and_in_a_pipeline() -> None:
    used: list[Any] = []

    class Tools(Menu):
        allowed = True

        def render(self) -> Screen:
            return Screen("Tools")

        @select(options=OPTIONS, guard=guard(lambda menu, ctx: menu.allowed, "no"))
        async def pick(self, ctx: MenuContext, values: list[str]) -> None:
            used.append(values)

        async def use(self, ctx: MenuContext, *given: Any) -> None:
            used.append(given)

    tools = Tools()
    ctx: Any = type("Context", (), {"menu": tools})()
    await tools.pick(ctx, ["Red"])
    passing = guard(lambda menu, ctx: True)
    await Select(action=pipeline(passing, tools.use), args=("brush",))(ctx, ["Blue"])
    await Button("Use", action=pipeline(passing, tools.use), args=("roller",))(ctx)
    assert used == [["Red"], (["Blue"], "brush"), ("roller",)]


def test_decorated_selects_are_compiled_each_in_a_row_of_its_own() -> None:
    class Mixed(Paint):
        @button("A")
        async def a(self, ctx: MenuContext) -> None: ...

        @select(cls=UserSelect, max_values=3)
        async def who(self, ctx: MenuContext, values: list[Any]) -> None: ...

        @button("B")
        async def b(self, ctx: MenuContext) -> None: ...

    made = compiled(Mixed)
    assert made is not None
    rows = [[each.get("custom_id") for each in row["components"]] for row in made.under("x:")]
    assert rows == [["x:pick"], ["x:a"], ["x:who"], ["x:b"]]
    assert made.components["pick"].choices == {"Red", "Blue"}
    assert made.components["who"].choices is None


@pytest.mark.parametrize("name", ["options", "placeholder", "disabled", "max_values", "visible"])
def test_a_select_that_asks_the_menu_is_not_compiled(name: str) -> None:
    answers: dict[str, Any] = {"options": OPTIONS, "placeholder": "Tint", "disabled": True, "max_values": 2}
    asked = {name: lambda menu: answers.get(name, True)}

    class Asking(Menu):
        def render(self) -> Screen:
            return Screen("Asking")

        @select(**{"options": OPTIONS, **asked})  # pyright: ignore
        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    assert compiled(Asking) is None
    assert getattr(Asking().pick, name) == answers.get(name, True)
