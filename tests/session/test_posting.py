"""A new message takes the place of the live one: what clicks mean while it is on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from flowcord import Behavior, Flow, Menu, MenuContext, MenuSession, Screen, Texts, button
from flowcord.wire.payload import EPHEMERAL
from tests.bed import Bed, opened
from tests.session.menus import Count


class Secret(Menu[Count]):
    behavior = Behavior(ephemeral=True)

    def render(self) -> Screen:
        return Screen("the secret")


class Counter(Menu[Count]):
    behavior = Behavior(cleanup="post_and_strip")

    def render(self) -> Screen:
        return Screen(f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Secret")
    async def secret(self, ctx: MenuContext) -> None:
        await ctx.go_to(Secret)


class Front(Flow):
    kind = "front"
    menus = (Counter, Secret)


class Gate:
    """Holds requests of one kind back until they may pass."""

    def __init__(self, bed: Bed, name: str) -> None:
        self._open = asyncio.Event()
        self._name = name
        self.fails = False
        bed.wire.before = self._wait

    async def _wait(self, name: str) -> None:
        if name == self._name:
            await self._open.wait()
            if self.fails:
                self.fails = False
                raise ZeroDivisionError

    def let_pass(self, *, fails: bool = False) -> None:
        self.fails = fails
        self._open.set()


@asynccontextmanager
async def posting(label: str) -> AsyncIterator[tuple[Bed, MenuSession, Gate, Callable[[str], Any]]]:
    """A session whose next message is on its way, after a click on `label`."""
    async with opened(Front) as bed:
        session = await bed.open(Front)
        shown, message_id = bed.shown(session), session.stage.message_id
        assert message_id is not None
        gate = Gate(bed, "message")
        bed.press(session, label)
        await bed.settle()
        yield bed, session, gate, lambda label: bed.press_id(shown.id_of(label), message_id)
        bed.wire.before = None


async def test_a_click_on_the_message_that_is_being_left_counts() -> None:
    async with posting("+1") as (bed, session, gate, press_old):
        press_old("+1")
        gate.let_pass()
        await bed.settle()
        assert bed.shown(session).content == "Count: 2"
        assert bed.wire.whispers == []
        live = [each for each in bed.wire.messages.values() if each and each["components"]]
        assert len(live) == 1


async def test_a_click_on_a_message_that_was_left_is_stale() -> None:
    async with posting("+1") as (bed, session, gate, press_old):
        gate.let_pass()
        await bed.settle()
        press_old("+1")
        await bed.settle()
        assert bed.shown(session).content == "Count: 1"
        assert bed.wire.whispers == [Texts().stale]


async def test_a_click_that_waited_while_its_message_was_left_never_shows_the_secret_there() -> None:
    async with posting("Secret") as (bed, _session, gate, press_old):
        press_old("Secret")
        gate.let_pass()
        await bed.settle()
        public = [each for each in bed.wire.messages.values() if each and not each["flags"] & EPHEMERAL]
        assert [each["content"] for each in public] == ["Count: 0"]
        assert sorted(bed.wire.whispers) == sorted(["the secret", Texts().stale])


@pytest.mark.case("S129")
async def test_a_message_that_was_not_to_be_left_after_all_is_the_live_one() -> None:
    async with posting("+1") as (bed, session, gate, press_old):
        gate.let_pass(fails=True)
        await bed.settle()
        assert len(bed.incidents()) == 1
        bed.wire.before = None
        press_old("+1")
        await bed.settle()
        assert bed.shown(session).content == "Count: 2"


@pytest.mark.case("S129")
async def test_where_no_new_message_can_be_sent_a_navigation_is_undone_in_the_old_one() -> None:
    async def refuse(name: str) -> None:
        if name == "message":
            raise ZeroDivisionError

    async with opened(Front) as bed:
        session = await bed.open(Front)
        message_id = session.stage.message_id
        bed.wire.before = refuse
        with bed.calls() as made:
            await bed.click(session, "Secret")
        assert made == ["message", "update"]
        assert len(bed.incidents()) == 1
        assert session.stage.message_id == message_id
        shown = bed.shown(session)
        assert "report this code" in shown.content
        assert shown.content.endswith("Count: 0")
        bed.wire.before = None
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Count: 1"
