"""Pictures: a menu's screen as payload, and what can be clicked on it."""

from __future__ import annotations

from collections.abc import Mapping

from flowcord.menu.components import Press
from flowcord.wire.payload import Kept, Payload

__all__ = ("Picture",)


class Picture:
    """A rendered screen: its payload, how it is kept, and its enabled components by the end of their ids.

    One that says `notices` must not be skipped for a later one. A `layout` is a message of Discord's second
    kind of components.
    """

    __slots__ = ("components", "kept", "layout", "notices", "payload")

    def __init__(
        self,
        payload: Payload,
        kept: Kept,
        components: Mapping[str, Press],
        *,
        notices: int = 0,
        layout: bool = False,
    ) -> None:
        self.payload = payload
        self.kept = kept
        self.components = components
        self.notices = notices
        self.layout = layout
