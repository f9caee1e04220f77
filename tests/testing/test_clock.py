from __future__ import annotations

import asyncio

from hypothesis import given, strategies as st

from flowcord.testing import VirtualClock


def fire_until(clock: VirtualClock, end: float) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        while (due := clock.next_timer()) is not None and due <= end:
            clock.move_to(due)
            clock.fire_due(loop)
            await asyncio.sleep(0)

    asyncio.run(run())


@given(st.lists(st.floats(0, 1_000)))
def test_timers_fire_in_their_order_at_their_moment(whens: list[float]) -> None:
    clock = VirtualClock()
    fired: list[tuple[float, float]] = []
    for when in whens:
        clock.call_at(when, lambda when=when: fired.append((when, clock.now())))

    fire_until(clock, 1_000)

    assert [when for when, _ in fired] == sorted(whens)
    assert all(abs(now - when) <= 1e-6 for when, now in fired)


def test_a_cancelled_timer_does_not_fire_even_by_one_of_its_moment() -> None:
    clock = VirtualClock()
    fired: list[str] = []
    clock.call_at(1, lambda: late.cancel())
    late = clock.call_at(1, fired.append, "late")
    early = clock.call_at(0.5, fired.append, "early")
    early.cancel()

    fire_until(clock, 2)

    assert fired == []
    assert clock.next_timer() is None


def test_the_clock_never_falls() -> None:
    clock = VirtualClock(10)
    clock.move_to(20)
    clock.move_to(15)

    assert clock.now() == 20
    assert clock.elapsed == 10
