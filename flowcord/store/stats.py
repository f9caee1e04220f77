"""What the store of one process has done so far."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from flowcord.clock import Clock
from flowcord.metrics import Meter
from flowcord.store.records import Address, Record

__all__ = ("Counters", "Lag", "MeteredCounters")


@dataclass(slots=True)
class Counters:
    """Numbers that only grow, but for `notify_lag_ms_last`; reading them changes nothing."""

    cache_hits: int = 0
    cache_misses: int = 0
    joins: int = 0
    """Misses that joined a load which was under way."""
    loads: int = 0
    """Statements that read."""
    writes: int = 0
    """Effective writes, committed."""
    noops: int = 0
    conflicts: int = 0
    """Lost attempts of version-checked writes."""
    conflict_failures: int = 0
    """Version-checked writes that were given up."""
    notifications: int = 0
    listener_reconnects: int = 0
    notify_lag_ms_last: float = 0.0
    notify_lag_ms_max: float = 0.0
    """From a commit of this process to its own notification, milliseconds."""
    invalid_stored: int = 0
    """Record versions found with a field that does not fit its type."""
    client_data_errors: int = 0
    swept: int = 0


class MeteredCounters(Counters):
    """Counters that an app's metrics follow: what a number grows by is recorded at once."""

    __slots__ = ("_meter",)

    _meter: Meter

    def __init__(self, meter: Meter) -> None:
        object.__setattr__(self, "_meter", meter)
        super().__init__()

    def __setattr__(self, name: str, value: float) -> None:
        grown = value - getattr(self, name, 0)
        object.__setattr__(self, name, value)
        if name == "notify_lag_ms_last":
            self._meter.record("notify_lag_seconds", value / 1000)
        elif name != "notify_lag_ms_max" and grown:
            self._meter.record(f"store_{name}", grown)


class Lag:
    """The time from a commit of this process to its own notification.

    It remembers the last 1,024 commits that were not heard of yet; a notification that comes before its
    write returned counts as none.
    """

    _REMEMBERED = 1024

    def __init__(self, clock: Clock, counters: Counters) -> None:
        self._clock = clock
        self._counters = counters
        self._commits: OrderedDict[tuple[Address, int], float] = OrderedDict()

    def committed(self, record: Record) -> None:
        """A write of this process is committed."""
        self._commits[record.address, record.version] = self._clock.now()
        if len(self._commits) > self._REMEMBERED:
            self._commits.popitem(last=False)

    def heard(self, address: Address, version: int) -> None:
        """A notification arrived, of whichever process."""
        since = self._commits.pop((address, version), None)
        if since is not None:
            lag = (self._clock.now() - since) * 1000
            self._counters.notify_lag_ms_last = lag
            self._counters.notify_lag_ms_max = max(lag, self._counters.notify_lag_ms_max)
