"""Discord's JSON for the objects of dpytest's world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

__all__ = (
    "Payload",
    "channel_json",
    "dm_json",
    "guild_json",
    "member_json",
    "new_guild",
    "new_role",
    "role_json",
    "user_json",
)

Payload = dict[str, Any]

_EVERYONE = discord.Permissions.text() | discord.Permissions(
    view_channel=True, connect=True, speak=True, use_application_commands=True
)


def user_json(user: discord.abc.User) -> Payload:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": user.discriminator,
        "global_name": user.global_name,
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(member: discord.Member, *, with_user: bool = True) -> Payload:
    data: Payload = {
        "roles": [str(role.id) for role in member.roles if not role.is_default()],
        "joined_at": member.joined_at.isoformat() if member.joined_at is not None else None,
        "nick": member.nick,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    if with_user:
        data["user"] = user_json(member)
    return data


def role_json(role: discord.Role) -> Payload:
    return {
        "id": str(role.id),
        "name": role.name,
        "color": role.colour.value,
        "colors": {"primary_color": role.colour.value, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "position": role.position,
        "permissions": str(role.permissions.value),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    }


def channel_json(channel: discord.abc.GuildChannel) -> Payload:
    overwrites = [
        {
            "id": str(target.id),
            "type": 0 if isinstance(target, discord.Role) else 1,
            "allow": str(allow.value),
            "deny": str(deny.value),
        }
        for target, overwrite in channel.overwrites.items()
        for allow, deny in (overwrite.pair(),)
    ]
    return {
        "id": str(channel.id),
        "type": channel.type.value,
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "position": channel.position,
        "parent_id": str(channel.category_id) if channel.category_id else None,
        "permission_overwrites": overwrites,
    }


def dm_json(channel_id: int, recipient: Payload) -> Payload:
    return {"id": str(channel_id), "type": 1, "recipients": [recipient]}


def new_role(number: int, name: str, permissions: discord.Permissions) -> Payload:
    colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": str(number),
        "name": name,
        "color": 0,
        "colors": colours,
        "hoist": False,
        "position": 0 if name == "@everyone" else 1,
        "permissions": str(permissions.value),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def new_guild(number: int, channel_id: int) -> Payload:
    """A server with one channel, `general`, in which everybody may write; nobody is there yet."""
    channel: Payload = {"id": str(channel_id), "type": 0, "guild_id": str(number), "name": "general"}
    channel |= {"position": 0, "permission_overwrites": [], "parent_id": None}
    return {
        "id": str(number),
        "name": "Test Server",
        "icon": None,
        "splash": None,
        "owner_id": "0",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "features": [],
        "emojis": [],
        "system_channel_id": None,
        "roles": [new_role(number, "@everyone", _EVERYONE)],
        "channels": [channel],
        "members": [],
        "unavailable": False,
    }


def guild_json(guild: discord.Guild, members: Sequence[discord.Member]) -> Payload:
    """The guild as GUILD_CREATE tells it, as it is now."""
    return {
        **new_guild(guild.id, 0),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role) for role in guild.roles],
        "channels": [channel_json(channel) for channel in guild.channels],
        "members": [member_json(member) for member in members],
    }
