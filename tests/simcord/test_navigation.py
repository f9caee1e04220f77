"""From menu to menu: left and entered in pairs, one screen for one input, and a stack to go back by."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import (
    EndReason,
    Fallback,
    Flow,
    Menu,
    MenuContext,
    Options,
    Screen,
    UnknownMenuError,
    button,
    slash,
)
from flowcord.menu.options import NoState
from tests.simcord.menus import Count, D, M, MFlow, page
from tests.simcord.world import Bot, simulated


@pytest.mark.case("S34")
async def test_a_menu_is_left_before_the_next_is_set_up_and_entered() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Go")
        assert made == ["update"]
        assert world.trail == [
            "on_action M", "on_leave M", "setup D", "on_enter D", "before_render D", "after_render D",
        ]  # fmt: skip
        world.trail.clear()
        await world.ann.click(menu, "Back")
        assert world.trail == ["on_leave D", "setup M", "on_enter M", "before_render M", "after_render M"]
        assert menu.title == "M"


class Stop(Menu):
    """A menu that leads to the others."""

    def render(self) -> Screen:
        return page(type(self).__name__)

    @button("A")
    async def to_a(self, ctx: MenuContext) -> None:
        await ctx.go_to(A)

    @button("B")
    async def to_b(self, ctx: MenuContext) -> None:
        await ctx.go_to("b")

    @button("A, B")
    async def to_both(self, ctx: MenuContext) -> None:
        await ctx.go_to(A)
        await ctx.go_to(B)

    @button("Up")
    async def up(self, ctx: MenuContext) -> None:
        await ctx.go_back()

    @button("Astray")
    async def astray(self, ctx: MenuContext) -> None:
        for target in (D, "d"):
            with pytest.raises(UnknownMenuError):
                await ctx.go_to(target)


@slash("start", description="Where walks begin")
class Start(Stop): ...


class A(Stop): ...


class B(Stop): ...


class Untracked(Stop):
    name = "b"
    tracked = False

    def render(self) -> Screen:
        return page("B")


class Walk(Flow):
    kind = "walk"
    menus = (Start, A, B)


@pytest.mark.case("S60")
async def test_back_goes_the_way_one_came_and_then_closes() -> None:
    async with simulated(Bot(Walk)) as world:
        menu = await world.ann.open("start")
        assert "Back" not in menu.labels
        await world.ann.click(menu, "A")
        await world.ann.click(menu, "B")
        await world.ann.click(menu, "Back")
        assert menu.title == "A"
        await world.ann.click(menu, "Back")
        assert menu.title == "Start"
        assert "Back" not in menu.labels
        (session,) = world.sessions
        await world.ann.click(menu, "Up")
        assert session.end.reason is EndReason.CLOSED


@pytest.mark.case("S61")
async def test_back_passes_over_an_untracked_menu() -> None:
    class Passing(Flow):
        kind = "passing"
        menus = (Start, A, Untracked)

    async with simulated(Bot(Passing)) as world:
        menu = await world.ann.open("start")
        await world.ann.click(menu, "B")
        assert menu.title == "B"
        await world.ann.click(menu, "A")
        await world.ann.click(menu, "Back")
        assert menu.title == "Start"


class ItemOptions(Options):
    item: int


class Home(Stop):
    @button("Item")
    async def to_item(self, ctx: MenuContext) -> None:
        await ctx.go_to(Item, item=7)


class Item(Menu[NoState, ItemOptions]):
    fallback = Fallback(Home)

    def setup(self, ctx: MenuContext) -> None:
        self.seen = self.options.item

    def render(self) -> Screen:
        return page("Item", f"Item {self.options.item}, set up with {self.seen}")

    @button("Other")
    async def other(self, ctx: MenuContext) -> None:
        await ctx.go_to(Item, ItemOptions(item=self.options.item + 1))


class Shut(Item):
    returnable = False


class Shop(Flow):
    kind = "shop"
    menus = (Item, Home, Shut)


@pytest.mark.case("S62")
async def test_back_leads_to_the_fallback_when_the_stack_is_empty() -> None:
    async with simulated(Bot(Shop)) as world:
        menu = await world.ann.open_with(Item, item=3)
        assert menu.lines == ["Item 3, set up with 3"]
        assert menu.labels == ["Other", "Back"]
        await world.ann.click(menu, "Back")
        assert menu.title == "Home"
        assert "Back" not in menu.labels
        assert len(world.sessions[0].stack) == 0

        await world.ann.click(menu, "Item")
        await world.ann.click(menu, "Other")
        await world.ann.click(menu, "Back")
        await world.ann.click(menu, "Back")
        assert menu.title == "Home"

        assert (await world.ann.open_with(Shop, item=1)).title == "Item"
        shut = await world.ann.do(
            lambda interaction: interaction.client.flows.open(interaction, Shut, item=3)
        )
        assert shut.shown.labels == ["Other"]


@pytest.mark.case("S55")
async def test_options_are_there_in_setup_and_again_after_back() -> None:
    async with simulated(Bot(Shop)) as world:
        menu = await world.ann.open_with(Item, item=3)
        await world.ann.click(menu, "Other")
        await world.ann.click(menu, "Other")
        assert menu.lines == ["Item 5, set up with 5"]
        await world.ann.click(menu, "Back")
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Item 3, set up with 3"]


@pytest.mark.case("S64")
async def test_a_menu_of_another_flow_cannot_be_gone_to() -> None:
    async with simulated(Bot(Walk, MFlow)) as world:
        menu = await world.ann.open("start")
        world.trail.clear()
        await world.ann.click(menu, "Astray")
        assert menu.title == "Start"
        assert world.ran("on_leave", "on_enter", "setup") == []
        assert len(world.sessions[0].stack) == 0


@pytest.mark.case("S65")
async def test_the_stack_remembers_fifty_menus() -> None:
    async with simulated(Bot(Walk)) as world:
        menu = await world.ann.open("start")
        for step in range(60):
            await world.ann.click(menu, "B" if step % 2 else "A")
        (session,) = world.sessions
        assert len(session.stack) == 50
        await world.ann.click(menu, "Back")
        assert menu.title == "A"
        assert len(session.stack) == 49


@pytest.mark.case("S44")
async def test_two_moves_in_one_handler_show_the_last_by_one_call() -> None:
    async with simulated(Bot(Walk)) as world:
        menu = await world.ann.open("start")
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "A, B")
        assert made == ["update"]
        assert menu.title == "B"
        assert world.ran("on_leave", "on_enter", "before_render") == [
            "on_leave Start", "on_enter A", "on_leave A", "on_enter B", "before_render B",
        ]  # fmt: skip
        await world.ann.click(menu, "Back")
        assert menu.title == "A"


# State ---------------------------------------------------------------------------------------------


@pytest.mark.case("S48")
async def test_state_is_gone_when_one_comes_back() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "+1")
        await world.ann.click(menu, "Go")
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 0"]


@slash("kept", description="Is as it was left when one comes back")
class Kept(M):
    preserve_state_on_return = True
    made = 0

    def setup(self, ctx: MenuContext) -> None:
        self.made += 1
        self.attribute = "from setup"

    def render(self) -> Any:
        return page("Kept", f"Count: {self.state.current.count}", f"{self.attribute} {self.made}")


class Keeping(Flow):
    kind = "keeping"
    menus = (Kept, D)


@pytest.mark.case("S49", "S51")
async def test_preserved_state_comes_back_as_it_was_when_left() -> None:
    async with simulated(Bot(Keeping)) as world:
        menu = await world.ann.open("kept")
        for _ in range(5):
            await world.ann.click(menu, "+1")
        (session,) = world.sessions
        departed = session.menu
        await world.ann.click(menu, "Go")
        departed.state.set(Count(count=99))  # a task that outlived the visit
        world.trail.clear()
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 5", "from setup 1"]
        assert world.ran("setup", "on_enter") == ["on_enter Kept"]
