"""Collections: many items under one name, listed by key, limited by Postgres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flowcord.errors import ConcurrentModificationError
from flowcord.store.executor import Executor
from flowcord.store.failures import Refused
from flowcord.store.item_statements import (
    COUNT,
    DELETE,
    EVICT,
    LIST_NEWEST,
    LIST_OLDEST,
    LOCK_COLLECTION,
    create,
)
from flowcord.store.records import Address, Json, Policy, Record, Written
from flowcord.store.shapes import dump
from flowcord.store.writing import Fetch, parameters, record_of

__all__ = ("Items",)

_ROUNDS = 10


class Items:
    """The items of collections: records named `<collection>/<key>`."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def list(
        self,
        scope: str,
        scope_id: str,
        collection: str,
        *,
        after: str | None = None,
        limit: int = 50,
        newest_first: bool = False,
    ) -> Sequence[Record]:
        """Up to `limit` items in key order, behind the key `after`. They fill the cache."""
        values = _range(scope, scope_id, collection) | {"count": limit}
        if after is not None:
            values["high" if newest_first else "low"] = f"{collection}/{after}"
        statement = LIST_NEWEST if newest_first else LIST_OLDEST
        return await self._executor.select(statement, values, f"listing {collection}")

    async def count(self, scope: str, scope_id: str, collection: str) -> int:
        """How many items there are."""
        rows = await self._executor.fetch(
            COUNT, _range(scope, scope_id, collection), f"counting {collection}"
        )
        return int(rows[0]["count"])

    async def create(
        self,
        address: Address,
        data: Mapping[str, Json],
        policy: Policy,
        *,
        max_items: int | None = None,
        when_full: Literal["refuse", "oldest"] = "refuse",
    ) -> Written:
        """Create an item, or give the one that is there (`changed` is False then).

        Creates of a collection with `max_items` take turns, in all processes. A full one refuses
        (`Refused("max_items")`) or loses the item that was created first, in the same transaction.
        """
        if max_items is None:
            return await self._create(address, data, policy, None)
        async with self._executor.atomic():
            await self._take_turn(address)
            written = await self._create(address, data, policy, max_items if when_full == "refuse" else None)
            if written.changed and when_full == "oldest":
                await self._evict(address, max_items)
            return written

    async def _create(
        self, address: Address, data: Mapping[str, Json], policy: Policy, max_items: int | None
    ) -> Written:
        executor = self._executor
        statement = create(limited=max_items is not None)
        values = {
            **parameters(address, policy, executor.max_record_bytes),
            **_range(address.scope, address.scope_id, address.name.partition("/")[0]),
            "data": dump(data),
            "max_items": max_items,
        }

        async def perform(fetch: Fetch) -> Written:
            for _ in range(_ROUNDS):
                row = (await fetch(statement, values))[0]
                if row["created"] is not None:
                    return Written(record_of(address, row, executor.findings), bool(row["created"]))
                if not row["fits"]:
                    raise Refused("max_record_bytes")
                if not row["room"]:
                    raise Refused("max_items")
                # Created by another after this statement began, so it saw neither room nor item: again.
            raise ConcurrentModificationError(f"The item {address} never kept still", attempts=_ROUNDS)

        return await executor.write(address, perform, f"creating the item {address}")

    async def _take_turn(self, address: Address) -> None:
        unit = self._executor.unit
        assert unit is not None
        collection = f"{address.scope}/{address.scope_id}/{address.name.partition('/')[0]}"
        await unit.run(LOCK_COLLECTION, {"collection": collection}, f"waiting to create the item {address}")

    async def _evict(self, address: Address, max_items: int) -> None:
        unit = self._executor.unit
        assert unit is not None
        values = _range(address.scope, address.scope_id, address.name.partition("/")[0])
        doing = f"making room for the item {address}"
        for row in await unit.run(EVICT, values | {"max_items": max_items}, doing):
            gone = Address(row["scope"], row["scope_id"], row["name"])
            unit.wrote(record_of(gone, row, self._executor.findings))

    async def delete(self, address: Address) -> Written:
        """Delete an item; one that is not there is a no-op."""

        async def perform(fetch: Fetch) -> Written:
            rows = await fetch(DELETE, address._asdict())
            if not rows:
                return Written(Record(address), False)
            return Written(record_of(address, rows[0], self._executor.findings), True)

        return await self._executor.write(address, perform, f"deleting the item {address}")


def _range(scope: str, scope_id: str, collection: str) -> dict[str, Any]:
    # Names sort by code point ("C"), where "0" follows "/".
    return {"scope": scope, "scope_id": scope_id, "low": f"{collection}/", "high": f"{collection}0"}
