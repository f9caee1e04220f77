"""The server, members and channels of a test, kept by dpytest's backend for whichever bot is connected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import discord

from flowcord.testing import _internals
from flowcord.testing.clock import VirtualClock
from flowcord.testing.commands import Commands
from flowcord.testing.errors import HarnessError, NotShownError
from flowcord.testing.http import Line, TestAdapter, TestHttp
from flowcord.testing.payloads import (
    Payload,
    dm_json,
    guild_json,
    member_json,
    new_guild,
    new_role,
    user_json,
)
from flowcord.testing.server import Server

__all__ = ("World",)


class World:
    """One Discord server, direct messages, and the connection of one bot to them.

    It knows its members by itself: a bot without the members intent caches none of them.

    Args:
        members: Names of the server's members.
        run: Calls a function as the gateway does, so that what it starts belongs to the bot.
    """

    def __init__(self, clock: VirtualClock, members: Sequence[str], run: Callable[..., Any]) -> None:
        self._run = run
        self._state: Any = None
        self._client: discord.Client | None = None
        self._dms: dict[int, int] = {}
        self.server = Server(clock, self.emit)
        self.commands = Commands(self.server.new_id)
        self.line = self._new_line()
        self.guild_id = self.server.new_id()
        self._members = {int(each["id"]): each for each in map(self._new_user, members)}
        self._guild_data = new_guild(self.guild_id, self.server.new_id())

    # The bot's connection --------------------------------------------------------------------------

    def connect(self, client: discord.Client) -> TestAdapter:
        """Put this world under `client`; gives the adapter for its interactions."""
        self.line = self._new_line()
        bot = {**self.server.bot, "id": int(self.server.bot["id"])} if self.server.bot else None
        self._state = _internals.adopt(client, TestHttp, bot, self._dispatch)
        http: Any = client.http
        http.line, http.client = self.line, client
        self._client = client
        self.server.bot = user_json(cast(discord.abc.User, client.user))
        known = {each["user"]["id"] for each in self._guild_data["members"]}
        users = [self.server.bot, *self._members.values()]
        self._guild_data["members"] += [new_member(user) for user in users if user["id"] not in known]
        self._run(self._state.parse_guild_create, self._guild_data)
        _internals.empty_queues()
        _internals.dpytest_world(self.guild, self.members)
        return TestAdapter(self.line, client)

    def disconnect(self) -> None:
        """Keep what the world looks like; requests of the old bot fail from now on."""
        self._guild_data = guild_json(self.guild, [*self.members, self.guild.me])
        self.line.cut = True

    def receive(self, interaction: Payload) -> None:
        """Hand INTERACTION_CREATE to the bot."""
        self._run(self._state.parse_interaction_create, interaction)

    def emit(self, event: str, data: Payload) -> None:
        """Tell the bot and dpytest's records about a message."""
        if not self.line.cut:
            getattr(self._state, f"parse_{event}")(data)
        messages = _internals.dpytest_messages().setdefault(int(data["channel_id"]), [])
        number = int(data["id"])
        messages[:] = [each for each in messages if each["id"] != number]
        if event != "message_delete":
            messages.append({**data, "id": number})
            messages.sort(key=lambda each: each["id"])

    def _new_line(self) -> Line:
        return Line(self.server, self.commands, self.channel, self.open_dm)

    def _dispatch(self, send: Callable[..., Any], *args: Any) -> None:
        self._run(send, *args)

    @property
    def client(self) -> discord.Client:
        assert self._client is not None
        return self._client

    # Members ---------------------------------------------------------------------------------------

    def _new_user(self, name: str) -> Payload:
        number = str(self.server.new_id())
        user: Payload = {"id": number, "username": name, "discriminator": "0", "avatar": None}
        return {**user, "global_name": None, "bot": False, "public_flags": 0}

    @property
    def members(self) -> list[discord.Member]:
        """The members, the bot apart."""
        return [self.member(each) for each in self._members]

    def member(self, user_id: int) -> discord.Member:
        """As the bot has it cached, or else as an interaction would bring it. Raises `NotShownError`."""
        cached = self.guild.get_member(user_id)
        if cached is not None:
            return cached
        if user_id not in self._members:
            raise NotShownError(f"there is no member with the id {user_id}")
        listed = self._guild_data["members"]
        data = next(each for each in listed if int(each["user"]["id"]) == user_id)
        return discord.Member(data=data, guild=self.guild, state=self._state)

    def query_object(self, number: int) -> discord.Member | discord.Role | discord.abc.GuildChannel | None:
        """The member, role or channel with this id, or `None`."""
        if number in self._members:
            return self.member(number)
        return self.guild.get_role(number) or self.guild.get_channel(number)

    def user(self, user_id: int) -> discord.User:
        """Somebody outside of the server."""
        cached = self.client.get_user(user_id)
        return cached or discord.User(state=self._state, data=cast(Any, self._members[user_id]))

    def query_member(self, name: str) -> discord.Member | None:
        found = (each for each, user in self._members.items() if user["username"] == name)
        number = next(found, None)
        return None if number is None else self.member(number)

    def add_member(self, name: str, roles: Sequence[discord.Role]) -> discord.Member:
        if self.query_member(name) is not None:
            raise HarnessError(f"there is a member {name!r} already")
        user = self._new_user(name)
        number = int(user["id"])
        self._members[number] = user
        data = new_member(user, [str(role.id) for role in roles])
        self._guild_data["members"].append(data)
        self._run(self._state.parse_guild_member_add, {**data, "guild_id": str(self.guild_id)})
        return self.member(number)

    def set_roles(self, member: discord.Member, roles: Sequence[discord.Role]) -> None:
        data = {**member_json(self.member(member.id)), "roles": [str(role.id) for role in roles]}
        listed: list[Payload] = self._guild_data["members"]
        listed[:] = [data if int(each["user"]["id"]) == member.id else each for each in listed]
        self._run(self._state.parse_guild_member_update, {**data, "guild_id": str(self.guild_id)})

    # The server ------------------------------------------------------------------------------------

    @property
    def guild(self) -> discord.Guild:
        guild = self.client.get_guild(self.guild_id)
        assert guild is not None
        return guild

    def add_channel(self, name: str) -> discord.TextChannel:
        number = self.server.new_id()
        data: Payload = {"id": str(number), "type": 0, "name": name, "position": len(self.guild.channels)}
        data |= {"guild_id": str(self.guild_id), "permission_overwrites": [], "parent_id": None}
        self._run(self._state.parse_channel_create, data)
        return cast(discord.TextChannel, self.guild.get_channel(number))

    def add_role(self, name: str) -> discord.Role:
        number = self.server.new_id()
        role = new_role(number, name, discord.Permissions.none())
        self._run(self._state.parse_guild_role_create, {"guild_id": str(self.guild_id), "role": role})
        return cast(discord.Role, self.guild.get_role(number))

    def channel(self, channel_id: int) -> tuple[int | None, Any] | None:
        """The guild's id and the channel itself; `None` for a channel that does not exist."""
        channel = self.guild.get_channel_or_thread(channel_id)
        if channel is not None:
            return self.guild_id, channel
        for user_id, dm in self._dms.items():
            if dm == channel_id:
                self.open_dm(user_id)
                return None, self.client.get_channel(channel_id)
        return None

    def open_dm(self, user_id: int) -> tuple[int, Payload]:
        """The id and the recipient of the direct channel with a user, which is made if need be."""
        user = self._members.get(user_id)
        if user is None:
            raise NotShownError(f"there is no user with the id {user_id}")
        channel_id = self._dms.setdefault(user_id, self.server.new_id())
        if self.client.get_channel(channel_id) is None:
            self._state.add_dm_channel(dm_json(channel_id, user))
        return channel_id, user


def new_member(user: Payload, roles: Sequence[str] = ()) -> Payload:
    return {"user": user, "roles": list(roles), "joined_at": None, "deaf": False, "mute": False, "flags": 0}
