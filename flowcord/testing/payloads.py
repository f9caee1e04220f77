"""Discord's JSON for the objects of dpytest's world."""

from __future__ import annotations

from typing import Any

import discord

__all__ = ("Payload", "channel_json", "dm_json", "guild_json", "member_json", "role_json", "user_json")

Payload = dict[str, Any]


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


def dm_json(channel_id: int, recipient: discord.abc.User) -> Payload:
    return {"id": str(channel_id), "type": 1, "recipients": [user_json(recipient)]}


def guild_json(guild: discord.Guild) -> Payload:
    """The guild as GUILD_CREATE tells it, with roles, channels and members."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "splash": None,
        "owner_id": str(guild.owner_id),
        "afk_channel_id": None,
        "afk_timeout": guild.afk_timeout,
        "verification_level": guild.verification_level.value,
        "default_message_notifications": guild.default_notifications.value,
        "explicit_content_filter": guild.explicit_content_filter.value,
        "mfa_level": guild.mfa_level.value,
        "premium_tier": guild.premium_tier,
        "preferred_locale": guild.preferred_locale.value,
        "nsfw_level": guild.nsfw_level.value,
        "features": list(guild.features),
        "emojis": [],
        "system_channel_id": None,
        "roles": [role_json(role) for role in guild.roles],
        "channels": [channel_json(channel) for channel in guild.channels],
        "members": [member_json(member) for member in guild.members],
        "member_count": len(guild.members),
    }
