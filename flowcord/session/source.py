"""Source: from where a session is opened, and what the opening needs to know of it."""

from __future__ import annotations

from typing import Any, cast

import discord
from discord.ext import commands

from flowcord.errors import DefinitionError
from flowcord.wire.payload import Payload

__all__ = ("Origin", "Source", "interaction_of", "origin_of")

#: Whatever a session can be opened from.
Source = discord.Interaction[Any] | commands.Context[Any] | discord.Message | discord.abc.Messageable
User = discord.User | discord.Member


class Origin:
    """Who opens a session, where and in which language. `source` is what the opener gave."""

    __slots__ = ("channel_id", "guild_id", "interaction", "locale", "message", "source", "user")

    def __init__(
        self,
        source: Source,
        user: User,
        channel_id: int,
        guild_id: int | None,
        locale: discord.Locale,
        *,
        interaction: discord.Interaction[Any] | None = None,
        message: discord.Message | None = None,
    ) -> None:
        self.source = source
        #: Who acted; where it was code, whom it opens the session for.
        self.user = user
        self.channel_id = channel_id
        self.guild_id = guild_id
        self.locale = locale
        #: What the first screen answers, if it answers an interaction.
        self.interaction = interaction
        #: What it replies to, if it replies to a message.
        self.message = message

    def reply(self, payload: Payload) -> Payload:
        """`payload` as the reply to the message that opened the session; as it is, where none did."""
        if self.message is None:
            return payload
        reference = {"message_id": self.message.id, "fail_if_not_exists": False}
        return {**payload, "message_reference": reference}


def interaction_of(source: Source) -> discord.Interaction[Any] | None:
    """The interaction that a source is, or that invoked its hybrid command.

    Raises `DefinitionError` for what is no source.
    """
    if isinstance(source, discord.Interaction):
        return source
    if isinstance(source, commands.Context):
        return cast("commands.Context[Any]", source).interaction
    if isinstance(source, discord.Message | discord.abc.Messageable):
        return None
    raise DefinitionError(
        f"open takes an interaction, a Context, a Message, or a channel or user with owner=: got {source!r}"
    )


async def origin_of(source: Source, owner: User | None) -> Origin:
    """What `source` says. Raises `DefinitionError` for a channel without an owner."""
    if isinstance(owner, int):
        raise DefinitionError(f"open(..., owner=) takes a user or member, not the id {owner}")
    interaction = interaction_of(source)
    if interaction is not None:
        return Origin(
            source,
            interaction.user,
            interaction.channel_id or 0,
            interaction.guild_id,
            interaction.locale,
            interaction=interaction,
        )
    message = _written(source)
    if message is not None:
        place = message.channel.id, None if message.guild is None else message.guild.id
        return Origin(source, message.author, *place, _language(message.guild), message=message)
    if owner is None:
        raise DefinitionError(f"open({source!r}, ...) is nobody's menu: say whose by owner=")
    channel: Any = await source.create_dm() if isinstance(source, discord.User | discord.Member) else source
    guild: discord.Guild | None = getattr(channel, "guild", None)
    guild_id: int | None = getattr(channel, "guild_id", None) if guild is None else guild.id
    return Origin(source, owner, channel.id, guild_id, _language(guild))


def _written(source: Source) -> discord.Message | None:
    """The message that a source is, or whose command it is."""
    if isinstance(source, commands.Context):
        return cast("commands.Context[Any]", source).message
    return source if isinstance(source, discord.Message) else None


def _language(guild: discord.Guild | None) -> discord.Locale:
    """Messages do not say in which language their author uses Discord; the server's is the best guess."""
    return discord.Locale.american_english if guild is None else guild.preferred_locale
