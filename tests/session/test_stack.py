"""MenuStack: plain entries up to its capacity, and openers, which are never forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flowcord import MenuStack, Options
from flowcord.session.stack import CAPACITY, Entry, Opener
from tests.session.menus import M

Frame = Entry | Opener


class Model(RuleBasedStateMachine):
    """Random uses of a stack against a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = MenuStack()
        self.model: list[Frame] = []

    @rule(count=st.integers(1, 40))
    def push_entries(self, count: int) -> None:
        for _ in range(count):
            self._push(Entry(M, Options()))

    @rule()
    def push_opener(self) -> None:
        self._push(Opener(M()))

    def _push(self, frame: Frame) -> None:
        self.stack.push(frame)
        self.model.append(frame)
        entries = [each for each in self.model if isinstance(each, Entry)]
        if len(entries) > CAPACITY:
            self.model.remove(entries[0])

    @rule()
    def pop(self) -> None:
        expected = self.model.pop() if self.model else None
        assert self.stack.top is expected
        assert self.stack.pop() is expected

    @rule()
    def cut_to_opener(self) -> None:
        openers = [index for index, each in enumerate(self.model) if isinstance(each, Opener)]
        expected = self.model[openers[-1]] if openers else None
        assert self.stack.opener is expected
        assert self.stack.cut_to_opener() is expected
        if openers:
            del self.model[openers[-1] :]

    @rule()
    def clear(self) -> None:
        self.stack.clear()
        while self.model and isinstance(self.model[-1], Entry):
            self.model.pop()

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        assert self.stack.snapshot() == tuple(self.model)
        assert (len(self.stack), bool(self.stack)) == (len(self.model), bool(self.model))

    @invariant()
    def it_holds_no_more_than_it_may(self) -> None:
        assert sum(isinstance(frame, Entry) for frame in self.stack.frames) <= CAPACITY


TestAgainstAModel: Any = Model.TestCase
TestAgainstAModel.settings = settings(max_examples=60, stateful_step_count=40)
TestAgainstAModel.pytestmark = [pytest.mark.case("S65")]


def test_a_snapshot_is_not_the_stack() -> None:
    stack = MenuStack()
    stack.push(Entry(M, Options()))
    before = stack.snapshot()
    stack.clear()
    assert len(before) == 1
