"""A bot on the simulated Discord, with its page, until somebody ends it."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simcord import SetupError

from flowcord.cli.preview.live import LiveEnv, LivePreview
from flowcord.cli.preview.world import build_world
from flowcord.cli.problem import Problem

if TYPE_CHECKING:
    import discord

__all__ = ("local_timezone", "open_browser", "serving")


@asynccontextmanager
async def serving(bot: discord.Client, *, port: int) -> AsyncGenerator[LivePreview]:
    """Run `bot` on the simulated Discord and serve its page while the context is open.

    `port` is on loopback; 0 takes a free one. Raises `Problem` when the port is taken, and whatever the
    bot's `setup_hook` raises. At the end the bot is closed as at a shutdown of its process.
    """
    env = LiveEnv(bot)
    world = build_world(env)
    async with AsyncExitStack() as running:
        running.push_async_callback(env.shutdown)
        await env.start()
        page = env.live_preview(world.channel, viewers=world.members, port=port, timezone=local_timezone())
        try:
            await running.enter_async_context(page)
        except SetupError as error:
            if isinstance(error.__cause__, OSError):
                raise Problem(
                    f"Port {port} of this machine is taken.",
                    remedy="Choose another with --port, or leave it out for any free one.",
                ) from error
            raise
        yield page


def local_timezone() -> str:
    """The IANA name of this machine's time zone, for the times on the page; UTC where it is unknown."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    with suppress(OSError):
        candidates.append(str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2])
    for name in filter(None, candidates):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name).key
    return "UTC"


async def open_browser(url: str) -> bool:
    """Open `url` in a graphical browser. False where there is none."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not screen:
        return False  # a text browser would take over this terminal
    try:
        return await asyncio.to_thread(webbrowser.open, url)
    except webbrowser.Error:
        return False
