"""`flowcord preview` as a process: how it starts, what it keeps, how it ends."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from .demo import Demo, flowcord, processes_of
from .reader import Reader


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_ends_in_order_and_leaves_no_process(number: signal.Signals, data: Path) -> None:
    with Demo.running("bots", "--data", str(data)) as demo:
        assert demo.url
        assert processes_of(data)
        assert demo.stop(number) == 0
    assert "Stopped. What was stored is kept" in demo.output
    assert processes_of(data) == []
    assert "Traceback" not in demo.output


async def test_what_is_stored_is_there_at_the_next_start(data: Path) -> None:
    for lifetime in (1, 2):
        with Demo.running("bots", "--data", str(data)) as demo:
            async with Reader.opened(demo.url) as ann:
                await ann.slash("counter")
                await ann.click("+1")
                assert "Count: 1" in ann.text
                assert f"Lifetime: {lifetime}" in ann.text


async def test_ending_the_session_on_the_page_ends_the_demo(data: Path) -> None:
    with Demo.running("bots", "--data", str(data)) as demo:
        async with Reader.opened(demo.url) as ann:
            await ann.act("close", read=False)
        assert demo.process.wait(30) == 0
    assert processes_of(data) == []


def test_a_taken_port_is_named_and_postgres_is_stopped(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = flowcord("preview", "bots", "--no-browser", "--port", str(port), "--data", str(data))
    assert done.returncode == 1
    assert f"Port {port} of this machine is taken" in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_of(data) == []


def test_a_bot_that_cannot_start_says_so_and_postgres_is_stopped(tmp_path: Path, data: Path) -> None:
    (tmp_path / "unready.py").write_text(
        "import discord\n"
        "class Bot(discord.Client):\n"
        "    async def setup_hook(self):\n"
        "        raise LookupError('the moon is not full')\n"
        "def create_bot(database):\n"
        "    return Bot(intents=discord.Intents.default())\n"
    )
    done = flowcord("preview", "unready", "--no-browser", "--data", str(data), cwd=tmp_path)
    assert done.returncode == 1
    assert "the moon is not full" in done.stderr
    assert "unready.py" in done.stderr  # the traceback is for its developer
    assert processes_of(data) == []


def test_a_missing_module_is_found_out_before_anything_starts(tmp_path: Path) -> None:
    done = flowcord("preview", "no_such_bot", "--no-browser", "--data", str(tmp_path / "data"), cwd=tmp_path)
    assert done.returncode == 1
    assert "There is no module no_such_bot" in done.stderr
    assert not (tmp_path / "data").exists()
