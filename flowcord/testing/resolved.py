"""The objects that an interaction names by id: users, roles, channels, messages, files."""

from __future__ import annotations

from collections.abc import Callable

import discord

from flowcord.testing.book import Upload
from flowcord.testing.errors import HarnessError
from flowcord.testing.payloads import Payload, channel_json, member_json, role_json, user_json

__all__ = ("Resolved",)


class Resolved:
    """Collects the `resolved` part of an interaction's data.

    Args:
        user: Who acts; resolved channels carry that member's permissions.
        attach: Stores a file and gives its JSON.
        find: Gives the object with an id.
    """

    def __init__(
        self,
        user: discord.abc.User,
        attach: Callable[[Upload], Payload],
        find: Callable[[int], object | None],
    ) -> None:
        self._user = user
        self._attach = attach
        self._find = find
        self.data: dict[str, Payload] = {}

    def add(self, value: object) -> str:
        """The id under which `value` is sent; what it is goes into `data`."""
        match value:
            case discord.Member():
                if isinstance(self._user, discord.Member):
                    self._put("members", value.id, member_json(value, with_user=False))
                return self._put("users", value.id, user_json(value))
            case discord.User() | discord.ClientUser():
                return self._put("users", value.id, user_json(value))
            case discord.Role():
                return self._put("roles", value.id, role_json(value))
            case discord.abc.GuildChannel():
                data = channel_json(value)
                if isinstance(self._user, discord.Member):
                    data["permissions"] = str(value.permissions_for(self._user).value)
                return self._put("channels", value.id, data)
            case (str() as name, bytes() as content):
                data = self._attach(Upload(name, len(content)))
                return self._put("attachments", int(data["id"]), data)
            case _:
                raise HarnessError(
                    f"{value!r} is no member, user, role, channel or (file name, bytes), which belongs here"
                )

    def again(self, number: str) -> str:
        """The id of an object that stands in a select already, and is sent as if it had been chosen."""
        found = self._find(int(number))
        return number if found is None else self.add(found)

    def put_message(self, message_id: int, data: Payload) -> None:
        self._put("messages", message_id, data)

    def _put(self, kind: str, number: int, data: Payload) -> str:
        self.data.setdefault(kind, {})[str(number)] = data
        return str(number)
