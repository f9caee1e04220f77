"""Folders for the processes that the command line starts."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Generator[Path]:
    """A folder for a Postgres.

    Not below pytest's own: that one is closed to other users whenever some pytest starts, and where the
    tests are root, Postgres is another user.
    """
    with tempfile.TemporaryDirectory(prefix="flowcord-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
