"""The commands about stored data: `flowcord inspect …` and `flowcord db purge-expired`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from flowcord.clock import LoopClock
from flowcord.store import Store
from flowcord.store.inspection import Stored, Whose

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ("as_json", "as_table", "erase", "find", "purge_expired")

T = TypeVar("T")
_VALUE_LENGTH = 80


def find(url: str, whose: Whose, id: str) -> list[Stored]:
    """What is stored of a user, a server or a session."""
    return _with(url, lambda store: store.inspect(whose, id))


def erase(url: str, user: str) -> int:
    """End every record of a user, as `flows.forget_user` does; how many there were."""
    return _with(url, lambda store: store.forget(user))


def purge_expired(url: str) -> int:
    """End what has expired, now; how many records there were."""
    return _with(url, lambda store: store.sweep())


def as_json(found: Sequence[Stored]) -> str:
    """The whole of it, for people and machines."""
    return json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=2)


def as_table(found: Sequence[Stored], title: str) -> Table:
    """One line for each record; long values are cut."""
    from rich.table import Table
    from rich.text import Text

    table = Table("scope", "id", "record", "version", "updated", "expires", "data", title=Text(title))
    for each in found:
        data = json.dumps(each.data, ensure_ascii=False)
        table.add_row(
            each.address.scope,
            Text(each.address.scope_id),
            Text(each.address.name or "(state)"),
            str(each.version),
            f"{each.updated_at:%Y-%m-%d %H:%M}",
            "" if each.expires_at is None else f"{each.expires_at:%Y-%m-%d %H:%M}",
            Text(data if len(data) <= _VALUE_LENGTH else data[: _VALUE_LENGTH - 1] + "…"),
        )
    return table


def _plain(stored: Stored) -> dict[str, Any]:
    expires = None if stored.expires_at is None else stored.expires_at.isoformat()
    rest = {"version": stored.version, "revision": stored.revision, "expires_at": expires}
    updated = stored.updated_at.isoformat()
    return {**stored.address._asdict(), **rest, "updated_at": updated, "data": dict(stored.data)}


def _with(url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        async with _started(url) as store:
            return await work(store)

    return asyncio.run(run())


@asynccontextmanager
async def _started(url: str) -> AsyncGenerator[Store]:
    store = Store(url, pool_size=1, clock=LoopClock())
    await store.start()
    try:
        yield store
    finally:
        await store.close()
