"""What the menus of the bot under test do inside: their sessions, logs, and visits that pair up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

import discord
from discord.ext import commands

from flowcord.app import FlowCord
from flowcord.menu.apps import APPS
from flowcord.menu.context import MenuContext
from flowcord.menu.options import Options
from flowcord.opener import Opener
from flowcord.registry import MenuOrFlow
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.runtime import Runtime
from flowcord.session.session import MenuSession
from flowcord.session.telemetry import Telemetry
from flowcord.session.turn import End
from flowcord.testing.errors import HarnessError
from flowcord.testing.message import ShownMessage
from flowcord.wire.custom_id import ComponentId, parse

__all__ = ("OPENING", "MenuBot", "Menus")

#: Events kept in each session's log, if the bot's own FlowCord keeps none.
LOG_SIZE = 200
#: The custom id of the interaction that `Actor.open` sends.
OPENING = "flowcord-testing:open"
#: What `flows.open` takes besides the fields of the options.
_SETTINGS = frozenset({"owner", "edit", "behavior", "override_behavior", "session_state"})


class MenuBot(commands.Bot):
    """A bot with these menus and flows and nothing else, for tests of menus.

    `settings` are those of `FlowCord`: `MenuBot(Counter, database=url)`.
    """

    def __init__(self, *menus: MenuOrFlow, **settings: Any) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(command_prefix=commands.when_mentioned, intents=intents)
        self.flows = FlowCord(self, **settings)
        self._menus = menus

    async def setup_hook(self) -> None:
        """Add the menus and start."""
        self.flows.add(*self._menus)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        """End the sessions and log out."""
        await self.flows.close()
        await super().close()


class Menus:
    """The FlowCord of one bot, looked at from a test. A bot without one has no sessions."""

    def __init__(self, bot: discord.Client) -> None:
        self._opener = cast("Opener | None", APPS.get(bot, lambda: None)())
        self._runtime: Runtime | None = None if self._opener is None else cast(Any, self._opener)._runtime
        self._visits: Counter[str] = Counter()
        if self._runtime is not None:
            self._watch(self._runtime)

    def _watch(self, runtime: Runtime) -> None:
        if runtime.telemetry is None:
            runtime.telemetry = Telemetry(log_size=LOG_SIZE, tracer=None, meter=None)
        hooks = dict(runtime.hooks)
        for name, step in (("on_enter", 1), ("on_leave", -1)):

            def count(ctx: MenuContext, step: int = step) -> None:
                self._visits[type(ctx.menu).__name__] += step

            hooks[name] = (count, *hooks.get(name, ()))
        runtime.hooks = hooks

    @property
    def sessions(self) -> list[MenuSession]:
        """The open sessions, oldest first."""
        return [] if self._runtime is None else list(self._runtime.sessions.values())

    def opening(
        self, menu: MenuOrFlow, options: Options | None, settings: dict[str, Any]
    ) -> asyncio.Task[MenuSession]:
        """Open a menu as the answer to the interaction `OPENING` that is sent next."""
        if self._opener is None or self._runtime is None:
            raise HarnessError("this bot has no FlowCord, so no menu can be opened")
        opener, client = self._opener, self._runtime.client
        fields = {name: value for name, value in settings.items() if name not in _SETTINGS}
        others = {name: value for name, value in settings.items() if name in _SETTINGS}

        def is_ours(interaction: discord.Interaction[Any]) -> bool:
            return cast("dict[str, Any]", interaction.data or {}).get("custom_id") == OPENING

        async def opened() -> MenuSession:
            interaction = await client.wait_for("interaction", check=is_ours)
            return await opener.open(interaction, menu, options, fields, **others)

        return asyncio.get_running_loop().create_task(opened())

    def time_out(self, session: MenuSession) -> None:
        """End a session as its idle timeout does."""
        session.collector.put(End(SessionEnd(EndReason.TIMEOUT, deadline="idle")))

    def unpaired(self) -> list[str]:
        """Every menu that was entered and never left, or left twice: to be asked when the bot is closed."""
        return [
            f"{menu}: {'on_enter' if count > 0 else 'on_leave'} ran {abs(count)} times too often"
            for menu, count in self._visits.items()
            if count
        ]

    def live_twice(self, messages: Iterable[ShownMessage]) -> list[str]:
        """Every open session that has more than one message with something to click."""
        live: dict[str, list[ShownMessage]] = {}
        ids = {session.id for session in self.sessions}
        for message in messages:
            for session in _sessions_on(message) & ids:
                live.setdefault(session, []).append(message)
        return [
            f"a session has {len(found)} live messages: {found}" for found in live.values() if len(found) > 1
        ]


def _sessions_on(message: ShownMessage) -> set[str]:
    """The sessions whose components can be clicked on a message."""
    clickable = (*message.buttons, *message.selects)
    parsed = (parse(each.custom_id) for each in clickable if each.custom_id and not each.disabled)
    return {target.session for target in parsed if isinstance(target, ComponentId)}
