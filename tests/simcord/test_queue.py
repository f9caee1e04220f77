"""Clicks that come while an action runs: none is lost, each is acknowledged, one screen follows the last."""

from __future__ import annotations

from typing import ClassVar

import discord
import pytest
from pydantic import BaseModel, NonNegativeInt

from flowcord import (
    Access,
    Behavior,
    Flow,
    Layout,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    slash,
    state,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, D, page
from tests.simcord.world import Bot, Person, Shown, World, simulated, takes


class Work(Menu[Count]):
    """Clicks that take a second each."""

    paid = 0

    def render(self) -> Screen:
        return page("Work", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        with self.state.edit() as state:
            state.count += 1

    @button("Forgetful", clicks="drop")
    async def forgetful(self, ctx: MenuContext) -> None:
        await self.add(ctx)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        await ctx.go_to(D)

    @button("Once", visible=lambda menu: not menu.state.current.count)
    async def once(self, ctx: MenuContext) -> None:
        await self.add(ctx)

    @button("Pay", clicks="once")
    async def pay(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        self.paid += 1

    @button("Latest", clicks="latest")
    async def latest(self, ctx: MenuContext) -> None:
        await self.add(ctx)


@slash("work", description="Slow clicks")
class Patient(Work): ...


class Patients(Flow):
    kind = "patients"
    menus = (Patient, D)


@slash("brief", description="Closes slowly, and cannot always be drawn")
class Brief(Work):
    broken = False

    def render(self) -> Screen:
        if self.broken:
            self.broken = False
            raise LookupError("cannot be drawn")
        return super().render()

    @button("Break")
    async def break_it(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        self.broken = True

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        await ctx.close()


class Stored(BaseModel):
    total: NonNegativeInt = 0


@slash("stored", description="Slow clicks that are stored")
class Storing(Menu[Count]):
    stored = state(Stored, scope=Scope.USER)
    renders: ClassVar[int] = 0

    @client_data
    def total(self) -> int:
        return self.stored.value.total

    def render(self) -> Screen:
        Storing.renders += 1
        return page("Storing", f"Count: {self.state.current.count}", f"Stored: {self.total}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        with self.state.edit() as state:
            state.count += 1
        await self.stored.increment(total=1)


async def tapped(world: World, person: Person, menu: Shown, *labels: str) -> list[bool]:
    """Click all of these at once, see all of them through, and whether each was acknowledged."""
    clicks = [person.tap(menu, menu.buttons[label]) for label in labels]
    await world.advance(2 * len(labels))
    return [click.acknowledged for click in clicks]


@pytest.mark.case("S94a")
async def test_clicks_of_new_and_old_pictures_all_count_during_a_slow_action(database: str) -> None:
    async with simulated(Bot(Storing, database=database)) as world:
        menu = await world.ann.open("stored")
        older = menu.buttons["+1"]
        await world.ann.click(menu, "+1")
        await world.advance(1)
        assert menu.lines == ["Count: 1", "Stored: 1"]

        with world.requests() as made:
            clicks = [world.ann.tap(menu, each) for each in [menu.buttons["+1"], older] * 3]
            await world.advance(10)

        assert all(click.acknowledged for click in clicks)
        assert menu.lines == ["Count: 7", "Stored: 7"]
        assert made.count("edit") + made.count("update") == 1


@pytest.mark.case("S96")
async def test_a_click_during_an_action_waits_its_turn() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        first = await world.ann.click(menu, "+1")
        await world.advance(0.2)
        second = await world.ann.click(menu, "+1")
        await world.advance(2)
        assert first.acknowledged
        assert second.acknowledged
        assert menu.lines == ["Count: 2"]


@pytest.mark.case("S96")
async def test_a_click_is_dropped_while_busy_where_the_button_or_the_menu_says_so() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        assert await tapped(world, world.ann, menu, "Forgetful", "Forgetful") == [True, True]
        assert menu.lines == ["Count: 1"]

        menu = await world.ann.open_with(Patients, behavior=Behavior(clicks="drop"))
        assert await tapped(world, world.ann, menu, "+1", "+1", "+1") == [True, True, True]
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S96")
async def test_the_buttons_word_on_clicks_beats_the_menus() -> None:
    @slash("eager", description="Drops, but for one button")
    class Eager(Work):
        behavior = Behavior(clicks="drop")

        @button("Every", clicks="queue")
        async def every(self, ctx: MenuContext) -> None:
            await self.add(ctx)

    async with simulated(Bot(Eager)) as world:
        menu = await world.ann.open("eager")
        assert await tapped(world, world.ann, menu, "Every", "Every", "+1") == [True, True, True]
        assert menu.lines == ["Count: 2"]


@pytest.mark.case("S94b")
async def test_what_is_paid_once_for_each_picture_is_not_paid_twice() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        first = menu.buttons["Pay"]
        assert await tapped(world, world.ann, menu, "Pay", "Pay") == [True, True]
        assert world.sessions[0].menu.paid == 1
        assert menu.buttons["Pay"] != first

        with world.requests() as made:
            again = await world.ann.press(menu, first)
        assert (made, again.acknowledged) == (["update"], True)
        assert await tapped(world, world.ann, menu, "Pay") == [True]
        assert world.sessions[0].menu.paid == 2


@pytest.mark.case("S94b")
async def test_of_four_clicks_that_wait_only_the_newest_runs() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        assert await tapped(world, world.ann, menu, *["Latest"] * 5) == [True] * 5
        assert menu.lines == ["Count: 2"]


@pytest.mark.case("S97")
async def test_a_click_queued_behind_a_navigation_does_not_run() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        with world.requests() as made:
            assert await tapped(world, world.ann, menu, "Go", "+1") == [True, True]
        assert made == ["update", "update"]
        assert menu.title == "D"
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 0"]


@pytest.mark.case("S97")
async def test_a_click_queued_behind_the_buttons_removal_does_not_run() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open("work")
        assert await tapped(world, world.ann, menu, "Once", "Once") == [True, True]
        assert menu.lines == ["Count: 1"]
        assert "Once" not in menu.labels


@pytest.mark.case("S97")
async def test_queued_clicks_are_acknowledged_and_rendered_each_and_sent_once(database: str) -> None:
    async with simulated(Bot(Storing, database=database)) as world:
        menu = await world.ann.open("stored")
        Storing.renders = 0
        with world.requests() as made:
            await tapped(world, world.ann, menu, *["+1"] * 8)
        assert Storing.renders == 8
        assert made.count("defer") == 8
        assert len(made) == 9
        assert menu.lines[0] == "Count: 8"


@pytest.mark.case("S94d")
async def test_eight_clicks_of_a_user_wait_and_further_ones_are_told_so() -> None:
    async with simulated(Bot(Patients)) as world:
        menu = await world.ann.open_with(Patients, behavior=Behavior(access=Access.everyone()))
        add = menu.buttons["+1"]
        world.ann.tap(menu, add)
        await world.env.settle()
        anns = [world.ann.tap(menu, add) for _ in range(10)]
        bobs = world.bob.tap(menu, add)
        await world.env.settle()
        busy = "One moment: your last clicks are still being handled."
        assert [click.whispered for click in anns[8:]] == [[busy], [busy]]
        await world.advance(20)
        assert [click.whispered for click in (*anns[:8], bobs)] == [[]] * 9
        assert menu.lines == ["Count: 10"]


@pytest.mark.case("S97")
async def test_a_screen_held_back_for_a_click_that_fails_arrives_all_the_same(incidents: Incidents) -> None:
    async with simulated(Bot(Brief)) as world:
        menu = await world.ann.open("brief")
        await tapped(world, world.ann, menu, "+1", "Break")
        assert menu.lines == ["Count: 1"]
        assert len(incidents()) == 1
        await tapped(world, world.ann, menu, "Break", "+1", "Close")
        assert (menu.lines, menu.labels) == (["Count: 2"], [])


@pytest.mark.case("S97")
async def test_clicks_queued_behind_a_close_get_the_way_back() -> None:
    async with simulated(Bot(Brief)) as world:
        menu = await world.ann.open("brief")
        world.ann.tap(menu, menu.buttons["Close"])
        late = world.ann.tap(menu, menu.buttons["+1"])
        await world.advance(3)
        assert late.whispers[0].labels == ["Open again"]
        assert menu.labels == []


@pytest.mark.case("S132")
async def test_clicks_left_at_the_end_bring_back_no_picture_that_their_message_had() -> None:
    @slash("change", description="Changes all the time")
    class Change(Menu):
        as_layout = False

        def render(self) -> Screen | Layout:
            return Layout(discord.ui.TextDisplay("A layout")) if self.as_layout else Screen("A screen")

        @button("Become")
        async def become(self, ctx: MenuContext) -> None:
            await takes(ctx, 1)
            self.as_layout = True
            await ctx.refresh()

        @button("Post", behavior=Behavior(cleanup="post_and_replace", closed_message="Gone on"))
        async def post_anew(self, ctx: MenuContext) -> None: ...

        @button("End")
        async def end(self, ctx: MenuContext) -> None:
            await ctx.close()

    async with simulated(Bot(Change)) as world:
        menu = await world.ann.open("change")
        clicks = [world.ann.tap(menu, menu.buttons[each]) for each in ("Become", "Post", "End", "Post")]
        await world.advance(1)
        assert world.sessions == []
        assert menu.texts == ["Gone on"]
        assert all(click.acknowledged for click in clicks)
        assert "no longer active" in clicks[-1].whispered[0]
