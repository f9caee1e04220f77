"""Tables and revisions: `start` only looks, `upgrade` alone changes."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from flowcord.errors import SchemaRevisionError
from flowcord.store import Merge, Store, revision
from flowcord.store.tables import metadata
from tests.store.conftest import ANN, FOREVER, running

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


async def run(url: str, *statements: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetch(statements[-1])
    finally:
        await connection.close()


@pytest.mark.case("D117")
async def test_start_without_tables_names_the_remedy_and_creates_nothing(bare_database: str) -> None:
    with pytest.raises(SchemaRevisionError, match="no FlowCord tables: run `flowcord db upgrade`"):
        await Store(bare_database).start()
    assert await run(bare_database, TABLES) == []


@pytest.mark.case("D117")
@pytest.mark.parametrize(
    ("found", "remedy"), [("9999", "9999, which this code does not know.*deploy the newer code")]
)
async def test_start_refuses_a_revision_it_does_not_know(database: str, found: str, remedy: str) -> None:
    await run(database, f"UPDATE {revision.VERSION_TABLE} SET version_num = '{found}'", "SELECT 1")
    try:
        with pytest.raises(SchemaRevisionError, match=remedy):
            await Store(database).start()
    finally:
        await run(database, f"UPDATE {revision.VERSION_TABLE} SET version_num = '0001'", "SELECT 1")


@pytest.mark.case("D117")
async def test_start_refuses_an_older_revision(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "REVISIONS", ("0001", "0002"))
    with pytest.raises(SchemaRevisionError, match="0001, and the code needs 0002: run `flowcord db upgrade`"):
        await Store(database).start()


@pytest.mark.case("D118")
async def test_two_upgrades_at_once_both_succeed_and_touch_nothing_else(bare_database: str) -> None:
    await run(
        bare_database,
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('theirs')",
        "CREATE TABLE mine (x int)",
        "INSERT INTO mine VALUES (1)",
        "SELECT 1",
    )
    code = "import sys; from flowcord.store.revision import upgrade; upgrade(sys.argv[1])"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, bare_database) for _ in range(2)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    assert [row["tablename"] for row in await run(bare_database, TABLES)] == [
        "alembic_version",
        "flowcord_alembic_version",
        "flowcord_record",
        "mine",
    ]
    assert (await run(bare_database, "SELECT version_num FROM alembic_version"))[0]["version_num"] == "theirs"
    async with running(bare_database) as store:
        await store.write(ANN, Merge({"x": 1}), FOREVER)
    await asyncio.to_thread(revision.upgrade, bare_database)  # again: nothing to do, nothing lost
    assert len(await run(bare_database, "SELECT 1 FROM flowcord_record")) == 1


def test_the_code_knows_exactly_the_revisions_it_ships() -> None:
    scripts = ScriptDirectory(str(revision.migrations_folder()))
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == revision.REVISIONS
    assert scripts.get_current_head() == revision.REVISIONS[-1]


async def test_the_tables_are_as_the_code_describes_them(database: str) -> None:
    async def connect() -> Any:
        return await asyncpg.connect(database)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": revision.VERSION_TABLE,
                # Indexes and triggers stand in the migrations only: no statement names them.
                "include_object": lambda _object, _name, kind, *_: kind != "index",
            },
        )
        return compare_metadata(context, metadata)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ("'galaxy', '1', '', '{}', 1, 1, NULL", "flowcord_record_scope"),
        ("'user', '1', '', '[]', 1, 1, NULL", "flowcord_record_data"),
        ("'user', '1', '', '{}', 0, 1, NULL", "flowcord_record_version"),
        ("'user', '1', '', '{}', 1, 0, NULL", "flowcord_record_revision"),
        ("'user', '1', '', NULL, 1, 1, NULL", "flowcord_record_tombstone"),
        ("'user', '1', '', '{}', 1, 1, now()", "flowcord_record_tombstone"),
    ],
)
async def test_the_table_refuses_what_the_code_never_writes(sql: Any, row: str, constraint: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await sql.execute(
            "INSERT INTO flowcord_record (scope, scope_id, name, data, version, revision, deleted_at) "
            f"VALUES ({row})"
        )
    assert refused.value.constraint_name == constraint


@pytest.mark.case("D117")
async def test_the_running_role_needs_to_read_and_write_rows_only(database: str, sql: Any) -> None:
    await sql.execute(
        """
        DROP ROLE IF EXISTS flowcord_bot;
        CREATE ROLE flowcord_bot LOGIN;
        GRANT SELECT, INSERT, UPDATE, DELETE ON flowcord_record TO flowcord_bot;
        GRANT SELECT ON flowcord_alembic_version TO flowcord_bot;
        """
    )
    async with running(re.sub("postgres:@", "flowcord_bot:@", database, count=1)) as store:
        await store.write(ANN, Merge({"x": 1}), FOREVER)
        await store.items.create(ANN._replace(name="notes/1"), {}, FOREVER, max_items=1, when_full="oldest")
        async with store.atomic():
            await store.lock(ANN)
            await store.items.delete(ANN._replace(name="notes/1"))
    await sql.execute("DROP OWNED BY flowcord_bot; DROP ROLE flowcord_bot")
