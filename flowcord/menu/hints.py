"""Hints: what stands in a menu class, does nothing there, and looks as if it was meant to."""

from __future__ import annotations

import dataclasses
import inspect
from difflib import get_close_matches
from typing import Any

from flowcord.data.block import Block
from flowcord.errors import DefinitionError
from flowcord.menu.behavior import Behavior
from flowcord.menu.flow import Flow
from flowcord.menu.menu import HOOKS, SETTINGS, Menu

__all__ = ("hints",)

_BEHAVIOR = {field.name for field in dataclasses.fields(Behavior)}
#: How alike two names are of which one is taken for a slip of the other, and the letters it has at least:
#: next to `live` or `name` there is `lives` or `named`, which mean something else.
_ALIKE, _LONG = 0.85, 7

_SETTINGS = [name for name in SETTINGS if len(name) >= _LONG]


def hints(menu: type[Menu[Any, Any, Any]]) -> list[str]:
    """A sentence for each attribute that is spelled almost as a setting or hook, belongs in `behavior`, or is
    a block that was not made."""
    found: list[str] = []
    for source in menu.__mro__[: menu.__mro__.index(Menu)]:
        for name, value in vars(source).items():
            where = f"{source.__name__}.{name}"
            if name in _BEHAVIOR and _is_behavior(name, value):
                found.append(f"{where} does nothing: say behavior = Behavior({name}={value!r})")
            if _is_meant_as_part(source, value):
                found.append(
                    f"{where} is the class {value.__name__}, which is bound to no menu: make one, "
                    f"{name} = {value.__name__}()"
                )
            known = HOOKS if inspect.isfunction(value) else _SETTINGS
            if name not in known and (meant := get_close_matches(name, known, 1, _ALIKE)):
                found.append(f"{where} does nothing by itself: {meant[0]} is what FlowCord knows")
    return found


def _is_meant_as_part(holder: type, value: Any) -> bool:
    """Whether this is a class of parts of menus, from elsewhere, and none that was written in the holder."""
    if not isinstance(value, type) or not issubclass(value, Block) or issubclass(value, Menu | Flow):
        return False
    return not value.__qualname__.startswith(f"{holder.__qualname__}.")


def _is_behavior(name: str, value: Any) -> bool:
    """Whether a behavior could say this."""
    try:
        Behavior(**{name: value})
    except DefinitionError:
        return False
    return True
