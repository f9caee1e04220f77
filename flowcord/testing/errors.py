"""What goes wrong in a test: assertion failures of the bot, and wrong use of the harness."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ("HarnessError", "NotIdleError", "NotShownError", "RulesBrokenError")


class HarnessError(AssertionError):
    """The root of what `flowcord.testing` raises: the bot or the test did what Discord does not allow."""


class NotShownError(HarnessError, LookupError):
    """A finder found nothing, or more than one; the message lists what is shown."""


class NotIdleError(HarnessError):
    """The bot still worked when the real-time limit was over; the message lists what still runs."""


class RulesBrokenError(HarnessError):
    """The bot broke rules of Discord in this test.

    Attributes:
        faults: One sentence for each, in order.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"the bot broke rules of Discord:\n{lines}")
