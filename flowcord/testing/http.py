"""The bot's way out: its HTTP client on dpytest's backend, and the adapter of interaction tokens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import discord
from discord.http import MultipartParameters, Route

from flowcord.testing import _internals
from flowcord.testing.book import MessageRecord, Upload
from flowcord.testing.commands import Commands
from flowcord.testing.interactions import Refusal
from flowcord.testing.payloads import Payload, dm_json
from flowcord.testing.server import Server

__all__ = ("Line", "TestAdapter", "TestHttp")


class Line:
    """What both share: the server, where a channel is, and whether the bot is connected at all.

    Args:
        channels: Gives the guild's id and the channel itself for a channel id; `None` for unknown ones.
    """

    def __init__(
        self,
        server: Server,
        commands: Commands,
        channels: Callable[[int], tuple[int | None, Any] | None],
        open_dm: Callable[[int], tuple[int, Payload]],
    ) -> None:
        self.server = server
        self.commands = commands
        self.channels = channels
        self.open_dm = open_dm
        self.cut = False

    async def travel(self) -> None:
        """A request suspends its task, as a real one does."""
        if self.cut:
            raise ConnectionResetError("the bot's process ended")
        await asyncio.sleep(0)

    async def announce(self, client: discord.Client) -> None:
        """Let dpytest's `sent_queue` and its verifiers see the new messages of the bot."""
        sent, self.server.sent = self.server.sent, []
        for record in sent:
            await _internals.announce_sent(_as_message(client, self, record))


class TestAdapter(_internals.AsyncWebhookAdapter):
    """discord.py's adapter of interaction tokens, with requests that the simulated Discord answers."""

    __test__ = False  # no test class, whatever pytest thinks of its name

    def __init__(self, line: Line, client: discord.Client) -> None:
        super().__init__()
        self._line = line
        self._client = client

    async def request(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        route: Route,
        session: object,
        *,
        payload: Payload | None = None,
        multipart: list[Payload] | None = None,
        files: Sequence[discord.File] | None = None,
        **_: object,
    ) -> Any:
        await self._line.travel()
        body = payload or {}
        if multipart:
            body = json.loads(multipart[0]["value"])
        path = route.url.removeprefix(Route.BASE).partition("?")[0]
        try:
            answer = self._line.server.webhook(route.method, _unquoted(path), body, _uploads(files))
        except Refusal as refusal:
            raise _http_error(refusal) from None
        await self._line.announce(self._client)
        return answer


class TestHttp(_internals.FakeHttp):
    """dpytest's HTTP client, with messages by payload and the commands of the application."""

    __test__ = False

    line: Line
    client: discord.Client

    async def send_message(self, channel_id: int, *, params: MultipartParameters) -> Payload:
        return (await self._channel("send", channel_id, None, params)).wire()

    async def edit_message(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, channel_id: int, message_id: int, *, params: MultipartParameters
    ) -> Payload:
        return (await self._channel("edit", channel_id, message_id, params)).wire()

    async def delete_message(self, channel_id: int, message_id: int, *, reason: str | None = None) -> None:
        await self._channel("delete", channel_id, message_id, None)

    async def get_message(self, channel_id: int, message_id: int) -> Payload:
        return (await self._channel("fetch", channel_id, message_id, None)).wire()

    async def start_private_message(self, user_id: int) -> Payload:
        await self.line.travel()
        channel_id, user = self.line.open_dm(user_id)
        return dm_json(channel_id, user)

    async def request(self, route: Route, **options: Any) -> Any:  # pyright: ignore
        await self.line.travel()
        path = route.url.removeprefix(Route.BASE)
        if self.line.commands.owns(path):
            body = options.get("json")
            self.line.server.log_other(f"{route.method} {path}", cast(Payload, {"json": body}))
            try:
                return self.line.commands.request(route.method, path, body)
            except Refusal as refusal:
                raise _http_error(refusal) from None
        return await super().request(route, **options)

    async def _channel(
        self, verb: str, channel_id: int, message_id: int | None, params: MultipartParameters | None
    ) -> MessageRecord:
        await self.line.travel()
        body, uploads = _read(params)
        try:
            guild_id = self._writable(int(channel_id))
            number = None if message_id is None else int(message_id)
            record = self.line.server.channel(verb, int(channel_id), guild_id, number, body, uploads)
        except Refusal as refusal:
            raise _http_error(refusal) from None
        await self.line.announce(self.client)
        return record

    def _writable(self, channel_id: int) -> int | None:
        found = self.line.channels(channel_id)
        if found is None:
            raise Refusal(404, 10003, "Unknown Channel")
        guild_id, channel = found
        if guild_id is not None and not channel.permissions_for(channel.guild.me).send_messages:
            raise Refusal(403, 50013, "Missing Permissions")
        return guild_id


def _read(params: MultipartParameters | None) -> tuple[Payload, list[Upload]]:
    if params is None:
        return {}, []
    body: Any = json.loads(params.multipart[0]["value"]) if params.multipart else params.payload
    return body or {}, _uploads(params.files)


def _uploads(files: Sequence[discord.File] | None) -> list[Upload]:
    uploads: list[Upload] = []
    for file in files or ():
        file.fp.seek(0, 2)
        uploads.append(Upload(file.filename, file.fp.tell()))
        file.fp.seek(0)
    return uploads


def _unquoted(path: str) -> str:
    return path.replace("%40", "@")


def _http_error(refusal: Refusal) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=refusal.status, reason=refusal.text)
    data = {"code": refusal.code, "message": refusal.text}
    kinds = {403: discord.Forbidden, 404: discord.NotFound}
    return kinds.get(refusal.status, discord.HTTPException)(response, data)


def _as_message(client: discord.Client, line: Line, record: MessageRecord) -> discord.Message:
    found = line.channels(record.channel_id)
    return _internals.as_message(client, None if found is None else found[1], record.wire())
