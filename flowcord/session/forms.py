"""Forms: opened at once and out of turn, taken back once, in turn, and only in the visit they belong to."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowcord.errors import DefinitionError, GuardFailed, ScreenLimitError, StoreUnavailableError
from flowcord.menu.actions import call
from flowcord.menu.components import Press
from flowcord.menu.modals import Modal
from flowcord.session.once import count_run
from flowcord.session.presenting import unavailable
from flowcord.session.turn import Opened, Turn
from flowcord.wire._discord import fill_modal
from flowcord.wire.answer import DEFER_AFTER, Answer
from flowcord.wire.custom_id import ComponentId
from flowcord.wire.endpoint import Callback
from flowcord.wire.form_limits import check_form
from flowcord.wire.payload import Payload, notice
from flowcord.wire.typed import Typed, prefill, typed

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.session import MenuSession

__all__ = ("Form", "Forms", "open_form", "opened", "submit")

#: Forms of one user that may be out at once; a client shows one, the others were dismissed.
_MAX_OUT = 25


class Form:
    """A modal that was shown, waiting for its submit."""

    __slots__ = ("component", "modal", "press", "user_id")

    def __init__(self, modal: Modal, press: Press, component: str, user_id: int) -> None:
        self.modal = modal
        self.press = press
        #: The component that opened it, as its id had it.
        self.component = component
        self.user_id = user_id

    @property
    def origin(self) -> tuple[int, str, type[Modal]]:
        """What makes a later form the same one: its user, its component, its class."""
        return self.user_id, self.press.key, type(self.modal)


class Forms:
    """The forms of one visit: those that are out, and what was typed into those that a guard refused."""

    __slots__ = ("_out", "_refused")

    def __init__(self) -> None:
        self._out: dict[str, Form] = {}
        self._refused: dict[tuple[int, str, type[Modal]], Sequence[Typed]] = {}

    def expect(self, form: Form) -> str:
        """`form` goes out under the name that this gives; its submit may come while the visit lasts."""
        theirs = [name for name, other in self._out.items() if other.user_id == form.user_id]
        if len(theirs) >= _MAX_OUT:
            del self._out[theirs[0]]
        name = f"-form.{secrets.token_hex(4)}"
        self._out[name] = form
        return name

    def opener(self, name: str) -> Press | None:
        """The component that opened this form, if the form is still out."""
        form = self._out.get(name)
        return None if form is None else form.press

    def take(self, name: str) -> Form | None:
        """The form of a submit, once."""
        return self._out.pop(name, None)

    def refuse(self, form: Form, given: Sequence[Typed]) -> None:
        """Keep what was typed for the next opening of `form`."""
        self._refused[form.origin] = given

    def typed_before(self, form: Form) -> Sequence[Typed]:
        """What was typed into `form` when it was refused, once."""
        return self._refused.pop(form.origin, ())


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
        await _send(session, answer, visit, Form(modal, press, component, answer.interaction.user.id))
    except Exception as error:  # the form breaks limits, or Discord refuses it or is not reached
        await _tell(session, answer, press, error)
        return
    session.collector.patience.begin_anew()
    if "on_action" in session.hooked:
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


async def _send(session: MenuSession, answer: Answer, visit: int, form: Form) -> None:
    # A visit that began meanwhile has forms of its own: this one comes back stale.
    forms = session.forms if visit == session.visit else Forms()
    if forms is None:
        forms = session.forms = Forms()
    payload: Payload = form.modal.to_dict()
    prefill(payload, forms.typed_before(form))
    if violations := check_form(payload, type(form.modal).__name__):
        raise ScreenLimitError(violations)
    name = forms.expect(form)
    payload["custom_id"] = str(ComponentId(session.definition.kind, session.id, visit, name))
    session.note("modal_shown", form.press.key)
    await answer.respond(Callback.MODAL, payload)


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
    await session.fire("on_action", turn)
    return session.visit != turn.visit  # a form that is being filled in is no reason to render


async def submit(session: MenuSession, form: Form, ctx: SessionContext) -> bool:
    """Hand what came back to the form's handler."""
    forms = session.forms
    await session.load(ctx.menu)
    fill_modal(form.modal, ctx.interaction)
    count_run(session, form.press)
    try:
        await form.press.take(ctx.menu, ctx, form.modal)
    except GuardFailed:
        if forms is not None:  # of this visit: one that began meanwhile has forms of its own
            forms.refuse(form, typed(cast(Payload, ctx.interaction.data)))
        raise
    return True
