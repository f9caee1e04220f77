"""`flowcord run`: what it needs before it can log in to Discord."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .demo import environment, flowcord, processes_of

BOT = """
import discord

class Bot(discord.Client):
    async def login(self, token):
        {login}

def create_bot(database):
    print("database:", database.partition("?")[0])
    return Bot(intents=discord.Intents.default())
"""


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    done = flowcord("run", "bots", "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "DISCORD_TOKEN is not set" in done.stderr
    assert not (tmp_path / "data").exists()


def test_without_a_url_it_uses_a_postgres_of_its_own_and_says_so(tmp_path: Path, data: Path) -> None:
    (tmp_path / "quick.py").write_text(BOT.format(login="raise discord.LoginFailure('no')"))
    done = flowcord("run", "quick", "--data", str(data), cwd=tmp_path, env={"DISCORD_TOKEN": "a.b.c"})
    assert done.returncode == 1
    assert "the bot gets a Postgres of its own" in done.stdout
    assert "database: postgresql://" in done.stdout
    assert "Discord refused the token in DISCORD_TOKEN" in done.stderr
    assert "a.b.c" not in done.stdout + done.stderr
    assert processes_of(data) == []


def test_with_a_url_nothing_is_started_or_migrated_and_the_remedy_is_told(
    bare_database: str, tmp_path: Path
) -> None:
    (tmp_path / "offline.py").write_text(
        "import bots\n"
        "def create_bot(database):\n"
        "    bot = bots.create_bot(database)\n"
        "    bot.login = lambda token: bot.setup_hook()\n"  # as far as one gets without Discord
        "    return bot\n"
    )
    variables = {"DISCORD_TOKEN": "a.b.c", "FLOWCORD_DATABASE_URL": bare_database}
    for _ in range(2):
        done = flowcord("run", "offline", "--data", str(tmp_path / "data"), cwd=tmp_path, env=variables)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == (
            "flowcord: The database has no FlowCord tables: run `flowcord db upgrade`"
        )
    assert not (tmp_path / "data").exists()


def test_an_unreachable_discord_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text(
        BOT.format(login="import aiohttp; raise aiohttp.ClientConnectionError('no route')")
    )
    done = flowcord(
        "run",
        "far",
        cwd=tmp_path,
        env={"DISCORD_TOKEN": "a.b.c", "FLOWCORD_DATABASE_URL": "postgresql://localhost/x"},
    )
    assert done.returncode == 1
    assert "Discord cannot be reached: no route" in done.stderr
    assert "Traceback" not in done.stderr


CONNECTED = """pass

    async def connect(self, *, reconnect=True):
        import asyncio
        print("connected", flush=True)
        await asyncio.Event().wait()

    async def close(self):
        print("goodbye", flush=True)
        await super().close()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_closes_the_bot_in_order(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "steady.py").write_text(BOT.replace("{login}", CONNECTED))
    variables = {"DISCORD_TOKEN": "a.b.c", "FLOWCORD_DATABASE_URL": "postgresql://localhost/x"}
    with subprocess.Popen(
        [sys.executable, "-m", "flowcord.cli", "run", "steady"],
        cwd=tmp_path,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "connected\n" in process.stdout  # reads up to that line
        process.send_signal(number)
        after = process.stdout.read()
        assert process.wait(30) == 0
    assert after.splitlines()[-1] == "goodbye"
