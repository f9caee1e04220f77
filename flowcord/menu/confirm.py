"""Confirm: FlowCord's own menu with a question, Yes and No. It is in every flow."""

from __future__ import annotations

from discord import ButtonStyle
from pydantic import Field

from flowcord.menu.components import Button
from flowcord.menu.context import MenuContext
from flowcord.menu.menu import Menu
from flowcord.menu.options import NoState, Options
from flowcord.menu.screen import Screen

__all__ = ("Confirm", "ConfirmOptions")


class ConfirmOptions(Options):
    """What is asked, and the labels of the answers; `danger` makes the first one red."""

    text: str = Field(min_length=1, max_length=2000)
    yes: str = Field(min_length=1, max_length=80)
    no: str = Field(min_length=1, max_length=80)
    danger: bool


class Confirm(Menu[NoState, ConfirmOptions, bool]):
    """Asked by `ctx.confirm`. It behaves and speaks as the menu that asks."""

    def render(self) -> Screen:
        return Screen(self.options.text, components=self._answers())

    def _answers(self) -> list[Button]:
        options = self.options
        style = ButtonStyle.danger if options.danger else ButtonStyle.primary
        return [
            Button(options.yes, action=self.answer, args=(True,), style=style),
            Button(options.no, action=self.answer, args=(False,)),
        ]

    async def answer(self, ctx: MenuContext, yes: bool) -> None:
        """Return the answer to the handler that asked."""
        await self.complete(ctx, yes)
