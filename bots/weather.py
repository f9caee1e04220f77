"""/weather: one screen, seeded by `setup` and changed by its buttons."""

from __future__ import annotations

import random

import discord
from pydantic import BaseModel

from flowcord import Menu, MenuContext, Screen, button, slash

SKIES = {"Sunny": "☀️", "Cloudy": "☁️", "Rainy": "🌧️", "Stormy": "⛈️", "Snowy": "❄️"}


class Weather(BaseModel):
    sky: str = "Sunny"
    degrees: int = 20


@slash("weather", description="How it might be outside")
class WeatherReport(Menu[Weather]):
    cancellable = True  # shows Cancel

    def setup(self, ctx: MenuContext) -> None:
        """Once, before the first screen."""
        self.look_outside()

    def look_outside(self) -> None:
        sky = random.choice(list(SKIES))
        degrees = random.randint(-15, 0) if sky == "Snowy" else random.randint(5, 35)
        self.state.set(Weather(sky=sky, degrees=degrees))

    def render(self) -> Screen:
        now = self.state.current
        return Screen(
            embed=discord.Embed(title=f"{SKIES[now.sky]} {now.sky}", description=f"{now.degrees} °C")
        )

    @button("Refresh")
    async def refresh(self, ctx: MenuContext) -> None:
        self.look_outside()

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()
