"""Shutting down: every session ends, its user is told, and it takes no longer than it may."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
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
_END = SessionEnd(EndReason.SHUTDOWN)


async def shut_down(sessions: Iterable[MenuSession], grace: float) -> None:
    """End all of `sessions`. Those that wait begin to end at once; a running handler gets `grace` seconds,
    then is cancelled. Last displays get `grace` seconds too; what is left then ends without one.

    A handler may call this: its own session ends as one that waits, and it goes on afterwards.
    """
    own = asyncio.current_task()
    waiting: deque[MenuSession] = deque()
    busy: list[MenuSession] = []
    for session in sessions:
        is_busy = session.collector.task not in (None, own)
        (busy if is_busy else waiting).append(session)
    farewell = _Farewell(grace * 2 if busy else grace)
    await asyncio.gather(
        *(_end_all(waiting, farewell, grace) for _ in range(min(_AT_ONCE, len(waiting)))),
        *(_end_busy(session, farewell, grace) for session in busy),
    )
    if farewell.left_out:
        _log.warning("%d sessions ended without a last display: there was no time left", farewell.left_out)


async def _end_all(waiting: deque[MenuSession], farewell: _Farewell, grace: float) -> None:
    """Work on what is left to end, beside others who do."""
    while waiting:
        await _end(waiting.popleft(), farewell, grace)


async def _end_busy(session: MenuSession, farewell: _Farewell, grace: float) -> None:
    collector, loop = session.collector, asyncio.get_running_loop()
    until = loop.time() + grace
    served: asyncio.Task[None] | None = None
    # One handler may leave the session to another, which it asked.
    while collector.task not in (None, served) and loop.time() < until:
        served = collector.task
        await asyncio.wait((served,), timeout=until - loop.time())
    if collector.task is not None:
        collector.halt(_END)
        # It may refuse: half of what is left is kept to tell its user.
        await asyncio.wait((collector.task,), timeout=farewell.remaining / 2)
    await _end(session, farewell, grace)


async def _end(session: MenuSession, farewell: _Farewell, grace: float) -> None:
    with suppress(TimeoutError):  # a hook hangs: the session has ended all the same
        async with asyncio.timeout(farewell.remaining + grace):
            turn = session.collector.turn or Turn(None, None)
            await conclude(session, turn, _END, showing=farewell.show)


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
