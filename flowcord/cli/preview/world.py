"""The simulated Discord of the demo: one server, one channel, two members."""

from __future__ import annotations

from dataclasses import dataclass

import simcord
from simcord.builders import ChannelHandle

__all__ = ("World", "build_world")

GUILD_ID = 301_001_000_000_000_001
"""Fixed, because what belongs to the server is stored under its id."""


@dataclass(frozen=True, slots=True)
class World:
    """What the page needs: the channel it shows and the members one can be."""

    channel: ChannelHandle
    members: tuple[simcord.MemberActor, ...]


def build_world(env: simcord.Env) -> World:
    """Build the server before `env.start`, in the same order each time.

    Members cannot be given ids; simcord counts them up from its first moment, which is always the same.
    So Ann is the same user at every start, and finds her notes again.
    """
    env.backend.bot_user.name = "FlowCord"
    ann = env.create_user("ann", global_name="Ann")
    bob = env.create_user("bob", global_name="Bob")
    guild = env.create_guild("FlowCord demo", id=GUILD_ID, owner=ann)
    channel = guild.create_text_channel("playground", topic="Type / to see the bot's commands")
    return World(channel, (guild.add_member(ann), guild.add_member(bob)))
