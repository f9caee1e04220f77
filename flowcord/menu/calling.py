"""Calling: whether callbacks take what they will be called with, looked at when their class is made."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from flowcord.errors import DefinitionError

__all__ = ("check_method", "check_takes", "refusal")


def refusal(function: Callable[..., Any], given: tuple[str, ...]) -> str | None:
    """Why `function` cannot be called with these arguments; `None` if it can, or does not say."""
    if not callable(function):
        return f"{function!r} is no function"
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some that are written in C
        return None
    try:
        signature.bind(*given)
    except TypeError as error:
        return f"{error}; it takes ({', '.join(signature.parameters)})"
    return None


def check_takes(what: str, function: Callable[..., Any], *given: str) -> None:
    """Refuse what cannot be called with the arguments it will be given, here named."""
    if (why := refusal(function, given)) is not None:
        raise DefinitionError(f"{what} is called with ({', '.join(given)}): {why}")


def check_method(cls: type, name: str, *given: str) -> None:
    """The same of a method of this name, if the class itself has one."""
    method = vars(cls).get(name)
    if inspect.isfunction(method):
        check_takes(method.__qualname__, method, "self", *given)
