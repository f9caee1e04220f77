"""Cogs: what a cog brought goes with it."""

from __future__ import annotations

from collections.abc import Callable

from discord.ext import commands
from discord.utils import maybe_coroutine

__all__ = ("when_unloaded",)


def when_unloaded(cog: commands.Cog, leave: Callable[[], object]) -> None:
    """Call `leave` when `cog` is unloaded, before its own `cog_unload`.

    discord.py tells nobody but the cog, through that method of the instance.
    """
    unload = cog.cog_unload

    async def cog_unload() -> None:
        try:
            leave()
        finally:
            await maybe_coroutine(unload)

    cog.cog_unload = cog_unload
