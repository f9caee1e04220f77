"""All deadlines of an app in one heap behind one timer.

A session's idle timeout moves with every click, and nearly never strikes: moving a deadline later, or
cancelling it, is an assignment, and the heap is only looked at when its timer fires.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from operator import itemgetter

from flowcord.clock import Clock, TimerHandle

__all__ = ("Deadline", "Deadlines")

#: Forgotten deadlines that may stay in the heap.
_FEW = 64


class Deadline:
    """A moment at which a callback runs, unless it is moved or cancelled before."""

    __slots__ = ("_callback", "_queued", "when")

    def __init__(self) -> None:
        self.when: float | None = None
        self._callback: Callable[[], object] | None = None
        self._queued: float | None = None  # the moment under which the heap holds it, if it does

    def cancel(self) -> None:
        self.when = self._callback = None

    @property
    def live(self) -> bool:
        return self.when is not None


class Deadlines:
    """The heap. Callbacks run on the event loop, must be quick and must not raise."""

    __slots__ = ("_armed", "_clock", "_forgotten", "_heap", "_order", "_timer")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._timer: TimerHandle | None = None
        self._armed = 0.0
        self._forgotten = 0

    def at(self, when: float, callback: Callable[[], object]) -> Deadline:
        """A new deadline at the clock's time `when`."""
        deadline = Deadline()
        self.move(deadline, when, callback)
        return deadline

    def move(self, deadline: Deadline, when: float, callback: Callable[[], object]) -> None:
        """Let `deadline` strike at `when`, earlier or later than before."""
        deadline.when = when
        deadline._callback = callback  # pyright: ignore[reportPrivateUsage]
        queued = deadline._queued  # pyright: ignore[reportPrivateUsage]
        if queued is None or when < queued:
            self._push(deadline, when)

    def forget(self, deadline: Deadline) -> None:
        """Cancel `deadline` for good: it, and what it holds, does not stay in the heap until its moment."""
        deadline.cancel()
        self._forgotten += 1
        if self._forgotten > max(_FEW, len(self._heap) // 2):
            self._sweep()

    def _sweep(self) -> None:
        """Take out of the heap what will not strike. So rarely that it costs a deadline next to nothing."""
        self._forgotten = 0
        kept: list[tuple[float, int, Deadline]] = []
        for entry in self._heap:
            queued, _, deadline = entry
            if deadline._queued != queued:  # pyright: ignore[reportPrivateUsage]  # moved earlier since
                continue
            if deadline.live:
                kept.append(entry)
            else:
                deadline._queued = None  # pyright: ignore[reportPrivateUsage]
        heapq.heapify(kept)
        self._heap = kept

    def now(self) -> float:
        return self._clock.now()

    def close(self) -> None:
        """Forget every deadline; none strikes any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for _, _, deadline in self._heap:
            deadline.cancel()
        self._heap.clear()

    def _push(self, deadline: Deadline, when: float) -> None:
        deadline._queued = when  # pyright: ignore[reportPrivateUsage]
        heapq.heappush(self._heap, (when, next(self._order), deadline))
        if self._timer is None or when < self._armed:
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            self._armed = self._heap[0][0]
            self._timer = self._clock.call_at(self._armed, self._strike)

    def _strike(self) -> None:
        self._timer = None
        now = self._clock.now()
        due: list[tuple[float, Callable[[], object]]] = []
        while self._heap and self._heap[0][0] <= now:
            queued, _, deadline = heapq.heappop(self._heap)
            if deadline._queued != queued:  # pyright: ignore[reportPrivateUsage]  # moved earlier since
                continue
            deadline._queued = None  # pyright: ignore[reportPrivateUsage]
            when, callback = deadline.when, deadline._callback  # pyright: ignore[reportPrivateUsage]
            if when is None or callback is None:
                continue
            if when > now:
                deadline._queued = when  # pyright: ignore[reportPrivateUsage]
                heapq.heappush(self._heap, (when, next(self._order), deadline))
            else:
                deadline.cancel()
                due.append((when, callback))
        while self._heap and not self._heap[0][2].live:  # nothing wakes for what was cancelled
            heapq.heappop(self._heap)[2]._queued = None  # pyright: ignore[reportPrivateUsage]
        self._arm()
        due.sort(key=itemgetter(0))  # one that was moved stood under its earlier moment
        for _, callback in due:
            callback()
