"""Custom ids: which session, which visit, which component (`fc:<kind>:<session>:<visit>:<component>`).

An id only names; what a click runs comes from the session's own record of the screen, so a forged id finds
nothing. The session part ends in its owner's id, which is therefore known even after a restart.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import NamedTuple

__all__ = (
    "MAX_LENGTH",
    "ComponentId",
    "LauncherId",
    "digest",
    "id_prefix",
    "new_session_id",
    "owner_of",
    "parse",
)

#: Discord's limit: https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
MAX_LENGTH = 100
_PREFIX = "fc"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_RANDOM_CHARACTERS = 11
_LAUNCH = "open"


class ComponentId(NamedTuple):
    """A component of a session's screen, or a form it opened."""

    kind: str
    session: str
    visit: int
    component: str

    def __str__(self) -> str:
        return id_prefix(self.kind, self.session, self.visit) + self.component


class LauncherId(NamedTuple):
    """A button that opens a flow for whoever clicks it, in any process and after any restart."""

    kind: str

    def __str__(self) -> str:
        return f"{_PREFIX}:{self.kind}:{_LAUNCH}"


def id_prefix(kind: str, session: str, visit: int) -> str:
    """What the ids of all components of one visit begin with."""
    return f"{_PREFIX}:{kind}:{session}:{visit}:"


def parse(custom_id: str) -> ComponentId | LauncherId | None:
    """Read a custom id; `None` when it is not FlowCord's."""
    if not custom_id.startswith("fc:") or len(custom_id) > MAX_LENGTH:
        return None
    parts = custom_id.split(":", 4)
    if len(parts) == 5:
        _, kind, session, visit, component = parts
        if kind and session and component and visit.isascii() and visit.isdecimal():
            return ComponentId(kind, session, int(visit), component)
    elif len(parts) == 3 and parts[1] and parts[2] == _LAUNCH:
        return LauncherId(parts[1])
    return None


def new_session_id(owner: int) -> str:
    """11 unguessable characters (65 bits), then the owner's id in base 62."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS)) + _base62(owner)


def owner_of(session: str) -> int | None:
    """The user id that a session id ends in, or `None` for a malformed one."""
    tail = session[_RANDOM_CHARACTERS:]
    if not tail or any(character not in _VALUES for character in session):
        return None
    number = 0
    for character in tail:
        number = number * 62 + _VALUES[character]
    return number


def digest(text: str, size: int = 6) -> str:
    """A short name for `text`: `size` bytes of BLAKE2b in base 62."""
    return _base62(int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()))


def _base62(number: int) -> str:
    characters: list[str] = []
    while number:
        number, rest = divmod(number, 62)
        characters.append(_ALPHABET[rest])
    return "".join(reversed(characters)) or "0"
