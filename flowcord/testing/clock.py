"""Time in a test: it stands still until the test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta

__all__ = ("Timer", "VirtualClock")

#: Seconds by which a timer may lie ahead and still be due: sums of floats are not exact.
_ROUNDING = 1e-6


class Timer:
    """A timer of the virtual clock, with the methods of `asyncio.TimerHandle` that callers use."""

    __slots__ = ("_args", "_callback", "_cancelled", "_context", "_when")

    def __init__(
        self, when: float, callback: Callable[..., object], args: tuple[object, ...], context: Context
    ) -> None:
        self._when = when
        self._callback = callback
        self._args = args
        self._context = context
        self._cancelled = False

    def when(self) -> float:
        return self._when

    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        self._cancelled = True

    def fire(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand the callback to the loop, which reports what it raises."""
        loop.call_soon(self._call, context=self._context)

    def _call(self) -> None:
        # Cancelled by a timer of the same moment.
        if not self._cancelled:
            self._callback(*self._args)


class VirtualClock:
    """A `flowcord.clock.Clock` that a test moves with `Harness.advance`.

    Args:
        start: Its first reading, in seconds.
        context: Where timers run that were not set by the bot itself.
    """

    def __init__(self, start: float = 0.0, context: Callable[[], Context] = copy_context) -> None:
        self._now = start
        self._start = start
        self._context = context
        self._started = datetime.now(UTC)
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Seconds since an arbitrary moment."""
        return self._now

    @property
    def elapsed(self) -> float:
        """Seconds the test has advanced so far."""
        return self._now - self._start

    def today(self) -> datetime:
        """The date and time that ids are made of: the real start of the test, and what was advanced."""
        return self._started + timedelta(seconds=self.elapsed)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> Timer:
        """Call `callback(*args)` once the clock reads `when`."""
        timer = Timer(when, callback, args, context or self._context())
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    def next_timer(self) -> float | None:
        """When the next timer is due, if any is set."""
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def fire_due(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Fire every timer that is due; whether there was one."""
        fired = False
        while (when := self.next_timer()) is not None and when <= self._now + _ROUNDING:
            heapq.heappop(self._timers)[2].fire(loop)
            fired = True
        return fired

    def move_to(self, when: float) -> None:
        """Set the clock forward; timers are not fired by it."""
        self._now = max(self._now, when)
