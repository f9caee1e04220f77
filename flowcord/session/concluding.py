"""The end of a session: one path for every reason, each step once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from flowcord.session.disposal import Disposal
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.hooks import tell
from flowcord.session.turn import Opening, Turn
from flowcord.session.visits import leave
from flowcord.wire.payload import notice

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("END_EVENT", "conclude")

END_EVENT = "flowcord_end"
_HOOKS = {EndReason.CANCELLED: "on_cancel", EndReason.TIMEOUT: "on_timeout"}


Showing = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


async def conclude(
    session: MenuSession, turn: Turn, end: SessionEnd, *, showing: Showing | None = None
) -> None:
    """End `session`: hooks, waiting handlers, the last display, `on_end`, and everyone in `wait()`.

    Every further call changes nothing. Nothing that fails on the way keeps the session alive. `showing`
    runs the last display, where that is subject to conditions.
    """
    if session.ending:
        return
    session.ending = True
    runtime = session.runtime
    runtime.deadlines.forget(session.collector.patience)
    try:
        await _part(session, turn, end, showing)
    finally:  # who ends a session may be cancelled on the way: it is over all the same
        session.end = end
        runtime.sessions.pop(session.id, None)
        runtime.slots.release(session)
        if runtime.telemetry is not None:
            runtime.telemetry.ended(session, end)
        runtime.channels.remove(session)
        runtime.wake(END_EVENT, session, end)
        for late in session.collector.take_all():
            if late.answer is not None:
                runtime.spawn(session.too_late(late.answer))


async def _part(session: MenuSession, turn: Turn, end: SessionEnd, showing: Showing | None) -> None:
    """Everybody hears of the end, in order."""
    runtime = session.runtime
    if end.reason in _HOOKS and session.entered:
        await tell(session, _HOOKS[end.reason], turn)
    await leave(session, turn)
    await _cancel_waiting(session)
    display = partial(_display, session, turn, end)
    show = display if showing is None else partial(showing, display)
    await runtime.attempt(f"{session}: the last display", show)
    session.end = end
    await tell(session, "on_end", turn, end)


async def _cancel_waiting(session: MenuSession) -> None:
    """Cancel the handlers that wait in `ask`, the innermost first; their `finally` blocks run."""
    own = asyncio.current_task()
    for task in reversed([ask.task for ask in session.asks]):
        if task is not own:
            task.cancel()
            await asyncio.wait((task,))


async def _display(session: MenuSession, turn: Turn, end: SessionEnd) -> None:
    if session.stage.is_empty:
        if isinstance(turn, Opening):
            sentence = turn.private[0] if turn.private else end.text(session.texts(turn.locale))
            await turn.tell(session.runtime.wire, sentence)
        return
    await session.stage.close(turn.answer, _disposal(session, end))
    if turn.answer is not None:
        for sentence in (*session.notices, *turn.private):
            await turn.answer.whisper(notice(sentence))


def _disposal(session: MenuSession, end: SessionEnd) -> Disposal | None:
    texts, policy = session.texts(), session.policy
    becomes = end.display(policy.end_display, layout=session.stage.shows_layout)
    if becomes is not None and session.shown is None:  # a progress bar is all that was ever there
        becomes = "replace"
    if becomes is None:
        return None
    return Disposal(becomes, end.text(texts), texts.closed, policy.ephemeral_fallback)
