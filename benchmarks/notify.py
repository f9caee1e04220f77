"""What LISTEN/NOTIFY costs: the delay until another process hears of a write, and the writes it caps.

`python -m benchmarks.notify` prints both.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from typing import Any

import asyncpg

from benchmarks.crowd import rate_of
from benchmarks.store import Comparison, Rate, on_embedded_postgres, statement
from flowcord.store import Address, Merge, Policy, Store

__all__ = ("delays", "writes_with_and_without")

WRITES = 400
WRITERS, PER_WRITER, ROUNDS = 10, 100, 5
_TRIGGERS = ("flowcord_record_insert", "flowcord_record_update")
_HEARD = Address("user", "heard", "")


async def delays(database: str) -> list[Comparison]:
    """From the call of a write to `on_change` in another process, beside its own return: the commit, which
    both wait for, is somewhere between."""
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.notify", "listen", database, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    store = Store(database)
    await store.start()
    try:
        await other.stdout.readline()  # it listens
        heard: list[float] = []
        returned: list[float] = []
        for number in range(WRITES):
            began = time.monotonic_ns()
            await store.write(_HEARD, Merge({"n": number}), Policy())
            returned.append((time.monotonic_ns() - began) / 1000)
            heard.append((int(await other.stdout.readline()) - began) / 1000)
    finally:
        await store.close()
        other.kill()
        await other.wait()
    return [
        Comparison(
            f"until another process hears of a write (beside: until it returns), p{part}",
            _part(heard, part),
            _part(returned, part),
        )
        for part in (50, 99)
    ]


def _part(taken: list[float], part: int) -> float:
    return statistics.quantiles(taken, n=100)[part - 1]


async def _listen(database: str) -> None:
    store = Store(database)
    await store.start()

    def hear(address: Address | None, version: int) -> None:
        if address == _HEARD:
            print(time.monotonic_ns(), flush=True)

    store.on_change(hear)
    print("listening", flush=True)
    await asyncio.Event().wait()


async def writes_with_and_without(pool: Any) -> Rate:
    """Writers of rows of their own, with the triggers that notify and without them."""
    changes = {n: statement(Address("user", f"writer{n}", ""), Merge({"n": 0})) for n in range(WRITERS)}
    number = 0

    async def write() -> None:
        nonlocal number
        number += 1
        sql, values = changes[number % WRITERS]
        await pool.fetch(sql, *values(Merge({"n": number})))

    rates: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    for _ in range(ROUNDS):
        for switch, taken in rates.items():
            for trigger in _TRIGGERS:
                await pool.execute(f"ALTER TABLE flowcord_record {switch} TRIGGER {trigger}")
            taken.append(await rate_of(write, tasks=WRITERS, each=PER_WRITER))
    for trigger in _TRIGGERS:
        await pool.execute(f"ALTER TABLE flowcord_record ENABLE TRIGGER {trigger}")
    return Rate(
        f"writes of {WRITERS} connections, with and without NOTIFY",
        statistics.median(rates["ENABLE"]),
        statistics.median(rates["DISABLE"]),
    )


async def _measure(database: str) -> list[Comparison | Rate]:
    pool = await asyncpg.create_pool(database, min_size=WRITERS, max_size=WRITERS)
    try:
        return [*await delays(database), await writes_with_and_without(pool)]
    finally:
        await pool.close()


def main() -> None:
    """Measure and print; with `listen URL`, be the other process."""
    if sys.argv[1:2] == ["listen"]:
        asyncio.run(_listen(sys.argv[2]))
        return
    for each in on_embedded_postgres(_measure):
        print(each)


if __name__ == "__main__":
    main()
