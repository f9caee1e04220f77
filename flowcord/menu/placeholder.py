"""Placeholders: items that stand for others, which are known when everything else has its place."""

from __future__ import annotations

from typing import Any

import discord

__all__ = ("Placeholder",)


class Placeholder(discord.ui.Item[Any]):
    """Stands in a screen, at the top level or in a container, for items that take its place in rows of their
    own. One that nobody fills vanishes."""

    #: The component type that no payload is sent with: Discord's begin at 1.
    TYPE = 0

    @property
    def keys(self) -> set[str]:
        """The keys of the components that it stands for, which are placed by that."""
        return set()

    def to_component_dict(self) -> dict[str, Any]:
        return {"type": self.TYPE}
