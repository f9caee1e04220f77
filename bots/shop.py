"""/shop: buttons on pages, guards whose notices are seen, and a list at three a page."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel, NonNegativeInt

from flowcord import (
    Button,
    Flow,
    Menu,
    MenuContext,
    NoState,
    Options,
    Screen,
    button,
    go_to,
    guard,
    list_pages,
    paginate,
    pipeline,
    session_state,
    slash,
)

PRICES = {
    "Sword": 40, "Shield": 35, "Bow": 30, "Helmet": 25, "Boots": 20, "Cloak": 15, "Lantern": 10,
    "Rope": 5, "Torch": 2, "Map": 12, "Compass": 18, "Potion": 8, "Ring": 60,
}  # fmt: skip


class Purse(BaseModel):
    gold: NonNegativeInt = 50
    owned: list[str] = []


class Shopping:
    """What all three menus share."""

    purse = session_state(Purse)  # one for the whole run

    def page(self, title: str, description: str) -> discord.Embed:
        return discord.Embed(title=title, description=f"{description}\n\nGold: {self.purse.current.gold}")


@slash("shop", description="Thirteen things, and fifty gold")
class Shop(Shopping, Menu):
    def render(self) -> Screen:
        items = [
            Button(f"{name} ({price})", action=go_to(Item, name=name), key="item", args=(name,))
            for name, price in PRICES.items()
        ]
        return Screen(embed=self.page("Shop", "What may it be?"), components=[paginate(*items, per_page=4)])

    @button("Inventory")
    async def inventory(self, ctx: MenuContext) -> None:
        await ctx.go_to(Inventory)


class Which(Options):
    name: str


def affordable(item: Item, ctx: MenuContext) -> bool | str:
    missing = PRICES[item.options.name] - item.purse.current.gold
    return missing <= 0 or f"You are {missing} gold short."


def new(item: Item, ctx: MenuContext) -> bool:
    return item.options.name not in item.purse.current.owned


class Item(Shopping, Menu[NoState, Which]):
    def render(self) -> Screen:
        name = self.options.name
        buy = pipeline(guard(new, "You have one already."), guard(affordable), self.pay)
        return Screen(
            embed=self.page(name, f"Price: {PRICES[name]}"),
            components=[Button("Buy", action=buy, key="buy", style=ButtonStyle.success)],
        )

    async def pay(self, ctx: MenuContext) -> None:
        name = self.options.name
        with self.purse.edit() as purse:
            purse.gold -= PRICES[name]
            purse.owned.append(name)
        ctx.notify(f"{name} is yours.")


class Inventory(Shopping, Menu):
    pages = list_pages(total=lambda menu: len(menu.purse.current.owned), per_page=3)

    def render(self) -> Screen:
        shown = self.pages.slice(self.purse.current.owned)
        return Screen(embed=self.page("Inventory", "\n".join(shown) or "Nothing yet"))


class ShopFlow(Flow):
    kind = "shop"
    menus = (Shop, Item, Inventory)
