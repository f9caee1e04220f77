"""The bot of a page."""

from __future__ import annotations

from typing import Any

import discord
from discord.ext import commands

from flowcord import Flow, FlowCord, Menu
from tests.docs.pages import Running

__all__ = ("bot_of",)


class PageBot(commands.Bot):
    """A bot with all the menus of a page that shows none of its own."""

    def __init__(self, database: str, menus: list[type[Menu[Any, Any, Any]] | type[Flow]]) -> None:
        super().__init__(command_prefix="!", intents=discord.Intents.default())
        self.flows = FlowCord(self, database=database)
        self.menus = menus

    async def setup_hook(self) -> None:
        self.flows.add(*self.menus)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


def bot_of(page: Running, database: str) -> commands.Bot:
    """The page's own bot, or one with its flows and with the commands' menus that are in none of them."""
    if hasattr(page.module, "create_bot"):
        return page.module.create_bot(database)
    defined = [
        value
        for value in vars(page.module).values()
        if isinstance(value, type) and value.__module__ == page.module.__name__
    ]
    flows = [value for value in defined if issubclass(value, Flow)]
    grouped = {menu for flow in flows for menu in flow.menus}
    alone = [value for value in defined if issubclass(value, Menu) and value.commands]
    return PageBot(database, [*flows, *(menu for menu in alone if menu not in grouped)])
