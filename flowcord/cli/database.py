"""The Postgres that FlowCord brings along, for a demo, a laptop, and a small bot on one machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from flowcord.cli.steps import Steps
from flowcord.store import revision
from flowcord.store.embedded import EmbeddedPostgres

__all__ = ("embedded_database",)


@asynccontextmanager
async def embedded_database(folder: Path, steps: Steps) -> AsyncGenerator[str]:
    """The URL of a running Postgres with its data in `folder`, its tables up to date.

    Takes two of `steps`. At the end the server stops and the data stays. Raises `StoreUnavailableError` when
    the extra `embedded` is not installed or the server does not start.
    """
    postgres = EmbeddedPostgres(folder)
    try:
        # In threads, so that Ctrl-C is noticed and taken up when the step is done.
        with steps.step("Starting Postgres", f"Postgres, its data in {folder}"):
            await asyncio.to_thread(postgres.start)
        with steps.step("Bringing the tables up to date", f"Tables at revision {revision.REVISIONS[-1]}"):
            await asyncio.to_thread(revision.upgrade, postgres.url())
        yield postgres.url()
    finally:
        await asyncio.to_thread(postgres.stop)
