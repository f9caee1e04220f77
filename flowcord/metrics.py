"""Metrics: what FlowCord counts, and the one function through which an app takes the numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

__all__ = ("INSTRUMENTS", "Instrument", "Meter", "Metrics")

_log = logging.getLogger("flowcord")

#: Takes a number: (name, value, tags). Called in the middle of things, so it must be quick and not block.
Metrics = Callable[[str, float, Mapping[str, str]], object]


class Instrument(NamedTuple):
    """What one metric is, for whoever exports it.

    A `counter`'s values are added up, a `gauge`'s newest value holds, a `histogram`'s are distributed. `unit`
    is empty for plain numbers of things.
    """

    kind: Literal["counter", "gauge", "histogram"]
    description: str
    tags: tuple[str, ...] = ()
    unit: str = ""


#: Every metric, by name.
INSTRUMENTS: dict[str, Instrument] = {
    "sessions_opened": Instrument("counter", "Sessions that began.", ("flow",)),
    "sessions_ended": Instrument("counter", "Sessions that ended, by EndReason.", ("flow", "reason")),
    "open_sessions": Instrument("gauge", "Sessions that are open in this process."),
    "inputs": Instrument(
        "counter",
        "Clicks, submits and messages, by what became of them: handled, guarded (a guard refused), failed, "
        "cancelled, stale, refused (a stranger), busy (too many waited), dropped.",
        ("flow", "kind", "outcome"),
    ),
    "handler_seconds": Instrument(
        "histogram",
        "From the start of a handler to its return; of one that asks, with the time its user took.",
        ("flow", "menu"),
        unit="seconds",
    ),
    "api_calls": Instrument("counter", "Requests to Discord.", ("call",)),
    "auto_defers": Instrument("counter", "Interactions that were deferred because 2 seconds had passed."),
    "store_cache_hits": Instrument("counter", "Records read from the shared cache."),
    "store_cache_misses": Instrument("counter", "Records that the shared cache did not have."),
    "store_joins": Instrument("counter", "Misses that joined a load which was under way."),
    "store_loads": Instrument("counter", "Statements that read."),
    "store_writes": Instrument("counter", "Effective writes, committed."),
    "store_noops": Instrument("counter", "Writes that changed nothing."),
    "store_conflicts": Instrument("counter", "Lost attempts of version-checked writes."),
    "store_conflict_failures": Instrument("counter", "Version-checked writes that were given up."),
    "store_notifications": Instrument("counter", "Changes heard of, of any process."),
    "store_listener_reconnects": Instrument("counter", "Connections of the change listener after its first."),
    "store_invalid_stored": Instrument("counter", "Stored records with fields that read as their defaults."),
    "store_client_data_errors": Instrument("counter", "Client data entries that failed."),
    "store_swept": Instrument("counter", "Expired records that were ended."),
    "notify_lag_seconds": Instrument(
        "histogram", "From a commit of this process to its own notification.", unit="seconds"
    ),
}


class Meter:
    """Hands numbers to an app's function. What that raises is logged, and harms nothing."""

    __slots__ = ("_metrics",)

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def record(self, name: str, value: float = 1.0, /, **tags: str) -> None:
        """Count one, or record `value`, under a name of `INSTRUMENTS`."""
        try:
            self._metrics(name, value, tags)
        except Exception:
            _log.exception("metrics(%r, %r, %r) failed", name, value, tags)
