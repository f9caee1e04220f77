"""Who may use a menu. Asked afresh for every input, with the member data that came with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.calling import check_takes

__all__ = ("Access",)

User = discord.User | discord.Member
Rule = Callable[[User, int], bool | Awaitable[bool]]


class Access:
    """An access rule: `Access.owner()`, `.users(...)`, `.roles(...)`, `.predicate(...)`, `.everyone()`."""

    __slots__ = ("_description", "_rule", "shared")

    def __init__(self, rule: Rule, description: str, *, shared: bool) -> None:
        self._rule = rule
        self._description = description
        #: Whether others than the owner may use the menu.
        self.shared = shared

    @classmethod
    def owner(cls) -> Access:
        """Only whoever opened the menu. The default."""
        return cls(lambda user, owner: user.id == owner, "owner()", shared=False)

    @classmethod
    def users(cls, *ids: int, owner: bool = True) -> Access:
        """The users of these ids, and the opener unless `owner=False`."""
        allowed = _ids("users", ids)
        return cls(
            lambda user, opener: user.id in allowed or (owner and user.id == opener),
            f"users{ids!r}",
            shared=True,
        )

    @classmethod
    def roles(cls, *ids: int, owner: bool = True) -> Access:
        """Members with one of these roles, and the opener unless `owner=False`."""
        allowed = _ids("roles", ids)

        def has_role(user: User, opener: int) -> bool:
            roles = user.roles if isinstance(user, discord.Member) else ()
            return (owner and user.id == opener) or any(role.id in allowed for role in roles)

        return cls(has_role, f"roles{ids!r}", shared=True)

    @classmethod
    def predicate(cls, function: Callable[[User], bool | Awaitable[bool]]) -> Access:
        """Whoever `function(user)` says yes to; it may be a coroutine. One that raises says no."""
        check_takes("the predicate of Access.predicate", function, "user")
        return cls(lambda user, _owner: function(user), f"predicate({function!r})", shared=True)

    @classmethod
    def everyone(cls) -> Access:
        """Whoever sees the message."""
        return cls(lambda _user, _owner: True, "everyone()", shared=True)

    def allows(self, user: User, owner: int) -> bool | Awaitable[Any]:
        """Whether `user` may use a menu that `owner` opened."""
        return self._rule(user, owner)

    def __repr__(self) -> str:
        return f"Access.{self._description}"


def _ids(rule: str, given: tuple[object, ...]) -> frozenset[int]:
    """Refuse what is no id: it would let nobody in."""
    if wrong := [each for each in given if not isinstance(each, int)]:
        raise DefinitionError(f"Access.{rule}(...) takes ids, not {wrong[0]!r}")
    return frozenset(cast("tuple[int, ...]", given))
