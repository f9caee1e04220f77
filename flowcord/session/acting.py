"""Acting: what one input runs, and what its failure means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from flowcord.errors import GuardFailed, StoreUnavailableError
from flowcord.menu.components import Press
from flowcord.session.asking import resume
from flowcord.session.concluding import conclude
from flowcord.session.context import SessionContext
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.failing import handler_failed, unavailable
from flowcord.session.form_opening import opened
from flowcord.session.hearing import written
from flowcord.session.hooks import fire
from flowcord.session.once import count_run, is_spent
from flowcord.session.permission import refuse, still_allowed
from flowcord.session.presenting import catch_up, present, replace
from flowcord.session.refreshing import refreshing_of
from flowcord.session.renewing import start_over
from flowcord.session.reserved import Control
from flowcord.session.turn import Click, End, Lost, Message, Opened, Refresh, Submit, Turn
from flowcord.wire.endpoint import MessageGone
from flowcord.wire.payload import notice

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("serve",)

#: Runs a handler, and says whether the session should then be shown again.
Work = Callable[["SessionContext"], Awaitable[bool]]


async def serve(session: MenuSession, turn: Turn, *, waited: bool) -> bool:
    """Serve one input to its end; one that has `waited` is checked again as when it arrived.

    `False` when a handler that waits in `ask` goes on with it in its own task, and drives the session.
    """
    try:
        refused = waited and not session.ending and not await still_allowed(session, turn)
        work = None if session.ending or refused else _work(session, turn)
        if refused:
            await refuse(session, turn)
        elif work is None:
            await _serve_other(session, turn)
        else:
            if session.definition.listens:
                session.runtime.channels.touch(session)
            ctx = SessionContext(session, session.menu, turn)
            if (telemetry := session.runtime.telemetry) is not None:
                work = telemetry.taken(session, turn, work)
            showable = await _run(session, ctx, work)
            turn = ctx.turn  # `ask` goes on with a later one
            if turn.answers_ask is None:
                await _follow_up(session, turn, showable)
        if resume(session, turn):
            return False
        if session.stage.is_behind:
            await catch_up(session, turn)
    except Exception as error:  # what users' code raises is dealt with above: this is a fault of ours
        session.runtime.incident(error, f"{session}: serving a {type(turn).__name__}")
    return True


async def _follow_up(session: MenuSession, turn: Turn, showable: bool) -> None:
    """What comes after a handler: its screen, if nothing ended the session."""
    if session.ending:
        await session.stage.acknowledge(turn.answer)
    elif session.collector.patience.lifetime_is_over:
        await conclude(session, turn, SessionEnd(EndReason.TIMEOUT, deadline="lifetime"))
    elif showable:
        await present(session, turn)
    if session.failures is not None and turn.user is not None and not turn.failed:
        session.failures.pop(turn.user.id, None)
    session.collector.patience.begin_anew()


async def _serve_other(session: MenuSession, turn: Turn) -> None:
    """Inputs that run no handler: the end, a refresh, and whatever is about another screen."""
    if session.ending:
        if turn.answer is not None:
            await session.too_late(turn.answer)
    elif isinstance(turn, End):
        await conclude(session, turn, turn.end)
    elif isinstance(turn, Refresh):
        await _refresh(session, turn)
    elif isinstance(turn, Lost):
        await replace(session, turn)
    elif turn.answer is not None:
        await session.runtime.attempt(f"{session}: a stale input", _stale, session, turn)


def _work(session: MenuSession, turn: Turn) -> Work | None:
    """What this input runs; `None` if it is not (or no longer) about what is on display."""
    if isinstance(turn, Click):
        press = session.pressed(turn.visit, turn.component) if turn.current else None
        if press is None:
            return None
        if (press.clicks or session.policy.clicks) == "once" and is_spent(session, press, turn.component):
            return None
        if press.choices is not None and not _offered(press.choices, turn):
            return None
        turn.behavior = press.behavior
        return partial(opened if isinstance(turn, Opened) else _click, session, press)
    if isinstance(turn, Submit):
        form = session.take_form(turn.visit, turn.component)
        if form is None or is_spent(session, form.press, form.component):
            return None
        return partial(form.take, session)
    if isinstance(turn, Message) and turn.menu is session.menu:
        listener = session.menu.shape.listener
        if listener is None:
            return None
        turn.behavior = listener.behavior
        return partial(written, session, listener, turn.message)
    return None


def _offered(choices: frozenset[str], turn: Click) -> bool:
    """Whether all that was chosen in a select can be chosen there now."""
    assert turn.answer is not None
    return choices.issuperset(cast("dict[str, Any]", turn.answer.interaction.data).get("values", ()))


async def _refresh(session: MenuSession, turn: Refresh) -> None:
    """What nobody's input asked for: it moves no deadline."""
    wanted, hard = refreshing_of(session).take()
    if hard:
        again = partial(_start_over, session)
        wanted = await _run(session, SessionContext(session, session.menu, turn), again)
    if wanted and not session.ending:
        await present(session, turn, in_place=True)


async def _start_over(session: MenuSession, ctx: SessionContext) -> bool:
    await start_over(session, ctx.turn)
    return True


async def _click(session: MenuSession, press: Press, ctx: SessionContext) -> bool:
    if session.data is not None:
        await session.load(ctx.menu)
    if "on_action" in session.hooked and not isinstance(press, Control):
        visit = session.visit
        await fire(session, "on_action", ctx.turn)
        if session.visit != visit or session.ending:  # the hook went elsewhere: the action does not run
            return True
    session.note("action", press.key)
    if (press.clicks or session.policy.clicks) == "once":
        count_run(session, press)
    if press.access is not None:
        ctx.demands = press.access
    await press.run(ctx.menu, ctx)
    return True


async def _run(session: MenuSession, ctx: SessionContext, work: Work) -> bool:
    """Run a handler; whether the session should now be shown again."""
    session.begin_work()
    try:
        return await work(ctx)
    except GuardFailed as refusal:
        if refusal.text:
            ctx.notify(refusal.text, private=session.policy.access.shared and ctx.has_interaction)
    except StoreUnavailableError as error:
        return await unavailable(session, ctx.turn, error)
    except Exception as error:
        await handler_failed(session, ctx, error)
    return True


async def _stale(session: MenuSession, turn: Turn) -> None:
    """Nothing runs: the live message shows what is current, any other place gets a sentence."""
    assert turn.answer is not None
    session.turned_away("stale", turn.kind, turn.name)
    if isinstance(turn, Click) and turn.current and session.stage.is_here(turn.answer.message_id or 0):
        press = session.pressed(turn.visit, turn.component)
        if session.components is None or (press is not None and is_spent(session, press, turn.component)):
            # What is current was never shown: that had failed; or its button is to be clicked anew.
            await present(session, turn, in_place=session.components is not None)
        else:
            try:
                await session.stage.show_again(turn.answer)
            except MessageGone:
                await replace(session, turn)
    else:
        await turn.answer.whisper(notice(session.texts(turn.locale).stale))
