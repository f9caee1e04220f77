"""Confirm: FlowCord's own menu with a question, Yes and No. It is in every flow."""

from __future__ import annotations

from typing import Any

import discord
from pydantic import Field

from flowcord.menu.access import Access
from flowcord.menu.components import Button
from flowcord.menu.context import MenuContext
from flowcord.menu.layout import Layout
from flowcord.menu.menu import Menu
from flowcord.menu.options import NoState, Options
from flowcord.menu.screen import Screen

__all__ = ("Confirm", "ConfirmOptions")


class ConfirmOptions(Options):
    """What is asked, the labels of the answers, and who may give them; `danger` makes the first one red."""

    text: str = Field(min_length=1, max_length=2000)
    yes: str = Field(min_length=1, max_length=80)
    no: str = Field(min_length=1, max_length=80)
    danger: bool
    layout: bool
    access: Access | None


class Confirm(Menu[NoState, ConfirmOptions, bool]):
    """Asked by `ctx.confirm`. It behaves and speaks as the menu that asks."""

    def render(self) -> Screen | Layout:
        options = self.options
        style = discord.ButtonStyle.danger if options.danger else discord.ButtonStyle.primary
        answers: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
            Button(options.yes, action=self.answer, args=(True,), style=style, access=options.access),
            Button(options.no, action=self.answer, args=(False,), access=options.access),
        )
        if options.layout:
            text: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay(options.text)
            return Layout(text, answers)
        return Screen(options.text, components=[answers])

    async def answer(self, ctx: MenuContext, yes: bool) -> None:
        """Return the answer to the handler that asked."""
        await self.complete(ctx, yes)
