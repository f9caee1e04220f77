"""/hub: two layouts that only their user sees. Back leads to the hub, also from /hub-category."""

from __future__ import annotations

from typing import Literal

import discord

from flowcord import Behavior, Button, Fallback, Flow, Layout, Menu, NoState, Options, go_to, slash

Category = Literal["news", "rules", "help"]
TEXTS: dict[Category, str] = {
    "news": "Version 1 is out.",
    "rules": "Be kind.",
    "help": "Ask in #questions.",
}


class Which(Options):
    category: Category = "news"


@slash("hub", description="Where everything begins")
class Hub(Menu):
    behavior = Behavior(ephemeral=True)

    def render(self) -> Layout:
        buttons = [
            Button(name.title(), action=go_to(CategoryPage, category=name), key="category", args=(name,))
            for name in TEXTS
        ]
        return Layout(discord.ui.Container(discord.ui.TextDisplay("## Hub"), *buttons))


@slash("hub-category", description="Straight to one category")
class CategoryPage(Menu[NoState, Which]):
    behavior = Behavior(ephemeral=True)
    fallback = Fallback(Hub)

    def render(self) -> Layout:
        category = self.options.category
        title = discord.ui.TextDisplay(f"## {category.title()}")
        return Layout(discord.ui.Container(title, discord.ui.TextDisplay(TEXTS[category])))


class HubFlow(Flow):
    kind = "hub"
    menus = (Hub, CategoryPage)
