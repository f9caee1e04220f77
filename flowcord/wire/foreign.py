"""Foreign: messages that no session of this process has sent, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord

from flowcord.wire.component_limits import walk
from flowcord.wire.payload import Kept, Payload, is_layout

__all__ = ("Foreign", "seen")


def seen(message: discord.Message | discord.PartialMessage) -> Payload:
    """What `strip` and its like need to know of a message; of a partial one, that it may have anything."""
    if not isinstance(message, discord.Message):
        return {"content": "…", "components": []}
    components = [cast(Payload, component.to_dict()) for component in message.components]
    _name_files(components, {_plain(each.url): each.filename for each in message.attachments})
    return {
        "content": message.content,
        "embeds": message.embeds,
        "attachments": message.attachments,
        "flags": message.flags.value,
        "components": components,
    }


def _name_files(components: Sequence[Payload], names: Mapping[str, str]) -> None:
    """Have components name the message's own files, as they did when it was sent: Discord takes no addresses
    of its own for a `File`, and those it shows for other media expire."""
    for component in walk(components):
        items = [component, *component.get("items", ())]
        for media in (each[name] for each in items for name in ("media", "file") if name in each):
            if (name := names.get(_plain(media["url"]))) is not None:
                media["url"] = f"attachment://{name}"


def _plain(url: str) -> str:
    """An address without its signature, which differs each time."""
    return url.partition("?")[0]


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
