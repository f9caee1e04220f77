"""Mentions: a slash command named so that it can be clicked, as far as its id is known."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from flowcord.menu.command_spec import Tree
from flowcord.menu.flow import FlowDefinition

__all__ = ("Mentions",)

_SLASH = discord.AppCommandType.chat_input


class Mentions:
    """Learns the ids of commands: from those that are run, and once from Discord, when one is wanted."""

    def __init__(
        self, tree: Callable[[], Tree | None], spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._tree = tree
        self._spawn = spawn
        self._ids: dict[str, int] = {}
        self._fetching = False

    def learn(self, data: dict[str, Any]) -> None:
        """A command was run: `data` is the interaction's."""
        if data.get("type", _SLASH.value) == _SLASH.value:
            self._ids[data["name"]] = int(data["id"])

    def of(self, flow: FlowDefinition) -> str | None:
        """How the flow's first slash command is written; until its id is known, as plain text."""
        command = next(
            (
                spec.command
                for spec in flow.entry.commands
                if not isinstance(spec.command, app_commands.ContextMenu)
            ),
            None,
        )
        if command is None:
            return None
        known = self._ids.get((command.root_parent or command).name)
        if known is not None:
            return f"</{command.qualified_name}:{known}>"
        if not self._fetching:
            self._fetching = True
            self._spawn(self._fetch())
        return f"`/{command.qualified_name}`"

    async def _fetch(self) -> None:
        """Ask Discord, once, so that the next sentence can be clicked."""
        tree = self._tree()
        if tree is None:
            return
        try:
            for command in await tree.fetch_commands():
                if command.type is _SLASH:
                    self._ids.setdefault(command.name, command.id)
        except discord.DiscordException:
            self._fetching = False  # a later expired click tries again; until then the name is plain text
