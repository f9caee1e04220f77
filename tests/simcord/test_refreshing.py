"""Refreshes from outside: they merge, take their time, move no deadline, and reach whom they should."""

from __future__ import annotations

import pytest

from flowcord import (
    Behavior,
    DefinitionError,
    EndReason,
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    MenuSession,
    Screen,
    button,
    slash,
)
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, World, simulated, takes


class Ticker(Menu[Count]):
    """A menu that counts its renders."""

    def before_render(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    def render(self) -> Screen:
        return page(type(self).__name__, f"Render {self.state.current.count}")


@slash("board", description="Watches a score")
class Board(Ticker):
    behavior = Behavior(timeout=300)

    def on_enter(self, ctx: MenuContext) -> None:
        ctx.watch("score")

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Away)

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 1.5)

    @button("Show")
    async def show(self, ctx: MenuContext) -> None:
        await ctx.refresh()
        await takes(ctx, 5)


class Away(Ticker):
    pass


class BoardFlow(Flow):
    kind = "board"
    menus = (Board, Away)


async def ask(world: World, session: MenuSession, *, times: int = 1) -> None:
    """Ask for a refresh, and wait for what comes of it at once."""
    with world.as_bot():
        for _ in range(times):
            session.refresh()
    await world.env.settle()


def refresh(world: World, *keys: object, **whom: object) -> int:
    with world.as_bot():
        return world.bot.flows.refresh(*keys, **whom)


@pytest.mark.case("S153")
async def test_ten_refreshes_at_once_are_one_render_and_move_no_deadline() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open("board")
        (session,) = world.sessions
        await world.advance(200)
        with world.requests() as made:
            await ask(world, session, times=10)
        assert made == ["edit"]
        assert menu.lines == ["Render 2"]
        await world.advance(100)
        assert session.end.reason is EndReason.TIMEOUT


@pytest.mark.case("S153")
async def test_refreshes_are_rendered_once_a_second_the_first_at_once_and_the_last_in_any_case() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open("board")
        (session,) = world.sessions
        with world.requests() as made:
            for _ in range(25):  # for 2.5 seconds
                with world.as_bot():
                    session.refresh()
                await world.advance(0.1)
        assert made == ["edit"] * 3
        await world.advance(10)
        assert menu.lines == ["Render 5"]


async def test_a_refresh_is_answered_by_any_render_that_starts_after_it() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open("board")
        (session,) = world.sessions
        await world.ann.click(menu, "Slow")
        with world.as_bot():
            session.refresh()
        with world.requests() as made:
            await world.advance(1.5)
        assert made == ["update"]
        assert menu.lines == ["Render 2"]
        await world.advance(10)
        assert menu.lines == ["Render 2"]


async def test_a_refresh_that_comes_while_one_is_rendered_is_another() -> None:
    class Long(Ticker):
        async def before_render(self, ctx: MenuContext) -> None:
            if self.state.current.count:
                await takes(ctx, 3)
            super().before_render(ctx)

    async with simulated(Bot(Long)) as world:
        menu = await world.ann.open_with(Long)
        (session,) = world.sessions
        with world.as_bot():
            session.refresh()
        await world.advance(1)
        with world.as_bot():
            session.refresh()
        await world.advance(2)
        assert menu.lines == ["Render 2"]
        await world.advance(3)
        assert menu.lines == ["Render 3"]


async def test_without_a_valid_route_a_refresh_is_left_out() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open_with(BoardFlow, behavior=Behavior(ephemeral=True, timeout=None))
        (session,) = world.sessions
        session.collector.patience.cancel()
        await world.advance(900)
        with world.requests() as made:
            await ask(world, session)
        assert made == []
        assert session.end is None
        await world.ann.click(menu, "Go")
        assert menu.title == "Away"


async def test_after_the_end_a_refresh_does_nothing() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        await world.ann.open("board")
        (session,) = world.sessions
        with world.as_bot():
            session.refresh()
            session.refresh()
        await world.advance(300)
        with world.requests() as made:
            await ask(world, session)
        assert made == []
        assert session.end.reason is EndReason.TIMEOUT


@pytest.mark.case("S154")
async def test_a_key_refreshes_those_who_watch_it_and_a_user_those_of_hers() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        hers, his, left = [await each.open("board") for each in (world.ann, world.bob, world.bob)]
        await world.bob.click(left, "Go")
        assert refresh(world, "score") == 2
        await world.env.settle()
        assert (hers.lines, his.lines, left.lines) == (["Render 2"], ["Render 2"], ["Render 1"])
        await world.advance(1)
        assert refresh(world, user=world.ann.actor) == refresh(world, user=world.ann.id) == 1
        await world.env.settle()
        assert (hers.lines, his.lines, left.lines) == (["Render 3"], ["Render 2"], ["Render 1"])
        await world.bob.click(left, "Back")
        assert refresh(world, "score", user=world.bob.id) == 2
        await world.env.settle()
        assert (hers.lines, his.lines, left.lines) == (["Render 3"], ["Render 3"], ["Render 2"])


@pytest.mark.case("S154")
async def test_sessions_are_refreshed_by_what_they_are() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menus = [await world.ann.open("board") for _ in range(2)]
        await world.ann.click(menus[1], "Go")
        first, _ = world.sessions
        assert refresh(world, session=first) == refresh(world, session=first.id) == 1
        assert refresh(world, menu=Away) == refresh(world, menu="away") == 1
        assert refresh(world, "score", menu=Away) == 0
        assert refresh(world, session="nobody") == 0
        await world.env.settle()
        assert [menu.lines for menu in menus] == [["Render 2"], ["Render 2"]]
        with pytest.raises(TypeError, match="key"):
            refresh(world)


@pytest.mark.case("S155")
async def test_a_handler_may_show_its_screen_before_it_returns() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open("board")
        with world.requests() as made:
            await world.ann.click(menu, "Show")
        assert menu.lines == ["Render 2"]
        assert made == ["update"]
        await world.advance(5)
        assert menu.lines == ["Render 3"]


async def test_refreshes_are_made_in_place_whatever_becomes_of_messages_otherwise() -> None:
    async with simulated(Bot(BoardFlow, behavior=Behavior(cleanup="post_and_delete"))) as world:
        menu = await world.ann.open("board")
        (session,) = world.sessions
        with world.requests() as made:
            await ask(world, session)
        assert made == ["edit"]
        assert menu.lines == ["Render 2"]
        with world.requests() as made:
            await world.ann.click(menu, "Show")
        assert made == ["update"]
        assert menu.lines == ["Render 3"]
        with world.requests() as made:
            await world.advance(5)
        assert made == ["followup", "delete"]
        assert world.newest.lines == ["Render 4"]


class Clock(Ticker):
    refresh_every = 5

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Away)


class ClockFlow(Flow):
    kind = "clock"
    menus = (Clock, Away)


async def test_a_menu_that_asks_for_it_is_refreshed_regularly_while_it_is_shown() -> None:
    async with simulated(Bot(ClockFlow), settle_timeout=10) as world:
        menu = await world.ann.open_with(ClockFlow)
        await world.advance(14)
        assert menu.lines == ["Render 3"]
        await world.ann.click(menu, "Go")
        await world.advance(30)
        assert (menu.title, menu.lines) == ("Away", ["Render 1"])
        await world.ann.click(menu, "Back")
        await world.advance(5)
        assert (menu.title, menu.lines) == ("Clock", ["Render 2"])
        await world.advance(294)
        assert menu.title == "Clock"
        with world.requests() as made:
            await world.advance(1)
            assert menu.content == "*This interaction has timed out.*"
            await world.advance(60)
        assert made == ["edit"]


@pytest.mark.parametrize("every", [4.9, 0, True, "10"])
def test_a_period_below_five_seconds_is_refused(every: object) -> None:
    with pytest.raises(DefinitionError, match=r"Hasty\.refresh_every"):
        type("Hasty", (Menu,), {"refresh_every": every})
    with pytest.raises(DefinitionError, match=r"Hasty\.live is True or False"):
        type("Hasty", (Menu,), {"live": "yes"})


class Draft(Menu[Count]):
    fails = False

    def setup(self, ctx: MenuContext) -> None:
        if self.fails:
            raise GuardFailed("Not now.")
        self.made = self.state.current.count

    def render(self) -> Screen:
        return page("Draft", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1


async def test_a_hard_refresh_from_outside_begins_the_menu_anew_and_moves_no_deadline() -> None:
    async with simulated(Bot(Draft)) as world:
        menu = await world.ann.open_with(Draft)
        (session,) = world.sessions
        await world.ann.click(menu, "+1")
        old = menu.buttons["+1"]
        world.trail.clear()
        await world.advance(200)
        with world.requests() as made:
            with world.as_bot():
                session.refresh()
                session.refresh(hard=True)
                session.refresh()
            await world.env.settle()
        assert made == ["edit"]
        assert menu.lines == ["Count: 0"]
        assert world.trail == ["setup Draft", "before_render Draft", "after_render Draft"]
        stale = await world.ann.press(menu, old)
        assert stale.acknowledged
        assert menu.lines == ["Count: 0"]
        await world.advance(100)
        assert session.end.reason is EndReason.TIMEOUT


async def test_a_hard_refresh_is_not_answered_by_a_plain_render() -> None:
    async with simulated(Bot(BoardFlow)) as world:
        menu = await world.ann.open("board")
        (session,) = world.sessions
        await world.ann.click(menu, "Slow")
        with world.as_bot():
            session.refresh(hard=True)
        await world.advance(1.5)
        assert menu.lines == ["Render 1"]


async def test_a_hard_refresh_that_setup_refuses_leaves_the_menu_as_it_was() -> None:
    async with simulated(Bot(Draft)) as world:
        menu = await world.ann.open_with(Draft)
        (session,) = world.sessions
        await world.ann.click(menu, "+1")
        session.menu.fails = True
        with world.as_bot():
            session.refresh(hard=True)
        await world.env.settle()
        assert (menu.content, menu.lines) == ("Not now.", ["Count: 1"])
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 2"]
