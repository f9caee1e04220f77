"""Shutting down: every session ends, its user is told, and it takes no longer than it may."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.turn import Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("shut_down",)

_log = logging.getLogger("flowcord")

#: Sessions ended at a time: Discord limits the rate, and a rush of thousands would only queue up there.
_AT_ONCE = 50


async def shut_down(sessions: Iterable[MenuSession], grace: float) -> None:
    """End all of `sessions`. Those that wait begin to end at once; a running handler gets `grace` seconds,
    then is cancelled. Last displays get `grace` seconds too; what is left then ends without one.

    A handler may call this: its own session ends as one that waits, and it goes on afterwards.
    """
    own = asyncio.current_task()
    waiting: deque[MenuSession] = deque()
    busy: list[tuple[MenuSession, asyncio.Task[None]]] = []
    for session in sessions:
        task = session.collector.task
        if task is None or task is own:
            waiting.append(session)
        else:
            busy.append((session, task))
    farewell = _Farewell(grace * 2 if busy else grace)
    await asyncio.gather(
        *(_end_all(waiting, farewell, grace) for _ in range(min(_AT_ONCE, len(waiting)))),
        *(_end_busy(session, task, farewell, grace) for session, task in busy),
    )
    if farewell.left_out:
        _log.warning("%d sessions ended without a last display: there was no time left", farewell.left_out)


async def _end_all(waiting: deque[MenuSession], farewell: _Farewell, grace: float) -> None:
    """Work on what is left to end, beside others who do."""
    while waiting:
        await _end(waiting.popleft(), farewell, grace)


async def _end_busy(
    session: MenuSession, task: asyncio.Task[None], farewell: _Farewell, grace: float
) -> None:
    _, late = await asyncio.wait((task,), timeout=grace)
    for running in late:
        running.cancel()
        # It may refuse: half of what is left is kept to tell its user.
        await asyncio.wait((running,), timeout=farewell.remaining / 2)
    await _end(session, farewell, grace)


async def _end(session: MenuSession, farewell: _Farewell, grace: float) -> None:
    end = SessionEnd(EndReason.SHUTDOWN)
    try:
        async with asyncio.timeout(farewell.remaining + grace):
            await conclude(session, Turn(None, None), end, showing=farewell.show)
    except TimeoutError:  # a hook hangs
        session.abandon(end)


class _Farewell:
    """The time that is left for last displays."""

    def __init__(self, seconds: float) -> None:
        self._until = asyncio.get_running_loop().time() + seconds
        self.left_out = 0

    @property
    def remaining(self) -> float:
        """Seconds."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    async def show(self, display: Callable[[], Awaitable[None]]) -> None:
        """Show it, if that can be done in time."""
        if remaining := self.remaining:
            limit = asyncio.timeout(remaining)
            try:
                async with limit:
                    await display()
                return
            except TimeoutError:
                if not limit.expired():
                    raise
        self.left_out += 1
