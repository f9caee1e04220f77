"""docker-compose.yml and the Dockerfile say what the deployment needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_postgres_is_version_18_and_keeps_its_data(services: dict[str, Any]) -> None:
    postgres = services["postgres"]
    assert postgres["image"] == "postgres:18"
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]
    assert "pg_isready" in postgres["healthcheck"]["test"]
    assert "ports" not in postgres  # reachable by the other services only


def test_the_migration_runs_once_between_postgres_and_the_bot(services: dict[str, Any]) -> None:
    assert services["migrate"]["command"] == ["db", "upgrade"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["bot"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["bot"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_the_bot_takes_token_and_url_from_the_environment(services: dict[str, Any]) -> None:
    environment = services["bot"]["environment"]
    assert environment["DISCORD_TOKEN"].startswith("${DISCORD_TOKEN:?")
    assert environment["FLOWCORD_DATABASE_URL"].startswith("${FLOWCORD_DATABASE_URL:-postgresql://")
    assert services["migrate"]["environment"]["FLOWCORD_DATABASE_URL"] == environment["FLOWCORD_DATABASE_URL"]
    assert "DISCORD_TOKEN" not in services["migrate"]["environment"]


def test_the_bot_has_time_to_say_goodbye(services: dict[str, Any]) -> None:
    from flowcord.cli.run import CLOSE_TIME

    assert services["bot"]["stop_grace_period"] == "30s"
    assert CLOSE_TIME < 30


def test_the_image_is_built_from_this_repository_and_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == {"pyproject.toml", "README.md", "LICENSE", "flowcord", "migrations", "bots"}
    assert all((ROOT / name).exists() for name in copied - {"README.md"})
    assert [line for line in lines if line.startswith("USER ")] == ["USER bot"]
