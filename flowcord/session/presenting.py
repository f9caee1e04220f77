"""Presenting: render the current menu and bring its message to it. What fails on the way ends here."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from flowcord.data.session_data import rendering
from flowcord.errors import StoreUnavailableError
from flowcord.menu.actions import call
from flowcord.menu.behavior import Policy
from flowcord.menu.declaring import ask_ahead
from flowcord.menu.one_shots import check_shared
from flowcord.menu.screen import Screen
from flowcord.session.composing import compose
from flowcord.session.concluding import conclude
from flowcord.session.disposal import after
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.failing import gave_up, rendering_failed, unavailable, whisper
from flowcord.session.hooks import fire
from flowcord.session.live import draw_live
from flowcord.session.losing import lost
from flowcord.session.paging import count_lists
from flowcord.session.picture import Picture
from flowcord.session.refreshing import refreshing_of
from flowcord.session.turn import Opening, Refresh, Turn
from flowcord.session.visits import Standing
from flowcord.wire.endpoint import MessageGone, Unreachable
from flowcord.wire.route import Route, sees_channel

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("catch_up", "cover", "present", "replace")


def present(session: MenuSession, turn: Turn, *, in_place: bool = False) -> Coroutine[Any, Any, None]:
    """Show the current menu as the answer to `turn`. Raises nothing.

    A refresh is shown `in_place`: in the message that is there, whatever the behavior says of the next one.
    """
    return _survive(session, turn, _present(session, turn, in_place=in_place))


async def catch_up(session: MenuSession, turn: Turn) -> None:
    """Send the screen that was held back for `turn`, which then sent none. Raises nothing."""
    if not session.collector.waiting and not session.ending:
        await _survive(session, turn, session.stage.catch_up())


def replace(session: MenuSession, turn: Turn) -> Coroutine[Any, Any, None]:
    """The live message was deleted by somebody else: its screen comes anew, or it is the end."""
    return lost(session, turn, _present)


async def _survive(
    session: MenuSession, turn: Turn, showing: Awaitable[None], *, instead: bool = False
) -> None:
    """See to what fails in `showing`, which may be what is shown `instead` of something that failed."""
    try:
        await showing
    except StoreUnavailableError as error:
        if await unavailable(session, turn, error):
            await session.runtime.attempt(f"{session}: the notice", whisper, turn)
    except MessageGone:
        await lost(session, turn, _present)
    except Unreachable:
        await conclude(session, turn, SessionEnd(EndReason.UNREACHABLE))
    except Exception as error:
        if instead:
            await gave_up(session, turn, error)
        elif await rendering_failed(session, turn, error):
            # A new message may be what failed: the one that is there does, if it can.
            in_place = session.policy.ephemeral == session.stage.ephemeral
            await _survive(session, turn, _present(session, turn, in_place=in_place), instead=True)


async def _present(session: MenuSession, turn: Turn, *, in_place: bool = False) -> None:
    while not session.ending and turn.answers_ask is None:
        if in_place and session.policy_for(turn).ephemeral and not session.stage.ephemeral:
            return  # what is for one user is not shown where many see it, not even for a moment
        visit = session.visit
        if session.refreshing is not None:
            session.refreshing.answered()
        if "before_render" in session.hooked:
            await fire(session, "before_render", turn)
            if session.visit != visit or session.ending:  # the hook went elsewhere, perhaps nowhere
                continue
        await _send(session, turn, await draw(session, turn), in_place=in_place or _is_covered(session))
        if "after_render" in session.hooked:
            await fire(session, "after_render", turn)
        if session.visit == visit:
            break
    if turn.private and not session.ending and turn.answers_ask is None:
        await whisper(turn)


def _is_covered(session: MenuSession) -> bool:
    """Whether a form that is being filled in stands in place of the screen."""
    return session.forms is not None and session.forms.filling is not None


def draw(session: MenuSession, turn: Turn) -> Awaitable[Picture]:
    """Evaluate client data and call `render`, behind the client boundary."""
    if session.forms is None and session.data is None and not session.menu.shape.lists:
        return _render(session, turn)  # nothing comes before it, as in many menus
    return _draw(session, turn)


async def _draw(session: MenuSession, turn: Turn) -> Picture:
    if session.forms is not None and (filling := session.forms.filling) is not None:
        return filling.picture(session, turn)
    menu = session.menu
    if session.data is None:
        if menu.shape.lists:
            await count_lists(menu)
        return await _render(session, turn)
    if menu.live:
        return await draw_live(session, session.data, partial(_render, session, turn))
    await session.load(menu)
    await session.data.evaluate(*session.blocks(menu))
    if menu.shape.lists:
        await count_lists(menu)
    with rendering():
        return await _render(session, turn)


async def _render(session: MenuSession, turn: Turn) -> Picture:
    menu = session.menu
    session.note("render", menu.name)
    session.drawing = True
    try:
        if menu.shape.awaited:
            await ask_ahead(menu)
        screen: object = menu.render()
        if not isinstance(screen, Screen):  # a layout, or a coroutine
            screen = await call(lambda: screen)
        return compose(session, turn, screen)
    finally:
        session.drawing = False


async def _send(session: MenuSession, turn: Turn, picture: Picture, *, in_place: bool) -> None:
    before = session.components
    stage = session.stage
    usual = turn.behavior is None and turn.usual is None
    policy = session.policy if usual else session.policy_for(turn)
    if policy.access.shared and picture.components is not before:
        one_shots = ((press.key, press.behavior) for press in picture.components.values())
        check_shared(type(session.menu).__name__, policy, one_shots)
    # From here on clicks are checked against this picture: Discord may deliver one before the send returns.
    session.components = picture.components
    # Of the same visit, the last of the inputs that wait sends for all of them.
    waits = session.collector.waiting and before is not None and not picture.notices and turn.behavior is None
    posts = (
        policy.cleanup != "edit" and session.shown is not None and not (in_place or waits or stage.is_empty)
    )
    ephemeral = stage.ephemeral if in_place else policy.ephemeral
    try:
        if stage.route is None and isinstance(turn, Opening):
            # A redirect may have led to a menu of the other visibility than the one that was opened.
            await _open(session, turn, picture, ephemeral=ephemeral)
        elif posts or not stage.can_show(picture, ephemeral=ephemeral):
            await _post(session, turn, picture, policy, ephemeral=ephemeral)
        else:
            more = waits and (not in_place or isinstance(turn, Refresh))
            await stage.show(turn.answer, picture, more=more)
    except BaseException:
        session.components = before
        raise
    if picture.notices:  # said now, and not before: a screen that fails keeps them for the next
        del session.notices[: picture.notices]
    if before is None:  # a visit's first screen: where a failed navigation returns to
        if session.shown is None:
            session.runtime.channels.add(session)
        if session.menu.refresh_every is not None:
            refreshing_of(session).repeat(session.menu.refresh_every)
        session.shown = Standing(session.menu, session.stack.snapshot())


async def _open(session: MenuSession, turn: Opening, picture: Picture, *, ephemeral: bool) -> None:
    in_channel = turn.answer is None or sees_channel(turn.answer.interaction)
    route = Route(turn.origin.channel_id, None, ephemeral=ephemeral, in_channel=in_channel)
    await session.stage.open(turn.answer, picture, route, turn.origin.reply(picture.payload))


async def cover(session: MenuSession, turn: Turn, picture: Picture) -> None:
    """Show `picture` in place of the screen, which then comes in the same message, the first one too."""
    if session.stage.route is None and isinstance(turn, Opening):
        await _open(session, turn, picture, ephemeral=session.policy_for(turn).ephemeral)
    else:
        await session.stage.interlude(turn.answer, picture)


async def _post(
    session: MenuSession, turn: Turn, picture: Picture, policy: Policy, *, ephemeral: bool
) -> None:
    """Show the screen in a new message, and then let go of the one before."""
    former = await session.stage.post(turn.answer, picture, ephemeral=ephemeral)
    session.collector.patience.reconsider()
    runtime = session.runtime
    if former is not None:
        disposal = after(policy, session.texts())
        await runtime.attempt(f"{session}: the message before", disposal.dispose, runtime.wire, former)
