"""Levels: the places that may set a field of a menu's behavior, in the order in which they are asked.

1 the app's overrides, 2 the flow's, 3 the session's, 4 the menu class's; 5 the interaction (the component,
form or message handler); 6 the menu; 7 the kind of input; 8 the session's defaults, 9 the flow's, 10 the
app's; 11 the framework's, which are the defaults of `Policy`.
"""

from __future__ import annotations

from collections.abc import Iterable

from flowcord.menu.behavior import NOTHING, Behavior, Policy, merge, resolve

__all__ = ("Levels",)


class Levels:
    """What all levels say of one menu, but for those that only one input has."""

    __slots__ = ("_defaults", "_menu", "_overrides")

    def __init__(self, overrides: Iterable[Behavior], menu: Behavior, defaults: Iterable[Behavior]) -> None:
        self._overrides = merge(overrides)
        self._menu = menu
        self._defaults = merge(defaults)

    def policy(self, once: Behavior | None = None, kind: Behavior | None = None) -> Policy:
        """Every field decided, for an input of this `kind` whose component says `once`."""
        return resolve((self._overrides, once or NOTHING, self._menu, kind or NOTHING, self._defaults))
