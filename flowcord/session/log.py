"""A session's log: its newest events, in order, without payloads or anything that users wrote."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

__all__ = ("NO_LOG", "Event", "EventKind", "SessionLog")

EventKind = Literal[
    "input",
    "hook",
    "action",
    "navigation",
    "render",
    "modal_shown",
    "modal_submit",
    "message",
    "notice",
    "refused",
    "stale",
    "dropped",
    "busy",
    "error",
    "end",
]
_KINDS = frozenset(get_args(EventKind))


class Event(NamedTuple):
    """Something that happened in a session.

    `name` says to what: the component's key, the hook, the menu that was rendered or entered, the incident
    of an error, the reason of the end. `menu` is the menu's class name, `at` the clock's time in seconds.
    """

    kind: EventKind
    name: str
    menu: str
    at: float


class SessionLog:
    """`session.log`: the newest events, as many as `FlowCord(log=n)` says."""

    __slots__ = ("_events",)

    def __init__(self, size: int) -> None:
        self._events: deque[Event] = deque(maxlen=size)

    def add(self, event: Event) -> None:
        """Keep one more; the oldest beyond the size goes."""
        self._events.append(event)

    def filter(self, kind: EventKind) -> list[Event]:
        """The events of one kind, oldest first. Raises `ValueError` for a kind that there is not."""
        if kind not in _KINDS:
            raise ValueError(f"there are no {kind!r} events; there are {', '.join(sorted(_KINDS))}")
        return [event for event in self._events if event.kind == kind]

    def find_last(self, kind: EventKind) -> Event | None:
        """The newest event of a kind; `None` if there is none. Raises `ValueError` as `filter` does."""
        found = self.filter(kind)
        return found[-1] if found else None

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        return f"<log of {len(self)} events>"


#: The log of every session of an app that keeps none.
NO_LOG = SessionLog(0)
