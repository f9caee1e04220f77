"""Declarations that are wrong in themselves are found where they are written."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    field_validator,
    model_validator,
)

from flowcord.data import Block, Scope, collection, resource, state
from flowcord.errors import DeclarationError


class Plain(BaseModel):
    clicks: int = 0
    name: str = ""


class Excluded(BaseModel):
    token: str = Field("", exclude=True)


class Inner(BaseModel):
    hidden: int = Field(0, exclude=True)


class ExcludedInside(BaseModel):
    inner: list[Inner] = []


class Secret(BaseModel):
    token: SecretStr = SecretStr("")


class Opaque:
    pass


class Arbitrary(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    thing: Opaque | None = None


@dataclass
class Point:
    x: int = 0


class Mutable(BaseModel):
    points: list[Point] = []


@dataclass(frozen=True)
class Size:
    width: int = 0


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")


class BadDefault(BaseModel):
    clicks: Annotated[int, Field(ge=1)] = 0


class InfiniteDefault(BaseModel):
    ratio: float = float("inf")


class RandomDefault(BaseModel):
    seed: float = Field(default_factory=random.random)


class DependentDefault(BaseModel):
    a: int = 1
    b: int = Field(default_factory=lambda data: data["a"])


class Restless(BaseModel):
    name: Annotated[str, AfterValidator(lambda text: text + "!")] = "a"


class Root(RootModel[list[int]]):
    root: list[int] = []


@pytest.mark.case("D39", "D40")
@pytest.mark.parametrize(
    ("model", "word"),
    [
        (Excluded, "token"),
        (ExcludedInside, "hidden"),
        (Secret, "secrets"),
        (Arbitrary, "no JSON form.*IsInstanceSchema"),
        (Mutable, "frozen dataclass"),
        (Extra, "extra"),
        (BadDefault, "clicks"),
        (InfiniteDefault, "ratio"),
        (RandomDefault, "seed"),
        (DependentDefault, "b"),
        (Restless, "name"),
        (Root, "root model"),
    ],
)
@pytest.mark.parametrize("declare", [state, resource, collection])
def test_a_model_that_cannot_be_stored_and_read_back_is_refused(
    declare: Any, model: type[BaseModel], word: str
) -> None:
    with pytest.raises(DeclarationError, match=word):
        declare(model, scope=Scope.USER)


class Rich(BaseModel):
    line: deque[int] = deque()
    size: Size = Size()
    when: datetime = datetime(2026, 1, 1)
    span: timedelta = timedelta(0)
    path: Path = Path("x")
    uid: UUID = UUID(int=0)
    price: Decimal = Decimal("1.10")
    mode: Literal["a", "b"] = "a"
    pair: tuple[int, str] = (1, "a")
    marks: set[int] = set()
    tree: dict[int, list[Plain]] = {}
    raw: bytes = b""
    anything: Any = None


def test_everything_that_reads_back_equal_can_be_declared() -> None:
    for declare in (state, resource, collection):
        assert declare(Rich, scope=Scope.PROJECT).model is Rich


class Range(BaseModel):
    start: int = 0
    end: int = 1

    @model_validator(mode="after")
    def ordered(self) -> Range:
        if self.start >= self.end:
            raise ValueError("start must be before end")
        return self


class Looking(BaseModel):
    start: int = 0
    end: int = 1

    @field_validator("end")
    @classmethod
    def after_start(cls, value: int, info: Any) -> int:
        assert value > info.data["start"]
        return value


class PostInit(BaseModel):
    start: int = 0

    def model_post_init(self, context: Any, /) -> None:
        assert self.start < 10


@pytest.mark.case("D37")
@pytest.mark.parametrize("model", [Range, Looking, PostInit])
def test_a_state_model_has_no_validator_of_several_fields_but_a_resource_may(model: type[BaseModel]) -> None:
    with pytest.raises(DeclarationError, match="resource"):
        state(model, scope=Scope.USER)
    assert resource(model, scope=Scope.USER).shape.whole


class Impossible(BaseModel):
    start: int = 2
    end: int = 1
    ordered = model_validator(mode="after")(Range.ordered)


@pytest.mark.case("D40")
def test_defaults_that_are_not_valid_together_are_refused() -> None:
    with pytest.raises(DeclarationError, match="together"):
        resource(Impossible, scope=Scope.USER)


class Required(BaseModel):
    title: str


def test_a_resource_needs_defaults_and_an_item_does_not() -> None:
    with pytest.raises(DeclarationError, match="title"):
        resource(Required, scope=Scope.USER)
    assert collection(Required, scope=Scope.USER).shape.required == ("title",)


@pytest.mark.case("D100")
def test_an_unknown_exposed_field_lists_the_valid_ones() -> None:
    with pytest.raises(DeclarationError, match=r"nope.*clicks, name"):
        state(Plain, scope=Scope.USER, expose={"nope"})


@pytest.mark.parametrize("name", ["Plan", "1st", "", "a/b", "a-b", "x" * 64])
def test_names_are_checked(name: str) -> None:
    with pytest.raises(DeclarationError, match="name"):
        resource(Plain, scope=Scope.USER, name=name)
    with pytest.raises(DeclarationError, match="name"):
        collection(Plain, scope=Scope.USER, name=name)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(DeclarationError, match="pydantic model"):
        state(dict, scope=Scope.USER)  # type: ignore[type-var]
    with pytest.raises(DeclarationError, match="scope"):
        state(Plain, scope="user")  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match="max_items"):
        collection(Plain, scope=Scope.USER, max_items=0)


class Part(Block):
    modes = state(Plain, scope=Scope.SESSION)
    plans = resource(Plain, scope=Scope.SESSION)


@pytest.mark.case("D77")
def test_an_unbound_declaration_says_how_to_bind_it() -> None:
    part = Part()
    with pytest.raises(DeclarationError, match=r"Part\.modes.*class attribute"):
        _ = part.modes.value
    part.later = resource(Plain, scope=Scope.USER)  # type: ignore[attr-defined]
    with pytest.raises(DeclarationError, match="class attribute"):
        part.later.patch(clicks=1)  # type: ignore[attr-defined]


def test_on_the_class_an_attribute_is_the_declaration() -> None:
    assert Part.modes.label == "Part.modes"
    assert Part.plans.name == "plans"
    assert not hasattr(Part.plans, "nothing_such")
