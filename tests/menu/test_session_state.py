"""Session state as it is declared: what a model has to be, and where a declaration may stand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import (
    Block,
    DefinitionError,
    Flow,
    Menu,
    OptionsError,
    Scope,
    StateValidationError,
    session_state,
    state,
)
from flowcord.menu.session_state import bind_shared, seeded, shared_by


class Cart(BaseModel):
    gold: int = 0
    items: list[str] = []


class Other(BaseModel):
    n: int = 0


class Needing(BaseModel):
    n: int
    m: str


class Basket(Block):
    cart = session_state(Cart)


class Outer(Block):
    inner = Basket()
    others: Any = ({"x": Basket()},)


def test_a_model_is_wanted_whose_fields_all_have_defaults() -> None:
    with pytest.raises(DefinitionError, match="takes a pydantic model class"):
        session_state(int)  # pyright: ignore
    with pytest.raises(DefinitionError, match=r"session_state\(Needing\).*n, m.*default"):
        session_state(Needing)


@pytest.mark.case("S53")
def test_what_a_flow_shares_is_found_in_menus_blocks_bases_and_the_flow_itself() -> None:
    class Base(Menu):
        other = session_state(Other)

    class Sub(Base):
        outer = Outer()

    class Front(Flow):
        menus = (Sub,)
        needless = None

    assert shared_by((Sub,)) == {Cart, Other}
    assert shared_by((Front,)) == frozenset()
    assert shared_by((type("WithCart", (Front,), {"cart": session_state(Cart)}),)) == {Cart}
    assert shared_by((type("Less", (Base,), {"other": None}),)) == frozenset()


@pytest.mark.case("S53")
def test_outside_of_a_session_a_declaration_says_where_it_belongs() -> None:
    class Shop(Menu):
        cart = session_state(Cart)

    with pytest.raises(DefinitionError, match=r"Shop\.cart belongs to a session, and this Shop to none"):
        _ = Shop().cart
    with pytest.raises(DefinitionError, match=r"Basket\.cart"):
        _ = Basket().cart
    assert repr(Shop.cart) == "<session state Shop.cart Cart>"
    assert Shop.cart.model is Cart


@pytest.mark.case("S46")
@pytest.mark.parametrize(
    "name", ["state", "options", "session", "flow", "shape", "complete", "behavior", "setup"]
)
def test_a_declaration_does_not_shadow_what_is_the_menus(name: str) -> None:
    with pytest.raises(DefinitionError, match=f"Shop.{name} shadows"):
        type("Shop", (Menu,), {name: session_state(Cart)})


@pytest.mark.case("S46")
@pytest.mark.parametrize("name", ["kind", "menus", "keep", "behavior", "on_enter"])
@pytest.mark.parametrize("declared", [session_state(Cart), state(Cart, scope=Scope.USER)], ids=repr)
def test_a_declaration_does_not_shadow_what_is_the_flows(name: str, declared: Any) -> None:
    with pytest.raises(DefinitionError, match=f"Front.{name} shadows"):
        type("Front", (Flow,), {name: declared})


def test_instances_of_one_session_share_and_what_a_block_replaced_stays() -> None:
    class Own(Block):
        cart = session_state(Cart)

        def __init__(self) -> None:
            vars(self)["cart"] = "mine"

    shared: Any = {}
    one, two, own = Basket(), Basket(), Own()
    bind_shared((one, two, own), shared)
    assert one.cart is two.cart is shared[Cart]
    assert own.cart == "mine"


@pytest.mark.case("S53")
def test_seeds_are_what_a_flow_declares_each_once_and_valid() -> None:
    gold = Cart(gold=5, items=["x"])
    begun = seeded("shop", frozenset({Cart, Other}), [gold])
    assert begun is not None
    gold.items.append("y")
    assert begun[Cart].current == Cart(gold=5, items=["x"])
    again = seeded("shop", frozenset({Cart}), [begun[Cart].current])
    assert again is not None
    assert again[Cart].current.gold == 5
    assert seeded("shop", frozenset({Cart}), ()) is None
    with pytest.raises(OptionsError, match=r"the flow shop declares session_state\(Other\); declared: Cart"):
        seeded("shop", frozenset({Cart}), [Other()])
    with pytest.raises(OptionsError, match="Cart is given twice"):
        seeded("shop", frozenset({Cart}), [Cart(), Cart()])
    with pytest.raises(StateValidationError, match="gold"):
        seeded("shop", frozenset({Cart}), [Cart.model_construct(gold="much")])
