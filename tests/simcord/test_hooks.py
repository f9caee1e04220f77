"""Hooks may redirect or end a session where that makes sense, and are refused where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import (
    EndReason,
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    NavigationError,
    NoInteractionError,
    Screen,
    button,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, simulated


class Redirecting(Menu):
    """Runs whatever a test puts here, at the hook of that name."""

    enters = before = acts = leaves = None

    async def on_enter(self, ctx: MenuContext) -> None:
        if self.enters:
            await self.enters(ctx)

    async def before_render(self, ctx: MenuContext) -> None:
        if self.before:
            await self.before(ctx)

    async def on_action(self, ctx: MenuContext) -> None:
        if self.acts:
            await self.acts(ctx)

    async def on_leave(self, ctx: MenuContext) -> None:
        if self.leaves:
            await self.leaves(ctx)

    def render(self) -> Screen:
        return page(type(self).__name__)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    @button("Fail")
    async def fail(self, ctx: MenuContext) -> None:
        raise AssertionError("an action that a hook replaced must not run")


async def to_d(_menu: Menu, ctx: MenuContext) -> None:
    await ctx.go_to(D)


async def to_a(_menu: Menu, ctx: MenuContext) -> None:
    await ctx.go_to("a")


async def to_b(_menu: Menu, ctx: MenuContext) -> None:
    await ctx.go_to("b")


async def close(_menu: Menu, ctx: MenuContext) -> None:
    await ctx.close()


def flow_of(*members: type[Menu]) -> type[Flow]:
    """A flow whose first menu the command `/start` opens."""
    slash("start", description="Begin")(members[0])
    return type("Hooked", (Flow,), {"menus": members})


@pytest.mark.case("S39")
async def test_a_redirect_on_entering_shows_only_where_it_ends() -> None:
    class M(Redirecting):
        enters = to_d

    async with simulated(Bot(flow_of(M, D))) as world:
        with world.requests() as made:
            menu = await world.ann.open("start")
        assert made == ["message"]
        assert menu.title == "D"
        assert world.ran("on_enter", "on_leave", "before_render") == [
            "on_enter M", "on_leave M", "on_enter D", "before_render D",
        ]  # fmt: skip


@pytest.mark.case("S40")
async def test_a_redirect_before_rendering_never_sends_the_first_menu() -> None:
    class M(Redirecting):
        before = to_d

        def render(self) -> Screen:
            raise AssertionError("never shown")

    async with simulated(Bot(flow_of(M, D))) as world:
        with world.requests() as made:
            menu = await world.ann.open("start")
        assert made == ["message"]
        assert menu.title == "D"


@pytest.mark.case("S41")
async def test_redirects_without_an_end_are_stopped(incidents: Incidents) -> None:
    class A(Redirecting):
        enters = to_b

    class B(Redirecting):
        enters = to_a

    async with simulated(Bot(flow_of(A, B))) as world:
        told = await world.ann.slash("start")
        assert "report this code" in told.whispered[0]
        assert world.sessions == []
        assert len(world.ran("on_enter")) == len(world.ran("on_leave")) == 11
        assert len(incidents()) == 1


@pytest.mark.case("S152")
async def test_a_failure_behind_a_redirect_leads_back_once(incidents: Incidents) -> None:
    class M(Redirecting):
        @button("A")
        async def to_a(self, ctx: MenuContext) -> None:
            await ctx.go_to(A)

    class A(Redirecting):
        enters = to_b

    class B(Redirecting):
        async def enters(self, ctx: MenuContext) -> None:
            raise LookupError

    async with simulated(Bot(flow_of(M, A, B))) as world:
        menu = await world.ann.open("start")
        world.trail.clear()
        await world.ann.click(menu, "A")
        assert menu.title == "M"
        assert world.ran("on_enter") == ["on_enter A", "on_enter B", "on_enter M"]
        assert len(incidents()) == 1


@pytest.mark.case("S42")
async def test_a_redirect_before_an_action_replaces_it() -> None:
    class M(Redirecting):
        acts = to_d

    async with simulated(Bot(flow_of(M, D))) as world:
        menu = await world.ann.open("start")
        with world.requests() as made:
            await world.ann.click(menu, "Fail")
        assert made == ["update"]
        assert menu.title == "D"


@pytest.mark.case("S42")
async def test_a_redirect_while_leaving_is_refused_and_the_navigation_goes_on(incidents: Incidents) -> None:
    class M(Redirecting):
        async def leaves(self, ctx: MenuContext) -> None:
            await ctx.go_to("m")

    async with simulated(Bot(flow_of(M, D))) as world:
        menu = await world.ann.open("start")
        await world.ann.click(menu, "Go")
        assert menu.title == "D"
        assert len(incidents()) == 1


@pytest.mark.case("S31")
async def test_closing_on_the_first_entry_answers_the_command_alone() -> None:
    class M(Redirecting):
        enters = close

    async with simulated(Bot(flow_of(M, D))) as world:
        with world.requests() as made:
            told = await world.ann.slash("start")
        assert made == ["message"]
        assert told.whispered == ["*Menu closed*"]
        assert world.sessions == []


async def test_a_guard_on_the_way_in_refuses_entry_with_its_sentence() -> None:
    class M(Redirecting):
        async def enters(self, ctx: MenuContext) -> None:
            raise GuardFailed("Not today.")

    async with simulated(Bot(flow_of(M, D))) as world:
        told = await world.ann.slash("start")
        assert told.whispered == ["Not today."]
        assert world.sessions == []


class Recording(Menu):
    """Tries to navigate in every hook that must not."""

    refused: dict[str, list[str]]

    async def _try(self, ctx: MenuContext, place: str) -> None:
        for verb in (lambda: ctx.go_to(D), ctx.go_back, ctx.close, lambda: ctx.open_sub_menu(D)):
            try:
                await verb()
            except NavigationError as refusal:
                Recording.refused.setdefault(place, []).append(str(refusal))

    def render(self) -> Screen:
        return page("Recording")

    async def setup(self, ctx: MenuContext) -> None:
        await self._try(ctx, "setup")

    async def on_leave(self, ctx: MenuContext) -> None:
        await self._try(ctx, "on_leave")

    async def on_error(self, ctx: MenuContext, error: Exception) -> None:
        await self._try(ctx, "on_error")

    @button("Fail")
    async def fail(self, ctx: MenuContext) -> None:
        raise LookupError

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)


async def test_navigation_is_refused_in_hooks_that_make_or_unmake_a_visit(incidents: Incidents) -> None:
    Recording.refused = {}
    async with simulated(Bot(flow_of(Recording, D))) as world:
        menu = await world.ann.open("start")
        await world.ann.click(menu, "Fail")
        assert menu.title == "Recording"
        await world.ann.click(menu, "Go")
        assert menu.title == "D"
        assert {place: len(refused) for place, refused in Recording.refused.items()} == {
            "setup": 4, "on_error": 4, "on_leave": 4,
        }  # fmt: skip
        assert "not possible in setup" in Recording.refused["setup"][0]
        assert len(incidents()) == 1


@pytest.mark.case("S45")
async def test_nobody_clicked_when_the_time_is_up() -> None:
    seen: list[Any] = []

    class M(Redirecting):
        async def on_timeout(self, ctx: MenuContext) -> None:
            seen.append((ctx.has_interaction, ctx.user.id))
            with pytest.raises(NoInteractionError):
                _ = ctx.interaction

    async with simulated(Bot(flow_of(M, D))) as world:
        await world.ann.open("start")
        await world.advance(300)
        assert seen == [(False, world.ann.id)]


@pytest.mark.case("S77")
async def test_asking_in_a_hook_is_refused(incidents: Incidents) -> None:
    class M(Redirecting):
        async def acts(self, ctx: MenuContext) -> None:
            with pytest.raises(NavigationError):
                await ctx.ask(D)

    async with simulated(Bot(flow_of(M, D))) as world:
        menu = await world.ann.open("start")
        (session,) = world.sessions
        await world.ann.click(menu, "Go")
        assert menu.title == "D"
        assert session.end is None
        assert incidents() == []
        with world.as_bot():
            await session.close()
        assert session.end.reason is EndReason.CLOSED
