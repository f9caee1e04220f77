"""Hearing: which session takes a message that somebody wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord

from flowcord.menu.actions import call
from flowcord.menu.messages import MessageHandler
from flowcord.session.permission import agreed, verdicts_on
from flowcord.session.turn import Message
from flowcord.wire.endpoint import MessageGone, Unreachable
from flowcord.wire.route import Route

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.runtime import Runtime
    from flowcord.session.session import MenuSession

__all__ = ("hear", "written")

#: What people write; all other types are Discord's own announcements.
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
#: A session that may take a message, and the menu on display when it came. Under a new visit number, with
#: other options, it is still that menu.
Listener = tuple["MenuSession", object]


def hear(runtime: Runtime, message: discord.Message) -> None:
    """Give `message` to the one session that takes it, if any does."""
    listening = runtime.channels.listening_in(message.channel.id)
    if (
        listening is None
        or message.author.bot
        or message.webhook_id is not None
        or message.type not in _WRITTEN
    ):
        return
    now = runtime.clock.now()
    listeners = [
        (session, session.menu)
        for session, first in reversed(listening.items())
        if message.id > first and _listens(session) and not session.collector.patience.was_over(now)
    ]
    if listeners:
        runtime.spawn(_give(runtime, message, listeners))


def _listens(session: MenuSession) -> bool:
    """Whether the menu on display takes messages now."""
    shown = session.components is not None
    return shown and not session.ending and session.menu.shape.listener is not None


async def _give(runtime: Runtime, message: discord.Message, listeners: Sequence[Listener]) -> None:
    """The latest of `listeners` that its writer may use takes it, alone."""
    for session, menu in listeners:
        allowed = await agreed(session, verdicts_on(session, message.author, None))
        if allowed and session.menu is menu and _listens(session):
            if await _is_command(runtime.client, message):
                return
            if session.collector.is_full_for(message.author.id):  # and nobody can be told alone
                session.turned_away("busy", Message.kind, "")
            else:
                session.collector.put(Message(message, menu))
            return


async def _is_command(client: discord.Client, message: discord.Message) -> bool:
    """Whether the bot's own prefix commands are meant."""
    get_context: Callable[[discord.Message], Awaitable[Any]] | None = getattr(client, "get_context", None)
    return get_context is not None and bool((await get_context(message)).valid)


async def written(
    session: MenuSession, listener: MessageHandler, message: discord.Message, ctx: SessionContext
) -> bool:
    """Run the message handler."""
    if (
        session.policy_for(ctx.turn).delete_user_messages and message.guild is not None
    ):  # in a DM nobody but its writer can
        with suppress(discord.HTTPException, MessageGone, Unreachable):
            await session.runtime.wire.delete(Route(message.channel.id, message.id, ephemeral=False))
    await session.load(ctx.menu)
    await call(listener.function, ctx.menu, ctx, message)
    return True
