"""Hears of changes: LISTEN on a connection of its own, which it replaces when it is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from logging import getLogger
from typing import Any

from flowcord.clock import Clock, TimerHandle
from flowcord.store.database import Connection, connect
from flowcord.store.failures import ERRORS
from flowcord.store.location import Location
from flowcord.store.records import Address
from flowcord.store.stats import Counters
from flowcord.store.tables import CHANNEL

__all__ = ("Listener",)

PROBE_INTERVAL = 15.0
"""Seconds between looks at a connection that may have died without a word."""
FIRST_RETRY, LAST_RETRY = 0.5, 30.0
"""Seconds until another connection is tried; each failure doubles them."""
_PATIENCE = 5.0
"""Seconds that one attempt may take."""
_log = getLogger(__name__)


class Listener:
    """Calls `changed` with address and version of every change, and `lost_track` when some were missed.

    It keeps no task: asyncpg calls back for each notification, and the clock's timers start a short task to
    probe the connection or to open another.
    """

    def __init__(
        self,
        location: Location,
        *,
        clock: Clock,
        counters: Counters,
        changed: Callable[[Address, int], None],
        lost_track: Callable[[], None],
    ) -> None:
        self.location = location
        self._clock = clock
        self._counters = counters
        self._changed = changed
        self._lost_track = lost_track
        self._connection: Connection | None = None
        self._timer: TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._retry = FIRST_RETRY
        self._closed = False

    @property
    def is_listening(self) -> bool:
        """Whether changes of other processes are heard right now."""
        return self._connection is not None

    async def start(self, timeout: float) -> Connection:
        """Listen, on the connection that is returned. Raises asyncpg's errors and `OSError`."""
        return await self._listen(timeout)

    async def close(self) -> None:
        """Listen no more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.remove_termination_listener(self._on_lost)
            connection.terminate()

    async def _listen(self, timeout: float) -> Connection:
        connection = await connect(self.location, timeout=timeout)
        try:
            await connection.add_listener(CHANNEL, self._on_notification)
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(self._on_lost)
        self._connection = connection
        self._retry = FIRST_RETRY
        self._after(PROBE_INTERVAL, self._probe)
        return connection

    def _after(self, delay: float, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._timer = self._clock.call_at(self._clock.now() + delay, lambda: self._begin(step))

    def _begin(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._task = asyncio.get_running_loop().create_task(step(), name="flowcord listener")

    def _on_lost(self, connection: object) -> None:
        # A connection may end long after another took its place.
        if connection is self._connection and not self._closed:
            _log.warning("The listener lost its connection to the %s", self.location)
            self._connection = None
            self._after(self._retry, self._reconnect)

    async def _probe(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            await connection.execute("SELECT 1")
        except ERRORS:
            connection.terminate()  # which calls `_on_lost`
        else:
            self._after(PROBE_INTERVAL, self._probe)

    async def _reconnect(self) -> None:
        try:
            await self._listen(_PATIENCE)
        except Exception as error:
            # Whatever it was: a process that stays deaf is worse than one that keeps trying.
            _log.debug("The listener did not come back: %s", type(error).__name__)
            self._retry = min(self._retry * 2, LAST_RETRY)
            self._after(self._retry, self._reconnect)
            return
        # Cleared only now, since from here on changes are heard.
        self._counters.listener_reconnects += 1
        self._lost_track()

    def _on_notification(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self._counters.notifications += 1
        if payload == "*":
            self._lost_track()
            return
        try:
            scope, scope_id, name, version = json.loads(payload)
            address = Address(str(scope), str(scope_id), str(name))
            version = int(version)
        except (ValueError, TypeError, OverflowError, RecursionError):
            _log.warning("An unreadable notification on channel %s: everything is read again", CHANNEL)
            self._lost_track()
            return
        self._changed(address, version)
