"""Live menus of process A, and what process B writes: another `FlowCord` on the same Postgres."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import discord
import pytest
from discord import app_commands
from pydantic import BaseModel

from flowcord import (
    Flow,
    FlowCord,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    collection,
    slash,
    state,
)
from tests.simcord.menus import page
from tests.simcord.world import Bot, Shown, World, simulated

LISTENERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"


class Votes(BaseModel):
    yes: int = 0


class Note(BaseModel):
    text: str = ""


@slash("board", description="A record and a collection")
class Board(Menu):
    live = True
    votes = state(Votes, scope=Scope.PROJECT)
    notes = collection(Note, scope=Scope.PROJECT)

    @client_data
    def yes(self) -> int:
        return self.votes.value.yes

    @client_data
    async def written(self) -> list[str]:
        return [note.value.text for note in await self.notes.list()]

    def render(self) -> Screen:
        return page("Board", f"Yes: {self.yes}", *self.written)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Away)


class Away(Menu):
    """Never twice the same, so that nobody overlooks a refresh."""

    def render(self) -> Screen:
        return page("Away", str(next(pictures)))


pictures = itertools.count()


class BoardFlow(Flow):
    kind = "board"
    menus = (Board, Away)


@asynccontextmanager
async def another(database: str, **settings: Any) -> AsyncIterator[FlowCord]:
    """Process B: with a pool, a cache and a listener of its own, and nobody logged in."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        flows = FlowCord(client, app_commands.CommandTree(client), database=database, **settings)
        flows.add(BoardFlow)
        await flows.start()
        try:
            yield flows
        finally:
            await flows.close()


class Elsewhere:
    """What B does to the data of a server, and how to wait until A has heard of it."""

    def __init__(self, world: World, b: FlowCord, database: str) -> None:
        self.project = str(world.guild.id)
        self._world = world
        self._b = b
        self._database = database

    async def record(self) -> None:
        """B writes a record, and A hears of it."""
        await self._vote()
        await self._reached("notifications", 1)

    async def item(self) -> None:
        """B creates an item, and A hears of it."""
        notes = await self._b.load(Board.notes, self.project)
        await notes.create(Note(text="new"))
        await self._reached("notifications", 1)

    async def listener(self) -> None:
        """B writes while A's listener is gone; then it comes back."""
        await self._kill_listener_of_a()
        await self._vote()
        assert self._stat("notifications") == 0
        await self._world.advance(0.5)
        await self._reached("listener_reconnects", 1)
        assert self._stat("notifications") == 0

    async def _vote(self) -> None:
        votes = await self._b.load(Board.votes, self.project)
        await votes.increment(yes=1)

    async def _kill_listener_of_a(self) -> None:
        listener: Any = self._world.bot.flows._store._listener
        sql = await asyncpg.connect(self._database)
        try:
            listeners = {row["pid"] for row in await sql.fetch(LISTENERS)}
            killed = listener._connection.get_server_pid()
            assert killed in listeners
            assert len(listeners) == 2
            await sql.execute(f"SELECT pg_terminate_backend({killed})")
        finally:
            await sql.close()
        await self._until(lambda: not listener.is_listening)

    def _stat(self, name: str) -> float:
        return self._world.bot.flows.stats()[name]

    async def _reached(self, name: str, number: int) -> None:
        await self._until(lambda: self._stat(name) >= number)

    async def _until(self, condition: Any) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110  # nothing tells
                await asyncio.sleep(0.01)
        await self._world.env.settle()


CHANGES = pytest.mark.parametrize(
    ("change", "lines"),
    [("record", ["Yes: 1"]), ("item", ["Yes: 0", "new"]), ("listener", ["Yes: 1"])],
)


@asynccontextmanager
async def opened(database: str) -> AsyncIterator[tuple[World, Shown, Elsewhere]]:
    """A's world with Ann's board open, and B beside it."""
    async with simulated(Bot(BoardFlow, database=database), settle_timeout=10) as world:
        board = await world.ann.open("board")
        assert board.lines == ["Yes: 0"]
        async with another(database) as b:
            yield world, board, Elsewhere(world, b, database)


@pytest.mark.case("D108a")
@CHANGES
async def test_what_another_process_does_is_shown_by_one_refresh(
    change: str, lines: list[str], database: str
) -> None:
    async with opened(database) as (world, board, elsewhere):
        with world.requests() as made:
            await getattr(elsewhere, change)()
            assert board.lines == lines
            await world.advance(5)
        assert made == ["edit"]


@pytest.mark.case("D108a")
@CHANGES
async def test_a_menu_that_was_left_is_not_shown_again_for_another_process(
    change: str, lines: list[str], database: str
) -> None:
    async with opened(database) as (world, board, elsewhere):
        await world.ann.click(board, "Go")
        with world.requests() as made:
            await getattr(elsewhere, change)()
            await world.advance(5)
        assert made == []
        assert board.title == "Away"
        await world.ann.click(board, "Back")
        assert board.lines == lines


@pytest.mark.case("D108a")
@CHANGES
async def test_a_closed_menu_is_not_shown_again_for_another_process(
    change: str, lines: list[str], database: str
) -> None:
    async with opened(database) as (world, _board, elsewhere):
        for session in world.sessions:
            with world.as_bot():
                await session.close()
        await world.env.settle()
        with world.requests() as made:
            await getattr(elsewhere, change)()
            await world.advance(5)
        assert made == []
        assert (await world.ann.open("board")).lines == lines
