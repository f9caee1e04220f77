"""Menus that give a result to the menu that opened them, by callbacks and in line."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import (
    DISMISSED,
    EndReason,
    Flow,
    Menu,
    MenuContext,
    NoOpenerError,
    Options,
    Screen,
    UnknownMenuError,
    button,
    slash,
)
from flowcord.menu.options import NoState
from tests.simcord.menus import Count, D, page
from tests.simcord.world import Bot, Shown, World, simulated


@slash("party", description="Recruits others")
class Party(Menu[Count]):
    tracked = False
    log: list[str]

    def setup(self, ctx: MenuContext) -> None:
        self.log = []

    def render(self) -> Screen:
        return page("Party", f"Count: {self.state.current.count}", *self.log)

    def recruited(self, ctx: MenuContext, result: Any) -> None:
        self.log.append(f"completed {result!r} with count {self.state.current.count}")

    def missed(self, ctx: MenuContext) -> None:
        self.log.append("dismissed")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Recruit")
    async def recruit(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu(Recruit, on_complete=self.recruited, on_dismiss=self.missed, name="Ann")

    @button("Ask")
    async def ask(self, ctx: MenuContext) -> None:
        before = ctx.interaction.id
        local = "locals intact"
        try:
            result = await ctx.ask(Recruit, name="Bob")
            later = "a later click" if ctx.interaction.id != before else "the same click"
            self.log.append(f"asked {result!r} by {later} of {ctx.user.name}, {local}")
            if result is DISMISSED:
                self.log.append(f"falsy: {not result}, None: {result is None}")
        finally:
            self.log.append("finally")

    @button("Ask twice")
    async def ask_twice(self, ctx: MenuContext) -> None:
        first = await ctx.ask(Recruit, name="one")
        second = await ctx.ask(Recruit, name="two")
        self.log.append(f"asked {first!r} {second!r}")

    @button("Unknown")
    async def unknown(self, ctx: MenuContext) -> None:
        with pytest.raises(UnknownMenuError):
            await ctx.open_sub_menu(D, on_complete=self.recruited, on_dismiss=self.missed)
        await ctx.go_to(Helper)

    @button("Complete")
    async def complete_nothing(self, ctx: MenuContext) -> None:
        with pytest.raises(NoOpenerError):
            await ctx.complete("for nobody")
        self.log.append("nobody asked")


class RecruitOptions(Options):
    name: str


class Recruit(Menu[NoState, RecruitOptions, str]):
    def render(self) -> Screen:
        return page("Recruit", self.options.name)

    @button("Take")
    async def take(self, ctx: MenuContext) -> None:
        await self.complete(ctx, self.options.name)

    @button("None")
    async def none(self, ctx: MenuContext) -> None:
        await ctx.complete(None)

    @button("Second")
    async def second(self, ctx: MenuContext) -> None:
        await ctx.go_to(Helper)

    @button("Nested")
    async def nested(self, ctx: MenuContext) -> None:
        inner = await ctx.ask(Recruit, name=self.options.name + "+")
        await self.complete(ctx, f"{self.options.name} and {inner}")


class Helper(Menu):
    def render(self) -> Screen:
        return page("Helper")

    @button("Finish")
    async def finish(self, ctx: MenuContext) -> None:
        await ctx.complete("from the helper")

    @button("On")
    async def on(self, ctx: MenuContext) -> None:
        await ctx.go_to(Recruit, name="elsewhere")


class PartyFlow(Flow):
    kind = "party"
    menus = (Party, Recruit, Helper)


async def party(world: World) -> Shown:
    menu = await world.ann.open("party")
    await world.ann.click(menu, "+1")
    return menu


@pytest.mark.case("S66", "S67")
async def test_a_result_comes_back_to_the_menu_as_it_was() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Recruit")
        assert (menu.title, menu.lines) == ("Recruit", ["Ann"])
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Take")
        assert made == ["update"]
        assert menu.lines == ["Count: 1", "completed 'Ann' with count 1"]
        assert world.trail[:3] == ["on_action Recruit", "on_leave Recruit", "on_enter Party"]
        assert world.trail[3:] == ["before_render Party", "after_render Party"]


@pytest.mark.case("S68")
async def test_back_from_the_child_dismisses_once_and_completes_never() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Recruit")
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 1", "dismissed"]
        assert "Back" not in menu.labels


@pytest.mark.case("S69")
async def test_each_run_gives_its_own_result() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        for label in ("Take", "None"):
            await world.ann.click(menu, "Recruit")
            await world.ann.click(menu, label)
        assert menu.lines[1:] == ["completed 'Ann' with count 1", "completed None with count 1"]


@pytest.mark.case("S70")
async def test_a_second_menu_below_the_child_may_complete_for_it() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Recruit")
        await world.ann.click(menu, "Second")
        world.trail.clear()
        await world.ann.click(menu, "Finish")
        assert menu.lines[1:] == ["completed 'from the helper' with count 1"]
        assert world.ran("on_leave", "on_enter") == ["on_leave Helper", "on_enter Party"]
        assert "Back" not in menu.labels


@pytest.mark.case("S71")
async def test_completing_for_nobody_changes_nothing() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Complete")
        assert menu.lines == ["Count: 1", "nobody asked"]


@pytest.mark.case("S72")
async def test_an_unknown_sub_menu_leaves_no_callback_behind() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        parent = world.sessions[0].menu
        await world.ann.click(menu, "Unknown")
        await world.ann.click(menu, "On")
        await world.ann.click(menu, "Back")
        assert menu.title == "Helper"
        assert parent.log == []


@pytest.mark.case("S73", "S76")
async def test_asking_gives_the_result_in_line_and_answers_the_last_click() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        with world.requests() as made:
            await world.ann.click(menu, "Ask")
        assert made == ["update"]
        assert (menu.title, menu.lines) == ("Recruit", ["Bob"])
        with world.requests() as made:
            await world.ann.click(menu, "Take")
        assert made == ["update"]
        assert menu.lines[1:] == ["asked 'Bob' by a later click of ann, locals intact", "finally"]
        await world.ann.click(menu, "+1")
        assert menu.lines[0] == "Count: 2"


@pytest.mark.case("S74")
async def test_an_asked_child_that_is_left_gives_dismissed_and_none_stays_none() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Ask")
        await world.ann.click(menu, "Back")
        asked = "asked {} by a later click of ann, locals intact"
        assert menu.lines[1:] == [asked.format("DISMISSED"), "falsy: True, None: False", "finally"]
        await world.ann.click(menu, "Ask")
        await world.ann.click(menu, "None")
        assert menu.lines[4:] == [asked.format("None"), "finally"]


async def test_one_handler_may_ask_again_and_a_child_may_ask_too() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        await world.ann.click(menu, "Ask twice")
        await world.ann.click(menu, "Nested")
        assert menu.lines == ["one+"]
        with world.requests() as made:
            await world.ann.click(menu, "Take")
        assert made == ["update"]
        assert menu.lines == ["two"]
        await world.ann.click(menu, "Back")
        assert menu.lines[1:] == ["asked 'one and one+' DISMISSED"]


@pytest.mark.case("S75")
async def test_the_end_cancels_handlers_that_ask_the_innermost_first() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        (session,) = world.sessions
        parent = session.menu
        await world.ann.click(menu, "Ask")
        world.trail.clear()
        await world.advance(300)
        assert session.end.reason is EndReason.TIMEOUT
        assert parent.log == ["finally"]
        assert world.trail == ["on_timeout Recruit", "on_leave Recruit", "on_end Recruit"]
        assert menu.content == "*This interaction has timed out.*"


async def test_a_shutdown_ends_a_handler_that_asks_at_once() -> None:
    async with simulated(Bot(PartyFlow)) as world:
        menu = await party(world)
        (session,) = world.sessions
        parent = session.menu
        await world.ann.click(menu, "Ask")
        with world.as_bot():
            await world.bot.flows.close()
        assert session.end.reason is EndReason.SHUTDOWN
        assert parent.log == ["finally"]
        assert menu.title is None
