"""Runtime: what all sessions of one app share."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import discord

from flowcord.clock import Clock
from flowcord.deadlines import Deadlines
from flowcord.menu.actions import call
from flowcord.metrics import Meter
from flowcord.session.channels import Channels
from flowcord.session.live import Live
from flowcord.session.slots import Slots
from flowcord.session.watching import Watching
from flowcord.wire.answer import Punctual
from flowcord.wire.endpoint import Wire

if TYPE_CHECKING:
    from flowcord.app import FlowCord
    from flowcord.session.session import MenuSession
    from flowcord.session.telemetry import Telemetry

__all__ = ("Hooks", "Runtime")

_log = logging.getLogger("flowcord")

Hooks = Mapping[str, tuple[Callable[..., Any], ...]]


class Runtime:
    """The client, the wire, the clock, and the tasks that run."""

    def __init__(
        self,
        app: FlowCord,
        client: discord.Client,
        wire: Wire,
        clock: Clock,
        *,
        telemetry: Telemetry | None = None,
        meter: Meter | None = None,
        grace: float = 5.0,
    ) -> None:
        self.app = app
        self.client = client
        self.wire = wire
        self.clock = clock
        self.deadlines = Deadlines(clock)
        self.punctual = Punctual(self.deadlines, meter)
        #: Who hears of what happens in sessions, if anybody does.
        self.telemetry = telemetry
        #: Seconds that a running handler gets when its session is ended from outside.
        self.grace = grace
        self.hooks: Hooks = {}
        #: Open sessions by id.
        self.sessions: dict[str, MenuSession] = {}
        #: What they are refreshed for: keys of the developer's, and addresses of stored data.
        self.watching: Watching[Hashable] = Watching()
        self.live = Live()
        #: Where they are on display.
        self.channels = Channels()
        #: Those that count, where a user may have so many.
        self.slots = Slots()
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` in a task that the app owns and waits for when it closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def drive(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a session's inputs in a task that its collector owns, which nothing of it can make fail."""
        return asyncio.get_running_loop().create_task(work)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task of FlowCord's failed", exc_info=error)

    async def join(self, grace: float) -> None:
        """Wait for every spawned task but the caller's; what is left after `grace` seconds is cancelled."""
        own = asyncio.current_task()
        loop = asyncio.get_running_loop()
        until = loop.time() + grace
        while pending := [task for task in self._tasks if task is not own]:
            _, late = await asyncio.wait(pending, timeout=max(0.0, until - loop.time()))
            if late and loop.time() >= until:
                for task in late:
                    task.cancel()
                await asyncio.wait(late, timeout=grace)
                return

    # Waiting for people ----------------------------------------------------------------------------
    # Through `client.wait_for`, discord.py's own way to wait for something that may never happen: no
    # future of FlowCord's keeps a task parked where a simulation could not see why.

    async def park(self, event: str, key: object) -> Any:
        """Wait until `wake` is called with the same event and key; its value is returned."""

        def is_ours(woken: object, _value: object) -> bool:
            return woken is key

        try:
            _, value = await self.client.wait_for(event, check=is_ours)
        except asyncio.CancelledError:
            # discord.py lets go of whoever gave up only at the next event of this name, if one comes.
            self.wake(event, None, None)
            raise
        return value

    def wake(self, event: str, key: object, value: object) -> None:
        self.client.dispatch(event, key, value)

    # Incidents -------------------------------------------------------------------------------------

    def incident(self, error: BaseException, where: str) -> str:
        """Log an error under a random id, which is all that users see of it."""
        number = secrets.token_hex(4)
        _log.error("incident %s: %s", number, where, exc_info=error)
        return number

    async def attempt(self, where: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Call something whose failure must not stop what is under way: it is logged, and that is all."""
        try:
            await call(function, *arguments)
        except Exception as error:
            self.incident(error, where)
