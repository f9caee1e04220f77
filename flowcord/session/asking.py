"""Asking: a handler that waits for a sub-menu's result in line, while the session goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from flowcord.menu.menu import Menu
from flowcord.menu.options import Options
from flowcord.session.navigation import open_sub_menu
from flowcord.session.presenting import present
from flowcord.session.stack import Opener
from flowcord.session.turn import GivenUp, Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Ask", "ask", "resume")

ANSWER_EVENT = "flowcord_answer"


class Ask:
    """A handler that waits, and its task."""

    __slots__ = ("answered", "task")

    def __init__(self, session: MenuSession) -> None:
        self.answered = False
        # The handler may wait in a task of its own, as `asyncio.wait_for` makes one.
        self.task = cast("asyncio.Task[None]", session.collector.task or asyncio.current_task())


async def ask(
    session: MenuSession,
    turn: Turn,
    menu: type[Menu[Any, Any, Any]],
    options: Options | None,
    fields: dict[str, Any],
) -> tuple[Turn, Any]:
    """Enter the sub-menu; return the input that ended it, and its result.

    Another task shows the sub-menu as the answer to `turn` and drives the session while this one waits.
    """
    waiting = Ask(session)
    await open_sub_menu(session, turn, menu, options, fields, ask=waiting)
    if session.ending:  # by a hook of the sub-menu: the end cancels whoever waits
        waiting.task.cancel()
        await asyncio.sleep(0)
    if turn.answers_ask is not None:  # a hook of the sub-menu was done with it before it was shown
        (_, result), turn.answers_ask = turn.answers_ask, None
        return turn, result
    session.asks.append(waiting)
    session.collector.hand_on(_show(session, turn))
    try:
        ending, result = await session.runtime.park(ANSWER_EVENT, waiting)
    except asyncio.CancelledError:
        if not session.ending:  # it gave up waiting, and goes on when its turn comes
            await _give_up(session, waiting, turn)
        raise
    finally:
        session.asks.remove(waiting)
    session.collector.hand_back(waiting.task, ending)
    return ending, result


async def _give_up(session: MenuSession, waiting: Ask, turn: Turn) -> None:
    """Wait for no answer any more, only until nobody else drives the session."""
    if not waiting.answered:
        for frame in session.stack.frames:
            if isinstance(frame, Opener) and frame.ask is waiting:
                frame.ask = None
        session.collector.put(GivenUp(waiting))
        await session.runtime.park(ANSWER_EVENT, waiting)
    session.collector.hand_back(waiting.task, turn)


async def _show(session: MenuSession, turn: Turn) -> bool:
    """Show the sub-menu; whether this task drives the session on."""
    await present(session, turn)
    session.collector.patience.begin_anew()
    return not resume(session, turn)


def resume(session: MenuSession, turn: Turn) -> bool:
    """Wake the handler whose question this input has answered: it goes on with it, and drives the session.

    `False` if there is none.
    """
    if turn.answers_ask is None:
        return False
    (waiting, result), turn.answers_ask = turn.answers_ask, None
    cast(Ask, waiting).answered = True
    session.runtime.wake(ANSWER_EVENT, waiting, (turn, result))
    return True
