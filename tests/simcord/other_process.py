"""A second bot process on the database of a test: it clicks when it is told to, and says what it sees.

Its simulated Discord is made like the test's own, so its Ann and its server have the same ids.
"""

from __future__ import annotations

import asyncio
import sys

from bots import create_bot
from tests.simcord.world import simulated


async def main(database: str, clicks: int) -> None:
    async with simulated(create_bot(database)) as world:
        counter, poll = await world.ann.open("counter"), await world.ann.open("poll")
        voters = [world.join(f"voter{number}") for number in range(clicks)]
        print(world.ann.id, flush=True)
        sys.stdin.readline()
        for voter in voters:
            await world.ann.click(counter, "+1")
            await voter.click(poll, "Vote no")
        print(*counter.lines, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
