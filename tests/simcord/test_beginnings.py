"""What can go wrong around a session's first and last steps, in code that is not its menu's."""

from __future__ import annotations

import asyncio
import gc
from typing import Any
from weakref import ref

import discord
import pytest
from discord import app_commands
from pydantic import BaseModel

from flowcord import (
    DefinitionError,
    FlowCord,
    Menu,
    MenuContext,
    Scope,
    Screen,
    ScreenLimitError,
    button,
    slash,
    state,
)
from flowcord.session.session import MenuSession
from tests.simcord.conftest import Incidents
from tests.simcord.menus import MFlow, page
from tests.simcord.world import Bot, simulated


class Count(BaseModel):
    count: int = 0


@slash("ours", description="Stores something of the project's")
class Ours(Menu):
    count = state(Count, scope=Scope.PROJECT)

    def render(self) -> Screen:
        return page("Ours")


async def test_a_resolver_that_raises_is_told_and_leaves_no_session(
    database: str, incidents: Incidents
) -> None:
    def resolve(interaction: discord.Interaction[Any]) -> str:
        raise LookupError("no project of this name")

    async with simulated(Bot(Ours, database=database, project=resolve)) as world:
        told = await world.ann.slash("ours")
        assert "report this code" in told.whispered[0]
        assert "no project" not in told.whispered[0]
        assert world.sessions == []
        assert len(incidents()) == 1


async def test_a_slow_resolver_is_covered_by_a_placeholder(database: str) -> None:
    async def resolve(interaction: discord.Interaction[Any]) -> str:
        await world.env.external_wait(asyncio.sleep(5), reason="a slow resolver")
        return "7"

    async with simulated(Bot(Ours, database=database, project=resolve)) as world:
        opened = await world.ann.slash("ours")
        await world.advance(2)
        assert opened.acknowledged
        await world.advance(3)
        assert opened.shown.title == "Ours"


@pytest.mark.case("S37")
async def test_a_hook_that_raises_keeps_no_other_from_hearing_of_the_end(incidents: Incidents) -> None:
    def stumble(ctx: MenuContext, *_more: object) -> None:
        raise LookupError("stumbled")

    bot = Bot(MFlow)
    left = bot.trail
    bot.flows._runtime.hooks = {
        name: (stumble, *hooks) if name in ("on_leave", "on_end") else hooks
        for name, hooks in bot.flows._runtime.hooks.items()
    }
    async with simulated(bot) as world:
        menu = await world.ann.open("m")
        left.clear()
        await world.ann.click(menu, "Close")
        assert left[-2:] == ["on_leave M", "on_end M"]
        assert len(incidents()) == 2


@pytest.mark.case("S109")
async def test_an_expired_answer_mentions_a_command_of_a_group() -> None:
    tools = app_commands.Group(name="tools", description="Tools")

    @slash("count", description="In a group", group=tools)
    class Grouped(Menu):
        def render(self) -> Screen:
            return page("Grouped")

    async with simulated(Bot(Grouped)) as world:
        menu = await world.ann.open_with(Grouped)
        (session,) = world.sessions
        prefix = f"fc:grouped:{session.id}:1:nothing"
        await world.advance(300)
        await world.ann.press(menu, prefix)
        again = await world.ann.press(menu, prefix)
        assert "</tools count:" in again.whispered[0]


async def test_sessions_that_have_ended_are_not_kept_until_their_time_would_be_up() -> None:
    async with simulated(Bot(MFlow)) as world:
        for _ in range(200):
            menu = await world.ann.open("m")
            await world.ann.click(menu, "Close")
        gc.collect()
        assert sum(isinstance(each, MenuSession) for each in gc.get_objects()) <= 100


async def test_sessions_that_ended_over_a_question_are_not_kept_until_somebody_answers_another() -> None:
    @slash("asks", description="Asks")
    class Asks(Menu):
        def render(self) -> Screen:
            return page("Asks")

        @button("Ask")
        async def ask(self, ctx: MenuContext) -> None:
            await ctx.confirm("Sure?")

    async with simulated(Bot(Asks)) as world:
        for _ in range(5):
            await world.ann.click(await world.ann.open("asks"), "Ask")
        questions = [ref(session.menu) for session in world.sessions]
        await world.advance(300)
        gc.collect()
        assert [question() for question in questions] == [None] * 5


def test_a_client_has_one_flowcord_at_a_time() -> None:
    bot = Bot()
    with pytest.raises(DefinitionError, match="has a FlowCord"):
        FlowCord(bot)


def test_buttons_that_can_never_be_shown_are_refused_when_their_menu_is_added() -> None:
    class Wordy(Menu):
        def render(self) -> Screen:
            return page("Wordy")

        @button("x" * 81)
        async def press(self, ctx: MenuContext) -> None: ...

    flows = FlowCord(discord.Client(intents=discord.Intents.none()))
    with pytest.raises(ScreenLimitError, match=r"Wordy → Button .* → label: 81 characters"):
        flows.add(Wordy)
