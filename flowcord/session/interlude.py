"""Interludes: a text, and perhaps buttons, in place of the screen for a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from flowcord.menu.components import Press
from flowcord.session.picture import Picture
from flowcord.wire.custom_id import id_prefix
from flowcord.wire.payload import Payload, encode, keep, text

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Choice", "interlude")


class Choice(NamedTuple):
    """A button below an interlude. The key of its `press` begins with a hyphen, as no handler's does."""

    press: Press
    label: str
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


def interlude(session: MenuSession, content: str, choices: Sequence[Choice] = ()) -> Picture:
    """The picture of `content` (at most 2000 characters) over one row of at most five buttons.

    `Stage.interlude` shows it in place of the screen; whoever wants its buttons to be clicked makes its
    `components` those of the session.
    """
    layout = session.stage.shows_layout
    payload = text(content, layout=layout)
    del payload["attachments"]  # the screen that returns has its files still
    payload["components"] += [_row(session, choices)] if choices else []
    rest, rows = encode({**payload, "components": []}), encode({"components": payload["components"]})
    kept = keep(rest, rows, layout=layout, files=session.stage.files)
    presses = {choice.press.key: choice.press for choice in choices}
    return Picture(payload, kept, presses, layout=layout)


def _row(session: MenuSession, choices: Sequence[Choice]) -> Payload:
    prefix = id_prefix(session.definition.kind, session.id, session.visit)
    buttons: list[Any] = [
        {
            "type": 2,
            "style": choice.style.value,
            "label": choice.label,
            "custom_id": prefix + choice.press.key,
        }
        for choice in choices
    ]
    return {"type": 1, "components": buttons}
