"""Questions for what Discord knows by id: users, roles, channels, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from flowcord.menu.questions import About, Item, ToUser

__all__ = ("MAX_FILES", "MAX_OBJECTS", "Files", "Objects")

#: What can be chosen in a select, and uploaded: https://discord.com/developers/docs/components/reference
MAX_OBJECTS, MAX_FILES = 25, 10


class Objects:
    """Users, roles or channels; `collect` is `None` for a single one."""

    def __init__(
        self,
        about: About,
        select: Callable[..., Item],
        kinds: tuple[type, ...],
        collect: Callable[[Any], Any] | None,
    ) -> None:
        self._about = about
        self._select = select
        self._kinds = kinds
        self._collect = collect

    def item(self, value: Any) -> Item:
        about, shown = self._about, () if value is None else value if self._collect else (value,)
        return self._select(
            custom_id=about.name,
            required=about.needs_some if self._collect else about.required,
            min_values=about.low if self._collect else int(about.required),
            max_values=about.most(MAX_OBJECTS) if self._collect else 1,
            default_values=list(shown),
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        given = [self._fit(each, to_user) for each in item.values]
        if not given:
            return self._about.none_chosen(value, self._collect)
        return given[0] if self._collect is None else self._collect(given)

    def _fit(self, given: Any, to_user: ToUser) -> Any:
        """What the field wants of what Discord resolved; the model says so if that is not to be had."""
        if isinstance(given, self._kinds):
            return given
        if isinstance(given, app_commands.AppCommandChannel | app_commands.AppCommandThread):
            return given.resolve() or given
        if isinstance(given, discord.Member) and discord.User in self._kinds:
            return to_user(given)
        return given


class Files:
    """Files; `collect` is `None` for a single one. One that was given before is kept if none is added."""

    def __init__(self, about: About, collect: Callable[[Any], Any] | None) -> None:
        self._about = about
        self._collect = collect

    def item(self, value: Any) -> Item:
        about = self._about
        required = (about.needs_some if self._collect else about.required) and not value
        return discord.ui.FileUpload(
            custom_id=about.name,
            required=required,
            min_values=max(1, about.low) if required else 0,
            max_values=about.most(MAX_FILES) if self._collect else 1,
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        if not item.values:
            return value or self._about.none_chosen(value, self._collect)
        return item.values[0] if self._collect is None else self._collect(item.values)
