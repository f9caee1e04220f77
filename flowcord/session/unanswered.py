"""A question before its answer, which is neither yes nor no."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any

__all__ = ("Unanswered",)


class Unanswered(Coroutine[Any, Any, bool]):
    """A coroutine that is nothing but awaited: `if ctx.confirm("Delete?"):` would always delete."""

    __slots__ = ("_asking",)

    def __init__(self, asking: Coroutine[Any, Any, bool]) -> None:
        self._asking = asking

    def __bool__(self) -> bool:
        self._asking.close()
        raise TypeError("nobody has answered yet: write `if await ctx.confirm(...)`")

    def __await__(self) -> Generator[Any, Any, bool]:
        return self._asking.__await__()

    def send(self, value: Any, /) -> Any:
        return self._asking.send(value)

    def throw(self, *error: Any) -> Any:
        return self._asking.throw(*error)

    def close(self) -> None:
        self._asking.close()
