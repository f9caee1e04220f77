"""How a session ends."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flowcord.menu.behavior import Display
from flowcord.menu.texts import Texts

__all__ = ("EndReason", "SessionEnd")


class EndReason(enum.StrEnum):
    """Why a session ended; `Behavior(end_display=...)` takes its members as keys."""

    CLOSED = "closed"
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    ERROR = "error"
    REPLACED = "replaced"
    SHUTDOWN = "shutdown"
    MESSAGE_DELETED = "message_deleted"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """What `await session.wait()` gives.

    `deadline` says which one struck (`TIMEOUT`); `error` and `incident` are set for `ERROR`.
    """

    reason: EndReason
    deadline: Literal["idle", "lifetime"] | None = None
    error: Exception | None = None
    incident: str | None = None

    def display(self, chosen: Mapping[str, Display], *, layout: bool) -> Display | None:
        """What becomes of the last screen: what a menu has `chosen`, or else what suits; `None` for nothing.

        A layout is not left standing without its buttons, which are part of what it says.
        """
        if self.reason in (EndReason.MESSAGE_DELETED, EndReason.UNREACHABLE):
            return None
        usual: Display = "strip" if self.reason is EndReason.CLOSED and not layout else "replace"
        return chosen.get(self.reason, usual)

    def text(self, texts: Texts) -> str:
        """The sentence for the user."""
        match self.reason:
            case EndReason.TIMEOUT:
                return texts.timeout
            case EndReason.ERROR:
                return texts.error.format(incident=self.incident)
            case EndReason.REPLACED:
                return texts.replaced
            case EndReason.SHUTDOWN:
                return texts.shutdown
            case _:
                return texts.closed
