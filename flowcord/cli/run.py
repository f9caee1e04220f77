"""The course of `flowcord run`: a bot on the real Discord until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import discord
from rich.text import Text

from flowcord.cli.database import embedded_database
from flowcord.cli.interrupt import interrupts, until
from flowcord.cli.problem import Problem, console
from flowcord.cli.settings import Settings
from flowcord.cli.steps import Steps
from flowcord.cli.target import create_bot, load_target

__all__ = ("run_bot",)

_log = logging.getLogger(__name__)

CLOSE_TIME = 20.0
"""Seconds that a bot may take to close before the process ends without it."""


def run_bot(target: str, *, data: Path) -> None:
    """Log in and serve until Ctrl-C or SIGTERM. `data` is the folder of the database if none is set.

    Raises `Problem` without a token, with a wrong one, and when Discord cannot be reached.
    """
    settings = Settings.load()
    token = settings.token()
    factory = load_target(target)
    asyncio.run(_run(target, factory, token=token, database=settings.database, data=data))


async def _run(
    target: str, factory: Callable[[str], object], *, token: str, database: str | None, data: Path
) -> None:
    with interrupts() as asked:
        async with AsyncExitStack() as running:
            if database is None:
                console().print(
                    Text(f"No FLOWCORD_DATABASE_URL: the bot gets a Postgres of its own in {data}.")
                )
                with Steps(total=2) as steps:
                    database = await running.enter_async_context(embedded_database(data, steps))
            discord.utils.setup_logging()
            bot = create_bot(target, factory, database)
            running.push_async_callback(_close, bot)
            await until(asked, _serve(bot, token))


async def _serve(bot: discord.Client, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure:
        raise Problem(
            "Discord refused the token in DISCORD_TOKEN.",
            remedy="Reset it in the Developer Portal (your application, Bot, Reset Token), and set that one.",
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise Problem(
            "The bot asks for privileged intents that its application does not have.",
            remedy="Switch them on in the Developer Portal (your application, Bot), or do without them.",
        ) from None
    except aiohttp.ClientConnectionError as error:
        raise Problem(f"Discord cannot be reached: {error}.") from error
    except discord.DiscordServerError as error:
        raise Problem(f"Discord has a problem of its own at the moment: {error}.") from error


async def _close(bot: discord.Client) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIME):
            await bot.close()
    except TimeoutError:
        _log.error("the bot did not close within %g seconds", CLOSE_TIME)
