"""Arrival: what is decided about an input the moment it comes, before it takes its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from flowcord.menu.components import Press
from flowcord.session.form_opening import open_form
from flowcord.session.permission import ALLOWED, Verdicts, agreed, verdicts_on
from flowcord.session.turn import Click, Submit, Turn
from flowcord.wire.answer import Answer
from flowcord.wire.custom_id import ComponentId
from flowcord.wire.payload import notice

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Expired", "arrive")

#: Answers an input of a session that is no more: (answer, flow kind, the owner's id, whether the end is on
#: display).
Expired = Callable[[Answer, str, int | None, bool], Awaitable[None]]


def arrive(session: MenuSession, answer: Answer, target: ComponentId) -> None:
    """Take an interaction with a component of `session`, or with a form it opened."""
    if session.ending or session.collector.patience.was_over(answer.arrived):
        session.runtime.spawn(session.too_late(answer))
        return
    press = session.pressed(target.visit, target.component)
    if press is None and session.forms is not None and _is_submit(answer):
        press = session.forms.opener(target.component)
    verdicts = verdicts_on(session, answer.interaction.user, press)
    if verdicts == ALLOWED:
        _admit(session, answer, target, press)
    else:
        answer.guard(session.runtime.punctual)
        session.runtime.spawn(_ask_access(session, answer, target, verdicts))


def _is_submit(answer: Answer) -> bool:
    return answer.interaction.type is discord.InteractionType.modal_submit


async def _ask_access(
    session: MenuSession,
    answer: Answer,
    target: ComponentId,
    verdicts: Verdicts,
) -> None:
    """A rule said no, or is a coroutine: then the input takes its turn when it has answered."""
    allowed = await agreed(session, verdicts)
    if session.ending:
        await session.too_late(answer)
    elif allowed:
        _admit(session, answer, target, session.pressed(target.visit, target.component))
    else:
        kind = "click" if answer.interaction.type is discord.InteractionType.component else "submit"
        session.turned_away("refused", kind, target.component)
        await answer.whisper(notice(session.texts(answer.interaction.locale).refused))


def _admit(session: MenuSession, answer: Answer, target: ComponentId, press: Press | None) -> None:
    runtime, collector = session.runtime, session.collector
    if _is_submit(answer):
        _enqueue(session, answer, Submit(answer, target.visit, target.component))
        return
    message = answer.interaction.message
    current = message is not None and session.stage.is_here(message.id)
    if press is not None and current:
        if press.opens is not None:
            answer.guard(runtime.punctual)
            runtime.spawn(open_form(session, answer, target, press))
            return
        if collector.busy and (clicks := press.clicks or session.policy.clicks) != "queue":
            if clicks == "drop":
                _drop(session, answer, target)
                return
            if clicks == "latest":
                for older in collector.withdraw(target.visit, target.component):
                    _drop(session, older, target)
    slow = press is not None and current and press.defer
    _enqueue(session, answer, Click(answer, target.visit, target.component, current=current), slow=slow)


def _drop(session: MenuSession, answer: Answer, target: ComponentId) -> None:
    """Acknowledge a click, and forget it."""
    answer.defer_soon()
    session.turned_away("dropped", "click", target.component)


def _enqueue(session: MenuSession, answer: Answer, turn: Turn, *, slow: bool = False) -> None:
    if session.collector.is_full_for(answer.interaction.user.id):
        session.runtime.spawn(answer.whisper(notice(session.texts(answer.interaction.locale).busy)))
        session.turned_away("busy", turn.kind, turn.name)
        return
    if slow:
        answer.defer_soon()
    else:
        answer.guard(session.runtime.punctual)
    session.collector.put(turn)
