"""Navigation: from one menu to another, in pairs of leave and enter, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from flowcord.errors import NoOpenerError
from flowcord.menu.actions import call
from flowcord.menu.context import DISMISSED
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options, build_options
from flowcord.menu.remembered import recall, remember
from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.stack import Entry, MenuStack, Opener
from flowcord.session.tracing import Direction
from flowcord.session.turn import Turn
from flowcord.session.visits import enter, leave, make, return_to

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("complete", "go_back", "go_to", "open_sub_menu")

AnyMenu = Menu[Any, Any, Any]


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
    entry = _entry(session.menu) if session.menu.tracked else None

    def remember(stack: MenuStack) -> None:
        if entry is not None:
            stack.push(entry)

    await _switch(session, turn, "forward", remember, lambda: make(session, turn, menu, options), undo)


async def go_back(session: MenuSession, turn: Turn, *, undo: bool = True) -> None:
    frame, fallback = session.stack.top, session.menu.fallback
    if isinstance(frame, Opener):
        await _return(session, turn, frame, DISMISSED, undo)
    elif frame is not None:
        await _switch(session, turn, "back", MenuStack.pop, lambda: _revive(session, turn, frame), undo)
    elif fallback is not None:
        menu, options = _resolve(session, fallback.menu, None, fallback.fields)
        await _switch(
            session, turn, "fallback", MenuStack.pop, lambda: make(session, turn, menu, options), undo
        )
    else:
        await conclude(session, turn, SessionEnd(EndReason.CLOSED))


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
    await _switch(
        session,
        turn,
        "forward",
        lambda stack: stack.push(opener),
        lambda: make(session, turn, menu, options),
        undo,
    )


async def complete(session: MenuSession, turn: Turn, result: Any, *, undo: bool = True) -> None:
    opener = session.stack.opener
    if opener is None:
        raise NoOpenerError(
            f"{type(session.menu).__name__} was not opened as a sub-menu: nobody awaits a result"
        )
    await _return(session, turn, opener, result, undo)


async def _return(session: MenuSession, turn: Turn, opener: Opener, result: Any, undo: bool) -> None:
    """Back to the menu that opened a sub-menu, and on with whatever it planned for this."""

    async def as_it_was() -> AnyMenu:
        return opener.instance

    direction = "dismiss" if result is DISMISSED else "complete"
    await _switch(session, turn, direction, MenuStack.cut_to_opener, as_it_was, undo)
    if session.ending:
        return
    if opener.ask is not None:
        turn.answers_ask = (opener.ask, result)
        return
    menu, ctx = opener.instance, session.context(opener.instance, turn)
    try:
        if result is DISMISSED:
            if opener.on_dismiss is not None:
                await call(opener.on_dismiss, ctx)
        elif opener.on_complete is not None:
            await call(opener.on_complete, ctx, result)
    except Exception as error:
        turn.blame(menu, error, entering=False)
        raise


# Frames --------------------------------------------------------------------------------------------


async def _revive(session: MenuSession, turn: Turn, entry: Entry) -> AnyMenu:
    if entry.kept is None:
        return await make(session, turn, entry.menu, entry.options)
    if entry.state is not None:
        entry.kept.state.restore(entry.state)
    remember(entry.kept, entry.remembered)
    return entry.kept


async def _switch(
    session: MenuSession,
    turn: Turn,
    direction: Direction,
    restack: Callable[[MenuStack], object],
    arrive: Callable[[], Awaitable[AnyMenu]],
    undo: bool,
) -> None:
    """Leave the current menu and enter what `arrive` gives; if that fails, raise, back as before (`undo`).

    Without `undo`, whoever navigated to the current menu sees the error too, and undoes it all.
    """
    departed, frames = session.menu, session.stack.snapshot()
    await leave(session, turn)
    if session.ending:
        return
    restack(session.stack)
    try:
        menu = await arrive()
        session.navigated(turn, departed.name, menu.name, direction)
        await enter(session, turn, menu)
    except BaseException:
        if undo and not session.ending:
            await return_to(session, turn, departed, frames)
        raise


def _entry(menu: AnyMenu) -> Entry:
    if not menu.preserve_state_on_return:
        return Entry(type(menu), menu.options)
    kept = recall(menu)
    return Entry(
        type(menu),
        menu.options,
        kept=menu,
        state=menu.state.snapshot(),
        remembered=None if kept is None else kept.copy(),
    )


def _resolve(
    session: MenuSession, target: type[AnyMenu] | str, options: Options | None, fields: dict[str, Any]
) -> tuple[type[AnyMenu], Options]:
    menu = session.definition.find(target)
    return menu, build_options(menu.__name__, menu.shape.options, options, fields)
