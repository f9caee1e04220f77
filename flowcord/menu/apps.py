"""Apps: the FlowCords of this process, as the commands and launchers of menus find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

import discord

from flowcord.menu.options import Options

if TYPE_CHECKING:
    from flowcord.menu.flow import Flow
    from flowcord.menu.menu import Menu

__all__ = ("APPS", "App", "open_apps")


class App(Protocol):
    """What is asked of a FlowCord."""

    closing: bool

    async def answer(
        self, interaction: discord.Interaction[Any], menu: type[Menu[Any, Any, Any]], options: Options, /
    ) -> None:
        """Open a menu for whoever ran its command; if that is refused, they were told, and it is no error."""
        ...

    def launched_by(self, target: type[Flow] | type[Menu[Any, Any, Any]], /) -> str:
        """The kind of the flow that a launcher of `target` opens.

        Raises `UnknownMenuError` if it was not added, `DefinitionError` if it is no entry.
        """
        ...


#: The app of each client, by a weak reference.
APPS: WeakKeyDictionary[discord.Client, Callable[[], App | None]] = WeakKeyDictionary()


def open_apps() -> Iterator[App]:
    """Every app that was not closed."""
    for reference in tuple(APPS.values()):
        app = reference()
        if app is not None and not app.closing:
            yield app
