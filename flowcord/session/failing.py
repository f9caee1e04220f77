"""Failing: an error is logged, hooks hear of it, and a policy decides how the session goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from flowcord.errors import DefinitionError, GuardFailed, StoreUnavailableError
from flowcord.menu.actions import call
from flowcord.menu.behavior import ErrorPolicy
from flowcord.menu.menu import Menu
from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.hooks import hooks_of
from flowcord.session.navigation import go_back
from flowcord.session.turn import Turn
from flowcord.session.visits import Standing, return_to_shown
from flowcord.wire.payload import notice

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.session import MenuSession

__all__ = ("gave_up", "handler_failed", "opening_failed", "rendering_failed", "unavailable", "whisper")


class Failure(NamedTuple):
    """An error that was logged as `incident`, and what it is to lead to."""

    error: Exception
    incident: str
    policy: ErrorPolicy
    #: Whether it came from a menu that was being entered, and was left again.
    undone: bool = False

    @property
    def end(self) -> SessionEnd:
        return SessionEnd(EndReason.ERROR, error=self.error, incident=self.incident)


async def handler_failed(session: MenuSession, ctx: SessionContext, error: Exception) -> None:
    """A handler raised: the menu that is current now is shown again, the one before, or it is the end."""
    turn = ctx.turn
    failure = await _fail(session, turn, ctx.menu, error, f"a handler, by {turn.name or turn.kind}")
    if session.ending:
        return
    if failure.policy == "end":
        await conclude(session, turn, failure.end)
    elif failure.policy == "go_back" and not failure.undone:
        await _go_back(session, turn, failure)
    if not session.ending:
        _say(session, turn, failure)


async def rendering_failed(session: MenuSession, turn: Turn, error: Exception) -> bool:
    """A render, a limit or a send failed: whether something else is to be shown than what still stands."""
    failure = await _fail(session, turn, session.menu, error, "rendering")
    if session.ending:
        return False
    if session.shown is None:
        await conclude(session, turn, failure.end)
        return False
    if session.components is not None and failure.policy == "stay":
        turn.private.insert(0, session.texts(turn.locale).error.format(incident=failure.incident))
        await session.runtime.attempt(f"{session}: the notice", whisper, turn)
        return False
    if session.components is None:  # the first screen of a visit or number: what led to it is undone
        await _undo(session, turn, failure, session.shown)
    elif failure.policy == "go_back":
        await _go_back(session, turn, failure)
    if failure.policy == "end":
        await conclude(session, turn, failure.end)
    if not session.ending:
        _say(session, turn, failure)
    return not session.ending


async def gave_up(session: MenuSession, turn: Turn, error: Exception) -> None:
    """What was to be shown instead failed too: the session ends."""
    incident = session.runtime.incident(error, f"{session}: rendering, after another error")
    session.note("error", incident)
    await conclude(session, turn, SessionEnd(EndReason.ERROR, error=error, incident=incident))


async def opening_failed(session: MenuSession, turn: Turn, error: Exception) -> None:
    """There is no first screen: the session ends."""
    failure = await _fail(session, turn, session.menu, error, "opening")
    await conclude(session, turn, failure.end)


async def unavailable(session: MenuSession, turn: Turn, error: StoreUnavailableError) -> bool:
    """Postgres cannot be reached: say so, and change nothing else.

    `True` when the screen has to be shown all the same: what an undone navigation led back to has other ids.
    """
    incident = session.runtime.incident(error, str(session))
    session.note("error", incident)
    turn.failed = True
    texts = session.texts(turn.locale)
    partly = error.outcome == "unknown" or session.has_written
    turn.private.insert(
        0, (texts.unavailable_check if partly else texts.unavailable).format(incident=incident)
    )
    if session.shown is None:
        await conclude(session, turn, SessionEnd(EndReason.ERROR, error=error, incident=incident))
    elif session.components is None:
        return True
    else:
        await session.runtime.attempt(f"{session}: the notice", whisper, turn)
    return False


async def whisper(turn: Turn) -> None:
    """Say what is for this user alone."""
    while turn.private and turn.answer is not None:
        await turn.answer.whisper(notice(turn.private.pop(0)))


# Deciding ------------------------------------------------------------------------------------------


async def _fail(
    session: MenuSession, turn: Turn, menu: Menu[Any, Any, Any] | None, error: Exception, where: str
) -> Failure:
    """Log it, count it, and ask who may decide: the hooks, then the behavior of the menu that failed."""
    undone = False
    if turn.blamed is not None and turn.blamed.error is error:
        menu, undone = turn.blamed.menu, turn.blamed.entering
    incident = session.runtime.incident(error, f"{session}: {where}, in {type(menu).__name__}")
    session.note("error", incident)
    if menu is None or session.ending:  # nobody hears of it before there is a menu, or after the end
        return Failure(error, incident, "end")
    behavior = session.policy if menu is session.menu else session.policy_of(type(menu))
    spent = _count(session, turn) >= behavior.error_limit
    decided = await _hooks_decide(session, turn, menu, error)
    return Failure(error, incident, "end" if spent else decided or behavior.error_policy, undone)


def _count(session: MenuSession, turn: Turn) -> int:
    """How many inputs of this user have failed in a row, this one included."""
    if turn.user is None:
        return 0
    if session.failures is None:
        session.failures = {}
    count = session.failures.get(turn.user.id, 0) + (not turn.failed)
    turn.failed = True
    session.failures[turn.user.id] = count
    return count


async def _hooks_decide(
    session: MenuSession, turn: Turn, menu: Menu[Any, Any, Any], error: Exception
) -> ErrorPolicy | None:
    """`on_error` of menu, flow and app: the first that returns a policy decides."""
    hooks = hooks_of(session, "on_error", menu)
    if hooks:
        session.note("hook", "on_error")
    for hook in hooks:
        try:
            decided = await call(hook, session.context(menu, turn, "on_error"), error)
            if decided in get_args(ErrorPolicy):
                return cast(ErrorPolicy, decided)
            if decided is not None:
                raise DefinitionError(
                    f"{hook!r} returned {decided!r}: on_error returns 'stay', 'go_back', 'end' or None"
                )
        except Exception as again:
            session.runtime.incident(again, f"{session}: on_error")
    return None


def _say(session: MenuSession, turn: Turn, failure: Failure) -> None:
    """The incident as a notice on the next screen; where others see that, to this user alone."""
    private = session.policy.access.shared and turn.answer is not None
    session.note("notice", "private" if private else "shown")
    texts = session.texts(turn.locale if private else None)
    sentence = texts.error.format(incident=failure.incident)
    if private:
        turn.private.append(sentence)
    else:
        session.notices.append(sentence)


async def _undo(session: MenuSession, turn: Turn, failure: Failure, shown: Standing) -> None:
    """Back to what was last shown; if that fails too, it is the end."""
    try:
        await return_to_shown(session, turn, shown)
    except Exception as again:
        session.runtime.incident(again, f"{session}: undoing, after incident {failure.incident}")
        await conclude(session, turn, failure.end)


async def _go_back(session: MenuSession, turn: Turn, failure: Failure) -> None:
    """Back to the menu before; where there is none, or it fails too, it is the end."""
    if not session.can_go_back:
        await conclude(session, turn, failure.end)
        return
    try:
        await go_back(session, turn)
    except GuardFailed as refusal:  # it cannot be entered now
        if refusal.text:
            session.notices.append(refusal.text)
    except Exception as again:
        session.runtime.incident(again, f"{session}: going back after incident {failure.incident}")
        await conclude(session, turn, failure.end)
