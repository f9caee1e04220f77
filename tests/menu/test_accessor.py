"""StateAccessor: every change is validated, a refused one changes nothing, and nobody changes it sideways."""

from __future__ import annotations

import contextlib
import copy
import threading
from typing import Annotated, Any

import discord
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, model_validator

from flowcord import StateAccessor, StateValidationError


class Point(BaseModel):
    x: NonNegativeInt = 0
    marks: list[int] = []


class Shape(BaseModel):
    name: str = Field("none", max_length=5)
    size: Annotated[int, Field(ge=0, le=9)] = 0
    points: list[Point] = []
    corners: tuple[Point, ...] = ()
    labels: dict[str, Point] = {}
    tags: set[str] = set()
    origin: Point = Point()


points = st.builds(Point, x=st.integers(0, 5), marks=st.lists(st.integers(0, 3), max_size=2))
good = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=5),
        "size": st.integers(0, 9),
        "points": st.lists(points, max_size=2),
        "corners": st.lists(points, max_size=2).map(tuple),
        "labels": st.dictionaries(st.text(max_size=2), points, max_size=2),
        "tags": st.sets(st.text(max_size=2), max_size=2),
        "origin": points,
    },
)
bad = st.one_of(
    st.fixed_dictionaries({"name": st.text(min_size=6, max_size=8)}),
    st.fixed_dictionaries({"size": st.integers(min_value=10) | st.text(alphabet="xyz", min_size=1)}),
    st.fixed_dictionaries({"points": st.just([{"x": -1}])}),
    st.fixed_dictionaries({"nothing": st.integers()}),
)


class Model(RuleBasedStateMachine):
    """Random changes, wanted and refused, against a plain dict."""

    def __init__(self) -> None:
        super().__init__()
        self.accessor = StateAccessor(Shape)
        self.expected: dict[str, Any] = dict(Shape())
        self.saved: tuple[Shape, dict[str, Any]] | None = None

    @rule(fields=good)
    def set_fields(self, fields: dict[str, Any]) -> None:
        self.accessor.set(**fields)
        self.expected = {**dict(Shape()), **copy.deepcopy(fields)}

    @rule(fields=good)
    def set_model(self, fields: dict[str, Any]) -> None:
        given = Shape(**fields)
        self.accessor.set(given)
        given.tags.add("changed later")
        self.expected = {**dict(Shape()), **copy.deepcopy(fields)}

    @rule(fields=good)
    def merge(self, fields: dict[str, Any]) -> None:
        self.accessor.merge(**fields)
        self.expected |= copy.deepcopy(fields)

    @rule(fields=good, raises=st.booleans())
    def edit(self, fields: dict[str, Any], raises: bool) -> None:
        with contextlib.suppress(ZeroDivisionError), self.accessor.edit() as draft:
            for name, value in fields.items():
                setattr(draft, name, value)
            if raises:
                raise ZeroDivisionError
        if not raises:
            self.expected |= copy.deepcopy(fields)

    @rule(fields=bad)
    def refuse(self, fields: dict[str, Any]) -> None:
        for change in (self.accessor.set, self.accessor.merge):
            with pytest.raises(StateValidationError) as caught:
                change(**fields)
            (name,) = fields
            assert any(field.split(".")[0] == name for field in caught.value.fields)
            assert name in str(caught.value)

    @rule(where=st.sampled_from(["point", "corner", "label", "origin"]))
    def edit_deep_inside_wrongly(self, where: str) -> None:
        inside = {"point": "points", "corner": "corners", "label": "labels", "origin": "origin"}[where]

        def ruin() -> None:
            with self.accessor.edit() as draft:
                held = getattr(draft, inside)
                spot = (
                    next(iter(held.values())) if where == "label" else held[0] if where != "origin" else held
                )
                spot.x = -1

        if not self.expected[inside]:
            return
        with pytest.raises(StateValidationError) as caught:
            ruin()
        assert "greater than or equal to 0" in str(caught.value)

    @rule()
    def reset(self) -> None:
        self.accessor.reset()
        self.expected = dict(Shape())

    @rule()
    def snapshot(self) -> None:
        self.saved = self.accessor.snapshot(), copy.deepcopy(self.expected)

    @precondition(lambda self: self.saved is not None)
    @rule()
    def restore(self) -> None:
        assert self.saved is not None
        snapshot, self.expected = self.saved[0], copy.deepcopy(self.saved[1])
        self.accessor.restore(snapshot)
        snapshot.tags.add("changed later")
        self.saved = None

    @rule()
    def try_to_change_what_current_returns(self) -> None:
        current: Any = self.accessor.current
        for change in (
            lambda: setattr(current, "size", 5),
            lambda: current.points.append(Point()),
            lambda: current.tags.add("x"),
            lambda: current.labels.update(a=Point()),
            lambda: setattr(current.origin, "x", 4),
            lambda: current.origin.marks.append(4),
        ):
            with pytest.raises(TypeError, match="read-only"):
                change()

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        assert dict(self.accessor.current) == self.expected
        assert all(self.accessor.get(name) == value for name, value in self.expected.items())


TestAgainstAModel: Any = Model.TestCase
TestAgainstAModel.settings = settings(max_examples=60, stateful_step_count=30)
TestAgainstAModel.pytestmark = [pytest.mark.case("S54")]


def test_the_names_of_unknown_fields_come_with_those_that_exist() -> None:
    accessor = StateAccessor(Point)
    for use in (lambda: accessor.get("y"), lambda: accessor.merge(y=1), lambda: accessor.set(y=1)):
        with pytest.raises(StateValidationError, match=r"Point has no field y; it has x, marks"):
            use()


def test_a_field_that_is_looked_for_in_the_wrong_place_is_told_the_right_one() -> None:
    state: Any = StateAccessor(Shape)
    with pytest.raises(AttributeError, match=r"read it as \.current\.size"):
        _ = state.size
    with pytest.raises(AttributeError, match="has no 'weight'"):
        _ = state.weight


def test_set_takes_a_model_or_fields() -> None:
    with pytest.raises(TypeError, match="not both"):
        StateAccessor(Point).set(Point(), x=1)


@pytest.mark.case("S54")
def test_several_problems_are_told_together_and_without_the_refused_values() -> None:
    accessor = StateAccessor(Shape)
    with pytest.raises(StateValidationError) as caught:
        accessor.merge(name="a secret name", size=44)
    assert set(caught.value.fields) == {"name", "size"}
    assert "secret" not in str(caught.value)
    assert "44" not in str(caught.value)
    assert accessor.current == Shape()


def test_rules_between_fields_hold() -> None:
    class Range(BaseModel):
        low: int = 0
        high: int = 10

        @model_validator(mode="after")
        def in_order(self) -> Range:
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

    accessor = StateAccessor(Range)
    with pytest.raises(StateValidationError, match="low is above high"):
        accessor.merge(low=11)
    with accessor.edit() as draft:
        draft.low, draft.high = 20, 30
    assert (accessor.current.low, accessor.current.high) == (20, 30)


def test_fields_are_set_by_their_own_names_whatever_their_aliases() -> None:
    class Aliased(BaseModel):
        item_count: int = Field(0, alias="itemCount")

    accessor = StateAccessor(Aliased)
    accessor.merge(item_count=4)
    with accessor.edit() as draft:
        draft.item_count += 1
    assert accessor.current.item_count == 5


def test_a_draft_kept_after_its_block_reaches_nothing() -> None:
    accessor = StateAccessor(Shape)
    with accessor.edit() as draft:
        draft.points.append(Point(x=1))
    draft.points.append(Point(x=2))
    draft.size = 9
    assert accessor.current == Shape(points=[Point(x=1)])


def test_a_model_of_arbitrary_objects_works_until_one_must_be_copied() -> None:
    class Job(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        done: int = 0
        lock: Any = None

    accessor = StateAccessor(Job)
    accessor.merge(done=1)
    assert accessor.current.done == 1
    assert accessor.snapshot() == Job(done=1)
    accessor.merge(lock=threading.Lock())
    with pytest.raises(StateValidationError, match=r"Job\.lock cannot be copied") as caught:
        accessor.snapshot()
    assert set(caught.value.fields) == {"lock"}
    assert accessor.current.done == 1


def test_a_discord_object_is_kept_as_it_is() -> None:
    class Target(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        member: discord.Object | None = None

    member = discord.Object(80351110224678912)
    accessor = StateAccessor(Target)
    accessor.merge(member=member)
    with accessor.edit() as draft:
        assert draft.member is member
    assert accessor.current.member is accessor.snapshot().member is member
