"""The client boundary: while a screen is rendered, stored data is out of reach unless it was declared."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Literal

from flowcord.store import Address

__all__ = ("Boundary", "Note", "current", "note")

Note = Callable[[Address], object]
"""Told of everything stored that a screen is made of."""

current: ContextVar[Boundary | None] = ContextVar("flowcord_boundary", default=None)
"""The boundary this task stands behind. Read by every touch of a handle, so it must cost nothing."""


class Boundary:
    """Stands around `render`, each client data entry and each total, for the task that runs them.

    `kind` turns to `"past"` at the end, so that a task started inside is not shut out for good. `note` is
    told what is read inside, where somebody wants to know.
    """

    __slots__ = ("_token", "kind", "note")

    def __init__(self, kind: Literal["render", "entry", "total"], note: Note | None = None) -> None:
        self.note = note
        self.kind: Literal["render", "entry", "total", "past"] = kind
        self._token: Token[Boundary | None] | None = None

    def __enter__(self) -> None:
        self._token = current.set(self)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kind = "past"
        if self._token is not None:
            current.reset(self._token)


def note(address: Address) -> None:
    """Something stored is read: a boundary that wants to know is told."""
    boundary = current.get()
    if boundary is not None and boundary.note is not None and boundary.kind != "past":
        boundary.note(address)
