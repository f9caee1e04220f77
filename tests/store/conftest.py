"""Two stores on one database: what the specification calls processes A and B."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from flowcord.store import Address, Increment, Increments, Policy, Store
from flowcord.store.database import Database
from flowcord.store.statements import Statement
from flowcord.testing.clock import VirtualClock

ANN = Address("user", "42", "")
DRAFT = Address("session", "wizard/1/42", "draft")
GUILD = Address("project", "1", "")
FOREVER = Policy()


@pytest.fixture
def clock() -> VirtualClock:
    """The stores' time, which only the test moves."""
    return VirtualClock()


@asynccontextmanager
async def running(database: str, **options: Any) -> AsyncIterator[Store]:
    """A started store."""
    store = Store(database, **options)
    await store.start()
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def a(database: str, clock: VirtualClock) -> AsyncIterator[Store]:
    async with running(database, clock=clock) as store:
        yield store


@pytest.fixture
async def b(database: str, clock: VirtualClock) -> AsyncIterator[Store]:
    async with running(database, clock=clock) as store:
        yield store


@pytest.fixture
async def sql(database: str) -> AsyncIterator[Any]:
    """A plain connection: rows as they are, and changes by hand."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


class Ears:
    """Hears what a store hears, so that a test can wait for it."""

    def __init__(self, store: Store) -> None:
        self.heard: list[tuple[Address | None, int]] = []
        self._news = asyncio.Event()
        store.on_change(self._hear)

    def _hear(self, address: Address | None, version: int) -> None:
        self.heard.append((address, version))
        self._news.set()

    async def wait_for(self, address: Address | None, version: int = 0, *, times: int = 1) -> None:
        """Return once this change was heard; `None` is "anything may have changed"."""
        async with asyncio.timeout(10):
            while self.heard.count((address, version)) < times:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that a store sends to its pool from now on."""
    sent: list[str] = []
    run = Database._run  # pyright: ignore[reportPrivateUsage]

    async def noting(self: Database, statement: Statement, values: Mapping[str, Any], doing: str) -> Any:
        sent.append(statement.sql)
        return await run(self, statement, values, doing)

    monkeypatch.setattr(Database, "_run", noting)
    return sent


def numbers(**deltas: int) -> Increments:
    """Plain increments of ints that count from 0."""
    return Increments(tuple(Increment(field, delta, 0) for field, delta in deltas.items()))
