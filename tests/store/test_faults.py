"""Postgres down, restarted, frozen, cut off: a clear answer, nothing half-written, no restart of the bot."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

import pytest

from flowcord.errors import AtomicError, StoreError, StoreUnavailableError
from flowcord.store import Address, Merge, Store
from flowcord.testing.clock import VirtualClock
from tests.store.conftest import ANN, DRAFT, FOREVER, numbers, running


async def stop(server: Any) -> None:
    """Stop it, and let the loop see its connections end, as it would in a bot."""
    await asyncio.to_thread(server.stop)


@pytest.mark.case("D110")
async def test_without_a_server_start_names_where_it_looked_and_no_password() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    store = Store(f"postgresql://ann:hunter2@127.0.0.1:{port}/shop")
    with pytest.raises(StoreUnavailableError) as down:
        await store.start()
    assert all(part in str(down.value) for part in ("127.0.0.1", str(port), "shop"))
    assert "hunter2" not in repr(down.value) + repr(store.location)
    assert down.value.outcome == "not_applied"
    await store.close()


@pytest.mark.case("D110")
async def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        store = Store(f"postgresql://127.0.0.1:{silent.getsockname()[1]}/shop", connect_timeout=0.2)
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            await store.start()
        assert time.monotonic() - began < 5


async def test_a_listener_that_cannot_connect_fails_the_start(database: str) -> None:
    base, _, query = database.partition("?")
    store = Store(database, listen=f"{base.rpartition('/')[0]}/nowhere?{query}")
    with pytest.raises(StoreUnavailableError):
        await store.start()


async def test_a_missing_database_is_named(database: str) -> None:
    base, _, query = database.partition("?")
    store = Store(f"{base.rpartition('/')[0]}/nowhere?{query}")
    with pytest.raises(StoreUnavailableError, match="'nowhere'"):
        await store.start()


@pytest.mark.parametrize("url", ["sqlite:///x.db", "hunter2", "mysql://root:hunter2@localhost/x"])
def test_another_kind_of_url_is_refused_unquoted(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.case("D111", "D112")
async def test_while_postgres_is_down_cached_records_are_read_and_nothing_is_written(server: Any) -> None:
    async with running(server.url) as store:
        await store.write(ANN, Merge({"x": 1}), FOREVER)
        await stop(server)
        assert (await store.read([ANN]))[ANN].data == {"x": 1}
        for attempt in (
            store.write(ANN, Merge({"x": 2}), FOREVER),
            store.read([DRAFT]),
            store.read_fresh(ANN),
        ):
            with pytest.raises(StoreUnavailableError) as down:
                await attempt
            assert down.value.outcome == "not_applied"
        await asyncio.to_thread(server.start)
        assert (await store.read([ANN]))[ANN].data == {"x": 1}
        assert (await store.write(ANN, Merge({"x": 2}), FOREVER)).record.version == 2


async def test_a_unit_of_work_that_loses_its_server_stores_nothing(server: Any) -> None:
    async with running(server.url) as store:
        with pytest.raises(StoreUnavailableError) as down:
            async with store.atomic():
                await store.write(ANN, Merge({"x": 1}), FOREVER)
                await stop(server)
                await store.write(DRAFT, Merge({"x": 1}), FOREVER)
        assert down.value.outcome == "not_applied"
        await asyncio.to_thread(server.start)
        with pytest.raises(AtomicError):
            async with store.atomic():
                await store.write(ANN, Merge({"x": 2}), FOREVER)
                await stop(server)
                await asyncio.to_thread(server.start)
                with pytest.raises(StoreUnavailableError):
                    await store.write(DRAFT, Merge({"x": 1}), FOREVER)
        found = await store.read([ANN, DRAFT])
        assert [found[address].data for address in (ANN, DRAFT)] == [None, None]


async def test_a_server_lost_before_the_commit_took_nothing(server: Any) -> None:
    async with running(server.url) as store:
        with pytest.raises(StoreUnavailableError) as lost:
            async with store.atomic():
                await store.write(ANN, Merge({"x": 1}), FOREVER)
                await stop(server)
        assert lost.value.outcome == "not_applied"
        await asyncio.to_thread(server.start)
        assert (await store.read([ANN]))[ANN].data is None


class CutOff:
    """Between store and server, on TCP: passes everything on, and ends as many connections as `cuts` says
    instead of passing on the server's answer."""

    def __init__(self, database: str) -> None:
        base, _, folder = database.partition("?host=")
        self._name = base.rpartition("/")[2]
        self._socket_path = f"{folder}/.s.PGSQL.5432"
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.cuts = 0

    async def __aenter__(self) -> CutOff:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"postgresql://postgres:@127.0.0.1:{port}/{self._name}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_unix_connection(self._socket_path)
        self._writers += (writer, up_writer)
        self._tasks.add(asyncio.create_task(self._pass_on(reader, up_writer)))
        self._tasks.add(asyncio.create_task(self._pass_on(up_reader, writer, answers=True)))

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        while chunk := await source.read(65536):
            if answers and self.cuts:
                self.cuts -= 1
                break
            target.write(chunk)
        target.close()


@pytest.mark.case("D113")
async def test_a_write_whose_answer_was_cut_off_is_unknown_and_not_repeated(database: str) -> None:
    async with CutOff(database) as between, running(between.url, listen=database) as store:
        await store.write(ANN, numbers(n=1), FOREVER)
        between.cuts = 1
        with pytest.raises(StoreUnavailableError) as cut:
            await store.write(ANN, numbers(n=1), FOREVER)
        assert cut.value.outcome == "unknown"
        assert store.peek(ANN) is None
        assert (await store.read([ANN]))[ANN].data == {"n": 2}


async def test_a_commit_whose_answer_was_cut_off_is_unknown(database: str) -> None:
    async with CutOff(database) as between, running(between.url, listen=database) as store:
        await store.read([ANN])
        undone: list[bool] = []
        with pytest.raises(StoreUnavailableError) as cut:
            async with store.atomic() as unit:
                await store.write(ANN, numbers(n=1), FOREVER)
                unit.on_rollback(lambda: undone.append(True))
                between.cuts = 1
        assert (cut.value.outcome, undone) == ("unknown", [True])
        assert store.peek(ANN) is None
        assert (await store.read([ANN]))[ANN].data == {"n": 1}


async def test_a_read_whose_connection_was_cut_off_is_repeated_once(database: str) -> None:
    async with CutOff(database) as between, running(between.url, listen=database) as store:
        between.cuts = 1
        assert (await store.read([ANN]))[ANN].data is None
        assert between.cuts == 0
        between.cuts = 3
        with pytest.raises(StoreUnavailableError):
            await store.read([DRAFT])


@pytest.mark.case("D114")
async def test_after_a_restart_every_next_write_works(server: Any) -> None:
    addresses = [Address("user", str(n), "") for n in range(50)]
    async with running(server.url) as store:
        await asyncio.gather(*(store.write(address, numbers(n=1), FOREVER) for address in addresses))
        await stop(server)
        await asyncio.to_thread(server.start)
        written = await asyncio.gather(
            *(store.write(address, numbers(n=1), FOREVER) for address in addresses)
        )
        assert {one.record.version for one in written} == {2}


@pytest.mark.case("D115")
async def test_a_frozen_server_is_answered_for_in_time(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowcord.store.database.STATEMENT_LIMIT", 0.3)
    monkeypatch.setattr("flowcord.store.database.ACQUIRE_LIMIT", 0.3)
    monkeypatch.setattr("flowcord.store.database._CANCEL_LIMIT", 0.1)
    async with running(server.url, pool_size=2) as store:
        await store.write(ANN, Merge({"x": 1}), FOREVER)
        server.freeze()
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError) as hung:
            await store.write(ANN, Merge({"x": 2}), FOREVER)
        assert hung.value.outcome == "unknown"
        with pytest.raises(StoreUnavailableError) as hung:
            await store.read([DRAFT])
        assert hung.value.outcome == "not_applied"
        assert time.monotonic() - began < 3
        server.thaw()
        assert ((await store.read([ANN]))[ANN].data or {})["x"] in (1, 2)
        await store.write(ANN, Merge({"x": 3}), FOREVER)


async def test_the_limits_are_those_of_the_specification() -> None:
    from flowcord.store import database

    assert (database.ACQUIRE_LIMIT, database.STATEMENT_LIMIT) == (3.0, 5.0)


async def test_a_cancelled_write_evicts_its_record(a: Store, b: Store, sql: Any) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    transaction = sql.transaction()
    await transaction.start()
    await sql.execute("SELECT 1 FROM flowcord_record FOR UPDATE")
    writing = asyncio.create_task(a.write(ANN, Merge({"x": 2}), FOREVER))
    async with asyncio.timeout(10):
        while not await sql.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            pass
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await transaction.rollback()
    assert a.peek(ANN) is None
    assert (await a.read([ANN]))[ANN].data == (await b.read_fresh(ANN)).data


async def test_nothing_of_a_connection_is_left_to_the_next_user(a: Store, sql: Any) -> None:
    """The pool resets nothing, so nothing may be left behind: locks, settings, transactions, LISTEN."""
    with pytest.raises(ZeroDivisionError):
        async with a.atomic():
            await a.items.create(Address("user", "1", "notes/1"), {}, FOREVER, max_items=1)
            raise ZeroDivisionError
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    database = a._database  # pyright: ignore[reportPrivateUsage]
    async with database.connection("looking") as connection:
        assert not await connection.fetch("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")
        assert not await connection.fetch("SELECT 1 FROM pg_settings WHERE source = 'session'")
        assert not await connection.fetch("SELECT pg_listening_channels()")
        rows = await connection.fetch("SELECT pg_current_xact_id_if_assigned() AS id")
        assert rows[0]["id"] is None


async def test_a_closed_store_says_so(database: str, clock: VirtualClock) -> None:
    store = Store(database, clock=clock)
    with pytest.raises(StoreUnavailableError, match="not started"):
        await store.read([ANN])
    await store.start()
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        await store.write(ANN, Merge({"x": 1}), FOREVER)
