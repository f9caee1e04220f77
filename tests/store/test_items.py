"""Items of collections: created once, listed in pages, limited across processes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from flowcord.errors import NotFoundError
from flowcord.store import Address, Merge, Policy, Refused, Store, Written
from tests.store.conftest import FOREVER, Ears, running


def note(key: object, collection: str = "notes") -> Address:
    return Address("user", "42", f"{collection}/{key}")


async def keys(store: Store, **options: Any) -> list[str]:
    page = await store.items.list("user", "42", "notes", limit=1000, **options)
    return [record.address.name.partition("/")[2] for record in page]


@pytest.mark.case("D83d")
async def test_of_two_creates_one_wins_and_the_other_gets_its_item(a: Store, b: Store) -> None:
    for key in range(20):
        first, second = await asyncio.gather(
            a.items.create(note(key), {"by": "a"}, FOREVER), b.items.create(note(key), {"by": "b"}, FOREVER)
        )
        assert sorted((first.changed, second.changed)) == [False, True]
        assert first.record.data == second.record.data
        assert first.record.version == second.record.version == 1


@pytest.mark.case("D83a")
async def test_a_limit_holds_for_creates_at_once(a: Store, b: Store) -> None:
    results = await asyncio.gather(
        *(
            store.items.create(note(key), {}, FOREVER, max_items=3)
            for store, key in zip([a, b] * 5, range(10), strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Written) for result in results) == 3
    refused = [result for result in results if isinstance(result, Refused)]
    assert {error.rule for error in refused} == {"max_items"}
    assert len(refused) == 7
    assert await a.items.count("user", "42", "notes") == 3


@pytest.mark.case("D83a")
async def test_when_full_the_items_created_first_make_room(a: Store, b: Store, sql: Any) -> None:
    ears = Ears(b)
    for key in "zyxwv":
        await a.items.create(note(key), {"key": key}, FOREVER, max_items=3, when_full="oldest")
    assert await keys(b) == ["v", "w", "x"]
    await ears.wait_for(note("z"), 2)
    assert (a.peek(note("z")) or await b.read_fresh(note("z"))).data is None
    await asyncio.gather(
        *(
            store.items.create(note(f"{key:02}"), {}, FOREVER, max_items=3, when_full="oldest")
            for store, key in zip([a, b] * 10, range(20), strict=True)
        )
    )
    newest = await sql.fetch(
        "SELECT name FROM flowcord_record WHERE name ~ '/\\d' ORDER BY created_at DESC, name DESC LIMIT 3"
    )
    assert sorted(await keys(a)) == sorted(row["name"].partition("/")[2] for row in newest)


async def test_a_limited_create_of_an_item_that_is_there_gives_it_even_when_full(a: Store) -> None:
    await a.items.create(note(1), {"x": 1}, FOREVER, max_items=1)
    written = await a.items.create(note(1), {"x": 2}, FOREVER, max_items=1)
    assert (written.changed, written.record.data) == (False, {"x": 1})


async def test_a_refused_create_inside_a_unit_of_work_leaves_it_usable(a: Store) -> None:
    async with a.atomic():
        await a.items.create(note(1), {}, FOREVER, max_items=1)
        with pytest.raises(Refused, match="max_items"):
            await a.items.create(note(2), {}, FOREVER, max_items=1)
        await a.items.create(note(3), {}, FOREVER)
        assert await keys(a) == ["1", "3"]
    assert await keys(a) == ["1", "3"]


@pytest.mark.case("D83b")
async def test_pages_list_each_item_that_stayed_once(a: Store, b: Store) -> None:
    stayed = [f"{n:03}" for n in range(0, 240, 2)]
    for key in stayed:
        await a.items.create(note(key), {}, FOREVER)
    await a.items.create(note("000", "notes0"), {}, FOREVER)
    await a.items.create(note("000", "note"), {}, FOREVER)
    for newest_first in (False, True):
        listed: list[str] = []
        after: str | None = None
        while page := await a.items.list(
            "user", "42", "notes", after=after, limit=50, newest_first=newest_first
        ):
            listed += [record.address.name.partition("/")[2] for record in page]
            after = listed[-1]
            await b.items.create(note(f"{len(listed) - 1:03}x"), {}, FOREVER)
            await b.items.create(note(f"{len(listed) * 3:03}y"), {}, FOREVER)
            await b.items.delete(note(f"{len(listed) - 1:03}x"))
        assert [key for key in listed if key in stayed] == sorted(stayed, reverse=newest_first)
        assert len(listed) == len(set(listed))


async def test_a_listed_page_fills_the_cache(a: Store, b: Store, statements: list[str]) -> None:
    for key in range(5):
        await b.items.create(note(key), {"key": key}, FOREVER)
    page = await a.items.list("user", "42", "notes")
    statements.clear()
    found = await a.read([record.address for record in page])
    assert [found[record.address] is record for record in page] == [True] * 5
    assert statements == []


@pytest.mark.case("D83c")
async def test_a_deleted_item_stays_deleted_and_created_again_goes_on_counting(a: Store, b: Store) -> None:
    ears = Ears(a)
    await a.items.create(note(1), {"x": 1}, FOREVER)
    await b.items.delete(note(1))
    await ears.wait_for(note(1), 2)
    with pytest.raises(NotFoundError):
        await a.write(note(1), Merge({"x": 2}), FOREVER)
    assert await keys(a) == []
    written = await a.items.create(note(1), {"y": 1}, FOREVER)
    assert (written.changed, written.record.version, written.record.data) == (True, 3, {"y": 1})


async def test_deleting_and_getting_are_one_statement_each(a: Store, statements: list[str]) -> None:
    assert not (await a.items.delete(note(1))).changed
    await a.items.create(note(1), {}, FOREVER)
    await a.items.create(note(1), {}, FOREVER)
    assert (await a.items.delete(note(1))).changed
    assert len(statements) == 4


async def test_an_expired_item_is_gone_and_leaves_room(a: Store, sql: Any) -> None:
    policy = Policy(keep=timedelta(hours=1))
    await a.items.create(note(1), {"old": 1}, policy, max_items=1)
    await sql.execute("UPDATE flowcord_record SET expires_at = now()")
    assert (await keys(a), await a.items.count("user", "42", "notes")) == ([], 0)
    await a.items.create(note(2), {}, policy, max_items=1)
    assert await keys(a) == ["2"]


async def test_an_item_over_the_size_limit_is_refused(database: str) -> None:
    async with running(database, max_record_bytes=100) as store:
        with pytest.raises(Refused, match="max_record_bytes"):
            await store.items.create(note(1), {"x": "y" * 100}, FOREVER)
        assert await keys(store) == []
