"""The reserved row of a screen: Back and Cancel, where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from flowcord.menu.actions import Action
from flowcord.menu.components import Press
from flowcord.menu.reserved import Role
from flowcord.wire.payload import Payload

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("BACK", "CANCEL", "Control", "Placed", "reserved_row")

#: A button as payload, without its id, and what a click on it runs.
Placed = tuple[Payload, Press]


class Control(Press):
    """A button of FlowCord's own: `on_action` does not hear of it, and no handler can have its key."""

    __slots__ = ()


# The hyphen is what no handler's name can begin with.
BACK = Control("-back", handler=Action("-back", lambda _menu, ctx: ctx.go_back()))
CANCEL = Control("-cancel", handler=Action("-cancel", lambda _menu, ctx: cast(Any, ctx).cancel()))


def reserved_row(session: MenuSession) -> Sequence[Placed]:
    """The reserved buttons of the current menu, in their order."""
    menu = session.menu
    back = menu.returnable and session.can_go_back
    if not back and not menu.cancellable:
        return ()
    looks = session.definition.wording.looks(session.speaker, session.locale)
    shown: dict[Role, Press] = {}
    if back:
        shown["back"] = BACK
    if menu.cancellable:
        shown["cancel"] = CANCEL
    return [(looks.button(role), shown[role]) for role in looks.order if role in shown]
