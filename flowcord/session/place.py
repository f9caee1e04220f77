"""Place: the channel and the live message of a session, as discord.py's own objects and as a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("channel_of", "link_to", "message_of")


def channel_of(session: MenuSession) -> discord.abc.Messageable:
    """From the client's cache, if it is there."""
    found: Any = session.runtime.client.get_channel(session.channel_id)
    return cast("discord.abc.Messageable | None", found) or _partial_channel(session)


def message_of(session: MenuSession) -> discord.PartialMessage | None:
    message_id = session.stage.message_id
    return None if message_id is None else _partial_channel(session).get_partial_message(message_id)


def link_to(session: MenuSession) -> str:
    """What leads to the live message; before the first screen, to its channel."""
    message_id, channel = session.stage.message_id, _partial_channel(session)
    return channel.jump_url if message_id is None else f"{channel.jump_url}/{message_id}"


def _partial_channel(session: MenuSession) -> discord.PartialMessageable:
    route = session.stage.route
    channel_id = session.channel_id if route is None else route.channel_id
    return session.runtime.client.get_partial_messageable(channel_id, guild_id=session.guild_id)
