"""/draft: a wizard that a restart interrupts and `/draft` takes up again, because its state is stored."""

from __future__ import annotations

from typing import Annotated

import discord
from discord import ButtonStyle
from pydantic import BaseModel, Field

from flowcord import Behavior, Menu, MenuContext, Modal, Scope, Screen, button, client_data, slash, state

LAST_STEP = 3


class Progress(BaseModel):
    step: Annotated[int, Field(ge=1, le=LAST_STEP)] = 1
    name: str = ""


class NameForm(Modal, title="Your name"):
    name_label = discord.ui.Label(text="Name", component=discord.ui.TextInput(max_length=40))

    @property
    def name(self) -> str:
        field = self.name_label.component
        assert isinstance(field, discord.ui.TextInput)
        return field.value.strip()


@slash("draft", description="Write something in three steps")
class Draft(Menu):
    behavior = Behavior(ephemeral=True)
    progress = state(Progress, scope=Scope.SESSION)

    @client_data
    def shown(self) -> Progress:
        return self.progress.value

    def render(self) -> Screen:
        embed = discord.Embed(title=f"Step {self.shown.step} of {LAST_STEP}")
        if self.shown.name:
            embed.description = f"Name: {self.shown.name}"
        return Screen(embed=embed)

    @button("Set name", opens=NameForm)
    async def set_name(self, ctx: MenuContext, form: NameForm) -> None:
        await self.progress.patch(name=form.name)

    @button("Previous", disabled=lambda menu: menu.shown.step == 1)
    async def previous(self, ctx: MenuContext) -> None:
        await self.progress.increment(step=-1)

    @button("Next", style=ButtonStyle.primary, disabled=lambda menu: menu.shown.step == LAST_STEP)
    async def next(self, ctx: MenuContext) -> None:
        await self.progress.increment(step=1)

    @button("Finish", style=ButtonStyle.success)
    async def finish(self, ctx: MenuContext) -> None:
        await self.progress.reset()
        await ctx.close()
