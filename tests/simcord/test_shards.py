"""Two processes, each with one shard of one bot, on one Postgres. One Ann acts in a server of each."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from flowcord import DefinitionError
from tests.simcord.shard_process import Shard, ShardBot
from tests.simcord.world import simulated

ROOT = Path(__file__).parents[2]
CLICKS = 50


class Process:
    """A process of the bot, see `tests/simcord/shard_process.py`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def tell(self, verb: str, *arguments: Any) -> None:
        """Let it begin with something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps([verb, *arguments])}\n".encode())
        await self._process.stdin.drain()

    async def answer(self) -> Any:
        """What came of it."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            line = await self._process.stdout.readline()
        assert line, "the process has failed"
        return json.loads(line)

    async def ask(self, verb: str, *arguments: Any) -> Any:
        await self.tell(verb, *arguments)
        return await self.answer()

    async def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        """Let it close, and log out as if nothing was wrong."""
        async with asyncio.timeout(60):
            await self._process.communicate(b"")
        assert self._process.returncode == 0


@asynccontextmanager
async def started(database: str, number: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.simcord.shard_process", database, str(number)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    running = Process(process)
    try:
        yield running
        if process.returncode is None:
            await running.end()
    finally:
        if process.returncode is None:
            await running.kill()


@asynccontextmanager
async def both(database: str) -> AsyncIterator[tuple[Process, Process]]:
    async with started(database, 0) as first, started(database, 1) as second:
        yield first, second


async def stored(database: str) -> dict[str, dict[str, int]]:
    """Every record, by scope and id, once whoever is writing it is done."""
    sql = await asyncpg.connect(database)
    try:
        rows = await sql.fetch("SELECT scope, scope_id, data::text FROM flowcord_record FOR UPDATE")
        return {f"{row['scope']} {row['scope_id']}": json.loads(row["data"]) for row in rows}
    finally:
        await sql.close()


async def test_each_process_gets_what_happens_in_its_own_servers_and_the_first_the_direct_messages(
    database: str,
) -> None:
    async with both(database) as shards:
        ids = [await each.ask("ids") for each in shards]
        assert ids[0] == ids[1]
        assert [await each.ask("servers_seen") for each in shards] == [[ids[0][1]], [ids[0][2]]]
        assert [await each.ask("run_in", 0) for each in shards] == [True, False]
        assert [await each.ask("run_in", 1) for each in shards] == [False, True]
        assert [await each.ask("run_in_dm") for each in shards] == [
            ["Coins: 0", "Votes: -1", "Steps: 0"],
            None,
        ]


async def test_user_data_is_shared_by_the_shards_and_shown_at_once_and_all_other_data_stay_apart(
    database: str,
) -> None:
    async with both(database) as (first, second):
        ann, one_server, other_server = await first.ask("ids")
        assert await first.ask("open") == await second.ask("open") == ["Coins: 0", "Votes: 0", "Steps: 0"]

        assert await first.ask("click", "Vote", 3) == ["Coins: 3", "Votes: 3", "Steps: 0"]
        assert await second.ask("wait_for", "Coins: 3") == ["Coins: 3", "Votes: 0", "Steps: 0"]
        assert await second.ask("click", "Step", 2) == ["Coins: 3", "Votes: 0", "Steps: 2"]
        assert await second.ask("click", "Earn", 1) == ["Coins: 4", "Votes: 0", "Steps: 2"]
        assert await first.ask("wait_for", "Coins: 4") == ["Coins: 4", "Votes: 3", "Steps: 0"]

        assert await first.ask("run_in_dm") == ["Coins: 4", "Votes: -1", "Steps: 0"]
        assert await stored(database) == {
            f"user {ann}": {"coins": 4},
            f"project {one_server}": {"votes": 3},
            f"session wallet/{other_server}/{ann}": {"steps": 2},
        }


async def test_clicks_in_both_processes_at_once_all_count(database: str) -> None:
    async with both(database) as (first, second):
        for each in (first, second):
            await each.ask("open")
        for each in (first, second):
            await each.tell("click", "Vote", CLICKS)
        for each in (first, second):
            assert f"Votes: {CLICKS}" in await each.answer()
        for each in (first, second):
            assert await each.ask("wait_for", f"Coins: {2 * CLICKS}") == [
                f"Coins: {2 * CLICKS}",
                f"Votes: {CLICKS}",
                "Steps: 0",
            ]


@pytest.mark.case("D63")
async def test_a_killed_process_leaves_the_other_working_and_its_users_go_on_when_it_is_back(
    database: str,
) -> None:
    async with started(database, 0) as first:
        await first.ask("open")
        async with started(database, 1) as second:
            await second.ask("open")
            await second.ask("click", "Step", 2)
            await second.tell("click_on", "Vote")
            while await second.answer() != ["Coins: 5", "Votes: 5", "Steps: 2"]:
                pass
            await second.kill()  # in whatever click it is

        server = (await first.ask("ids"))[2]
        rows = await stored(database)
        votes = rows[f"project {server}"]["votes"]
        [coins] = [row["coins"] for row in rows.values() if "coins" in row]
        assert coins == votes >= 5
        await first.ask("wait_for", f"Coins: {coins}")
        assert await first.ask("click", "Vote", 1) == [f"Coins: {coins + 1}", "Votes: 1", "Steps: 0"]

        async with started(database, 1) as back:
            assert await back.ask("open") == [f"Coins: {coins + 1}", f"Votes: {votes}", "Steps: 2"]
            assert (await back.ask("click", "Earn", 1))[0] == f"Coins: {coins + 2}"
            await first.ask("wait_for", f"Coins: {coins + 2}")


async def test_a_click_on_a_menu_of_another_process_is_answered_and_leads_back(database: str) -> None:
    async with simulated(ShardBot(database, 1)) as world:
        said, *lines = await Shard(world, 1).orphan()
        assert said.startswith("This menu is no longer active.")
        assert lines == ["Coins: 0", "Votes: 0", "Steps: 0"]


@pytest.mark.parametrize(("shard", "sent"), [(0, ["dm", 0]), (1, [1])])
async def test_a_menu_whose_clicks_another_process_would_get_is_refused_and_nothing_is_sent(
    database: str, shard: int, sent: list[str | int]
) -> None:
    async with simulated(ShardBot(database, shard)) as world:
        process = Shard(world, shard)
        for place in ("dm", 0, 1):
            with world.requests() as made:
                if place in sent:
                    await process.send_menu(place)
                else:
                    with pytest.raises(DefinitionError, match="another process; open the menu there, or"):
                        await process.send_menu(place)
            assert made.count("channel send") == (place in sent)
