"""What other menu libraries for Discord cannot show. The README has a line on each of these."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import discord
import pytest
from discord.ext import commands

from bots import create_bot
from flowcord import Menu, MenuContext, Screen, button, slash
from tests.simcord.world import Bot, simulated, takes

ROOT = Path(__file__).parents[2]
CLICKS = 20


@pytest.mark.case("S94a")
async def test_five_overlapping_clicks_count_five(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        counter = await world.ann.open("counter")
        with world.requests() as made:
            clicks = [world.ann.tap(counter, counter.buttons["+1"]) for _ in range(5)]
            await world.env.settle()
        assert all(click.acknowledged for click in clicks)
        assert counter.lines == ["Count: 5", "Lifetime: 5"]
        assert made == ["defer", "defer", "defer", "defer", "update"]


class HandWritten(discord.ui.View):
    """The same counter as discord.py's examples write it: read, await, write."""

    count = 0

    @discord.ui.button(label="+1")
    async def increment(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        count = self.count
        await asyncio.sleep(0)  # whatever is awaited here: a database, a permission, another bot
        self.count = count + 1
        await interaction.response.edit_message(content=f"Count: {self.count}")


class HandWrittenBot(commands.Bot):
    def __init__(self) -> None:
        super().__init__(command_prefix="!", intents=discord.Intents.default())
        self.tree.command(name="counter", description="Count your clicks")(self.counter)

    async def counter(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("Count: 0", view=HandWritten(timeout=None))

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def test_five_overlapping_clicks_on_a_hand_written_view_count_one() -> None:
    async with simulated(HandWrittenBot()) as world:
        counter = await world.ann.open("counter")
        clicks = [world.ann.tap(counter, counter.buttons["+1"]) for _ in range(5)]
        await world.env.settle()
        assert all(click.acknowledged for click in clicks)
        assert counter.content == "Count: 1"


async def test_clicks_on_two_open_menus_of_one_user_all_count(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        first, second = await world.ann.open("counter"), await world.ann.open("counter")
        for _ in range(5):
            world.ann.tap(first, first.buttons["+1"])
            world.ann.tap(second, second.buttons["+1"])
        await world.env.settle()
        assert first.lines[0] == second.lines[0] == "Count: 5"
        assert (await world.ann.open("counter")).lines == ["Count: 0", "Lifetime: 10"]
    assert await stored_clicks(database) == 10


async def stored_clicks(database: str) -> int:
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetchval(
            "SELECT (data->>'clicks')::int FROM flowcord_record WHERE scope = 'user' AND name = ''"
        )
    finally:
        await connection.close()


@contextmanager
def other_process(database: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.simcord.other_process", database, str(CLICKS)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_two_processes_on_one_postgres_lose_nothing_of_each_other(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        counter, poll = await world.ann.open("counter"), await world.ann.open("poll")
        with other_process(database) as other:
            assert other.stdout is not None
            assert int(other.stdout.readline()) == world.ann.id
            other.stdin.write("go\n")
            other.stdin.flush()
            for _ in range(CLICKS):
                await world.ann.click(counter, "+1")
                await world.bob.click(poll, "Vote yes")
            seen_there, _ = other.communicate(timeout=60)
            assert f"Count: {CLICKS}" in seen_there
            assert other.returncode == 0
        await world.ann.click(counter, "+1")
        await world.bob.click(poll, "Vote yes")
        assert counter.lines == [f"Count: {CLICKS + 1}", f"Lifetime: {2 * CLICKS + 1}"]
        assert poll.lines == ["Yes: 1", f"No: {CLICKS}"]


def commands_path(bot: discord.Client) -> str:
    return f"/applications/{bot.application_id}/commands"


@pytest.mark.case("S109", "S110")
async def test_a_button_pressed_after_a_crash_is_answered_and_leads_back(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        counter = await world.ann.open("counter")
        await world.ann.click(counter, "+1")
        button = counter.buttons["+1"]

        with world.requests() as at_boot:
            await world.crash(create_bot(database))
        assert at_boot == ["GET /oauth2/applications/@me", f"PUT {commands_path(world.bot)}"]  # login, sync

        with world.requests() as made:
            anns = await world.ann.press(counter, button)
        assert made == ["update", "followup", f"GET {commands_path(world.bot)}"]
        assert (counter.title, counter.labels) == ("Counter", [])
        assert anns.whispered == ["This menu is no longer active. Run `/counter` to go on."]
        assert anns.whispers[0].labels == ["Open again"]

        with world.requests() as made:
            bobs = await world.bob.press(counter, button)
        assert made == ["update", "followup"]
        mention = next(command.mention for command in await world.bot.tree.fetch_commands())
        assert bobs.whispered == [f"This menu is no longer active. Run {mention} to go on."]
        assert bobs.whispers[0].labels == []

        again = await world.ann.click(anns.whispers[0], "Open again")
        assert again.shown.lines == ["Count: 0", "Lifetime: 1"]
        assert not again.shown.ephemeral
        assert [session.owner.id for session in world.sessions] == [world.ann.id]


@pytest.mark.case("S109")
async def test_a_private_wizard_interrupted_by_a_crash_opens_again_where_it_was(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        draft = await world.ann.open("draft")
        await world.ann.click(draft, "Next")
        button = draft.buttons["Next"]
        await world.crash(create_bot(database))
        answered = await world.ann.press(draft, button)
        again = await world.ann.click(answered.whispers[0], "Open again")
        assert again.shown.ephemeral
        assert again.shown.title == "Step 2 of 3"


async def test_a_strangers_click_gets_an_answer(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        counter = await world.ann.open("counter")
        with world.requests() as made:
            refused = await world.bob.click(counter, "+1")
        assert made == ["message"]
        assert refused.whispered == ["This menu belongs to somebody else."]
        assert counter.lines == ["Count: 0", "Lifetime: 0"]


@slash("slow", description="Takes its time")
class Slow(Menu):
    runs = 0

    def render(self) -> Screen:
        return Screen(f"Runs: {self.runs}")

    @button("Work")
    async def work(self, ctx: MenuContext) -> None:
        await takes(ctx, 1.5)
        self.runs += 1


@pytest.mark.case("S96")
async def test_a_second_click_during_a_running_action_is_acknowledged() -> None:
    async with simulated(Bot(Slow)) as world:
        menu = await world.ann.open("slow")
        first = await world.ann.click(menu, "Work")
        await world.advance(0.2)
        second = await world.ann.click(menu, "Work")
        await world.advance(3)
        assert first.acknowledged
        assert second.acknowledged
        assert menu.content == "Runs: 2"


OTHERS = """
INSERT INTO flowcord_record (scope, scope_id, name, data)
SELECT 'user', n::text, '', '{"clicks": 1}' FROM generate_series(1, 50000) AS n
"""
WAL = "SELECT pg_current_wal_insert_lsn()"
BYTES = "SELECT ($2::pg_lsn - $1::pg_lsn)::bigint"


async def cost_of_a_click(world: Any, menu: Any, sql: Any) -> tuple[int, float, list[float]]:
    """The least bytes of WAL and the median seconds of a click, and the loads and writes of all of them."""
    stats = world.bot.flows.stats()
    sizes: list[int] = []
    times: list[float] = []
    for _ in range(CLICKS):
        before = await sql.fetchval(WAL)
        began = time.perf_counter()
        await world.ann.click(menu, "+1")
        times.append(time.perf_counter() - began)
        sizes.append(await sql.fetchval(BYTES, before, await sql.fetchval(WAL)))
    made = [world.bot.flows.stats()[name] - stats[name] for name in ("loads", "writes")]
    return min(sizes), statistics.median(times), made


async def test_what_a_click_costs_and_writes_does_not_grow_with_the_stored_users(database: str) -> None:
    sql = await asyncpg.connect(database)
    try:
        async with simulated(create_bot(database)) as world:
            counter = await world.ann.open("counter")
            alone = await cost_of_a_click(world, counter, sql)
            await sql.execute("ALTER TABLE flowcord_record DISABLE TRIGGER ALL")  # 50,000 notices less
            await sql.execute(OTHERS)
            await sql.execute("ALTER TABLE flowcord_record ENABLE TRIGGER ALL")
            crowded = await cost_of_a_click(world, counter, sql)
        # One statement a click, the write; the record is loaded once, because a look at the counters from
        # outside of the simulated time lets the cache expire.
        assert alone[2] == crowded[2] == [1, CLICKS]
        assert crowded[0] <= alone[0] + 64
        # Twice is far more than noise needs, and far less than a look at 50,000 rows would take.
        assert crowded[1] < 2 * alone[1] + 0.005
    finally:
        await sql.close()
