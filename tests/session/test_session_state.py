"""Session state: one accessor for each model, for every menu, block and the flow of one session."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import Block, Flow, Menu, MenuContext, OptionsError, Screen, StateValidationError, session_state
from tests.bed import opened
from tests.session.menus import D, M, do, flow


class Cart(BaseModel):
    gold: int = 0


class Purse(Block):
    cart = session_state(Cart)

    def earn(self, gold: int) -> None:
        self.cart.merge(gold=self.cart.current.gold + gold)


class Shop(M):
    purse = Purse()
    cart = session_state(Cart)
    begun: list[int] = []

    def setup(self, ctx: MenuContext) -> None:
        self.begun.append(self.cart.current.gold)

    def render(self) -> Screen:
        return Screen(f"Shop {self.cart.current.gold}")


class Till(D):
    money = session_state(Cart)

    def render(self) -> Screen:
        return Screen(f"Till {self.money.current.gold}")


class ShopFlow(Flow):
    menus = (Shop, Till, M)
    purse = Purse()
    total = session_state(Cart)

    def on_enter(self, ctx: MenuContext) -> None:
        self.purse.earn(1)


@pytest.mark.case("S53")
async def test_every_declaration_of_a_model_in_a_session_is_one_accessor() -> None:
    async with opened(ShopFlow) as bed:
        session = await bed.open(Shop)
        shop: Any = session.menu
        other = await bed.open(Shop)

        async def spend(ctx: MenuContext) -> None:
            shop.purse.earn(10)
            await ctx.go_to(Till)

        await do(bed, session, spend)
        flow_of_it: Any = session.flow
        assert shop.cart is shop.purse.cart is flow_of_it.total is flow_of_it.purse.cart
        assert session.menu.money is shop.cart  # pyright: ignore
        assert bed.shown(session).content == "Till 12"
        assert bed.shown(other).content == "Shop 1"
        await bed.click(session, "Back")
        assert bed.shown(session).content == "Shop 13"


@pytest.mark.case("S53")
async def test_a_seed_is_there_in_the_first_setup_and_is_the_sessions_own() -> None:
    Shop.begun = []
    seed = Cart(gold=5)
    async with opened(flow(Shop)) as bed:
        session = await bed.open(Shop, session_state=[seed])
        second = await bed.open(Shop, session_state=(seed,))
        third = await bed.open(Shop)
        assert Shop.begun == [5, 5, 0]
        await do(bed, session, lambda ctx: ctx.menu.purse.earn(1))
        shown = [bed.shown(each).content for each in (session, second, third)]
        assert shown == ["Shop 6", "Shop 5", "Shop 0"]


@pytest.mark.case("S53")
@pytest.mark.parametrize(
    ("seeds", "error"),
    [
        ([Cart(), Cart()], OptionsError),
        ([Cart.model_construct(gold="much")], StateValidationError),
        (["Cart"], OptionsError),
    ],
)
async def test_a_seed_that_cannot_be_opens_nothing(seeds: Any, error: type[Exception]) -> None:
    async with opened(flow(Shop), D) as bed:
        with pytest.raises(error):
            await bed.open(Shop, session_state=seeds)
        with pytest.raises(OptionsError, match=r"nothing in the flow d declares session_state\(Cart\)"):
            await bed.open(D, session_state=[Cart()])
        assert (bed.flows.sessions, bed.wire.calls) == ([], [])
        bed.wire.arrived.clear()  # the commands are the test's own, and nobody else answers them


async def test_a_session_of_menus_that_share_nothing_keeps_nothing() -> None:
    async with opened(flow(M, D), flow(Shop, kind="shops")) as bed:
        session = await bed.open(bed.flows.flows["front"].flow)
        await bed.click(session, "Go")
        assert session.shared is None


async def test_what_is_shared_lives_as_long_as_the_session() -> None:
    class Lazy(Menu):
        def render(self) -> Screen:
            return Screen("nothing yet")

    async with opened(flow(Lazy, Shop)) as bed:
        session = await bed.open(Lazy, session_state=[Cart(gold=2)])
        assert list(session.shared or {}) == [Cart]
