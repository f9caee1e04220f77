"""Renewing: the current menu begins anew in place, without being left and entered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from flowcord.errors import GuardFailed, SessionError
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options, build_options
from flowcord.menu.remembered import recall, remember
from flowcord.session.hooks import fire
from flowcord.session.turn import Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("start_over", "update_options")

AnyMenu = Menu[Any, Any, Any]


async def update_options(
    session: MenuSession,
    turn: Turn,
    given: Options | None,
    fields: dict[str, Any],
    *,
    preserve_state: bool,
    preserve_instance: bool,
) -> None:
    """Give the current menu other options. If anything fails, raise, with everything as it was."""
    menu = session.menu
    options, old = build_options(type(menu).__name__, menu.shape.options, given, fields), menu.options

    async def change() -> None:
        menu.options = options
        if not preserve_instance:
            state = menu.state.current
            await _begin_anew(session, turn, menu)
            if preserve_state:
                menu.state.restore(state)
        try:
            await fire(session, "on_update_options", turn, old)
        except GuardFailed as refused:
            raise SessionError(
                f"on_update_options of {type(menu).__name__} refuses, and only setup can"
            ) from refused

    await _renew(session, turn, menu, change)


async def start_over(session: MenuSession, turn: Turn) -> None:
    """A hard refresh of the current menu: everything but its options as it was at first.

    If anything fails, raise, with everything as it was.
    """
    menu = session.menu

    async def change() -> None:
        await session.reload(menu)
        await _begin_anew(session, turn, menu)

    await _renew(session, turn, menu, change)


async def _begin_anew(session: MenuSession, turn: Turn, menu: AnyMenu) -> None:
    menu.state.reset()
    remember(menu, None)
    await session.load(menu)
    await fire(session, "setup", turn, menu=menu)


async def _renew(
    session: MenuSession, turn: Turn, menu: AnyMenu, change: Callable[[], Awaitable[None]]
) -> None:
    visit, put_back = session.visit, _as_it_is(menu)
    try:
        await change()
    except BaseException as error:
        if session.menu is menu:
            put_back()
        if isinstance(error, Exception):
            turn.blame(menu, error)
        raise
    if session.visit != visit:  # a hook went elsewhere
        return
    session.renew_visit()
    shown = session.shown
    if shown is not None and shown.menu is menu and shown.put_back is None:
        session.shown = shown._replace(put_back=put_back)


def _as_it_is(menu: AnyMenu) -> Callable[[], None]:
    """What puts `menu` back as it is now: its options, its state, its pages, what `setup` made."""
    attributes, state, kept = dict(vars(menu)), menu.state.current, recall(menu)
    pages = None if kept is None else kept.copy()

    def put_back() -> None:
        vars(menu).clear()
        vars(menu).update(attributes)
        menu.state.restore(state)
        remember(menu, pages)

    return put_back
