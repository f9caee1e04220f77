"""What users do, as the events that Discord sends for it."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from flowcord.testing.book import Upload
from flowcord.testing.errors import NotShownError
from flowcord.testing.interactions import Kind, Received
from flowcord.testing.message import ShownMessage
from flowcord.testing.modal import ShownModal
from flowcord.testing.payloads import Payload, channel_json, dm_json, member_json, user_json
from flowcord.testing.result import Result
from flowcord.testing.world import World

__all__ = ("Inputs",)


class Inputs:
    """Sends interactions and messages of users to the bot of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: list[Result] = []
        self._open: dict[int, Result] = {}

    # Who and where ---------------------------------------------------------------------------------

    def guild_id(self, channel_id: int) -> int | None:
        found = self._world.channel(channel_id)
        if found is None:
            raise NotShownError(f"there is no channel {channel_id}")
        return found[0]

    def user(self, user_id: int, channel_id: int) -> discord.Member | discord.User:
        if self.guild_id(channel_id) is None:
            return self._world.user(user_id)
        return self._world.member(user_id)

    # Interactions ----------------------------------------------------------------------------------

    def begin(self, result: Result | None) -> None:
        """A new input: calls from now on are no longer those of earlier ones, tokens apart."""
        for earlier in self._running:
            earlier.end()
        self._running = [result] if result is not None else []

    def send(
        self, kind: Kind, what: str, data: Payload, user_id: int, channel_id: int, on: ShownMessage | None
    ) -> Result:
        """Send an interaction; the bot has not yet run when this returns."""
        server = self._world.server
        received = server.interactions.new(
            kind,
            f"{what} by {self.user(user_id, channel_id).name}",
            user_id=user_id,
            channel_id=channel_id,
            guild_id=self.guild_id(channel_id),
            at=server.clock.now(),
            source_id=on.id if on is not None else None,
        )
        payload = self._payload(received, data)
        if on is not None:
            payload["message"] = on.record.wire()
        result = Result(server, received)
        self.begin(result)
        if kind is not Kind.MODAL_SUBMIT:
            self._open[user_id] = result
        self._world.receive(payload)
        return result

    def _payload(self, received: Received, data: Payload) -> Payload:
        payload: Payload = {
            "id": str(received.id),
            "application_id": self._world.server.bot["id"],
            "type": received.kind.value,
            "token": received.token,
            "version": 1,
            "data": data,
            "channel_id": str(received.channel_id),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "attachment_size_limit": 10 * 1024 * 1024,
            "app_permissions": "0",
        }
        user = self.user(received.user_id, received.channel_id)
        if not isinstance(user, discord.Member):
            payload["channel"] = dm_json(received.channel_id, user_json(user))
            return {**payload, "user": user_json(user), "context": 1}
        channel = self._world.guild.get_channel(received.channel_id)
        assert channel is not None
        payload["channel"] = channel_json(channel)
        member = {**member_json(user), "permissions": str(channel.permissions_for(user).value)}
        bot = self._world.guild.me
        return {
            **payload,
            "guild_id": str(received.guild_id),
            "guild_locale": "en-US",
            "member": member,
            "context": 0,
            "app_permissions": str(channel.permissions_for(bot).value),
        }

    # Modals ----------------------------------------------------------------------------------------

    def opened(self, user_id: int) -> ShownModal:
        """The modal on the user's screen. Raises `NotShownError`."""
        last = self._open.get(user_id)
        modal = last.query_modal() if last is not None else None
        if modal is None:
            raise NotShownError("no modal is open: the last input of this user was not answered with one")
        return modal

    def closed(self, user_id: int) -> None:
        self._open.pop(user_id, None)

    # Messages --------------------------------------------------------------------------------------

    def write(self, user_id: int, channel_id: int, content: str, files: Mapping[str, bytes]) -> ShownMessage:
        """Post a user's message and tell the bot."""
        self.begin(None)
        user = self.user(user_id, channel_id)
        extra = {"member": member_json(user, with_user=False)} if isinstance(user, discord.Member) else {}
        record = self._world.server.book.post(
            channel_id,
            self.guild_id(channel_id),
            user_json(user),
            {"content": content},
            [Upload(name, len(data)) for name, data in files.items()],
            extra=extra,
        )
        self._world.emit("message_create", record.wire())
        return ShownMessage(record)
