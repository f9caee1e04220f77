"""Collector: a session's inbox and its deadline.

Inputs are served one by one, in order of arrival. An idle session holds no task and no queue: a drain task
starts with an input and ends when the inbox is empty.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from flowcord.session.ending import SessionEnd
from flowcord.session.patience import Patience
from flowcord.session.runtime import Runtime
from flowcord.session.turn import Click, Turn
from flowcord.wire.answer import Answer

if TYPE_CHECKING:
    from flowcord.session.refreshing import Refreshing

__all__ = ("MAX_WAITING", "Collector", "Served")


#: Inputs of one user that wait behind the one being served.
MAX_WAITING = 8


class Served(Protocol):
    """What a collector works for."""

    @property
    def refreshing(self) -> Refreshing | None:
        """What wants to be rendered again when nothing else is to be done."""
        ...

    def serve(self, turn: Turn, *, waited: bool) -> Awaitable[bool]:
        """Handle one input, which may have `waited` for it.

        `False` when a handler that waited in `ask` goes on with it in its own task.
        """
        ...


class Collector:
    """The inbox of one session."""

    __slots__ = ("_inbox", "_runtime", "_session", "busy", "halted", "patience", "task", "turn")

    def __init__(self, session: Served, runtime: Runtime, patience: Patience) -> None:
        self._session = session
        self._runtime = runtime
        self._inbox: deque[Turn] | None = None
        #: When the session's time is up.
        self.patience = patience
        #: Whether an input is being served.
        self.busy = False
        #: The task that serves it.
        self.task: asyncio.Task[None] | None = None
        #: The input itself.
        self.turn: Turn | None = None
        #: How the session ends whose inputs are served no more.
        self.halted: SessionEnd | None = None

    @property
    def waiting(self) -> bool:
        """Whether inputs wait behind the one being served."""
        return bool(self._inbox)

    def is_full_for(self, user: int) -> bool:
        """Whether as many inputs of one user wait as may."""
        inbox = self._inbox
        if inbox is None or len(inbox) < MAX_WAITING:
            return False
        return sum(turn.user is not None and turn.user.id == user for turn in inbox) >= MAX_WAITING

    @property
    def is_ours(self) -> bool:
        """Whether whoever asks is the task that serves the current input."""
        return self.task is asyncio.current_task()

    def put(self, turn: Turn) -> None:
        """Take an input: served now if nothing is, else in its turn."""
        if self.busy:
            if self._inbox is None:
                self._inbox = deque()
            self._inbox.append(turn)
        else:
            self.busy = True
            self.task = self._runtime.drive(self._drain(turn, waited=False))

    def withdraw(self, visit: int, component: str) -> list[Answer]:
        """Take out the clicks on this component that wait; they are to be acknowledged."""
        inbox = self._inbox or ()
        older = [turn for turn in inbox if type(turn) is Click and turn.is_on(visit, component)]
        if older:
            self._inbox = deque(turn for turn in inbox if turn not in older)
        return [turn.answer for turn in older if turn.answer is not None]

    def take_all(self) -> list[Turn]:
        """Empty the inbox, of a session that has ended."""
        left = list(self._inbox or ())
        self._inbox = None
        return left

    def halt(self, end: SessionEnd) -> None:
        """Cancel what is being served, and serve nothing after it: the session ends."""
        self.halted = end
        if self.task is not None:
            self.task.cancel()

    async def opening(self, turn: Turn, serve: Awaitable[None]) -> None:
        """Serve what the caller's own task does (the opening), then leave the rest to a drain task."""
        self.busy, self.turn = True, turn
        self.task = asyncio.current_task()
        try:
            await serve
        finally:
            self._go_on()

    def _go_on(self) -> None:
        """Leave what waits to a drain task."""
        turn = None if self.halted else self._next()
        if turn is not None:
            self.task = self._runtime.drive(self._drain(turn))

    def hand_on(self, finish: Coroutine[Any, Any, bool]) -> None:
        """Let another task finish the current input, and drive on if that says so; this one will wait."""

        async def drive() -> None:
            if await finish:
                await self._drain(self._next())

        self.task = self._runtime.drive(drive())

    def hand_back(self, task: asyncio.Task[None] | None, turn: Turn) -> None:
        """The waiting task drives again, and goes on with this input."""
        self.busy = True
        self.task, self.turn = task, turn

    async def _drain(self, turn: Turn | None, *, waited: bool = True) -> None:
        try:
            while turn is not None:
                self.turn = turn
                if not await self._session.serve(turn, waited=waited):
                    return
                turn, waited = self._next(), True
        except BaseException:
            if self.is_ours:  # somebody cancelled a handler: the inputs after it are served all the same
                self._go_on()
            raise

    def _next(self) -> Turn | None:
        if self._inbox:
            return self._inbox.popleft()
        self._inbox = None
        refreshing = self._session.refreshing
        if refreshing is not None and (refresh := refreshing.due()) is not None:
            return refresh
        self.busy = False
        self.task = self.turn = None
        self.patience.rest()
        return None
