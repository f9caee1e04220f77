"""Settings from the environment: secrets stay secret, a missing token is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowcord.cli.problem import Problem
from flowcord.cli.settings import Settings

URL = "postgresql://flowcord:hunter2@localhost/bots"


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.delenv("FLOWCORD_DATABASE_URL", raising=False)
    return tmp_path


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    monkeypatch.setenv("FLOWCORD_DATABASE_URL", URL)
    settings = Settings.load()
    assert settings.token() == "a.b.c"
    assert settings.database == URL


def test_or_from_a_file_env(clean: Path) -> None:
    (clean / ".env").write_text("DISCORD_TOKEN=x.y.z\nPOSTGRES_PASSWORD=other\n")
    assert Settings.load().token() == "x.y.z"


def test_no_secret_shows_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    monkeypatch.setenv("FLOWCORD_DATABASE_URL", URL)
    shown = repr(Settings.load())
    assert "a.b.c" not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_the_way_to_one_is_told(monkeypatch: pytest.MonkeyPatch, token: str | None) -> None:
    if token is not None:
        monkeypatch.setenv("DISCORD_TOKEN", token)
    with pytest.raises(Problem, match="DISCORD_TOKEN is not set") as raised:
        Settings.load().token()
    assert "Reset Token" in raised.value.remedy


def test_an_empty_url_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWCORD_DATABASE_URL", "")
    assert Settings.load().database is None
