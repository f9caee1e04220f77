"""The client boundary: while a screen is rendered, stored data is out of reach unless it was declared."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType
from typing import Literal

__all__ = ("Boundary", "current")

current: ContextVar[Boundary | None] = ContextVar("flowcord_boundary", default=None)
"""The boundary this task stands behind. Read by every touch of a handle, so it must cost nothing."""


class Boundary:
    """Stands around `render` and around each client data entry, for the task that runs them.

    `kind` turns to `"past"` at the end, so that a task started inside is not shut out for good.
    """

    __slots__ = ("_token", "kind")

    def __init__(self, kind: Literal["render", "entry"]) -> None:
        self.kind: Literal["render", "entry", "past"] = kind
        self._token: Token[Boundary | None] | None = None

    def __enter__(self) -> None:
        self._token = current.set(self)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kind = "past"
        if self._token is not None:
            current.reset(self._token)
