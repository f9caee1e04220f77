"""Finding things by what they say: exactly, or by a pattern; `get_*` raises and lists what is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from flowcord.testing.errors import NotShownError

__all__ = ("Text", "by_key", "contains", "names", "only", "pick")

T = TypeVar("T")

#: A label, exactly and case-sensitively as shown, or a compiled pattern searched in it.
Text = str | re.Pattern[str]


def names(wanted: Text, shown: str | None) -> bool:
    """Whether a label is the wanted one."""
    if shown is None:
        return False
    return shown == wanted if isinstance(wanted, str) else wanted.search(shown) is not None


def by_key(key: str) -> re.Pattern[str]:
    """The custom ids of components of this key, with any arguments."""
    return re.compile(rf"^fc:[^:]+:[^:]+:\d+:{re.escape(key)}(\.|$)")


def contains(wanted: Text, text: str) -> bool:
    """Whether a text has the wanted one somewhere in it."""
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None


def pick(items: Iterable[T], fits: Callable[[T], bool], what: str) -> T | None:
    """The one item that fits, `None` if none does. Raises `NotShownError` if several do."""
    found = [item for item in items if fits(item)]
    if len(found) > 1:
        raise NotShownError(f"{len(found)} {what} fit: {', '.join(map(repr, found))}")
    return found[0] if found else None


def only(found: T | None, what: str, there: Sequence[object]) -> T:
    """What was found; otherwise `NotShownError` with what is there."""
    if found is None:
        listed = ", ".join(map(repr, there)) or "nothing"
        raise NotShownError(f"there is no {what}; shown: {listed}")
    return found
