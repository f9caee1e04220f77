"""Refreshing: renders that no input asked for. They merge, and take their time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import discord

from flowcord.data.scope import Scope
from flowcord.deadlines import Deadline
from flowcord.menu.menu import Menu
from flowcord.session.turn import Refresh

if TYPE_CHECKING:
    from flowcord.session.runtime import Runtime
    from flowcord.session.session import MenuSession

__all__ = ("Refreshing", "refresh_all", "refreshing_of", "settle_down")

#: Seconds between two refreshes of one session at least.
_PAUSE = 1.0


def refreshing_of(session: MenuSession) -> Refreshing:
    """The refreshes of `session`, which has none until one is asked for."""
    if session.refreshing is None:
        session.refreshing = Refreshing(session)
    return session.refreshing


def settle_down(session: MenuSession) -> None:
    """A visit ends: nothing is refreshed or watched for it any more."""
    if session.refreshing is not None:
        session.refreshing.stop()
    session.runtime.watching.drop(session)
    session.runtime.live.drop(session)


class Refreshing(Deadline):
    """What is asked for, and when it may be rendered: this deadline strikes when a pause is over.

    A request does not wait in the inbox. Any render that starts after it answers it, so it has its turn when
    the session has nothing else to do.
    """

    __slots__ = ("_hard", "_last", "_period", "_session", "_wanted")

    def __init__(self, session: MenuSession) -> None:
        super().__init__()
        self._session = session
        self._wanted = False
        self._hard = False
        self._last = float("-inf")
        #: Strikes for each refresh of a menu that asks for them regularly.
        self._period: Deadline | None = None

    def ask(self, *, hard: bool = False) -> None:
        """Render soon; `hard`: as if the menu had just been opened."""
        if not self._session.ending:
            self._wanted = True
            self._hard |= hard
            self._begin()

    def due(self) -> Refresh | None:
        """What a session does that has nothing else to do. If it is too soon for that, it will be told."""
        session = self._session
        if not self._wanted or self.live or session.ending:
            return None
        when = self._last + _PAUSE
        if session.runtime.clock.now() < when:
            session.runtime.deadlines.move(self, when, self._begin)
            return None
        return Refresh()

    def _begin(self) -> None:
        collector = self._session.collector
        if not collector.busy and (turn := self.due()) is not None:
            collector.put(turn)

    def take(self) -> tuple[bool, bool]:
        """Whether there is something to render in a refresh's turn, and whether it begins with `hard`.

        There is not if something was rendered since it was asked for, if other inputs wait (they will be
        shown, or this is due again after them), or if the message cannot be reached without a new click.
        """
        session = self._session
        route, now = session.stage.route, session.runtime.clock.now()
        if not self._wanted or session.collector.waiting:
            return False, False
        hard, self._wanted, self._hard = self._hard, False, False
        if route is None or route.is_dead(now):
            return False, False
        self._last = now
        return True, hard

    def answered(self) -> None:
        """A render starts: it shows all that a refresh would have shown, but for a hard one."""
        self._wanted = self._hard

    # Regularly -------------------------------------------------------------------------------------

    def repeat(self, seconds: float) -> None:
        """Refresh every so many seconds from now on."""
        deadlines = self._session.runtime.deadlines
        period = self._period = self._period or Deadline()

        def strike() -> None:
            if not self._session.ending:
                deadlines.move(period, deadlines.now() + seconds, strike)
                self.ask()

        deadlines.move(period, deadlines.now() + seconds, strike)

    def stop(self) -> None:
        """A visit ends: what was asked for was about it."""
        self._wanted = self._hard = False
        for deadline in (self, self._period):
            if deadline is not None and deadline.live:
                self._session.runtime.deadlines.forget(deadline)


def refresh_all(
    runtime: Runtime,
    key: Hashable,
    *,
    session: MenuSession | str | None,
    menu: type[Menu[Any, Any, Any]] | str | None,
    user: discord.abc.Snowflake | int | None,
    scope: tuple[Scope, str] | None,
) -> int:
    """Refresh the sessions that fit everything that is not `None`; how many there are."""
    if all(given is None for given in (key, session, menu, user, scope)):
        raise TypeError("refresh() takes a key, or one of session=, menu=, user= and scope=")
    found: Iterable[MenuSession] = runtime.sessions.values() if key is None else runtime.watching.of(key)
    if session is not None:
        session_id = session if isinstance(session, str) else session.id
        found = [each for each in found if each.id == session_id]
    if menu is not None:
        found = [each for each in found if menu in (type(each.menu), type(each.menu).__dict__.get("name"))]
    if user is not None:
        user_id = user if isinstance(user, int) else user.id
        found = [each for each in found if each.owner.id == user_id]
    if scope is not None:
        found = [each for each in found if each.scope_id(scope[0]) == scope[1]]
    refreshed = list(found)
    for each in refreshed:
        refreshing_of(each).ask()
    return len(refreshed)
