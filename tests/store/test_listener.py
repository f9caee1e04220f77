"""The listener: what it hears, and what it does when it was deaf for a while."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flowcord import StoreError
from flowcord.store import Merge, Store
from flowcord.store.retention import Retention
from flowcord.testing.clock import VirtualClock
from tests.store.conftest import ANN, DRAFT, FOREVER, Ears

LISTENERS = """SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND query LIKE 'LISTEN %'"""
KILL = f"SELECT pg_terminate_backend(pid) FROM ({LISTENERS})"


def advance(clock: VirtualClock, seconds: float) -> bool:
    """Move the clock and fire what is due."""
    clock.move_to(clock.now() + seconds)
    return clock.fire_due(asyncio.get_running_loop())


async def deaf(store: Store) -> None:
    """Return once the store knows that its listener is gone."""
    listener = store._listener  # pyright: ignore[reportPrivateUsage]
    async with asyncio.timeout(10):
        while listener.is_listening:  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0)


@pytest.mark.case("D108")
async def test_after_the_listener_was_lost_everything_is_read_again(
    a: Store, b: Store, sql: Any, clock: VirtualClock
) -> None:
    ears = Ears(a)
    await a.read([ANN])
    await sql.execute(KILL)
    await deaf(a)
    await b.write(ANN, Merge({"x": 1}), FOREVER)
    assert (await a.read([ANN]))[ANN].data is None  # in the gap, the time to live bounds staleness
    assert advance(clock, 0.5)
    await ears.wait_for(None)
    assert (await a.read([ANN]))[ANN].data == {"x": 1}
    assert a.stats()["listener_reconnects"] == 1
    await b.write(ANN, Merge({"x": 2}), FOREVER)
    await ears.wait_for(ANN, 2)


async def test_retries_come_after_half_a_second_and_then_ever_later(
    server: Any, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retention, "start", lambda _self: None)  # the listener's timer is the only one
    store = Store(server.url, clock=clock)
    await store.start()
    ears = Ears(store)
    await asyncio.to_thread(server.stop)
    await deaf(store)
    waits: list[float] = []
    for _ in range(9):
        when = clock.next_timer()
        assert when is not None
        waits.append(round(when - clock.now(), 3))
        advance(clock, when - clock.now())
        await _settled(clock)
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    await asyncio.to_thread(server.start)
    advance(clock, 30.0)
    await ears.wait_for(None)
    await store.close()


async def _settled(clock: VirtualClock) -> None:
    """Return once the attempt has failed and the next one is set."""
    async with asyncio.timeout(10):
        while clock.next_timer() is None:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_a_listener_that_hangs_is_replaced_by_the_probe(
    server: Any, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowcord.store.database.STATEMENT_LIMIT", 0.2)
    store = Store(server.url, clock=clock)
    await store.start()
    ears = Ears(store)
    server.freeze()
    assert advance(clock, 15.0)
    await deaf(store)
    server.thaw()
    assert advance(clock, 0.5)
    await ears.wait_for(None)
    await store.close()


@pytest.mark.parametrize(
    "payload", ["", "[", "{}", "[1,2]", '["user","1","","x"]', "null", '["user","1","",1e999]', "[" * 3000]
)
async def test_an_unreadable_payload_clears_everything_and_ends_nothing(
    a: Store, b: Store, sql: Any, payload: str
) -> None:
    ears = Ears(a)
    await a.read([ANN])
    await sql.execute("SELECT pg_notify('flowcord', $1)", payload)
    await ears.wait_for(None)
    assert a.peek(ANN) is None
    await b.write(ANN, Merge({"x": 1}), FOREVER)
    await ears.wait_for(ANN, 1)


async def test_changes_by_hand_count(a: Store, sql: Any) -> None:
    ears = Ears(a)
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    await sql.execute("""UPDATE flowcord_record SET data = '{"x": 2}'""")
    await ears.wait_for(ANN, 2)
    assert (await a.read([ANN]))[ANN].data == {"x": 2}
    await sql.execute("UPDATE flowcord_record SET version = 1")  # versions never fall
    await ears.wait_for(ANN, 3)
    await sql.execute("DELETE FROM flowcord_record")
    await ears.wait_for(ANN, 4)
    assert (await a.read([ANN]))[ANN].data is None
    await a.write(DRAFT, Merge({"x": 1}), FOREVER)
    await sql.execute("TRUNCATE flowcord_record")
    await ears.wait_for(None)
    assert (await a.read([DRAFT]))[DRAFT].data is None


async def test_a_rolled_back_change_is_never_heard(a: Store, b: Store, sql: Any) -> None:
    ears = Ears(b)
    transaction = sql.transaction()
    await transaction.start()
    await sql.execute(
        """INSERT INTO flowcord_record (scope, scope_id, data) VALUES ('user', '42', '{"x": 1}')"""
    )
    await transaction.rollback()
    await a.write(DRAFT, Merge({"x": 1}), FOREVER)
    await ears.wait_for(DRAFT, 1)
    assert ears.heard == [(DRAFT, 1)]


async def test_own_notifications_change_nothing_and_are_timed(a: Store) -> None:
    ears = Ears(a)
    written = await a.write(ANN, Merge({"x": 1}), FOREVER)
    await ears.wait_for(ANN, 1, times=2)
    assert a.peek(ANN) is written.record
    assert a.stats()["notifications"] == 1


async def test_a_failing_callback_harms_nobody(a: Store, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_address: object, _version: int) -> None:
        raise ZeroDivisionError

    remove = a.on_change(fail)
    ears = Ears(a)
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    assert (ANN, 1) in ears.heard
    assert "on_change" in caplog.text
    remove()
    caplog.clear()
    await a.write(ANN, Merge({"x": 2}), FOREVER)
    assert caplog.text == ""


async def test_an_idle_store_has_no_task(a: Store) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_listener_at_another_database_is_refused_at_the_start(
    database: str, bare_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowcord.store.pooler.PATIENCE", 0.05)
    store = Store(database, listen=bare_database)
    with pytest.raises(StoreError, match=r"needs a direct connection to the same database"):
        await store.start()
