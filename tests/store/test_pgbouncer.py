"""FlowCord behind PgBouncer: what works in which mode, and that the start says so where it does not."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flowcord import StoreError
from flowcord.store import Address, Merge, Store, pooler
from tests.simcord.test_live_elsewhere import BoardFlow, Elsewhere, another
from tests.simcord.world import Bot, simulated
from tests.store.conftest import ANN, FOREVER, GUILD, Ears, numbers, running
from tests.store.pgbouncer import PROGRAM, VERSION, bouncer

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")
carries_statements = pytest.mark.skipif(
    VERSION < (1, 21), reason=f"PgBouncer {VERSION[0]}.{VERSION[1]} carries no prepared statements along"
)

Behind = Callable[..., AbstractContextManager[str]]
CARRIED = {"pool_mode": "transaction", "max_prepared_statements": 200}


@pytest.fixture
def behind(database: str) -> Iterator[Behind]:
    """A PgBouncer in front of the database, with the settings that are given."""
    folder = Path(tempfile.mkdtemp(prefix="flowcord-"))  # pytest's own is too long for a socket
    folder.chmod(0o711)
    yield partial(bouncer, folder / "pgbouncer", database)
    shutil.rmtree(folder)


async def use(store: Store) -> None:
    """More writes and units of work at once than PgBouncer has connections in transaction mode."""

    async def pay(number: int) -> None:
        async with store.atomic():
            await store.write(Address("user", str(number % 3), ""), numbers(coins=-1), FOREVER)
            await store.write(GUILD, numbers(coins=1), FOREVER)

    await asyncio.gather(*(store.write(ANN, numbers(clicks=1), FOREVER) for _ in range(100)))
    await asyncio.gather(*map(pay, range(30)))
    with pytest.raises(ZeroDivisionError):
        async with store.atomic():
            await store.write(GUILD, Merge({"coins": 0}), FOREVER)
            raise ZeroDivisionError
    assert (await store.read_fresh(ANN)).data == {"clicks": 100}
    assert (await store.read_fresh(GUILD)).data == {"coins": 30}


async def test_in_session_mode_all_works_through_it(database: str, behind: Behind) -> None:
    with behind(pool_mode="session") as url:
        async with running(url, pool_size=5) as store, running(database) as other:
            await use(store)
            ears = Ears(store)
            await other.write(ANN, Merge({"clicks": 0}), FOREVER)
            await ears.wait_for(ANN, 101)


@carries_statements
async def test_in_transaction_mode_all_works_with_a_listener_of_its_own(
    database: str, behind: Behind
) -> None:
    with behind(**CARRIED, default_pool_size=2) as url:
        async with running(url, listen=database) as store, running(database) as other:
            await use(store)
            ears = Ears(store)
            await other.write(ANN, Merge({"clicks": 0}), FOREVER)
            await ears.wait_for(ANN, 101)


@carries_statements
async def test_live_menus_show_through_transaction_mode_what_other_processes_write(
    database: str, behind: Behind
) -> None:
    with behind(**CARRIED, default_pool_size=2) as url:
        bot = Bot(BoardFlow, database=url, listen=database)
        async with simulated(bot, settle_timeout=10) as world, another(url, listen=database) as b:
            board = await world.ann.open("board")
            elsewhere = Elsewhere(world, b, database)
            await elsewhere.record()
            assert board.lines == ["Yes: 1"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for that never comes."""
    monkeypatch.setattr(pooler, "PATIENCE", 0.05)


async def refused(url: str, **options: Any) -> str:
    """Why the start of a store there fails."""
    store = Store(url, **options)
    with pytest.raises(StoreError) as refusal:
        await store.start()
    assert type(refusal.value) is StoreError
    return str(refusal.value)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("direct", [True, False])
async def test_a_pooler_that_loses_prepared_statements_is_refused_at_the_start(
    database: str, behind: Behind, direct: bool
) -> None:
    settings = {"max_prepared_statements": 0} if VERSION >= (1, 21) else {}
    with behind(pool_mode="transaction", **settings) as url:
        options = {"listen": database} if direct else {}
        assert "set max_prepared_statements = 200, or pool_mode = session" in await refused(url, **options)


@carries_statements
@pytest.mark.usefixtures("impatient")
async def test_a_listener_that_would_hear_nothing_is_refused_at_the_start(behind: Behind) -> None:
    with behind(**CARRIED) as url:
        assert "Give it as FlowCord(..., listen=url)" in await refused(url)


async def test_statement_mode_is_refused_at_the_start(database: str, behind: Behind) -> None:
    with behind(pool_mode="statement") as url:
        assert "set pool_mode = transaction or session" in await refused(url, listen=database)
