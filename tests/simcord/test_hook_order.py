"""When hooks run: around visits and renders, the app's before the flow's before the menu's."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import (
    DefinitionError,
    Flow,
    Menu,
    MenuContext,
    Screen,
    StateValidationError,
    button,
    client_data,
    list_pages,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, simulated, takes

LOG: list[str] = []


@pytest.fixture(autouse=True)
def _clean() -> None:
    LOG.clear()


@slash("told", description="Tells what runs")
class Told(Menu):
    def setup(self, ctx: MenuContext) -> None:
        LOG.append("setup")

    async def on_enter(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        LOG.append("on_enter")

    def before_render(self, ctx: MenuContext) -> None:
        LOG.append("before_render")

    @client_data
    def noted(self) -> int:
        LOG.append("client_data")
        return 1

    def render(self) -> Screen:
        LOG.append("render")
        return page("Told")

    def after_render(self, ctx: MenuContext) -> None:
        LOG.append("after_render")

    def counted(self) -> int:
        LOG.append("totals")
        return 1

    entries = list_pages(total=counted, per_page=10)

    def on_action(self, ctx: MenuContext) -> None:
        LOG.append("on_action")

    def on_leave(self, ctx: MenuContext) -> None:
        LOG.append("on_leave")

    def on_end(self, ctx: MenuContext, end: Any) -> None:
        LOG.append(f"on_end {end.reason.name}")

    @button("Nothing")
    async def nothing(self, ctx: MenuContext) -> None:
        LOG.append("action")

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)


class ToldFlow(Flow):
    kind = "told"
    menus = (Told, D)

    def on_enter(self, ctx: MenuContext) -> None:
        LOG.append("flow on_enter")


@pytest.mark.case("S32")
async def test_the_first_screen_comes_after_everything_that_prepares_it() -> None:
    async with simulated(Bot(ToldFlow)) as world:
        with world.requests() as made:
            opened = await world.ann.slash("told")
        assert (made, LOG) == ([], ["setup", "flow on_enter"])
        with world.requests() as made:
            await world.advance(1)
        assert made == ["message"]
        assert LOG[2:] == ["on_enter", "before_render", "client_data", "totals", "render", "after_render"]
        assert opened.shown.title == "Told"


@pytest.mark.case("S33", "S36")
async def test_a_button_that_changes_nothing_renders_once_more() -> None:
    async with simulated(Bot(ToldFlow)) as world:
        menu = (await world.ann.slash("told"), await world.advance(1))[0].shown
        LOG.clear()
        await world.ann.click(menu, "Nothing")
        assert LOG[:2] == ["on_action", "action"]
        assert LOG[2:] == ["before_render", "client_data", "totals", "render", "after_render"]
        LOG.clear()
        await world.ann.click(menu, "Go")
        assert LOG == ["on_action", "on_leave", "flow on_enter"]
        LOG.clear()
        await world.ann.click(menu, "Back")
        await world.advance(1)
        assert "on_action" not in LOG  # Back is no action of the menu's


@pytest.mark.case("S37")
async def test_the_apps_hooks_run_first_in_order_and_those_of_the_opening() -> None:
    class Hooked(Bot):
        async def setup_hook(self) -> None:
            self.flows.add_hook("on_enter", self.hook("a"))
            self.flows.add_hook("on_enter", self.hook("b"))
            await super().setup_hook()

        @staticmethod
        def hook(name: str) -> Any:
            async def note(ctx: MenuContext) -> None:
                LOG.append(f"{name} {type(ctx.menu).__name__}")

            return note

    async with simulated(Hooked(ToldFlow)) as world:
        menu = (await world.ann.slash("told"), await world.advance(1))[0].shown
        assert LOG[1:5] == ["a Told", "b Told", "flow on_enter", "on_enter"]
        world.bot.flows.add_hook("on_enter", world.bot.hook("late"))
        LOG.clear()
        await world.ann.click(menu, "Go")
        assert LOG[2:] == ["a D", "b D", "flow on_enter"]
        LOG.clear()
        await world.ann.slash("told")
        assert LOG[1:4] == ["a Told", "b Told", "late Told"]
        await world.advance(1)


async def test_a_hook_of_an_unknown_name_is_refused() -> None:
    flows = Bot(ToldFlow).flows
    with pytest.raises(DefinitionError, match="there is no hook on_enterr; there are setup, on_enter"):
        flows.add_hook("on_enterr", print)


async def test_the_end_is_told_once_with_its_reason() -> None:
    async with simulated(Bot(ToldFlow)) as world:
        await world.ann.slash("told")
        await world.advance(1)
        LOG.clear()
        await world.advance(300)
        assert LOG == ["on_leave", "on_end TIMEOUT"]


class Uncopyable:
    def __deepcopy__(self, memo: object) -> Uncopyable:
        raise TypeError("one of a kind")


class Treasure(BaseModel, arbitrary_types_allowed=True):
    thing: Any = None


@slash("hoard", description="Keeps what cannot be copied")
class Hoard(Menu[Treasure]):
    preserve_state_on_return = True

    def render(self) -> Screen:
        return page("Hoard")

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        self.state.set(thing=Uncopyable())
        with pytest.raises(StateValidationError, match=r"Treasure\.thing"):
            await ctx.go_to(D)
        LOG.append("refused")


@pytest.mark.case("S52")
async def test_state_that_cannot_be_copied_stops_a_navigation_before_it_begins(incidents: Incidents) -> None:
    class HoardFlow(Flow):
        kind = "hoard"
        menus = (Hoard, D)

    async with simulated(Bot(HoardFlow)) as world:
        menu = await world.ann.open("hoard")
        world.trail.clear()
        await world.ann.click(menu, "Go")
        assert LOG == ["refused"]
        assert menu.title == "Hoard"
        assert world.ran("on_leave", "setup", "on_enter") == []
        assert len(world.sessions[0].stack) == 0
        assert incidents() == []
