"""Where real bots are hurt: requests that fail, bots that close themselves, moments that coincide."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bots import create_bot
from flowcord import Behavior, EndReason, Menu, MenuContext, Screen, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, MFlow, page
from tests.simcord.world import Bot, simulated, takes

TIMED_OUT = "*This interaction has timed out.*"
RESTARTING = "*The bot is restarting. Please run the command again in a moment.*"


async def test_a_click_whose_answer_discord_cannot_take_is_told_and_the_next_shows_all(
    incidents: Incidents,
) -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        world.env.inject_error("POST", "/interactions/*/callback", status=500)
        click = await world.ann.click(menu, "+1")
        assert "report this code" in click.whispered[0]
        assert menu.lines == ["Count: 0"]
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 2"]
        assert len(incidents()) == 1


async def test_a_command_whose_answer_discord_cannot_take_leaves_no_session(incidents: Incidents) -> None:
    async with simulated(Bot(MFlow)) as world:
        world.env.inject_error("POST", "/interactions/*/callback", status=500)
        told = await world.ann.slash("m")
        assert "report this code" in told.whispered[0]
        assert world.sessions == []
        assert len(incidents()) == 1


async def test_a_timeout_finds_the_message_deleted_and_makes_no_fuss() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        del world.env.backend.messages[menu.message.channel_id][menu.id]  # no event of it arrives
        await world.advance(300)
        assert session.end.reason is EndReason.TIMEOUT
        assert world.sessions == []


@slash("long", description="Works for long")
class Long(Menu[Count]):
    def render(self) -> Screen:
        return page("Long", f"Count: {self.state.current.count}")

    @button("Work")
    async def work(self, ctx: MenuContext) -> None:
        await takes(ctx, 20)
        self.state.set(count=self.state.current.count + 1)

    @button("Show")
    async def show_between(self, ctx: MenuContext) -> None:
        self.state.set(count=50)
        await ctx.refresh()
        await takes(ctx, 1)
        self.state.set(count=100)

    @button("Off")
    async def off(self, ctx: MenuContext) -> None:
        await ctx.client.close()
        self.state.set(count=7)


async def test_an_input_before_the_deadline_is_served_though_its_turn_comes_after_it() -> None:
    async with simulated(Bot(Long)) as world:
        menu = await world.ann.open("long")
        await world.advance(290)
        await world.ann.click(menu, "Work")
        await world.advance(9)
        second = await world.ann.click(menu, "Work")
        await world.advance(5)
        third = await world.ann.click(menu, "Work")
        await world.advance(60)
        assert menu.lines == ["Count: 3"]
        assert second.acknowledged
        assert third.acknowledged


async def test_a_lifetime_that_passes_during_a_handler_ends_the_session_right_after_it() -> None:
    async with simulated(Bot(Long, behavior=Behavior(lifetime=30))) as world:
        menu = await world.ann.open("long")
        (session,) = world.sessions
        await world.advance(20)
        await world.ann.click(menu, "Work")
        waiting = await world.ann.click(menu, "Work")
        with world.requests() as made:
            await world.advance(20)
        assert session.end.reason is EndReason.TIMEOUT
        assert session.end.deadline == "lifetime"
        assert menu.content == TIMED_OUT
        assert made.count("edit") == 1
        assert "no longer active" in waiting.whispered[0]


@pytest.mark.case("S155")
async def test_a_refresh_in_a_handler_shows_before_it_returns() -> None:
    async with simulated(Bot(Long)) as world:
        menu = await world.ann.open("long")
        with world.requests() as made:
            await world.ann.click(menu, "Show")
        assert made == ["update"]
        assert menu.lines == ["Count: 50"]
        with world.requests() as made:
            await world.advance(1)
        assert made == ["edit"]
        assert menu.lines == ["Count: 100"]


@pytest.mark.case("S153")
async def test_refreshes_from_outside_are_one_and_move_no_deadline() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        await world.advance(290)
        session.menu.state.set(count=9)
        world.trail.clear()
        with world.requests() as made:
            with world.as_bot():
                for _ in range(10):
                    session.refresh()
            await world.env.settle()
        assert made == ["edit"]
        assert world.ran("before_render") == ["before_render M"]
        assert menu.lines == ["Count: 9"]
        await world.advance(10)
        assert menu.content == TIMED_OUT
        with world.as_bot():
            session.refresh()
        await world.env.settle()


async def test_a_button_may_close_the_bot() -> None:
    async with simulated(Bot(Long)) as world:
        menu, other = await world.ann.open("long"), await world.bob.open("long")
        click = await world.ann.click(menu, "Off")
        assert click.acknowledged
        assert menu.content == other.content == RESTARTING
        assert world.sessions == []
        assert world.bot.is_closed()


async def test_a_menu_works_in_direct_messages(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        user = world.ann.actor.user
        opened = await user.slash("counter")
        await user.click(opened.response, label="+1")
        assert opened.response.embeds[0].description == "Count: 1\nLifetime: 1"
        draft = await user.slash("draft")
        await user.click(draft.response, label="Next")
        assert (await user.slash("draft")).response.embeds[0].title == "Step 2 of 3"
        # The same person's draft in a server is another one; the lifetime is theirs everywhere.
        assert (await world.ann.open("draft")).title == "Step 1 of 3"
        assert (await world.ann.open("counter")).lines == ["Count: 0", "Lifetime: 1"]


async def test_a_form_sent_back_after_a_crash_leads_back(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        form = await world.ann.click(await world.ann.open("draft"), "Set name")
        await world.crash(create_bot(database))
        submitted = await world.ann.submit(form, Name="Ada")
        assert "no longer active" in submitted.whispered[0]
        assert submitted.whispers[0].labels == ["Open again"]


async def test_mentions_on_a_screen_ping_nobody() -> None:
    @slash("loud", description="Mentions everybody")
    class Loud(Menu[Count]):
        def render(self) -> Screen:
            return Screen(f"@everyone {self.state.current.count}")

        @button("+1")
        async def add(self, ctx: MenuContext) -> None:
            self.state.set(count=self.state.current.count + 1)
            ctx.notify("@here", private=True)

    async with simulated(Bot(Loud)) as world:
        menu = await world.ann.open("loud")
        await world.ann.click(menu, "+1")
        await world.advance(300)
        bodies: list[Any] = [each.json for each in world.env.http_requests if isinstance(each.json, dict)]
        said = [each for body in bodies if "content" in (each := body.get("data", body))]
        assert len(said) == 4
        assert all(each["allowed_mentions"] == {"parse": []} for each in said)


async def test_many_sessions_end_at_their_own_time() -> None:
    async with simulated(Bot(MFlow)) as world:
        menus = []
        for _ in range(20):
            menus.append(await world.ann.open("m"))
            await world.advance(10)
        await world.advance(300 - 200 - 1)
        assert [bool(menu.labels) for menu in menus] == [True] * 20
        await world.advance(1 + 45)
        assert [bool(menu.labels) for menu in menus] == [False] * 5 + [True] * 15
        with world.as_bot():
            await asyncio.gather(*(session.close() for session in world.sessions))
        assert world.sessions == []
