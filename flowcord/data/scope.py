"""Whose data it is: the three scopes, and the ids under which records are stored."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from typing_extensions import TypeIs

from flowcord.errors import DeclarationError, ScopeUnavailableError, StateValidationError

__all__ = ("DEFAULT", "Default", "Scope", "check_key", "check_name", "is_stored_id", "owner_of", "scope_ids")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Scope(enum.Enum):
    """Whom a record belongs to."""

    SESSION = "session"
    """This user, this flow, this place: a draft, a cart. Found again when the command is run again."""
    USER = "user"
    """The person, in every server and flow: preferences, lifetime counters."""
    PROJECT = "project"
    """The Discord server, unless the app maps several servers to one project: shared by its members."""


class Default(enum.Enum):
    """The type of `DEFAULT`: nobody overrode this id."""

    TOKEN = "default"


DEFAULT: Final = Default.TOKEN


def scope_ids(
    kind: str,
    *,
    owner_id: int,
    guild_id: int | None,
    isolate: Collection[Scope] = (),
    session: object = DEFAULT,
    project: object = DEFAULT,
) -> Mapping[Scope, str | None]:
    """The stored ids of one session, fixed when it opens.

    `guild_id` is `None` in direct messages. `session` is what `Flow.session_id` answered, `project` what the
    app's resolver answered (`None`: no project here); left out, nobody overrode them.
    Raises `ScopeUnavailableError` for an answer that cannot be an id.
    """
    place = "dm" if guild_id is None else str(guild_id)
    if project is DEFAULT:
        project = None if guild_id is None else str(guild_id)
    elif project is not None:
        project = _resolved("project resolver", project)
    own = f"{place}/{owner_id}" if session is DEFAULT else _resolved("session_id", session)
    return {
        Scope.SESSION: f"{kind}/{own}",
        Scope.USER: f"{kind}/{owner_id}" if Scope.USER in isolate else str(owner_id),
        Scope.PROJECT: f"{kind}/{project}" if project is not None and Scope.PROJECT in isolate else project,
    }  # pyright: ignore[reportReturnType]  # `project` is text or None by now


def owner_of(scope: Scope, scope_id: str) -> str | None:
    """The user whom `forget_user` would mean by this id, read from the id itself.

    A session id that `Flow.session_id` overrode has two parts instead of three and belongs to nobody.
    """
    parts = scope_id.split("/")
    owned = scope is Scope.USER or (scope is Scope.SESSION and len(parts) == 3)
    return parts[-1] if owned else None


def check_name(what: str, name: str) -> str:
    """`name` if it can name a resource or a collection, else `DeclarationError`."""
    if not _NAME.fullmatch(name):
        raise DeclarationError(f"{what} {name!r} must match {_NAME.pattern}; give one with `name=`.")
    return name


def check_key(collection: str, key: object) -> str:
    """`key` if it can address an item, else `StateValidationError` (the key itself is not quoted)."""
    if not _is_id(key, 100):
        rule = "a key is text of 1 to 100 characters without '/' or control characters"
        raise StateValidationError(f"{collection}: {rule}.", handle=collection, fields={"key": rule})
    return key


def is_stored_id(scope_id: object) -> TypeIs[str]:
    """Whether this can be a stored scope id: one to three parts, each of them an id."""
    return isinstance(scope_id, str) and all(_is_id(part, 200) for part in scope_id.split("/"))


def _resolved(what: str, answer: object) -> str:
    if not _is_id(answer, 200):
        raise ScopeUnavailableError(
            f"{what} gave no usable id: it must return text of 1 to 200 characters without '/' or control "
            f"characters (an integer id as str(...)), and only `project` may return None."
        )
    return answer


def _is_id(value: object, longest: int) -> TypeIs[str]:
    if not isinstance(value, str) or not 1 <= len(value) <= longest or "/" in value:
        return False
    # Surrogates have no UTF-8 form, so Postgres could not store them.
    return all(unicodedata.category(character) not in {"Cc", "Cs"} for character in value)
