"""Ctrl-C and SIGTERM as an event, so that a command ends in order instead of anywhere."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Generator
from contextlib import contextmanager, suppress

__all__ = ("interrupts", "until")

PATIENCE = 3.0
"""Seconds after the first signal in which a second one is taken for an impatient key press."""


@contextmanager
def interrupts() -> Generator[asyncio.Event]:
    """An event that SIGINT or SIGTERM sets. One more, some seconds later, ends the process at once."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    first: list[float] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _frame: object = None) -> None:
        first.append(time.time())
        if time.time() - first[0] > PATIENCE:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        loop.call_soon_threadsafe(asked.set)

    for number in before:
        # Unlike loop.add_signal_handler this works on Windows too.
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


async def until(asked: asyncio.Event, work: Awaitable[object]) -> None:
    """Wait for `work`, or until `asked` is set; `work` is then cancelled. Raises what `work` raises."""
    working = asyncio.ensure_future(work)
    asking = asyncio.ensure_future(asked.wait())
    try:
        await asyncio.wait((working, asking), return_when=asyncio.FIRST_COMPLETED)
    finally:
        asking.cancel()
        if not working.done():
            working.cancel()
    with suppress(asyncio.CancelledError):
        await working
