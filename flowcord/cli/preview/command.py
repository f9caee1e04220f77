"""The course of `flowcord preview`: start everything, serve, stop everything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import discord
from rich.text import Text

from flowcord.cli.database import embedded_database
from flowcord.cli.interrupt import interrupts, until
from flowcord.cli.preview.demo import open_browser, serving
from flowcord.cli.problem import console
from flowcord.cli.steps import Steps
from flowcord.cli.target import create_bot, load_target

__all__ = ("run_preview",)


def run_preview(target: str, *, port: int, browser: bool, data: Path) -> None:
    """Serve until Ctrl-C, SIGTERM or the page's own end. `data` is the folder of the database.

    Raises `Problem` for a target that is none and a port that is taken, and FlowCord's own errors.
    """
    asyncio.run(_preview(target, load_target(target), port=port, browser=browser, data=data))


async def _preview(
    target: str, factory: Callable[[str], object], *, port: int, browser: bool, data: Path
) -> None:
    _log_problems()
    with interrupts() as asked:
        async with AsyncExitStack() as running:
            with Steps(total=3) as steps:
                database = await running.enter_async_context(embedded_database(data, steps))
                bot = create_bot(target, factory, database)
                with steps.step("Starting the bot", f"{target} is online, on a simulated Discord"):
                    page = await running.enter_async_context(serving(bot, port=port))
            await _invite(page.url, browser=browser)
            await until(asked, page.wait_closed())
            console().print("Stopping …")
        console().print(Text(f"Stopped. What was stored is kept in {data}."))


def _log_problems() -> None:
    # That the bot could not speak is no news: this Discord has no voice.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
    discord.utils.setup_logging(level=logging.WARNING)


async def _invite(url: str, *, browser: bool) -> None:
    opened = browser and await open_browser(url)
    console().print()
    where = "  Opened in your browser:  " if opened else "  Open in your browser:  "
    console().print(Text(where).append(url, "bold cyan"))
    console().print("  Type / in the message field; be Ann or Bob at the top left. Ctrl-C ends it.")
    console().print()
