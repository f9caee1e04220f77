"""How a session ends: one path for every reason, each step once, and the message says why."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from bots import create_bot
from flowcord import (
    Behavior,
    EndReason,
    Flow,
    Menu,
    MenuContext,
    SessionEndedError,
    ShuttingDownError,
    button,
    slash,
)
from flowcord.wire.endpoint import DiscordWire
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, M, MFlow, page
from tests.simcord.world import Bot, simulated, takes

CLOSED = "*Menu closed*"
RESTARTING = "*The bot is restarting. Please run the command again in a moment.*"


@pytest.mark.case("S16")
async def test_close_strips_the_buttons_by_the_one_call_that_answers_it() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Close")
        assert made == ["update"]
        assert (menu.title, menu.lines, menu.labels) == ("M", ["Count: 0"], [])
        assert session.end.reason is EndReason.CLOSED
        assert world.trail == ["on_action M", "on_leave M", "on_end M"]


@slash("leave", description="Can be cancelled, and ends in many ways")
class Leave(Menu):
    cancellable = True
    log: list[str]

    def setup(self, ctx: MenuContext) -> None:
        self.log = []

    def render(self) -> Any:
        return page("Leave")

    @button("Twice")
    async def twice(self, ctx: MenuContext) -> None:
        await asyncio.gather(ctx.close(), ctx.close())
        await ctx.close()
        try:
            await ctx.go_to("leave")
        except SessionEndedError:
            self.log.append("go_to refused")
        ctx.session.refresh()
        self.log.append("code after the end ran")

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 2)
        self.log.append("slow finished")

    @button("Endless")
    async def endless(self, ctx: MenuContext) -> None:
        try:
            await takes(ctx, 60)
        finally:
            self.log.append("endless ended")


@pytest.mark.case("S17")
async def test_cancel_replaces_the_screen_by_a_text() -> None:
    async with simulated(Bot(Leave)) as world:
        menu = await world.ann.open("leave")
        assert menu.labels[-1] == "Cancel"
        (session,) = world.sessions
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Cancel")
        assert made == ["update"]
        assert (menu.content, menu.title, menu.labels) == (CLOSED, None, [])
        assert session.end.reason is EndReason.CANCELLED
        assert world.trail == ["on_cancel Leave", "on_leave Leave", "on_end Leave"]


@pytest.mark.case("S20")
async def test_closing_again_changes_nothing_and_going_on_is_refused() -> None:
    async with simulated(Bot(Leave)) as world:
        menu = await world.ann.open("leave")
        (session,) = world.sessions
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Twice")
            with world.as_bot():
                await session.close()
        assert made == ["update"]
        assert session.menu.log == ["go_to refused", "code after the end ran"]
        assert world.ran("on_leave", "on_end", "on_enter") == ["on_leave Leave", "on_end Leave"]


@pytest.mark.case("S20")
async def test_closing_after_the_timeout_changes_nothing() -> None:
    async with simulated(Bot(Leave)) as world:
        await world.ann.open("leave")
        (session,) = world.sessions
        await world.advance(300)
        world.trail.clear()
        with world.requests() as made, world.as_bot():
            await session.close()
        assert (made, world.trail) == ([], [])
        assert session.end.reason is EndReason.TIMEOUT


@pytest.mark.case("S21")
async def test_everyone_who_waits_gets_the_same_end() -> None:
    ends: list[Any] = []

    async def open_and_wait(interaction: discord.Interaction[Any]) -> None:
        session = await interaction.client.flows.open(interaction, MFlow)
        ends.extend(await asyncio.gather(session.wait(), session.wait()))
        ends.append(await session.wait())

    async with simulated(Bot(MFlow)) as world:
        menu = (await world.ann.do(open_and_wait)).shown
        assert ends == []
        await world.ann.click(menu, "Close")
        assert [end.reason for end in ends] == [EndReason.CLOSED] * 3
        assert ends[0] is ends[1] is ends[2]


async def test_code_outside_may_close_a_session() -> None:
    async def close_all(interaction: discord.Interaction[Any]) -> None:
        for session in interaction.client.flows.sessions:
            await session.close()
        await interaction.response.send_message("done", ephemeral=True)

    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        await world.bob.do(close_all)
        assert menu.labels == []
        assert world.sessions == []


@pytest.mark.case("S30")
async def test_an_on_leave_that_raises_is_logged_and_keeps_nothing_alive(incidents: Incidents) -> None:
    @slash("clumsy", description="Stumbles on the way out")
    class Clumsy(M):
        def on_leave(self, ctx: MenuContext) -> None:
            raise LookupError("stumbled")

    class Both(Flow):
        kind = "both"
        menus = (Clumsy, D)

    async with simulated(Bot(Both)) as world:
        menu = await world.ann.open("clumsy")
        (session,) = world.sessions
        await world.ann.click(menu, "Close")
        assert session.end.reason is EndReason.CLOSED
        assert menu.labels == []
        assert len(incidents()) == 1


# Shutdown ------------------------------------------------------------------------------------------


@pytest.mark.case("S25")
async def test_shutting_down_ends_every_session_and_says_so() -> None:
    async with simulated(Bot(MFlow)) as world:
        menus = [await world.ann.open("m"), await world.ann.open("m"), await world.bob.open("m")]
        sessions = world.sessions
        world.trail.clear()

        with world.as_bot():
            await world.bot.flows.close()

        assert [menu.content for menu in menus] == [RESTARTING] * 3
        assert [session.end.reason for session in sessions] == [EndReason.SHUTDOWN] * 3
        assert sorted(world.trail) == ["on_end M"] * 3 + ["on_leave M"] * 3
        assert world.sessions == []
        with world.as_bot():
            await world.bot.flows.close()


@pytest.mark.case("S25")
async def test_a_command_after_the_shutdown_began_is_told_so() -> None:
    errors: list[Exception] = []

    async def open_late(interaction: discord.Interaction[Any]) -> None:
        await interaction.client.flows.close()
        try:
            await interaction.client.flows.open(interaction, MFlow)
        except ShuttingDownError as error:
            errors.append(error)

    async with simulated(Bot(MFlow)) as world:
        told = await world.ann.do(open_late)
        assert told.whispered == [RESTARTING]
        assert len(errors) == 1


@pytest.mark.case("S25a")
async def test_two_hundred_farewells_go_fifty_at_a_time_and_no_longer_than_the_grace(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    under_way, peak = 0, 0

    async def slowly(wire: DiscordWire, *arguments: Any) -> None:
        nonlocal under_way, peak
        under_way += 1
        peak = max(peak, under_way)
        try:
            await asyncio.sleep(2)
            await edit(wire, *arguments)
        finally:
            under_way -= 1

    async def shut_down(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("closing", ephemeral=True)
        await interaction.client.flows.close()

    edit = DiscordWire.edit
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=None))) as world:
        menus = [await world.ann.open("m") for _ in range(200)]
        monkeypatch.setattr(DiscordWire, "edit", slowly)
        world.trail.clear()
        await world.ann.do(shut_down)
        await world.advance(4.9)
        assert world.sessions
        await world.advance(0.1)
        assert world.sessions == []
        assert peak == 50
        assert [menu.content for menu in menus].count(RESTARTING) == 100
        assert len(world.ran("on_leave")) == len(world.ran("on_end")) == 200
        assert "100 sessions ended without a last display" in caplog.text


@pytest.mark.case("S25")
async def test_a_private_menu_is_told_of_the_shutdown_too(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        draft = await world.ann.open("draft")
        await world.restart(create_bot(database))
        assert (draft.content, draft.title) == (RESTARTING, None)


@pytest.mark.case("S26")
async def test_running_handlers_get_a_grace_and_are_then_cancelled() -> None:
    async def shut_down(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("closing", ephemeral=True)
        await interaction.client.flows.close()

    async with simulated(Bot(Leave)) as world:
        quick, endless = await world.ann.open("leave"), await world.bob.open("leave")
        first, second = world.sessions
        await world.ann.click(quick, "Slow")
        await world.bob.click(endless, "Endless")
        world.trail.clear()

        await world.ann.do(shut_down)
        await world.advance(2)
        assert first.menu.log == ["slow finished"]
        assert second.menu.log == []
        assert [first.end is None, second.end is None] == [False, True]
        await world.advance(3)
        assert second.menu.log == ["endless ended"]

        assert [first.end.reason, second.end.reason] == [EndReason.SHUTDOWN] * 2
        assert quick.content == endless.content == RESTARTING
        assert world.ran("on_leave", "on_end") == ["on_leave Leave", "on_end Leave"] * 2
