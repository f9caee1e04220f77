"""Slots: the sessions of each user, oldest first, where an app or a flow limits how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flowcord.menu.session_limit import SessionLimit

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Slots",)

Limits = Sequence[SessionLimit]


class Slots:
    """Who holds a slot: sessions from before their menu's own code runs until they end."""

    def __init__(self) -> None:
        self._sessions: dict[int, list[MenuSession]] = {}

    def take(self, session: MenuSession) -> None:
        self._sessions.setdefault(session.owner.id, []).append(session)

    def release(self, session: MenuSession) -> None:
        """Give back the slot, if it has one."""
        held = self._sessions.get(session.owner.id)
        if held is not None and session in held:
            held.remove(session)
            if not held:
                del self._sessions[session.owner.id]

    def in_the_way(self, owner: int, limits: Limits) -> MenuSession | None:
        """The newest of the sessions for which one more of `owner` is refused; `None` if there is room."""
        held = self._held(owner)
        leaving = _replaced(limits, held, more=1)
        staying = [each for each in held if each not in leaving]
        for limit in limits:
            counted = _counted(limit, staying)
            if limit.policy == "refuse" and len(counted) >= limit.count:
                return counted[-1]
        return None

    def replaced_by(self, session: MenuSession, limits: Limits) -> list[MenuSession]:
        """The older sessions that `session`, which is on display, takes the place of."""
        held = self._held(session.owner.id)
        return _replaced(limits, held[: held.index(session) + 1])

    def _held(self, owner: int) -> list[MenuSession]:
        return [each for each in self._sessions.get(owner, ()) if not each.ending]


def _counted(limit: SessionLimit, sessions: Iterable[MenuSession]) -> list[MenuSession]:
    return [each for each in sessions if limit.kind is None or each.definition.kind == limit.kind]


def _replaced(limits: Limits, sessions: Sequence[MenuSession], more: int = 0) -> list[MenuSession]:
    """Those that make room, oldest first, if `more` sessions come."""
    replaced: list[MenuSession] = []
    for limit in limits:
        if limit.policy == "replace":
            counted = _counted(limit, sessions)
            replaced += counted[: max(0, len(counted) + more - limit.count)]
    return list(dict.fromkeys(replaced))
