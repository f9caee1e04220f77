"""`flowcord inspect` and `flowcord db purge-expired`: stored data, for people."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner

from flowcord.cli import app
from flowcord.store import Address, Merge, Policy, Store

ANN = [
    Address("user", "42", ""),
    Address("user", "shop/42", "cart"),
    Address("session", "shop/7/42", "draft"),
]
OTHERS = [
    Address("user", "142", ""),
    Address("session", "shop/42/43", "draft"),
    Address("session", "shop/42", "made by a resolver"),
    Address("project", "7", ""),
    Address("project", "shop/7", "notes"),
]


def flowcord(*arguments: str, typed: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*arguments], input=typed, env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def on(url: str, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        store = Store(url)
        await store.start()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


@pytest.fixture
def filled(database: str) -> str:
    async def fill(store: Store) -> None:
        for address in ANN:
            await store.write(address, Merge({"text": "[bold]ü" * 20}), Policy(owner="42"))
        for address in OTHERS:
            await store.write(address, Merge({"x": 1}), Policy())

    on(database, fill)
    return database


def found(url: str, whose: str, id: str) -> list[tuple[str, str, str]]:
    code, said = flowcord("inspect", whose, id, "--json", "--url", url)
    assert code == 0
    return [(each["scope"], each["scope_id"], each["name"]) for each in json.loads(said)]


def test_inspect_finds_what_belongs_to_a_user_a_server_or_a_session(filled: str) -> None:
    assert set(found(filled, "user", "42")) == set(ANN)
    server = [Address("project", "7", ""), Address("project", "shop/7", "notes"), ANN[2]]
    assert set(found(filled, "server", "7")) == set(server)
    assert found(filled, "session", "shop/7/42") == [ANN[2]]
    assert found(filled, "session", "%") == []


def test_inspect_prints_a_table_with_cut_values(filled: str) -> None:
    code, said = flowcord("inspect", "user", "42", "--url", filled)
    assert code == 0
    assert "(state)" in said
    assert "[bold]ü" in said
    assert "…" in said
    assert flowcord("inspect", "user", "1", "--url", filled) == (0, "Nothing is stored of the user 1.\n")


def test_all_of_a_user_s_data_can_be_erased(filled: str) -> None:
    code, said = flowcord("inspect", "user", "42", "--erase", "--url", filled, typed="n\n")
    assert code == 1
    assert "Nothing was erased" in said
    code, said = flowcord("inspect", "user", "42", "--erase", "--yes", "--url", filled)
    assert code == 0
    assert "3 records erased" in said
    assert found(filled, "user", "42") == []
    assert len(found(filled, "server", "7")) == 2
    code, said = flowcord("inspect", "server", "7", "--erase", "--url", filled)
    assert code == 1
    assert "inspect user" in said


def test_an_id_is_shown_as_it_is(database: str) -> None:
    odd = Address("session", "shop/[/x] '; --", "[red]")
    on(database, lambda store: store.write(odd, Merge({"x": "[/x]"}), Policy()))
    code, said = flowcord("inspect", "session", odd.scope_id, "--url", database)
    assert code == 0
    assert said.count(odd.scope_id) == 2
    assert found(database, "session", odd.scope_id) == [odd]


def test_what_is_exported_before_it_is_erased_is_json_and_nothing_else(filled: str) -> None:
    result = CliRunner().invoke(app, ["inspect", "user", "42", "--json", "--erase", "--yes", "--url", filled])
    assert len(json.loads(result.stdout)) == 3
    assert "3 records erased" in result.stderr


def test_expired_records_are_purged_on_demand(filled: str) -> None:
    async def expire() -> None:
        connection = await asyncpg.connect(filled)
        await connection.execute("UPDATE flowcord_record SET expires_at = now() WHERE scope = 'project'")
        await connection.close()

    asyncio.run(expire())
    assert found(filled, "server", "7") == [ANN[2]]
    assert flowcord("db", "purge-expired", "--url", filled) == (0, "2 expired records ended.\n")
    assert flowcord("db", "purge-expired", "--url", filled) == (0, "0 expired records ended.\n")


def test_keep_shows_when_a_record_ends(database: str) -> None:
    on(database, lambda store: store.write(ANN[0], Merge({"x": 1}), Policy(keep=timedelta(days=1))))
    [record] = json.loads(flowcord("inspect", "user", "42", "--json", "--url", database)[1])
    assert record["expires_at"] > record["updated_at"]
    assert (record["version"], record["revision"], record["data"]) == (1, 1, {"x": 1})
