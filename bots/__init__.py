"""The example bot: each command is a page to read. `make demo` runs it in a browser."""

from __future__ import annotations

import discord
from discord.ext import commands

from bots.behavior_hub import BehaviorFlow
from bots.cookbook import CookbookFlow
from bots.counter import Counter
from bots.draft import Draft
from bots.event import EventFlow
from bots.explorer import Explorer
from bots.guide import Guide
from bots.hub import HubFlow
from bots.notes import NotesFlow
from bots.panel import Panel
from bots.party import PartyFlow
from bots.poll import Poll
from bots.private import PrivateAllTheSame, PublicAfterAll
from bots.shop import ShopFlow
from bots.showcase import ShowcaseFlow
from bots.weather import WeatherReport
from bots.workout import Workout
from flowcord import FlowCord

__all__ = ("ExampleBot", "create_bot")

#: What keeps its data in Postgres, and what lives as long as its menu is open.
STORED = (Counter, NotesFlow, Poll, Draft)
LIVELY = (
    WeatherReport,
    CookbookFlow,
    Workout,
    PartyFlow,
    EventFlow,
    ShopFlow,
    Panel,
    Guide,
    HubFlow,
    ShowcaseFlow,
    Explorer,
    PublicAfterAll,
    PrivateAllTheSame,
    BehaviorFlow,
)


class ExampleBot(commands.Bot):
    """A bot with FlowCord attached, and nothing else."""

    def __init__(self, database: str) -> None:
        intents = discord.Intents.default()
        intents.message_content = True  # for /behavior-hub, two menus of which read what users write
        super().__init__(command_prefix=commands.when_mentioned, intents=intents)
        self.flows = FlowCord(self, database=database)

    async def setup_hook(self) -> None:
        self.flows.add(*STORED, *LIVELY)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


def create_bot(database: str) -> commands.Bot:
    """The example bot on a Postgres (`postgresql://…`, unix sockets by `?host=` too), not logged in yet."""
    return ExampleBot(database)
