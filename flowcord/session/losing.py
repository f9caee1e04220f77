"""Losing: somebody else deleted the message of a session, or the place it was in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.turn import Lost, Turn

if TYPE_CHECKING:
    from flowcord.session.runtime import Runtime
    from flowcord.session.session import MenuSession

__all__ = ("lose_channel", "lose_guild", "lose_messages", "lost")


def lose_messages(runtime: Runtime, channel_id: int, message_ids: Collection[int]) -> None:
    """Messages of a channel were deleted; those that a session left behind concern nobody."""
    for session in runtime.channels.sessions_in(channel_id):
        if not session.ending and session.stage.message_id in message_ids:
            session.collector.put(Lost(session.stage.message_id))


def lose_channel(runtime: Runtime, channel_id: int) -> None:
    """A channel or thread was deleted."""
    for session in runtime.channels.sessions_in(channel_id):
        session.collector.put(Lost(None))


def lose_guild(runtime: Runtime, guild_id: int) -> None:
    """The bot left a server, or it was deleted. So rare that looking at every session is no matter."""
    for session in list(runtime.sessions.values()):
        if session.guild_id == guild_id:
            session.collector.put(Lost(None))


async def lost(
    session: MenuSession, turn: Turn, present: Callable[[MenuSession, Turn], Awaitable[None]]
) -> None:
    """The live message is gone: the session ends, or goes on in a new one that `present` sends."""
    if isinstance(turn, Lost) and turn.message_id not in (None, session.stage.message_id):
        return  # while this waited its turn, another message took the place of that one
    place_is_gone = isinstance(turn, Lost) and turn.message_id is None
    if session.policy.deleted_policy == "repost" and not place_is_gone:
        session.stage.lose()
        try:
            await present(session, turn)
        except Exception as error:
            session.runtime.incident(error, f"{session}: its message was deleted, and no other can be sent")
        else:
            return
    await conclude(session, turn, SessionEnd(EndReason.MESSAGE_DELETED))
