"""/panel: one Layout; and a launcher, a button that opens it for whoever clicks, also after a restart."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord import Launcher, Layout, Menu, MenuContext, button, slash


class Pings(BaseModel):
    pings: int = 0


@slash("panel", description="A panel of components")
class Panel(Menu[Pings]):
    cancellable = True

    def render(self) -> Layout:
        pings = self.state.current.pings
        return Layout(
            discord.ui.Container(
                discord.ui.TextDisplay("## Panel"),
                discord.ui.Separator(),
                discord.ui.TextDisplay(f"Pings: {pings}"),
                self.ping,  # a decorated button stands where render names it
                self.reset,
                accent_colour=discord.Colour.blurple(),
            )
        )

    @button("Ping", style=ButtonStyle.primary)
    async def ping(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.pings += 1

    @button("Reset", disabled=lambda menu: menu.state.current.pings == 0)
    async def reset(self, ctx: MenuContext) -> None:
        self.state.reset()

    @button("Post for everybody")
    async def post(self, ctx: MenuContext) -> None:
        launcher = Launcher(Panel, label="Open my own panel", style=ButtonStyle.success)
        await ctx.flows.post(ctx.channel, content="Everybody gets a panel here.", launchers=[launcher])
