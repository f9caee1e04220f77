"""The bot's own work: which tasks are its, what time it is for them, and whether it is idle.

What the bot does runs in contexts of its own, so that tasks and timers that it starts are known as its,
wherever they are started. For them time is virtual: `loop.time`, `asyncio.sleep`, timeouts and timers follow
the harness's clock. Sockets stay real: waiting for Postgres takes the time it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar, cast

import discord

from flowcord.testing import _internals
from flowcord.testing.clock import VirtualClock
from flowcord.testing.errors import HarnessError, NotIdleError

__all__ = ("Workload",)

T = TypeVar("T")

_owner: ContextVar[Workload | None] = ContextVar("flowcord_testing_workload", default=None)
#: Rounds of the loop after which a busy test of its own no longer keeps the bot from counting as idle.
_ROUNDS = 1_000


class Workload:
    """The tasks of one bot, and the clock they live by.

    Args:
        limit: Real seconds the bot may take to become idle.
    """

    def __init__(self, limit: float) -> None:
        self.loop = asyncio.get_running_loop()
        # Whole seconds, so that sums with what tests advance by stay exact.
        self.clock = VirtualClock(float(int(self.loop.time())), self._timer_context)
        self.limit = limit
        self.client: discord.Client | None = None
        self.adapter: _internals.AsyncWebhookAdapter | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._time = self.loop.time
        self._outside = copy_context()

    # Ownership -------------------------------------------------------------------------------------

    @contextmanager
    def attached(self) -> Generator[None]:
        """While entered, the bot's tasks are counted and its time is virtual."""
        loop = cast(Any, self.loop)
        if "call_at" in vars(loop):
            raise HarnessError("a harness runs already on this event loop: one bot at a time")
        before = self.loop.get_task_factory()
        self.loop.set_task_factory(cast(Any, self._make_task))
        loop.time, loop.call_at, loop.call_later = self._loop_time, self._call_at, self._call_later
        try:
            with _internals.view_time(self._loop_time):
                yield
        finally:
            del loop.time, loop.call_at, loop.call_later
            self.loop.set_task_factory(before)

    def context(self) -> Context:
        """A fresh context in which everything belongs to the bot, as if its input came from outside."""
        context = self._outside.copy()
        context.run(self._enter)
        return context

    def _timer_context(self) -> Context:
        return copy_context() if _owner.get() is self else self.context()

    def _enter(self) -> None:
        _owner.set(self)
        if self.adapter is not None:
            _internals.set_adapter(self.adapter)

    def call(self, function: Callable[..., T], *args: Any) -> T:
        """Call `function` as Discord's gateway would: what it starts is the bot's."""
        return self.context().run(function, *args)

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=loop, **options)
        context: Context | None = options.get("context")
        if (_owner.get() if context is None else context.get(_owner)) is self:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    # Time ------------------------------------------------------------------------------------------

    def _loop_time(self) -> float:
        return self.clock.now() if _owner.get() is self else self._time()

    def _call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        if _owner.get() is self:
            return self.clock.call_at(when, callback, *args, context=context)
        return type(self.loop).call_at(self.loop, when, callback, *args, context=context)

    def _call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        return self._call_at(self._loop_time() + delay, callback, *args, context=context)

    # Idleness --------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Wait until the bot is idle.

        Idle is when each of its tasks waits for a timer, an event, an input or another of its tasks.

        Raises:
            NotIdleError: It still works after `limit` real seconds.
        """
        give_up = self._time() + self.limit
        while True:
            await self._run_ready()
            if self.clock.fire_due(self.loop):
                continue
            busy = self._busy()
            if not busy:
                return
            left = give_up - self._time()
            if left <= 0:
                raise NotIdleError(self._explain(busy))
            await self._progress(busy, left)

    async def complete(self, coro: Coroutine[Any, Any, T], what: str) -> T:
        """Run `coro` as the bot to its end; the clock moves where only that leads on."""
        task = self.loop.create_task(coro, context=self.context(), name=what)
        while True:
            await self.settle()
            if task.done():
                return task.result()
            due = self.clock.next_timer()
            if due is None:
                task.cancel()
                raise NotIdleError(self._explain([task]))
            self.clock.move_to(due)

    async def cancel_all(self) -> None:
        """Cancel what is left of the bot; its views keep tasks until their timeout."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=self.limit) if tasks else None

    async def _run_ready(self) -> None:
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
            if not _internals.ready_callbacks(self.loop):
                return

    def _busy(self) -> list[asyncio.Task[Any]]:
        listeners = _internals.listener_futures(self.client) if self.client is not None else set[int]()

        def known(future: asyncio.Future[Any]) -> bool:
            return future in self._tasks or id(future) in listeners

        return [
            task
            for task in self._tasks
            if not task.done() and not _internals.waits_for_event(_internals.suspension(task), known)
        ]

    async def _progress(self, busy: list[asyncio.Task[Any]], timeout: float) -> None:
        """Wait until one of the futures that `busy` waits for is done."""
        waiters = [waiter for task in busy if (waiter := _internals.suspension(task).waiter) is not None]
        if len(waiters) == len(busy):
            await asyncio.wait(waiters, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)

    def _explain(self, busy: list[asyncio.Task[Any]]) -> str:
        lines = [f"the bot still worked after {self.limit:g} s:"]
        for task in busy:
            place = _internals.suspension(task)
            where = "it is about to run"
            if place.waiter is not None and place.code is not None:
                where = f"waits in {place.code.co_qualname} ({place.code.co_filename}:{place.line})"
            coro = task.get_coro()
            lines.append(f"  {task.get_name()}: {getattr(coro, '__qualname__', coro)} {where}")
        lines.append(
            "A handler that is to wait for the test waits for an asyncio.Event, not for a bare future."
        )
        return "\n".join(lines)
