"""How a session ends."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

from flowcord.menu.texts import Texts

__all__ = ("EndReason", "SessionEnd")


class EndReason(enum.Enum):
    """Why a session ended."""

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

    @property
    def shows(self) -> Literal["strip", "replace", "nothing"]:
        """What becomes of the last screen: its components go, or a sentence takes its place."""
        if self.reason is EndReason.CLOSED:
            return "strip"
        if self.reason in (EndReason.MESSAGE_DELETED, EndReason.UNREACHABLE):
            return "nothing"
        return "replace"

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
