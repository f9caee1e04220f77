"""MenuStack: a session's navigation history.

Plain entries remember how to make a menu again; opener frames hold a menu as it is, while a sub-menu that
it opened is shown above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from flowcord.menu.menu import Menu
from flowcord.menu.options import Options
from flowcord.menu.remembered import Remembered

__all__ = ("CAPACITY", "Entry", "MenuStack", "Opener")

AnyMenu = Menu[Any, Any, Any]

#: Plain entries kept; the oldest are dropped beyond that. Opener frames are never dropped.
CAPACITY = 50


@dataclass(slots=True, eq=False)
class Entry:
    """A menu that Back makes again, or (with `kept`) returns to as it was left."""

    menu: type[AnyMenu]
    options: Options
    kept: AnyMenu | None = None
    state: BaseModel | None = None
    remembered: Remembered | None = None


@dataclass(slots=True, eq=False)
class Opener:
    """A menu that opened a sub-menu and waits for it, instance and all."""

    instance: AnyMenu
    on_complete: Callable[..., Any] | None = None
    on_dismiss: Callable[..., Any] | None = None
    #: The handler that waits in `ask`, if it was one.
    ask: object | None = None


@dataclass(slots=True)
class MenuStack:
    """The frames below the current menu, the newest last."""

    frames: list[Entry | Opener] = field(default_factory=list[Entry | Opener])

    def push(self, frame: Entry | Opener) -> None:
        """Remember a menu that is being left; the oldest plain entry beyond the capacity is forgotten."""
        self.frames.append(frame)
        plain = [each for each in self.frames if isinstance(each, Entry)]
        if len(plain) > CAPACITY:
            self.frames.remove(plain[0])

    @property
    def top(self) -> Entry | Opener | None:
        """The newest frame."""
        return self.frames[-1] if self.frames else None

    @property
    def opener(self) -> Opener | None:
        """The innermost opener; `None` if nobody opened the current menu."""
        return next((frame for frame in reversed(self.frames) if isinstance(frame, Opener)), None)

    def pop(self) -> Entry | Opener | None:
        """The newest frame, taken off; `None` if there is none."""
        return self.frames.pop() if self.frames else None

    def cut_to_opener(self) -> Opener | None:
        """Drop the frames above the innermost opener and take it off too; `None` if there is none."""
        opener = self.opener
        if opener is not None:
            del self.frames[self.frames.index(opener) :]
        return opener

    def snapshot(self) -> tuple[Entry | Opener, ...]:
        """The frames as they are now."""
        return tuple(self.frames)

    def clear(self) -> None:
        """Forget the plain entries above the innermost opener."""
        while self.frames and isinstance(self.frames[-1], Entry):
            self.frames.pop()

    def __len__(self) -> int:
        return len(self.frames)

    def __bool__(self) -> bool:
        return bool(self.frames)
