"""What is kept of what happens: the log of a session, the tracer, and the app's metrics."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry

from flowcord import Event, Fallback, Flow, Menu, MenuContext, Screen, button, guard, slash
from flowcord.exporters.opentelemetry import OpenTelemetryMetrics
from flowcord.exporters.prometheus import PrometheusMetrics
from flowcord.metrics import INSTRUMENTS
from flowcord.session.tracing import Path
from tests.simcord.conftest import Incidents
from tests.simcord.menus import M, MFlow, page
from tests.simcord.world import Bot, simulated, takes


@slash("walk", description="Ways of every direction")
class Walk(Menu):
    fallback = Fallback("walk")

    def render(self) -> Screen:
        return page("Walk")

    @button("Sub")
    async def sub(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu(Sub)

    @button("Again")
    async def again(self, ctx: MenuContext) -> None:
        await ctx.go_to(Walk)


class Sub(Menu):
    def render(self) -> Screen:
        return page("Sub")

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.complete()


class Walks(Flow):
    kind = "walk"
    menus = (Walk, Sub)


@pytest.mark.case("S156")
async def test_the_tracer_has_every_direction_and_what_triggered_it() -> None:
    async with simulated(Bot(Walks, trace=True)) as world:
        menu = await world.ann.open("walk")
        for label in ("Back", "Again", "Back", "Sub", "Done", "Sub", "Back", "Sub", "Done"):
            await world.ann.click(menu, label)
        tracer = world.bot.flows.tracer
        assert [(step.origin, step.target, step.direction, step.trigger) for step in tracer] == [
            (None, "walk", "open", None),
            ("walk", "walk", "fallback", "-back"),
            ("walk", "walk", "forward", "again"),
            ("walk", "walk", "back", "-back"),
            ("walk", "sub", "forward", "sub"),
            ("sub", "walk", "complete", "done"),
            ("walk", "sub", "forward", "sub"),
            ("sub", "walk", "dismiss", "-back"),
            ("walk", "sub", "forward", "sub"),
            ("sub", "walk", "complete", "done"),
        ]
        assert tracer.paths_from("sub") == [
            Path("walk", "complete", "done"),
            Path("walk", "dismiss", "-back"),
        ]
        assert {step.session for step in tracer} == {world.sessions[0].id}
        tracer.clear()
        assert len(tracer) == 0


@pytest.mark.case("S156")
async def test_without_trace_nothing_is_kept() -> None:
    async with simulated(Bot(MFlow)) as world:
        await world.ann.click(await world.ann.open("m"), "Go")
        assert list(world.bot.flows.tracer) == []


@pytest.mark.case("S157")
async def test_the_log_of_one_click_is_in_order() -> None:
    async with simulated(Bot(MFlow, log=200)) as world:
        menu = await world.ann.open("m")
        [session] = world.sessions
        before = len(session.log)
        await world.ann.click(menu, "+1")
        assert [(event.kind, event.name) for event in list(session.log)[before:]] == [
            ("input", "add"),
            ("hook", "on_action"),
            ("action", "add"),
            ("hook", "before_render"),
            ("render", "m"),
            ("hook", "after_render"),
        ]
        assert session.log.find_last("render") == Event("render", "m", "M", session.log.find_last("hook").at)
        with pytest.raises(ValueError, match="there are no 'click' events"):
            session.log.filter("click")


class Wrong(Menu):
    def render(self) -> Screen:
        return page("Wrong")

    @button("Fail")
    async def fail(self, ctx: MenuContext) -> None:
        raise RuntimeError("my secret")

    @button("Shut", guard=guard(lambda _menu, _ctx: "a secret refusal"))
    async def shut(self, ctx: MenuContext) -> None: ...

    @button("Slow", clicks="drop")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 2.5)

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


@pytest.mark.case("S157")
async def test_the_log_is_bounded_has_no_texts_and_is_still_there_after_the_end(incidents: Incidents) -> None:
    async with simulated(Bot(Wrong, log=12)) as world:
        menu = (await world.ann.do(lambda it: world.bot.flows.open(it, Wrong))).shown
        [session] = world.sessions
        for label in ("Fail", "Shut"):
            await world.ann.click(menu, label)
            assert len(session.log) == 12
        await world.bob.click(menu, "Shut")
        await world.ann.click(menu, "Close")
        assert len(session.log) == 12
        assert "secret" not in repr(list(session.log))
        assert [event.name for event in session.log.filter("refused")] == ["shut"]
        assert [event.name for event in session.log.filter("end")] == ["closed"]
    assert len(incidents()) == 1


@pytest.mark.case("S157")
async def test_by_default_no_log_is_kept() -> None:
    async with simulated(Bot(MFlow)) as world:
        await world.ann.click(await world.ann.open("m"), "+1")
        assert len(world.sessions[0].log) == 0


@pytest.mark.case("S158")
async def test_metrics_count_what_happens(incidents: Incidents) -> None:
    seen: list[tuple[str, float, Mapping[str, str]]] = []

    def metrics(name: str, value: float, tags: Mapping[str, str]) -> None:
        seen.append((name, value, dict(tags)))

    def counted(name: str, **tags: str) -> float:
        return sum(value for each, value, of in seen if each == name and tags.items() <= of.items())

    async with simulated(Bot(Wrong, metrics=metrics)) as world:
        menu = (await world.ann.do(lambda it: world.bot.flows.open(it, Wrong))).shown
        old = menu.buttons["Fail"].replace(":1:", ":0:")
        await world.ann.click(menu, "Fail")
        await world.ann.click(menu, "Shut")
        await world.ann.press(menu, old)
        await world.bob.click(menu, "Fail")
        world.ann.tap(menu, menu.buttons["Slow"])
        await world.ann.press(menu, menu.buttons["Slow"])
        await world.advance(3)
        await world.ann.click(menu, "Close")
    assert counted("sessions_opened", flow="wrong") == 1
    assert counted("sessions_ended", reason="closed") == 1
    assert [value for name, value, _ in seen if name == "open_sessions"] == [1, 0]
    outcomes = ("failed", "guarded", "stale", "refused", "dropped", "handled")
    assert [counted("inputs", kind="click", outcome=each) for each in outcomes] == [1, 1, 1, 1, 1, 2]
    assert counted("auto_defers") == 1
    assert 2.5 <= counted("handler_seconds", menu="wrong") < 2.6
    assert counted("api_calls", call="answer") >= 7
    for name, _, tags in seen:
        assert tuple(tags) == INSTRUMENTS[name].tags
    assert len(incidents()) == 1


@pytest.mark.case("S158")
async def test_metrics_that_raise_harm_nothing(incidents: Incidents) -> None:
    def metrics(name: str, value: float, tags: Mapping[str, str]) -> None:
        raise ZeroDivisionError

    async with simulated(Bot(MFlow, metrics=metrics)) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]
        await world.ann.click(menu, "Close")
        assert world.sessions == []
    assert "metrics('sessions_ended', 1.0, {'flow': 'm', 'reason': 'closed'}) failed" in incidents()


async def test_prometheus_has_the_numbers() -> None:
    registry = CollectorRegistry()
    async with simulated(Bot(MFlow, metrics=PrometheusMetrics(registry))) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "+1")
        await world.ann.click(menu, "+1")
    clicks = {"flow": "m", "kind": "click", "outcome": "handled"}
    assert registry.get_sample_value("flowcord_inputs_total", clicks) == 2
    assert registry.get_sample_value("flowcord_open_sessions") == 0
    assert registry.get_sample_value("flowcord_handler_seconds_count", {"flow": "m", "menu": "m"}) == 2
    with pytest.raises(ValueError, match="Duplicated"):
        PrometheusMetrics(registry)


async def test_opentelemetry_has_the_numbers() -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    async with simulated(Bot(M, metrics=OpenTelemetryMetrics(provider.get_meter("test")))) as world:
        await world.ann.click(await world.ann.open("m"), "+1")
    data = reader.get_metrics_data()
    assert data is not None
    points = {
        metric.name: list(metric.data.data_points)
        for metric in data.resource_metrics[0].scope_metrics[0].metrics
    }
    provider.shutdown()
    assert [point.value for point in points["flowcord.open_sessions"]] == [0]
    assert {"flow": "m", "reason": "shutdown"} in [
        point.attributes for point in points["flowcord.sessions_ended"]
    ]
    assert [point.count for point in points["flowcord.handler_seconds"]] == [1]
