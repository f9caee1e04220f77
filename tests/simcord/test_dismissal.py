"""Administration: what code outside of a session knows of it, and how it ends one."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from flowcord import EndReason, Menu, MenuContext, button
from tests.simcord.menus import M, MFlow, page
from tests.simcord.world import Bot, World, simulated, takes


class Busy(Menu):
    """Handlers that take their time."""

    log: list[str]

    def setup(self, ctx: MenuContext) -> None:
        self.log = []

    def render(self) -> Any:
        return page("Busy", *self.log)

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 2)
        self.log.append("slow")

    @button("Endless")
    async def endless(self, ctx: MenuContext) -> None:
        try:
            await takes(ctx, 60)
        finally:
            self.log.append("cut short")

    @button("Stubborn")
    async def stubborn(self, ctx: MenuContext) -> None:
        for _ in range(20):
            try:
                await takes(ctx, 1)
            except asyncio.CancelledError:
                self.log.append("goes on")


def closing(world: World) -> asyncio.Task[Any]:
    """Close the one session that runs, as code of the bot does."""
    with world.as_bot():
        (session,) = world.sessions
        return asyncio.ensure_future(session.close())


@pytest.mark.case("S26")
async def test_closing_from_outside_waits_for_the_handler_and_shows_what_it_did() -> None:
    async with simulated(Bot(Busy)) as world:
        menu = await world.ann.open_with(Busy)
        (session,) = world.sessions
        await world.ann.click(menu, "Slow")
        closed = closing(world)
        await world.advance(1.9)
        assert (closed.done(), session.end) == (False, None)
        await world.advance(0.1)
        assert closed.done()
        assert session.end.reason is EndReason.CLOSED
        assert (menu.lines, menu.labels) == (["slow"], [])


@pytest.mark.case("S26")
async def test_a_handler_that_takes_longer_than_the_grace_is_cancelled() -> None:
    async with simulated(Bot(Busy, shutdown_grace=3)) as world:
        menu = await world.ann.open_with(Busy)
        (session,) = world.sessions
        await world.ann.click(menu, "Endless")
        late = world.ann.tap(menu, menu.buttons["Slow"])
        closed = closing(world)
        await world.advance(2.9)
        assert session.end is None
        await world.advance(0.1)
        assert closed.done()
        assert session.menu.log == ["cut short"]
        assert session.end.reason is EndReason.CLOSED
        assert world.ran("on_leave", "on_end") == ["on_leave Busy", "on_end Busy"]
        assert menu.labels == []
        assert late.whispered == ["This menu is no longer active."]
        assert world.sessions == []


@pytest.mark.case("S26")
async def test_a_handler_that_will_not_be_cancelled_keeps_nothing_alive() -> None:
    async with simulated(Bot(Busy, shutdown_grace=3)) as world:
        menu = await world.ann.open_with(Busy)
        (session,) = world.sessions
        await world.ann.click(menu, "Stubborn")
        closed = closing(world)
        await world.advance(6)
        assert closed.done()
        assert session.end.reason is EndReason.CLOSED
        assert menu.labels == []
        await world.advance(20)
        assert session.menu.log == ["goes on"]


async def test_a_session_that_is_opening_may_be_closed_too() -> None:
    class Slow(M):
        seconds = 2.0

        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, self.seconds)

    async with simulated(Bot(Slow, shutdown_grace=3)) as world:
        opening = await world.ann.do(lambda interaction: world.bot.flows.open(interaction, Slow))
        closed = closing(world)
        await world.advance(2)
        assert closed.done()
        assert (opening.shown.lines, opening.shown.labels) == (["Count: 0"], [])

        Slow.seconds = 60
        never = await world.ann.do(lambda interaction: world.bot.flows.open(interaction, Slow))
        closed = closing(world)
        await world.advance(3)
        assert closed.done()
        assert never.whispered == ["*Menu closed*"]
        assert world.sessions == []


async def test_a_session_says_where_it_is() -> None:
    known: list[Any] = []

    class Curious(M):
        def setup(self, ctx: MenuContext) -> None:
            session: Any = ctx.session
            known.append(session.message)

    async with simulated(Bot(Curious)) as world:
        menu = await world.ann.open_with(Curious)
        (session,) = world.sessions
        assert known == [None]
        assert isinstance(session.message, discord.PartialMessage)
        assert (session.message.id, session.message.channel.id) == (menu.id, world.channel.id)
        assert session.channel is world.bot.get_channel(world.channel.id)
        with world.as_bot():
            fetched = await session.message.fetch()
        assert fetched.embeds[0].description == "Count: 0"


@pytest.mark.case("S22")
async def test_sessions_are_found_by_who_where_and_what() -> None:
    async with simulated(Bot(MFlow, Busy)) as world:
        for person in (world.ann, world.ann, world.bob):
            await person.open("m")
        await world.bob.open_with(Busy)
        sessions, ann = world.bot.flows.sessions, discord.Object(world.ann.id)
        assert len(sessions) == 4
        assert sessions.filter() == sessions
        assert [each.owner.id for each in sessions.filter(user=ann)] == [world.ann.id] * 2
        assert sessions.filter(user=world.ann.id) == sessions[:2]
        assert sessions.filter(guild=world.guild.id) == sessions
        assert sessions.filter(guild=discord.Object(1)) == []
        for flow in (MFlow, M, "m"):
            assert sessions.filter(flow=flow) == sessions[:3]
        assert sessions.filter(flow=Busy, user=world.bob.id) == sessions[3:]
        assert sessions.filter(flow=Busy, user=world.ann.id) == []
