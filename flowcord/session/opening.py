"""Opening: from a command to the first screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from flowcord.errors import GuardFailed, StoreUnavailableError
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options
from flowcord.session.adoption import Adopted
from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.failing import opening_failed, unavailable
from flowcord.session.presenting import present
from flowcord.session.turn import Opening
from flowcord.session.visits import enter_first

if TYPE_CHECKING:
    from flowcord.data.session_data import SessionData
    from flowcord.session.session import MenuSession

__all__ = ("start",)


async def start(
    session: MenuSession,
    turn: Opening,
    menu: type[Menu[Any, Any, Any]],
    options: Options,
    data: Callable[[], Awaitable[SessionData | None]],
    *,
    adopted: Adopted | None = None,
) -> None:
    """Find the session's `data`, enter the first menu and show it: as the answer to the interaction of
    `turn`, or in its channel; with `adopted`, in that message.

    Errors of the menu's own code end the session, with a sentence for the user; they are not raised.
    """
    session.adopt_policy(menu)
    if adopted is not None:
        session.stage.adopt(*adopted)
    elif turn.answer is not None:
        turn.answer.promise(session.runtime.punctual, ephemeral=session.policy.ephemeral)
    showing = _first_screen(session, turn, menu, options, data)
    await session.collector.opening(turn, _or_end(session, turn, showing))


async def _or_end(session: MenuSession, turn: Opening, showing: Awaitable[None]) -> None:
    try:
        await showing
    except BaseException:  # whoever opens it gave up, or somebody ends it
        await conclude(session, turn, session.collector.halted or SessionEnd(EndReason.CLOSED))
        raise


async def _first_screen(
    session: MenuSession,
    turn: Opening,
    menu: type[Menu[Any, Any, Any]],
    options: Options,
    data: Callable[[], Awaitable[SessionData | None]],
) -> None:
    try:
        session.data = await data()
        session.bind(session.flow)
        await enter_first(session, turn, menu, options)
    except GuardFailed as refusal:
        turn.private.append(refusal.text)
        await conclude(session, turn, SessionEnd(EndReason.CLOSED))
    except StoreUnavailableError as error:
        await unavailable(session, turn, error)
    except Exception as error:
        await opening_failed(session, turn, error)
    else:
        await present(session, turn)
    if turn.answer is not None:
        await session.runtime.attempt(f"{session}: the placeholder", turn.answer.withdraw)
    session.collector.patience.begin_anew()
