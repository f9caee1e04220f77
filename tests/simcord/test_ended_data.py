"""Data that is ended from outside of sessions, as the menus that show it see that."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from flowcord import (
    AtomicError,
    DeclarationError,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    slash,
    state,
)
from flowcord.exporters.prometheus import PrometheusMetrics
from tests.simcord.menus import Count, MFlow, page
from tests.simcord.world import Bot, simulated


@slash("kept", description="One count of each scope")
class Kept(Menu):
    mine = state(Count, scope=Scope.USER)
    here = state(Count, scope=Scope.SESSION)
    ours = state(Count, scope=Scope.PROJECT)

    @client_data
    def counts(self) -> list[int]:
        return [each.value.count for each in (self.mine, self.here, self.ours)]

    def render(self) -> Screen:
        return page("Kept", str(self.counts))

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        for each in (self.mine, self.here, self.ours):
            await each.increment(count=1)


@pytest.mark.case("D94")
async def test_a_forgotten_user_starts_anew_and_the_server_keeps_its_own(database: str) -> None:
    async with simulated(Bot(Kept, database=database)) as world:
        menus = [await person.open("kept") for person in (world.ann, world.bob)]
        for person, menu in zip((world.ann, world.bob), menus, strict=True):
            await person.click(menu, "+1")
        with world.as_bot():
            assert await world.bot.flows.forget_user(world.ann.id) == 2
        await world.ann.click(menus[0], "+1")
        await world.bob.click(menus[1], "+1")
        assert (menus[0].lines, menus[1].lines) == (["[1, 1, 3]"], ["[2, 2, 4]"])


@pytest.mark.case("D92")
async def test_a_purged_id_starts_anew(database: str) -> None:
    async with simulated(Bot(Kept, database=database)) as world:
        menu = await world.ann.open("kept")
        await world.ann.click(menu, "+1")
        flows = world.bot.flows
        with world.as_bot():
            assert await flows.purge(Scope.SESSION, f"kept/{world.guild.id}/{world.ann.id}") == 1
            assert await flows.purge(Scope.SESSION, "kept/1/1") == 0
            async with flows.atomic():
                with pytest.raises(AtomicError):
                    await flows.purge(Scope.USER, "1")
        await world.ann.click(menu, "+1")
        assert menu.lines == ["[2, 1, 2]"]


async def test_without_a_database_nothing_can_be_ended() -> None:
    async with simulated(Bot(MFlow)) as world:
        for ending in (world.bot.flows.purge(Scope.USER, "1"), world.bot.flows.forget_user(1)):
            with pytest.raises(DeclarationError, match="needs a database"):
                await ending


async def test_the_store_s_counters_reach_the_same_metrics(database: str) -> None:
    registry = CollectorRegistry()
    async with simulated(Bot(Kept, database=database, metrics=PrometheusMetrics(registry))) as world:
        menu = await world.ann.open("kept")
        await world.ann.click(menu, "+1")
        with world.as_bot():
            stats = world.bot.flows.stats()

    def counted(name: str) -> float | None:
        return registry.get_sample_value(f"flowcord_store_{name}_total")

    assert (counted("writes"), counted("loads"), counted("cache_misses")) == (3, stats["loads"], 3)
    assert counted("cache_hits") == stats["cache_hits"] > 0
