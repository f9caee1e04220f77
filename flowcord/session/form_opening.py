"""Opening forms: at once and out of turn, as the answer to the click."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flowcord.errors import DefinitionError, GuardFailed, ScreenLimitError, StoreUnavailableError
from flowcord.menu.actions import call
from flowcord.menu.components import Press
from flowcord.menu.forms import ModelForm, Page
from flowcord.menu.modals import Modal
from flowcord.menu.one_shots import check_shared
from flowcord.session.failing import unavailable
from flowcord.session.filling import Filling, Onward
from flowcord.session.forms import Form, Forms, forms_of
from flowcord.session.hooks import fire
from flowcord.session.reserved import Control
from flowcord.session.turn import Opened, Turn
from flowcord.wire.answer import DEFER_AFTER, Answer
from flowcord.wire.custom_id import ComponentId
from flowcord.wire.endpoint import Callback
from flowcord.wire.form_limits import check_form
from flowcord.wire.payload import Payload, notice
from flowcord.wire.typed import prefill

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.session import MenuSession

__all__ = ("open_form", "opened")


async def open_form(session: MenuSession, answer: Answer, target: ComponentId, press: Press) -> None:
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
        refusal, modal = session.texts(answer.interaction.locale).guard, None
    if modal is None:
        session.collector.put(Opened(answer, visit, component, refusal))
        return
    try:
        await _send(session, answer, target, press, modal)
    except Exception as error:  # the form breaks limits, or Discord refuses it or is not reached
        await _tell(session, answer, press, error)
        return
    session.collector.patience.begin_anew()
    if "on_action" in session.hooked and not isinstance(press, Control):
        session.collector.put(Opened(answer, visit, component))
    elif not session.collector.busy:
        session.collector.patience.rest()


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


async def _send(
    session: MenuSession, answer: Answer, target: ComponentId, press: Press, modal: Modal
) -> None:
    # A visit that began meanwhile has forms of its own: this one comes back stale.
    forms = forms_of(session) if target.visit == session.visit else Forms()
    check_shared(type(session.menu).__name__, session.policy, [(type(modal).__name__, modal.behavior)])
    form = _form(forms, press, target.component, modal, answer.interaction.user.id)
    payload: Payload = form.modal.to_dict()
    prefill(payload, form.before)
    if violations := check_form(payload, type(form.modal).__name__):
        raise ScreenLimitError(violations)
    name = forms.expect(form)
    payload["custom_id"] = str(target._replace(component=name))
    form.modal.stop()  # it comes back to us: discord.py has nothing to wait for
    session.note("modal_shown", form.press.key)
    await answer.respond(Callback.MODAL, payload)


def _form(forms: Forms, press: Press, component: str, modal: Modal, user_id: int) -> Form:
    """The modal as it goes out: a form of its own, or a page of one that is made from a model."""
    if isinstance(press, Onward):
        return press.filling.shown(cast(Page, modal))
    before = forms.typed_before((user_id, press.key, type(modal)))
    if isinstance(modal, ModelForm):
        filling = Filling(cast("ModelForm[Any]", modal), press, component, user_id, before)
        return filling.shown(filling.page())
    return Form(modal, press, component, user_id, before)


async def _tell(session: MenuSession, answer: Answer, press: Press, error: Exception) -> None:
    """The form does not open, and its user is told."""
    incident = session.runtime.incident(error, f"{session}: opening the form of {press.key}")
    await answer.whisper(notice(session.texts(answer.interaction.locale).error.format(incident=incident)))


async def opened(session: MenuSession, press: Press, ctx: SessionContext) -> bool:
    """What is left to do for a button that opens a form."""
    turn = cast(Opened, ctx.turn)
    await session.load(ctx.menu)
    if turn.refusal is not None:
        if press.guard is not None:
            await press.guard.refuse(ctx.menu, ctx, turn.refusal)
        raise GuardFailed(turn.refusal)
    await fire(session, "on_action", turn)
    return session.visit != turn.visit  # a form that is being filled in is no reason to render
