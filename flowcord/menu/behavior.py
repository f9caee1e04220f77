"""Behavior: how a menu is shown, who may use it, how long it waits. Each field resolves by itself.

Outer overrides beat inner ones, inner defaults beat outer ones; the first level that sets a field wins.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, cast

from flowcord.errors import DefinitionError
from flowcord.menu.access import Access

__all__ = ("UNSET", "Behavior", "Policy", "Unset", "check_behaviors", "declared", "resolve")


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


#: A field nobody set at this level. Not the same as `False` or `None`, which are values.
UNSET = Unset.UNSET

ClickPolicy = Literal["queue", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """What one level says; what it leaves out is decided by another.

    - `ephemeral`: only the user who opened the menu sees it. Needs an interaction.
    - `timeout`: seconds without input after which the session ends; `None` for never.
    - `lifetime`: seconds after the opening at which the session ends, whatever happens; `None` for never.
    - `access`: who may use the menu.
    - `clicks`: what becomes of a click that arrives while another runs: it waits (`"queue"`), or is
      acknowledged and forgotten (`"drop"`).
    """

    ephemeral: bool | Unset = UNSET
    timeout: float | Unset | None = UNSET
    lifetime: float | Unset | None = UNSET
    access: Access | Unset = UNSET
    clicks: ClickPolicy | Unset = UNSET

    def __post_init__(self) -> None:
        for name in ("timeout", "lifetime"):
            seconds = getattr(self, name)
            if seconds is not UNSET and seconds is not None and not (_is_number(seconds) and seconds > 0):
                raise DefinitionError(
                    f"Behavior.{name} is a number of seconds above 0, or None: got {seconds!r}"
                )
        if self.ephemeral not in (True, False, UNSET):
            raise DefinitionError(f"Behavior.ephemeral is True or False: got {self.ephemeral!r}")
        if self.clicks not in ("queue", "drop", UNSET):
            raise DefinitionError(f"Behavior.clicks is 'queue' or 'drop': got {self.clicks!r}")
        if not isinstance(self.access, Access | Unset):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(
                f"Behavior.access is made by Access.owner(), .users(…) …: got {self.access!r}"
            )


@dataclass(frozen=True, slots=True)
class Policy:
    """A behavior with every field decided."""

    ephemeral: bool
    timeout: float | None
    lifetime: float | None
    access: Access
    clicks: ClickPolicy


_DEFAULTS = Policy(ephemeral=False, timeout=300.0, lifetime=None, access=Access.owner(), clicks="queue")
_FIELDS = tuple(field.name for field in fields(Policy))
_NOTHING = Behavior()


def resolve(levels: Iterable[Behavior]) -> Policy:
    """Decide every field: the first of `levels` that sets it wins, then the framework's defaults."""
    decided: dict[str, Any] = {}
    for level in levels:
        for name in _FIELDS:
            if name not in decided and (value := getattr(level, name)) is not UNSET:
                decided[name] = value
    return replace(_DEFAULTS, **decided)


def declared(cls: type, attribute: str) -> Behavior:
    """The behavior that a class and its bases declare under `attribute`, the nearest class first."""
    merged: dict[str, Any] = {}
    for base in cls.__mro__:
        level = base.__dict__.get(attribute, _NOTHING)
        for name in _FIELDS:
            if name not in merged and (value := getattr(level, name)) is not UNSET:
                merged[name] = value
    return Behavior(**merged)


def check_behaviors(cls: type) -> None:
    """Refuse a menu or flow class whose `behavior` or `override_behavior` is something else."""
    for attribute in ("behavior", "override_behavior"):
        level = getattr(cls, attribute)
        if not isinstance(level, Behavior):
            raise DefinitionError(f"{cls.__name__}.{attribute} is a Behavior(...), not {level!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and cast(float, value) == value
