"""SessionLimit: how many sessions one user may have open, of an app or of a flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from flowcord.errors import DefinitionError

__all__ = ("LimitPolicy", "SessionLimit", "session_limit")

#: What becomes of one session too many: it does not open, or the oldest ends for it.
LimitPolicy = Literal["refuse", "replace"]


@dataclass(frozen=True, slots=True)
class SessionLimit:
    """`count` sessions for each user, of the flow of this `kind`; of all flows, where that is `None`."""

    count: int
    policy: LimitPolicy
    kind: str | None = None


def session_limit(where: str, count: Any, policy: Any, kind: str | None = None) -> SessionLimit | None:
    """The limit that these settings of `where` make; `None` for none.

    Raises `DefinitionError` for values that mean nothing.
    """
    if count is not None and (type(count) is not int or count < 1):
        raise DefinitionError(f"{where}: sessions_per_user is a number from 1 on, or None; got {count!r}")
    if policy not in get_args(LimitPolicy):
        raise DefinitionError(f"{where}: limit_policy is 'refuse' or 'replace'; got {policy!r}")
    return None if count is None else SessionLimit(count, policy, kind)
