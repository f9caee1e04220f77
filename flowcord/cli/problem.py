"""What the command line says when something is wrong outside of FlowCord: a sentence and a remedy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flowcord.errors import FlowCordError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ("Problem", "console", "errors_console", "tells_problems")

P = ParamSpec("P")
T = TypeVar("T")


class Problem(Exception):
    """Ends the command with exit code 1. `remedy` says what to do about it."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@functools.cache
def console() -> Console:
    """Where results are written: standard output."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


@functools.cache
def errors_console() -> Console:
    """Where problems are written: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def tells_problems(command: Callable[P, T]) -> Callable[P, T]:
    """A command that prints a `Problem`, or an error of FlowCord's, without a traceback."""

    @functools.wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except (Problem, FlowCordError) as error:
            import typer

            _tell(error)
            raise typer.Exit(1) from None

    return telling


def _tell(error: Problem | FlowCordError) -> None:
    from rich.text import Text

    sentence = Text("flowcord: ", style="bold red").append(str(error), style="not bold default")
    errors_console().print(sentence)
    if isinstance(error, Problem) and error.remedy:
        errors_console().print(Text(error.remedy))
