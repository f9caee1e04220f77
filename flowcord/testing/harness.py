"""The harness: one bot in one small Discord, driven by a test."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

import discord

from flowcord.testing import _internals
from flowcord.testing.actor import Actor
from flowcord.testing.clock import VirtualClock
from flowcord.testing.errors import HarnessError, NotShownError, RulesBrokenError
from flowcord.testing.inputs import Inputs
from flowcord.testing.interactions import Fault
from flowcord.testing.menus import Menus
from flowcord.testing.message import ShownMessage
from flowcord.testing.server import Call, Server
from flowcord.testing.workload import Workload
from flowcord.testing.world import World

__all__ = ("Harness",)

T = TypeVar("T")


class Harness(Actor):
    """A bot on a simulated Discord server, and the first member's verbs.

        async def test_counter(harness: Harness):
            menu = (await harness.slash("counter")).message
            await harness.click("+1")
            assert menu.has_text("Count: 1")

    Time stands still for the bot until `advance`; only waiting for sockets, as for Postgres, is real. The
    server has one channel, `general`. Use it as a context manager, or through the fixture `harness`:
    entering starts the bot (`setup_hook`), leaving closes it and raises `RulesBrokenError` if it broke a rule
    of Discord, as by leaving an interaction unanswered.

    Args:
        bot: Not logged in; sharded clients are not supported.
        members: Names of the server's members; the first one acts unless `as_user` says otherwise.
        limit: Real seconds that the bot may work on one input.
    """

    def __init__(
        self, bot: discord.Client, *, members: Sequence[str] = ("ann", "bob"), limit: float = 10.0
    ) -> None:
        if not members:
            raise HarnessError("a harness needs a member who acts")
        if isinstance(bot, discord.AutoShardedClient):
            raise HarnessError(
                "dpytest knows no sharded clients: build the bot on commands.Bot for its tests"
            )
        super().__init__(self, 0, 0)
        self._bot = bot
        self._members = tuple(members)
        self._limit = limit
        self._stack = ExitStack()
        self._running: tuple[Workload, World, Inputs] | None = None
        self._reported: set[int] = set()
        self._menus: Menus | None = None
        self._broken: list[str] = []

    # Life ------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Harness:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.close(check=kind is None)

    async def start(self) -> None:
        """Build the server and start the bot, as a login does. Raises what `setup_hook` raises."""
        workload = Workload(self._limit)
        world = World(workload.clock, self._members, workload.call)
        self._stack.enter_context(workload.attached())
        self._running = workload, world, Inputs(world)
        try:
            await self._connect(self._bot)
            super().__init__(self, self._member(self._members[0]).id, self.channel.id)
            await self._log_in()
        except BaseException:
            self._stack.close()
            raise

    async def restart(self, bot: discord.Client, *, crash: bool = False) -> None:
        """End the bot and start another one on the same server, with its messages.

        Args:
            crash: End it as a killed process: none of its requests arrive any more.
        """
        if crash:
            self.world.line.cut = True
        await self._log_out()
        await self._connect(bot)
        await self._log_in()

    async def close(self, *, check: bool = True) -> None:
        """End the bot. Raises `RulesBrokenError` if it broke rules that no test has taken."""
        try:
            try:
                await self.settle()
                self._broken += self.menus.live_twice(self.shown)
            finally:
                await self._log_out()
        finally:
            self._stack.close()
        broken = [*self.take_faults(), *self._broken]
        if check and broken:
            raise RulesBrokenError(broken)

    async def _connect(self, bot: discord.Client) -> None:
        self._bot = bot
        await self._work.complete(_internals.prepare(bot), "login")
        self._work.adapter = self.world.connect(bot)
        self._work.client = bot

    async def _log_in(self) -> None:
        await self._work.complete(self._bot.setup_hook(), "setup_hook")
        self._menus = self._work.call(Menus, self._bot)
        self._work.call(_internals.make_ready, self._bot)
        self._work.call(self._bot.dispatch, "ready")
        await self.settle()

    async def _log_out(self) -> None:
        try:
            await self._work.complete(self._bot.close(), "close")
            if self._menus is not None and not self.world.line.cut:
                self._broken += self._menus.unpaired()
        finally:
            self.world.disconnect()
            await self._work.cancel_all()

    async def end_all(self) -> None:
        """End every open session, of all users, as a timeout."""
        for session in self.menus.sessions:
            self.call(self.menus.time_out, session)
        await self.settle()

    # Time ------------------------------------------------------------------------------------------

    @property
    def clock(self) -> VirtualClock:
        """The bot's clock; `flowcord.clock.Clock` in tests."""
        return self._work.clock

    async def advance(self, seconds: float) -> list[Call]:
        """Let time pass; every timer fires at its moment. Gives the bot's requests meanwhile."""
        before = len(self.server.calls)
        await self.settle()
        until = self.clock.now() + seconds
        while (due := self.clock.next_timer()) is not None and due <= until:
            self.clock.move_to(due)
            await self.settle()
        self.clock.move_to(until)
        await self.settle()
        return self.server.calls[before:]

    async def settle(self) -> None:
        """Wait until the bot is idle: nothing of it runs, or waits for anything but time and inputs."""
        await self._work.settle()

    async def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine of the bot (`harness.run(flows.refresh(...))`) in its time, to its end."""
        return await self._work.complete(coro, "run")

    def call(self, function: Callable[..., T], *args: Any) -> T:
        """Call a function of the bot (`harness.call(session.refresh)`) in its time; `settle` waits."""
        return self._work.call(function, *args)

    # Who and what is there -------------------------------------------------------------------------

    @property
    def bot(self) -> discord.Client:
        return self._bot

    @property
    def guild(self) -> discord.Guild:
        return self.world.guild

    @property
    def channel(self) -> discord.TextChannel:
        """The channel `general`."""
        return self.guild.text_channels[0]

    @property
    def members(self) -> Mapping[str, discord.Member]:
        """The server's members by name, the bot apart."""
        return {each.name: each for each in self.world.members}

    @property
    def ann(self) -> discord.Member:
        return self._member("ann")

    @property
    def bob(self) -> discord.Member:
        return self._member("bob")

    def as_user(self, who: discord.abc.User | str) -> Actor:
        """The verbs of another member, in the channel `general`."""
        member = self._member(who) if isinstance(who, str) else who
        return Actor(self, member.id, self.channel.id)

    def add_member(self, name: str, *, roles: Sequence[discord.Role] = ()) -> discord.Member:
        """A new member of the server."""
        return self.world.add_member(name, roles)

    def add_channel(self, name: str) -> discord.TextChannel:
        """A new text channel of the server."""
        return self.world.add_channel(name)

    def add_role(self, name: str) -> discord.Role:
        """A new role of the server."""
        return self.world.add_role(name)

    def set_roles(self, member: discord.Member, *roles: discord.Role) -> None:
        """Give a member these roles and no others."""
        self.world.set_roles(member, roles)

    def _member(self, name: str) -> discord.Member:
        member = self.world.query_member(name)
        if member is None:
            raise NotShownError(f"there is no member {name!r}, but: {', '.join(self.members)}")
        return member

    # Records ---------------------------------------------------------------------------------------

    @property
    def server(self) -> Server:
        return self.world.server

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot so far, refused ones too."""
        return self.server.calls

    def take_faults(self) -> list[str]:
        """The rules the bot broke so far, which then no longer fail the test."""
        sentences = [sentence for _, sentence in self.server.faults]
        self.server.faults.clear()
        for received in self.server.interactions.unanswered():
            if received.id not in self._reported:
                self._reported.add(received.id)
                sentences.append(f"{Fault.UNANSWERED.value}: {received.what}")
        return sentences

    @property
    def shown(self) -> list[ShownMessage]:
        """Every message that is there, whoever sees it."""
        return [ShownMessage(each) for each in self.server.book.records.values() if not each.deleted]

    @property
    def menus(self) -> Menus:
        """The bot's FlowCord, from within."""
        if self._menus is None:
            raise HarnessError("the harness is not started: `async with Harness(bot) as harness:`")
        return self._menus

    @property
    def world(self) -> World:
        return self._parts[1]

    @property
    def inputs(self) -> Inputs:
        return self._parts[2]

    @property
    def _work(self) -> Workload:
        return self._parts[0]

    @property
    def _parts(self) -> tuple[Workload, World, Inputs]:
        if self._running is None:
            raise HarnessError("the harness is not started: `async with Harness(bot) as harness:`")
        return self._running
