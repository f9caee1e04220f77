"""Stored data in a running menu: whose record a click reaches, and what a handler that asked reads then."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from pydantic import BaseModel

from flowcord import (
    Access,
    Behavior,
    Flow,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    resource,
    slash,
    state,
)
from flowcord.errors import AtomicError
from tests.simcord.menus import page
from tests.simcord.world import Bot, simulated


class Coins(BaseModel):
    coins: int = 0


@slash("wallet", description="Everybody may click")
class Wallet(Menu):
    wallet = state(Coins, scope=Scope.USER)
    behavior = Behavior(access=Access.everyone())
    seen: list[Any] = []

    @client_data
    def coins(self) -> int:
        return self.wallet.value.coins

    def render(self) -> Screen:
        return page("Wallet", f"Coins: {self.coins}")

    @button("Theirs")
    async def theirs(self, ctx: MenuContext) -> None:
        await self.wallet.increment(coins=1)

    @button("Mine")
    async def mine(self, ctx: MenuContext) -> None:
        await (await self.wallet.of(ctx.user)).increment(coins=10)

    @button("Wait")
    async def wait(self, ctx: MenuContext) -> None:
        before = self.wallet.value.coins
        await ctx.ask(Question)
        self.seen[:] = [before, self.wallet.value.coins]

    @button("Wait inside")
    async def wait_inside(self, ctx: MenuContext) -> None:
        self.seen.clear()
        for verb in (
            lambda: ctx.ask(Question),
            lambda: ctx.open_sub_menu(Question),
            lambda: ctx.go_to(Question),
            lambda: ctx.go_back(),
            lambda: ctx.refresh(),
        ):
            try:
                async with ctx.atomic():
                    await self.wallet.increment(coins=100)
                    await verb()
            except AtomicError as error:
                self.seen.append(type(error))


class Question(Menu):
    def render(self) -> Screen:
        return page("Question")

    @button("Answer")
    async def answer(self, ctx: MenuContext) -> None:
        await self.complete(ctx, None)


class WalletFlow(Flow):
    kind = "wallet"
    menus = (Wallet, Question)


async def stored(database: str) -> dict[tuple[str, str, str], int]:
    """Everybody's coins, by scope, scope id and name."""
    connection = await asyncpg.connect(database)
    try:
        found = await connection.fetch("SELECT *, (data->>'coins')::int AS coins FROM flowcord_record")
        return {(row["scope"], row["scope_id"], row["name"]): row["coins"] for row in found}
    finally:
        await connection.close()


@pytest.mark.case("D10", "D10a")
async def test_a_click_of_another_user_reaches_the_owner_s_record_unless_it_asks_for_his_own(
    database: str,
) -> None:
    async with simulated(Bot(WalletFlow, database=database)) as world:
        ann, bob = [("user", str(user.id), "") for user in (world.ann, world.bob)]
        menu = await world.ann.open("wallet")
        await world.bob.click(menu, "Theirs")
        assert menu.lines == ["Coins: 1"]
        assert await stored(database) == {ann: 1}
        await world.bob.click(menu, "Mine")
        assert menu.lines == ["Coins: 1"]
        assert await stored(database) == {ann: 1, bob: 10}


@pytest.mark.case("D13a")
async def test_a_handler_that_asked_reads_what_was_written_meanwhile(database: str) -> None:
    bot = Bot(WalletFlow, database=database)
    async with simulated(bot) as world:
        menu = await world.ann.open("wallet")
        await world.ann.click(menu, "Theirs")
        await world.ann.click(menu, "Wait")
        connection = await asyncpg.connect(database)
        await connection.execute("""UPDATE flowcord_record SET data = '{"coins": 7}'""")
        await connection.close()
        await world.heard(2)
        await world.ann.click(menu, "Answer")
        assert Wallet.seen == [1, 7]
        assert menu.lines == ["Coins: 7"]


@pytest.mark.case("D60")
async def test_a_unit_of_work_waits_for_nobody(database: str) -> None:
    async with simulated(Bot(WalletFlow, database=database)) as world:
        menu = await world.ann.open("wallet")
        await world.ann.click(menu, "Wait inside")
        assert Wallet.seen == [AtomicError] * 5
        assert menu.lines == ["Coins: 0"]
        assert await stored(database) == {}


class Tally(Menu):
    draft = state(Coins, scope=Scope.SESSION)
    total = resource(Coins, scope=Scope.USER)

    def render(self) -> Screen:
        return page("Tally")

    @button("Count")
    async def count(self, ctx: MenuContext) -> None:
        await self.draft.increment(coins=1)
        await self.total.increment(coins=1)


@slash("tally", description="A menu that is a flow of one")
class DailyTally(Tally):
    pass


@slash("work", description="Count at work")
class Work(Menu):
    def render(self) -> Screen:
        return page("Work")

    @button("Tally")
    async def tally(self, ctx: MenuContext) -> None:
        await ctx.go_to(Tally)


@slash("play", description="Count at play")
class Play(Work):
    pass


class WorkFlow(Flow):
    menus = (Work, Tally)


class PlayFlow(Flow):
    menus = (Play, Tally)


@pytest.mark.case("D8a")
async def test_session_data_belongs_to_a_flow_and_user_data_to_the_user(database: str) -> None:
    async with simulated(Bot(DailyTally, WorkFlow, PlayFlow, database=database)) as world:
        await world.ann.click(await world.ann.open("tally"), "Count")
        for command in ("work", "play"):
            menu = await world.ann.open(command)
            await world.ann.click(menu, "Tally")
            await world.ann.click(menu, "Count")
        place = f"{world.guild.id}/{world.ann.id}"
        assert await stored(database) == {
            ("session", f"daily_tally/{place}", ""): 1,
            ("session", f"work_flow/{place}", ""): 1,
            ("session", f"play_flow/{place}", ""): 1,
            ("user", str(world.ann.id), "total"): 3,
        }
