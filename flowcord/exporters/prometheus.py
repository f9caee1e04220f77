"""Metrics for Prometheus: `FlowCord(client, metrics=PrometheusMetrics())`."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from flowcord.metrics import INSTRUMENTS, Instrument

__all__ = ("PrometheusMetrics",)

_PREFIX = "flowcord_"


class PrometheusMetrics:
    """Puts FlowCord's numbers into a `prometheus_client` registry, under names that begin with `flowcord_`.

    Raises `ValueError` when the registry has FlowCord's metrics already: one exporter serves one app, and
    a second app in one process takes a `CollectorRegistry` of its own.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._metrics = {name: _make(name, each, registry) for name, each in INSTRUMENTS.items()}

    def __call__(self, name: str, value: float, tags: Mapping[str, str]) -> None:
        metric = self._metrics[name]
        labelled = metric.labels(**tags) if tags else metric
        if isinstance(labelled, Counter):
            labelled.inc(value)
        elif isinstance(labelled, Gauge):
            labelled.set(value)
        else:
            labelled.observe(value)


def _make(name: str, instrument: Instrument, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    kind = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}[instrument.kind]
    return kind(_PREFIX + name, instrument.description, instrument.tags, registry=registry)
