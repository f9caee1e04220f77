"""Visits: a menu from `on_enter` to `on_leave`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowcord.menu.accessor import StateAccessor
from flowcord.menu.context import DISMISSED
from flowcord.menu.menu import Menu
from flowcord.menu.one_shots import carried
from flowcord.menu.options import Options
from flowcord.session.hooks import fire, tell
from flowcord.session.refreshing import settle_down
from flowcord.session.stack import Entry, Opener
from flowcord.session.turn import Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = (
    "Standing",
    "enter",
    "enter_first",
    "leave",
    "make",
    "return_to",
    "return_to_shown",
)

AnyMenu = Menu[Any, Any, Any]
Frames = Sequence[Entry | Opener]


class Standing(NamedTuple):
    """What was last on display: where a navigation that fails returns to."""

    menu: AnyMenu
    frames: Frames
    #: Puts the menu back as it was shown; `None` if it was not begun anew since.
    put_back: Callable[[], None] | None = None


async def enter_first(session: MenuSession, turn: Turn, menu: type[AnyMenu], options: Options) -> None:
    """The first menu of a session: `setup`, `on_enter`."""
    session.navigated(turn, None, menu.name, "open")
    await enter(session, turn, await make(session, turn, menu, options))


async def leave(session: MenuSession, turn: Turn) -> None:
    """End the current visit, if one is under way. What `on_leave` raises is logged only."""
    settle_down(session)
    if session.entered:
        session.entered = False
        await tell(session, "on_leave", turn)


async def return_to(session: MenuSession, turn: Turn, menu: AnyMenu, frames: Frames) -> None:
    """Undo: leave whatever was entered since, and be in `menu` again as it was."""
    await leave(session, turn)
    session.stack.frames = list(frames)
    await enter(session, turn, menu)


async def return_to_shown(session: MenuSession, turn: Turn, shown: Standing) -> None:
    """Undo everything since the last screen that was shown."""
    if shown.put_back is not None:
        shown.put_back()
    if shown.put_back is None or session.menu is not shown.menu:
        await return_to(session, turn, shown.menu, shown.frames)
        _dismiss_lost(session, turn)
    else:  # it was begun anew in place, and never left
        session.renew_visit()


def _dismiss_lost(session: MenuSession, turn: Turn) -> None:
    """After an undone navigation: a handler that asked for a menu that is gone gets `DISMISSED`.

    An opener that was returned to since it was last seen has nobody waiting any more.
    """
    openers = [frame for frame in session.stack.frames if isinstance(frame, Opener)]
    for asked in session.asks:
        if all(opener.ask is not asked for opener in openers):
            turn.answers_ask = (asked, DISMISSED)
    for opener in openers:
        if opener.ask not in session.asks:
            opener.ask = None


async def make(session: MenuSession, turn: Turn, menu: type[AnyMenu], options: Options) -> AnyMenu:
    """A new instance, with its declared data loaded and its `setup` done."""
    instance = menu()
    instance.session = session
    instance.flow = session.flow
    instance.options = options
    instance.state = StateAccessor(menu.shape.state)
    session.bind(instance)
    session.prepare(instance)
    try:
        await session.load(instance)
        await fire(session, "setup", turn, menu=instance)
    except Exception as error:
        turn.blame(instance, error)
        raise
    return instance


async def enter(session: MenuSession, turn: Turn, menu: AnyMenu) -> None:
    if session.ending:  # by a hook on the way here
        return
    departed = session.policy_for(turn)
    session.begin_visit(menu)
    if session.visit > 1:
        turn.behavior = carried(turn.behavior, departed.cleanup, session.policy.cleanup)
    try:
        await session.load(menu)
        await fire(session, "on_enter", turn)
    except Exception as error:
        turn.blame(menu, error)
        raise
