"""CommandSpec: one command of a menu, and its place in a command tree."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from flowcord.errors import DefinitionError

__all__ = ("AnyCommand", "CommandSpec", "Tree")

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu
Group = app_commands.Group
Tree = app_commands.CommandTree[Any]
_SLASH = discord.AppCommandType.chat_input


class CommandSpec:
    """discord.py's command, the guilds it is limited to, and the group it belongs to."""

    __slots__ = ("command", "group", "guilds")

    def __init__(
        self, command: AnyCommand, guilds: tuple[discord.abc.Snowflake, ...], group: Group | None = None
    ) -> None:
        self.command = command
        self.guilds = guilds
        self.group = group

    @property
    def type(self) -> discord.AppCommandType:
        command = self.command
        return command.type if isinstance(command, app_commands.ContextMenu) else _SLASH

    def __str__(self) -> str:
        if self.type is not _SLASH:
            return f"the {self.type.name} menu {self.command.name!r}"
        # Before it was added, the command itself does not know its group.
        return (
            f"/{self.command.name}"
            if self.group is None
            else f"/{self.group.qualified_name} {self.command.name}"
        )

    def add_to(self, tree: Tree) -> bool:
        """Put the command where it belongs: into its group, and that into the tree (of its guilds).

        `False` if it was there already. Raises `DefinitionError` if another command has its name.
        """
        try:
            added = self.group is not None and self._add_to_group(self.group)
            root = self._root
            if all(self._found(tree, guild) is root for guild in self.guilds or (None,)):
                return added
            tree.add_command(root, guilds=self.guilds or discord.utils.MISSING)
        except (app_commands.AppCommandError, ValueError) as error:  # the name is taken, or no room is left
            if self.group is not None:
                self._leave_group(self.group)
            taken = isinstance(error, app_commands.CommandAlreadyRegistered)
            remedy = " Give one of the two another name." if taken else ""
            raise DefinitionError(f"{self}: {error}{remedy}") from error
        return True

    def remove_from(self, tree: Tree) -> None:
        """Take out of the tree what `add_to` put there; a group goes with the last of its commands."""
        if self.group is not None:
            self._leave_group(self.group)
        root = self._root
        if isinstance(root, Group) and root.commands:
            return
        for guild in self.guilds or (None,):
            if self._found(tree, guild) is root:
                tree.remove_command(root.name, guild=guild, type=self.type)

    @property
    def _root(self) -> AnyCommand | Group:
        if self.group is None:
            return self.command
        return self.group.parent or self.group

    def _found(self, tree: Tree, guild: discord.abc.Snowflake | None) -> object:
        return tree.get_command(self._root.name, guild=guild, type=self.type)

    def _add_to_group(self, group: Group) -> bool:
        if group.parent is not None and group.parent.get_command(group.name) is not group:
            group.parent.add_command(group)  # it had gone with the last of its commands
        assert not isinstance(self.command, app_commands.ContextMenu)
        if group.get_command(self.command.name) is self.command:
            return False
        group.add_command(self.command)
        return True

    def _leave_group(self, group: Group) -> None:
        if group.get_command(self.command.name) is self.command:
            group.remove_command(self.command.name)
        if group.parent is not None and not group.commands:
            group.parent.remove_command(group.name)
