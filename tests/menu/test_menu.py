"""Menu classes: their names, their models, and the attributes they must leave alone."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel

from flowcord import (
    Behavior,
    Block,
    DefinitionError,
    Fallback,
    Menu,
    MenuContext,
    Modal,
    Options,
    Scope,
    Screen,
    button,
    client_data,
    modal,
    resource,
)
from flowcord.menu.menu import NAME, snake_case
from flowcord.menu.options import NoState


class Count(BaseModel):
    count: int = 0


class ItemOptions(Options):
    item_id: int


# Names ---------------------------------------------------------------------------------------------


@pytest.mark.case("S8")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ItemShop", "item_shop"),
        ("Counter", "counter"),
        ("HTTPStatus", "http_status"),
        ("My2ndMenu", "my2nd_menu"),
        ("already_snake", "already_snake"),
        ("_Private", "private"),
        ("A", "a"),
    ],
)
def test_a_menus_name_is_its_class_name_in_snake_case(written: str, read: str) -> None:
    assert snake_case(written) == read
    assert type(written, (Menu,), {}).name == read


@given(st.lists(st.from_regex(r"[A-Z][a-z0-9]{0,4}", fullmatch=True), min_size=1, max_size=5))
def test_snake_case_of_words_is_the_words_joined(words: list[str]) -> None:
    name = snake_case("".join(words))
    assert name.replace("_", "") == "".join(words).lower()
    assert NAME.fullmatch(name) is not None or len(name) > 32
    assert snake_case(name) == name


@pytest.mark.case("S8")
@pytest.mark.parametrize("name", ["My:Menu", "", "UPPER", "1st", "x" * 33, "späti", None, 3])
def test_a_name_that_no_id_can_carry_is_refused_when_the_class_is_made(name: Any) -> None:
    with pytest.raises(DefinitionError, match=r"Shop\.name is .*: set one that matches"):
        type("Shop", (Menu,), {"name": name})


def test_a_subclass_has_a_name_of_its_own() -> None:
    class Base(Menu):
        name = "somewhere"

    class Derived(Base):
        pass

    assert Derived.name == "derived"


# Type parameters -----------------------------------------------------------------------------------


def test_the_models_are_the_type_parameters_and_each_has_a_default() -> None:
    class Plain(Menu):
        pass

    class Stateful(Menu[Count]):
        pass

    class Open(Menu[Any, ItemOptions]):
        pass

    class Full(Menu[Count, ItemOptions, int]):
        pass

    for menu, state, options in (
        (Plain, NoState, Options),
        (Stateful, Count, Options),
        (Open, NoState, ItemOptions),
        (Full, Count, ItemOptions),
    ):
        assert (menu.shape.state, menu.shape.options) == (state, options)


@pytest.mark.case("S46")
def test_the_models_of_a_base_class_are_inherited() -> None:
    class Base(Menu[Count, ItemOptions]):
        pass

    class Derived(Base):
        pass

    assert (Derived.shape.state, Derived.shape.options) == (Count, ItemOptions)


StateT = TypeVar("StateT", bound=BaseModel)
FirstT = TypeVar("FirstT")
OptionsT = TypeVar("OptionsT", bound=Options)


@pytest.mark.case("S46")
def test_a_generic_base_class_hands_its_parameters_on() -> None:
    class Base(Menu[StateT], Generic[StateT]):
        pass

    class Derived(Base[Count]):
        pass

    class Swapped(Menu[StateT, OptionsT], Generic[OptionsT, FirstT, StateT]):
        pass

    class Half(Swapped[ItemOptions, str, StateT], Generic[StateT]):
        pass

    class Whole(Half[Count]):
        pass

    assert Base.shape.state is NoState
    assert Derived.shape.state is Count
    assert (Half.shape.state, Half.shape.options) == (NoState, ItemOptions)
    assert (Whole.shape.state, Whole.shape.options) == (Count, ItemOptions)


def test_a_type_parameter_that_is_no_model_is_refused() -> None:
    with pytest.raises(DefinitionError, match="Odd: the model of its state derives from BaseModel"):

        class Odd(Menu[int]):  # pyright: ignore[reportInvalidTypeArguments]
            pass

    with pytest.raises(DefinitionError, match="Odder: the model of its options derives from Opt"):

        class Odder(Menu[Count, Count]):  # pyright: ignore[reportInvalidTypeArguments]
            pass

    with pytest.raises(DefinitionError, match=r"Oddest: .*ForwardRef\('Count'\) does not"):

        class Oddest(Menu["Count"]):
            pass


def test_a_state_that_cannot_begin_by_itself_is_refused_with_its_fields() -> None:
    class Needy(BaseModel):
        given: int
        also: str
        free: int = 0

    with pytest.raises(DefinitionError, match="Needing: its state begins without given, also: give each"):

        class Needing(Menu[Needy]):
            pass


# Attributes of FlowCord's --------------------------------------------------------------------------


class Form(Modal):
    pass


async def handler(self: Any, ctx: MenuContext) -> None: ...


def entry(self: Any) -> int:
    return 1


@pytest.mark.case("S46")
@pytest.mark.parametrize("name", ["state", "options", "session", "flow", "complete", "commands", "shape"])
@pytest.mark.parametrize("value", [3, handler, button("x")(handler)], ids=["value", "method", "button"])
def test_an_attribute_that_shadows_one_of_flowcords_is_refused(name: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=rf"Shop\.{name} shadows an attribute of FlowCord's Menu"):
        type("Shop", (Menu,), {name: value})
    with pytest.raises(DefinitionError, match=rf"Mixin\.{name} shadows"):
        type("Shop", (type("Mixin", (), {name: value}), Menu), {})


@pytest.mark.case("S46")
@pytest.mark.parametrize("name", ["keep", "isolate", "upgrades"])
@pytest.mark.parametrize("value", [handler, button("x")(handler)], ids=["method", "button"])
def test_a_handler_is_not_named_like_what_a_menu_says_of_its_stored_data(name: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=rf"Shop\.{name} shadows"):
        type("Shop", (Menu,), {name: value})


@pytest.mark.case("S46")
def test_an_annotation_that_shadows_is_refused_too() -> None:
    with pytest.raises(DefinitionError, match=r"Shop\.session shadows"):

        class Shop(Menu):
            session: int  # pyright: ignore


@pytest.mark.case("S46")
@pytest.mark.parametrize("name", ["setup", "on_enter", "on_action", "render", "name", "tracked", "fallback"])
def test_a_declared_member_named_like_a_hook_or_a_setting_is_refused(name: str) -> None:
    for declared in (
        button("x")(handler),
        modal(Form)(lambda self, ctx, form: None),
        client_data(entry),
        resource(Count, scope=Scope.USER),
    ):
        with pytest.raises(DefinitionError, match=rf"Shop\.{name} shadows"):
            type("Shop", (Menu,), {name: declared})


@pytest.mark.case("S46")
def test_settings_hooks_and_helpers_are_a_classes_own() -> None:
    class Base(Menu):
        tracked = False
        behavior = Behavior(timeout=60)

        def on_enter(self, ctx: MenuContext) -> None: ...

        def helper(self) -> int:
            return 4

    class Derived(Base):
        async def setup(self, ctx: MenuContext) -> None: ...

        def render(self) -> Screen:
            return Screen(str(self.helper()))

    assert Derived.shape.hooks == {"setup", "on_enter"}
    assert Derived().render().content == "4"
    assert Derived.tracked is False


@pytest.mark.parametrize("attribute", ["behavior", "override_behavior"])
def test_a_behavior_that_is_none_is_refused(attribute: str) -> None:
    with pytest.raises(DefinitionError, match=rf"Shop\.{attribute} is a Behavior"):
        type("Shop", (Menu,), {attribute: {"timeout": 3}})


def test_a_fallback_is_wrapped() -> None:
    class Home(Menu):
        pass

    with pytest.raises(DefinitionError, match=r"Item\.fallback is Fallback\(Menu\)"):
        type("Item", (Menu,), {"fallback": Home})
    assert type("Item", (Menu,), {"fallback": Fallback(Home)}).fallback.menu is Home


def test_a_menu_is_a_block() -> None:
    assert issubclass(Menu, Block)
