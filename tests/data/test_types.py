"""Values of every type: what is stored reads back equal, and comes to `update` as what it was declared."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import Base64Bytes, BaseModel, PrivateAttr, RootModel

from flowcord.data import Block, Scope, collection, resource, state
from flowcord.errors import StateValidationError
from tests.data.conftest import ANN, App

BERLIN = ZoneInfo("Europe/Berlin")


class Tags(RootModel[set[int]]):
    pass


class Event(BaseModel):
    at: datetime = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Badge:
    numbers: frozenset[int] = frozenset()
    at: datetime | None = None


class Kinds(BaseModel):
    at: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    events: list[Event] = []
    times: dict[str, tuple[datetime, ...]] = {}
    either: datetime | str = ""
    tags: Tags = Tags(set())
    badge: Badge = Badge()
    queue: deque[frozenset[int]] = deque()
    grouped: defaultdict[str, list[int]] = defaultdict(list)
    counted: Counter[str] = Counter()
    sorted: OrderedDict[str, int] = OrderedDict()
    blob: Base64Bytes = b""


class Totals(BaseModel):
    numbers: list[int] = []
    _seen: list[int] = PrivateAttr(default_factory=list)

    @cached_property
    def total(self) -> int:
        return sum(self.numbers)


class Home(Block):
    kinds = resource(Kinds, scope=Scope.USER)
    totals = resource(Totals, scope=Scope.USER)
    all_kinds = collection(Kinds, scope=Scope.USER)


@pytest.fixture
async def home(a: App) -> Home:
    return await a.open(Home)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN), id="shown twice, the first time"),
        pytest.param(datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN), id="shown twice, the second time"),
        pytest.param(datetime(2024, 3, 31, 2, 30, tzinfo=BERLIN), id="never shown"),
    ],
)
async def test_moments_are_stored_while_clocks_are_set_forward_and_back(
    home: Home, b: App, moment: datetime
) -> None:
    await home.kinds.patch(
        at=moment, events=[Event(at=moment)], times={"a": (moment,)}, badge=Badge(at=moment)
    )
    stored = (await b.open(Home)).kinds.value
    for read in (stored.at, stored.events[0].at, stored.times["a"][0], stored.badge.at):
        assert read is not None
        assert read.timestamp() == moment.timestamp()
    await home.kinds.set(Kinds(at=moment))
    with pytest.raises(StateValidationError, match="either"):
        await home.kinds.patch(either="2024-10-27T02:30:00+01:00")


@pytest.mark.case("D27")
async def test_a_set_in_another_order_is_no_change_wherever_it_stands(home: Home) -> None:
    one, other = [0, 8], [8, 0]
    assert list({*one}) != list({*other})

    def kinds(order: list[int]) -> dict[str, Any]:
        return {"tags": Tags({*order}), "badge": Badge(frozenset(order)), "queue": [frozenset(order)]}

    await home.kinds.patch(**kinds(one))
    assert not (await home.kinds.patch(**kinds(other))).changed
    assert not (await home.kinds.update(lambda stored: Kinds(**vars(stored) | kinds(other)))).changed


@pytest.mark.case("D22")
async def test_update_gets_every_container_as_it_was_declared(home: Home) -> None:
    def change(kinds: Kinds) -> None:
        kinds.grouped["a"].append(1)
        kinds.counted.update("aab")
        kinds.sorted["z"] = 1
        kinds.sorted.move_to_end("z", last=False)
        kinds.queue.appendleft(frozenset({1}))

    for _ in range(2):
        value = (await home.kinds.update(change)).value
    assert (value.grouped, value.counted, value.sorted) == ({"a": [1, 1]}, {"a": 4, "b": 2}, {"z": 1})
    assert list(value.queue) == [{1}, {1}]


async def test_update_never_shows_what_a_property_kept_of_an_earlier_value(home: Home) -> None:
    await home.totals.patch(numbers=[1])
    assert home.totals.value.total == 1

    def double(totals: Totals) -> None:
        totals.numbers.append(1)
        totals.numbers.append(totals.total)

    assert (await home.totals.update(double)).value.numbers == [1, 1, 2]


async def test_a_model_is_stored_as_it_is_also_where_its_arguments_look_otherwise(home: Home) -> None:
    kinds = Kinds(blob=b"WVdKag==")
    assert kinds.blob == b"YWJj"
    for stored in (
        (await home.kinds.set(kinds)).value,
        (await home.kinds.update(lambda stored: setattr(stored, "either", "x"))).value,
        (await home.all_kinds.create(kinds)).value,
    ):
        assert stored.blob == b"YWJj"


async def test_a_type_of_pydantic_s_that_takes_info_sees_no_neighbours(a: App) -> None:
    class Blob(BaseModel):
        blob: Base64Bytes = b""

    class Blobs(Block):
        blobs = state(Blob, scope=Scope.USER)

    blobs = (await a.open(Blobs, kind="blobs")).blobs
    assert (await blobs.patch(blob=b"YWJj")).value.blob == b"abc"
    with pytest.raises(StateValidationError, match="blob"):
        await blobs.patch(blob=b"abc")


async def test_what_equals_a_value_of_the_type_is_stored_as_one(home: Home, sql: Any) -> None:
    await home.totals.set(Totals.model_construct(numbers=[True, 2.0]))
    assert await sql.fetchval("SELECT data::text FROM flowcord_record") == '{"numbers": [1, 2]}'


@pytest.mark.case("D30")
async def test_private_parts_of_a_shared_value_are_as_immutable_as_the_rest(a: App, home: Home) -> None:
    with pytest.raises(TypeError, match="read-only"):
        home.totals.value._seen.append(1)
    copy = home.totals.value.model_copy()
    copy._seen.append(1)
    other = await a.load(Home.totals, str(ANN))
    assert other.value._seen == []
