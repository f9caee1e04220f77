"""Navigation: from one menu to another, in pairs of leave and enter, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowcord.errors import NoOpenerError
from flowcord.menu.actions import call
from flowcord.menu.context import DISMISSED
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options, build_options
from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.stack import Entry, Opener
from flowcord.session.turn import Turn
from flowcord.session.visits import enter, leave, make, return_to

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("complete", "go_back", "go_to", "open_sub_menu")

AnyMenu = Menu[Any, Any, Any]
Frames = list[Entry | Opener]


async def go_to(
    session: MenuSession,
    turn: Turn,
    target: type[AnyMenu] | str,
    options: Options | None,
    fields: dict[str, Any],
    *,
    undo: bool = True,
) -> None:
    menu, options = _resolve(session, target, options, fields)
    frames = list(session.stack.frames)
    if session.menu.tracked:
        session.stack.push(_entry(session.menu))
        frames, session.stack.frames = session.stack.frames, frames
    await _switch(session, turn, frames, lambda: make(session, turn, menu, options), undo)


async def go_back(session: MenuSession, turn: Turn, *, undo: bool = True) -> None:
    frames = session.stack.frames
    if not frames:
        fallback = session.menu.fallback
        if fallback is None:
            await conclude(session, turn, SessionEnd(EndReason.CLOSED))
            return
        menu, options = _resolve(session, fallback.menu, None, fallback.fields)
        await _switch(session, turn, [], lambda: make(session, turn, menu, options), undo)
        return
    frame = frames[-1]
    if isinstance(frame, Opener):
        await _return(session, turn, frame, frames[:-1], DISMISSED, undo)
    else:
        await _switch(session, turn, frames[:-1], lambda: _revive(session, turn, frame), undo)


async def open_sub_menu(
    session: MenuSession,
    turn: Turn,
    target: type[AnyMenu],
    options: Options | None,
    fields: dict[str, Any],
    *,
    on_complete: Callable[..., Any] | None = None,
    on_dismiss: Callable[..., Any] | None = None,
    ask: object | None = None,
    undo: bool = True,
) -> None:
    menu, options = _resolve(session, target, options, fields)
    opener = Opener(session.menu, on_complete, on_dismiss, ask)
    frames: Frames = [*session.stack.frames, opener]
    await _switch(session, turn, frames, lambda: make(session, turn, menu, options), undo)


async def complete(session: MenuSession, turn: Turn, result: Any, *, undo: bool = True) -> None:
    frames = list(session.stack.frames)
    opener = session.stack.cut_to_opener()
    if opener is None:
        raise NoOpenerError(
            f"{type(session.menu).__name__} was not opened as a sub-menu: nobody awaits a result"
        )
    below, session.stack.frames = session.stack.frames, frames
    await _return(session, turn, opener, below, result, undo)


async def _return(
    session: MenuSession, turn: Turn, opener: Opener, below: Frames, result: Any, undo: bool
) -> None:
    """Back to the menu that opened a sub-menu, and on with whatever it planned for this."""

    async def as_it_was() -> AnyMenu:
        return opener.instance

    await _switch(session, turn, below, as_it_was, undo)
    if opener.ask is not None:
        turn.answers_ask = (opener.ask, result)
    elif result is DISMISSED:
        if opener.on_dismiss is not None:
            await call(opener.on_dismiss, session.context(opener.instance, turn))
    elif opener.on_complete is not None:
        await call(opener.on_complete, session.context(opener.instance, turn), result)


# Frames --------------------------------------------------------------------------------------------


async def _revive(session: MenuSession, turn: Turn, entry: Entry) -> AnyMenu:
    if entry.kept is None:
        return await make(session, turn, entry.menu, entry.options)
    if entry.state is not None:
        entry.kept.state.restore(entry.state)
    return entry.kept


async def _switch(
    session: MenuSession, turn: Turn, frames: Frames, arrive: Callable[[], Any], undo: bool
) -> None:
    """Leave the current menu and enter what `arrive` gives; if that fails, raise, back as before (`undo`).

    Without `undo`, whoever navigated to the current menu sees the error too, and undoes it all.
    """
    departed, below = session.menu, session.stack.frames
    await leave(session, turn)
    session.stack.frames = frames
    try:
        await enter(session, turn, await arrive())
    except BaseException:
        if undo and not session.ending:
            await return_to(session, turn, departed, below)
        raise


def _entry(menu: AnyMenu) -> Entry:
    if not menu.preserve_state_on_return:
        return Entry(type(menu), menu.options)
    return Entry(type(menu), menu.options, kept=menu, state=menu.state.snapshot())


def _resolve(
    session: MenuSession, target: type[AnyMenu] | str, options: Options | None, fields: dict[str, Any]
) -> tuple[type[AnyMenu], Options]:
    menu = session.definition.find(target)
    return menu, build_options(menu.__name__, menu.shape.options, options, fields)
