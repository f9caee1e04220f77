"""One process of a bot of two shards: it does what it is told to by lines of JSON, and answers each by one.

Its simulated Discord is made like that of every other such process: the same Ann and the same two servers,
one of each shard. As on the real one, what happens in a server comes to the shard of that server alone.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.ext import commands
from pydantic import BaseModel

from flowcord import (
    Behavior,
    FlowCord,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    slash,
    state,
)
from flowcord.wire.custom_id import ComponentId, new_session_id
from tests.simcord.menus import page
from tests.simcord.world import Input, Person, Shown, World, simulated

SHARDS = 2


class Coins(BaseModel):
    coins: int = 0


class Votes(BaseModel):
    votes: int = 0


class Draft(BaseModel):
    steps: int = 0


@slash("wallet", description="Something of each scope")
class Wallet(Menu):
    live = True
    mine = state(Coins, scope=Scope.USER)
    ours = state(Votes, scope=Scope.PROJECT)
    here = state(Draft, scope=Scope.SESSION)

    @client_data
    def numbers(self) -> tuple[int, int, int]:
        votes = self.ours.value.votes if self.ours.available else -1
        return self.mine.value.coins, votes, self.here.value.steps

    def render(self) -> Screen:
        coins, votes, steps = self.numbers
        return page("Wallet", f"Coins: {coins}", f"Votes: {votes}", f"Steps: {steps}")

    @button("Earn")
    async def earn(self, ctx: MenuContext) -> None:
        await self.mine.increment(coins=1)

    @button("Step")
    async def step(self, ctx: MenuContext) -> None:
        await self.here.increment(steps=1)

    @button("Vote")
    async def vote(self, ctx: MenuContext) -> None:
        """A coin for each vote, both or neither."""
        async with ctx.atomic():
            await self.mine.increment(coins=1)
            await self.ours.increment(votes=1)


class ShardBot(commands.AutoShardedBot):
    """The bot, of which this process has one shard."""

    def __init__(self, database: str, shard: int) -> None:
        intents = discord.Intents.default()
        super().__init__("!", intents=intents, shard_count=SHARDS, shard_ids=[shard])
        self.flows = FlowCord(self, database=database, behavior=Behavior(timeout=None))

    async def setup_hook(self) -> None:
        self.flows.add(Wallet)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


class Server(World):
    """The server of a shard, with the same Ann in it."""

    def __init__(self, world: World, shard: int) -> None:
        self.env = world.env
        self.guild = world.env.create_guild(f"shard {shard}", shard_id=shard)
        self.channel = self.guild.create_text_channel("general")
        self.ann = Person(self, self.guild.add_member(world.ann.actor.user))


class Shard:
    """What a test may tell this process to do. Ann has one menu open here."""

    def __init__(self, world: World, shard: int) -> None:
        self._world = world
        self._servers = [Server(world, number) for number in range(SHARDS)]
        self._here = self._servers[shard]
        self._user = world.ann.actor.user
        self._menu: Shown | None = None

    @property
    def menu(self) -> Shown:
        assert self._menu is not None
        return self._menu

    async def ids(self) -> list[int]:
        """Who Ann is, and which the two servers are."""
        return [self._user.id, *(server.guild.id for server in self._servers)]

    async def servers_seen(self) -> list[int]:
        """The servers that the bot of this process knows."""
        ids = {server.guild.id for server in self._servers}
        return [guild.id for guild in self._world.bot.guilds if guild.id in ids]

    async def open(self) -> list[str]:
        """Ann opens her menu in the server of this shard."""
        self._menu = await self._here.ann.open("wallet")
        return self.menu.lines

    async def click(self, label: str, times: int) -> list[str]:
        """Ann clicks so often, five times before she looks."""
        for begun in range(0, times, 5):
            burst = range(begun, min(begun + 5, times))
            clicks = [self._here.ann.tap(self.menu, self.menu.buttons[label]) for _ in burst]
            await self._world.env.settle()
            assert all(click.acknowledged for click in clicks)
        return self.menu.lines

    async def click_on(self, label: str) -> None:
        """Ann clicks, and never stops."""
        while True:
            print(json.dumps(await self.click(label, 1)), flush=True)

    async def wait_for(self, line: str) -> list[str]:
        """Do nothing until the open menu says so."""
        async with asyncio.timeout(30):
            while line not in self.menu.lines:
                await asyncio.sleep(0.01)
                await self._world.advance(0.1)
        return self.menu.lines

    async def run_in(self, server: int) -> bool:
        """Ann runs the command in a server; whether this process has answered."""
        return self._answered(await self._servers[server].ann.slash("wallet"))

    async def run_in_dm(self) -> list[str] | None:
        """Ann runs the command in her direct messages: what this process shows her, if anything."""
        ran = Input(await self._user.slash("wallet"))
        return ran.shown.lines if self._answered(ran) else None

    def _answered(self, ran: Input) -> bool:
        if not ran.acknowledged:
            self._world.lost.append(ran)  # another process has answered it
        return ran.acknowledged

    async def send_menu(self, place: str | int) -> None:
        """Code of the bot opens a menu for Ann in a server, or in her direct messages."""
        bot = self._world.bot
        with self._world.as_bot():
            ann = await bot.fetch_user(self._user.id)
            where = ann if place == "dm" else await bot.fetch_channel(self._servers[int(place)].channel.id)
            await bot.flows.open(where, Wallet, owner=ann)

    async def orphan(self) -> list[str]:
        """Ann clicks on what another process has shown her here: what she is told, and the way back."""
        lost = str(ComponentId("wallet", new_session_id(self._user.id), 1, "earn"))
        view = discord.ui.View().add_item(discord.ui.Button(label="Earn", custom_id=lost))
        with self._world.as_bot():
            await self._world.bot.get_channel(self._here.channel.id).send("Wallet", view=view)
        shown = self._here.newest
        pressed = await self._here.ann.press(shown, lost)
        assert shown.labels == []
        again = await self._here.ann.click(pressed.whispers[0], "Open again")
        return [*pressed.whispered, *again.shown.lines]


async def main(database: str, shard: int) -> None:
    async with simulated(ShardBot(database, shard), settle_timeout=30) as world:
        process = Shard(world, shard)
        while line := sys.stdin.readline():
            verb, *arguments = json.loads(line)
            answer: Callable[..., Awaitable[Any]] = getattr(process, verb)
            print(json.dumps(await answer(*arguments)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
