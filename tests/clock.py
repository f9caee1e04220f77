"""A clock that only a test moves. Its timers run where the test stands, in their order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

__all__ = ("ManualClock",)


class _Timer:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock:
    """A `flowcord.clock.Clock`."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start
        self._timers: list[tuple[float, int, _Timer]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], object]) -> _Timer:
        timer = _Timer(callback)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    @property
    def armed(self) -> list[float]:
        """When the timers are due that were not cancelled, soonest first."""
        return sorted(when for when, _, timer in self._timers if timer.callback is not None)

    def step(self, limit: float) -> bool:
        """Go to the next timer that is due by `limit` and run it; without one, go to `limit` itself."""
        while self._timers and self._timers[0][0] <= limit:
            when, _, timer = heapq.heappop(self._timers)
            if timer.callback is not None:
                self._now = max(self._now, when)
                timer.callback()
                return True
        self._now = max(self._now, limit)
        return False

    def advance(self, seconds: float) -> None:
        """Let time pass, each timer running at its own moment."""
        limit = self._now + seconds
        while self.step(limit):
            pass

    def jump(self, seconds: float) -> None:
        """Let time pass at once, as when the event loop was busy: the timers run late."""
        self._now += seconds
        self.advance(0)
