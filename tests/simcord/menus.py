"""The menu that most rules are tried on: a counter `M` that leads to a second menu `D`."""

from __future__ import annotations

import discord
from pydantic import BaseModel

from flowcord import Flow, Menu, MenuContext, Screen, button, slash

__all__ = ("Count", "D", "M", "MFlow", "page")


def page(title: str, *lines: str) -> Screen:
    """A screen of one embed."""
    return Screen(embed=discord.Embed(title=title, description="\n".join(lines)))


class Count(BaseModel):
    count: int = 0


@slash("m", description="Count, and go elsewhere")
class M(Menu[Count]):
    def render(self) -> Screen:
        return page("M", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


class D(Menu):
    def render(self) -> Screen:
        return page("D")


class MFlow(Flow):
    kind = "m"
    menus = (M, D)
