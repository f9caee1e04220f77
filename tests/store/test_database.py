"""The pool: what is left of a statement that did not come to its end."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from flowcord.store import Merge, Store
from tests.store.conftest import ANN, FOREVER

OPEN = """SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'flowcord' AND xact_start IS NOT NULL"""


async def test_a_statement_cancelled_before_it_is_executed_leaves_no_lock_on_the_table(
    a: Store, sql: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = asyncpg.Connection._get_statement

    async def cancelled_then(*args: Any, **options: Any) -> None:
        await prepare(*args, **options)
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "_get_statement", cancelled_then)
        with pytest.raises(asyncio.CancelledError):
            await a.write(ANN, Merge({"x": 1}), FOREVER)
    assert await sql.fetchval(OPEN) == 0
    async with sql.transaction():
        await sql.execute("LOCK TABLE flowcord_record IN ACCESS EXCLUSIVE MODE NOWAIT")
