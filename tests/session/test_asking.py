"""Asking: a handler that waits in line always goes on: with a result, with `DISMISSED`, or cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flowcord import DISMISSED, EndReason, Menu, MenuContext, NavigationError, Options, Screen, button
from tests.bed import opened
from tests.session.menus import Count, D, M, do, flow


class Asking(M):
    """Asks for whatever child its flow has, and remembers what came of it."""

    def setup(self, ctx: MenuContext) -> None:
        self.came: list[Any] = []

    @button("Ask")
    async def ask(self, ctx: MenuContext) -> None:
        try:
            self.came.append(await ctx.ask("d"))  # pyright: ignore
        except asyncio.CancelledError:
            self.came.append("cancelled")
            raise
        with self.state.edit() as state:
            state.count += 100


def came(session: Any) -> list[Any]:
    return session.menu.came


@pytest.mark.case("S73", "S76")
async def test_the_result_comes_in_line_and_the_childs_last_click_is_the_handlers() -> None:
    clicks: list[Any] = []

    class Asker(Asking):
        @button("Ask here")
        async def ask_here(self, ctx: MenuContext) -> None:
            first = ctx.interaction
            result = await ctx.ask(D)
            clicks.extend([result, first.id, ctx.interaction.id, ctx.user.id])

    async with opened(flow(Asker, D)) as bed:
        session = await bed.open(Asker)
        asked = await bed.click(session, "Ask here")
        assert bed.shown(session).content == "D"
        with bed.calls() as made:
            done = await bed.click(session, "Done")
        assert made == ["update"]
        assert clicks == [7, asked.id, done.id, done.user.id]


@pytest.mark.case("S74")
async def test_a_child_that_is_left_gives_dismissed_and_none_is_a_result() -> None:
    class Child(D):
        name = "d"

        @button("Nothing")
        async def nothing(self, ctx: MenuContext) -> None:
            await ctx.complete(None)

    async with opened(flow(Asking, Child)) as bed:
        session = await bed.open(Asking)
        for label in ("Back", "Nothing", "Done"):
            await bed.click(session, "Ask")
            await bed.click(session, label)
        assert came(session) == [DISMISSED, None, 7]
        assert not DISMISSED
        assert DISMISSED is not None
        assert bed.shown(session).content == "M 300"


@pytest.mark.case("S73")
@pytest.mark.parametrize("hook", ["on_enter", "before_render", "after_render"])
@pytest.mark.parametrize(("verb", "result"), [("complete", 5), ("go_back", DISMISSED)])
async def test_a_child_may_be_done_before_it_was_shown(hook: str, verb: str, result: Any) -> None:
    async def be_done(self: Any, ctx: Any) -> None:
        await (ctx.complete(5) if verb == "complete" else ctx.go_back())

    async with opened(flow(Asking, type("D", (D,), {hook: be_done}))) as bed:
        session = await bed.open(Asking)
        with bed.calls() as made:
            await bed.click(session, "Ask")
        assert came(session) == [result]
        assert bed.shown(session).content == "M 100"
        assert made == (["update", "edit"] if hook == "after_render" else ["update"])
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 101"
        bed.check_pairs(session)


@pytest.mark.case("S73")
async def test_a_later_render_of_the_child_may_be_done_with_it() -> None:
    class Child(D):
        name = "d"

        async def before_render(self, ctx: MenuContext) -> None:
            if self.state.current.count == 2:
                await ctx.complete(2)

        @button("More")
        async def more(self, ctx: MenuContext) -> None:
            self.state.merge(count=self.state.current.count + 1)

    async with opened(flow(Asking, Child)) as bed:
        session = await bed.open(Asking)
        await bed.click(session, "Ask")
        await bed.click(session, "More")
        with bed.calls() as made:
            await bed.click(session, "More")
        assert (made, came(session), bed.shown(session).content) == (["update"], [2], "M 100")


async def test_a_refresh_may_be_what_ends_the_child() -> None:
    class Child(D):
        name = "d"
        over = False

        async def before_render(self, ctx: MenuContext) -> None:
            if self.over:
                assert not ctx.has_interaction
                await ctx.complete(9)

    async with opened(flow(Asking, Child)) as bed:
        session = await bed.open(Asking)
        await bed.click(session, "Ask")
        session.menu.over = True  # pyright: ignore
        session.refresh()
        await bed.settle()
        assert (came(session), bed.shown(session).content) == ([9], "M 100")
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 101"


@pytest.mark.case("S152")
async def test_a_child_that_cannot_be_shown_is_dismissed_with_a_notice() -> None:
    class Broken(D):
        name = "d"

        def render(self) -> Screen:
            raise ZeroDivisionError

    async with opened(flow(Asking, Broken)) as bed:
        session = await bed.open(Asking)
        with bed.calls() as made:
            await bed.click(session, "Ask")
        assert len(bed.incidents()) == 1
        assert came(session) == [DISMISSED]
        assert made == ["update"]
        assert "report this code" in bed.shown(session).content
        assert bed.shown(session).content.endswith("M 100")
        assert session.asks == []
        bed.check_pairs(session)


@pytest.mark.case("S152")
@pytest.mark.parametrize("hook", ["setup", "on_enter"])
async def test_a_child_that_cannot_be_entered_raises_from_ask(hook: str) -> None:
    caught: list[BaseException] = []

    def fail(self: Any, ctx: MenuContext) -> None:
        raise ZeroDivisionError

    async def asking(ctx: MenuContext) -> None:
        try:
            await ctx.ask(child)
        except ZeroDivisionError as error:
            caught.append(error)

    child = type("D", (D,), {hook: fail})
    async with opened(flow(M, child)) as bed:
        session = await bed.open(M)
        await do(bed, session, asking)
        assert len(caught) == 1
        assert bed.shown(session).content == "M 0"
        bed.check_pairs(session)


async def test_a_second_child_that_cannot_be_shown_leads_back_to_the_first_whose_answer_is_known() -> None:
    came: list[Any] = []

    class Broken(Menu[Count, Options, int]):
        def render(self) -> Screen:
            raise ZeroDivisionError

    async def twice(ctx: MenuContext) -> None:
        came.append(await ctx.ask(D))
        came.append(await ctx.ask(Broken))

    async with opened(flow(M, D, Broken)) as bed:
        session = await bed.open(M)
        await do(bed, session, twice)
        await bed.click(session, "Done")
        assert len(bed.incidents()) == 1
        assert came == [7, DISMISSED]
        assert bed.shown(session).content.endswith("D")
        await bed.click(session, "Done")
        assert bed.shown(session).content == "M 0"
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


@pytest.mark.case("S69")
async def test_children_may_ask_in_turn_and_each_result_finds_its_own_handler() -> None:
    came: list[Any] = []

    class Nested(Menu[Count, Options, str]):
        def render(self) -> Screen:
            return Screen(f"level {self.state.current.count}")

        async def setup(self, ctx: MenuContext) -> None:
            self.state.merge(count=len(came))

        @button("Deeper")
        async def deeper(self, ctx: MenuContext) -> None:
            level = len(came)
            came.append("waiting")
            came[level] = await ctx.ask(Nested)
            await self.complete(ctx, f"{level} got {came[level]}")

        @button("Done")
        async def done(self, ctx: MenuContext) -> None:
            await self.complete(ctx, "done")

    async def ask(ctx: MenuContext) -> None:
        came.append("waiting")
        came[0] = await ctx.ask(Nested)

    async with opened(flow(M, Nested)) as bed:
        session = await bed.open(M)
        await do(bed, session, ask)
        for _ in range(3):
            await bed.click(session, "Deeper")
        assert len(session.asks) == 4
        with bed.calls() as made:
            await bed.click(session, "Done")
        assert made == ["update"]
        assert came == ["1 got 2 got 3 got done", "2 got 3 got done", "3 got done", "done"]
        assert bed.shown(session).content == "M 0"
        assert (session.asks, len(session.stack)) == ([], 0)


@pytest.mark.case("S75")
@pytest.mark.parametrize("end", ["timeout", "close", "shutdown"])
async def test_the_sessions_end_cancels_whoever_waits(end: str) -> None:
    async with opened(flow(Asking, D)) as bed:
        session = await bed.open(Asking)
        asking = session.menu
        await bed.click(session, "Ask")
        bed.trail.clear()
        await {"timeout": lambda: bed.advance(300), "close": session.close, "shutdown": bed.flows.close}[
            end
        ]()
        await bed.settle()
        assert asking.came == ["cancelled"]  # pyright: ignore
        assert [each for each in bed.trail if each.startswith("on_leave")] == ["on_leave D"]


async def test_a_child_that_ends_the_session_at_once_cancels_whoever_asked_for_it() -> None:
    class Closing(D):
        name = "d"

        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.close()

    async with opened(flow(Asking, Closing)) as bed:
        session = await bed.open(Asking)
        asking = session.menu
        with bed.calls() as made:
            await bed.click(session, "Ask")
        assert made == ["update"]
        assert asking.came == ["cancelled"]  # pyright: ignore
        assert session.end is not None
        assert session.end.reason is EndReason.CLOSED


@pytest.mark.case("S77")
@pytest.mark.parametrize("hook", ["on_enter", "before_render", "on_action"])
async def test_hooks_cannot_ask(hook: str) -> None:
    refused: list[BaseException] = []

    async def ask(self: Any, ctx: MenuContext) -> None:
        with pytest.raises(NavigationError, match=f"not possible in {hook}") as caught:
            await ctx.ask(D)
        refused.append(caught.value)

    async with opened(flow(type("Hooked", (M,), {hook: ask}), D)) as bed:
        session = await bed.open(bed.flows.flows["front"].entry)
        await bed.click(session, "+1")
        assert refused


@pytest.mark.case("S77")
async def test_a_handler_asks_one_question_at_a_time_and_goes_nowhere_meanwhile() -> None:
    came: list[Any] = []

    async def ask_twice(ctx: MenuContext) -> None:
        came.extend(
            await asyncio.gather(ctx.ask(D), ctx.ask(D), ctx.go_to(D), ctx.refresh(), return_exceptions=True)
        )

    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, ask_twice)
        assert bed.shown(session).content == "D"
        await bed.click(session, "Done")
        assert [type(each) for each in came] == [int, NavigationError, NavigationError, NavigationError]
        assert (bed.shown(session).content, len(session.stack)) == ("M 0", 0)
        await do(bed, session, lambda ctx: ctx.go_to(D))
        assert bed.shown(session).content == "D"


@pytest.mark.case("S75")
async def test_a_handler_may_wait_in_a_task_of_its_own_and_is_the_sessions_all_the_same() -> None:
    async def wait(ctx: Any) -> None:
        await asyncio.wait_for(ctx.ask(D), None)
        await asyncio.ensure_future(ctx.ask(D))
        await ctx.session.close()  # in the handler of its own, so at once

    async def wait_for_ever(ctx: Any) -> None:
        try:
            await asyncio.ensure_future(ctx.ask(D))
        finally:
            bed.trail.append("finally")

    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, wait)
        await bed.click(session, "Done")
        await bed.click(session, "Done")
        assert session.end is not None
        assert session.end.reason is EndReason.CLOSED

        session = await bed.open(M)
        await do(bed, session, wait_for_ever)
        bed.trail.clear()
        await bed.advance(300)
        assert bed.trail == ["on_timeout D", "on_leave D", "finally", "on_end D"]


@pytest.mark.case("S73")
async def test_while_a_handler_waits_the_session_takes_inputs_as_usual() -> None:
    class Counting(D):
        name = "d"

        def render(self) -> Screen:
            return Screen(f"D {self.state.current.count}")

        @button("+1")
        async def add(self, ctx: MenuContext) -> None:
            await bed.sleep(1)
            self.state.merge(count=self.state.current.count + 1)

        @button("Count")
        async def result(self, ctx: MenuContext) -> None:
            await ctx.complete(self.state.current.count)

    async with opened(flow(Asking, Counting)) as bed:
        session = await bed.open(Asking)
        await bed.click(session, "Ask")
        for _ in range(3):
            bed.press(session, "+1")
        bed.press(session, "Count")
        await bed.advance(5)
        assert came(session) == [3]
        assert bed.shown(session).content == "M 100"
