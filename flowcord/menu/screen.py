"""Screen: what `render` returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from flowcord.errors import DefinitionError

__all__ = ("Screen",)

#: FlowCord's buttons and selects, links, and rows of them.
Placeable = discord.ui.Item[Any]
_LISTS = (list, tuple)


@dataclass(slots=True, init=False)
class Screen:
    """One message of content, embeds and rows of components. What is left out is removed from the message.

    `components` are buttons (put into rows of five as they come), selects (each in a row of its own) and
    `discord.ui.ActionRow`s. The menu's decorated items that are not among them follow, then the reserved row
    with Back and Cancel. `files` are uploaded once for each message; embeds name them by `attachment://` and
    their name.
    """

    content: str | None
    embeds: Sequence[discord.Embed]
    components: Sequence[Placeable]
    files: Sequence[discord.File]

    def __init__(
        self,
        content: str | None = None,
        *,
        embed: discord.Embed | None = None,
        embeds: Sequence[discord.Embed] = (),
        components: Sequence[Placeable] = (),
        files: Sequence[discord.File] = (),
    ) -> None:
        if embed is not None and embeds:
            raise DefinitionError("Screen takes embed= or embeds=, not both")
        if content is not None and not isinstance(content, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(
                f"the content of a Screen is a text, not {content!r}: name embed= or components="
            )
        for several in (embeds, components, files):
            if type(several) not in _LISTS and not isinstance(several, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise DefinitionError(f"embeds, components and files of a Screen are lists, not {several!r}")
        self.content = content
        self.embeds = (embed,) if embed is not None else embeds
        self.components = components
        self.files = files
