"""The example bot: four commands, each a page to read. `make demo` runs it in a browser."""

from __future__ import annotations

import discord
from discord.ext import commands

from bots.counter import Counter
from bots.draft import Draft
from bots.notes import NotesFlow
from bots.poll import Poll
from flowcord import FlowCord

__all__ = ("ExampleBot", "create_bot")


class ExampleBot(commands.Bot):
    """A bot with FlowCord attached, and nothing else."""

    def __init__(self, database: str) -> None:
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())
        self.flows = FlowCord(self, database=database)

    async def setup_hook(self) -> None:
        self.flows.add(Counter, NotesFlow, Poll, Draft)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


def create_bot(database: str) -> commands.Bot:
    """The example bot on a Postgres (`postgresql://…`, unix sockets by `?host=` too), not logged in yet."""
    return ExampleBot(database)
