"""Sessions: whose records their handles read, when these are loaded, and what a warm click costs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord.data import Block, Scope, collection, load, resource, state
from flowcord.errors import DeclarationError, ScopeUnavailableError
from tests.data.conftest import ANN, BOB, App, rows, running


class Count(BaseModel):
    clicks: int = 0
    other: int = 0


class Part(Block):
    session = state(Count, scope=Scope.SESSION)
    made_of: Any = None


class Home(Block):
    session = state(Count, scope=Scope.SESSION)
    user = resource(Count, scope=Scope.USER)
    server = resource(Count, scope=Scope.PROJECT)
    part = Part()
    parts = (part, {"key": Part()}, [Part()])


class Away(Block):
    user = resource(Count, scope=Scope.USER)
    session = state(Count, scope=Scope.SESSION)


@pytest.mark.case("D2", "D3")
async def test_session_data_is_found_again_by_this_user_in_this_flow_and_place_only(database: str) -> None:
    async with running(database) as app:
        home = await app.open(Home)
        await home.session.patch(clicks=5)
    async with running(database) as app:
        again = await app.open(Home)
        assert again.session.value.clicks == 5
        for where in ({"guild": 2}, {"guild": None}, {"owner": BOB}):
            assert (await app.open(Home, **where)).session.version == 0


@pytest.mark.case("D4", "D5")
async def test_user_data_follows_the_user_and_project_data_the_server(a: App) -> None:
    home = await a.open(Home, kind="x")
    await home.user.patch(clicks=1)
    await home.server.patch(clicks=2)
    away = await a.open(Away, kind="y", guild=None)
    assert away.user.value.clicks == 1
    bob = await a.open(Home, kind="x", owner=BOB)
    assert (bob.user.version, bob.server.value.clicks) == (0, 2)
    assert (await a.open(Home, kind="x", guild=2)).server.version == 0


@pytest.mark.case("D6")
async def test_without_a_project_the_handle_is_unavailable_and_says_what_to_do(a: App) -> None:
    home = await a.open(Home, guild=None)
    assert not home.server.available
    assert home.user.available
    for touch in (
        lambda: home.server.value,
        lambda: home.server.version,
        lambda: home.server.patch(clicks=1),
        lambda: home.server.update(lambda count: None),
    ):
        with pytest.raises(ScopeUnavailableError, match=r"Home\.server.*guild-only.*available.*project="):
            touch()


@pytest.mark.case("D7")
async def test_servers_that_map_to_one_project_share_its_record(a: App) -> None:
    await (await a.open(Home, guild=1, project="acme")).server.patch(clicks=1)
    assert (await a.open(Home, guild=2, project="acme")).server.value.clicks == 1
    assert not (await a.open(Home, guild=3, project=None)).server.available


@pytest.mark.case("D8")
async def test_an_overridden_session_id_joins_users_but_not_flows(a: App, sql: Any) -> None:
    await (await a.open(Home, kind="x", session="chan-1")).session.patch(clicks=1)
    assert (await a.open(Home, kind="x", session="chan-1", owner=BOB)).session.value.clicks == 1
    assert (await a.open(Away, kind="y", session="chan-1")).session.version == 0
    assert await sql.fetchval("SELECT owner FROM flowcord_record") is None


async def test_rows_name_the_user_they_belong_to(a: App, sql: Any) -> None:
    home = await a.open(Home)
    for handle in (home.session, home.user, home.server):
        await handle.patch(clicks=1)
    owners = {
        row["scope"]: row["owner"] for row in await sql.fetch("SELECT scope, owner FROM flowcord_record")
    }
    assert owners == {"session": str(ANN), "user": str(ANN), "project": None}


@pytest.mark.case("D10a")
async def test_of_is_the_handle_on_another_user_s_record(a: App, sql: Any) -> None:
    home = await a.open(Home)
    bob = await home.user.of(BOB)
    await bob.increment(clicks=1)
    assert (bob.value.clicks, home.user.value.clicks) == (1, 0)
    assert set(await rows(sql)) == {("user", str(BOB), "user")}
    assert (await home.user.of(type("Member", (), {"id": BOB})())).value.clicks == 1
    for handle in (home.session, home.server):
        with pytest.raises(ScopeUnavailableError, match="USER scope"):
            await handle.of(BOB)
    with pytest.raises(TypeError, match="not a str"):
        await home.user.of(str(BOB))


async def test_isolated_user_data_stays_isolated_for_other_users(a: App, sql: Any) -> None:
    a.add(Home, kind="x", isolate={Scope.USER})
    home = await a.open(Home, kind="x", isolate={Scope.USER})
    await (await home.user.of(BOB)).patch(clicks=1)
    assert set(await rows(sql)) == {("user", f"x/{BOB}", "user")}


@pytest.mark.case("D11", "D104")
async def test_another_run_shows_a_write_at_its_next_click_without_sql(a: App) -> None:
    one, two = await a.open(Home), await a.open(Home)
    await one.user.increment(clicks=1)
    assert two.user.value.clicks == 0
    loads = a.stats("loads")
    await a.reload(two)
    assert two.user.value.clicks == 1
    assert a.stats("loads") == loads


class Five(Block):
    one = state(Count, scope=Scope.SESSION)
    two = state(Count, scope=Scope.USER)
    three = resource(Count, scope=Scope.SESSION)
    four = resource(Count, scope=Scope.USER)
    five = resource(Count, scope=Scope.PROJECT)


@pytest.mark.case("D12")
async def test_five_declarations_load_with_one_statement_cold_and_none_warm(a: App) -> None:
    a.add(Five)
    assert a.stats("loads") == (0,)
    await a.open(Five)
    assert a.stats("loads") == (1,)
    five = await a.open(Five)
    await a.reload(five)
    assert a.stats("loads", "cache_misses") == (1, 5)


@pytest.mark.case("D77a")
async def test_each_instance_has_its_own_copies_of_its_blocks(a: App, sql: Any) -> None:
    ann, bob = await a.open(Home), await a.open(Home, owner=BOB)
    assert ann.part is ann.parts[0] is not bob.part
    assert ann.parts[1]["key"] is not Home.parts[1]["key"]
    for home in (ann, bob):
        for part in (home.part, home.parts[1]["key"], home.parts[2][0]):
            await part.session.increment(clicks=1)
        assert home.session.value.clicks == 3
    assert {key[1] for key in await rows(sql)} == {f"demo/1/{ANN}", f"demo/1/{BOB}"}
    with pytest.raises(DeclarationError):
        _ = Home.part.session.value


@pytest.mark.case("D77")
async def test_a_block_made_in_init_is_not_bound(a: App) -> None:
    class Late(Home):
        def __init__(self) -> None:
            self.mine = Part()

    late = await a.open(Late)
    assert late.part.session.value == Count()
    with pytest.raises(DeclarationError, match=r"Part\.session.*__init__"):
        _ = late.mine.session.value


class Ring(Block):
    turn: Any = None
    count = state(Count, scope=Scope.USER)


class Loop(Block):
    ring = Ring()


Ring.turn = Ring()


async def test_blocks_that_hold_each_other_are_copied_once(a: App) -> None:
    loop = await a.open(Loop)
    assert loop.ring is not Loop.ring
    await loop.ring.turn.count.increment(clicks=1)
    assert loop.ring.count.value.clicks == 1


@pytest.mark.case("D13")
async def test_load_gives_a_handle_outside_of_sessions(a: App) -> None:
    home = await a.open(Home)
    outside = await a.load(Home.user, str(ANN))
    await outside.increment(clicks=4)
    await a.reload(home)
    assert (home.user.value.clicks, outside.value.clicks) == (4, 4)
    inside = await a.load(Home.session, f"demo/1/{ANN}")
    assert inside.value == Count()
    for declaration, scope_id in ((Home.session, "other/1/42"), (Home.user, "demo/42")):
        with pytest.raises(ScopeUnavailableError, match="kind"):
            await a.load(declaration, scope_id)
    not_ids: tuple[Any, ...] = (ANN, None, "", "a\0b", "\ud800", "demo//42")
    for not_an_id in not_ids:
        with pytest.raises(ScopeUnavailableError, match="text"):
            await a.load(Home.user, not_an_id)
    with pytest.raises(DeclarationError, match="no flow"):
        await load(a.catalog, a.store, state(Count, scope=Scope.USER), "42")


@pytest.mark.case("D109")
async def test_a_cache_of_one_record_changes_nothing_but_the_number_of_statements(database: str) -> None:
    async with running(database, cache_size=1) as app:
        five = await app.open(Five)
        for handle in (five.one, five.two, five.three, five.four, five.five):
            await handle.increment(clicks=1)
            await handle.update(lambda count: setattr(count, "other", 2))
        await app.reload(five)
        assert [h.value for h in (five.one, five.two, five.three, five.four, five.five)] == [
            Count(clicks=1, other=2)
        ] * 5


class Notes(Block):
    notes = collection(Count, scope=Scope.PROJECT)


async def test_collections_need_no_load_and_are_unavailable_without_their_scope(a: App) -> None:
    notes = await a.open(Notes, guild=None)
    assert a.stats("loads") == (0,)
    assert not notes.notes.available
    with pytest.raises(ScopeUnavailableError):
        await notes.notes.count()


@pytest.mark.case("D119")
async def test_odd_ids_are_stored_and_read_literally(a: App, sql: Any) -> None:
    odd = [
        "'; DROP TABLE flowcord_record; --",
        "%s",
        "{0}",
        '"',
        "$1",
        "\\",
        "ключ",
        "e\u0301",
        "é",
        "A",
        "a",
        " ",
    ]
    for number, text in enumerate(odd):
        home = await a.open(Home, session=text, project=text)
        await home.session.patch(clicks=number)
        await home.server.patch(clicks=number)
    for number, text in enumerate(odd):
        home = await a.open(Home, session=text, project=text)
        assert (home.session.value.clicks, home.server.value.clicks) == (number, number)
    assert {key[1] for key in await rows(sql)} == {*odd, *(f"demo/{text}" for text in odd)}
