"""Time as FlowCord sees it: one seam, so that tests and simulations bring their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

__all__ = ("Clock", "LoopClock", "TimerHandle")


class TimerHandle(Protocol):
    """What `call_at` gives: something to cancel."""

    def cancel(self) -> object: ...


class Clock(Protocol):
    """Monotonic seconds and timers: session deadlines, the automatic defer, the cache's TTL."""

    def now(self) -> float:
        """Seconds since an arbitrary moment, never falling."""
        ...

    def call_at(self, when: float, callback: Callable[[], object]) -> TimerHandle:
        """Call `callback` at `when`, on the event loop."""
        ...


class LoopClock:
    """The running event loop's own clock."""

    __slots__ = ()

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def call_at(self, when: float, callback: Callable[[], object]) -> TimerHandle:
        return asyncio.get_running_loop().call_at(when, callback)
