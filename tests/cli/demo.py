"""`flowcord` as a real process, as a terminal would run it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil

__all__ = ("ROOT", "Demo", "environment", "flowcord", "processes_of")

ROOT = Path(__file__).parents[2]

SETTINGS = ("DISCORD_TOKEN", "FLOWCORD_DATABASE_URL")

PAGE = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")


def flowcord(
    *arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flowcord.cli", *arguments],
        cwd=cwd,
        env=environment(**env or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def environment(**variables: str) -> dict[str, str]:
    """The variables of this process, without settings of a developer's own."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}


class Demo:
    """A running `flowcord preview`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output = ""
        self._url = threading.Event()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    @classmethod
    @contextmanager
    def running(cls, *arguments: str, cwd: Path = ROOT) -> Generator[Demo]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flowcord.cli", "preview", "--no-browser", *arguments],
            cwd=cwd,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        demo = cls(process)
        try:
            yield demo
        finally:
            demo.stop()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if PAGE.search(self.output):
                self._url.set()
        self._url.set()

    @property
    def url(self) -> str:
        """The page's address, as soon as it is printed."""
        assert self._url.wait(60), f"no address after a minute: {self.output}"
        found = PAGE.search(self.output)
        assert found is not None, f"it ended without an address: {self.output}"
        return found.group()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._reading.join(5)
            if self.process.stdout is not None:
                self.process.stdout.close()
        return code


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that work on `folder`."""
    found: list[str] = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(folder) in line:
            found.append(line)
    return found
