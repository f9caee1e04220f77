"""Arrival: what is decided about an input the moment it comes, before it takes its turn."""

from __future__ import annotations

import asyncio
import inspect
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import discord

from flowcord.errors import DefinitionError, GuardFailed, ScreenLimitError, StoreUnavailableError
from flowcord.menu.actions import call
from flowcord.menu.components import Press
from flowcord.menu.modals import Modal
from flowcord.session.presenting import unavailable
from flowcord.session.turn import Click, Form, Opened, Submit, Turn
from flowcord.wire.answer import DEFER_AFTER, Answer
from flowcord.wire.custom_id import ComponentId
from flowcord.wire.endpoint import Callback
from flowcord.wire.limits import check_form
from flowcord.wire.payload import Payload, notice

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Expired", "arrive")

#: Answers an input of a session that is no more: (answer, flow kind, the owner's id).
Expired = Callable[[Answer, str, int | None], Awaitable[None]]
#: What the menu's access rule and the component's say: yes, no, or a coroutine that will.
Verdicts = tuple[bool | Awaitable[Any], bool | Awaitable[Any]]
_ALLOWED = (True, True)


def arrive(session: MenuSession, answer: Answer, target: ComponentId) -> None:
    """Take an interaction with a component of `session`, or with a form it opened."""
    if session.ending or session.collector.patience.was_over(answer.arrived):
        session.runtime.spawn(session.too_late(answer))
        return
    press = session.pressed(target.visit, target.component)
    verdicts = _verdicts(session, answer.interaction.user, press)
    if verdicts == _ALLOWED:
        _admit(session, answer, target, press)
    else:
        answer.guard(session.runtime.punctual)
        session.runtime.spawn(_ask_access(session, answer, target, verdicts))


def _verdicts(session: MenuSession, user: discord.User | discord.Member, press: Press | None) -> Verdicts:
    """What the menu's rule, and that of the component, say of `user`; one that raises says no."""
    owner = session.owner.id
    try:
        of_menu = session.policy.access.allows(user, owner)
        of_press = True if press is None or press.access is None else press.access.allows(user, owner)
    except Exception as error:
        session.runtime.incident(error, f"{session}: an access predicate")
        return (False, False)
    return (of_menu, of_press)


async def _ask_access(
    session: MenuSession,
    answer: Answer,
    target: ComponentId,
    verdicts: Verdicts,
) -> None:
    """A rule said no, or is a coroutine: then the input takes its turn when it has answered."""
    try:
        allowed = all([await verdict if inspect.isawaitable(verdict) else verdict for verdict in verdicts])
    except Exception as error:
        session.runtime.incident(error, f"{session}: an access predicate")
        allowed = False
    if session.ending:
        await session.too_late(answer)
    elif allowed:
        _admit(session, answer, target, session.pressed(target.visit, target.component))
    else:
        kind = "click" if answer.interaction.type is discord.InteractionType.component else "submit"
        session.turned_away("refused", kind, target.component)
        await answer.whisper(notice(session.runtime.texts.refused))


def _admit(session: MenuSession, answer: Answer, target: ComponentId, press: Press | None) -> None:
    runtime, collector = session.runtime, session.collector
    if answer.interaction.type is discord.InteractionType.modal_submit:
        _enqueue(session, answer, Submit(answer, target.visit, target.component))
        return
    message = answer.interaction.message
    current = message is not None and session.stage.is_here(message.id)
    if press is not None and current:
        if press.opens is not None:
            answer.guard(runtime.punctual)
            runtime.spawn(_open_modal(session, answer, target, press))
            return
        if collector.busy and (press.clicks or session.policy.clicks) == "drop":
            answer.defer_soon()
            session.turned_away("dropped", "click", target.component)
            return
    slow = press is not None and current and press.defer
    _enqueue(session, answer, Click(answer, target.visit, target.component, current=current), slow=slow)


def _enqueue(session: MenuSession, answer: Answer, turn: Turn, *, slow: bool = False) -> None:
    if session.collector.is_full_for(answer.interaction.user.id):
        session.runtime.spawn(answer.whisper(notice(session.runtime.texts.busy)))
        session.turned_away("busy", turn.kind, turn.name)
        return
    if slow:
        answer.defer_soon()
    else:
        answer.guard(session.runtime.punctual)
    session.collector.put(turn)


async def _open_modal(session: MenuSession, answer: Answer, target: ComponentId, press: Press) -> None:
    """A modal waits for no handler and no queue; it must be the answer to its click.

    What else the click means, `on_action` or the notice of a guard, comes in turn.
    """
    visit, component = target.visit, target.component
    limit = asyncio.timeout(DEFER_AFTER)
    try:
        async with limit:
            refusal = None
            await session.load(session.menu)
            if press.guard is not None:
                ctx = session.context(session.menu, Turn(answer, answer.interaction.user))
                refusal = await press.guard.refusal(session.menu, ctx)
            modal = None if refusal is not None else await _make_form(session, press)
    except GuardFailed as refused:
        refusal, modal = refused.text, None
    except StoreUnavailableError as error:
        await unavailable(session, Turn(answer, answer.interaction.user), error)
        return
    except Exception as error:
        if not limit.expired():
            await _tell(session, answer, press, error)
            return
        refusal, modal = session.runtime.texts.guard, None
    if modal is None:
        session.collector.put(Opened(answer, visit, component, refusal))
        return
    name = f"-form.{secrets.token_hex(4)}"
    try:
        payload = _payload(modal)
        payload["custom_id"] = str(ComponentId(session.definition.kind, session.id, visit, name))
        session.expect_form(name, Form(modal, press))
        session.note("modal_shown", press.key)
        await answer.respond(Callback.MODAL, payload)
    except Exception as error:  # the form breaks limits, or Discord refuses it or is not reached
        await _tell(session, answer, press, error)
        return
    session.collector.patience.begin_anew()
    if "on_action" in session.hooked:
        session.collector.put(Opened(answer, visit, component))
    elif not session.collector.busy:
        session.collector.patience.rest()


def _payload(modal: Modal) -> Payload:
    payload = modal.to_dict()
    if violations := check_form(payload, type(modal).__name__):
        raise ScreenLimitError(violations)
    return payload


async def _tell(session: MenuSession, answer: Answer, press: Press, error: Exception) -> None:
    """The form does not open, and its user is told."""
    incident = session.runtime.incident(error, f"{session}: opening the form of {press.key}")
    await answer.whisper(notice(session.runtime.texts.error.format(incident=incident)))


async def _make_form(session: MenuSession, press: Press) -> Modal:
    opens = press.opens
    modal: Any
    if isinstance(opens, type):
        modal = opens()
    else:
        # A method named in the class body is not bound yet; one named in `render` is.
        method = cast("Callable[..., Any]", opens)
        modal = await (call(method) if hasattr(method, "__self__") else call(method, session.menu))
    if not isinstance(modal, Modal):
        raise DefinitionError(f"{press.key} opens a {type(modal).__name__}, and it has to be a Modal")
    return modal
