"""Forms of a visit: those that are out, those that are being filled in, and what a guard refused."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from flowcord.errors import GuardFailed, StoreUnavailableError
from flowcord.menu.components import Press
from flowcord.menu.modals import Modal
from flowcord.session.once import count_run
from flowcord.wire._discord import fill_modal
from flowcord.wire.payload import Payload
from flowcord.wire.typed import Typed, typed

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.filling import Filling
    from flowcord.session.session import MenuSession

__all__ = ("Form", "Forms", "Origin", "deliver", "forms_of")

#: Forms of one user that may be out at once; a client shows one, the others were dismissed.
_MAX_OUT = 25
#: What makes a later form the same one: its user, its component, its class.
Origin = tuple[int, str, type[Modal]]


class Form:
    """A modal that was shown, waiting for its submit."""

    __slots__ = ("before", "component", "filling", "modal", "press", "user_id")

    def __init__(
        self, modal: Modal, press: Press, component: str, user_id: int, before: Sequence[Typed] = ()
    ) -> None:
        self.modal = modal
        #: The developer's component that opened it.
        self.press = press
        #: The component that opened it, as its id had it.
        self.component = component
        self.user_id = user_id
        #: What was typed into it before, and stands in it again.
        self.before = before
        #: The form it is a page of, if it is one.
        self.filling: Filling | None = None

    async def take(self, session: MenuSession, ctx: SessionContext) -> bool:
        """Read what came back, and hand it to the handler. The session should then be shown again."""
        await session.load(ctx.menu)
        fill_modal(self.modal, ctx.interaction)
        given = typed(cast(Payload, ctx.interaction.data))
        if self.filling is None:
            await deliver(session, ctx, self.press, self.modal, given)
        else:
            await self.filling.take(session, ctx, self, given)
        return True


async def deliver(
    session: MenuSession, ctx: SessionContext, press: Press, modal: Modal, given: Sequence[Typed]
) -> None:
    """Run the handler of a form. What a guard refuses stands in the form when it opens again."""
    forms = forms_of(session)  # of this visit: one that begins meanwhile has forms of its own
    origin = (ctx.user.id, press.key, type(modal))
    forms.typed_before(origin)  # this is newer
    count_run(session, press)
    ctx.turn.behavior = press.behavior_after(ctx.menu, modal)
    if press.access is not None:
        ctx.demands = press.access
    try:
        await press.take(ctx.menu, ctx, modal)
    except (GuardFailed, StoreUnavailableError):  # nothing was done, and it may be tried again
        forms.refuse(origin, given)
        raise


def forms_of(session: MenuSession) -> Forms:
    """The forms of the session's visit, made when the first one opens."""
    if session.forms is None:
        session.forms = Forms()
    return session.forms


class Forms:
    """The forms of one visit."""

    __slots__ = ("_fillings", "_out", "_refused")

    def __init__(self) -> None:
        self._out: dict[str, Form] = {}
        self._refused: dict[Origin, Sequence[Typed]] = {}
        self._fillings: dict[int, Filling] = {}

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

    def refuse(self, origin: Origin, given: Sequence[Typed]) -> None:
        """Keep what was typed for the next opening of the same form."""
        self._refused[origin] = given

    def typed_before(self, origin: Origin) -> Sequence[Typed]:
        """What was typed into the same form when it was refused, once."""
        return self._refused.pop(origin, ())

    # Forms of several pages ------------------------------------------------------------------------

    @property
    def filling(self) -> Filling | None:
        """The form whose next page is offered in place of the screen: the one that was sent back last."""
        return next(reversed(self._fillings.values())) if self._fillings else None

    def offer(self, filling: Filling) -> None:
        """Offer the next page of `filling`, the only one of its user; its earlier pages come back stale."""
        replaced = self._fillings.pop(filling.user_id, None)
        self._withdraw(filling, replaced)
        self._fillings[filling.user_id] = filling

    def drop(self, filling: Filling) -> None:
        """Offer nothing of `filling` any more."""
        if self._fillings.get(filling.user_id) is filling:
            del self._fillings[filling.user_id]
        self._withdraw(filling)

    def _withdraw(self, *fillings: Filling | None) -> None:
        self._out = {
            name: form
            for name, form in self._out.items()
            if form.filling is None or form.filling not in fillings
        }
