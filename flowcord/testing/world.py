"""The server, members and channels of a test, kept by dpytest's backend for whichever bot is connected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import discord
from discord.ext.test import backend

from flowcord.testing import _internals
from flowcord.testing.clock import VirtualClock
from flowcord.testing.commands import Commands
from flowcord.testing.errors import HarnessError
from flowcord.testing.http import Line, TestAdapter, TestHttp
from flowcord.testing.payloads import Payload, guild_json, user_json
from flowcord.testing.server import Server

__all__ = ("World",)

_EVERYONE = discord.Permissions.text() | discord.Permissions(
    view_channel=True, connect=True, speak=True, use_application_commands=True
)


class World:
    """One Discord server, direct messages, and the connection of one bot to them.

    Args:
        members: Names of the server's members.
        run: Calls a function as the gateway does, so that what it starts belongs to the bot.
    """

    def __init__(self, clock: VirtualClock, members: Sequence[str], run: Callable[..., Any]) -> None:
        self._run = run
        self._names = members
        self._state: Any = None
        self._guild_data: Payload | None = None
        self._dms: dict[int, int] = {}
        self.server = Server(clock, self.emit)
        self.commands = Commands(self.server.new_id)
        self.line = self._new_line()
        self.guild_id = 0
        self.client: discord.Client | None = None

    # The bot's connection --------------------------------------------------------------------------

    def connect(self, client: discord.Client) -> TestAdapter:
        """Put this world under `client`; gives the adapter for its interactions."""
        self.line = self._new_line()
        bot = {**self.server.bot} if self.server.bot else None
        if bot is not None:
            bot["id"] = int(bot["id"])
        self._state = _internals.adopt(client, TestHttp, bot, self._dispatch)
        http: Any = client.http
        http.line, http.client = self.line, client
        self.client = client
        self.server.bot = user_json(cast(discord.abc.User, client.user))
        if self._guild_data is None:
            self._build()
        else:
            self._state.parse_guild_create(self._guild_data)
        _internals.empty_queues()
        _internals.dpytest_world(self.guild)
        return TestAdapter(self.line, client)

    def disconnect(self) -> None:
        """Keep what the world looks like; requests of the old bot fail from now on."""
        self._guild_data = guild_json(self.guild)
        self.line.cut = True

    def receive(self, interaction: Payload) -> None:
        """Hand INTERACTION_CREATE to the bot."""
        self._run(self._state.parse_interaction_create, interaction)

    def _new_line(self) -> Line:
        return Line(self.server, self.commands, self.channel, self.open_dm)

    def _dispatch(self, send: Callable[..., Any], *args: Any) -> None:
        self._run(send, *args)

    def emit(self, event: str, data: Payload) -> None:
        if not self.line.cut:
            getattr(self._state, f"parse_{event}")(data)
        self._mirror(event, data)

    def _mirror(self, event: str, data: Payload) -> None:
        """Keep dpytest's own records in step: its verbs for reactions and deletion look there."""
        messages = _internals.dpytest_messages().setdefault(int(data["channel_id"]), [])
        number = int(data["id"])
        messages[:] = [each for each in messages if each["id"] != number]
        if event != "message_delete":
            messages.append({**data, "id": number})
            messages.sort(key=lambda each: each["id"])

    # The server ------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.guild_id = self.server.new_id()
        everyone: Any = {"id": self.guild_id, "name": "@everyone", "color": 0, "colors": {}, "hoist": False}
        everyone |= {"position": 0, "permissions": _EVERYONE.value, "managed": False, "mentionable": False}
        self._state.stop_dispatch()
        backend.make_guild("Test Server", roles=[everyone], id_num=self.guild_id)
        self.add_channel("general")
        for name in self._names:
            self.add_member(name)
        backend.make_member(self._state.user, self.guild)
        self._state.start_dispatch()

    @property
    def guild(self) -> discord.Guild:
        assert self.client is not None
        guild = self.client.get_guild(self.guild_id)
        assert guild is not None
        return guild

    def add_member(self, name: str, roles: Sequence[discord.Role] = ()) -> discord.Member:
        if self.query_member(name) is not None:
            raise HarnessError(f"there is a member {name!r} already")
        user: Any = self._state.store_user(
            {"id": self.server.new_id(), "username": name, "discriminator": "0", "avatar": None}
        )
        return backend.make_member(user, self.guild, roles=list(roles))

    def add_channel(self, name: str) -> discord.TextChannel:
        return backend.make_text_channel(name, self.guild, id_num=self.server.new_id())

    def add_role(self, name: str) -> discord.Role:
        return backend.make_role(name, self.guild, id_num=self.server.new_id())

    def set_roles(self, member: discord.Member, roles: Sequence[discord.Role]) -> None:
        backend.update_member(member, roles=list(roles))

    def query_member(self, name: str) -> discord.Member | None:
        return discord.utils.get(self.guild.members, name=name)

    # Channels --------------------------------------------------------------------------------------

    def channel(self, channel_id: int) -> tuple[int | None, Any] | None:
        """The guild's id and the channel itself; `None` for a channel that does not exist."""
        channel = self.guild.get_channel_or_thread(channel_id)
        if channel is not None:
            return self.guild_id, channel
        for user_id, dm in self._dms.items():
            if dm == channel_id:
                self.open_dm(user_id)
                assert self.client is not None
                return None, self.client.get_channel(channel_id)
        return None

    def open_dm(self, user_id: int) -> tuple[int, discord.User]:
        """The direct channel with a user, made if need be."""
        user = self._state.get_user(user_id)
        if user is None:
            raise HarnessError(f"there is no user with the id {user_id}")
        channel_id = self._dms.setdefault(user_id, self.server.new_id())
        if self._state.get_channel(channel_id) is None:
            self._state.add_dm_channel({"id": channel_id, "type": 1, "recipients": [user_json(user)]})
        return channel_id, user
