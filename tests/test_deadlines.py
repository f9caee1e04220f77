"""Deadlines: each strikes once, never early, behind one timer for all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from flowcord.deadlines import Deadline, Deadlines
from tests.clock import ManualClock

moments = st.integers(-3, 30)


class Model(RuleBasedStateMachine):
    """Random deadlines against a plain dict of when each is due."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.deadlines = Deadlines(self.clock)
        self.due: dict[Deadline, float] = {}
        self.struck: list[Deadline] = []

    def strike(self, deadline: Deadline) -> None:
        assert self.clock.now() >= self.due.pop(deadline), "early, or twice"
        assert not deadline.live
        self.struck.append(deadline)

    def set(self, deadline: Deadline, seconds: int) -> None:
        self.due[deadline] = self.clock.now() + seconds
        self.deadlines.move(deadline, self.due[deadline], lambda: self.strike(deadline))

    @rule(target=made, seconds=moments)
    def add(self, seconds: int) -> Deadline:
        when = self.clock.now() + seconds
        deadline = self.deadlines.at(when, lambda: self.strike(deadline))
        self.due[deadline] = when
        return deadline

    @rule(deadline=made, seconds=moments)
    def move(self, deadline: Deadline, seconds: int) -> None:
        self.set(deadline, seconds)

    @rule(deadline=made)
    def cancel(self, deadline: Deadline) -> None:
        deadline.cancel()
        self.due.pop(deadline, None)

    @rule(deadline=made)
    def forget(self, deadline: Deadline) -> None:
        self.deadlines.forget(deadline)
        self.deadlines._sweep()
        self.due.pop(deadline, None)

    @rule(seconds=st.integers(0, 40))
    def let_time_pass(self, seconds: int) -> None:
        limit = self.clock.now() + seconds
        expected = sorted(when for when in self.due.values() if when <= limit)
        planned, self.struck = dict(self.due), []
        self.clock.advance(seconds)
        assert [planned[deadline] for deadline in self.struck] == expected, "not in order of time"
        assert all(when > limit for when in self.due.values())

    @rule(seconds=st.integers(0, 40))
    def wake_up_late(self, seconds: int) -> None:
        planned, self.struck = dict(self.due), []
        expected = sorted(when for when in planned.values() if when <= self.clock.now() + seconds)
        self.clock.jump(seconds)
        assert [planned[deadline] for deadline in self.struck] == expected, "not in order of time"

    @invariant()
    def one_timer_stands_for_all(self) -> None:
        assert len(self.clock.armed) <= 1
        if self.due:
            assert self.clock.armed[0] <= max(min(self.due.values()), self.clock.now())

    @invariant()
    def a_deadline_knows_when_it_is_due(self) -> None:
        assert all(deadline.live and deadline.when == when for deadline, when in self.due.items())

    def teardown(self) -> None:
        self.deadlines.close()
        self.struck = []
        self.clock.advance(1000)
        assert self.struck == []


TestAgainstAModel: Any = Model.TestCase
TestAgainstAModel.settings = settings(max_examples=200, stateful_step_count=40)


def test_moving_a_deadline_later_arms_no_timer() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    deadline = deadlines.at(clock.now() + 300, lambda: None)
    armed = clock.armed
    for _ in range(1000):
        deadlines.move(deadline, deadline.when + 1 if deadline.when else 0, lambda: None)
    assert clock.armed == armed


def test_a_callback_may_set_its_own_deadline_again() -> None:
    clock = ManualClock()
    deadlines, strikes = Deadlines(clock), list[float]()

    def again() -> None:
        strikes.append(clock.now())
        deadlines.move(deadline, clock.now() + 10, again)

    deadline = deadlines.at(clock.now() + 10, again)
    clock.advance(35)
    assert strikes == [1010, 1020, 1030]


def test_when_everything_was_cancelled_no_timer_is_left_behind() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    made = [deadlines.at(clock.now() + seconds, lambda: None) for seconds in (1, 50, 900)]
    for deadline in made:
        deadline.cancel()
    clock.advance(1)
    assert clock.armed == []
