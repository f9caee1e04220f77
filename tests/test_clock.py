"""The loop's own clock keeps the promises of the seam."""

from __future__ import annotations

import asyncio

from flowcord.clock import LoopClock


async def test_a_timer_of_the_loop_runs_once_and_not_before_its_time() -> None:
    clock, ran = LoopClock(), asyncio.Event()
    before, after = clock.now(), list[float]()

    def strike() -> None:
        after.append(clock.now())
        ran.set()

    clock.call_at(before + 0.01, strike)
    clock.call_at(before + 0.005, lambda: after.append(-1)).cancel()
    await asyncio.wait_for(ran.wait(), 5)
    (moment,) = after
    assert moment >= before + 0.01 - 0.001  # the loop's own resolution
