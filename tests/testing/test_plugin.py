"""The fixtures in a test run of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest
from tests.testing.handmade import HandmadeBot


@pytest.fixture
def flowcord_bot():
    return HandmadeBot()


@pytest.fixture
def flowcord_members():
    return ("eve",)


async def test_good(harness):
    menu = (await harness.slash("panel")).message
    await harness.click("+1")
    assert menu.has_text("Count: 1")
    assert set(harness.members) == {"eve"}


async def test_forgetful(harness):
    await harness.slash("panel")
    await harness.click("Forget")
"""


def run(folder: Path, suite: str) -> str:
    (folder / "test_suite.py").write_text(suite)
    (folder / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "flowcord.testing.plugin"]
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-q", str(folder)],
        env={**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.case("S159")
def test_a_test_that_leaves_an_interaction_unanswered_fails_at_its_end(tmp_path: Path) -> None:
    output = run(tmp_path, SUITE)

    assert re.search(r"2 passed.* 1 error", output)
    assert "ERROR at teardown of test_forgetful" in output
    assert "left an interaction without an answer: click on 'Forget' by eve" in output


def test_a_suite_without_a_bot_is_told_what_to_write(tmp_path: Path) -> None:
    output = run(tmp_path, "async def test_nothing(harness): ...")

    assert "override the fixture `flowcord_bot` in your conftest.py" in output
