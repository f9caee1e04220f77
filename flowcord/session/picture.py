"""Pictures: a menu's screen as payload, and what can be clicked on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flowcord.errors import ScreenLimitError
from flowcord.menu.components import Press
from flowcord.menu.menu import Menu
from flowcord.menu.screen import Screen
from flowcord.menu.texts import Texts
from flowcord.session.rows import Rows, compiled
from flowcord.wire.custom_id import MAX_LENGTH
from flowcord.wire.limits import check_screen
from flowcord.wire.payload import NO_PINGS, Payload

__all__ = ("Picture", "compose")


class Picture(NamedTuple):
    """A rendered screen: its payload, and its enabled components by the component part of their ids.

    An `urgent` one says something that must not be skipped for a later one.
    """

    payload: Payload
    components: Mapping[str, Press]
    urgent: bool


def compose(
    menu: Menu[Any, Any, Any],
    screen: Screen,
    prefix: str,
    *,
    reserved: Sequence[Press] = (),
    notices: Sequence[str] = (),
    texts: Texts,
) -> Picture:
    """The picture of `screen`, with ids that begin with `prefix`.

    Raises `DuplicateKeyError`, and `ScreenLimitError` with every violation.
    """
    content = screen.content or ""
    if notices:
        content = "\n".join((*notices, content)) if content else "\n".join(notices)
    static = None if screen.components or reserved else compiled(type(menu))
    components: Mapping[str, Press]
    if static is not None and len(prefix) + static.longest <= MAX_LENGTH:
        rows, components = static.under(prefix), static.components
    else:
        building = Rows(type(menu).__name__, prefix)
        placed = building.place(screen.components)
        building.decorate(menu, placed)
        building.reserve(reserved, texts)
        rows, components = building.rows, building.components
    payload: Payload = {
        "content": content,
        "embeds": [embed.to_dict() for embed in screen.embeds],
        "components": rows,
        "allowed_mentions": NO_PINGS,
    }
    if violations := check_screen(payload, type(menu).__name__, known_rows=static is not None):
        raise ScreenLimitError(violations)
    return Picture(payload, components, bool(notices))
