"""What the operations of a handle do to a record in Postgres."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field

from flowcord.data import Block, Scope, resource, state
from flowcord.errors import DeclarationError, ReadOnlyError, StateValidationError, StoredDataError
from tests.data.conftest import ANN, App, rows


class Item(BaseModel):
    title: str = ""
    tags: list[str] = []


class Stats(BaseModel):
    a: int = 0
    b: int = 10
    price: Decimal = Decimal("1.10")
    ratio: float = 0.5
    words: list[str] = ["a"]
    by_id: dict[str, Item] = {}
    numbers: dict[int, int] = {}
    maybe: int | None = None
    maybe_list: list[int] | None = None
    maybe_dict: dict[str, int] | None = None
    flag: bool = False
    item: Item = Item()
    aliased: int = Field(0, alias="byAlias")


class Fresh(BaseModel):
    clicks: int = 0


class Grown(BaseModel):
    count: int = 0
    new: str = "later"


class HasGrown(Block):
    grown = resource(Grown, scope=Scope.USER)


class Home(Block):
    stats = state(Stats, scope=Scope.USER)
    plan = resource(Stats, scope=Scope.USER)
    fresh = state(Fresh, scope=Scope.USER)


@pytest.fixture(params=["stats", "plan"])
async def handle(request: pytest.FixtureRequest, a: App) -> Any:
    return getattr(await a.open(Home), request.param)


@pytest.mark.case("D1")
async def test_an_unwritten_record_reads_as_defaults_at_version_0_and_reading_stores_nothing(
    a: App, sql: Any
) -> None:
    home = await a.open(Home)
    assert home.stats.value == Stats()
    assert home.plan.value == Stats()
    assert (home.stats.version, home.stats.available) == (0, True)
    assert await rows(sql) == {}


@pytest.mark.case("D14", "D15")
async def test_each_call_is_one_commit_of_its_fields(handle: Any) -> None:
    await handle.patch(a=1, ratio=2)
    write = await handle.patch(b=3)
    assert (write.changed, write.version) == (True, 2)
    assert (handle.value.a, handle.value.b, handle.value.ratio, handle.version) == (1, 3, 2.0, 2)
    write = await handle.increment(a=1, b=-2)
    assert (write.value.a, write.value.b, write.version) == (2, 1, 3)


@pytest.mark.case("D15", "D16", "D41")
async def test_increments_are_exact(handle: Any) -> None:
    await handle.increment(a=1, b=-2)
    assert (handle.value.a, handle.value.b) == (1, 8)
    await handle.increment(price=Decimal("0.20"), ratio=0.25)
    assert handle.value.price == Decimal("1.30")
    assert str(handle.value.price) == "1.30"
    assert handle.value.ratio == 0.75
    await handle.patch(a=2**60 + 1)
    await handle.increment(a=2**64)
    assert handle.value.a == 2**60 + 1 + 2**64


@pytest.mark.case("D17", "D18")
async def test_parts_of_unwritten_fields_start_from_their_defaults(handle: Any) -> None:
    await handle.append("words", "b")
    assert handle.value.words == ["a", "b"]
    await handle.put("by_id", "k", Item(title="x"))
    await handle.put("by_id", "l", {"title": "y", "tags": ["t"]})
    assert handle.value.by_id == {"k": Item(title="x"), "l": Item(title="y", tags=["t"])}
    await handle.put("numbers", 1, 2)
    assert handle.value.numbers == {1: 2}
    assert (await handle.remove("by_id", "k")).value.by_id == {"l": Item(title="y", tags=["t"])}
    assert (await handle.remove("numbers", 1)).value.numbers == {}


@pytest.mark.case("D19", "D25")
async def test_a_no_op_creates_no_row_and_no_version(handle: Any, sql: Any) -> None:
    for call in (handle.remove("by_id", "k"), handle.reset(), handle.increment(a=0), handle.patch()):
        write = await call
        assert (write.changed, write.version, write.value) == (False, 0, Stats())
    assert (await handle.update(lambda s: None)).changed is False
    assert await rows(sql) == {}
    await handle.patch(a=1)
    for call in (
        handle.remove("by_id", "k"),
        handle.increment(a=0),
        handle.patch(a=1),
        handle.update(lambda s: s),
    ):
        write = await call
        assert (write.changed, write.version) == (False, 1)


@pytest.mark.case("D20")
async def test_none_counts_as_nothing(handle: Any) -> None:
    await handle.increment(maybe=2)
    await handle.append("maybe_list", 1)
    await handle.put("maybe_dict", "k", 1)
    value = handle.value
    assert (value.maybe, value.maybe_list, value.maybe_dict) == (2, [1], {"k": 1})
    await handle.patch(maybe=None)
    assert handle.value.maybe is None


@pytest.mark.case("D21", "D28")
async def test_set_and_patch_pin_values_that_equal_a_default(handle: Any, sql: Any) -> None:
    assert (await handle.patch(b=10)).changed
    [(stored, _)] = (await rows(sql)).values()
    assert json.loads(stored) == {"b": 10}
    assert (await handle.set(Stats(byAlias=7))).changed
    [(stored, version)] = (await rows(sql)).values()
    assert version == 2
    assert json.loads(stored) == Stats(byAlias=7).model_dump(mode="json"), "every field, by its name"


@pytest.mark.case("D22")
async def test_update_takes_an_edited_copy_or_a_new_model(handle: Any, sql: Any) -> None:
    def edit(stats: Stats) -> None:
        stats.words.append("b")
        stats.by_id["k"] = Item(title="t")

    await handle.update(edit)
    assert handle.value.words == ["a", "b"]
    await handle.update(lambda stats: stats.model_copy(update={"a": 5}))
    assert (handle.value.a, handle.value.words) == (5, ["a", "b"])
    [(stored, version)] = (await rows(sql)).values()
    assert (set(json.loads(stored)), version) == ({"words", "by_id", "a"}, 2), "only what differs is stored"


@pytest.mark.case("D23")
async def test_a_bad_update_stores_nothing_and_the_next_one_works(handle: Any) -> None:
    def broken(stats: Stats) -> None:
        stats.a = 99
        raise LookupError("mine")

    async def coroutine(stats: Stats) -> None:
        raise AssertionError("must not run")

    with pytest.raises(LookupError, match="mine"):
        await handle.update(broken)
    for bad, why in (
        (coroutine, "takes a plain function"),
        (lambda stats: "a string", "changes its copy, or returns a Stats, not a str"),
        (lambda stats: coroutine(stats), "not a coroutine"),
    ):
        with pytest.raises(StateValidationError, match=why):
            await handle.update(bad)
    assert (handle.value.a, handle.version) == (0, 0)
    assert (await handle.update(lambda stats: setattr(stats, "a", 1))).value.a == 1


@pytest.mark.case("D24")
async def test_a_state_handle_touches_its_own_fields_only(a: App) -> None:
    home = await a.open(Home)
    await home.fresh.increment(clicks=3)
    await home.stats.set(Stats(a=1))
    assert (home.fresh.value.clicks, home.fresh.version) == (3, 2)
    await home.stats.reset()
    assert (home.stats.value, home.fresh.value.clicks) == (Stats(), 3)
    await home.fresh.set(Fresh(clicks=9))
    await home.stats.update(lambda stats: setattr(stats, "a", 2))
    assert (home.fresh.value.clicks, home.stats.value.a) == (9, 2)


@pytest.mark.case("D82")
async def test_a_write_touches_one_record(a: App) -> None:
    home = await a.open(Home)
    await home.plan.patch(a=1)
    assert (home.plan.version, home.stats.version, home.stats.value.a) == (1, 0, 0)
    await home.plan.reset()
    assert home.plan.value == Stats()


@pytest.mark.case("D26")
async def test_a_write_shows_what_others_committed(a: App) -> None:
    one, other = await a.open(Home), await a.open(Home)
    await other.stats.patch(b=5)
    assert one.stats.value.b == 10, "between loads a value changes by the session's own writes only"
    write = await one.stats.patch(a=6)
    assert (write.value.a, write.value.b) == (6, 5)
    assert (one.stats.value.a, one.stats.value.b) == (6, 5)


@pytest.mark.case("D53", "D27a")
async def test_a_stale_cache_never_decides_what_is_a_change(a: App, b: App) -> None:
    stale, other = await a.open(Home), await b.open(Home)
    await stale.stats.patch(a=1)
    await b.reload(other)
    await other.stats.patch(a=2)
    write = await stale.stats.patch(a=1)
    assert (write.changed, write.version, write.value.a) == (True, 3, 1)


@pytest.mark.case("D27")
async def test_patching_what_is_stored_is_no_change(a: App, sql: Any) -> None:
    home = await a.open(Home)
    await home.plan.patch(ratio=1, by_id={"k": Item()})
    before = await sql.fetch("SELECT xmin::text, updated_at, version FROM flowcord_record")
    assert not (await home.plan.patch(by_id={"k": Item()}, ratio=1.0)).changed
    assert await sql.fetch("SELECT xmin::text, updated_at, version FROM flowcord_record") == before


@pytest.mark.case("D29")
async def test_unknown_fields_and_impossible_operations_list_the_valid_names_without_sql(
    a: App, sql: Any
) -> None:
    handle = (await a.open(Home)).stats
    before = a.store.stats()
    for call, valid in (
        (lambda: handle.patch(nope=1), "words"),
        (lambda: handle.append("a", 1), "words, maybe_list"),
        (lambda: handle.put("words", "k", 1), "by_id, numbers, maybe_dict"),
        (lambda: handle.remove("nope", "k"), "by_id"),
        (lambda: handle.increment(flag=1), "a, b, price, ratio, maybe"),
        (lambda: handle.patch(byAlias=1), "aliased"),
    ):
        with pytest.raises(StateValidationError, match=valid) as caught:
            await call()
        assert caught.value.handle == "Home.stats"
        assert caught.value.fields
    assert a.store.stats() == before
    assert await rows(sql) == {}


@pytest.mark.case("D30")
async def test_values_are_shared_immutable_and_equal_to_plain_ones(a: App) -> None:
    one = await a.open(Home)
    await one.stats.patch(by_id={"k": Item(tags=["t"])})
    two = await a.open(Home)
    await a.reload(one)
    assert one.stats.value is two.stats.value
    assert one.stats.value == Stats(by_id={"k": Item(tags=["t"])})
    assert isinstance(one.stats.value, Stats)
    with pytest.raises(TypeError):
        one.stats.value.a = 5
    with pytest.raises(TypeError):
        one.stats.value.by_id["k"].tags.append("u")
    assert two.stats.value == Stats(by_id={"k": Item(tags=["t"])})


@pytest.mark.case("D31")
async def test_arguments_are_captured_by_the_call(handle: Any) -> None:
    words, item = ["x"], Item(title="before")
    waiting = [
        asyncio.ensure_future(each) for each in (handle.patch(words=words), handle.put("by_id", "k", item))
    ]
    words.append("y")
    item.title = "after"
    await asyncio.gather(*waiting)
    assert handle.value.words == ["x"]
    assert handle.value.by_id["k"].title == "before"


@pytest.mark.case("D43")
async def test_a_part_of_stored_json_of_another_kind_is_refused_and_a_patch_repairs_it(
    a: App, b: App, sql: Any
) -> None:
    home = await a.open(Home)
    await home.plan.patch(words=["w"], a=1)
    await sql.execute("""UPDATE flowcord_record SET data = '{"words": "no list", "a": 1}', version = 2""")
    b.add(Home)
    broken = await b.load(Home.plan, str(ANN))
    with pytest.raises(StoredDataError):
        await broken.append("words", "x")
    assert (await sql.fetchval("SELECT version FROM flowcord_record")) == 2
    await broken.patch(words=["repaired"])
    assert (await broken.append("words", "x")).value.words == ["repaired", "x"]


@pytest.mark.case("D85")
async def test_an_invalid_stored_field_reads_as_its_default_with_one_warning(
    a: App, b: App, sql: Any, caplog: pytest.LogCaptureFixture
) -> None:
    home = await a.open(Home)
    await home.plan.patch(words=["w"], a=1)
    await sql.execute(
        """UPDATE flowcord_record SET data = '{"words": "no list", "a": 1, "later": 2}', version = 2"""
    )
    b.add(Home)
    handles = [await b.load(Home.plan, str(ANN)) for _ in range(2)]
    assert [(each.value.words, each.value.a) for each in handles] == [(["a"], 1)] * 2
    assert len([record for record in caplog.records if "words" in record.getMessage()]) == 1
    assert (a.store.stats()["invalid_stored"], b.store.stats()["invalid_stored"]) == (0, 1)
    assert "no list" not in caplog.text
    await handles[0].update(lambda plan: setattr(plan, "a", 2))
    stored = json.loads(await sql.fetchval("SELECT data::text FROM flowcord_record"))
    assert stored == {"words": "no list", "a": 2, "later": 2}, "kept until that field is written"


async def test_a_field_that_is_looked_for_in_the_wrong_place_is_told_the_right_one(a: App) -> None:
    home: Any = await a.open(Home)
    with pytest.raises(AttributeError, match=r"a field of Home\.plan: read it as \.value\.words"):
        _ = home.plan.words
    with pytest.raises(AttributeError, match="a ResourceHandle has no 'sentences'"):
        _ = home.plan.sentences


class Reading(Block):
    plan = resource(Stats, scope=Scope.USER, writable=False)
    home = Home()


@pytest.mark.case("D78")
async def test_a_read_only_handle_refuses_every_write_and_others_still_write(a: App) -> None:
    menu = await a.open(Reading)
    plan = menu.plan
    for write in (
        lambda: plan.patch(a=1),
        lambda: plan.set(Stats()),
        lambda: plan.increment(a=1),
        lambda: plan.append("words", "x"),
        lambda: plan.put("by_id", "k", Item()),
        lambda: plan.remove("by_id", "k"),
        lambda: plan.update(lambda stats: None),
        lambda: plan.reset(),
    ):
        with pytest.raises(ReadOnlyError, match=r"Reading\.plan.*'plan'"):
            await write()
    await menu.home.plan.patch(a=4)
    assert menu.plan.value.a == 4, "one record, one view of it in a session"


async def test_a_handle_that_was_not_loaded_says_so(a: App) -> None:
    a.add(Home)
    home = Home()
    a.session().bind(home)
    with pytest.raises(Exception, match="not loaded"):
        _ = home.stats.value


async def test_reprs_show_no_data(handle: Any) -> None:
    write = await handle.patch(words=["secret"])
    assert "secret" not in repr(handle) + repr(write)
    with pytest.raises(DeclarationError):
        _ = Home().stats


@pytest.mark.case("D84")
async def test_unknown_stored_keys_survive_every_write_but_a_resource_s_reset(a: App, sql: Any) -> None:
    await sql.execute(
        "INSERT INTO flowcord_record (scope, scope_id, name, data) VALUES ('user', $1, 'grown', $2)",
        str(ANN),
        '{"gone": [1], "count": 1}',
    )
    grown = (await a.open(HasGrown)).grown
    assert grown.value == Grown(count=1, new="later")
    await grown.patch(count=2)
    await grown.set(Grown(count=3, new="set"))
    await grown.update(lambda value: setattr(value, "count", 4))
    await grown.increment(count=1)
    [(stored, version)] = (await rows(sql)).values()
    assert (json.loads(stored), version) == ({"gone": [1], "count": 5, "new": "set"}, 5)
    await grown.reset()
    [(stored, _)] = (await rows(sql)).values()
    assert json.loads(stored) == {}
