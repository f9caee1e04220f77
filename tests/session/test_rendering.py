"""Rendering: what `render` returns is the whole message, checked before it is sent."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import (
    Behavior,
    Button,
    DefinitionError,
    DuplicateKeyError,
    EndReason,
    Layout,
    Menu,
    MenuContext,
    Screen,
    ScreenLimitError,
    button,
)
from flowcord.menu.actions import close
from flowcord.wire.endpoint import Callback
from tests.bed import opened
from tests.session.menus import D, M, do, flow


async def failure_of(render: Any) -> BaseException:
    """What a session says that is opened at a menu with this `render`."""
    broken = type("Broken", (M,), {"render": render})
    async with opened(broken) as bed:
        session = await bed.open(broken)
        assert session.end is not None
        assert session.end.reason is EndReason.ERROR
        assert session.end.error is not None
        (error,) = bed.incidents()
        assert error is session.end.error
        assert bed.wire.calls == ["message"]
        assert str(session.end.incident) in bed.wire.whispers[0]
        assert str(error) not in bed.wire.whispers[0]
        return error


@pytest.mark.parametrize("nonsense", [None, "text", discord.Embed(), [], Screen, {"content": "x"}], ids=repr)
async def test_a_render_that_returns_something_else_is_told_so(nonsense: Any) -> None:
    error = await failure_of(lambda self: nonsense)
    assert isinstance(error, DefinitionError)
    assert str(error).startswith("Broken.render returns a Screen or a Layout, not ")


@pytest.mark.case("S146")
async def test_a_screen_over_limits_is_refused_with_all_violations_and_nothing_is_sent() -> None:
    def render(self: Any) -> Screen:
        return Screen(
            "x" * 2001,
            embed=discord.Embed(title="y" * 257),
            components=[Button("z" * 81, action=close()), Button(action=close(), key="blank")],
        )

    error = await failure_of(render)
    assert isinstance(error, ScreenLimitError)
    assert [violation.split(":")[0] for violation in error.violations] == [
        "Broken → content",
        "Broken → Embed[0] → title",
        f"Broken → Screen[0] → Button {'z' * 20!r}… → label",
        "Broken → Screen[1] → Button",
    ]


@pytest.mark.case("S146")
async def test_an_empty_screen_and_too_many_rows_are_refused() -> None:
    class Crowded(M):
        def render(self) -> Screen:
            return Screen(components=[Button(str(n), action=close(), key=str(n)) for n in range(25)])

    with pytest.raises(DefinitionError, match="embed= or embeds="):
        Screen(embed=discord.Embed(), embeds=[discord.Embed()])
    without = dict.fromkeys(("add", "go", "close_it", "do_it"))
    empty = type("Empty", (M,), {"render": lambda self: Screen(), **without})
    for menu, problem in ((empty, "an empty message"), (Crowded, "6 rows of components")):
        async with opened(menu) as bed:
            session = await bed.open(menu)
            assert session.end is not None
            assert problem in str(session.end.error)
            bed.incidents()


@pytest.mark.case("S85")
async def test_two_buttons_of_one_key_end_the_opening() -> None:
    def render(self: Any) -> Screen:
        return Screen("x", components=[Button("Buy", action=close()), Button("Leave", action=close())])

    error = await failure_of(render)
    assert isinstance(error, DuplicateKeyError)
    assert "Broken: 'Buy' and 'Leave' have one key, 'close'" in str(error)


@pytest.mark.case("S84")
async def test_a_button_that_contradicts_itself_ends_the_opening() -> None:
    assert isinstance(await failure_of(lambda self: Screen("x", components=[Button("Buy")])), DefinitionError)


async def test_what_a_screen_leaves_out_is_removed_from_the_message() -> None:
    class Shrinking(M):
        def render(self) -> Screen:
            if self.state.current.count:
                return Screen(embed=discord.Embed(title="after"))
            return Screen("before", embeds=[discord.Embed(title="a"), discord.Embed(title="b")])

    async with opened(Shrinking) as bed:
        session = await bed.open(Shrinking)
        shown = bed.shown(session)
        assert (shown.content, [each["title"] for each in shown.embeds]) == ("before", ["a", "b"])
        await bed.click(session, "+1")
        shown = bed.shown(session)
        assert (shown.content, [each["title"] for each in shown.embeds]) == ("", ["after"])


@pytest.mark.case("S147")
async def test_no_message_pings_anybody() -> None:
    class Loud(M):
        def render(self) -> Screen:
            return Screen(f"@everyone {self.state.current.count}")

    async with opened(Loud) as bed:
        session = await bed.open(Loud)
        await bed.click(session, "+1", user=1)
        await bed.click(session, "+1")
        await bed.click(session, "Close")
        for message in bed.wire.messages.values():
            assert message is not None
            assert message["allowed_mentions"] == {"parse": []}
        assert len(bed.wire.messages) == 2


async def test_render_may_be_a_coroutine() -> None:
    async def render(self: Any) -> Screen:
        return Screen("slow")

    slow = type("Slow", (M,), {"render": render})
    async with opened(slow) as bed:
        assert bed.shown(await bed.open(slow)).content == "slow"


@pytest.mark.case("S99")
async def test_an_equal_screen_is_acknowledged_and_not_sent() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, lambda ctx: None)
        assert made == ["defer"]
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


@pytest.mark.case("S98")
@pytest.mark.parametrize(("seconds", "made"), [(1.9, ["update"]), (2.5, ["defer", "edit"])])
async def test_a_slow_action_is_deferred_after_two_seconds(seconds: float, made: list[str]) -> None:
    async def slow(ctx: MenuContext) -> None:
        await bed.sleep(seconds)
        ctx.menu.state.merge(count=1)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as calls:
            await do(bed, session, slow, seconds=3)
        assert calls == made
        assert bed.shown(session).content == "M 1"


@pytest.mark.case("S155")
async def test_a_refresh_inside_a_handler_is_shown_before_it_returns() -> None:
    seen: list[str] = []

    async def work(ctx: MenuContext) -> None:
        for count in (1, 2):
            ctx.menu.state.merge(count=count)
            await ctx.refresh()
            seen.append(bed.shown(session).content)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, work)
        assert seen == ["M 1", "M 2"]
        assert made == ["update", "edit"]


@pytest.mark.case("S153")
async def test_many_refreshes_from_outside_are_one_render() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        session.menu.state.merge(count=3)
        bed.trail.clear()
        for _ in range(10):
            session.refresh()
        await bed.settle()
        assert bed.trail == ["before_render M", "after_render M"]
        assert bed.shown(session).content == "M 3"


@pytest.mark.case("S151")
async def test_a_render_that_raises_after_a_click_leaves_the_last_screen_with_its_buttons() -> None:
    class Fragile(M):
        def render(self) -> Screen:
            if self.state.current.count == 1:
                raise ZeroDivisionError
            return super().render()

    async with opened(Fragile) as bed:
        session = await bed.open(Fragile)
        await bed.click(session, "+1")
        assert [type(error) for error in bed.incidents()] == [ZeroDivisionError]
        assert bed.shown(session).content == "M 0"
        assert len(bed.wire.whispers) == 1
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 2"


@pytest.mark.case("S152")
async def test_a_first_render_that_raises_leads_back_past_everything_that_was_not_shown() -> None:
    class Broken(M):
        def render(self) -> Screen:
            raise ZeroDivisionError

    caught: list[BaseException] = []

    async def far(ctx: MenuContext) -> None:
        try:
            await ctx.go_to(D)
            await ctx.go_to(Broken)
        except ZeroDivisionError as error:
            caught.append(error)

    async with opened(flow(M, D, Broken)) as bed:
        session = await bed.open(M)
        await bed.click(session, "+1")
        await do(bed, session, far)
        assert len(bed.incidents()) == 1
        assert caught == []
        assert bed.shown(session).content.endswith("\nM 1")
        assert "Back" not in bed.shown(session).labels
        bed.check_pairs(session)


@pytest.mark.case("S106")
async def test_an_answer_of_the_handlers_own_is_respected() -> None:
    async def answer(ctx: Any) -> None:
        await bed.wire.respond(ctx.interaction, Callback.MESSAGE, {"content": "own"})
        ctx.menu.state.merge(count=2)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, answer)
        assert made == ["message", "edit"]
        assert bed.shown(session).content == "M 2"


async def test_a_private_menu_is_private_all_along() -> None:
    class Private(M):
        behavior = Behavior(ephemeral=True)

        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(2.5)
            self.state.merge(count=9)

    async with opened(Private) as bed:
        session = await bed.open(Private)
        bed.press(session, "Slow")
        await bed.advance(3)
        assert bed.shown(session).ephemeral
        assert bed.shown(session).content == "M 9"


@pytest.mark.case("S147")
@pytest.mark.parametrize("layout", [False, True], ids=["screen", "layout"])
async def test_texts_ping_whom_the_behavior_allows(layout: bool) -> None:
    class Calling(Menu):
        behavior = Behavior(
            allowed_mentions=discord.AllowedMentions(everyone=False, users=True, roles=[discord.Object(7)])
        )

        def render(self) -> Screen | Layout:
            return Layout(discord.ui.TextDisplay("<@1>")) if layout else Screen("<@1>")

    async with opened(Calling) as bed:
        session = await bed.open(Calling)
        message = bed.wire.shown(session.stage.message_id or 0)
        assert message["allowed_mentions"] == {"parse": ["users"], "roles": [7]}
