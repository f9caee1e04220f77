"""Tasks that a handler leaves running: what its `ctx` still does for them, and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from flowcord import EndReason, Flow, Menu, MenuContext, NavigationError, button, slash
from tests.simcord.menus import Count, D, page
from tests.simcord.world import Bot, simulated, takes

Late = Callable[[MenuContext], Awaitable[object]]


@slash("late", description="Leaves a task running")
class LateMenu(Menu[Count]):
    late: Late
    task: asyncio.Task[None]
    refused: NavigationError | None = None

    def render(self) -> object:
        return page("Late", f"Count: {self.state.current.count}")

    @button("Leave it running")
    async def leave_running(self, ctx: MenuContext) -> None:
        async def work() -> None:
            await takes(ctx, 1)
            self.state.set(count=7)
            try:
                await LateMenu.late(ctx)
            except NavigationError as refusal:
                self.refused = refusal

        self.task = asyncio.create_task(work())

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 3)

    @button("Ask")
    async def ask_once(self, ctx: MenuContext) -> None:
        if await ctx.confirm("Sure?"):
            await ctx.go_to(D)


class LateFlow(Flow):
    menus = (LateMenu, D)


async def with_progress(ctx: MenuContext) -> None:
    async with ctx.progress("Working"):
        pass


@pytest.mark.case("S96")
@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize(
    "late",
    [
        lambda ctx: ctx.go_to(D),
        lambda ctx: ctx.go_back(),
        lambda ctx: ctx.open_sub_menu(D),
        lambda ctx: ctx.update_options(),
        lambda ctx: ctx.ask(D),
        lambda ctx: ctx.confirm("Sure?"),
        with_progress,
    ],
    ids=["go_to", "go_back", "open_sub_menu", "update_options", "ask", "confirm", "progress"],
)
async def test_nothing_moves_a_menu_out_of_turn(late: Late, busy: bool) -> None:
    LateMenu.late = staticmethod(late)
    async with simulated(Bot(LateFlow)) as world:
        menu = await world.ann.open("late")
        (session,) = world.sessions
        await world.ann.click(menu, "Leave it running")
        if busy:
            await world.ann.click(menu, "Slow")
        await world.advance(1)
        assert "has been handled" in str(session.menu.refused)
        await world.advance(3)
        await world.ann.click(menu, "Ask")
        await world.ann.click(menu, "Yes")
        assert menu.title == "D"


@pytest.mark.case("S153")
@pytest.mark.parametrize("busy", [False, True])
async def test_a_late_refresh_takes_its_turn(busy: bool) -> None:
    LateMenu.late = staticmethod(lambda ctx: ctx.refresh())
    async with simulated(Bot(LateFlow)) as world:
        menu = await world.ann.open("late")
        await world.ann.click(menu, "Leave it running")
        if busy:
            await world.ann.click(menu, "Slow")
        await world.advance(4)
        assert menu.lines == ["Count: 7"]


@pytest.mark.case("S20")
@pytest.mark.parametrize("busy", [False, True])
async def test_a_late_close_takes_its_turn(busy: bool) -> None:
    LateMenu.late = staticmethod(lambda ctx: ctx.close())
    async with simulated(Bot(LateFlow)) as world:
        menu = await world.ann.open("late")
        (session,) = world.sessions
        await world.ann.click(menu, "Leave it running")
        if busy:
            await world.ann.click(menu, "Slow")
            await world.advance(2)
            assert session.end is None
        await world.advance(2)
        assert session.end.reason is EndReason.CLOSED
        assert menu.labels == []
