"""What every end-to-end test is held to: no error is logged that the test did not ask for."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import asyncpg
import pytest

__all__ = ("Incidents",)

Incidents = Callable[[], list[str]]


@pytest.fixture
def incidents(caplog: pytest.LogCaptureFixture) -> Incidents:
    """The errors that FlowCord has logged so far. A test that does not take this must have none."""
    return lambda: _errors(caplog.records)


@pytest.fixture
async def sql(own_database: str) -> AsyncIterator[Any]:
    """A plain connection to the test's own database."""
    connection = await asyncpg.connect(own_database)
    yield connection
    await connection.close()


@pytest.fixture(autouse=True)
def _no_surprises(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    if "incidents" not in request.fixturenames:
        assert _errors(caplog.get_records("call")) == []


def _errors(records: list[logging.LogRecord]) -> list[str]:
    return [
        each.getMessage()
        for each in records
        if each.name.startswith("flowcord") and each.levelno >= logging.ERROR
    ]
