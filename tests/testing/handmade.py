"""A bot written by hand on discord.py alone, so that the harness is tested without FlowCord."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

__all__ = ("Form", "HandmadeBot", "Panel")

Interaction = discord.Interaction[Any]


class Form(discord.ui.Modal, title="Note"):
    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="title", max_length=20)
    )
    body: discord.ui.Label[Any] = discord.ui.Label(
        text="Body", component=discord.ui.TextInput(custom_id="body", required=False, default="nothing")
    )

    async def on_submit(self, interaction: Interaction) -> None:
        title, body = self.name.component, self.body.component
        assert isinstance(title, discord.ui.TextInput)
        assert isinstance(body, discord.ui.TextInput)
        await interaction.response.edit_message(content=f"{title.value}: {body.value}")


class Panel(discord.ui.View):
    """A counter with one button for each way to answer."""

    def __init__(self) -> None:
        super().__init__(timeout=180)
        self.count = 0

    @property
    def embed(self) -> discord.Embed:
        return discord.Embed(title="Panel", description=f"Count: {self.count}")

    @discord.ui.button(label="+1", style=discord.ButtonStyle.primary)
    async def increment(self, interaction: Interaction, button: Any) -> None:
        self.count += 1
        await interaction.response.edit_message(embed=self.embed, view=self)

    @discord.ui.button(label="Slow")
    async def slow(self, interaction: Interaction, button: Any) -> None:
        await asyncio.sleep(2.0)
        await interaction.response.defer()
        await asyncio.sleep(2.0)
        await interaction.edit_original_response(content="done", view=self)

    @discord.ui.button(label="Whisper")
    async def whisper(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_message("only you", ephemeral=True)

    @discord.ui.button(label="Write")
    async def write(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Forget")
    async def forget(self, interaction: Interaction, button: Any) -> None:
        pass

    async def on_timeout(self) -> None:
        self.count = -1


class HandmadeBot(commands.Bot):
    """Knows `/panel`; tests add commands of their own to `tree`."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.members = intents.message_content = True
        super().__init__("!", intents=intents)
        self.closed = False
        self.panels: list[Panel] = []

        @self.tree.command(name="panel", description="Open the panel")
        @app_commands.describe(secret="Only for you")
        async def panel(interaction: Interaction, secret: bool = False) -> None:  # pyright: ignore
            view = Panel()
            self.panels.append(view)
            await interaction.response.send_message(embed=view.embed, view=view, ephemeral=secret)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def close(self) -> None:
        self.closed = True
        await super().close()
