"""The end: one path for every reason, each step once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flowcord import Behavior, EndReason, MenuContext, SessionEnd, SessionEndedError, button
from tests.bed import opened
from tests.session.menus import D, M, do, flow


@pytest.mark.case("S20")
@pytest.mark.parametrize("again", ["handler", "outside", "both"])
async def test_ending_twice_changes_nothing(again: str) -> None:
    async with opened(M) as bed:
        session = await bed.open(M)

        async def close_twice(ctx: MenuContext) -> None:
            await ctx.close()
            await ctx.close()
            if again != "handler":
                await ctx.session.close()  # pyright: ignore

        await do(bed, session, close_twice)
        if again == "both":
            await session.close()
        ends = [each for each in bed.trail if each.startswith(("on_leave", "on_end"))]
        assert ends == ["on_leave M", "on_end M"]
        assert bed.wire.calls == ["message", "update"]


@pytest.mark.case("S20")
async def test_after_the_end_the_other_verbs_raise_and_nothing_is_entered() -> None:
    refused: list[str] = []

    async def go_on(ctx: Any) -> None:
        await ctx.close()
        for verb in (
            lambda: ctx.go_to(D),
            lambda: ctx.go_back(),
            lambda: ctx.open_sub_menu(D),
            lambda: ctx.ask(D),
            lambda: ctx.complete(3),
            lambda: ctx.refresh(),
        ):
            with pytest.raises(SessionEndedError, match="this session has ended"):
                await verb()
        refused.append("all")

    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, go_on)
        assert refused == ["all"]
        assert "on_enter D" not in bed.trail
        session.refresh()
        await bed.settle()
        assert bed.wire.calls == ["message", "update"]


async def test_a_handler_may_close_its_session_as_code_outside_does() -> None:
    after: list[Any] = []

    async def close_it(ctx: Any) -> None:
        await ctx.session.close()
        after.append(ctx.session.end)

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, close_it)
        assert after == [SessionEnd(EndReason.CLOSED)]
        assert bed.shown(session).labels == []


@pytest.mark.case("S21")
async def test_everyone_who_waits_gets_the_same_end_and_a_late_one_gets_it_at_once() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        waiting = [asyncio.ensure_future(session.wait()) for _ in range(2)]
        await bed.settle()
        await bed.click(session, "Close")
        ends = [await each for each in waiting]
        assert ends[0] is ends[1] is await session.wait() is session.end
        assert ends[0] == SessionEnd(EndReason.CLOSED)


async def test_closing_from_outside_lets_the_running_handler_finish() -> None:
    class Slow(M):
        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(3)
            self.state.merge(count=5)

    async with opened(Slow) as bed:
        session = await bed.open(Slow)
        bed.press(session, "Slow")
        await bed.settle()
        closing = asyncio.ensure_future(session.close())
        await bed.advance(2)
        assert session.end is None
        await bed.advance(1)
        await closing
        assert session.end == SessionEnd(EndReason.CLOSED)
        assert bed.shown(session).content == "M 5"


@pytest.mark.case("S30")
@pytest.mark.parametrize("hook", ["on_leave", "on_cancel", "on_end", "on_timeout"])
async def test_a_hook_of_the_end_that_raises_is_logged_and_the_session_ends_as_usual(hook: str) -> None:
    def fail(self: Any, *arguments: Any) -> None:
        raise ZeroDivisionError

    failing = type("Failing", (M,), {hook: fail, "cancellable": True})
    async with opened(failing) as bed:
        session = await bed.open(failing)
        if hook == "on_timeout":
            await bed.advance(300)
        else:
            await bed.click(session, "Cancel")
        assert [type(error) for error in bed.incidents()] == [ZeroDivisionError]
        assert session.end is not None
        assert session.end.reason is (EndReason.TIMEOUT if hook == "on_timeout" else EndReason.CANCELLED)
        assert bed.shown(session).labels == []
        assert bed.flows.sessions == []


@pytest.mark.case("S31")
async def test_a_session_that_ends_before_its_first_screen_answers_with_the_end_alone() -> None:
    async with opened(M) as bed:
        bed.flows.add_hook("on_enter", lambda ctx: ctx.close())
        session = await bed.open(M)
        assert session.end == SessionEnd(EndReason.CLOSED)
        assert bed.wire.whispers == ["*Menu closed*"]
        assert bed.wire.calls == ["message"]


@pytest.mark.case("S4")
async def test_a_lifetime_ends_the_session_whatever_happens() -> None:
    class Mortal(M):
        behavior = Behavior(lifetime=600)

    async with opened(Mortal) as bed:
        session = await bed.open(Mortal)
        for _ in range(5):
            await bed.advance(100)
            await bed.click(session, "+1")
        await bed.advance(99)
        assert session.end is None
        await bed.advance(1)
        assert session.end == SessionEnd(EndReason.TIMEOUT, deadline="lifetime")


@pytest.mark.case("S4")
async def test_a_lifetime_that_passes_during_a_handler_ends_the_session_right_after_it() -> None:
    class Mortal(M):
        behavior = Behavior(lifetime=10)

    async with opened(Mortal) as bed:
        session = await bed.open(Mortal)
        await bed.advance(9)
        await do(bed, session, lambda ctx: bed.sleep(1.5), seconds=1.4)
        assert session.end is None
        with bed.calls() as made:
            await bed.advance(1)
        assert session.end == SessionEnd(EndReason.TIMEOUT, deadline="lifetime")
        assert made == ["update"]
        assert bed.shown(session).content == "*This interaction has timed out.*"


@pytest.mark.case("S3")
async def test_each_menus_own_timeout_counts_while_it_is_shown() -> None:
    brief = type("D", (D,), {"behavior": Behavior(timeout=30)})
    async with opened(flow(M, brief, behavior=Behavior(timeout=120))) as bed:
        session = await bed.open(M)
        await bed.advance(119)
        await bed.click(session, "Go")
        await bed.advance(29)
        await bed.click(session, "Back")
        await bed.advance(119)
        await bed.click(session, "Go")
        assert session.end is None
        await bed.advance(30)
        assert session.end == SessionEnd(EndReason.TIMEOUT, deadline="idle")


@pytest.mark.case("S7")
async def test_only_inputs_that_count_move_the_deadline() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        message = session.stage.message_id
        assert message is not None
        stale = bed.shown(session).id_of("+1").replace(":1:", ":99:")
        await bed.advance(290)
        await bed.click(session, "+1", user=1)
        bed.press_id(stale, message)
        session.refresh()
        await bed.advance(9)
        assert session.end is None
        await bed.advance(1)
        assert session.end is not None


async def test_without_a_timeout_a_session_stays() -> None:
    async with opened(M) as bed:
        session = await bed.open(M, behavior=Behavior(timeout=None))
        await bed.advance(10_000)
        assert session.end is None


@pytest.mark.case("S25")
async def test_at_shutdown_waiting_inputs_are_answered_and_everyone_is_told() -> None:
    class Slow(M):
        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(1)

    async with opened(Slow, shutdown_grace=0.3) as bed:
        sessions = [await bed.open(Slow) for _ in range(3)]
        for session in sessions[:2]:
            for _ in range(3):
                bed.press(session, "Slow")
        await bed.settle()
        await bed.flows.close()
        await bed.settle()
        for session in sessions:
            assert session.end == SessionEnd(EndReason.SHUTDOWN)
            assert bed.shown(session).content.startswith("*The bot is restarting")
        assert [each for each in bed.trail if each.startswith("on_end")] == ["on_end Slow"] * 3
        await bed.advance(2)
        assert bed.wire.unanswered == set()


async def test_a_session_opens_with_the_behavior_of_the_menu_it_opens_at() -> None:
    private = type("D", (D,), {"behavior": Behavior(ephemeral=True, timeout=10)})
    async with opened(flow(M, private)) as bed:
        session = await bed.open(private)
        assert bed.shown(session).ephemeral
        await bed.advance(10)
        assert session.end == SessionEnd(EndReason.TIMEOUT, deadline="idle")
