"""TARGET: the module of a bot, and its `create_bot`."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from flowcord.cli.problem import Problem, errors_console
from flowcord.errors import FlowCordError

if TYPE_CHECKING:
    import discord

__all__ = ("create_bot", "load_target")


def load_target(name: str) -> Callable[[str], object]:
    """The `create_bot` of module `name`, which may lie in the current folder.

    Raises `Problem` when there is no such module, when it cannot be imported, or has no `create_bot`.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        raise Problem(
            f"{name!r} is not the name of a module.",
            remedy="Name it as in an import statement: `bots`, or `my_bot.app`; not a path, not a file name.",
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise Problem(
                f"{name} cannot be imported: it needs the module {error.name}, which is not installed."
            ) from error
        raise Problem(
            f"There is no module {name} in {os.getcwd()} and none is installed.",
            remedy="Run the command in the folder that contains it.",
        ) from error
    except FlowCordError:
        raise
    except Exception as error:
        raise _own_fault(f"{name} cannot be imported", error) from error
    factory = getattr(module, "create_bot", None)
    if not callable(factory):
        raise Problem(
            f"{name} has no function create_bot.",
            remedy="Define `def create_bot(database: str) -> commands.Bot` in it, which returns a bot that"
            " is not logged in.",
        )
    return cast("Callable[[str], object]", factory)


def create_bot(name: str, factory: Callable[[str], object], database: str) -> discord.Client:
    """Call `factory`. Raises `Problem` when that fails or gives something else than a client."""
    import discord

    try:
        bot = factory(database)
    except FlowCordError:
        raise
    except Exception as error:
        raise _own_fault(f"{name}.create_bot failed", error) from error
    if not isinstance(bot, discord.Client):
        raise Problem(f"{name}.create_bot returned {type(bot).__name__}, which is no discord.py client.")
    return bot


def _own_fault(what: str, error: Exception) -> Problem:
    """The traceback belongs to the developer of the bot, who needs it, from their first line on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith(
        (__name__, "importlib")
    ):
        trace = trace.tb_next
    told = traceback.format_exception(type(error), error, trace)
    errors_console().print("".join(told), end="", markup=False)
    return Problem(f"{what}: {type(error).__name__}: {error}")
