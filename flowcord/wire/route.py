"""How one message of the bot can still be edited or deleted.

Discord lets an interaction's token address the message that answered it, the message it updated, and its
followups, for 15 minutes; no other token reaches an ephemeral message at all. A message therefore keeps the
newest token that is its own, and a public message falls back to the channel's endpoint.
"""

from __future__ import annotations

from typing import Any

import discord

__all__ = ("TOKEN_LIFETIME", "Route", "sees_channel")

#: Seconds: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
TOKEN_LIFETIME = 900.0
_MARGIN = 5.0  # a request that leaves in a token's last seconds arrives after them


def sees_channel(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot may use the endpoints of the channel that an interaction came from.

    Not in other people's direct messages, in servers where only its user has installed the app, and in
    channels that it may not view.
    """
    if interaction.guild_id is None:
        return not interaction.context.private_channel
    if interaction.is_user_integration() and not interaction.is_guild_integration():
        return False
    return interaction.app_permissions.view_channel


class Route:
    """The way to one message: its newest token, then (for a public message) its channel.

    `message_id` is `None` while the answer to a command is still the token's `@original` without a known id.
    `in_channel` says whether the bot may use the channel's endpoints.
    """

    __slots__ = (
        "application_id",
        "channel_id",
        "ephemeral",
        "expires",
        "in_channel",
        "message_id",
        "token",
    )

    def __init__(
        self, channel_id: int, message_id: int | None, *, ephemeral: bool, in_channel: bool = True
    ) -> None:
        self.channel_id = channel_id
        self.message_id = message_id
        self.ephemeral = ephemeral
        self.in_channel = in_channel
        self.application_id = 0
        self.token: str | None = None
        self.expires = 0.0

    @property
    def tokens_only(self) -> bool:
        """Whether nothing but a token reaches this message."""
        return self.ephemeral or not self.in_channel

    def adopt(self, application_id: int, token: str, arrived: float) -> None:
        """`token` addresses this message from now on; `arrived` is the clock's time of its interaction."""
        expires = arrived + TOKEN_LIFETIME
        if self.token is None or expires >= self.expires:
            self.application_id, self.token, self.expires = application_id, token, expires

    def inherit(self, route: Route) -> None:
        """The token of `route` sent this message too."""
        self.application_id, self.token, self.expires = route.application_id, route.token, route.expires

    def is_dead(self, now: float) -> bool:
        """Whether nothing but a new token reaches this message."""
        return self.tokens_only and now >= self.expires - _MARGIN

    def live_token(self, now: float) -> str | None:
        """The token to try: while it lives, and where there is no other way, always."""
        return self.token if self.tokens_only or now < self.expires - _MARGIN else None
