"""Two stores on one database: what the specification calls processes A and B."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from flowcord.store import Address, Policy, Store
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


async def until(condition: Callable[[], object]) -> None:
    """Wait for what another process, here Postgres, is about to cause."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)
