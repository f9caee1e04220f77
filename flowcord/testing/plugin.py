"""The pytest fixtures: `harness`, and `flowcord_bot`, which a test suite overrides.

@pytest.fixture
def flowcord_bot(database):
    return create_bot(database)

async def test_counter(harness):
    ...
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

try:
    import pytest_asyncio
except ImportError:  # the entry point is read in every environment that has FlowCord installed
    _async_fixture: Any = pytest.fixture
else:
    _async_fixture = pytest_asyncio.fixture

if TYPE_CHECKING:
    from flowcord.testing import Harness

__all__ = ("flowcord_bot", "flowcord_members", "harness")


@pytest.fixture
def flowcord_bot() -> Any:
    """The bot under test, not logged in. Override it in your `conftest.py`."""
    raise pytest.UsageError(
        "override the fixture `flowcord_bot` in your conftest.py: it returns your bot, not logged in"
    )


@pytest.fixture
def flowcord_members() -> tuple[str, ...]:
    """Names of the server's members; the first one acts. Override it for others."""
    return ("ann", "bob")


@_async_fixture
async def harness(flowcord_bot: Any, flowcord_members: tuple[str, ...]) -> AsyncIterator[Harness]:
    """The bot, started on a simulated server; closed after the test, which fails if a rule was broken."""
    # Imported here: this module is loaded in every pytest run, also where dpytest is not installed.
    from flowcord.testing import Harness

    running = Harness(flowcord_bot, members=flowcord_members)
    await running.start()
    yield running
    await running.close()
