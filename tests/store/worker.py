"""A second process on the same Postgres.

`python -m tests.store.worker URL COUNT` writes for `test_concurrency`, and ends. Without a COUNT it writes
until it is killed, and prints the token of every write that was acknowledged.
"""

from __future__ import annotations

import asyncio
import os
import sys

from flowcord.store import Append, Store
from tests.store.conftest import ANN, FOREVER, numbers
from tests.store.ledger import Load


async def work(database: str, count: int) -> None:
    store = Store(database)
    await store.start()
    try:
        print("ready", flush=True)
        sys.stdin.readline()
        for n in range(count):
            await asyncio.gather(
                store.write(ANN, numbers(clicks=1), FOREVER),
                store.write(ANN, Append("log", f"theirs {n}"), FOREVER),
            )
    finally:
        await store.close()


async def work_until_killed(database: str) -> None:
    store = Store(database)
    await store.start()
    async with Load(store, name=f"of {os.getpid()}", tell=lambda token: print(token, flush=True)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        asyncio.run(work(sys.argv[1], int(sys.argv[2])))
    else:
        asyncio.run(work_until_killed(sys.argv[1]))
