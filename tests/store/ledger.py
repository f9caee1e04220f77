"""Writers that keep account: what was acknowledged is there once, what was refused is not, none is half."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from flowcord.errors import StoreUnavailableError
from flowcord.store import Address, Append, Conflict, Replace, Store, Written
from tests.store.conftest import ANN, DRAFT, FOREVER, GUILD, numbers

__all__ = ("TOGETHER", "Ledger", "Load")

LOG, SWAPPED, COUNTED = (Address("user", "1", name) for name in ("log", "swapped", "counted"))
TOGETHER = (ANN, DRAFT, GUILD)
"""The records that every unit of work writes, all three of them."""

Write: TypeAlias = Callable[[Store, str], Awaitable[Written]]


class Ledger:
    """Every write stores a token of its own; here stands what its writer was told of it."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()
        self.refused: set[str] = set()
        self.unknown: set[str] = set()
        self.silenced = ""
        """How tokens begin of writers that could not say what became of their last writes."""

    async def check(self, sql: Any) -> set[str]:
        """Compare it with what a plain connection reads; the tokens that are there."""
        rows = await sql.fetch("SELECT name, scope, data, version FROM flowcord_record")
        found = {(row["scope"], row["name"]): json.loads(row["data"]) for row in rows}
        logs = [found.get((address.scope, address.name), {}).get("log", []) for address in TOGETHER]
        assert logs[0] == logs[1] == logs[2], "a unit of work is there in part"
        counted = dict(found.get(("user", COUNTED.name), {"sum": 0}))
        total = counted.pop("sum")
        assert total == sum(counted.values())
        singles = (found.get(("user", address.name), {}).get("log", []) for address in (LOG, SWAPPED))
        items = [name.partition("/")[2] for _, name in found if "/" in name]
        there = Counter(itertools.chain(logs[0], *singles, items)) + Counter(counted)
        assert [token for token, times in there.items() if times != 1] == []
        assert self.acknowledged - set(there) == set()
        assert self.refused & set(there) == set()
        untold = set(there) - self.acknowledged - self.unknown
        assert [token for token in untold if not self.silenced or not token.startswith(self.silenced)] == []
        return set(there)


class Load:
    """Tasks that write to these stores until the block ends, in every way there is."""

    def __init__(
        self, *stores: Store, name: str = "ours", tell: Callable[[str], object] = lambda _token: None
    ) -> None:
        self.ledger = Ledger()
        self.versions: dict[Address, int] = {}
        """The newest version of each record that a writer was told of."""
        self.up = asyncio.Event()
        """Cleared while the server is known to be down: whoever fails then waits until it is back."""
        self.up.set()
        self._stores = stores
        self._name = name
        self._tell = tell
        self._numbers = itertools.count()
        self._over = False
        self._news = asyncio.Event()

    async def __aenter__(self) -> Load:
        self._tasks = [
            asyncio.create_task(self._keep_on(store, write))
            for store in self._stores
            for write in (_append, _count, _swap, _create, _together, _together)
        ]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._over = True
        self.up.set()
        await asyncio.gather(*self._tasks)

    async def more(self, count: int) -> None:
        """Return once so many more writes were acknowledged."""
        enough = len(self.ledger.acknowledged) + count
        async with asyncio.timeout(30):
            while len(self.ledger.acknowledged) < enough:
                self._news.clear()
                await self._news.wait()

    async def _keep_on(self, store: Store, write: Write) -> None:
        while not self._over:
            token = f"{self._name} {next(self._numbers)}"
            try:
                record = (await write(store, token)).record
                self.ledger.acknowledged.add(token)
                self._tell(token)
                self._news.set()
                self.versions[record.address] = max(record.version, self.versions.get(record.address, 0))
                # Whatever happens meanwhile, nobody is shown less than what he was told is stored.
                assert (await store.read([record.address]))[record.address].version >= record.version
            except StoreUnavailableError as error:
                if token not in self.ledger.acknowledged:
                    (self.ledger.unknown if error.outcome == "unknown" else self.ledger.refused).add(token)
                await self.up.wait()


async def _append(store: Store, token: str) -> Written:
    return await store.write(LOG, Append("log", token), FOREVER)


async def _count(store: Store, token: str) -> Written:
    return await store.write(COUNTED, numbers(**{token: 1, "sum": 1}), FOREVER)


async def _swap(store: Store, token: str) -> Written:
    while True:
        basis = await store.read_fresh(SWAPPED)
        log = (basis.data or {"log": []})["log"]
        try:
            return await store.write(SWAPPED, Replace({"log": [*log, token]}, basis), FOREVER)
        except Conflict:
            continue


async def _create(store: Store, token: str) -> Written:
    return await store.items.create(Address("user", "1", f"notes/{token}"), {}, FOREVER, max_items=100_000)


async def _together(store: Store, token: str) -> Written:
    async with store.atomic():
        written = await store.write(TOGETHER[0], Append("log", token), FOREVER)
        async with store.atomic():
            await store.write(TOGETHER[1], Append("log", token), FOREVER)
        await store.write(TOGETHER[2], Append("log", token), FOREVER)
    return written
