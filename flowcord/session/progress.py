"""Progress: a text and a bar in place of the screen, while a handler works."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

import discord

from flowcord.deadlines import Deadline
from flowcord.errors import ScreenLimitError
from flowcord.menu.context import Progress
from flowcord.session.interlude import interlude
from flowcord.session.presenting import cover
from flowcord.session.turn import Turn
from flowcord.wire.endpoint import MessageGone, Unreachable

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("PACE", "ProgressBar")

#: Seconds from one edit to the next: Discord allows about five edits of a message in five seconds, and
#: those of the screen count too.
PACE = 1.5
_LENGTH = 20
#: Characters of text for which Discord's 2000 leave room beside the bar.
_ROOM = 1950


class ProgressBar(Progress):
    """`ctx.progress(...)`. Nothing waits for the next edit but a deadline."""

    __slots__ = (
        "_deadline",
        "_done",
        "_driver",
        "_edit",
        "_sent",
        "_session",
        "_shown",
        "_text",
        "_total",
        "_turn",
    )

    def __init__(self, session: MenuSession, turn: Turn, text: str, total: float | None) -> None:
        if total is not None and total < 0:
            raise ValueError(f"progress: the total is {total!r}, and it cannot be below 0")
        self._session = session
        self._turn = turn
        self._text = _checked(text, session)
        self._total = total
        self._done = 0.0
        #: What is on display; `None` before and after.
        self._shown: str | None = None
        self._sent = 0.0
        self._edit: asyncio.Task[None] | None = None
        self._deadline = Deadline()
        #: The task of the handler: while another drives the session, as during `ask`, its screens are there.
        self._driver = session.collector.task

    async def __aenter__(self) -> Self:
        await self._show(self._content())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown = None
        self._session.runtime.deadlines.forget(self._deadline)
        if self._edit is not None and not self._edit.done():
            await asyncio.wait((self._edit,))  # the screen comes after it

    def update(self, done: float, text: str | None = None) -> None:
        self._done = done
        if text is not None:
            self._text = _checked(text, self._session)
        if self._edit is None and not self._deadline.live:
            self._plan()

    def _plan(self) -> None:
        """See that what there is to show is shown, as soon as it may be."""
        runtime = self._session.runtime
        if self._shown is None or self._content() == self._shown:
            return
        when = self._sent + PACE
        if runtime.clock.now() < when:
            runtime.deadlines.move(self._deadline, when, self._start)
        else:
            self._start()

    def _start(self) -> None:
        session = self._session
        if self._shown is not None and session.collector.task is self._driver and not session.ending:
            self._edit = session.runtime.spawn(self._show_more())

    async def _show_more(self) -> None:
        try:
            await self._show(self._content())
        finally:
            self._edit = None
            self._plan()

    async def _show(self, content: str) -> None:
        session = self._session
        self._shown, self._sent = content, session.runtime.clock.now()
        try:
            with suppress(MessageGone, Unreachable):  # the screen after it meets the same, and what it means
                await cover(session, self._turn, interlude(session, content))
        except discord.HTTPException as error:  # the work is worth more than its bar
            session.runtime.incident(error, f"{session}: the progress bar")

    def _content(self) -> str:
        if self._total is not None:
            return f"{self._text}\n{_bar(self._done, self._total)}"
        return f"{self._text}\n{self._done:g}" if self._done else self._text


def _checked(text: str, session: MenuSession) -> str:
    if len(text) > _ROOM:
        path = f"{type(session.menu).__name__} → progress"
        raise ScreenLimitError([f"{path}: the text has {len(text)} characters; at most {_ROOM}"])
    return text


def _bar(done: float, total: float) -> str:
    share = min(max(done / total, 0.0), 1.0) if total else 1.0
    filled = int(share * _LENGTH)
    return f"{'▰' * filled}{'▱' * (_LENGTH - filled)} {int(share * 100)} %"
