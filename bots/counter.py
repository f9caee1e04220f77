"""/counter: menu state, which is gone when the menu closes, beside a number that stays."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel, NonNegativeInt

from flowcord import Menu, MenuContext, Scope, Screen, button, client_data, slash, state


class CounterState(BaseModel):
    count: int = 0  # gone when the menu closes


class Lifetime(BaseModel):
    clicks: NonNegativeInt = 0  # one per user, in Postgres


@slash("counter", description="Count your clicks")
class Counter(Menu[CounterState]):
    lifetime = state(Lifetime, scope=Scope.USER)

    @client_data
    def clicks(self) -> int:
        return self.lifetime.value.clicks

    def render(self) -> Screen:
        lines = f"Count: {self.state.current.count}\nLifetime: {self.clicks}"
        return Screen(embed=discord.Embed(title="Counter", description=lines))

    @button("+1", style=ButtonStyle.primary)
    async def increment(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1
        await self.lifetime.increment(clicks=1)

    @button("Reset")
    async def start_over(self, ctx: MenuContext) -> None:
        self.state.reset()

    @button("Close", style=ButtonStyle.danger)
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()
