"""The seam to Discord: the few requests a session makes, and what their failures mean.

A session knows this `Wire` and nothing else of HTTP, so that it also runs where there is no Discord.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

import discord

from flowcord.clock import Clock
from flowcord.metrics import Meter
from flowcord.wire import _discord
from flowcord.wire.attachments import store
from flowcord.wire.payload import EPHEMERAL, LOADING, Payload
from flowcord.wire.route import Route

__all__ = ("AnswerLost", "Callback", "DiscordWire", "MessageGone", "Unreachable", "Wire")

AnswerT = TypeVar("AnswerT")

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
_UNKNOWN_MESSAGE = 10008
#: The interaction is unknown, being too old, or answered already.
_TAKES_NONE = (10062, 40060)
_ARCHIVED_THREAD = 50083
#: HTTP statuses: an expired token is unauthorized (50027), or its webhook is not found (10015).
_DEAD_TOKEN = (401, 404)


class Callback(enum.IntEnum):
    """How an interaction is answered.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-type
    """

    MESSAGE = 4
    THINKING = 5
    DEFER = 6
    UPDATE = 7
    MODAL = 9


#: The answers that are about the message that was clicked.
_OF_THE_MESSAGE = (Callback.DEFER, Callback.UPDATE)


class MessageGone(Exception):
    """The message was deleted."""


class Unreachable(Exception):
    """No way leads to the message any more: dead tokens and no channel access."""


class AnswerLost(Exception):
    """Discord no longer takes this answer: it came after 3 seconds, or the interaction has one already."""


class Wire(Protocol):
    """What a session asks of Discord. Message ids are returned as Discord gave them.

    The `attachments` of a message are `Attachment`s: those without an id are uploaded, and get theirs.
    """

    async def respond(
        self, interaction: discord.Interaction[Any], kind: Callback, data: Payload | None = None
    ) -> int | None:
        """Answer an interaction; the id of the message that is now its original, if Discord names one.

        Raises `AnswerLost`, and `MessageGone` where the message that was clicked was to be updated, now or
        later, and is deleted.
        """
        ...

    async def followup(self, interaction: discord.Interaction[Any], data: Payload) -> int:
        """Send one more message after an answered interaction."""
        ...

    async def placeholder(self, interaction: discord.Interaction[Any], arrived: float) -> Route | None:
        """The placeholder that the bot's own code answered with; `None` if something took its place."""
        ...

    async def follow(self, route: Route, data: Payload) -> int:
        """Send one more message by a token that addresses another one. Raises `Unreachable`."""
        ...

    async def send(self, channel_id: int, data: Payload) -> int:
        """Send a message to a channel, without an interaction."""
        ...

    async def say(
        self, place: discord.Interaction[Any] | discord.abc.Messageable, message: Mapping[str, Any]
    ) -> discord.Message:
        """Send a message of the developer's, given as parameters of discord.py's `send`.

        To an interaction it is the answer, else a followup. Raises `AnswerLost`.
        """
        ...

    async def edit(self, route: Route, data: Payload) -> None:
        """Edit a message by its own route. Raises `MessageGone` or `Unreachable`."""
        ...

    async def delete(self, route: Route) -> None:
        """Delete a message by its own route. Raises `MessageGone` or `Unreachable`."""
        ...


class DiscordWire:
    """The real Discord, through discord.py's own HTTP layer and rate limits."""

    def __init__(self, client: discord.Client, clock: Clock, meter: Meter | None = None) -> None:
        self._client = client
        self._clock = clock
        self._meter = meter

    def _count(self, call: str) -> None:
        if self._meter is not None:
            self._meter.record("api_calls", call=call)

    async def respond(
        self, interaction: discord.Interaction[Any], kind: Callback, data: Payload | None = None
    ) -> int | None:
        self._count("answer")
        try:
            answered = await _discord.callback(interaction, kind, data)
            _discord.mark_answered(interaction, kind)
        except discord.HTTPException as error:
            if error.code in _TAKES_NONE:
                raise AnswerLost(str(error)) from error
            if error.code == _UNKNOWN_MESSAGE and kind in _OF_THE_MESSAGE:
                raise MessageGone from error
            raise
        if data is not None and data.get("attachments"):
            store(data, answered["resource"]["message"])
        message = answered["interaction"].get("response_message_id")
        return None if message is None else int(message)

    async def followup(self, interaction: discord.Interaction[Any], data: Payload) -> int:
        self._count("followup")
        return _sent(data, await _discord.followup(interaction, data))

    async def placeholder(self, interaction: discord.Interaction[Any], arrived: float) -> Route | None:
        self._count("fetch")
        try:
            found = await _discord.original(self._client, interaction.application_id, interaction.token)
        except discord.NotFound:
            return None
        if not found["flags"] & LOADING:
            return None
        route = Route(int(found["channel_id"]), int(found["id"]), ephemeral=bool(found["flags"] & EPHEMERAL))
        route.adopt(interaction.application_id, interaction.token, arrived)
        return route

    async def follow(self, route: Route, data: Payload) -> int:
        self._count("followup")
        if route.token is None:
            raise Unreachable("no token is there that a message could follow")
        try:
            sent = await _discord.follow_token(self._client, route.application_id, route.token, data)
        except discord.HTTPException as error:
            if error.status in _DEAD_TOKEN:
                raise Unreachable(str(error)) from error
            raise
        return _sent(data, sent)

    async def send(self, channel_id: int, data: Payload) -> int:
        self._count("send")
        return _sent(data, await _discord.send_to_channel(self._client, channel_id, data))

    async def say(
        self, place: discord.Interaction[Any] | discord.abc.Messageable, message: Mapping[str, Any]
    ) -> discord.Message:
        if not isinstance(place, discord.Interaction):
            self._count("send")
            return await place.send(**message)
        if place.response.is_done():
            self._count("followup")
            return await place.followup.send(wait=True, **message)
        self._count("answer")
        try:
            answered = await place.response.send_message(**message)
        except discord.HTTPException as error:
            if error.code in _TAKES_NONE:
                raise AnswerLost(str(error)) from error
            raise
        sent = answered.resource
        return sent if isinstance(sent, discord.Message) else await place.original_response()

    async def edit(self, route: Route, data: Payload) -> None:
        data = _without_visibility(data)
        client = self._client
        edited = await self._reach(
            "edit",
            route,
            lambda token: _discord.edit_by_token(client, route.application_id, token, route.message_id, data),
            lambda channel, message: _discord.edit_in_channel(client, channel, message, data),
        )
        _sent(data, edited)

    async def delete(self, route: Route) -> None:
        client = self._client
        await self._reach(
            "delete",
            route,
            lambda token: _discord.delete_by_token(client, route.application_id, token, route.message_id),
            lambda channel, message: _discord.delete_in_channel(client, channel, message),
        )

    async def _reach(
        self,
        call: str,
        route: Route,
        by_token: Callable[[str], Awaitable[AnswerT]],
        in_channel: Callable[[int, int], Awaitable[AnswerT]],
    ) -> AnswerT:
        """By the message's newest token, and if that is dead, through its channel; what Discord answers."""
        token = route.live_token(self._clock.now())
        if token is not None:
            self._count(call)
            try:
                return await by_token(token)
            except discord.HTTPException as error:
                if error.code == _UNKNOWN_MESSAGE:
                    raise MessageGone from error
                if error.status not in _DEAD_TOKEN:
                    raise
                # The token died before its time; a public message has another way.
        channel_id, message_id = _public(route)
        self._count(call)
        try:
            return await in_channel(channel_id, message_id)
        except discord.HTTPException as error:
            if error.code == _UNKNOWN_MESSAGE:
                raise MessageGone from error
            if isinstance(error, discord.NotFound | discord.Forbidden) or error.code == _ARCHIVED_THREAD:
                raise Unreachable(str(error)) from error
            raise


def _sent(data: Payload, message: Payload) -> int:
    """The id of the message that is now as `data` says; its new files are known from here on."""
    if data.get("attachments"):
        store(data, message)
    return int(message["id"])


def _public(route: Route) -> tuple[int, int]:
    if route.tokens_only or route.message_id is None:
        raise Unreachable("the message is reached by its own tokens only, and they have expired")
    return route.channel_id, route.message_id


def _without_visibility(data: Payload) -> Payload:
    """A message's visibility is fixed when it is sent; an edit must not name it."""
    flags = data.get("flags", 0)
    return data if not flags & EPHEMERAL else {**data, "flags": flags & ~EPHEMERAL}
