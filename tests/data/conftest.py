"""Two processes A and B, each with the same flows added, on one real Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import pytest

from flowcord.clock import LoopClock, TimerHandle
from flowcord.data import Block, Catalog, Declaration, FlowSpec, SessionData, load, scope_ids
from flowcord.store import Store

ANN, BOB = 42, 43

BlockT = TypeVar("BlockT", bound=Block)
HandleT = TypeVar("HandleT")


class HurriedClock(LoopClock):
    """Real time, but the short waits between attempts are noted and skipped."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def call_at(self, when: float, callback: Callable[[], object]) -> TimerHandle:
        pause = when - self.now()
        if pause > 0.1:
            return super().call_at(when, callback)
        self.pauses.append(pause)
        return asyncio.get_running_loop().call_soon(callback)


class App:
    """What a `FlowCord` is to the data layer: a store and the flows that were added."""

    def __init__(self, store: Store, clock: HurriedClock) -> None:
        self.store = store
        self.clock = clock
        self.catalog = Catalog()
        self.kinds: set[str] = set()
        self.sessions: dict[int, SessionData] = {}

    def add(self, *menus: type[Block], kind: str = "demo", **options: Any) -> None:
        options.setdefault("flow", None)
        self.catalog.add([FlowSpec(kind, menus=menus, **options)], has_store=True)
        self.kinds.add(kind)

    def session(
        self, *, kind: str = "demo", owner: int = ANN, guild: int | None = 1, **ids: Any
    ) -> SessionData:
        stored = scope_ids(kind, owner_id=owner, guild_id=guild, **ids)
        return SessionData(self.catalog.flow(kind), self.store, stored)

    async def open(self, menu: type[BlockT], **options: Any) -> BlockT:
        """A menu of a new session, bound and loaded; added on the way if it was not."""
        if (kind := options.get("kind", "demo")) not in self.kinds:
            self.add(menu, kind=kind)
        data = self.session(**options)
        instance = menu()
        data.bind(instance)
        await data.load(instance)
        self.sessions[id(instance)] = data
        return instance

    async def reload(self, menu: Block) -> None:
        """What happens before each handler."""
        await self.sessions[id(menu)].load(menu)

    async def load(self, declaration: Declaration[HandleT], scope_id: str) -> HandleT:
        return await load(self.catalog, self.store, declaration, scope_id)

    def stats(self, *names: str) -> tuple[float, ...]:
        numbers = self.store.stats()
        return tuple(numbers[name] for name in names)


@asynccontextmanager
async def running(database: str, **options: Any) -> AsyncIterator[App]:
    clock = HurriedClock()
    store = Store(database, clock=clock, **options)
    await store.start()
    try:
        yield App(store, clock)
    finally:
        await store.close()


@pytest.fixture
async def a(database: str) -> AsyncIterator[App]:
    async with running(database) as app:
        yield app


@pytest.fixture
async def b(database: str) -> AsyncIterator[App]:
    async with running(database) as app:
        yield app


@pytest.fixture
async def sql(database: str) -> AsyncIterator[Any]:
    """A plain connection: rows as they are, and changes by hand."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def rows(sql: Any) -> dict[tuple[str, str, str], tuple[str, int]]:
    """Every stored record by address: its JSON text and version."""
    found = await sql.fetch("SELECT scope, scope_id, name, data::text AS data, version FROM flowcord_record")
    return {
        (each["scope"], each["scope_id"], each["name"]): (each["data"], each["version"]) for each in found
    }
