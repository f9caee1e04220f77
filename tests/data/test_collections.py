"""Collections: many records under one declaration."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, Field

from flowcord.data import Block, Scope, collection
from flowcord.data.collections import CollectionHandle
from flowcord.errors import (
    AlreadyExistsError,
    CollectionFullError,
    NotFoundError,
    ReadOnlyError,
    ScopeUnavailableError,
    StateValidationError,
)
from tests.data.conftest import BOB, App, rows


class Note(BaseModel):
    title: str = Field(min_length=1)
    body: str = ""
    reads: int = 0


class Plain(BaseModel):
    number: int = 0


class Home(Block):
    notes = collection(Note, scope=Scope.USER)
    few = collection(Plain, scope=Scope.PROJECT, max_items=3)
    newest = collection(Plain, scope=Scope.PROJECT, max_items=3, when_full="oldest")
    reading = collection(Note, scope=Scope.USER, name="notes", writable=False)


@pytest.fixture
async def home(a: App) -> Home:
    return await a.open(Home)


@pytest.mark.case("D31")
async def test_an_item_is_captured_by_the_call(home: Home) -> None:
    item = Note(title="before")
    waiting = [
        asyncio.ensure_future(each) for each in (home.notes.create(item), home.notes.get_or_create("k", item))
    ]
    item.title = "after"
    assert [each.value.title for each in await asyncio.gather(*waiting)] == ["before", "before"]
    with pytest.raises(StateValidationError, match="title"):
        home.notes.create(Note.model_construct(title=""))


async def test_an_item_is_created_found_written_and_deleted(home: Home, sql: Any) -> None:
    created = await home.notes.create(Note(title="Milk"), key="milk")
    assert (created.key, created.version, created.value) == ("milk", 1, Note(title="Milk"))
    await created.increment(reads=1)
    found = await home.notes.get("milk")
    assert (found.value.reads, found.version) == (1, 2)
    assert set(await rows(sql)) == {("user", "42", "notes/milk")}
    assert await home.notes.count() == 1
    assert await home.notes.delete("milk")
    assert not await home.notes.delete("milk")
    assert (await home.notes.find("milk"), await home.notes.count()) == (None, 0)
    with pytest.raises(NotFoundError):
        await home.notes.get("milk")


async def test_keys_without_a_name_sort_by_time(home: Home) -> None:
    made = [(await home.notes.create(Note(title=str(i)))).key for i in range(20)]
    assert made == sorted(made)
    assert [note.key for note in await home.notes.list()] == made
    assert [note.key for note in await home.notes.list(limit=2, newest_first=True)] == made[:-3:-1]
    with pytest.raises(StateValidationError, match="limit: must be 0 or more"):
        await home.notes.list(limit=-1)


async def test_an_existing_key_raises_with_its_value_or_is_taken(home: Home) -> None:
    await home.notes.create(Note(title="first"), key="k")
    with pytest.raises(AlreadyExistsError) as caught:
        await home.notes.create(Note(title="second"), key="k")
    assert (caught.value.value, caught.value.version) == (Note(title="first"), 1)
    assert (await home.notes.get_or_create("k", Note(title="third"))).value.title == "first"
    assert (await home.notes.get_or_create("l", Note(title="third"))).value.title == "third"


@pytest.mark.case("D83d")
async def test_of_two_creates_of_one_key_one_wins(a: App, b: App) -> None:
    homes = [await app.open(Home) for app in (a, b)]
    results = await asyncio.gather(
        *(home.notes.create(Note(title=name), key="k") for home, name in zip(homes, "ab", strict=True)),
        return_exceptions=True,
    )
    [error] = [each for each in results if isinstance(each, AlreadyExistsError)]
    [winner] = [each for each in results if not isinstance(each, BaseException)]
    assert error.value == winner.value


@pytest.mark.case("D83c")
async def test_a_deleted_item_s_handle_raises_and_brings_nothing_back(a: App, b: App, sql: Any) -> None:
    mine, theirs = await a.open(Home), await b.open(Home)
    note = await mine.notes.create(Note(title="x"), key="k")
    await theirs.notes.delete("k")
    for call in (
        lambda: note.patch(body="y"),
        lambda: note.increment(reads=1),
        lambda: note.set(Note(title="z")),
        lambda: note.update(lambda each: setattr(each, "body", "y")),
    ):
        with pytest.raises(NotFoundError):
            await call()
    assert await mine.notes.count() == 0
    again = await theirs.notes.create(Note(title="new"), key="k")
    assert again.version > 2


async def test_a_deleted_item_is_gone_for_its_handles_of_this_session(home: Home) -> None:
    note = await home.notes.create(Note(title="x"), key="k")
    await home.notes.delete("k")
    with pytest.raises(NotFoundError):
        _ = note.value


@pytest.mark.case("D83a")
async def test_max_items_holds_for_creates_at_once(a: App, b: App) -> None:
    homes = [await app.open(Home) for app in (a, b)]
    calls = [home.few.create(Plain(number=i)) for i in range(5) for home in homes]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, CollectionFullError) for each in results) == 7
    assert await homes[0].few.count() == 3
    made = [await homes[0].newest.create(Plain(number=i)) for i in range(10)]
    assert [note.key for note in await homes[1].newest.list()] == [note.key for note in made[-3:]]


@pytest.mark.case("D83b")
async def test_pages_list_each_item_that_stayed_once(home: Home) -> None:
    async with asyncio.TaskGroup() as group:
        for i in range(120):
            group.create_task(home.notes.create(Note(title="t"), key=f"{i:03}"))
    seen: list[str] = []
    after = None
    while page := await home.notes.list(after=after, limit=50):
        seen += [note.key for note in page]
        after = page[-1].key
        await home.notes.delete(page[0].key)
        await home.notes.create(Note(title="new"), key=f"{after[:2]}-new")
    stayed = [f"{i:03}" for i in range(120)]
    assert [key for key in seen if key in stayed] == stayed
    assert len(seen) == len(set(seen))


async def test_listed_items_are_loaded_and_fill_the_cache(a: App, home: Home) -> None:
    await home.notes.create(Note(title="t"), key="k")
    [note] = await home.notes.list()
    loads = a.stats("loads")
    assert note.value.title == (await home.notes.get("k")).value.title == "t"
    assert a.stats("loads") == loads


async def test_an_invalid_item_is_refused(home: Home, sql: Any) -> None:
    for item in (Note.model_construct(title=""), Plain(), {"title": "x"}, Note(title="a\0")):
        with pytest.raises(StateValidationError) as caught:
            await home.notes.create(item)  # type: ignore[arg-type]
        assert caught.value.handle == "Home.notes"
    note = await home.notes.create(Note(title="t"))
    with pytest.raises(StateValidationError, match="title"):
        await note.patch(title="")
    with pytest.raises(StateValidationError, match="title"):
        await note.reset()
    plain = await home.few.create(Plain(number=3))
    assert (await plain.reset()).value == Plain()
    assert len(await rows(sql)) == 2


@pytest.mark.parametrize("key", ["", "a/b", "x" * 101, "a\nb", "\0", 7])
async def test_a_key_that_cannot_address_an_item_is_refused(home: Home, key: Any) -> None:
    for call in (
        lambda: home.notes.create(Note(title="t"), key=key),
        lambda: home.notes.get(key),
        lambda: home.notes.delete(key),
        lambda: home.notes.list(after=key),
    ):
        with pytest.raises(StateValidationError, match="key"):
            await call()


async def test_a_read_only_collection_lists_but_does_not_write(home: Home) -> None:
    await home.notes.create(Note(title="t"), key="k")
    assert [note.value.title for note in await home.reading.list()] == ["t"]
    for call in (
        lambda: home.reading.create(Note(title="t")),
        lambda: home.reading.delete("k"),
        lambda: home.reading.get_or_create("k", Note(title="t")),
    ):
        with pytest.raises(ReadOnlyError, match="notes"):
            await call()
    with pytest.raises(ReadOnlyError):
        await (await home.reading.get("k")).patch(body="x")


@pytest.mark.case("D10a")
async def test_another_user_s_collection(home: Home, sql: Any) -> None:
    await (await home.notes.of(BOB)).create(Note(title="t"), key="k")
    assert set(await rows(sql)) == {("user", str(BOB), "notes/k")}
    with pytest.raises(ScopeUnavailableError):
        await home.few.of(BOB)
    with pytest.raises(TypeError, match="a member or an id as a number, not a str"):
        await home.notes.of("bob")  # pyright: ignore[reportArgumentType]


async def test_items_are_written_in_units_of_work(a: App, home: Home) -> None:
    with pytest.raises(LookupError):
        async with a.sessions[id(home)].atomic():
            note = await home.notes.create(Note(title="t"), key="k")
            await note.increment(reads=1)
            assert note.value.reads == 1
            raise LookupError
    assert await home.notes.find("k") is None


async def test_a_collection_is_loaded_outside_of_sessions(a: App, home: Home) -> None:
    notes = await a.load(Home.notes, "42")
    assert isinstance(notes, CollectionHandle)
    await notes.create(Note(title="t"), key="k")
    assert (await home.notes.get("k")).value.title == "t"


@pytest.mark.case("D119")
async def test_odd_keys_and_values_are_stored_literally(home: Home) -> None:
    odd = [
        "'; DROP TABLE flowcord_record; --",
        "%s",
        "{0}",
        '"',
        "$1",
        "\\",
        "ключ",
        "0",
        "-1",
        "e\u0301",
        "é",
    ]
    for key in odd:
        await home.notes.create(Note(title=key), key=key)
    assert {note.key: note.value.title for note in await home.notes.list()} == {key: key for key in odd}


@given(st.integers(1, 5))
def test_made_keys_never_repeat(count: int) -> None:
    from flowcord.data.collections import _time_ordered_key  # pyright: ignore[reportPrivateUsage]

    keys = [_time_ordered_key() for _ in range(count * 100)]
    assert keys == sorted(set(keys))
