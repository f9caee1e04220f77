"""Handlers that are cancelled, give up waiting or refuse to end: the session goes on, or ends, in order."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

import discord
import pytest

from flowcord import EndReason, Flow, Menu, MenuContext, Screen, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, MFlow, page
from tests.simcord.world import Bot, simulated, takes

TIMED_OUT = "*This interaction has timed out.*"


class Child(Menu):
    def render(self) -> Screen:
        return page("Child")

    @button("Take")
    async def take(self, ctx: MenuContext) -> None:
        await ctx.complete("taken")

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)


class Hasty(Child):
    """Is done as soon as it is entered."""

    def on_enter(self, ctx: MenuContext) -> Any:
        return ctx.complete("at once")


class HastyLater(Child):
    """Is done before it was ever shown."""

    def before_render(self, ctx: MenuContext) -> Any:
        return ctx.complete("before it was shown")


class Leaver(Child):
    """Ends the session as soon as it is entered."""

    def on_enter(self, ctx: MenuContext) -> Any:
        return ctx.close()


@slash("asker", description="Asks in every way")
class Asker(Menu[Count]):
    log: list[str]

    def setup(self, ctx: MenuContext) -> None:
        self.log = []

    def render(self) -> Screen:
        return page("Asker", f"Count: {self.state.current.count}", *self.log)

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Ask")
    async def ask(self, ctx: MenuContext) -> None:
        self.log.append(f"asked {await ctx.ask(Child)!r}")

    @button("Hasty")
    async def hasty(self, ctx: MenuContext) -> None:
        self.log.append(f"asked {await ctx.ask(Hasty)!r}")

    @button("Later")
    async def later(self, ctx: MenuContext) -> None:
        self.log.append(f"asked {await ctx.ask(HastyLater)!r}")

    @button("Leaver")
    async def leaver(self, ctx: MenuContext) -> None:
        try:
            await ctx.ask(Leaver)
        finally:
            self.log.append("finally")

    @button("Impatient")
    async def impatient(self, ctx: MenuContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as limit:
                GIVE_UP.append(lambda: limit.reschedule(loop.time()))
                await ctx.ask(Child)
        except TimeoutError:
            self.log.append("gave up")

    @button("Cancels itself")
    async def cancels_itself(self, ctx: MenuContext) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)


GIVE_UP: list[Any] = []
FREE = threading.Event()


class AskerFlow(Flow):
    kind = "asker"
    menus = (Asker, Child, Hasty, HastyLater, Leaver)


@pytest.mark.case("S73")
async def test_a_click_that_asks_begins_the_idle_window_anew() -> None:
    async with simulated(Bot(AskerFlow)) as world:
        menu = await world.ann.open("asker")
        await world.advance(290)
        await world.ann.click(menu, "Ask")
        await world.advance(290)
        assert menu.title == "Child"
        await world.ann.click(menu, "Take")
        assert menu.lines == ["Count: 0", "asked 'taken'"]
        await world.advance(299)
        assert menu.title == "Asker"
        await world.advance(1)
        assert menu.content == TIMED_OUT


@pytest.mark.parametrize(("label", "result"), [("Hasty", "at once"), ("Later", "before it was shown")])
async def test_a_child_that_completes_in_a_hook_answers_the_ask(label: str, result: str) -> None:
    async with simulated(Bot(AskerFlow)) as world:
        menu = await world.ann.open("asker")
        await world.ann.click(menu, label)
        assert menu.lines == ["Count: 0", f"asked {result!r}"]
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1", f"asked {result!r}"]
        assert len(world.sessions) == 1


async def test_a_child_that_closes_on_entry_ends_the_handler_that_asked() -> None:
    async with simulated(Bot(AskerFlow)) as world:
        menu = await world.ann.open("asker")
        (session,) = world.sessions
        parent = session.menu
        await world.ann.click(menu, "Leaver")
        assert session.end.reason is EndReason.CLOSED
        assert parent.log == ["finally"]
        assert not session.asks


async def test_a_handler_that_gives_up_asking_goes_on_in_its_turn() -> None:
    async with simulated(Bot(AskerFlow)) as world:
        menu = await world.ann.open("asker")
        (session,) = world.sessions
        parent = session.menu
        await world.ann.click(menu, "Impatient")
        await world.ann.click(menu, "Slow")
        with world.as_bot():
            GIVE_UP.pop()()
        await world.env.settle()
        assert parent.log == []
        await world.advance(1)
        assert parent.log == ["gave up"]
        assert menu.title == "Child"
        await world.ann.click(menu, "Take")
        assert menu.lines == ["Count: 0", "gave up"]
        await world.ann.click(menu, "+1")
        assert menu.lines[0] == "Count: 1"
        await world.advance(300)
        assert menu.content == TIMED_OUT


async def test_a_handler_that_cancels_itself_leaves_a_session_that_goes_on(incidents: Incidents) -> None:
    async with simulated(Bot(AskerFlow)) as world:
        menu = await world.ann.open("asker")
        await world.ann.click(menu, "Cancels itself")
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]
        await world.advance(300)
        assert menu.content == TIMED_OUT


# Code that waits for something that was cancelled -----------------------------------------------------


@slash("odd", description="Waits for what was cancelled")
class Odd(Menu):
    where = "nowhere"

    def _maybe(self, place: str) -> None:
        if type(self).where == place:
            raise asyncio.CancelledError

    async def setup(self, ctx: MenuContext) -> None:
        self._maybe("setup")

    async def before_render(self, ctx: MenuContext) -> None:
        self._maybe("before_render")

    async def on_leave(self, ctx: MenuContext) -> None:
        self._maybe("on_leave")

    async def on_end(self, ctx: MenuContext, end: Any) -> None:
        self._maybe("on_end")

    def render(self) -> Screen:
        return page("Odd")

    @button("Stay")
    async def stay(self, ctx: MenuContext) -> None:
        pass

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


@pytest.mark.parametrize("place", ["before_render"])
async def test_a_render_that_waited_for_something_cancelled_is_an_error_like_any_other(
    place: str, monkeypatch: pytest.MonkeyPatch, incidents: Incidents
) -> None:
    async with simulated(Bot(Odd)) as world:
        menu = await world.ann.open("odd")
        monkeypatch.setattr(Odd, "where", place)
        told = await world.ann.click(menu, "Stay")
        assert "report this code" in told.whispered[0]
        monkeypatch.setattr(Odd, "where", "nowhere")
        await world.ann.click(menu, "Close")
        assert menu.labels == []
        assert world.sessions == []


@pytest.mark.parametrize("place", ["setup", "before_render"])
async def test_an_opening_that_waited_for_something_cancelled_leaves_no_session(
    place: str, monkeypatch: pytest.MonkeyPatch, incidents: Incidents
) -> None:
    monkeypatch.setattr(Odd, "where", place)
    async with simulated(Bot(Odd)) as world:
        told = await world.ann.slash("odd")
        assert "report this code" in told.whispered[0]
        assert world.sessions == []


@pytest.mark.parametrize("place", ["on_leave", "on_end"])
async def test_a_farewell_that_waited_for_something_cancelled_keeps_nothing_alive(
    place: str, monkeypatch: pytest.MonkeyPatch, incidents: Incidents
) -> None:
    monkeypatch.setattr(Odd, "where", place)
    async with simulated(Bot(Odd)) as world:
        menu = await world.ann.open("odd")
        (session,) = world.sessions
        await world.ann.click(menu, "Close")
        assert world.sessions == []
        assert session.end.reason is EndReason.CLOSED


async def test_a_command_that_gives_up_opening_leaves_no_session() -> None:
    @slash("never", description="Is never ready")
    class Never(Odd):
        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 100)

    async with simulated(Bot(Never)) as world:
        task: list[Any] = []

        async def opened(interaction: discord.Interaction[Any]) -> None:
            opening = asyncio.ensure_future(interaction.client.flows.open(interaction, Never))
            task.append(opening)
            await asyncio.wait((opening,))

        given_up = await world.ann.do(opened)
        with world.as_bot():
            task[0].cancel()
        await world.env.settle()
        assert world.sessions == []
        await world.advance(3)
        assert given_up.acknowledged


# Code that ends its own session, and shutdowns ------------------------------------------------------------


@slash("admin", description="Closes sessions")
class Admin(Menu):
    def render(self) -> Screen:
        return page("Admin")

    @button("Close all")
    async def close_all(self, ctx: Any) -> None:
        for session in ctx.client.flows.sessions:
            await session.close()

    @button("Stubborn")
    async def stubborn(self, ctx: MenuContext) -> None:
        while not FREE.is_set():
            with suppress(asyncio.CancelledError):
                await takes(ctx, 20)


async def test_a_handler_may_close_every_session_its_own_too() -> None:
    async with simulated(Bot(Admin, MFlow)) as world:
        other = await world.bob.open("m")
        menu = await world.ann.open("admin")
        await world.ann.click(menu, "Close all")
        assert (menu.labels, other.labels) == ([], [])
        assert world.sessions == []


async def test_a_handler_that_refuses_to_be_cancelled_cannot_keep_the_bot_from_closing() -> None:
    async def shut_down(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("closing", ephemeral=True)
        await interaction.client.flows.close()
        closed.append(True)

    closed: list[bool] = []
    async with simulated(Bot(Admin)) as world:
        menu = await world.ann.open("admin")
        (session,) = world.sessions
        await world.ann.click(menu, "Stubborn")
        await world.ann.do(shut_down)
        await world.advance(11)
        assert session.end.reason is EndReason.SHUTDOWN
        assert closed == [True]
        FREE.set()
        await world.advance(20)
