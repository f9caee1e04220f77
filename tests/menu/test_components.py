"""Buttons: their keys, what they refuse, and what a class makes of decorated methods."""

from __future__ import annotations

import enum
from typing import Any

import discord
import pytest
from discord import ButtonStyle
from hypothesis import example, given, strategies as st

from flowcord import (
    Button,
    DefinitionError,
    DuplicateKeyError,
    Menu,
    MenuContext,
    Modal,
    Options,
    Screen,
    button,
    go_back,
    go_to,
    guard,
    modal,
    pipeline,
)
from flowcord.menu.actions import component_key
from flowcord.menu.declaring import ask_ahead


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Size(enum.IntEnum):
    ONE = 1


class NameForm(Modal, title="Your name"):
    name: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Name")


def press_of(made: Button) -> Any:
    assert made.press is not None
    return made.press


class Shop(Menu):
    def render(self) -> Screen:
        return Screen("Shop")

    async def buy(self, ctx: MenuContext, item: str) -> None: ...

    async def sell(self, ctx: MenuContext, item: str) -> None: ...


# Keys ----------------------------------------------------------------------------------------------

arguments = st.tuples() | st.lists(
    st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([*Color, *Size]), max_size=3
).map(tuple)


def tagged(values: tuple[Any, ...]) -> list[tuple[type, Any]]:
    return [(type(value), value) for value in values]


@pytest.mark.case("S87")
@given(arguments, arguments)
@example((1,), ("1",))
@example((1,), (True,))
@example(("True",), (True,))
@example((1,), (Size.ONE,))
@example(("a','b",), ("a", "b"))
@example(("a,b",), ("a", "b"))
def test_keys_are_equal_only_for_equal_arguments_of_equal_types(
    one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    assert (component_key("buy", one) == component_key("buy", other)) == (tagged(one) == tagged(other))


@pytest.mark.case("S87")
def test_a_key_is_the_handlers_name_and_the_arguments() -> None:
    shop = Shop()
    keys = [
        press_of(Button("x", action=action, args=args)).key
        for action in (shop.buy, shop.sell)
        for args in ((), ("sword",), ("shield",))
    ]
    assert keys == ["buy", "buy('sword')", "buy('shield')", "sell", "sell('sword')", "sell('shield')"]
    assert press_of(Button("x", action=shop.buy, key="other", args=("sword",))).key == "other('sword')"


def test_arguments_are_plain_values() -> None:
    with pytest.raises(DefinitionError, match="an argument of buy is a float: use str, int, bool or an enum"):
        Button("x", action=Shop().buy, args=(1.5,))  # pyright: ignore[reportArgumentType]


@pytest.mark.case("S85")
def test_a_handler_without_a_lasting_name_needs_a_key() -> None:
    async def local(ctx: MenuContext) -> None: ...

    for handler in (lambda ctx: None, local):
        with pytest.raises(DefinitionError, match="no lasting name"):
            Button("x", action=handler)
        assert press_of(Button("x", action=handler, key="mine")).key == "mine"


def test_a_method_has_a_lasting_name_wherever_its_class_was_made() -> None:
    class Local(Menu):
        async def buy(self, ctx: MenuContext) -> None: ...

    assert press_of(Button("x", action=Local().buy)).key == "buy"


def test_ready_made_actions_name_what_they_do() -> None:
    for action, key in (
        (go_back(), "go_back"),
        (go_to(Shop), "go_to.shop"),
        (go_to("item"), "go_to.item"),
        (pipeline(go_to("item"), go_back()), "go_to.item+go_back"),
        (pipeline(), "nothing"),
    ):
        assert press_of(Button("x", action=action)).key == key


def test_going_to_one_menu_with_different_options_is_different_buttons() -> None:
    keys = {press_of(Button("x", action=go_to("item", item_id=number))).key for number in (1, 2, True)}
    assert len(keys) == 3


# What buttons refuse -------------------------------------------------------------------------------


@pytest.mark.case("S84")
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"opens": discord.ui.Modal}, "not a flowcord.Modal"),
        ({"opens": Options}, "not a flowcord.Modal: form(Options) makes one of it"),
        ({"action": go_back(), "guard": lambda menu, ctx: True}, "takes guard=guard"),
        ({"action": go_back(), "clicks": "often"}, "takes clicks="),
        ({"action": go_back(), "fixed": "middle"}, "takes fixed='start' or 'end', not 'middle'"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_by_the_label(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match="Button 'Buy' ") as caught:
        Button("Buy", **settings)
    assert problem in str(caught.value)
    with pytest.raises(DefinitionError, match="Button '🗑' "):
        Button(emoji="🗑", **settings)


@pytest.mark.case("S84")
@pytest.mark.parametrize(
    "settings",
    [
        {"action": go_back()},
        {"opens": NameForm},
        {"url": "https://example.com"},
        {"disabled": True},
        {"disabled": True, "action": go_back()},
        {"disabled": True, "url": "https://example.com"},
        {"action": go_back(), "guard": guard(lambda menu, ctx: True), "clicks": "drop"},
        {"action": go_back(), "fixed": "end"},
    ],
)
def test_a_consistent_button_is_accepted(settings: dict[str, Any]) -> None:
    made = Button("Buy", **settings)
    assert made.problem is None
    assert (made.press is None) == ("url" in settings)


def test_a_premium_button_is_discords() -> None:
    made = Button(sku_id=12)
    assert (made.problem, made.press) == (None, None)
    assert made.to_component_dict() == {"type": 2, "style": 6, "disabled": False, "sku_id": "12"}


# Decorated methods ---------------------------------------------------------------------------------


def buttons_of(menu: type[Menu[Any, Any, Any]]) -> list[str]:
    return [declaration.name for declaration in menu.shape.components]


class Base(Menu):
    @button("First")
    async def first(self, ctx: MenuContext) -> None: ...

    @button("Second")
    async def second(self, ctx: MenuContext) -> None: ...


@pytest.mark.case("S46")
def test_decorated_buttons_stand_in_order_of_declaration_those_of_bases_first() -> None:
    class Derived(Base):
        @button("Third")
        async def third(self, ctx: MenuContext) -> None: ...

        @button("Another first")
        async def first(self, ctx: MenuContext) -> None: ...

    assert buttons_of(Derived) == ["first", "second", "third"]
    assert Derived().first.label == "Another first"
    assert buttons_of(Base) == ["first", "second"]


def test_a_subclass_takes_a_button_away_by_rebinding_its_name() -> None:
    class Without(Base):
        first = None

    assert buttons_of(Without) == ["second"]


@pytest.mark.case("S85")
def test_two_decorated_buttons_of_one_key_are_refused_with_both_names() -> None:
    with pytest.raises(DuplicateKeyError, match="the components buy and sell have one key, 'trade'"):

        class Trade(Menu):
            @button("Buy", key="trade")
            async def buy(self, ctx: MenuContext) -> None: ...

            @button("Sell", key="trade")
            async def sell(self, ctx: MenuContext) -> None: ...


def test_only_methods_are_decorated() -> None:
    with pytest.raises(DefinitionError, match="@button decorates a method"):
        button("x")(go_back())  # pyright: ignore[reportArgumentType]
    with pytest.raises(DefinitionError, match="@button decorates a method"):
        button("x")(button("y")(Shop.on_enter))  # pyright: ignore[reportArgumentType]


@pytest.mark.case("S84")
def test_a_decorated_button_that_contradicts_itself_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(DefinitionError, match=r"Links\.docs: the button cannot have the style link"):

        class Links(Menu):
            @button("Docs", style=ButtonStyle.link)
            async def docs(self, ctx: MenuContext) -> None: ...


@pytest.mark.case("S88")
def test_naming_a_decorated_button_gives_a_fresh_item_each_time() -> None:
    base = Base()
    assert base.first is not base.first
    assert isinstance(base.first, Button)


def test_labels_disabling_and_visibility_may_depend_on_the_menu() -> None:
    class Ammo(Menu):
        left = 2

        @button(lambda self: f"{self.left} left", disabled=lambda self: self.left == 0)
        async def fire(self, ctx: MenuContext) -> None: ...

        @button("Reload", visible=lambda self: self.left == 0)
        async def reload(self, ctx: MenuContext) -> None: ...

    ammo = Ammo()
    fire, reload = Ammo.shape.components
    assert (ammo.fire.label, ammo.fire.disabled, reload.item(ammo)) == ("2 left", False, None)
    ammo.left = 0
    assert (ammo.fire.label, ammo.fire.disabled) == ("0 left", True)
    assert reload.item(ammo) is not None
    assert fire.template is None


def test_a_button_that_is_named_knows_whether_it_is_visible() -> None:
    class Ammo(Menu):
        left = 2

        @button("Reload", visible=lambda self: self.left == 0)
        async def reload(self, ctx: MenuContext) -> None: ...

        @button("Gone", visible=False)
        async def gone(self, ctx: MenuContext) -> None: ...

    ammo = Ammo()
    assert (ammo.reload.visible, ammo.gone.visible, Ammo.shape.components[1].item(ammo)) == (
        False,
        False,
        None,
    )
    ammo.left = 0
    assert ammo.reload.visible


async def test_what_depends_on_the_menu_may_be_a_coroutine_function() -> None:
    class Ammo(Menu):
        left = 2

        async def label(self) -> str:
            return f"{self.left} left"

        async def is_empty(self) -> bool:
            return self.left == 0

        @button(label, disabled=is_empty)
        async def fire(self, ctx: MenuContext) -> None: ...

        @button("Reload", visible=is_empty)
        async def reload(self, ctx: MenuContext) -> None: ...

    ammo = Ammo()
    for left, labels in ((2, ["2 left"]), (0, ["0 left", "Reload"])):
        ammo.left = left
        await ask_ahead(ammo)
        shown = [each.item(ammo) for each in Ammo.shape.components]
        assert [each.label for each in shown if each is not None] == labels
        assert ammo.fire.disabled == (left == 0)


def test_a_function_that_gives_something_to_await_is_told_what_it_has_to_be() -> None:
    async def label(menu: Any) -> str:
        return "late"

    class Late(Menu):
        @button(lambda self: label(self))
        async def fire(self, ctx: MenuContext) -> None: ...

    with pytest.raises(DefinitionError, match=r"Late\.fire: label is asked .* coroutine function"):
        _ = Late().fire


# Forms ---------------------------------------------------------------------------------------------


def test_a_modal_handler_is_for_a_form() -> None:
    with pytest.raises(DefinitionError, match="@modal takes a subclass of Modal"):
        modal(discord.ui.Modal)  # pyright: ignore[reportArgumentType]


def test_a_form_has_one_handler() -> None:
    with pytest.raises(DefinitionError, match=r"Twice\.second: NameForm has two handlers"):

        class Twice(Menu):
            @modal(NameForm)
            async def first(self, ctx: MenuContext, form: NameForm) -> None: ...

            @modal(NameForm)
            async def second(self, ctx: MenuContext, form: NameForm) -> None: ...


def test_a_form_without_a_title_is_called_like_its_class() -> None:
    class Feedback(Modal):
        pass

    assert Feedback().title == "Feedback"
    assert NameForm().title == "Your name"


@pytest.mark.case("S146")
@pytest.mark.parametrize("title", ["", "x" * 46])
def test_a_title_that_discord_does_not_take_is_refused_when_the_form_is_made(title: str) -> None:
    with pytest.raises(
        DefinitionError, match=rf"Feedback: its title has {len(title)} characters, not 1 to 45"
    ):

        class Feedback(Modal, title=title):
            pass
