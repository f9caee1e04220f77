"""A real Postgres for every test that asks: one server for the whole run, a fresh database for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from flowcord.store import revision
from flowcord.store.embedded import EmbeddedPostgres

TEMPLATE = "flowcord_template"
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "200"}
"""What a server may do whose data nobody will miss."""

_numbers = itertools.count(1)


def _aside(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a loop of its own, whatever loop the test has."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Server:
    """A Postgres that a test may stop, freeze and kill."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres
        self.database = "postgres"

    @property
    def url(self) -> str:
        """The URL of this test's database; the same after a restart."""
        return self.postgres.url(self.database)

    def start(self) -> None:
        """Start, or start again."""
        self.postgres.start()

    def stop(self) -> None:
        """Shut down, ending every connection."""
        self.postgres.stop()

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.postgres.processes():
            os.kill(pid, number)

    def fresh_database(self) -> str:
        """Make a migrated, empty database and give its URL."""
        self.database = f"test_{next(_numbers)}"
        _aside(_execute(self.postgres.url(), f"CREATE DATABASE {self.database} TEMPLATE {TEMPLATE}"))
        return self.url

    def drop_database(self) -> None:
        """Delete it, whoever is still connected."""
        _aside(_execute(self.postgres.url(), f"DROP DATABASE {self.database} WITH (FORCE)"))


@pytest.fixture(scope="session")
def _scratch() -> Iterator[Path]:
    # Not pytest's own: its path is long, and it keeps the last three.
    folder = Path(tempfile.mkdtemp(prefix="flowcord-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path) -> Generator[Server]:
    postgres = EmbeddedPostgres(folder, settings=UNSAFE_BUT_FAST)
    postgres.start()
    try:
        _aside(_execute(postgres.url(), f"CREATE DATABASE {TEMPLATE}"))
        _aside(asyncio.to_thread(revision.upgrade, postgres.url(TEMPLATE)))
        yield Server(postgres)
    finally:
        postgres.delete()


@pytest.fixture(scope="session")
def _shared_server(_scratch: Path) -> Iterator[Server]:
    yield from _served(_scratch / "shared")


@pytest.fixture(scope="session")
def _fragile_server(_scratch: Path) -> Iterator[Server]:
    yield from _served(_scratch / "fragile")


@pytest.fixture
def database(_shared_server: Server) -> Iterator[str]:
    """The URL of an empty, migrated database of this test's own."""
    yield _shared_server.fresh_database()
    _shared_server.drop_database()


@pytest.fixture
def server(_fragile_server: Server) -> Iterator[Server]:
    """A server that this test may stop and freeze, with an empty, migrated database at `server.url`."""
    _fragile_server.fresh_database()
    yield _fragile_server
    _fragile_server.thaw()
    _fragile_server.start()
    _fragile_server.drop_database()
