"""A second process on the same Postgres: `python -m tests.store.worker URL COUNT`, for `test_concurrency`."""

from __future__ import annotations

import asyncio
import sys

from flowcord.store import Append, Store
from tests.store.conftest import ANN, FOREVER, numbers


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


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
