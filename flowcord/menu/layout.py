"""Layout: what `render` returns for a message of Discord's second kind of components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from flowcord.errors import DefinitionError

__all__ = ("Layout",)


class Layout:
    """One message of discord.py's own items: `Container`, `Section`, `TextDisplay`, `MediaGallery` and so on.

    ```python
    Layout(
        discord.ui.Container(
            discord.ui.Section("A sword", accessory=Button("Buy", action=self.buy, args=("sword",))),
            discord.ui.Separator(),
            Button("Leave", action=close()),
        )
    )
    ```

    What can be clicked is FlowCord's; a bare button or select, here or in a container, is put into a row. The
    menu's decorated items that are not placed follow, then the reserved row. `files` are uploaded once and
    named by `attachment://` and their name.

    Discord cannot turn a message with a layout back into one without: a `Screen` that follows is a new
    message.
    """

    __slots__ = ("files", "items")

    def __init__(self, *items: discord.ui.Item[Any], files: Sequence[discord.File] = ()) -> None:
        for index, item in enumerate(items):
            if not isinstance(item, discord.ui.Item):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise DefinitionError(
                    f"Layout[{index}] is {item!r}, and it has to be an item of discord.ui or FlowCord"
                )
        self.items: Sequence[discord.ui.Item[Any]] = items
        self.files = files
