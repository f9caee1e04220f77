"""When a session ends by itself, on a clock that only these tests move."""

from __future__ import annotations

import pytest

from flowcord import Behavior, EndReason, Flow, Menu, MenuContext, Screen, button, slash
from tests.simcord.menus import D, M, MFlow, page
from tests.simcord.world import Bot, simulated, takes

TIMED_OUT = "*This interaction has timed out.*"


@pytest.mark.case("S2", "S5")
async def test_a_menu_nobody_touches_ends_after_300_seconds() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        await world.advance(299)
        assert menu.labels == ["+1", "Go", "Close"]
        (session,) = world.sessions
        world.trail.clear()

        with world.requests() as made:
            await world.advance(1)

        assert made == ["edit"]
        assert world.trail == ["on_timeout M", "on_leave M", "on_end M"]
        assert (menu.content, menu.title, menu.labels) == (TIMED_OUT, None, [])
        assert session.end.reason is EndReason.TIMEOUT
        assert session.end.deadline == "idle"
        assert world.sessions == []


@pytest.mark.case("S5")
async def test_a_waiting_session_holds_no_task() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "+1")
        (session,) = world.sessions
        assert session.collector.task is None
        assert session.runtime._tasks == set()


@pytest.mark.case("S2")
async def test_the_apps_default_replaces_300_seconds() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=60))) as world:
        menu = await world.ann.open("m")
        await world.advance(59)
        assert menu.title == "M"
        await world.advance(1)
        assert menu.content == TIMED_OUT


async def test_each_click_begins_the_window_anew() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        for _ in range(5):
            await world.advance(290)
            await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 5"]
        await world.advance(300)
        assert menu.content == TIMED_OUT


async def test_the_window_begins_when_the_handler_is_done() -> None:
    @slash("late", description="Works a long time")
    class Late(Menu):
        def render(self) -> Screen:
            return page("Late")

        @button("Work")
        async def work(self, ctx: MenuContext) -> None:
            await takes(ctx, 400)

    async with simulated(Bot(Late)) as world:
        menu = await world.ann.open("late")
        await world.ann.click(menu, "Work")
        await world.advance(400 + 299)
        assert menu.title == "Late"
        await world.advance(1)
        assert menu.content == TIMED_OUT


@pytest.mark.case("S3")
async def test_every_menu_has_its_own_window() -> None:
    class Hasty(D):
        name = "hasty"
        behavior = Behavior(timeout=30)

    @slash("patient", description="Waits longer than the next one")
    class Patient(M):
        @button("Go")
        async def go(self, ctx: MenuContext) -> None:
            await ctx.go_to(Hasty)

    class Both(Flow):
        kind = "both"
        menus = (Patient, Hasty)
        behavior = Behavior(timeout=120)

    async with simulated(Bot(Both)) as world:
        menu = await world.ann.open("patient")
        await world.advance(119)
        await world.ann.click(menu, "Go")
        await world.advance(29)
        await world.ann.click(menu, "Back")
        await world.advance(119)
        assert menu.title == "M"
        await world.ann.click(menu, "Go")
        await world.advance(30)
        assert menu.content == TIMED_OUT


@pytest.mark.case("S4")
async def test_a_lifetime_ends_a_session_that_is_clicked_all_the_time() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(lifetime=600))) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        for _ in range(5):
            await world.advance(100)
            await world.ann.click(menu, "+1")
        await world.advance(99)
        assert menu.lines == ["Count: 5"]
        await world.advance(1)
        assert menu.content == TIMED_OUT
        assert session.end.deadline == "lifetime"


@pytest.mark.case("S7")
async def test_refused_and_stale_clicks_do_not_move_the_deadline() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        stale = menu.buttons["+1"]
        await world.ann.click(menu, "Go")
        await world.advance(290)
        await world.bob.click(menu, "Back")
        await world.ann.press(menu, stale)
        await world.advance(9)
        assert menu.title == "D"
        await world.advance(1)
        assert menu.content == TIMED_OUT


async def test_a_click_after_the_timeout_gets_the_way_back() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        button = menu.buttons["+1"]
        await world.advance(300)
        late = await world.ann.press(menu, button)
        assert "This menu is no longer active." in late.whispered[0]
        assert late.whispers[0].labels == ["Open again"]
        assert menu.content == TIMED_OUT


async def test_without_a_timeout_a_public_menu_waits_for_days() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=None))) as world:
        menu = await world.ann.open("m")
        await world.advance(3 * 24 * 3600)
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]
