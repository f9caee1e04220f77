"""A real Postgres for every test that asks: one server for the whole run, an empty database for each test."""

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
from hypothesis import settings

from flowcord.store import revision
from flowcord.store.embedded import EmbeddedPostgres

# The same examples in each run; HYPOTHESIS_PROFILE=default looks for new ones.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

TEMPLATE = "flowcord_template"
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "200"}
"""What a server may do whose data nobody will miss."""

LEFT_OVER = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""

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
    """A Postgres that a test may stop, freeze and kill, and the databases on it."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres
        self.database = "postgres"
        self._clean: list[str] = []

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

    def crash(self) -> None:
        """End at once, as in a crash: what was under way is lost, and a start repairs the rest."""
        self.postgres._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.postgres.data)

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.postgres.processes():
            os.kill(pid, number)

    def create(self, template: str) -> str:
        """Make a database like `template` and give its name."""
        name = f"test_{next(_numbers)}"
        _aside(_execute(self.postgres.url(), f"CREATE DATABASE {name} TEMPLATE {template}"))
        return name

    def take(self) -> str:
        """The URL of a migrated, empty database."""
        self.database = self._clean.pop() if self._clean else self.create(TEMPLATE)
        return self.url

    def give_back(self) -> None:
        """Empty the database, whoever is still connected: sooner done than making another."""
        _aside(_execute(self.url, LEFT_OVER, "TRUNCATE flowcord_record"))
        self._clean.append(self.database)


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
    """The URL of a migrated, empty database."""
    yield _shared_server.take()
    _shared_server.give_back()


@pytest.fixture
def own_database(_shared_server: Server) -> str:
    """The URL of a migrated, empty database of this test's own: it may change tables and settings."""
    return _shared_server.postgres.url(_shared_server.create(TEMPLATE))


@pytest.fixture
def bare_database(_shared_server: Server) -> str:
    """The URL of a database of this test's own, without any table."""
    return _shared_server.postgres.url(_shared_server.create("template0"))


@pytest.fixture
def server(_fragile_server: Server) -> Iterator[Server]:
    """A server that this test may stop and freeze, with a migrated, empty database at `server.url`."""
    _fragile_server.take()
    yield _fragile_server
    _fragile_server.thaw()
    _fragile_server.start()
    _fragile_server.give_back()
