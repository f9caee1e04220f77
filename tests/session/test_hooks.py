"""Hooks: in which order they run, in pairs, and what may be done in them."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import EndReason, MenuContext, NavigationError, Screen, SessionEnd, button
from tests.bed import opened
from tests.session.menus import D, M, do, flow


@pytest.mark.case("S32")
async def test_the_first_render_comes_after_setup_and_a_slow_on_enter() -> None:
    order: list[str] = []

    class Slow(M):
        async def setup(self, ctx: MenuContext) -> None:
            order.append("setup")

        async def on_enter(self, ctx: MenuContext) -> None:
            await bed.sleep(1)
            order.append("on_enter")

        def before_render(self, ctx: MenuContext) -> None:
            order.append("before_render")

        def render(self) -> Screen:
            order.append("render")
            return Screen("Slow")

        def after_render(self, ctx: MenuContext) -> None:
            order.append(f"after_render {len(bed.wire.messages)}")

    async with opened(Slow) as bed:
        opening = bed.opening(Slow)
        await bed.advance(1)
        await opening
        assert order == ["setup", "on_enter", "before_render", "render", "after_render 1"]


@pytest.mark.case("S33")
async def test_a_button_that_changes_nothing_renders_once_more_and_enters_nothing() -> None:
    class Idle(M):
        @button("Nothing")
        async def nothing(self, ctx: MenuContext) -> None: ...

    async with opened(Idle) as bed:
        session = await bed.open(Idle)
        bed.trail.clear()
        with bed.calls() as made:
            await bed.click(session, "Nothing")
        assert bed.trail == ["on_action Idle", "before_render Idle", "after_render Idle"]
        assert made == ["defer"]


@pytest.mark.case("S34")
async def test_there_and_back_again_leaves_before_it_enters() -> None:
    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        bed.trail.clear()
        await bed.click(session, "Go")
        assert bed.trail[1:4] == ["on_leave M", "setup D", "on_enter D"]
        bed.trail.clear()
        await bed.click(session, "Back")
        assert bed.trail[:3] == ["on_leave D", "setup M", "on_enter M"]


@pytest.mark.case("S37")
async def test_hooks_of_the_app_come_first_then_the_flows_then_the_menus() -> None:
    order: list[str] = []

    class Hooked(M):
        def on_enter(self, ctx: MenuContext) -> None:
            order.append("menu")

    async def slowly(ctx: MenuContext) -> None:
        await bed.sleep(1)
        order.append("a")

    front = flow(Hooked, on_enter=lambda self, ctx: order.append("flow"))
    async with opened(front) as bed:
        bed.flows.add_hook("on_enter", slowly)
        bed.flows.add_hook("on_enter", lambda ctx: order.append("b"))
        opening = bed.opening(front)
        await bed.advance(1)
        first = await opening
        assert order == ["a", "b", "flow", "menu"]

        bed.flows.add_hook("on_enter", lambda ctx: order.append("c"))
        order.clear()
        await do(bed, first, lambda ctx: ctx.go_to(Hooked), 1)
        assert order == ["a", "b", "flow", "menu"]
        order.clear()
        opening = bed.opening(front)
        await bed.advance(1)
        await opening
        assert order == ["a", "b", "c", "flow", "menu"]


@pytest.mark.case("S37")
async def test_the_hooks_after_one_that_goes_elsewhere_are_not_called() -> None:
    seen: list[str] = []

    class Hooked(M):
        def on_enter(self, ctx: MenuContext) -> None:
            seen.append("on_enter of the menu that was left")

    async def redirect(ctx: MenuContext) -> None:
        if isinstance(ctx.menu, Hooked):
            await ctx.go_to(D)

    async with opened(flow(Hooked, D)) as bed:
        bed.flows.add_hook("on_enter", redirect)
        bed.flows.add_hook("on_enter", lambda ctx: seen.append(type(ctx.menu).__name__))
        session = await bed.open(Hooked)
        assert bed.shown(session).content == "D"
        assert seen == ["D"]


@pytest.mark.case("S37")
async def test_the_hooks_after_one_that_ends_the_session_are_not_called() -> None:
    seen: list[str] = []

    class Hooked(M):
        def on_enter(self, ctx: MenuContext) -> None:
            seen.append("on_enter")

        def on_end(self, ctx: MenuContext, end: SessionEnd) -> None:
            seen.append("on_end")

    async with opened(Hooked) as bed:
        bed.flows.add_hook("on_enter", lambda ctx: ctx.close())
        session = await bed.open(Hooked)
        assert session.end is not None
        assert seen == ["on_end"]


@pytest.mark.case("S39")
@pytest.mark.parametrize("hook", ["on_enter", "before_render", "after_render", "on_action"])
async def test_a_hook_may_go_elsewhere_and_only_where_it_ends_is_rendered(hook: str) -> None:
    async def redirect(self: Any, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    hooked = type("Hooked", (M,), {hook: redirect})
    async with opened(flow(M, hooked, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, lambda ctx: ctx.go_to("hooked"))
        if hook == "on_action":
            with bed.calls() as made:
                await bed.click(session, "+1")
            assert made == ["update"]
        assert bed.shown(session).content == "D"
        assert len(bed.wire.messages) == 1
        bed.check_pairs(session)


@pytest.mark.case("S41")
async def test_menus_that_redirect_to_each_other_are_stopped() -> None:
    class Ping(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.go_to("pong")

    class Pong(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.go_to("ping")

    async with opened(flow(M, Ping, Pong)) as bed:
        session = await bed.open(M)
        await do(bed, session, lambda ctx: ctx.go_to("ping"))
        (error,) = bed.incidents()
        assert isinstance(error, NavigationError)
        assert bed.shown(session).content.endswith("M 0")
        assert "report this code" in bed.shown(session).content
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"
        bed.check_pairs(session)

        dead = await bed.open(Ping)
        assert dead.end is not None
        assert dead.end.reason is EndReason.ERROR
        assert isinstance(dead.end.error, NavigationError)
        bed.incidents()


FIXED = ["setup", "on_leave", "on_cancel", "on_timeout", "on_end", "on_error"]


@pytest.mark.case("S42")
async def test_render_goes_nowhere() -> None:
    refused: list[BaseException] = []

    class Wandering(M):
        def on_action(self, ctx: MenuContext) -> None:
            self.ctx: Any = ctx

        async def render(self) -> Screen:  # pyright: ignore
            if hasattr(self, "ctx"):
                for verb in (lambda: self.ctx.go_to(D), self.ctx.close, self.ctx.refresh, self.ctx.go_back):
                    with pytest.raises(NavigationError, match="not possible in render") as caught:
                        await verb()
                    refused.append(caught.value)
            return M.render(self)

    async with opened(flow(Wandering, D)) as bed:
        session = await bed.open(Wandering)
        await bed.click(session, "+1")
        assert (bed.shown(session).content, len(refused)) == ("M 1", 4)


@pytest.mark.case("S42")
@pytest.mark.parametrize("hook", FIXED)
async def test_where_a_visit_is_made_or_unmade_nothing_navigates(hook: str) -> None:
    refused: list[BaseException] = []

    class Home(M):
        cancellable = True

    async def try_all(self: Any, ctx: Any, *arguments: Any) -> None:
        for verb in (
            lambda: ctx.go_to(M),
            lambda: ctx.go_back(),
            lambda: ctx.open_sub_menu(M),
            lambda: ctx.ask(M),
            lambda: ctx.complete(3),
            lambda: ctx.refresh(),
        ):
            with pytest.raises(NavigationError, match=f"not possible in {hook}") as caught:
                await verb()
            refused.append(caught.value)

    async with opened(flow(type("Hooked", (Home,), {hook: try_all}), D)) as bed:
        session = await bed.open(bed.flows.flows["front"].entry)
        if hook == "on_error":
            await do(bed, session, lambda ctx: 1 / 0)
            bed.incidents()
        elif hook == "on_leave":
            await bed.click(session, "Go")
            assert bed.shown(session).content == "D"
        elif hook == "on_timeout":
            await bed.advance(300)
        elif hook != "setup":
            await bed.click(session, "Cancel")
        assert len(refused) == 6
