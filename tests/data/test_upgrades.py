"""Data revisions: old rows are read as upgraded, and stored so by the first write that changes them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from flowcord.data import Block, Scope, collection, resource, state
from flowcord.errors import BubblingError, DeclarationError, StoredDataError
from tests.data.conftest import ANN, App


class Profile(BaseModel):
    """Revision 1 had `name`; 2 split it in two; 3 counts `visits` from 0 instead of 1."""

    first: str = ""
    last: str = ""
    visits: int = 0
    tags: list[str] = []


def split_name(data: dict[str, Any]) -> dict[str, Any]:
    first, _, last = data.pop("name", "").partition(" ")
    return {**data, "first": first, "last": last}


def count_from_zero(data: dict[str, Any]) -> dict[str, Any]:
    data["visits"] = data.get("visits", 1) - 1
    return data


CHAIN = (split_name, count_from_zero)
OLD = {"name": "Ann Lee", "visits": 8, "extra": True}


class Home(Block):
    profile = resource(Profile, scope=Scope.USER, upgrades=CHAIN)


async def put(sql: Any, data: dict[str, Any], revision: int = 1, name: str = "profile") -> None:
    await sql.execute(
        "INSERT INTO flowcord_record (scope, scope_id, name, data, revision) VALUES ('user', $1, $2, $3, $4)",
        str(ANN), name, json.dumps(data), revision,
    )  # fmt: skip


async def row(sql: Any, name: str = "profile") -> tuple[dict[str, Any], int, int]:
    found = await sql.fetchrow(
        "SELECT data::text, revision, version FROM flowcord_record WHERE name = $1", name
    )
    return json.loads(found["data"]), found["revision"], found["version"]


@pytest.mark.case("D86")
async def test_an_old_row_reads_as_upgraded_and_stays_until_it_is_written(a: App, sql: Any) -> None:
    await put(sql, OLD)
    home = await a.open(Home)
    assert home.profile.value == Profile(first="Ann", last="Lee", visits=7)
    assert home.profile.value is home.profile.value
    assert await row(sql) == (OLD, 1, 1)
    written = await home.profile.increment(visits=2)
    assert (written.value, written.version) == (Profile(first="Ann", last="Lee", visits=9), 2)
    assert await row(sql) == ({"first": "Ann", "last": "Lee", "visits": 9, "extra": True}, 3, 2)
    assert (await home.profile.increment(visits=1)).value.visits == 10


WRITES: dict[str, Any] = {
    "patch": lambda handle: handle.patch(last="Li"),
    "set": lambda handle: handle.set(Profile(first="B")),
    "increment": lambda handle: handle.increment(visits=-1),
    "append": lambda handle: handle.append("tags", "x"),
    "update": lambda handle: handle.update(lambda profile: profile.tags.append("y")),
    "reset": lambda handle: handle.reset(),
}


@pytest.mark.case("D86")
@pytest.mark.parametrize("write", WRITES)
async def test_every_write_upgrades_on_the_way(a: App, sql: Any, write: str) -> None:
    await put(sql, OLD)
    new = {"first": "Ann", "last": "Lee", "visits": 7, "extra": True}
    changes: dict[str, dict[str, Any]] = {
        "patch": {**new, "last": "Li"},
        "set": {"first": "B", "last": "", "visits": 0, "tags": [], "extra": True},
        "increment": {**new, "visits": 6},
        "append": {**new, "tags": ["x"]},
        "update": {**new, "tags": ["y"]},
        "reset": {},
    }
    home = await a.open(Home)
    assert (await WRITES[write](home.profile)).changed
    assert await row(sql) == (changes[write], 3, 2)


@pytest.mark.case("D86")
async def test_no_ops_are_judged_against_the_upgraded_data(a: App, sql: Any) -> None:
    await put(sql, OLD)
    home = await a.open(Home)
    for write in (
        home.profile.patch(first="Ann"),
        home.profile.increment(visits=0),
        home.profile.update(lambda profile: None),
        home.profile.set(Profile(first="Ann", last="Lee", visits=7)),
    ):
        changed = (await write).changed
    assert await row(sql) == ({"first": "Ann", "last": "Lee", "visits": 7, "tags": [], "extra": True}, 3, 2)
    assert changed  # only `set`, which pins `tags`


@pytest.mark.case("D86")
async def test_no_concurrent_delta_is_lost_while_a_row_is_upgraded(a: App, b: App, sql: Any) -> None:
    await put(sql, OLD)
    homes = [await app.open(Home) for app in (a, b)]
    # More than an `update` has attempts: only the first of them upgrades, the others just land.
    await asyncio.gather(*(home.profile.increment(visits=1) for home in homes for _ in range(10)))
    data, revision, version = await row(sql)
    assert (data["visits"], data["first"], revision, version) == (27, "Ann", 3, 21)


@pytest.mark.case("D86")
async def test_in_a_unit_of_work_the_row_is_upgraded_or_not(a: App, sql: Any) -> None:
    await put(sql, OLD)
    home = await a.open(Home)
    with pytest.raises(ZeroDivisionError):
        async with a.store.atomic():
            assert (await home.profile.increment(visits=1)).value.visits == 8
            raise ZeroDivisionError
    assert (await row(sql), home.profile.value.visits) == ((OLD, 1, 1), 7)
    async with a.store.atomic():
        await home.profile.increment(visits=1)
        await home.profile.append("tags", "x")
    assert (await row(sql))[1:] == (3, 3)


@pytest.mark.case("D87")
@pytest.mark.parametrize("bad", ["raises", "no dict", "no JSON"])
async def test_an_upgrade_that_fails_touches_nothing_and_nobody_else(a: App, sql: Any, bad: str) -> None:
    results: dict[str, Any] = {"no dict": None, "no JSON": {"first": {1, 2}}}

    def upgrade(data: dict[str, Any]) -> Any:
        if bad == "raises":
            raise ValueError(f"a secret: {data}")
        return results[bad]

    class Broken(Block):
        profile = resource(Profile, scope=Scope.USER, upgrades=(upgrade,))
        other = resource(Profile, scope=Scope.USER, name="other")

    await put(sql, OLD)
    menu = await a.open(Broken)
    for touch in (lambda: menu.profile.value, lambda: menu.profile.increment(visits=1), menu.profile.reset):
        with pytest.raises(StoredDataError, match=r"user 42 profile to revision 2 failed") as caught:
            result = touch()
            await result
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None
    assert await row(sql) == (OLD, 1, 1)
    assert (await menu.other.patch(first="B")).value.first == "B"


@pytest.mark.case("D88")
async def test_a_row_of_newer_code_is_neither_read_nor_written(a: App, sql: Any) -> None:
    await put(sql, {"first": "A"}, revision=4)
    home = await a.open(Home)
    for touch in (lambda: home.profile.value, lambda: home.profile.patch(first="B"), home.profile.reset):
        with pytest.raises(StoredDataError, match="revision 4, and this code knows 3"):
            result = touch()
            await result
    assert await row(sql) == ({"first": "A"}, 4, 1)


async def test_a_row_that_newer_code_upgrades_meanwhile_is_not_overwritten(a: App, sql: Any) -> None:
    await put(sql, OLD)
    home = await a.open(Home)
    assert home.profile.value.first == "Ann"
    await sql.execute("UPDATE flowcord_record SET data = '{\"n\": 1}', revision = 4")
    with pytest.raises(StoredDataError, match="revision 4"):
        await home.profile.update(lambda profile: setattr(profile, "first", "B"))
    assert await row(sql) == ({"n": 1}, 4, 2)


class Notes(Block):
    notes = collection(Profile, scope=Scope.USER, upgrades=CHAIN)


async def test_items_are_upgraded_like_records(a: App, sql: Any) -> None:
    await put(sql, OLD, name="notes/a")
    menu = await a.open(Notes)
    await menu.notes.create(Profile(first="B"), key="b")
    listed = [note.value.first for note in await menu.notes.list()]
    assert listed == ["Ann", "B"]
    note = await menu.notes.get("a")
    await note.increment(visits=1)
    assert (await row(sql, "notes/a"))[0]["visits"] == 8
    assert (await row(sql, "notes/b"))[1] == 3


class Modes(Block):
    modes = state(Profile, scope=Scope.USER)


@pytest.mark.case("D86")
async def test_the_state_row_has_the_flow_s_chain(a: App, sql: Any) -> None:
    await put(sql, OLD, name="")
    a.add(Modes, kind="demo", upgrades={Scope.USER: CHAIN})
    menu = await a.open(Modes)
    assert menu.modes.value.first == "Ann"
    await menu.modes.patch(last="L")
    assert (await row(sql, ""))[1] == 3


async def test_flows_that_share_a_row_share_its_terms(a: App) -> None:
    day, chain = timedelta(days=1), {Scope.USER: CHAIN}
    a.add(Modes, kind="one", upgrades=chain, keep={Scope.USER: day})
    a.add(Modes, kind="two")
    other = a.catalog.flow("two").bindings[Modes.modes]
    assert (other.upgrades, other.keep) == (CHAIN, day)
    with pytest.raises(BubblingError, match="flows one, three, user scope: conflicting upgrades"):
        a.add(Modes, kind="three", upgrades={Scope.USER: CHAIN[:1]})
    with pytest.raises(BubblingError, match="conflicting keep"):
        a.add(Modes, kind="three", keep={Scope.USER: timedelta(days=2)})
    a.add(Modes, kind="three", keep={Scope.USER: timedelta(days=2)}, isolate={Scope.USER})


class Uncomparable:
    __hash__ = None  # as a dataclass's is that is not frozen

    def __call__(self, data: dict[str, Any]) -> dict[str, Any]:
        return data


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": timedelta()}, "timedelta above 0"),
        ({"keep": 5}, "timedelta above 0"),
        ({"keep": timedelta.max}, "at most 1,000 years"),
        ({"upgrades": (Uncomparable(),)}, "plain functions"),
        ({"upgrades": ("no",)}, "plain functions"),
        ({"upgrades": (test_items_are_upgraded_like_records,)}, "plain functions"),
    ],
)
def test_terms_that_are_none_are_refused_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        resource(Profile, scope=Scope.USER, **options)


def adds(number: int) -> Any:
    def upgrade(data: dict[str, Any]) -> dict[str, Any]:
        data["words"].append(number)  # in place: each has its own copy
        return data

    return upgrade


class Log(BaseModel):
    words: list[int] = []


@pytest.mark.parametrize("stored", range(1, 5))
@pytest.mark.parametrize("code", range(1, 5))
async def test_exactly_the_missing_steps_run_in_order(a: App, sql: Any, stored: int, code: int) -> None:
    class Logs(Block):
        log = resource(Log, scope=Scope.USER, upgrades=[adds(n) for n in range(2, code + 1)])

    await put(sql, {"words": []}, revision=stored, name="log")
    menu = await a.open(Logs)
    if stored > code:
        with pytest.raises(StoredDataError):
            _ = menu.log.value
    else:
        assert menu.log.value.words == list(range(stored + 1, code + 1))
