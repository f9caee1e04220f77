"""Nothing invalid is committed, and what is refused is never quoted."""

from __future__ import annotations

import asyncio
import json
import math
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    NonNegativeInt,
    field_serializer,
    field_validator,
    model_validator,
)

from flowcord.data import Block, Scope, resource, state
from flowcord.errors import StateValidationError, StoredDataError
from tests.data.conftest import ANN, App, rows, running


def no_twins(words: list[str]) -> list[str]:
    if len(set(words)) < len(words):
        raise ValueError("words must differ")
    return words


def even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


class Node(BaseModel):
    name: str = Field("", max_length=5)
    children: list[Node] = []


class Labelled(BaseModel):
    model_config = ConfigDict(alias_generator=str.upper)

    text: str = ""


class Limited(BaseModel):
    clicks: NonNegativeInt = 0
    below: Annotated[int, Field(gt=-5, lt=5)] = 0
    share: Annotated[float, Field(le=1)] = 0.5
    money: Annotated[Decimal, Field(ge=0, max_digits=4)] = Decimal(0)
    three: Annotated[list[str], Field(max_length=3)] = []
    two_keys: Annotated[dict[str, int], Field(min_length=1, max_length=2)] = {"a": 1}
    unique: Annotated[list[str], AfterValidator(no_twins)] = []
    pairs: Annotated[int, AfterValidator(even)] = 0
    node: Node = Node()
    nodes: dict[str, Node] = {}
    anything: Any = None
    hexed: int = 0
    labelled: list[Labelled] = []

    @field_serializer("hexed")
    def as_hex(self, value: int) -> str:
        return hex(value)

    @field_validator("hexed", mode="before")
    @classmethod
    def from_hex(cls, value: object) -> object:
        return int(value, 16) if isinstance(value, str) else value


class Swapped(BaseModel):
    one: int = Field(1, alias="two")
    two: int = Field(2, alias="one")


class Apple(BaseModel):
    kind: Literal["apple"] = "apple"


class Pear(BaseModel):
    kind: Literal["pear"] = "pear"


class Tagged(BaseModel):
    tags: set[str] = set()
    by_name: dict[str, set[frozenset[str]]] = {}


class Quoting(BaseModel):
    tagged: list[Tagged] = []
    fruit: Annotated[Apple | Pear, Field(discriminator="kind")] = Apple()
    zone: ZoneInfo = ZoneInfo("UTC")
    uid: UUID = UUID(int=0)
    size: ByteSize = ByteSize(0)


class Span(BaseModel):
    start: int = 0
    end: int = 10
    names: list[str] = []
    price: Decimal = Decimal(0)

    @model_validator(mode="after")
    def ordered(self) -> Span:
        if self.start >= self.end:
            raise ValueError("start must be before end")
        if len(self.names) > self.end:
            raise ValueError("too many names")
        return self


class Looking(BaseModel):
    low: int = 0
    high: int = 10

    @field_validator("high")
    @classmethod
    def above_low(cls, value: int, info: Any) -> int:
        if value <= info.data["low"]:
            raise ValueError("high must be above low")
        return value


class Home(Block):
    limited = state(Limited, scope=Scope.USER)
    plan = resource(Limited, scope=Scope.USER)
    span = resource(Span, scope=Scope.USER)
    looking = resource(Looking, scope=Scope.USER)
    swapped = resource(Swapped, scope=Scope.USER)
    quoting = resource(Quoting, scope=Scope.USER)


@pytest.fixture
async def home(a: App) -> Home:
    return await a.open(Home)


@pytest.mark.case("D32", "D33")
async def test_an_invalid_argument_names_handle_field_and_rule_but_never_the_value(
    home: Home, sql: Any
) -> None:
    await home.limited.patch(clicks=1)
    refused: list[tuple[Any, str]] = [
        (lambda: home.limited.patch(clicks="hunter2"), "clicks"),
        (lambda: home.limited.patch(clicks=-7777), "clicks"),
        (lambda: home.limited.patch(node={"name": "hunter2"}), "node"),
        (lambda: home.limited.put("nodes", "k", {"name": "hunter2"}), "nodes"),
        (lambda: home.limited.set(Limited.model_construct(clicks="hunter2")), "clicks"),
        (
            lambda: home.limited.set(Limited.model_construct(node=Node.model_construct(name="hunter2"))),
            "node",
        ),
        (lambda: home.limited.append("three", 7777), "three"),
        (lambda: home.limited.patch(unique=["hunter2", "hunter2"]), "unique"),
        (lambda: home.limited.update(lambda limited: setattr(limited, "clicks", "hunter2")), "clicks"),
    ]
    for call, field in refused:
        with pytest.raises(StateValidationError) as caught:
            await call()
        error = caught.value
        assert (error.handle, list(error.fields)) == ("Home.limited", [field])
        assert "Home.limited" in str(error)
        assert field in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__
        assert not any(secret in str(error) + str(error.fields) for secret in ("hunter2", "7777"))
    assert home.limited.version == 1
    [(stored, version)] = (await rows(sql)).values()
    assert (json.loads(stored), version) == ({"clicks": 1}, 1)


@pytest.mark.parametrize(
    "fields",
    [{"fruit": {"kind": "hunter2"}}, {"zone": "hunter2"}, {"uid": "zhunter2"}, {"size": "5hunter2"}],
)
async def test_rules_of_pydantic_s_that_quote_the_value_do_not(home: Home, fields: dict[str, Any]) -> None:
    with pytest.raises(StateValidationError) as caught:
        await home.quoting.patch(**fields)
    assert "hunter2" not in str(caught.value) + str(caught.value.fields)
    assert "`z`" not in str(caught.value)


async def test_all_invalid_fields_are_reported_together(home: Home) -> None:
    with pytest.raises(StateValidationError) as caught:
        await home.limited.patch(clicks=-1, three=["a"] * 4, nope=1)
    assert set(caught.value.fields) == {"clicks", "three", "nope"}


async def test_arguments_are_converted_as_pydantic_does(home: Home) -> None:
    await home.limited.patch(clicks="5", node={"name": "n"})
    assert (home.limited.value.clicks, home.limited.value.node) == (5, Node(name="n"))
    await home.limited.set(Limited.model_construct(**Limited().model_dump() | {"clicks": "7"}))
    assert home.limited.value.clicks == 7


@pytest.mark.case("D34")
async def test_of_two_decrements_at_the_bound_one_lands(a: App, b: App, home: Home) -> None:
    await home.limited.patch(clicks=1)
    other = await b.open(Home)
    results = await asyncio.gather(
        home.limited.increment(clicks=-1), other.limited.increment(clicks=-1), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, StateValidationError)]
    assert len(refused) == 1
    assert "clicks" in refused[0].fields
    await a.reload(home)
    assert (home.limited.value.clicks, home.limited.version) == (0, 2)


@pytest.mark.parametrize(
    ("field", "fits", "breaks"),
    [("below", 4, 1), ("below", -4, -1), ("share", 0.5, 0.001), ("money", Decimal(9999), 1)],
)
async def test_bounds_hold_for_results(home: Home, field: str, fits: Any, breaks: Any) -> None:
    for handle in (home.limited, home.plan):
        await handle.increment(**{field: fits})
        with pytest.raises(StateValidationError, match=field):
            await handle.increment(**{field: breaks})
        assert handle.version == 1


@pytest.mark.case("D35")
async def test_lengths_and_validators_hold_for_results(home: Home) -> None:
    for word in "abc":
        await home.limited.append("three", word)
    await home.limited.append("unique", "a")
    await home.limited.put("two_keys", "b", 2)
    before = home.limited.version
    for call in (
        lambda: home.limited.append("three", "d"),
        lambda: home.limited.append("unique", "a"),
        lambda: home.limited.put("two_keys", "c", 3),
        lambda: home.limited.increment(pairs=1),
    ):
        with pytest.raises(StateValidationError):
            await call()
    assert home.limited.version == before
    await home.limited.put("two_keys", "b", 3)
    await home.limited.remove("two_keys", "b")
    with pytest.raises(StateValidationError):
        await home.limited.remove("two_keys", "a")
    await home.limited.append("unique", "b")
    await home.limited.increment(pairs=2)
    assert (home.limited.value.unique, home.limited.value.pairs) == (["a", "b"], 2)


async def test_version_checked_appends_lose_nothing(a: App, b: App) -> None:
    homes = [await app.open(Home) for app in (a, b)]
    writes = await asyncio.gather(*(home.limited.append("unique", f"{i}") for i, home in enumerate(homes)))
    last = max(writes, key=lambda write: write.version)
    assert sorted(last.value.unique) == ["0", "1"]


@pytest.mark.case("D36")
async def test_a_resource_is_valid_as_a_whole_after_every_write(home: Home, sql: Any) -> None:
    for call in (
        lambda: home.span.patch(start=20),
        lambda: home.span.increment(end=-10),
        lambda: home.span.set(Span.model_construct(start=3, end=2, names=[])),
        lambda: home.span.update(lambda span: setattr(span, "end", -1)),
        lambda: home.looking.patch(low=20),
        lambda: home.looking.patch(high=-1),
    ):
        with pytest.raises(StateValidationError):
            await call()
    assert await rows(sql) == {}
    await home.span.patch(start=20, end=30)
    assert home.span.value == Span(start=20, end=30)
    await home.looking.patch(low=20, high=21)
    assert (home.looking.value.low, home.looking.value.high) == (20, 21)
    await home.span.patch(start=0, end=1)
    await home.span.append("names", "a")
    with pytest.raises(StateValidationError, match="too many names"):
        await home.span.append("names", "b")
    assert (await home.span.reset()).value == Span()


@pytest.mark.case("D36")
async def test_what_the_loaded_record_forbids_the_newest_may_allow(a: App, b: App, home: Home) -> None:
    theirs = await b.open(Home)
    await theirs.span.patch(start=20, end=100)
    assert (await home.span.patch(start=50)).value == Span(start=50, end=100)
    with pytest.raises(StateValidationError):
        await home.span.patch(start=200)
    await theirs.span.patch(end=1000)
    assert (await home.span.update(lambda span: setattr(span, "start", span.start * 10))).value.start == 500
    assert home.span.value == Span(start=500, end=1000)


@pytest.mark.case("D16", "D41")
async def test_version_checked_increments_are_exact_too(home: Home) -> None:
    await home.span.patch(end=10**40)
    assert (await home.span.increment(end=1)).value.end == 10**40 + 1
    await home.span.patch(price=Decimal("1" * 40))
    assert (await home.span.increment(price=Decimal("0.1"))).value.price == Decimal("1" * 40 + ".1")


async def test_patching_one_field_of_a_validated_resource_stores_only_that_field(
    home: Home, sql: Any
) -> None:
    assert (await home.span.patch(end=10)).changed, "pinned, though equal to the default"
    [(stored, _)] = (await rows(sql)).values()
    assert json.loads(stored) == {"end": 10}
    assert not (await home.span.increment(end=0)).changed


@pytest.mark.case("D38")
@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        "a\0b",
        "\ud800",
        [{"k": math.nan}],
        {"a\0": 1},
        {"k": ["\udfff"]},
        (1, 2),
        {1, 2},
        object(),
    ],
)
async def test_what_cannot_be_read_back_is_refused_before_sql(home: Home, sql: Any, value: object) -> None:
    with pytest.raises(StateValidationError) as caught:
        await home.limited.patch(anything=value)
    assert list(caught.value.fields) == ["anything"]
    assert await rows(sql) == {}


async def test_floats_that_are_not_finite_are_refused(home: Home) -> None:
    for call in (
        lambda: home.limited.patch(share=-math.inf),
        lambda: home.limited.increment(share=-math.inf),
        lambda: home.limited.increment(share=math.nan),
        lambda: home.limited.increment(money=Decimal("NaN")),
        lambda: home.limited.append("three", "a\0"),
        lambda: home.limited.put("two_keys", "a\0", 1),
    ):
        with pytest.raises(StateValidationError):
            await call()
    await home.limited.patch(share=-1.7e308)
    with pytest.raises(StateValidationError, match="share"):
        await home.limited.increment(share=-1.7e308)


@pytest.mark.case("D42")
async def test_a_record_has_a_largest_size(database: str) -> None:
    async with running(database, max_record_bytes=200) as app:
        home = await app.open(Home)
        await home.plan.patch(three=["x" * 100])
        for call in (
            lambda: home.plan.append("three", "y" * 100),
            lambda: home.plan.append("unique", "y" * 100),
            lambda: home.plan.patch(anything="z" * 200),
        ):
            with pytest.raises(StateValidationError, match="max_record_bytes"):
                await call()
        assert (home.plan.version, home.plan.value.three) == (1, ["x" * 100])


@pytest.mark.case("D44")
@pytest.mark.parametrize("delta", ["5", True, 0.5, Decimal(1), None])
async def test_a_delta_that_does_not_fit_is_refused(home: Home, delta: object) -> None:
    with pytest.raises(StateValidationError, match="delta"):
        await home.limited.increment(clicks=delta)


async def test_a_serializer_of_the_model_decides_the_stored_form(home: Home, sql: Any) -> None:
    await home.limited.patch(hexed=255)
    [(stored, _)] = (await rows(sql)).values()
    assert json.loads(stored) == {"hexed": "0xff"}
    assert home.limited.value.hexed == 255
    with pytest.raises(StateValidationError):
        await home.limited.increment(hexed=1)


async def test_nested_and_recursive_models_are_stored_whole(home: Home) -> None:
    tree = Node(name="a", children=[Node(name="b", children=[Node(name="c")])])
    await home.limited.patch(node=tree)
    await home.limited.put("nodes", "k", tree)
    assert home.limited.value.node == tree
    assert home.limited.value.nodes == {"k": tree}


async def test_aliases_never_reach_the_database(home: Home, sql: Any) -> None:
    await home.limited.patch(labelled=[{"TEXT": "a"}, {"text": "b"}, Labelled(TEXT="c")])
    await home.limited.append("labelled", {"TEXT": "d"})
    [(stored, _)] = (await rows(sql)).values()
    assert json.loads(stored) == {"labelled": [{"text": text} for text in "abcd"]}
    assert home.limited.value.labelled[3] == Labelled(TEXT="d")


async def test_equal_sets_are_stored_alike(home: Home) -> None:
    words = [f"w{i}" for i in range(40)]
    tagged = [Tagged(tags=set(words), by_name={"a": {frozenset(words)}})]
    await home.quoting.patch(tagged=tagged)
    words.reverse()
    again = [Tagged(tags=set(words), by_name={"a": {frozenset(words)}})]
    assert not (await home.quoting.patch(tagged=again)).changed
    assert home.quoting.value.tagged == tagged


async def test_an_alias_that_is_another_field_s_name_swaps_nothing(home: Home) -> None:
    await home.swapped.set(Swapped(two=10, one=20))
    assert (home.swapped.value.one, home.swapped.value.two) == (10, 20)
    await home.swapped.update(lambda swapped: setattr(swapped, "one", 11))
    assert (home.swapped.value.one, home.swapped.value.two) == (11, 20)


@pytest.mark.case("D85")
async def test_a_stored_record_without_a_valid_whole_is_repaired_by_set_and_reset(
    a: App, b: App, home: Home, sql: Any
) -> None:
    await home.span.patch(names=["a"])
    b.add(Home)
    for repair in (lambda span: span.set(Span(start=1, end=2)), lambda span: span.reset()):
        await sql.execute(
            """UPDATE flowcord_record SET data = '{"start": 9, "end": 8}', version = version + 1"""
        )
        span = await b.load(Home.span, str(ANN))
        span._cell.record = await b.store.read_fresh(span._cell.address)  # as after the notification
        with pytest.raises(StoredDataError, match="repair"):
            _ = span.value
        with pytest.raises(StateValidationError):
            await span.patch(start=10)
        await repair(span)
        assert span.value in (Span(start=1, end=2), Span())
