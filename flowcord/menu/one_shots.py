"""One-shots: what a component, form or message handler says of the one render it triggers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from flowcord.errors import DefinitionError
from flowcord.menu.behavior import UNSET, Behavior, Cleanup, Policy

__all__ = ("carried", "check_one_shot", "check_shared")

#: What can be said of one render. The rest is about more than that: who may click, how long to wait.
_FIELDS = frozenset({"ephemeral", "cleanup", "ephemeral_fallback", "closed_message", "delete_user_messages"})


def check_one_shot(behavior: Behavior, owner: str) -> None:
    """Refuse a behavior that `owner` cannot have for one render. Raises `DefinitionError`."""
    if not isinstance(behavior, Behavior):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"{owner} takes behavior=Behavior(...), not {behavior!r}")
    said = [each.name for each in fields(Behavior) if getattr(behavior, each.name) is not UNSET]
    if wrong := [name for name in said if name not in _FIELDS]:
        raise DefinitionError(
            f"{owner} sets {', '.join(wrong)} in its behavior, which lasts for one render and takes only "
            f"{', '.join(sorted(_FIELDS))}: say it of the menu"
        )


def check_shared(menu: str, policy: Policy, one_shots: Iterable[tuple[str, Behavior | None]]) -> None:
    """Refuse one-shots (each with its owner) that would show a menu of many to one. `DefinitionError`."""
    if policy.access.shared:
        for owner, behavior in one_shots:
            if behavior is not None and behavior.ephemeral is True:
                raise DefinitionError(
                    f"{menu}: {owner} would show the menu to one user alone, and others may use it "
                    f"({policy.access!r}): leave ephemeral out, or send what is private with ctx.send"
                )


def carried(once: Behavior | None, departed: Cleanup, own: Cleanup) -> Behavior | None:
    """What the menu that was left says of the first render of the next one, whose own cleanup is `own`.

    Its cleanup rules the transition, and what its one-shot said goes on, but for the visibility, which is the
    next menu's. `None` if that changes nothing.
    """
    if once is not None:
        return replace(once, ephemeral=UNSET, cleanup=departed)
    return None if departed == own else Behavior(cleanup=departed)
