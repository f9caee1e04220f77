"""Remembered: what a menu's screen keeps between renders, besides the menu's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowcord.menu.menu import Menu

__all__ = ("Remembered", "recall", "remember", "remembered")


class Remembered:
    """The pages and the chosen values of one menu instance, by paginator and by select.

    It belongs to the instance, so that a menu returned to as it was has them, and a new one has not.
    """

    __slots__ = ("pages", "runs", "selections", "totals")

    def __init__(self) -> None:
        #: The 0-based page of each paginator, by its name.
        self.pages: dict[str, int] = {}
        #: How many pages each paginator of buttons had in the last render, if more than one.
        self.totals: dict[str, int] = {}
        #: What was chosen in each select, by its key, in the order of Discord's `values`; see `choices`.
        self.selections: dict[str, tuple[str, ...]] = {}
        #: How often each component ran that runs once for each picture of it, by its key.
        self.runs: dict[str, int] = {}

    def copy(self) -> Remembered:
        """The same, apart from it: what a menu that was left goes on to change does not reach the copy."""
        twin = Remembered()
        twin.pages = dict(self.pages)
        twin.totals = dict(self.totals)
        twin.selections = dict(self.selections)
        twin.runs = dict(self.runs)
        return twin


def recall(menu: Menu[Any, Any, Any]) -> Remembered | None:
    """What `menu` remembers, if anything; for readers, who need not make it."""
    return menu._remembered  # pyright: ignore[reportPrivateUsage]


def remembered(menu: Menu[Any, Any, Any]) -> Remembered:
    """What `menu` remembers, made when there is something to remember."""
    kept = recall(menu)
    if kept is None:
        kept = Remembered()
        remember(menu, kept)
    return kept


def remember(menu: Menu[Any, Any, Any], kept: Remembered | None) -> None:
    """Have `menu` remember just this; `None` for nothing, as when it was new."""
    menu._remembered = kept  # pyright: ignore[reportPrivateUsage]
