"""The buttons of FlowCord's own: Back and Cancel, and those that turn pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowcord.errors import GuardFailed, SessionError
from flowcord.menu.actions import Action
from flowcord.menu.components import Press
from flowcord.menu.pagination import Paginator, Paging
from flowcord.menu.reserved import ReservedLooks, Role
from flowcord.session.hooks import fire
from flowcord.wire.payload import Payload

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext
    from flowcord.session.context import SessionContext
    from flowcord.session.session import MenuSession

__all__ = (
    "BACK",
    "CANCEL",
    "Control",
    "Navigation",
    "Placed",
    "has_reserved",
    "in_order",
    "looks_of",
    "navigation",
    "reserved_row",
)

#: A button as payload, without its id, and what a click on it runs.
Placed = tuple[Payload, Press]
#: The buttons that turn the pages of one paginator.
Navigation = Mapping[Role, Placed]


class Control(Press):
    """A button of FlowCord's own: `on_action` does not hear of it, and no handler can have its key."""

    __slots__ = ()


# The hyphen is what no handler's name can begin with.
BACK = Control("-back", handler=Action("-back", lambda _menu, ctx: ctx.go_back()))
CANCEL = Control("-cancel", handler=Action("-cancel", lambda _menu, ctx: cast(Any, ctx).cancel()))


_STEPS: tuple[tuple[Role, int], ...] = (("previous", -1), ("next", 1))


def has_reserved(session: MenuSession) -> bool:
    """Whether the current menu shows Back or Cancel."""
    return session.menu.cancellable or (session.menu.returnable and session.can_go_back)


def looks_of(session: MenuSession) -> ReservedLooks:
    """How the reserved buttons of the current menu look to its session's owner."""
    return session.definition.wording.looks(session.speaker, session.locale)


def reserved_row(session: MenuSession, turning: Navigation | None = None) -> Sequence[Placed]:
    """The reserved buttons of the current menu in their order, with those that turn its main pages."""
    menu = session.menu
    if not turning and not has_reserved(session):
        return ()
    looks = looks_of(session)
    shown: dict[Role, Placed] = {**turning} if turning else {}
    if menu.returnable and session.can_go_back:
        shown["back"] = (looks.button("back"), BACK)
    if menu.cancellable:
        shown["cancel"] = (looks.button("cancel"), CANCEL)
    return in_order(looks, shown)


def in_order(looks: ReservedLooks, shown: Navigation) -> Sequence[Placed]:
    """These buttons from left to right."""
    return [shown[role] for role in looks.order if role in shown]


def navigation(looks: ReservedLooks, paginator: Paginator, paging: Paging, *, counter: bool) -> Navigation:
    """Those of previous, counter and next that are shown for `paginator` on its page."""
    index, pages, name, labels = paginator.index, paginator.total_pages, paginator.name, paging.labels
    shown: dict[Role, Placed] = {}
    for role, step in _STEPS:
        possible = 0 <= index + step < pages
        if possible or paging.stable:
            button = looks.button(role, labels.get(role), disabled=not possible)
            shown[role] = (button, Control(f"-{role}.{name}", handler=_turn(paginator, step)))
    if counter:
        label = (labels.get("counter") or looks.label("counter")).format(page=index + 1, pages=pages)
        button = looks.button("counter", label or None, disabled=True)
        shown["counter"] = (button, Control(f"-counter.{name}"))
    return shown


def _turn(paginator: Paginator, step: int) -> Action:
    async def turn(_menu: object, ctx: MenuContext) -> None:
        context = cast("SessionContext", ctx)
        if not paginator.turn(step) or "on_page" not in context.session.hooked:
            return
        try:
            await fire(context.session, "on_page", context.turn, paginator)
        except GuardFailed as refusal:
            raise SessionError(f"on_page refuses nothing, and a guard failed in it: {refusal}") from refusal

    return Action("-turn", turn)
