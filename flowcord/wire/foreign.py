"""Foreign: messages that no session of this process has sent, as data."""

from __future__ import annotations

import discord

from flowcord.wire.payload import Kept, Payload, is_layout

__all__ = ("Foreign", "seen")


def seen(message: discord.Message | discord.PartialMessage) -> Payload:
    """What `strip` and its like need to know of a message; of a partial one, that it may have anything."""
    if not isinstance(message, discord.Message):
        return {"content": "…", "components": []}
    return {
        "content": message.content,
        "embeds": message.embeds,
        "attachments": message.attachments,
        "flags": message.flags.value,
        "components": [component.to_dict() for component in message.components],
    }


class Foreign(Kept):
    """A message that is to become a session's, as it was found: equal to no screen."""

    __slots__ = ("_message",)

    def __init__(self, message: discord.Message | discord.PartialMessage) -> None:
        super().__init__(b"", b"")
        self._message = seen(message)

    @property
    def layout(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        return is_layout(self._message)

    def payload(self) -> Payload:
        return self._message
