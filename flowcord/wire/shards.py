"""Shards: what of Discord reaches this process, where the others have the rest of it."""

from __future__ import annotations

from collections.abc import Collection

import discord

__all__ = ("hears", "shard_of")


def shard_of(guild_id: int | None, shard_count: int) -> int:
    """The shard that the events of a server come to; those of direct messages, `None`, come to the first.

    https://discord.com/developers/docs/events/gateway#sharding
    """
    return 0 if guild_id is None else (guild_id >> 22) % shard_count


def hears(client: discord.Client, guild_id: int | None) -> bool:
    """Whether interactions of this server, or of direct messages, come to this client."""
    here, count = _shards(client), client.shard_count
    return not here or not count or shard_of(guild_id, count) in here


def _shards(client: discord.Client) -> Collection[int] | None:
    """Those that this client was given, if it was not given all."""
    if isinstance(client, discord.AutoShardedClient):
        return client.shard_ids
    return None if client.shard_id is None else (client.shard_id,)
