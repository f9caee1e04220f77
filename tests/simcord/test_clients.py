"""FlowCord on every kind of client, beside the client's own handlers."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from flowcord import DefinitionError, FlowCord
from tests.simcord.menus import M, MFlow
from tests.simcord.world import simulated


class PlainClient(discord.Client):
    """A client that is no bot of discord.ext, with event handlers of its own and a tree beside it."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True))
        self.tree = app_commands.CommandTree(self)
        self.flows = FlowCord(self, self.tree)
        self.seen: list[str] = []

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.seen.append(interaction.type.name)

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(f"message {message.author.name}")

    async def setup_hook(self) -> None:
        self.flows.add(MFlow)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


@pytest.mark.case("S46a")
async def test_a_plain_clients_own_handlers_see_everything_once() -> None:
    async with simulated(PlainClient()) as world:
        menu = await world.ann.open("m")
        world.bot.seen.clear()
        await world.ann.click(menu, "+1")
        await world.ann.actor.send(world.channel, "hello")
        assert world.bot.seen == ["component", "message ann"]
        assert menu.lines == ["Count: 1"]


class ShardedBot(commands.AutoShardedBot):
    def __init__(self) -> None:
        super().__init__(command_prefix="!", intents=discord.Intents.default(), shard_count=2)
        self.flows = FlowCord(self)

    async def setup_hook(self) -> None:
        self.flows.add(MFlow)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


async def test_a_sharded_bot_serves_servers_of_every_shard() -> None:
    async with simulated(ShardedBot()) as world:
        for shard in (0, 1):
            guild = world.env.create_guild(f"shard {shard}", shard_id=shard)
            assert world.bot.get_guild(guild.id).shard_id == shard
            channel = guild.create_text_channel("general")
            member = guild.add_member(world.env.create_user(f"user{shard}"))
            opened = await member.slash(channel, "m")
            await member.click(opened.response, label="+1")
            assert opened.response.embeds[0].description == "Count: 1"
        assert len(world.sessions) == 2


async def test_a_command_needs_a_tree() -> None:
    class Treeless(discord.Client):
        async def setup_hook(self) -> None:
            flows = FlowCord(self)
            with pytest.raises(DefinitionError, match="/m needs a command tree"):
                flows.add(M)

    async with simulated(Treeless(intents=discord.Intents(guilds=True))):
        pass
