"""Sessions: the open sessions of an app, as administration sees them."""

from __future__ import annotations

import discord

from flowcord.menu.flow import Flow
from flowcord.registry import MenuOrFlow
from flowcord.session.session import MenuSession

__all__ = ("Sessions",)


class Sessions(list[MenuSession]):
    """The sessions that were open when this was asked for, oldest first."""

    def filter(
        self,
        *,
        user: discord.abc.Snowflake | int | None = None,
        guild: discord.abc.Snowflake | int | None = None,
        flow: MenuOrFlow | str | None = None,
    ) -> Sessions:
        """Those of this owner, of this server, and of this flow: its class or kind, or a menu added alone."""
        kind = flow if isinstance(flow, str) or flow is None else _kind(flow)
        return Sessions(
            each
            for each in self
            if (user is None or each.owner.id == _id(user))
            and (guild is None or each.guild_id == _id(guild))
            and (kind is None or each.definition.kind == kind)
        )


def _id(thing: discord.abc.Snowflake | int) -> int:
    return thing if isinstance(thing, int) else thing.id


def _kind(flow: MenuOrFlow) -> str:
    return flow.kind if issubclass(flow, Flow) else flow.name
