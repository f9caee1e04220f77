"""Messages: what users write in the session's channel, and the handler that takes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, overload

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.behavior import Behavior
from flowcord.menu.calling import check_takes
from flowcord.menu.one_shots import check_one_shot

__all__ = ("MessageHandler", "check_intents", "message_handler")

Function = Callable[..., Any]


class MessageHandler:
    """A method marked by `@message_handler`."""

    __slots__ = ("behavior", "function")

    def __init__(self, function: Function, behavior: Behavior | None) -> None:
        self.function = function
        #: For the one screen that follows a message.
        self.behavior = behavior

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else self.function.__get__(instance, owner)


@overload
def message_handler(function: Function, /) -> MessageHandler: ...
@overload
def message_handler(*, behavior: Behavior | None = ...) -> Callable[[Function], MessageHandler]: ...
def message_handler(
    function: Function | None = None, /, *, behavior: Behavior | None = None
) -> MessageHandler | Callable[[Function], MessageHandler]:
    """Mark the method `(self, ctx, message)` that takes what users write while this menu is shown.

    An input is a message of a user with access, in the session's channel, written after its first screen;
    not one of a bot, and no prefix command of this bot. Of several sessions that could take it, the one with
    the latest input does, alone. The next screen is posted below the message, and the one above loses its
    components, unless a behavior says otherwise; `behavior` is for that one screen.

    In servers the bot needs the `message_content` intent.
    """
    if behavior is not None:
        check_one_shot(behavior, "@message_handler")
        if behavior.ephemeral is True:
            raise DefinitionError(
                "@message_handler(behavior=Behavior(ephemeral=True)): only an interaction is answered "
                "privately, and a message is none"
            )

    def mark(function: Function) -> MessageHandler:
        if not inspect.isfunction(function):
            raise DefinitionError(f"@message_handler decorates a method, not {function!r}")
        check_takes(function.__qualname__, function, "self", "ctx", "message")
        return MessageHandler(function, behavior)

    return mark if function is None else mark(function)


def check_intents(menu: type, intents: discord.Intents) -> None:
    """Refuse a menu that takes messages which Discord does not send to this client, or without their text.

    https://discord.com/developers/docs/events/gateway#message-content-intent
    """
    hears = intents.guild_messages or intents.dm_messages
    if hears and (intents.message_content or not intents.guild_messages):
        return
    lacks = "message_content" if hears else "guild_messages (or dm_messages) and message_content"
    raise DefinitionError(
        f"{menu.__qualname__} has a message handler, and the client lacks the intent {lacks}: set it on the "
        "client's intents, and allow message_content for the bot in Discord's developer portal"
    )
