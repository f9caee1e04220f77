"""Once: components that run once for each picture of them, `clicks="once"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowcord.menu.components import Press
from flowcord.menu.remembered import recall, remembered
from flowcord.session.rows import component_of

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("count_run", "is_spent")


def count_run(session: MenuSession, press: Press) -> None:
    """It runs: from now on, the ids that its earlier pictures have are stale."""
    if (press.clicks or session.policy.clicks) == "once":
        runs = remembered(session.menu).runs
        runs[press.key] = runs.get(press.key, 0) + 1


def is_spent(session: MenuSession, press: Press, component: str) -> bool:
    """Whether it ran since it had this id; the picture with its new one may have failed."""
    kept = recall(session.menu)
    return kept is not None and press.key in kept.runs and component != component_of(press.key, kept)
