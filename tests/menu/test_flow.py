"""Flows: which menus they have, found by class and by name, and what is refused when they are added."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import (
    Behavior,
    DefinitionError,
    DuplicateMenuError,
    Fallback,
    Flow,
    Menu,
    Options,
    OptionsError,
    Screen,
    UnknownMenuError,
)
from flowcord.menu.flow import FlowDefinition


class Home(Menu):
    def render(self) -> Screen:
        return Screen("Home")


class ItemOptions(Options):
    item_id: int = 1


class Item(Menu[Any, ItemOptions]):
    def render(self) -> Screen:
        return Screen("Item")


class Stranger(Menu):
    def render(self) -> Screen:
        return Screen("Stranger")


class Shop(Flow):
    menus = (Home, Item)


def define(added: Any) -> FlowDefinition:
    return FlowDefinition(added, default=Behavior(), override=Behavior())


def flow(*menus: Any, **attributes: Any) -> type[Flow]:
    return type("Shop", (Flow,), {"menus": menus, **attributes})


def menu(class_name: str, /, **attributes: Any) -> type[Menu]:
    return type(class_name, (Home,), attributes)


def test_the_first_menu_is_the_entry() -> None:
    definition = define(Shop)
    assert (definition.kind, definition.entry, list(definition.menus)) == ("shop", Home, ["home", "item"])


@pytest.mark.case("S8a")
def test_a_menu_added_alone_is_a_flow_of_one_named_like_it() -> None:
    definition = define(Item)
    assert (definition.kind, definition.entry, definition.flow) == ("item", Item, Flow)
    assert definition.make_flow() is definition.make_flow()
    assert define(Shop).make_flow() is not define(Shop).make_flow()


@pytest.mark.case("S64")
def test_menus_are_found_by_class_and_by_name_and_others_are_unknown() -> None:
    definition = define(Shop)
    assert definition.find(Item) is definition.find("item") is Item
    for unknown in (Stranger, "stranger"):
        with pytest.raises(UnknownMenuError, match=r"flow shop has no menu [Ss]tranger; it has home, item"):
            definition.find(unknown)


@pytest.mark.case("S64")
@pytest.mark.parametrize("way", [Item(), None, Flow, 42])
def test_what_is_no_menu_leads_nowhere_and_is_named(way: Any) -> None:
    with pytest.raises(UnknownMenuError, match="a subclass of Menu or to a menu's name, not to "):
        define(Shop).find(way)


@pytest.mark.case("S64")
def test_another_menu_of_the_same_name_is_unknown() -> None:
    namesake = menu("Item")
    assert namesake.name == "item"
    with pytest.raises(UnknownMenuError):
        define(Shop).find(namesake)


@pytest.mark.case("S8")
def test_two_menus_of_one_name_in_a_flow_are_refused_with_both() -> None:
    with pytest.raises(DuplicateMenuError, match=r"shop: Item and .* are both named 'item'; set the name"):
        define(flow(Home, Item, menu("Other", name="item")))
    define(flow(Home, Item, Item))


@pytest.mark.case("S8")
@pytest.mark.parametrize("kind", ["Shop", "shop:front", "", None])
def test_a_kind_that_no_id_can_carry_is_refused_when_the_class_is_made(kind: Any) -> None:
    with pytest.raises(DefinitionError, match=r"Shop\.kind is .*: set one that matches"):
        flow(Home, kind=kind)


@pytest.mark.parametrize("menus", [(), [], Home, None, {Home}])
def test_a_flow_without_menus_is_refused(menus: Any) -> None:
    with pytest.raises(DefinitionError, match=r"shop: menus is .*; list at least"):
        define(type("Shop", (Flow,), {"menus": menus}))


@pytest.mark.parametrize("member", ["home", 3, Menu, Flow, Screen("x")])
def test_a_flow_of_something_else_than_menus_is_refused(member: Any) -> None:
    with pytest.raises(DefinitionError, match="which is not a subclass of Menu"):
        define(flow(Home, member))


def test_a_menu_that_shows_nothing_is_refused() -> None:
    blank = type("Blank", (Menu,), {})
    with pytest.raises(DefinitionError, match=r"Blank has no render\(\)"):
        define(flow(Home, blank))


def test_a_flow_is_not_set_up() -> None:
    with pytest.raises(DefinitionError, match=r"Shop\.setup: only menus are set up"):
        flow(Home, setup=lambda self, ctx: None)


def test_the_hooks_of_a_flow_are_those_its_class_defines() -> None:
    assert define(flow(Home, on_enter=lambda self, ctx: None)).hooks == {"on_enter"}
    assert define(Shop).hooks == define(Home).hooks == frozenset()


def test_a_behavior_that_is_none_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"Shop\.behavior is a Behavior"):
        flow(Home, behavior=60)


# Fallbacks -----------------------------------------------------------------------------------------


@pytest.mark.case("S62")
@pytest.mark.parametrize("target", [Item, "item"])
def test_a_fallback_leads_to_a_menu_of_the_flow(target: Any) -> None:
    define(flow(Home, Item, menu("Deep", fallback=Fallback(target, item_id=4))))


@pytest.mark.parametrize("target", [Stranger, "stranger"])
def test_a_fallback_out_of_the_flow_is_refused_when_it_is_added(target: Any) -> None:
    deep = menu("Deep", fallback=Fallback(target))
    with pytest.raises(UnknownMenuError, match="no menu") as caught:
        define(flow(Home, deep))
    assert "as the fallback of Deep in the flow shop" in caught.value.__notes__


def test_a_fallback_with_options_that_do_not_validate_is_refused_when_it_is_added() -> None:
    with pytest.raises(OptionsError) as caught:
        define(flow(Home, Item, menu("Deep", fallback=Fallback(Item, item_id="one"))))
    assert set(caught.value.fields) == {"item_id"}
    assert "as the fallback of Deep in the flow shop" in caught.value.__notes__
