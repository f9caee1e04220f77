"""TARGET: what is found, and what is said when it is not."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from flowcord.cli.problem import Problem
from flowcord.cli.target import create_bot, load_target


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_module_of_the_current_folder_is_found(folder: Path) -> None:
    (folder / "target_ok.py").write_text("def create_bot(database): return database")
    assert load_target("target_ok")("url") == "url"


def test_a_path_is_not_a_module(folder: Path) -> None:
    with pytest.raises(Problem, match=r"'bots/app\.py' is not the name of a module") as raised:
        load_target("bots/app.py")
    assert "as in an import statement" in raised.value.remedy


@pytest.mark.parametrize("name", ["target_missing", "target_missing.inner"])
def test_a_missing_module_names_the_folder_searched(folder: Path, name: str) -> None:
    with pytest.raises(Problem, match=f"There is no module {name} in {folder}"):
        load_target(name)


def test_a_module_that_needs_a_missing_one_names_that_one(folder: Path) -> None:
    (folder / "target_needs.py").write_text("import absent_dependency")
    with pytest.raises(Problem, match="it needs the module absent_dependency, which is not installed"):
        load_target("target_needs")


def test_a_module_that_fails_shows_its_traceback(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "target_fails.py").write_text("1 / 0")
    with pytest.raises(Problem, match="target_fails cannot be imported: ZeroDivisionError"):
        load_target("target_fails")
    told = capsys.readouterr().err
    assert "target_fails.py" in told
    assert "importlib" not in told


def test_a_module_without_create_bot_says_what_to_define(folder: Path) -> None:
    (folder / "target_bare.py").write_text("")
    with pytest.raises(Problem, match="target_bare has no function create_bot") as raised:
        load_target("target_bare")
    assert "def create_bot(database: str)" in raised.value.remedy


def test_create_bot_must_return_a_client() -> None:
    with pytest.raises(Problem, match=r"bots\.create_bot returned str"):
        create_bot("bots", lambda database: database, "url")


def test_a_create_bot_that_fails_is_named() -> None:
    def factory(database: str) -> object:
        raise LookupError("no such thing")

    with pytest.raises(Problem, match=r"bots\.create_bot failed: LookupError: no such thing"):
        create_bot("bots", factory, "url")


def test_any_client_will_do() -> None:
    client = discord.Client(intents=discord.Intents.none())
    assert create_bot("bots", lambda database: client, "url") is client
