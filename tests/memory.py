"""A wire that lives in memory and keeps Discord's rules, so that sessions run without Discord.

One answer for each interaction, within 3 seconds; a message is edited only by a token that is its own.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import discord

from flowcord.wire.endpoint import AnswerLost, Callback, MessageGone, Unreachable
from flowcord.wire.payload import EPHEMERAL, Payload
from flowcord.wire.route import Route
from tests.clock import ManualClock

__all__ = ("Interaction", "MemoryWire", "number")

Interaction = discord.Interaction[Any]

_numbers = itertools.count(10_000)


def number() -> int:
    """An id that was not given before."""
    return next(_numbers)


class MemoryWire:
    """A `Wire` that holds what users see."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        #: The messages by id; a deleted one is `None`.
        self.messages: dict[int, Payload | None] = {}
        #: The requests, in order: `"update"`, `"message"`, `"edit"` …
        self.calls: list[str] = []
        #: How each interaction was answered.
        self.answers: dict[int, Callback] = {}
        self.arrived: dict[int, float] = {}
        #: Answers that came when there was one already.
        self.second_answers: list[str] = []
        #: The last modal that was shown.
        self.modal: Payload = {}
        #: Called before each request takes effect: what it raises is what the request raises.
        self.before: Callable[[str], Awaitable[None]] | None = None
        self._owned: dict[str, set[int]] = {}
        self._original: dict[str, int] = {}
        self._born: dict[str, float] = {}

    def arrive(self, interaction_id: int, token: str) -> None:
        """Discord tells the bot of an interaction: from now on it waits for the answer."""
        self.arrived[interaction_id] = self._born[token] = self._clock.now()

    @property
    def unanswered(self) -> set[int]:
        return self.arrived.keys() - self.answers.keys()

    @property
    def whispers(self) -> list[str]:
        """The ephemeral messages that are on display."""
        return [each["content"] for each in self.messages.values() if each and each["flags"] & EPHEMERAL]

    def shown(self, message_id: int) -> Payload:
        message = self.messages[message_id]
        assert message is not None, "the message was deleted"
        return message

    async def _request(self, name: str) -> None:
        self.calls.append(name)
        await asyncio.sleep(0)
        if self.before is not None:
            await self.before(name)

    async def respond(
        self, interaction: Interaction, kind: Callback, data: Payload | None = None
    ) -> int | None:
        await self._request(kind.name.lower())
        if interaction.id in self.answers:
            self.second_answers.append(kind.name)
            raise AnswerLost("40060: already acknowledged")
        if self._clock.now() > self.arrived[interaction.id] + 3:
            raise AnswerLost("10062: unknown interaction")
        self.answers[interaction.id] = kind
        interaction.response._response_type = discord.InteractionResponseType(kind)
        if kind in (Callback.MESSAGE, Callback.THINKING):
            return self._own(interaction.token, self.post(data or {}), original=True)
        if kind is Callback.MODAL:
            self.modal = data or {}
            return None
        assert interaction.message is not None, f"there is nothing to {kind.name}"
        if kind is Callback.UPDATE:
            self._change(interaction.message.id, data or {})
        return self._own(interaction.token, interaction.message.id, original=True)

    async def followup(self, interaction: Interaction, data: Payload) -> int:
        await self._request("followup")
        assert interaction.id in self.answers, "a followup to an interaction without an answer"
        assert self.answers[interaction.id] is not Callback.THINKING or interaction.token in self._original
        return self._own(interaction.token, self.post(data))

    async def placeholder(self, interaction: Interaction, arrived: float) -> Route | None:
        await self._request("fetch")
        message_id = self._original[interaction.token]
        message = self.shown(message_id)
        if message["content"] or message["embeds"] or message["components"]:
            return None
        route = Route(0, message_id, ephemeral=bool(message["flags"] & EPHEMERAL))
        route.adopt(interaction.application_id, interaction.token, arrived)
        return route

    async def follow(self, route: Route, data: Payload) -> int:
        await self._request("followup")
        if route.token is None or self._clock.now() >= self._born[route.token] + 900:
            raise Unreachable
        return self._own(route.token, self.post(data))

    async def send(self, channel_id: int, data: Payload) -> int:
        await self._request("send")
        return self.post(data)

    async def say(
        self, place: Interaction | discord.abc.Messageable, message: Mapping[str, Any]
    ) -> discord.Message:
        ephemeral = message.get("ephemeral", False)
        data = {"content": message["content"] or "", "flags": EPHEMERAL if ephemeral else 0}
        if not isinstance(place, discord.Interaction):
            sent = await self.send(cast(Any, place).id, data)
        elif place.id in self.answers:
            sent = await self.followup(place, data)
        else:
            sent = await self.respond(place, Callback.MESSAGE, data)
        return cast(discord.Message, discord.Object(sent or 0))

    async def edit(self, route: Route, data: Payload) -> None:
        await self._request("edit")
        self._change(self._reach(route), data)

    async def delete(self, route: Route) -> None:
        await self._request("delete")
        message_id = self._reach(route)
        self.messages[message_id] = None

    def _reach(self, route: Route) -> int:
        token = route.live_token(self._clock.now())
        if token is not None and self._clock.now() < self._born[token] + 900:
            message_id = route.message_id or self._original[token]
            assert message_id in self._owned[token], "a token addressed a message that is not its own"
            return message_id
        if route.ephemeral or route.message_id is None:
            raise Unreachable
        return route.message_id

    def post(self, data: Payload) -> int:
        """Put a message on display."""
        message_id = number()
        self.messages[message_id] = {"content": "", "embeds": [], "components": [], "flags": 0, **data}
        return message_id

    def _change(self, message_id: int, data: Payload) -> None:
        if self.messages[message_id] is None:
            raise MessageGone
        message = self.shown(message_id)
        message.update(data, flags=message["flags"] | data.get("flags", 0))

    def _own(self, token: str, message_id: int, *, original: bool = False) -> int:
        self._owned.setdefault(token, set()).add(message_id)
        if original:
            self._original[token] = message_id
        return message_id
