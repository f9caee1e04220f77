"""Metrics for OpenTelemetry: `FlowCord(client, metrics=OpenTelemetryMetrics())`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentelemetry.metrics import Meter, get_meter

from flowcord.metrics import INSTRUMENTS, Instrument

__all__ = ("OpenTelemetryMetrics",)

_PREFIX = "flowcord."
_UNITS = {"seconds": "s"}


class OpenTelemetryMetrics:
    """Hands FlowCord's numbers to an OpenTelemetry meter, under names that begin with `flowcord.`.

    `meter` is the global provider's unless given.
    """

    def __init__(self, meter: Meter | None = None) -> None:
        meter = meter or get_meter("flowcord")
        self._record = {name: _make(name, each, meter) for name, each in INSTRUMENTS.items()}

    def __call__(self, name: str, value: float, tags: Mapping[str, str]) -> None:
        self._record[name](value, dict(tags))


def _make(name: str, instrument: Instrument, meter: Meter) -> Callable[[float, dict[str, str]], None]:
    name, unit = _PREFIX + name, _UNITS.get(instrument.unit, "1")
    match instrument.kind:
        case "counter":
            return meter.create_counter(name, unit, instrument.description).add
        case "gauge":
            return meter.create_gauge(name, unit, instrument.description).set
        case "histogram":
            return meter.create_histogram(name, unit, instrument.description).record
