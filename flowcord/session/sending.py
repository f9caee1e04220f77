"""Sending: a message of its own beside the menu, which the session never touches again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import discord

from flowcord.errors import EphemeralError
from flowcord.menu.context import Channel
from flowcord.session.turn import Message, Turn
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import AnswerLost

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("channel_of", "pings_of", "send")


def channel_of(session: MenuSession, turn: Turn) -> Channel:
    """Where this input came from; where there is none, where the menu is."""
    if isinstance(turn, Message):
        return turn.message.channel
    if turn.answer is not None and turn.answer.interaction.channel is not None:
        return cast(Channel, turn.answer.interaction.channel)
    return cast(Channel, session.channel)


def pings_of(session: MenuSession) -> discord.AllowedMentions:
    """Whom the texts of the current menu may ping, as discord.py takes it."""
    allowed = session.policy.allowed_mentions
    parsed: Sequence[str] = allowed["parse"]

    def named(kind: str) -> bool | list[discord.Object]:
        return kind in parsed or [discord.Object(each) for each in allowed.get(kind, ())] or False

    return discord.AllowedMentions(
        everyone="everyone" in parsed,
        users=named("users"),
        roles=named("roles"),
        replied_user=bool(allowed.get("replied_user")),
    )


async def send(
    session: MenuSession,
    turn: Turn,
    message: Mapping[str, Any],
    *,
    ephemeral: bool,
) -> discord.Message:
    """Send `message` (parameters of discord.py's `send`): with the input's token, else to the channel.

    Raises `EphemeralError` for a private message without a token.
    """
    wire, answer = session.runtime.wire, turn.answer
    if answer is not None and answer.lives(session.runtime.clock.now()):
        try:
            if await _is_acknowledged(session, answer):
                await answer.make_way()
            return await wire.say(answer.interaction, {**message, "ephemeral": ephemeral})
        except AnswerLost:
            pass  # Discord takes none any more, and gives the token no followups
    if ephemeral:
        raise EphemeralError(
            f"{type(session.menu).__name__}: a message for one user alone answers an interaction of theirs, "
            "and there is none: nobody clicked, or it is more than 15 minutes ago"
        )
    return await wire.say(channel_of(session, turn), message)


async def _is_acknowledged(session: MenuSession, answer: Answer) -> bool:
    """Whether the message is to follow an answer. A command's answer may be the message itself."""
    if session.stage.is_here(answer.message_id or 0):  # a click here is answered by the menu's own edit
        await session.stage.acknowledge(answer)
    await answer.settled()
    return answer.given
