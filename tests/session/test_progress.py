"""Progress: shown at once, edited at most every 1.5 seconds, and followed by the screen in any case."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flowcord import Behavior, GuardFailed, MenuContext, ScreenLimitError, SessionEndedError, button
from flowcord.wire.endpoint import MessageGone
from flowcord.wire.payload import EPHEMERAL
from tests.bed import Bed, opened
from tests.session.menus import D, M, do, flow


class Watch:
    """When the message was edited within a block, and to what."""

    def __init__(self, bed: Bed) -> None:
        self.bed = bed
        self.seen: list[tuple[float, str]] = []
        self.began = bed.clock.now()
        bed.wire.before = self.note

    async def note(self, request: str) -> None:
        async def look() -> None:
            (shown,) = [each for each in self.bed.wire.messages.values() if each]
            self.seen.append((self.bed.clock.now() - self.began, shown["content"]))

        self.bed._later = asyncio.ensure_future(look())  # pyright: ignore


def lines(content: str) -> str:
    return content.replace("\n", " | ")


@pytest.mark.case("S77b")
async def test_a_hundred_updates_are_a_few_edits_and_then_the_screen_though_it_is_as_before() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        visit = session.visit
        watch = Watch(bed)

        async def work(ctx: MenuContext) -> None:
            async with ctx.progress("Working", total=100) as bar:
                for done in range(100):
                    bar.update(done + 1)
                    await bed.sleep(0.06)

        with bed.calls() as made:
            await do(bed, session, work, 10)
        assert made == ["update", "edit", "edit", "edit", "edit"]
        bars = [
            (0.0, "Working\n" + "▱" * 20 + " 0 %"),
            (1.5, "Working\n" + "▰" * 5 + "▱" * 15 + " 26 %"),
            (3.0, "Working\n" + "▰" * 10 + "▱" * 10 + " 51 %"),
            (4.5, "Working\n" + "▰" * 15 + "▱" * 5 + " 76 %"),
            (6.0, "M 0"),
        ]
        assert [(round(when, 2), shown) for when, shown in watch.seen] == bars
        assert session.visit == visit
        assert bed.shown(session).labels == ["+1", "Go", "Close", "Do"]
        bed.wire.before = None


@pytest.mark.case("S77b")
async def test_a_block_that_raises_is_followed_by_the_screen_with_the_incident() -> None:
    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("Working"):
            await bed.sleep(1)
            raise RuntimeError("broken")

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, work, 2)
        assert [str(error) for error in bed.incidents()] == ["broken"]
        notice, screen = bed.shown(session).content.splitlines()
        assert ("broken" in notice, screen) == (False, "M 0")
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


async def test_without_a_total_there_is_a_number_and_the_text_may_change() -> None:
    seen: list[str] = []

    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("Reading") as bar:
            seen.append(bed.shown(session).content)
            bar.update(7)
            await bed.sleep(2)
            seen.append(bed.shown(session).content)
            bar.update(8.5, "Writing")
            await bed.sleep(2)
            seen.append(bed.shown(session).content)
            bar.update(8.5)
            await bed.sleep(2)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, work, 10)
        assert seen == ["Reading", "Reading\n7", "Writing\n8.5"]
        assert made == ["update", "edit", "edit", "edit"]


@pytest.mark.parametrize(
    ("done", "total", "shown"), [(0, 0, "100 %"), (5, 4, "100 %"), (-1, 4, "0 %"), (99.9, 100, "99 %")]
)
async def test_a_bar_is_never_over_or_under(done: float, total: float, shown: str) -> None:
    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("x", total=total) as bar:
            bar.update(done)
            await bed.sleep(2)
            assert bed.shown(session).content.endswith(shown)

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, work, 3)
        assert bed.incidents() == []


async def test_what_cannot_be_is_said_at_once() -> None:
    async def work(ctx: MenuContext) -> None:
        with pytest.raises(ValueError, match="below 0"):
            ctx.progress("x", total=-1)
        with pytest.raises(ScreenLimitError, match="M → progress: the text has 1951 characters"):
            ctx.progress("x" * 1951)
        async with ctx.progress("x") as bar:
            with pytest.raises(ScreenLimitError):
                bar.update(1, "x" * 1951)

    async def too_late(ctx: MenuContext) -> None:
        await ctx.close()
        with pytest.raises(SessionEndedError):
            ctx.progress("x")

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, work)
        await do(bed, session, too_late)
        assert bed.incidents() == []


async def test_what_waits_for_its_moment_at_the_exit_is_not_shown_any_more() -> None:
    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("x") as bar:
            bar.update(1)
        bar.update(2)
        await bed.sleep(5)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, work, 6)
        assert made == ["update", "edit"]


async def test_the_exit_waits_for_an_edit_that_is_under_way() -> None:
    order: list[str] = []

    async def slow(request: str) -> None:
        if request == "edit" and not order:
            order.append("begun")
            await bed.sleep(3)
            order.append("done")

    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("x") as bar:
            bar.update(1)
            await bed.sleep(2)
            bar.update(2)
        order.append("left")

    async with opened(M) as bed:
        session = await bed.open(M)
        bed.wire.before = slow
        with bed.calls() as made:
            await do(bed, session, work, 10)
        assert order == ["begun", "done", "left"]
        assert (made, bed.shown(session).content) == (["update", "edit", "edit"], "M 0")


async def test_clicks_on_the_screen_below_are_served_after_it() -> None:
    async def work(ctx: MenuContext) -> None:
        pressed = bed.shown(session).id_of("+1")
        async with ctx.progress("x"):
            bed.press_id(pressed, session.stage.message_id or 0)
            await bed.sleep(1)

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, work, 3)
        assert bed.shown(session).content == "M 1"


@pytest.mark.parametrize("verb", ["refresh", "ask"])
async def test_a_screen_that_comes_in_between_is_not_covered_by_what_waited(verb: str) -> None:
    seen: list[str] = []

    class Asking(M):
        @button("Work")
        async def work(self, ctx: MenuContext) -> None:
            async with ctx.progress("x", total=4) as bar:
                bar.update(1)
                await (ctx.refresh() if verb == "refresh" else ctx.ask(D))
                seen.append(bed.shown(session).content)
                bar.update(2)
                await bed.sleep(2)
                seen.append(bed.shown(session).content[-4:])

    async with opened(flow(Asking, D)) as bed:
        session = await bed.open(Asking)
        await bed.click(session, "Work")
        if verb == "ask":
            await bed.advance(5)
            assert bed.shown(session).content == "D"
            await bed.click(session, "Done")
        await bed.advance(5)
        assert seen == (["M 0", "50 %"] if verb == "refresh" else ["D", "50 %"])
        assert bed.shown(session).content == "M 0"


async def test_a_message_that_is_gone_does_not_stop_the_work() -> None:
    finished: list[bool] = []

    async def gone(request: str) -> None:
        if request == "edit":
            raise MessageGone

    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("x") as bar:
            bed.wire.before = gone
            bar.update(1)
            await bed.sleep(2)
            finished.append(True)

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, work, 3)
        assert finished == [True]
        assert session.end is not None
        assert session.end.reason.name == "MESSAGE_DELETED"


async def test_closing_inside_leaves_the_screen_without_its_buttons() -> None:
    async def work(ctx: MenuContext) -> None:
        async with ctx.progress("x") as bar:
            await ctx.close()
            bar.update(1)
            await bed.sleep(2)
            bar.update(2)

    async with opened(M) as bed:
        session = await bed.open(M)
        message = session.stage.message_id or 0
        await do(bed, session, work, 5)
        assert bed.wire.shown(message)["content"] == "M 0"
        assert bed.wire.shown(message)["components"] == []


async def test_a_progress_bar_in_a_refresh_goes_by_the_messages_route() -> None:
    class Slow(M):
        async def before_render(self, ctx: MenuContext) -> None:
            if self.state.current.count == 1:
                async with ctx.progress("x"):
                    await bed.sleep(1)

    async with opened(Slow) as bed:
        session = await bed.open(Slow)
        session.menu.state.merge(count=1)
        with bed.calls() as made:
            session.refresh()
            await bed.advance(2)
        assert (made, bed.shown(session).content) == (["edit", "edit"], "M 1")


@pytest.mark.parametrize("hook", ["setup", "on_enter", "before_render"])
@pytest.mark.parametrize("cleanup", ["edit", "post_and_strip"])
async def test_before_the_first_screen_the_bar_is_the_message_that_becomes_it(
    hook: str, cleanup: Any
) -> None:
    async def work(self: Any, ctx: MenuContext) -> None:
        async with ctx.progress("Loading", 2) as bar:
            await bed.sleep(2)
            bar.update(1)
            await bed.sleep(2)

    slow = type("Slow", (M,), {hook: work, "behavior": Behavior(cleanup=cleanup)})
    async with opened(slow) as bed:
        opening = bed.opening(slow)
        await bed.advance(1)
        assert [each["content"] for each in bed.wire.messages.values() if each] == [
            "Loading\n" + "▱" * 20 + " 0 %"
        ]
        await bed.advance(5)
        session = await opening
        assert bed.wire.calls == ["message", "edit", "edit"]
        assert bed.shown(session).content == "M 0"
        bed.wire.calls.clear()


@pytest.mark.parametrize("error", [RuntimeError("broken"), GuardFailed("not now"), None])
async def test_a_bar_is_not_all_that_is_left_of_a_menu_that_never_came(error: Exception | None) -> None:
    class Failing(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            async with ctx.progress("Loading"):
                if error is not None:
                    raise error
            await ctx.close()

    async with opened(Failing) as bed:
        session = await bed.open(Failing)
        assert session.end is not None
        (message,) = [each for each in bed.wire.messages.values() if each and not each["flags"] & EPHEMERAL]
        told = str(session.end.incident) if isinstance(error, RuntimeError) else "Menu closed"
        assert told in message["content"]
        assert bed.wire.whispers == (["not now"] if isinstance(error, GuardFailed) else [])
        bed.incidents()
