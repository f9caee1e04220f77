"""Writers at the same time, and units of work, as the handles of two processes see them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest
from pydantic import BaseModel, NonNegativeInt

from flowcord.data import Block, Scope, resource, state
from flowcord.errors import ConcurrentModificationError, StateValidationError
from tests.data.conftest import ANN, App, rows


class Purse(BaseModel):
    gold: NonNegativeInt = 0
    items: list[int] = []


class Home(Block):
    purse = resource(Purse, scope=Scope.USER)
    state = state(Purse, scope=Scope.PROJECT)


async def opened(*apps: App) -> list[Home]:
    return [await app.open(Home) for app in apps]


@pytest.mark.case("D49")
async def test_updates_at_once_lose_nothing_that_returned(a: App, b: App, sql: Any) -> None:
    homes = await opened(a, b)

    async def add(home: Home) -> bool:
        try:
            await home.purse.update(lambda purse: setattr(purse, "gold", purse.gold + 1))
        except ConcurrentModificationError:
            return False
        return True

    returned = await asyncio.gather(*(add(home) for home in homes for _ in range(20)))
    row = await sql.fetchrow("SELECT data -> 'gold' AS gold, version FROM flowcord_record")
    assert int(row["gold"]) == row["version"] == sum(returned) > 0


@pytest.mark.case("D50")
async def test_a_lost_update_runs_again_on_the_winner_s_data(a: App, b: App) -> None:
    mine, theirs = await opened(a, b)
    await theirs.purse.patch(gold=5, items=[1])
    seen: list[int] = []

    def add(purse: Purse) -> None:
        seen.append(purse.gold)
        purse.gold += 1

    write = await mine.purse.update(add)
    assert seen == [0, 5]
    assert (write.version, write.value) == (2, Purse(gold=6, items=[1]))
    assert mine.purse.value == write.value
    assert a.stats("conflicts", "conflict_failures") == (1, 0)


@pytest.mark.case("D51")
async def test_after_four_lost_attempts_an_update_gives_up(a: App, database: str) -> None:
    [home] = await opened(a)
    await home.purse.patch(gold=1)
    pauses: set[tuple[float, ...]] = set()
    for _ in range(3):
        runs = 0

        def overtaken(purse: Purse) -> None:
            nonlocal runs
            runs += 1
            purse.gold = 99
            # In a thread of its own, because this function cannot await.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(asyncio.run, _raise_version(database)).result()

        a.clock.pauses.clear()
        with pytest.raises(ConcurrentModificationError) as caught:
            await home.purse.update(overtaken)
        assert (caught.value.attempts, runs) == (4, 4)
        for pause, longest in zip(a.clock.pauses, (0.010, 0.020, 0.040), strict=True):
            assert longest / 2 - 1e-3 <= pause <= longest + 1e-3
        pauses.add(tuple(a.clock.pauses))
    assert len(pauses) == 3
    assert a.stats("conflict_failures") == (3,)
    await a.reload(home)
    assert (home.purse.value.gold, home.purse.version) == (1, 13)


async def _raise_version(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE flowcord_record SET version = version + 1")
    await connection.close()


@pytest.mark.case("D26")
async def test_results_that_arrive_out_of_order_never_set_a_value_back(a: App) -> None:
    [home] = await opened(a)
    await asyncio.gather(*(home.purse.increment(gold=1) for _ in range(20)))
    assert (home.purse.value.gold, home.purse.version) == (20, 20)


@pytest.mark.case("D54", "D55", "D56")
async def test_a_unit_of_work_is_read_back_inside_and_gone_after_a_failure(a: App, b: App, sql: Any) -> None:
    home, other = await opened(a, b)
    session = a.sessions[id(home)]
    await home.purse.patch(gold=1)
    with pytest.raises(LookupError):
        async with session.atomic():
            await home.purse.increment(gold=1)
            await home.state.patch(gold=7)
            await a.reload(home)
            assert (home.purse.value.gold, home.state.value.gold, home.purse.version) == (2, 7, 2)
            await b.reload(other)
            assert (other.purse.value.gold, other.state.value.gold) == (1, 0)
            raise LookupError
    assert (home.purse.value.gold, home.purse.version, home.state.value.gold) == (1, 1, 0)
    assert session.commits == 1
    await a.reload(home)
    assert (home.purse.value.gold, home.state.value.gold) == (1, 0)
    assert len(await rows(sql)) == 1
    async with session.atomic():
        await home.purse.increment(gold=1)
        await home.state.patch(gold=7)
    assert (home.purse.value.gold, home.state.value.gold, session.commits) == (2, 7, 3)


@pytest.mark.case("D57")
async def test_transfers_at_once_keep_the_sum_and_run_once(a: App, b: App) -> None:
    homes = await opened(a, b)
    await homes[0].purse.patch(gold=100)
    await homes[0].state.patch(gold=100)
    runs = 0

    async def transfer(app: App, home: Home, amount: int) -> None:
        nonlocal runs

        def take(purse: Purse) -> None:
            nonlocal runs
            runs += 1
            purse.gold -= amount

        async with app.sessions[id(home)].atomic():
            await home.purse.update(take)
            await home.state.update(lambda purse: setattr(purse, "gold", purse.gold + amount))

    await asyncio.gather(
        *(transfer(app, home, 3) for app, home in zip((a, b), homes, strict=True) for _ in range(5))
    )
    await a.sessions[id(homes[0])].reload(homes[0])
    assert (homes[0].purse.value.gold, homes[0].state.value.gold, runs) == (70, 130, 10)


@pytest.mark.case("D58")
async def test_a_failed_inner_block_takes_only_its_own_writes_back(a: App) -> None:
    [home] = await opened(a)
    session = a.sessions[id(home)]
    async with session.atomic():
        await home.purse.patch(gold=1)
        with pytest.raises(LookupError):
            async with session.atomic():
                await home.purse.patch(gold=2)
                await home.state.patch(gold=2)
                raise LookupError
        assert (home.purse.value.gold, home.state.value.gold) == (1, 0)
    assert (home.purse.value.gold, home.purse.version, home.state.version) == (1, 1, 0)


@pytest.mark.case("D59")
async def test_a_refused_write_leaves_the_unit_of_work_usable(a: App) -> None:
    [home] = await opened(a)
    async with a.sessions[id(home)].atomic():
        await home.purse.patch(gold=1)
        with pytest.raises(StateValidationError):
            await home.purse.patch(gold=-1)
        with pytest.raises(StateValidationError):
            await home.purse.increment(gold=-2)
    await a.reload(home)
    assert home.purse.value.gold == 1


async def test_writes_gathered_in_a_unit_of_work_run_in_turn(a: App) -> None:
    [home] = await opened(a)
    async with a.sessions[id(home)].atomic():
        await asyncio.gather(*(home.purse.increment(gold=1) for _ in range(5)), home.state.patch(gold=1))
    assert (home.purse.value.gold, home.purse.version, home.state.value.gold) == (5, 5, 1)


@pytest.mark.case("D63a")
async def test_loaded_handles_write_in_units_of_work_too(a: App, sql: Any) -> None:
    a.add(Home)
    purse, shared = await a.load(Home.purse, str(ANN)), await a.load(Home.state, "7")
    with pytest.raises(LookupError):
        async with a.store.atomic():
            await purse.patch(gold=1)
            await shared.patch(gold=1)
            raise LookupError
    assert (purse.value.gold, shared.version) == (0, 0)
    assert await rows(sql) == {}


@pytest.mark.case("D55")
async def test_a_handle_loaded_in_a_unit_of_work_never_stands_on_what_was_rolled_back(a: App, b: App) -> None:
    for app in (a, b):
        app.add(Home)
    first, early, theirs = [await app.load(Home.purse, str(ANN)) for app in (a, a, b)]
    await first.patch(gold=1)
    with pytest.raises(LookupError):
        async with a.store.atomic():
            await first.patch(gold=100)
            late = await a.load(Home.purse, str(ANN))
            await early.patch(items=[])
            assert (late.value.gold, early.value.gold) == (100, 100)
            raise LookupError
    assert (first.value.gold, early.version) == (1, 0)
    await theirs.patch(items=[1])
    for handle in (late, early):
        write = await handle.update(lambda purse: setattr(purse, "gold", purse.gold + 1))
    assert write.value == Purse(gold=3, items=[1])
