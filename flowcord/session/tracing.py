"""Tracing: where users went, app-wide."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple

__all__ = ("Direction", "Path", "Step", "Tracer")

Direction = Literal["open", "forward", "back", "fallback", "complete", "dismiss"]

#: Steps kept; the oldest are dropped beyond that.
_KEPT = 10_000


class Step(NamedTuple):
    """One navigation. `origin` is `None` for an opening; `trigger` is the component's key, if it was one.

    `at` is the clock's time in seconds; menus are named as in their flow.
    """

    session: str
    user: int
    origin: str | None
    target: str
    direction: Direction
    trigger: str | None
    at: float


class Path(NamedTuple):
    """A way that somebody took out of a menu."""

    target: str
    direction: Direction
    trigger: str | None


class Tracer:
    """`flows.tracer`: the newest 10,000 navigations of all sessions; empty without `FlowCord(trace=True)`."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: deque[Step] = deque(maxlen=_KEPT)

    def add(self, step: Step) -> None:
        """Keep one more; the oldest beyond 10,000 goes."""
        self._steps.append(step)

    def paths_from(self, menu: str) -> list[Path]:
        """The ways that were taken out of `menu`, each once, in the order in which they were first taken."""
        taken = (
            Path(step.target, step.direction, step.trigger) for step in self._steps if step.origin == menu
        )
        return list(dict.fromkeys(taken))

    def clear(self) -> None:
        """Forget every step."""
        self._steps.clear()

    def __iter__(self) -> Iterator[Step]:
        return iter(tuple(self._steps))

    def __len__(self) -> int:
        return len(self._steps)
