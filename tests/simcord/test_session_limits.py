"""How many sessions one user may have: what is refused, what is replaced, and what costs nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from flowcord import (
    DefinitionError,
    EndReason,
    Flow,
    FlowCord,
    MenuContext,
    OptionsError,
    SessionLimitError,
    button,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, M, MFlow
from tests.simcord.world import Bot, Shown, World, simulated, takes

REPLACED = "*This menu was opened again elsewhere.*"


class OneFlow(MFlow):
    kind = "one"
    sessions_per_user = 1


class NewestFlow(OneFlow):
    limit_policy = "replace"


def link(world: World, shown: Shown) -> str:
    return f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{shown.id}"


async def refused(interaction: discord.Interaction[Any]) -> None:
    """Open one session too many, as code of the bot."""
    flows = interaction.client.flows
    with pytest.raises(SessionLimitError) as raised:
        await flows.open(interaction, M)
    assert flows.get_session(raised.value.session_id) is flows.sessions[0]


@pytest.mark.case("S23")
@pytest.mark.parametrize("where", ["app", "flow"])
async def test_one_session_too_many_is_refused_with_a_link_to_the_one_that_runs(where: str) -> None:
    bot = Bot(MFlow, sessions_per_user=1) if where == "app" else Bot(OneFlow)
    async with simulated(bot) as world:
        first = await world.ann.open("m")
        with world.requests() as made:
            second = await world.ann.slash("m")
        assert made == ["message"]
        assert second.whispered == [f"You have this menu open already: {link(world, first)}"]
        told = await world.ann.do(refused)
        assert told.whispered == second.whispered
        assert [session.owner.id for session in world.sessions] == [world.ann.id]
        await world.ann.click(first, "+1")
        assert first.lines == ["Count: 1"]
        others = await world.bob.open("m")
        assert others.lines == ["Count: 0"]

        await world.ann.click(first, "Close")
        again = await world.ann.open("m")
        assert again.lines == ["Count: 0"]


@pytest.mark.case("S23")
async def test_a_slot_is_taken_before_the_menus_own_code_runs() -> None:
    class Slow(M):
        sessions_per_user = 1

        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 1)

    async def open_twice(interaction: discord.Interaction[Any]) -> None:
        opening = (interaction.client.flows.open(interaction, Slow) for _ in range(3))
        results = await asyncio.gather(*opening, return_exceptions=True)
        assert [type(each).__name__ for each in results] == [
            "MenuSession",
            "SessionLimitError",
            "SessionLimitError",
        ]

    async with simulated(Bot(Slow)) as world:
        told = await world.ann.do(open_twice)
        await world.advance(2)
        channel = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}"
        assert told.whispered == [f"You have this menu open already: {channel}"] * 2
        assert len(world.sessions) == 1


@pytest.mark.case("S9", "S23")
async def test_what_opens_nothing_takes_no_slot() -> None:
    async def wrong(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(OptionsError):
            await interaction.client.flows.open(interaction, OneFlow, wrong=1)
        await interaction.client.flows.open(interaction, OneFlow)

    async with simulated(Bot(OneFlow)) as world:
        menu = (await world.ann.do(wrong)).shown
        assert menu.lines == ["Count: 0"]


@pytest.mark.case("S24")
async def test_the_oldest_session_makes_room_when_the_new_one_is_on_display() -> None:
    async with simulated(Bot(NewestFlow)) as world:
        first = await world.ann.open("m")
        (old,) = world.sessions
        world.trail.clear()
        with world.requests() as made:
            second = await world.ann.open("m")
        assert made == ["message", "edit"]
        assert (first.content, first.labels, second.lines) == (REPLACED, [], ["Count: 0"])
        assert old.end.reason is EndReason.REPLACED
        assert world.ran("on_leave", "on_end") == ["on_leave M", "on_end M"]
        await world.ann.click(second, "+1")
        assert second.lines == ["Count: 1"]
        assert len(world.sessions) == 1


@pytest.mark.case("S24")
async def test_a_menu_that_fails_to_open_replaces_nothing(incidents: Incidents) -> None:
    class Fragile(M):
        broken = False

        def setup(self, ctx: MenuContext) -> None:
            if self.broken:
                raise LookupError("broken")

    async with simulated(Bot(Fragile, sessions_per_user=1, limit_policy="replace")) as world:
        first = await world.ann.open_with(Fragile)
        Fragile.broken = True
        await world.ann.open_with(Fragile)
        assert len(incidents()) == 1
        await world.ann.click(first, "+1")
        assert first.lines == ["Count: 1"]


@pytest.mark.case("S24")
async def test_of_two_that_open_at_once_the_later_one_stays() -> None:
    class Slow(M):
        sessions_per_user = 1
        limit_policy = "replace"

        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 1)

    async def open_three(interaction: discord.Interaction[Any]) -> None:
        opening = (interaction.client.flows.open(interaction, Slow) for _ in range(3))
        sessions = await asyncio.gather(*opening)
        world.bot.opened = sessions

    async with simulated(Bot(Slow)) as world:
        await world.ann.do(open_three)
        await world.advance(2)
        *older, newest = world.bot.opened
        assert [each.end.reason for each in older] == [EndReason.REPLACED] * 2
        assert world.sessions == [newest]


@pytest.mark.case("S24")
async def test_a_handler_may_open_what_replaces_its_own_session() -> None:
    class Again(M):
        sessions_per_user = 1
        limit_policy = "replace"

        @button("Again")
        async def again(self, ctx: MenuContext) -> None:
            await ctx.client.flows.open(ctx.interaction, Again)  # pyright: ignore

    async with simulated(Bot(Again)) as world:
        first = await world.ann.open_with(Again)
        clicked = await world.ann.click(first, "Again")
        assert first.content == REPLACED
        assert clicked.shown.lines == ["Count: 0"]
        assert len(world.sessions) == 1


@pytest.mark.case("S24")
async def test_a_replaced_session_finishes_its_handler_within_the_grace() -> None:
    ended: list[str] = []

    class Busy(M):
        sessions_per_user = 1
        limit_policy = "replace"

        @button("Long")
        async def long(self, ctx: MenuContext) -> None:
            try:
                await takes(ctx, 60)
                ended.append("done")
            finally:
                ended.append("left")

    async with simulated(Bot(Busy)) as world:
        first = await world.ann.open_with(Busy)
        await world.ann.click(first, "Long")
        await world.ann.open_with(Busy)
        await world.advance(4.9)
        assert ended == []
        await world.advance(0.1)
        assert ended == ["left"]
        assert first.content == REPLACED
        assert len(world.sessions) == 1


@pytest.mark.case("S23", "S24")
async def test_the_app_counts_all_flows_and_a_flow_its_own() -> None:
    class Two(Flow):
        kind = "two"
        menus = (type("Second", (M,), {"name": "second"}), D)

    async with simulated(Bot(NewestFlow, Two, sessions_per_user=2)) as world:
        first = await world.ann.open("m")
        second = await world.ann.open_with(Two)
        # The flow makes room by itself, so the app has nothing to refuse.
        third = await world.ann.open("m")
        assert first.content == REPLACED
        told = await world.ann.do(lambda interaction: _expect_limit(world.bot.flows.open(interaction, Two)))
        assert told.whispered == [f"You have this menu open already: {link(world, third)}"]
        assert second.lines == ["Count: 0"]


async def _expect_limit(opening: Any) -> None:
    with pytest.raises(SessionLimitError):
        await opening


async def test_without_a_limit_no_slot_is_kept() -> None:
    async with simulated(Bot(MFlow)) as world:
        for _ in range(3):
            await world.ann.open("m")
        assert len(world.sessions) == 3
        assert world.bot.flows._runtime.slots._sessions == {}
    async with simulated(Bot(OneFlow)) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "Close")
        assert world.bot.flows._runtime.slots._sessions == {}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"sessions_per_user": 0}, "FlowCord: sessions_per_user is a number from 1 on, or None; got 0"),
        ({"sessions_per_user": True}, "got True"),
        ({"limit_policy": "queue"}, "FlowCord: limit_policy is 'refuse' or 'replace'; got 'queue'"),
    ],
)
def test_limits_that_mean_nothing_are_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        FlowCord(discord.Client(intents=discord.Intents.none()), **settings)
    flows = FlowCord(discord.Client(intents=discord.Intents.none()))
    with pytest.raises(DefinitionError, match=problem.replace("FlowCord", "Wrong")):
        flows.add(type("Wrong", (Flow,), {"menus": (D,), **settings}))


@pytest.mark.case("S110", "S23")
async def test_open_again_keeps_to_the_limit() -> None:
    @slash("only", description="One at a time")
    class Only(M):
        sessions_per_user = 1

    async with simulated(Bot(Only)) as world:
        menu = await world.ann.open("only")
        await world.crash(Bot(Only))
        expired = await world.ann.click(menu, "+1")
        (whisper,) = expired.whispers
        first = (await world.ann.click(whisper, "Open again")).shown
        again = await world.ann.click(whisper, "Open again")
        assert again.whispered == [f"You have this menu open already: {link(world, first)}"]
        assert len(world.sessions) == 1
