"""`flowcord db …` on a real Postgres, and what it says when there is none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flowcord.cli import app
from flowcord.store.revision import REVISIONS

NEWEST = REVISIONS[-1]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FLOWCORD_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def db(*arguments: str, typed: str | None = None) -> tuple[int, str]:
    """The exit code, and what the terminal shows, in one line."""
    result = CliRunner().invoke(app, ["db", *arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, " ".join(result.output.split())


def test_upgrade_makes_an_empty_database_ready(bare_database: str) -> None:
    code, said = db("check", "--url", bare_database)
    assert code == 1
    assert "no FlowCord tables: run `flowcord db upgrade`" in said
    assert db("current", "--url", bare_database) == (0, f"no tables; this version of FlowCord needs {NEWEST}")
    code, said = db("upgrade", "--url", bare_database)
    assert code == 0
    assert f"revision {NEWEST}" in said
    code, said = db("check", "--url", bare_database)
    assert code == 0
    assert f"is ready (revision {NEWEST})" in said


def test_upgrading_twice_changes_nothing(bare_database: str) -> None:
    assert db("upgrade", "--url", bare_database)[0] == 0
    assert db("upgrade", "--url", bare_database)[0] == 0
    assert db("check", "--url", bare_database)[0] == 0


def test_downgrade_asks_first(bare_database: str) -> None:
    db("upgrade", "--url", bare_database)
    code, said = db("downgrade", "base", "--url", bare_database, typed="n\n")
    assert code == 1
    assert "Nothing was changed" in said
    assert db("check", "--url", bare_database)[0] == 0
    code, said = db("downgrade", "base", "--url", bare_database, "--yes")
    assert code == 0
    assert "no tables" in said
    assert db("check", "--url", bare_database)[0] == 1


def test_downgrade_takes_a_number_of_steps(bare_database: str) -> None:
    db("upgrade", "--url", bare_database)
    code, said = db("downgrade", f"-{len(REVISIONS)}", "--url", bare_database, "--yes")
    assert (code, "no tables" in said) == (0, True)
    assert db("upgrade", "--url", bare_database)[0] == 0


def test_the_database_may_come_from_the_environment(
    bare_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWCORD_DATABASE_URL", bare_database)
    assert db("upgrade")[0] == 0


def test_an_unknown_revision_is_named_with_the_known_ones(bare_database: str) -> None:
    code, said = db("upgrade", "7777", "--url", bare_database)
    assert code == 1
    assert "Revision '7777'" in said
    assert f"base, head, and {NEWEST}" in said


def test_without_a_database_it_says_how_to_name_one() -> None:
    code, said = db("check")
    assert code == 1
    assert "FLOWCORD_DATABASE_URL is not set" in said


def test_a_missing_database_can_be_created(bare_database: str) -> None:
    path, _, socket_folder = bare_database.partition("?")
    code, said = db("upgrade", "--url", f"{path.rpartition('/')[0]}/nowhere?{socket_folder}")
    assert code == 1
    assert "There is no database 'nowhere'" in said
    assert "createdb nowhere" in said


@pytest.mark.parametrize("command", ["check", "current", "upgrade"])
def test_where_nothing_answers_host_and_port_are_named_and_no_secret(command: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        port = closed.getsockname()[1]
        code, said = db(command, "--url", f"postgresql://me:hunter2@127.0.0.1:{port}/bots")
    assert code == 1
    assert f"No connection to the database 'bots' on 127.0.0.1, port {port}" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["mysql://me:hunter2@localhost/bots", "hunter2"])
def test_something_else_than_a_postgres_url_is_not_repeated(url: str) -> None:
    code, said = db("check", "--url", url)
    assert code == 1
    assert "hunter2" not in said
    assert "Traceback" not in said
