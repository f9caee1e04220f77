"""The menus of the session tests: M counts and leads to D, which has a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from pydantic import BaseModel

from flowcord import Flow, Menu, MenuContext, MenuSession, Modal, Options, Screen, button
from flowcord.menu.actions import call
from tests.bed import Bed

__all__ = ("Count", "D", "M", "NameForm", "do", "flow")


class Count(BaseModel):
    count: int = 0


class NameForm(Modal, title="Your name"):
    name: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Name", custom_id="name")


class D(Menu[Count, Options, int]):
    def render(self) -> Screen:
        return Screen("D")

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        await self.complete(ctx, 7)


class M(Menu[Count]):
    def render(self) -> Screen:
        return Screen(f"M {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to("d")

    @button("Close")
    async def close_it(self, ctx: MenuContext) -> None:
        await ctx.close()

    @button("Do")
    async def do_it(self, ctx: MenuContext) -> None:
        await call(_scripts.pop(), ctx)


_scripts: list[Callable[[Any], Any]] = []


async def do(bed: Bed, session: MenuSession, script: Callable[[Any], Any], seconds: float = 0) -> None:
    """Run `script(ctx)` as the handler of a click."""
    _scripts.append(script)
    bed.press(session, "Do")
    await bed.advance(seconds)


def flow(*menus: type[Menu[Any, Any, Any]], **attributes: Any) -> type[Flow]:
    """A flow of these menus."""
    return type("Front", (Flow,), {"menus": menus, **attributes})
