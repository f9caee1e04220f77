"""The demo's simulated Discord, in which time passes, and the page that follows it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord
import pytest
import simcord
from discord.ext import commands

from flowcord.cli.preview import live
from flowcord.cli.preview.live import LiveEnv, LivePreview
from flowcord.cli.preview.world import World, build_world

from .reader import Reader

pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated")


class Panel(discord.ui.View):
    """The buttons of the bot below."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__(timeout=300)
        self.gate = gate
        self.count = 0
        self.origin: discord.Interaction | None = None

    @discord.ui.button(label="+1")
    async def more(self, interaction: discord.Interaction, _button: object) -> None:
        self.count += 1
        await interaction.response.edit_message(content=f"count is {self.count}")

    @discord.ui.button(label="Sleep")
    async def sleep(self, interaction: discord.Interaction, _button: object) -> None:
        await self._slow(interaction, asyncio.sleep(60))

    @discord.ui.button(label="Block")
    async def block(self, interaction: discord.Interaction, _button: object) -> None:
        await self._slow(interaction, asyncio.to_thread(self.gate.wait))

    async def _slow(self, interaction: discord.Interaction, work: object) -> None:
        loop = asyncio.get_running_loop()
        deferring = loop.call_later(2, lambda: loop.create_task(interaction.response.defer()))
        await work  # type: ignore[misc]
        deferring.cancel()
        await interaction.edit_original_response(content="slow work is done")

    @discord.ui.button(label="Swap")
    async def swap(self, interaction: discord.Interaction, _button: object) -> None:
        await interaction.response.defer()
        await asyncio.sleep(10)
        self.clear_items()
        self.add_item(discord.ui.Button(label="Danger"))
        await interaction.edit_original_response(view=self)

    async def on_timeout(self) -> None:
        assert self.origin is not None
        await self.origin.edit_original_response(content="timed out", view=None)


class Common(commands.bot.BotBase):
    """A bot written by hand, as it might be previewed."""

    def __init__(self) -> None:
        super().__init__("!", intents=discord.Intents.default())
        self.gate = threading.Event()
        self.origin: discord.Interaction | None = None
        self.tree.command(name="panel", description="Buttons")(self._panel)

    async def setup_hook(self) -> None:
        await asyncio.sleep(0.01)  # a bot may wait for things before it is ready
        await self.tree.sync()

    async def _panel(self, interaction: discord.Interaction) -> None:
        view = Panel(self.gate)
        view.origin = self.origin = interaction
        await interaction.response.send_message("count is 0", view=view)

    async def close(self) -> None:
        if self.origin is not None:
            await self.origin.edit_original_response(content="the bot is going away", view=None)
        await super().close()


class Bot(Common, commands.Bot):
    """One connection."""


class ShardedBot(Common, commands.AutoShardedBot):
    """As many connections as Discord recommends."""


class Demo:
    """A running demo whose clock the test holds."""

    def __init__(self, bot: Bot | ShardedBot | None = None) -> None:
        self.bot = bot or Bot()
        self._time = 1000.0
        self.env = LiveEnv(self.bot, now=lambda: self._time)
        self.world: World = build_world(self.env)
        self.page: LivePreview | None = None

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._time += seconds

    async def flow(self, task: asyncio.Task[dict[str, object]]) -> dict[str, object]:
        """Let time pass until `task` is done."""
        while not task.done():
            self.wait(0.1)
            await asyncio.wait((task,), timeout=0.01)
        return task.result()


@asynccontextmanager
async def running(bot: Bot | ShardedBot | None = None) -> AsyncGenerator[tuple[Demo, Reader]]:
    demo = Demo(bot)
    starting = asyncio.ensure_future(demo.env.start())
    while not starting.done():
        demo.wait(0.1)
        await asyncio.wait((starting,), timeout=0.01)
    try:
        await starting
        page = demo.env.live_preview(demo.world.channel, viewers=demo.world.members, port=0, timezone="UTC")
        async with page, Reader.opened(page.url) as reader:
            demo.page = page
            yield demo, reader
    finally:
        demo.bot.gate.set()
        await demo.env.shutdown()


async def test_a_command_and_clicks_are_answered_on_the_page() -> None:
    async with running() as (_, reader):
        assert (await reader.slash("panel"))["acknowledgement"] == "acknowledged"
        for _ in range(3):
            receipt = await reader.click("+1")
            assert (receipt["rejected"], receipt["diagnostics"]) == (False, [])
        assert "count is 3" in reader.text


async def test_an_idle_view_times_out_by_itself_and_the_page_shows_it() -> None:
    async with running() as (demo, reader):
        await reader.slash("panel")
        demo.wait(299)
        await reader.read()
        assert "count is 0" in reader.text
        demo.wait(2)
        await reader.until(lambda text: "timed out" in text)


@pytest.mark.parametrize("slow", ["Sleep", "Block"])
async def test_a_slow_handler_defers_in_time_and_its_end_appears(slow: str) -> None:
    """`Block` waits in a thread, where simcord's own clock would stand still until it is over."""
    async with running() as (demo, reader):
        await reader.slash("panel")
        receipt = await demo.flow(asyncio.ensure_future(reader.click(slow)))
        assert receipt["acknowledgement"] == "deferred"
        assert "count is 0" in reader.text
        demo.wait(60)
        demo.bot.gate.set()
        await reader.until(lambda text: "slow work is done" in text)


async def test_a_click_based_on_an_older_page_counts_if_only_the_clock_published_since() -> None:
    async with running() as (demo, reader):
        await reader.slash("panel")
        origin = demo.bot.origin
        assert origin is not None
        seen = reader.snapshot
        with demo.env._bot_scope():  # pyright: ignore[reportPrivateUsage]
            await origin.followup.send("by itself")
        await reader.until(lambda text: "by itself" in text)
        assert reader.snapshot["publishedRevision"] > seen["publishedRevision"]
        reader.snapshot = seen
        receipt = await reader.click("+1")
        assert not receipt["rejected"]
        assert "count is 1" in reader.text


async def test_a_click_never_lands_on_another_button_that_took_its_place() -> None:
    async with running() as (demo, reader):
        await reader.slash("panel")
        await reader.click("Swap")
        seen = reader.snapshot
        demo.wait(11)
        await reader.until(lambda text: "Danger" in text)
        reader.snapshot = seen
        receipt = await reader.click("+1")
        assert receipt["rejected"]
        assert [item["code"] for item in receipt["diagnostics"]] == ["stale-revision"]


async def test_actions_of_two_members_take_turns() -> None:
    async with running() as (demo, ann):
        assert demo.page is not None
        async with Reader.opened(demo.page.url) as bob:
            await bob.become("Bob")
            await ann.slash("panel")
            await bob.read()
            slow = asyncio.ensure_future(ann.click("Sleep"))
            quick = asyncio.ensure_future(bob.click("+1"))
            assert not (await demo.flow(slow))["rejected"]
            assert not (await demo.flow(quick))["rejected"]
            assert "count is 1" in bob.text


async def test_members_and_server_have_the_same_ids_at_every_start() -> None:
    first, second = Demo(), Demo()
    second.wait(5000)
    assert [member.id for member in first.world.members] == [member.id for member in second.world.members]
    assert first.world.channel.id == second.world.channel.id
    assert first.env.guild.id == second.env.guild.id
    assert first.env.backend.application_id == second.env.backend.application_id


async def test_the_bot_can_still_speak_while_it_closes() -> None:
    async with running() as (demo, reader):
        await reader.slash("panel")
        world = demo.world
    texts = [message.content for message in demo.env.backend.messages[world.channel.id].values()]
    assert texts == ["the bot is going away"]
    assert demo.bot.is_closed()


async def test_what_setup_hook_raises_is_raised_and_the_bot_is_closed() -> None:
    class Broken(Bot):
        async def setup_hook(self) -> None:
            raise LookupError("no database")

    env = LiveEnv(bot := Broken())
    build_world(env)
    with pytest.raises(LookupError, match="no database"):
        await env.start()
    await env.shutdown()
    assert bot.is_closed()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_sharded_bot_runs_too() -> None:
    async with running(ShardedBot()) as (_, reader):
        await reader.slash("panel")
        await reader.click("+1")
        assert "count is 1" in reader.text


def test_a_simcord_that_lacks_something_is_told_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(simcord.Env, "_move_clock")
    with pytest.raises(
        ImportError, match=r"lacks what the demo's real-time clock is built on: Env\._move_clock"
    ):
        live._verify()  # pyright: ignore[reportPrivateUsage]
