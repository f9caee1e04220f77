"""Session state end to end: shared by the menus of one run, seeded by whoever opens it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import Block, Flow, Menu, MenuContext, OptionsError, Screen, button, session_state, slash
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, simulated


class Cart(BaseModel):
    gold: int = 0
    items: list[str] = []


class Purse(Block):
    cart = session_state(Cart)

    def buy(self, item: str, price: int) -> None:
        with self.cart.edit() as cart:
            cart.gold -= price
            cart.items.append(item)


@slash("stall", description="Buy things")
class Stall(Menu):
    cart = session_state(Cart)
    purse = Purse()
    begun = -1

    def setup(self, ctx: MenuContext) -> None:
        self.begun = self.cart.current.gold

    def render(self) -> Screen:
        cart = self.cart.current
        return page("Stall", f"Gold: {cart.gold} of {self.begun}", *cart.items)

    @button("Lamp")
    async def lamp(self, ctx: MenuContext) -> None:
        self.purse.buy("lamp", 3)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Bag)


class Bag(Menu):
    content = session_state(Cart)

    def render(self) -> Screen:
        return page("Bag", *self.content.current.items)

    @button("Empty")
    async def empty(self, ctx: MenuContext) -> None:
        self.content.merge(items=[])


class Market(Flow):
    kind = "market"
    menus = (Stall, Bag)


@pytest.mark.case("S53")
async def test_what_one_menu_sets_the_other_shows_and_no_other_session_sees() -> None:
    async with simulated(Bot(Market)) as world:
        menu, second = await world.ann.open("stall"), await world.ann.open("stall")
        await world.ann.click(menu, "Lamp")
        await world.ann.click(menu, "Go")
        assert menu.lines == ["lamp"]
        await world.ann.click(menu, "Empty")
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Gold: -3 of -3"]
        await world.ann.click(second, "Lamp")
        assert second.lines == ["Gold: -3 of 0", "lamp"]


@pytest.mark.case("S53")
async def test_a_seed_is_read_in_the_first_setup() -> None:
    async with simulated(Bot(Market, D)) as world:
        menu = await world.ann.open_with(Market, session_state=[Cart(gold=5, items=["rope"])])
        assert menu.lines == ["Gold: 5 of 5", "rope"]

        async def seed_for_nobody(interaction: Any) -> None:
            with pytest.raises(OptionsError, match=r"nothing in the flow d declares session_state\(Cart\)"):
                await world.bot.flows.open(interaction, D, session_state=[Cart()])
            await interaction.response.send_message("no")

        with world.requests() as made:
            await world.ann.do(seed_for_nobody)
        assert made == ["message"]
        assert len(world.sessions) == 1
