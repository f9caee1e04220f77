"""Which servers are heard where, by the shards that a client was given."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord.wire.shards import hears

EVEN, ODD = 10 << 22, 11 << 22
DM = None


def client(kind: type[discord.Client] = discord.Client, **shards: Any) -> discord.Client:
    return kind(intents=discord.Intents.none(), **shards)


@pytest.mark.parametrize(
    ("bot", "heard"),
    [
        (client(), [EVEN, ODD, DM]),
        (client(shard_id=0, shard_count=2), [EVEN, DM]),
        (client(shard_id=1, shard_count=2), [ODD]),
        (client(discord.AutoShardedClient), [EVEN, ODD, DM]),
        (client(discord.AutoShardedClient, shard_count=2), [EVEN, ODD, DM]),
        (client(discord.AutoShardedClient, shard_count=4, shard_ids=[0, 3]), [ODD, DM]),
        (client(discord.AutoShardedClient, shard_count=4, shard_ids=[1, 2]), [EVEN]),
    ],
)
def test_a_client_hears_of_the_servers_of_its_shards_and_the_first_of_direct_messages(
    bot: discord.Client, heard: list[int | None]
) -> None:
    assert [place for place in (EVEN, ODD, DM) if hears(bot, place)] == heard
