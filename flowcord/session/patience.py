"""Patience: how long a session waits for its user. Its one deadline, and the only place that knows of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flowcord.deadlines import Deadline
from flowcord.menu.behavior import Policy
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.turn import End
from flowcord.wire.route import TOKEN_LIFETIME

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("EPHEMERAL_PATIENCE", "Patience")

#: Seconds before the last token of an ephemeral message dies at which its session ends, to say so.
_FAREWELL = 30.0
#: Seconds after the last click that an ephemeral menu can wait at most.
EPHEMERAL_PATIENCE = TOKEN_LIFETIME - _FAREWELL


class Patience(Deadline):
    """A session's deadline: the earliest of its idle window, its lifetime and its message's last token.

    It strikes only while the session waits. Every input moves it later: that is left to the moment at which
    it strikes too early.
    """

    __slots__ = ("_armed_for", "_idle_since", "_opened", "_session")

    def __init__(self, session: MenuSession) -> None:
        super().__init__()
        self._session = session
        self._armed_for: Policy | None = None
        self._opened = self._idle_since = session.runtime.clock.now()

    def begin_anew(self) -> None:
        """An input that counts has been handled: the idle window begins anew."""
        self._idle_since = self._session.runtime.clock.now()

    def reconsider(self) -> None:
        """The session goes on in another message, whose token may leave less time than the one before."""
        self._armed_for = None

    def rest(self) -> None:
        """The session has nothing to do: see that the deadline is armed, for the current menu's policy."""
        if self._armed_for is not self._session.policy and self._session.shown is not None:
            self._arm()

    @property
    def lifetime_is_over(self) -> bool:
        session = self._session
        lifetime = session.policy.lifetime
        return lifetime is not None and session.runtime.clock.now() >= self._opened + lifetime

    def was_over(self, arrived: float) -> bool:
        """Whether the session's time was up when an input came; its timer is just not through yet."""
        if self._session.collector.busy or self.when is None or arrived < self.when:
            return False
        self._strike()
        return self._session.collector.busy

    def _arm(self) -> None:
        session = self._session
        if session.ending:
            return
        self._armed_for = session.policy
        when = min(self._moments(), default=None)
        if when is None:
            self.cancel()
        else:
            session.runtime.deadlines.move(self, when, self._strike)

    def _moments(self) -> list[float]:
        policy, route = self._session.policy, self._session.stage.route
        moments: list[float] = []
        if policy.timeout is not None:
            moments.append(self._idle_since + policy.timeout)
        if policy.lifetime is not None:
            moments.append(self._opened + policy.lifetime)
        if route is not None and route.tokens_only and route.token is not None:
            moments.append(route.expires - _FAREWELL)
        return moments

    def _strike(self) -> None:
        session = self._session
        self._armed_for = None
        if session.collector.busy or session.ending:
            return  # a handler is never interrupted; afterwards the session rests again
        if min(self._moments(), default=math.inf) > session.runtime.clock.now():
            self._arm()
        else:
            deadline = "lifetime" if self.lifetime_is_over else "idle"
            session.collector.put(End(SessionEnd(EndReason.TIMEOUT, deadline=deadline)))
