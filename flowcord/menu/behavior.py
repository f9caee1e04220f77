"""Behavior: how a menu is shown, who may use it, how long it waits. Each field resolves by itself.

Outer overrides beat inner ones, inner defaults beat outer ones; the first level that sets a field wins.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, cast, get_args

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.access import Access

__all__ = (
    "NOTHING",
    "UNSET",
    "Behavior",
    "Cleanup",
    "ClickPolicy",
    "Display",
    "ErrorPolicy",
    "Policy",
    "Unset",
    "check_behaviors",
    "check_level",
    "declared",
    "merge",
    "resolve",
)


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


#: A field nobody set at this level. Not the same as `False` or `None`, which are values.
UNSET = Unset.UNSET

ClickPolicy = Literal["queue", "drop", "latest", "once"]
Cleanup = Literal["edit", "post_and_strip", "post_and_delete", "post_and_replace"]
Display = Literal["strip", "disable", "replace", "delete"]
ErrorPolicy = Literal["stay", "go_back", "end"]
#: The reasons whose last display may be chosen, by the values of `EndReason`.
DISPLAYED = ("closed", "cancelled", "timeout", "error", "replaced", "shutdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """What one level says; what it leaves out is decided by another.

    - `ephemeral`: only the user who opened the menu sees it. Needs an interaction.
    - `cleanup`: how the next screen is shown: the message is edited (`"edit"`), or a new one is posted and
      the old one loses its components (`"post_and_strip"`), is deleted (`"post_and_delete"`) or becomes one
      text (`"post_and_replace"`).
    - `ephemeral_fallback`: what becomes of an ephemeral message that Discord does not let us delete.
    - `closed_message`: the text of `"post_and_replace"`; only at a component, form or message handler.
    - `delete_user_messages`: delete the messages that users sent to a message handler.
    - `timeout`: seconds without input after which the session ends; `None` for never.
    - `lifetime`: seconds after the opening at which the session ends, whatever happens; `None` for never.
    - `access`: who may use the menu.
    - `clicks`: what becomes of a click that arrives while another runs: it waits (`"queue"`), is
      acknowledged and forgotten (`"drop"`), replaces the waiting one on the same component (`"latest"`), or
      waits and runs once for each picture of its button (`"once"`).
    - `notices`: shown above the screen (`"auto"`), or by the menu itself from `self.notices` (`"manual"`).
    - `error_policy`: after a failed input the menu is shown again (`"stay"`), the one before it
      (`"go_back"`), or the session ends (`"end"`); as it does after `error_limit` failed inputs in a row.
    - `deleted_policy`: when somebody deletes the menu's message the session ends (`"end"`), or its screen is
      sent anew (`"repost"`).
    - `end_display`: by the name of an `EndReason`, what becomes of the last screen: `"strip"`, `"disable"`,
      `"replace"` (by one text) or `"delete"`: `end_display={"timeout": "delete"}`.
    - `allowed_mentions`: whom texts on the screen may ping: nobody but those that it names.
    """

    ephemeral: bool | Unset = UNSET
    cleanup: Cleanup | Unset = UNSET
    ephemeral_fallback: Literal["strip", "replace"] | Unset = UNSET
    closed_message: str | Unset = UNSET
    delete_user_messages: bool | Unset = UNSET
    timeout: float | Unset | None = UNSET
    lifetime: float | Unset | None = UNSET
    access: Access | Unset = UNSET
    clicks: ClickPolicy | Unset = UNSET
    notices: Literal["auto", "manual"] | Unset = UNSET
    error_policy: ErrorPolicy | Unset = UNSET
    error_limit: int | Unset = UNSET
    deleted_policy: Literal["end", "repost"] | Unset = UNSET
    end_display: Mapping[str, Display] | Unset = UNSET
    allowed_mentions: discord.AllowedMentions | Unset = UNSET

    def __post_init__(self) -> None:
        for name, (allowed, wanted) in _RULES.items():
            value = getattr(self, name)
            if value is not UNSET and not allowed(value):
                raise DefinitionError(f"Behavior.{name} is {wanted}: got {value!r}")


def _is_seconds(value: object) -> bool:
    return value is None or (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    )


def _one_of(*values: str) -> tuple[Callable[[Any], bool], str]:
    return (lambda value: isinstance(value, str) and value in values), " or ".join(map(repr, values))


def _is_display(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        reason in DISPLAYED and shown in get_args(Display)
        for reason, shown in cast("Mapping[Any, Any]", value).items()
    )


_SECONDS = (_is_seconds, "a number of seconds above 0, or None")
_FLAG: tuple[Callable[[Any], bool], str] = (lambda value: isinstance(value, bool), "True or False")
#: For each field, what it may be, as a test and in words.
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "ephemeral": _FLAG,
    "cleanup": _one_of(*get_args(Cleanup)),
    "ephemeral_fallback": _one_of("strip", "replace"),
    "closed_message": ((lambda value: isinstance(value, str) and 1 <= len(value) <= 2000), "a text"),
    "delete_user_messages": _FLAG,
    "timeout": _SECONDS,
    "lifetime": _SECONDS,
    "access": ((lambda value: isinstance(value, Access)), "made by Access.owner(), .users(…) …"),
    "clicks": _one_of(*get_args(ClickPolicy)),
    "notices": _one_of("auto", "manual"),
    "error_policy": _one_of(*get_args(ErrorPolicy)),
    "error_limit": ((lambda value: type(value) is int and value > 0), "a number above 0"),
    "deleted_policy": _one_of("end", "repost"),
    "end_display": (
        _is_display,
        f"a mapping from {', '.join(DISPLAYED)} to {', '.join(get_args(Display))}",
    ),
    "allowed_mentions": (
        (lambda value: isinstance(value, discord.AllowedMentions)),
        "a discord.AllowedMentions",
    ),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A behavior with every field decided."""

    ephemeral: bool = False
    cleanup: Cleanup = "edit"
    ephemeral_fallback: Literal["strip", "replace"] = "strip"
    closed_message: str | None = None
    delete_user_messages: bool = False
    timeout: float | None = 300.0
    lifetime: float | None = None
    access: Access = field(default_factory=Access.owner)
    clicks: ClickPolicy = "queue"
    notices: Literal["auto", "manual"] = "auto"
    error_policy: ErrorPolicy = "stay"
    error_limit: int = 3
    deleted_policy: Literal["end", "repost"] = "end"
    #: Only what somebody chose; the rest is decided by how the session ends.
    end_display: Mapping[str, Display] = field(default_factory=dict[str, Display])
    #: As Discord takes it.
    allowed_mentions: Mapping[str, Any] = field(default_factory=lambda: _pings(discord.AllowedMentions()))


def _pings(allowed: discord.AllowedMentions) -> Mapping[str, Any]:
    """Whom texts may ping: nobody but those that `allowed` names."""
    return cast("Mapping[str, Any]", discord.AllowedMentions.none().merge(allowed).to_dict())


_DEFAULTS = Policy()
_FIELDS = tuple(each.name for each in fields(Policy))
#: A level that says nothing.
NOTHING = Behavior()


def resolve(levels: Iterable[Behavior]) -> Policy:
    """Decide every field: the first of `levels` that sets it wins, then the framework's defaults."""
    decided = _decided(levels)
    if "allowed_mentions" in decided:
        decided["allowed_mentions"] = _pings(decided["allowed_mentions"])
    return replace(_DEFAULTS, **decided)


def merge(levels: Iterable[Behavior]) -> Behavior:
    """One behavior that says what `levels` say together, the first that sets a field before the others."""
    return Behavior(**_decided(levels))


def declared(cls: type, attribute: str) -> Behavior:
    """The behavior that a class and its bases declare under `attribute`, the nearest class first."""
    return merge(base.__dict__.get(attribute, NOTHING) for base in cls.__mro__)


def _decided(levels: Iterable[Behavior]) -> dict[str, Any]:
    decided: dict[str, Any] = {}
    for level in levels:
        if level is NOTHING:
            continue
        for name in _FIELDS:
            if name not in decided and (value := getattr(level, name)) is not UNSET:
                decided[name] = value
    return decided


def check_level(level: Behavior, where: str) -> Behavior:
    """`level`, as what `where` names says. Raises `DefinitionError` if it is none, or says too much."""
    if not isinstance(level, Behavior):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"{where} is a Behavior(...), not {level!r}")
    if level.closed_message is not UNSET:
        raise DefinitionError(
            f"{where} sets closed_message, which is said of one component, form or message handler only; "
            "the text of every other closed message is Texts(closed=...)"
        )
    return level


def check_behaviors(cls: type) -> None:
    """Refuse a menu or flow class whose `behavior` or `override_behavior` is something else."""
    for attribute in ("behavior", "override_behavior"):
        check_level(getattr(cls, attribute), f"{cls.__name__}.{attribute}")
