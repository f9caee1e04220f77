"""Every block of code in README.md and docs/ is run: menus opened, files made, commands parsed."""

from __future__ import annotations

import ast
import inspect
import logging
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from flowcord.cli import app
from flowcord.testing import Harness
from tests.docs.bot import bot_of
from tests.docs.explorer import explore
from tests.docs.pages import PAGES, ROOT, Page

WITH_MENUS = [page for page in PAGES if any(not block.title for block in page.written_in("python"))]
WITH_FILES = [page for page in PAGES if page.files]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_blocks_are_in_a_language_that_is_run(page: Page) -> None:
    assert page.text.count("```") == 2 * len(page.blocks)
    assert {block.language for block in page.blocks} <= {"python", "sh"}


# Menus ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", WITH_MENUS, ids=str)
async def test_every_statement_runs_and_every_button_works(
    page: Page, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with page.running() as running:
        for name, value in list(vars(running.module).items()):
            if name.startswith("test_") and inspect.iscoroutinefunction(value):
                async with Harness(bot_of(running, database)) as harness:
                    await value(harness)
        bot = bot_of(running, database)
        async with Harness(bot) as harness:
            for command in bot.tree.get_commands():
                await explore(harness, command.name)
        assert not running.never_ran
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


# Files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", WITH_FILES, ids=str)
def test_the_tests_of_a_page_pass_in_a_project_of_their_own(page: Page, tmp_path: Path) -> None:
    for name, text in page.files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    path = os.pathsep.join([str(ROOT), *sys.path])
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "flowcord.testing.plugin"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-q", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    there = sum(text.count("def test_") for text in page.files.values())
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"^{there} passed\b", done.stdout, re.MULTILINE), done.stdout


# Commands ------------------------------------------------------------------------------------------

COMMANDS = [
    pytest.param(line, id=f"{page}:{line}")
    for page in PAGES
    for block in page.written_in("sh")
    for line in block.text.splitlines()
    if line and not line.startswith("#")
] + [
    pytest.param(shown, id=f"{page}:{shown}")
    for page in PAGES
    for shown in re.findall(r"`((?:make|flowcord|docker|pip|pytest) [^`]+)`", page.text)
]


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_exist(line: str) -> None:
    words = shlex.split(line, comments=True)
    while re.match(r"[A-Z_]+=", words[0]):
        assert words.pop(0).split("=")[0] in ("DISCORD_TOKEN", "FLOWCORD_DATABASE_URL", "POSTGRES_PASSWORD")
    program, *arguments = words
    CHECKS[program](arguments)


def check_make(arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    target, *settings = arguments
    assert target in targets
    for setting in settings:
        name, _, value = setting.partition("=")
        assert name in ("ARGS", "PYTHON")
        if name == "ARGS" and target == "test":
            check_pytest(shlex.split(value))
        elif name == "ARGS" and target == "demo":
            check_flowcord(["preview", "bots", *shlex.split(value)])


def check_pytest(arguments: list[str]) -> None:
    for argument in arguments:
        if "/" in argument:
            path, _, name = argument.partition("::")
            assert (ROOT / path).exists(), path
            assert not name or name in _functions(ROOT / path), name


def check_flowcord(arguments: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    context: Any = None
    name, rest = "flowcord", arguments
    while True:
        context = command.make_context(name, list(rest), parent=context)
        rest = [*getattr(context, "_protected_args", []), *context.args]
        if not hasattr(command, "resolve_command") or not rest:
            return
        name, command, rest = command.resolve_command(context, rest)


def check_docker(arguments: list[str]) -> None:
    assert arguments[0] == "compose"
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    verb, *rest = [word for word in arguments[1:] if not word.startswith("-")]
    assert verb in ("up", "down", "logs", "run", "exec")
    assert not rest or rest[0] in services
    if verb == "run":
        check_flowcord(rest[1:])


def check_pip(arguments: list[str]) -> None:
    assert arguments[0] == "install"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for wanted in arguments[1:]:
        name, *named = re.split(r"[\[\],]+", wanted.rstrip("]"))
        assert name in (".", "flowcord", "--editable")
        assert set(named) <= set(extras)


def check_mkdocs(arguments: list[str]) -> None:
    assert arguments == ["build", "--strict"]
    assert (ROOT / "mkdocs.yml").exists()


CHECKS = {
    "make": check_make,
    "flowcord": check_flowcord,
    "docker": check_docker,
    "pip": check_pip,
    "pytest": check_pytest,
    "mkdocs": check_mkdocs,
}


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
