"""Dismissal: a session is ended by code outside of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from flowcord.session.concluding import conclude
from flowcord.session.ending import SessionEnd
from flowcord.session.turn import End, Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("dismiss",)


async def dismiss(session: MenuSession, end: SessionEnd, grace: float) -> None:
    """End `session` as its next input, and return when it has ended.

    A handler that runs for longer than `grace` seconds is cancelled; how long it then takes to clean up
    is its own affair, for as long again.
    """
    session.collector.put(End(end))
    with suppress(TimeoutError):
        async with asyncio.timeout(grace):
            await session.wait()
    if not session.ending:
        session.collector.halt(end)
        if session.collector.task is not None:
            await asyncio.wait((session.collector.task,), timeout=grace)
        await conclude(session, Turn(None, None), end)
    await session.wait()
