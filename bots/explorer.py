"""/explorer: ten buttons on pages of four, in a Layout; the chosen one stands out."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord import Button, Layout, Menu, MenuContext, paginate, slash

BODIES = {
    "Sun": "A star.", "Mercury": "Small and hot.", "Venus": "Clouds of acid.", "Earth": "Home.",
    "Moon": "Grey and near.", "Mars": "Red with rust.", "Jupiter": "The giant.", "Saturn": "Rings.",
    "Uranus": "Lies on its side.", "Neptune": "Far and blue.",
}  # fmt: skip


class Chosen(BaseModel):
    name: str = "Sun"


@slash("explorer", description="Ten bodies of the solar system")
class Explorer(Menu[Chosen]):
    def render(self) -> Layout:
        chosen = self.state.current.name
        bodies = [
            Button(
                name,
                action=self.choose,
                args=(name,),
                style=ButtonStyle.primary if name == chosen else ButtonStyle.secondary,
            )
            for name in BODIES
        ]
        return Layout(
            discord.ui.Container(discord.ui.TextDisplay(f"## {chosen}\n{BODIES[chosen]}")),
            paginate(*bodies, per_page=4),
        )

    async def choose(self, ctx: MenuContext, name: str) -> None:
        self.state.set(Chosen(name=name))
