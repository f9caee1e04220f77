"""Live menus: shown again when the stored data that is on their screens changes, wherever it was changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import (
    EndReason,
    Flow,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    slash,
    state,
)
from flowcord.store import Address, Merge, Policy, Store
from tests.simcord.menus import page
from tests.simcord.world import Bot, World, simulated


class Votes(BaseModel):
    yes: int = 0


class Secret(BaseModel):
    code: int = 0


class Note(BaseModel):
    text: str = ""


class Poll(Menu):
    votes = state(Votes, scope=Scope.PROJECT)
    secret = state(Secret, scope=Scope.USER)

    @client_data
    def yes(self) -> int:
        return self.votes.value.yes

    def render(self) -> Screen:
        renders[type(self).__name__] = renders.get(type(self).__name__, 0) + 1
        return page("Poll", f"Yes: {self.yes}")

    @button("Vote")
    async def vote(self, ctx: MenuContext) -> None:
        await self.votes.increment(yes=1)

    @button("Whisper")
    async def whisper(self, ctx: MenuContext) -> None:
        await self.secret.increment(code=1)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Away)


renders: dict[str, int] = {}


@slash("still", description="A poll that is not live")
class Still(Poll):
    pass


@slash("poll", description="A live poll")
class LivePoll(Poll):
    live = True


class Away(Menu):
    votes = state(Votes, scope=Scope.PROJECT)

    def render(self) -> Screen:
        return page("Away")


class PollFlow(Flow):
    kind = "poll"
    menus = (LivePoll, Still, Away)


def bot(database: str, *flows: Any) -> Bot:
    renders.clear()
    return Bot(*(flows or (PollFlow,)), database=database)


async def vote(world: World, times: int = 1) -> None:
    """Vote from outside of every session."""
    flows = world.bot.flows
    with world.as_bot():
        votes = await flows.load(LivePoll.votes, str(world.guild.id))
        for _ in range(times):
            await votes.increment(yes=1)
    await world.env.settle()


async def heard(world: World, notifications: int) -> None:
    """Wait until so many changes were heard of, and for what they cause."""
    async with asyncio.timeout(10):
        while world.bot.flows.stats()["notifications"] < notifications:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await world.env.settle()


@pytest.mark.case("S154a")
async def test_live_menus_show_a_burst_of_writes_at_once_and_again_after_a_second(database: str) -> None:
    async with simulated(bot(database)) as world:
        first, second = await world.ann.open("poll"), await world.bob.open("poll")
        third = await world.bob.open("still")
        sessions = world.sessions
        await world.advance(200)
        with world.requests() as made:
            await vote(world)
        assert made == ["edit", "edit"]
        assert [menu.lines for menu in (first, second, third)] == [["Yes: 1"], ["Yes: 1"], ["Yes: 0"]]
        with world.requests() as made:
            await vote(world, times=9)
            assert first.lines == ["Yes: 1"]
            await world.advance(1)
        assert made == ["edit", "edit"]
        assert [menu.lines for menu in (first, second, third)] == [["Yes: 10"], ["Yes: 10"], ["Yes: 0"]]
        await world.advance(99)
        assert {session.end.reason for session in sessions} == {EndReason.TIMEOUT}


@pytest.mark.case("S154a")
async def test_after_it_was_left_a_live_menu_is_not_shown_again(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        await world.ann.click(menu, "Go")
        with world.requests() as made:
            await vote(world)
            await world.advance(2)
        assert made == []
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Yes: 1"]
        await vote(world)
        assert menu.lines == ["Yes: 2"]


@pytest.mark.case("S154a")
async def test_a_click_that_writes_what_its_screen_shows_costs_one_call_and_one_render(
    database: str,
) -> None:
    async with simulated(bot(database)) as world:
        mine, theirs = await world.ann.open("poll"), await world.bob.open("poll")
        renders.clear()
        with world.requests() as made:
            await world.ann.click(mine, "Vote")
            await heard(world, 1)
            await world.advance(5)
        assert (mine.lines, theirs.lines) == (["Yes: 1"], ["Yes: 1"])
        assert sorted(made) == ["edit", "update"]
        assert renders == {"LivePoll": 2}


async def test_what_was_not_read_for_the_screen_is_not_watched(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        other = await world.ann.open("still")
        renders.clear()
        await world.ann.click(other, "Whisper")
        await world.advance(2)
        assert renders == {"Still": 1}
        assert menu.lines == ["Yes: 0"]


@pytest.mark.case("S154a")
async def test_a_write_of_another_process_is_shown(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        await write_elsewhere(database, Address("project", str(world.guild.id), ""), {"yes": 41})
        await heard(world, 1)
        assert menu.lines == ["Yes: 41"]


async def write_elsewhere(database: str, address: Address, fields: dict[str, Any]) -> None:
    """Write as another process does."""
    store = Store(database)
    await store.start()
    try:
        await store.write(address, Merge(fields), Policy())
    finally:
        await store.close()
