"""`flowcord run`: what it needs before it can log in to Discord."""

from __future__ import annotations

from pathlib import Path

from .demo import flowcord, processes_of

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


def test_with_a_url_it_starts_no_postgres_and_migrates_nothing(bare_database: str, tmp_path: Path) -> None:
    done = flowcord(
        "run",
        "bots",
        "--data",
        str(tmp_path / "data"),
        env={"DISCORD_TOKEN": "a.b.c", "FLOWCORD_DATABASE_URL": bare_database},
    )
    assert done.returncode == 1
    assert "flowcord: " in done.stderr
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
