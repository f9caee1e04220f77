"""How one message of the bot can still be edited or deleted.

Discord lets an interaction's token address the message that answered it, the message it updated, and its
followups, for 15 minutes; no other token reaches an ephemeral message at all. A message therefore keeps the
newest token that is its own, and a public message falls back to the channel's endpoint.
"""

from __future__ import annotations

__all__ = ("TOKEN_LIFETIME", "Route")

#: Seconds: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
TOKEN_LIFETIME = 900.0
_MARGIN = 5.0  # a request that leaves in a token's last seconds arrives after them


class Route:
    """The way to one message: its newest token, then (for a public message) its channel.

    `message_id` is `None` while the answer to a command is still the token's `@original` without a known id.
    """

    __slots__ = ("application_id", "channel_id", "ephemeral", "expires", "message_id", "token")

    def __init__(self, channel_id: int, message_id: int | None, *, ephemeral: bool) -> None:
        self.channel_id = channel_id
        self.message_id = message_id
        self.ephemeral = ephemeral
        self.application_id = 0
        self.token: str | None = None
        self.expires = 0.0

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
        return self.ephemeral and now >= self.expires - _MARGIN

    def live_token(self, now: float) -> str | None:
        """The token to try: while it lives, and for an ephemeral message always, having no other way."""
        return self.token if self.ephemeral or now < self.expires - _MARGIN else None
