"""Pictures: a menu's screen as payload, and what can be clicked on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowcord.errors import ScreenLimitError
from flowcord.menu.components import Press
from flowcord.menu.screen import Screen
from flowcord.wire.limits import check_screen
from flowcord.wire.payload import NO_PINGS, Kept, Payload, encode

__all__ = ("Picture", "compose")

#: Bytes of content and embeds in which no text can be over any limit: the smallest is an embed's title.
_SMALL = 256


class Picture:
    """A rendered screen: its payload, how it is kept, and its enabled components by the end of their ids.

    One that says `notices` must not be skipped for a later one.
    """

    __slots__ = ("components", "kept", "notices", "payload")

    def __init__(
        self, payload: Payload, kept: Kept, components: Mapping[str, Press], *, notices: int
    ) -> None:
        self.payload = payload
        self.kept = kept
        self.components = components
        self.notices = notices


def compose(
    menu: str,
    screen: Screen,
    rows: list[Payload],
    components: Mapping[str, Press],
    *,
    shared: bool = False,
    notices: Sequence[str] = (),
) -> Picture:
    """The picture of `screen` with `rows`, `shared` by all pictures of a visit if they never change.

    Raises `ScreenLimitError` with every violation.
    """
    content = screen.content or ""
    if notices:
        content = "\n".join((*notices, content)) if content else "\n".join(notices)
    payload: Payload = {
        "content": content,
        "embeds": [embed.to_dict() for embed in screen.embeds],
        "allowed_mentions": NO_PINGS,
    }
    kept = Kept(encode(payload), rows if shared else encode({"components": rows}))
    payload["components"] = rows
    surely_fits = shared and rows and len(kept.rest) <= _SMALL
    if not surely_fits and (violations := check_screen(payload, menu, known_rows=shared)):
        raise ScreenLimitError(violations)
    return Picture(payload, kept, components, notices=len(notices))
