"""Stored data in a session: it is at hand, and fresh, before anything of the menu's runs."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from pydantic import BaseModel

from flowcord import (
    ClientBoundaryError,
    MenuContext,
    MenuSession,
    Scope,
    Screen,
    button,
    client_data,
    guard,
    state,
)
from tests.bed import Bed, opened
from tests.session.menus import M, NameForm


class Purse(BaseModel):
    gold: int = 0


class Shop(M):
    purse = state(Purse, scope=Scope.USER)
    saw: list[tuple[str, int]] = []

    def note(self, what: str) -> None:
        self.saw.append((what, self.purse.value.gold))

    def setup(self, ctx: MenuContext) -> None:
        self.note("setup")

    def on_action(self, ctx: MenuContext) -> None:
        self.note("on_action")

    @client_data
    def gold(self) -> int:
        return self.purse.value.gold

    def render(self) -> Screen:
        return Screen(f"Gold {self.gold}")

    @button("Earn")
    async def earn(self, ctx: MenuContext) -> None:
        self.note("earn")
        await self.purse.increment(gold=1)

    def rich(self, ctx: Any) -> bool:
        self.note("guard")
        return self.purse.value.gold > 0

    def fill(self) -> NameForm:
        self.note("fill")
        return NameForm()

    @button("Name", opens=fill, guard=guard(rich, "too poor"))
    async def named(self, ctx: MenuContext, form: NameForm) -> None:
        self.note("submit")


async def click(bed: Bed, session: MenuSession, label: str) -> None:
    """Press a button and wait for whatever it sets going, Postgres included."""
    before = bed.tasks()
    bed.press(session, label)
    await bed.settle()
    while going := bed.tasks() - before:
        await asyncio.wait(going, timeout=5)
        await bed.settle()


@pytest.mark.case("S118")
async def test_what_another_session_wrote_is_seen_by_whatever_runs_next(database: str) -> None:
    async with opened(Shop, database=database) as bed:
        one, other = await bed.open(Shop), await bed.open(Shop)
        await click(bed, one, "Name")
        assert bed.shown(one).content == "too poor\nGold 0"
        await click(bed, other, "Earn")
        Shop.saw = []
        await click(bed, one, "Name")
        assert bed.wire.modal["title"] == "Your name"
        await click(bed, one, "Earn")
        assert Shop.saw == [("guard", 1), ("fill", 1), ("on_action", 1), ("on_action", 1), ("earn", 1)]
        assert [bed.shown(each).content for each in (one, other)] == ["Gold 2", "Gold 1"]


@pytest.mark.case("S56")
async def test_a_hard_refresh_reads_what_is_stored_now_though_nobody_told_of_it(database: str) -> None:
    async def behind_the_back() -> None:
        connection = await asyncpg.connect(database)
        await connection.execute("SET session_replication_role = replica")  # no trigger, so no notification
        await connection.execute("UPDATE flowcord_record SET data = '{\"gold\": 50}', version = version + 1")
        await connection.close()

    class Fresh(Shop):
        @button("Refresh")
        async def refresh(self, ctx: MenuContext) -> None:
            await behind_the_back()
            await ctx.refresh(hard=True)

    async with opened(Fresh, database=database) as bed:
        session = await bed.open(Fresh)
        await click(bed, session, "Earn")
        Fresh.saw = []
        await click(bed, session, "Refresh")
        assert Fresh.saw[-1] == ("setup", 50)
        assert bed.shown(session).content == "Gold 50"


async def test_what_a_button_shows_of_stored_data_is_client_data_too(database: str) -> None:
    class Telling(Shop):
        @button(lambda self: f"{self.purse.value.gold} gold")
        async def tell(self, ctx: MenuContext) -> None: ...

    class Said(Shop):
        async def label(self) -> str:
            return f"{self.gold} gold"

        @button(label)
        async def tell(self, ctx: MenuContext) -> None: ...

    async with opened(Telling, Said, database=database) as bed:
        session = await bed.open(Telling)
        assert session.end is not None
        assert isinstance(session.end.error, ClientBoundaryError)
        assert bed.incidents()
        session = await bed.open(Said)
        assert "0 gold" in bed.shown(session).labels
        await click(bed, session, "Earn")
        assert "1 gold" in bed.shown(session).labels
