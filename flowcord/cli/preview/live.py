"""simcord in real time: an `Env` whose clock is the wall clock, and a page that follows it by itself.

simcord is made for tests. Its clock stands still until a test moves it, every operation waits until the
bot has settled and fails when it does not, and the browser page shows what was last published. A demo
needs the opposite of all three, and gets it here:

- One task, the ticker, moves the clock to where real time is, fires the bot's timers that came due, and
  publishes the pages whose channel changed. It performs no simcord operation, so a click can never be
  refused because the ticker was busy.
- Timers fire by the ticker alone. (simcord's own fallback, a second real timer for each, would fail all
  later operations if one handler does not settle.)
- An interaction waits until the bot acknowledged it, at most Discord's three seconds. A bot that still
  works after that, or that never settles at all, is no error: the page follows when something changes.
- Actions of several browser tabs take turns. An action that was taken while the ticker published a
  newer state is carried over to it, as long as the component still means the same.

simcord offers none of this publicly. Every private name of it that FlowCord touches stands in this file,
which checks them at import.
"""

# pyright: reportPrivateUsage=false
# simcord describes its own private parts loosely; their shapes are checked by use, in tests/cli.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import simcord
from simcord import _dpy_internals, _settlement, preview as _preview
from simcord.builders import ChannelHandle
from simcord.preview import _action_plans

__all__ = ("LiveEnv", "LivePreview")

_log = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks at the clock: how late a timer may fire, and how old a page may be."""

ANSWER_TIME = 3.0
"""Seconds that Discord gives an application to acknowledge an interaction."""

STEPS = 500
"""Timers fired in one tick, so that timers which start each other at once cannot stop the world."""

CLOSE_TIME = 10.0
"""Seconds that a bot may take to close."""

CARRIED = 20
"""Publications of its own after which `follow` still knows what a page showed before."""

SETTLE_TIME = 0.25
"""Seconds to wait for work that goes on after the acknowledgement, so that the page shows its result."""


def _verify() -> None:
    needed: tuple[tuple[object, tuple[str, ...]], ...] = (
        (
            simcord.Env,
            (
                "_bot_scope",
                "_detach_bot",
                "_move_clock",
                "_register_dispatch_observer",
                "_schedule_timer",
                "_settle_internal",
                "_settlement_state",
                "_virtual_time",
            ),
        ),
        (_settlement, ("_active_callbacks", "_next_virtual_timer", "_run_due_virtual_callbacks")),
        (_dpy_internals, ("real_monotonic",)),
        (_preview, ("_validate_preview",)),
        (_preview.Preview, ("_action", "_publish", "_advance_presentation_time")),
        (_action_plans, ("_component_key", "_component_paths")),
    )
    missing = [
        f"{getattr(owner, '__name__', owner)}.{name}"
        for owner, names in needed
        for name in names
        if not hasattr(owner, name)
    ]
    if missing:
        raise ImportError(
            "this version of simcord lacks what the demo's real-time clock is built on: " + ", ".join(missing)
        )


_verify()


class LiveEnv(simcord.Env):
    """A simulated Discord in which time passes.

    Build guilds, channels and members before `start`: their ids then come from simcord's fixed first
    moment and are the same at every start, so that stored data is found again.
    """

    def __init__(self, bot: Any, *, now: Callable[[], float] = _dpy_internals.real_monotonic) -> None:
        """`now` gives the seconds of the clock that this one follows."""
        sharded = isinstance(bot, discord.AutoShardedClient) and not bot.shard_count
        super().__init__(
            bot,
            check_errors=False,
            settle_timeout=SETTLE_TIME,
            shard_count=1 if sharded else None,  # what Discord would recommend for one server
        )
        self._now = now
        self._live_preview: LivePreview | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._dispatched: Any = None
        self._register_dispatch_observer(self._note_dispatch)

    async def start(self) -> None:
        """Log the bot in and let time pass. What `setup_hook` raises is raised here."""
        # The same number as the loop's own clock, so that a time noted outside of the bot's tasks
        # compares with one noted inside of them.
        now = self._now()
        self.backend.clock.elapsed = now
        self.backend.clock._epoch = datetime.now(UTC) - timedelta(seconds=now)
        self._ticker = asyncio.get_running_loop().create_task(self._tick(), name="flowcord.preview.clock")
        await super().start()

    async def shutdown(self) -> None:
        """Close the bot as the end of its process would, and stop the clock. Also after a failed `start`."""
        try:
            await self._close_bot()
            await super().shutdown()
        finally:
            await self._stop_ticking()

    async def _close_bot(self) -> None:
        with self._bot_scope():  # its answers to open interactions go to the simulated Discord
            closing = asyncio.get_running_loop().create_task(self.bot.close())
        await asyncio.wait((closing,), timeout=CLOSE_TIME)
        if not closing.done():
            _log.error("the bot did not close within %g seconds", CLOSE_TIME)
        elif not closing.cancelled() and (error := closing.exception()) is not None:
            _log.error("the bot failed to close", exc_info=error)

    def live_preview(
        self, channel: ChannelHandle, *, viewers: Sequence[simcord.MemberActor], port: int, timezone: str
    ) -> LivePreview:
        """The browser page for `channel`, on loopback. `port` 0 takes a free one."""
        checked = _preview._validate_preview(
            self, channel, viewers, 960, 720, "en-US", timezone, port=port, layout="channel"
        )
        self._live_preview = LivePreview(
            self,
            checked[0],
            checked[1],
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale="en-US",
            timezone=timezone,
            presentation_time=None,
            assets=None,
            port=checked[4],
        )
        return self._live_preview

    # The clock ------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            try:
                await self._catch_up(self._now())
                if self._live_preview is not None:
                    self._live_preview.follow()
            except Exception:
                # Time must go on for everybody else.
                _log.exception("the demo's clock met an error")
            await asyncio.sleep(TICK)

    async def _catch_up(self, target: float) -> None:
        """Move the clock to `target`, stopping at the timers on the way, as real time would."""
        _settlement._active_callbacks(self._settlement_state())  # forgets the timers that were cancelled
        for _ in range(STEPS):
            due = _settlement._next_virtual_timer(self._settlement_state())
            if due is None or due > target:
                break
            self._move_clock(max(due, self._virtual_time))
            _settlement._run_due_virtual_callbacks(self._settlement_state(), math.inf)
            await asyncio.sleep(0)
        self._move_clock(target)

    def _schedule_timer(self, record: Any, callback: Any, args: Any, schedule_context: Any) -> None:
        """No real timer beside the virtual one: the ticker fires it."""

    async def _stop_ticking(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.wait((self._ticker,))
            self._ticker = None

    # Settling -------------------------------------------------------------------------------------

    def _note_dispatch(self, interaction: Any) -> None:
        self._dispatched = interaction

    async def _settle_internal(
        self,
        *,
        timeout: float | None = None,
        idle: float = 0.05,
        dispatch: str | None = None,
        _deadline: float | None = None,
    ) -> None:
        interaction = self._dispatched if dispatch == "INTERACTION_CREATE" else None
        end = self._now() + ANSWER_TIME
        while True:
            with suppress(TimeoutError):  # the bot is busy, as bots may be; the page follows when it is done
                await super()._settle_internal(
                    timeout=timeout, idle=idle, dispatch=dispatch, _deadline=_deadline
                )
            if interaction is None or interaction.responded or self._now() >= end:
                return
            await asyncio.sleep(TICK / 2)


class LivePreview(_preview.Preview):
    """The browser page of a `LiveEnv`. It polls twice a second; `follow` gives it something to find."""

    def __init__(self, env: LiveEnv, *args: Any, **options: Any) -> None:
        super().__init__(env, *args, **options)
        self._turn = asyncio.Lock()
        self._published_at: dict[str, int] = {}
        self._current: dict[str, dict[int, Mapping[str, str]]] = {}

    def follow(self) -> None:
        """Publish what happened since a page was last published, unless its own action is about to."""
        if not self._active or self._closed:
            return
        happened = len(self.env.backend.transcript)
        for page in tuple(self._pages.values()):
            if page is self._python or page is self._action_page or page.id not in self._pages:
                continue
            if page.status == "stale" or self._published_at.get(page.id) != happened:
                self._publish(page, reason="refresh")

    def _publish(self, page: Any, *, reason: Any = "action") -> None:
        self._advance_presentation_time()
        super()._publish(page, reason=reason)
        self._published_at[page.id] = len(self.env.backend.transcript)
        earlier = self._current.get(page.id, {}) if reason == "refresh" else {}
        kept = dict(list(earlier.items())[1 - CARRIED :])
        self._current[page.id] = {**kept, page.revision: self._components(page)}

    async def _action(self, context_id: str | None, body: Any) -> dict[str, Any]:
        async with self._turn:
            return await super()._action(context_id, self._carried_over(context_id, body))

    def _carried_over(self, context_id: str | None, body: Any) -> Any:
        """`body` as if it had been sent from the newest publication, where that changes nothing for it.

        simcord refuses actions of any earlier revision. The reader cannot know that the page changed by
        itself half a second ago, so an action passes if nothing but `follow` published since, and a
        click or a selection only if the component at that place is still the one that was shown.
        """
        page = self._pages.get(context_id or "")
        if page is None or not isinstance(body, Mapping):
            return body
        seen = self._current.get(page.id, {}).get(body.get("published_revision", 0))
        if seen is None:
            return body
        if body.get("kind") in ("click", "select"):
            key = body.get("control_key", "")
            if seen.get(key) is None or seen.get(key) != self._components(page).get(key):
                return body
        return {**body, "published_revision": page.revision}

    def _components(self, page: Any) -> dict[str, str]:
        """The custom ids that the channel's messages show now, by simcord's control keys."""
        found: dict[str, str] = {}
        for message in self.env.backend.messages.get(page.channel_id, {}).values():
            for index, row in enumerate(message.components):
                for path, component in _action_plans._component_paths(row, str(index)):
                    key = _action_plans._component_key(component, path, message.id)
                    if key is not None and isinstance(component.get("custom_id"), str):
                        found[key] = component["custom_id"]
        return found
