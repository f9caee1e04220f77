"""The shared cache: whose versions it believes, and for how long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flowcord.errors import StoreUnavailableError
from flowcord.store import Address, Merge, Policy, Record, Store
from flowcord.store.cache import Flight, SharedCache
from flowcord.store.stats import Counters
from flowcord.testing.clock import VirtualClock
from tests.store.conftest import ANN, DRAFT, FOREVER, GUILD, Ears, numbers, running


@pytest.mark.case("D101")
async def test_a_record_is_read_once_within_its_time(
    a: Store, clock: VirtualClock, statements: list[str]
) -> None:
    for moment in (0.0, 100.0, 299.9):
        clock.move_to(moment)
        await a.read([ANN])
    assert len(statements) == 1
    clock.move_to(300.0)  # hits did not renew it
    assert a.peek(ANN) is None
    await a.read([ANN])
    assert len(statements) == 2
    assert (a.stats()["cache_hits"], a.stats()["cache_misses"], a.stats()["loads"]) == (2, 2, 2)


async def test_a_cache_without_time_keeps_nothing(database: str, statements: list[str]) -> None:
    async with running(database, cache_ttl=0) as store:
        await store.write(ANN, Merge({"x": 1}), FOREVER)
        assert store.peek(ANN) is None
        assert (await store.read([ANN]))[ANN].data == {"x": 1}


async def test_an_entry_ends_when_its_record_expires(a: Store, clock: VirtualClock, sql: Any) -> None:
    await a.write(ANN, Merge({"x": 1}), Policy(keep=timedelta(seconds=60)))
    assert a.peek(ANN) is not None
    clock.move_to(60.0)
    assert a.peek(ANN) is None


@pytest.mark.case("D12")
async def test_many_records_load_by_one_statement_and_again_by_none(a: Store, statements: list[str]) -> None:
    addresses = [Address("user", str(n), "") for n in range(20)]
    for address in addresses[::2]:
        await a.write(address, Merge({"n": address.scope_id}), FOREVER)
    async with running(a.location.dsn) as other:
        statements.clear()
        found = await other.read(addresses)
        assert len(statements) == 1
        await other.read(addresses)
        assert len(statements) == 1
    assert [found[address].data for address in addresses] == [
        None if n % 2 else {"n": str(n)} for n in range(20)
    ]


@pytest.mark.case("D102")
async def test_fifty_readers_of_one_record_share_one_statement(a: Store, statements: list[str]) -> None:
    found = await asyncio.gather(*(a.read([ANN, GUILD] if n % 2 else [ANN]) for n in range(50)))
    assert len({id(records[ANN]) for records in found}) == 1
    assert len(statements) == 2  # the second reader also asked for another record
    assert a.stats()["cache_misses"] == 75


@pytest.mark.case("D103")
async def test_absence_is_cached_until_the_record_is_created(
    a: Store, b: Store, statements: list[str]
) -> None:
    ears = Ears(a)
    await a.read([ANN])
    await a.read([ANN])
    assert len(statements) == 1
    await b.write(ANN, Merge({"x": 1}), FOREVER)
    await ears.wait_for(ANN, 1)
    assert (await a.read([ANN]))[ANN].data == {"x": 1}


@pytest.mark.case("D104")
async def test_a_commit_is_read_by_all_sessions_without_a_statement(a: Store, statements: list[str]) -> None:
    await a.read([ANN])
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    statements.clear()
    assert (await a.read([ANN]))[ANN].data == {"x": 1}
    assert statements == []


@pytest.mark.case("D105")
async def test_another_process_reads_a_write_as_soon_as_it_is_told(a: Store, b: Store) -> None:
    ears = Ears(b)
    await b.read([ANN])
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    await ears.wait_for(ANN, 1)
    assert b.peek(ANN) is None
    assert (await b.read([ANN]))[ANN].data == {"x": 1}


@pytest.mark.case("D105")
async def test_without_notifications_the_time_to_live_bounds_staleness(
    a: Store, b: Store, sql: Any, clock: VirtualClock
) -> None:
    await b.read([ANN])
    await sql.execute("ALTER TABLE flowcord_record DISABLE TRIGGER ALL")
    try:
        await a.write(ANN, Merge({"x": 1}), FOREVER)
    finally:
        await sql.execute("ALTER TABLE flowcord_record ENABLE TRIGGER ALL")
    assert (await b.read([ANN]))[ANN].data is None
    clock.move_to(300.0)
    assert (await b.read([ANN]))[ANN].data == {"x": 1}


@pytest.mark.case("D109")
@pytest.mark.parametrize("size", [0, 1])
async def test_a_cache_of_one_record_or_none_changes_nothing_but_statements(database: str, size: int) -> None:
    async with running(database, cache_size=size) as store:
        addresses = [ANN, DRAFT, GUILD]
        for n in range(3):
            for address in addresses:
                await store.write(address, numbers(n=1), FOREVER)
            found = await store.read(addresses)
            assert {(found[address].data or {})["n"] for address in addresses} == {n + 1}
        assert store.stats()["cache_size"] == size


async def test_the_same_version_stays_the_same_object_and_only_its_time_is_renewed(
    a: Store, clock: VirtualClock
) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    held = a.peek(ANN)
    assert held is not None
    held.built["model"] = "built once"
    clock.move_to(200.0)
    await a.read_fresh(ANN)
    clock.move_to(400.0)
    again = a.peek(ANN)
    assert again is held


# The cache alone: what Postgres answers, and when, is up to the test ----------------------------------


class Answers:
    """A loader whose answers come when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Sequence[Address]] = []
        self._answers: list[asyncio.Future[dict[Address, Record]]] = []

    async def __call__(self, addresses: Sequence[Address]) -> dict[Address, Record]:
        self.asked.append(addresses)
        answer: asyncio.Future[dict[Address, Record]] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        return await answer

    def give(self, which: int, *records: Record) -> None:
        self._answers[which].set_result({record.address: record for record in records})

    def fail(self, which: int, error: Exception) -> None:
        self._answers[which].set_exception(error)


def version(number: int, address: Address = ANN) -> Record:
    return Record(address, number, {"version": number} if number else None)


@pytest.fixture
def cache(clock: VirtualClock) -> SharedCache:
    return SharedCache(size=100, ttl=300.0, clock=clock, counters=Counters())


async def reading(cache: SharedCache, answers: Answers, *addresses: Address) -> asyncio.Task[Any]:
    """A reader that has asked by now, or joined one that had."""
    task = asyncio.create_task(cache.read(addresses or (ANN,), answers))
    await asyncio.sleep(0)
    return task


@pytest.mark.case("D106")
async def test_a_load_under_way_never_undoes_a_commit(cache: SharedCache) -> None:
    answers = Answers()
    reader = await reading(cache, answers)
    flight = cache.track(ANN)
    cache.commit(version(2), flight)
    cache.untrack(ANN, flight)
    answers.give(0, version(1))
    assert (await reader)[ANN].version == 2
    held = cache.peek(ANN)
    assert held is not None
    assert held.version == 2


@pytest.mark.case("D107")
async def test_an_older_notification_leaves_the_entry(cache: SharedCache) -> None:
    answers = Answers()
    reader = await reading(cache, answers)
    answers.give(0, version(5))
    await reader
    cache.invalidate(ANN, 4)
    cache.invalidate(ANN, 5)
    assert cache.peek(ANN) is not None
    cache.invalidate(ANN, 6)
    assert cache.peek(ANN) is None


@pytest.mark.case("D107")
def test_notifications_for_what_nobody_reads_leave_nothing(cache: SharedCache) -> None:
    def size() -> int:
        return sum(len(part) for part in vars(cache).values() if hasattr(part, "__len__"))

    before = size()
    for n in range(100_000):
        cache.invalidate(Address("user", str(n), ""), 7)
    assert size() == before


async def test_a_load_that_is_older_than_a_notification_is_answered_but_not_kept(cache: SharedCache) -> None:
    answers = Answers()
    early = await reading(cache, answers)
    cache.invalidate(ANN, 3)
    late = await reading(cache, answers)  # after the news: it must not join
    assert len(answers.asked) == 2
    answers.give(0, version(2))
    assert (await early)[ANN].version == 2
    assert cache.peek(ANN) is None
    answers.give(1, version(3))
    assert (await late)[ANN].version == 3
    assert (cache.peek(ANN) or version(0)).version == 3


async def test_a_clear_bars_every_load_under_way(cache: SharedCache) -> None:
    answers = Answers()
    reader = await reading(cache, answers)
    cache.clear()
    answers.give(0, version(9))
    await reader
    assert cache.peek(ANN) is None


async def test_time_counts_from_the_question(cache: SharedCache, clock: VirtualClock) -> None:
    answers = Answers()
    reader = await reading(cache, answers)
    clock.move_to(10.0)
    answers.give(0, version(1))
    await reader
    clock.move_to(299.9)
    assert cache.peek(ANN) is not None
    clock.move_to(300.0)
    assert cache.peek(ANN) is None


async def test_those_who_joined_get_the_error_and_the_next_reader_asks_again(cache: SharedCache) -> None:
    answers = Answers()
    readers = [await reading(cache, answers) for _ in range(3)]
    answers.fail(0, StoreUnavailableError("gone", outcome="not_applied"))
    errors = await asyncio.gather(*readers, return_exceptions=True)
    assert [type(error) for error in errors] == [StoreUnavailableError] * 3
    assert len({id(error) for error in errors}) == 3
    again = await reading(cache, answers)
    answers.give(1, version(1))
    assert (await again)[ANN].version == 1


async def test_those_who_joined_a_cancelled_reader_ask_themselves_once(cache: SharedCache) -> None:
    answers = Answers()
    first = await reading(cache, answers)
    others = [await reading(cache, answers) for _ in range(3)]
    first.cancel()
    await asyncio.wait([first])
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(answers.asked) == 2
    answers.give(1, version(1))
    assert [(await other)[ANN].version for other in others] == [1, 1, 1]


async def test_a_page_keeps_nothing_that_changed_while_it_was_read(cache: SharedCache) -> None:
    with cache.scan() as scan:
        cache.invalidate(ANN, 3)
        cache.evict(DRAFT)
        cache.fill(version(2), scan.flight(ANN))
        cache.fill(version(9, DRAFT), scan.flight(DRAFT))
        cache.fill(version(1, GUILD), scan.flight(GUILD))
    assert [cache.peek(address) is None for address in (ANN, DRAFT, GUILD)] == [True, True, False]


class Races(RuleBasedStateMachine):
    """Loads, commits and notifications in any order: the cache never goes back, nor keeps old news."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = SharedCache(size=10, ttl=300.0, clock=VirtualClock(), counters=Counters())
        self.stored = 0
        self.heard = 0
        self.shown = 0
        self.loads: list[tuple[int, Flight]] = []

    @rule()
    def another_process_commits(self) -> None:
        self.stored += 1

    @rule()
    def this_process_commits(self) -> None:
        flight = self.cache.track(ANN)
        self.stored += 1
        self.cache.commit(version(self.stored), flight)
        self.cache.untrack(ANN, flight)
        self.heard = self.stored

    @rule(data=st.data())
    def a_notification_arrives(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, self.stored))
        self.cache.invalidate(ANN, number)
        self.heard = max(self.heard, number)

    @rule()
    def a_load_begins(self) -> None:
        self.loads.append((self.stored, self.cache.track(ANN)))

    @rule(data=st.data())
    def a_load_ends(self, data: st.DataObject) -> None:
        if self.loads:
            number, flight = self.loads.pop(data.draw(st.integers(0, len(self.loads) - 1)))
            self.cache.fill(version(number), flight)
            self.cache.untrack(ANN, flight)

    @invariant()
    def what_is_held_is_as_new_as_what_was_heard(self) -> None:
        held = self.cache.peek(ANN)
        if held is not None:
            assert held.version >= max(self.heard, self.shown)
            self.shown = held.version


TestRaces = Races.TestCase


def test_reprs_show_no_data() -> None:
    assert "secret" not in repr(Record(ANN, 1, json.loads('{"x": "secret"}')))
