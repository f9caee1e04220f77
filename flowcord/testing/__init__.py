"""Verbs for tests of bots: a simulated Discord server on dpytest's backend, in virtual time.

Needs the extra `testing`. The fixtures of `flowcord.testing.plugin` are there by themselves.
"""

from __future__ import annotations

from flowcord.testing.actor import Actor
from flowcord.testing.clock import VirtualClock
from flowcord.testing.errors import HarnessError, NotIdleError, NotShownError, RulesBrokenError
from flowcord.testing.harness import Harness
from flowcord.testing.menus import MenuBot
from flowcord.testing.message import ShownButton, ShownMessage, ShownSelect
from flowcord.testing.modal import ModalField, ShownModal
from flowcord.testing.result import Result
from flowcord.testing.server import Call

__all__ = (
    "Actor",
    "Call",
    "Harness",
    "HarnessError",
    "MenuBot",
    "ModalField",
    "NotIdleError",
    "NotShownError",
    "Result",
    "RulesBrokenError",
    "ShownButton",
    "ShownMessage",
    "ShownModal",
    "ShownSelect",
    "VirtualClock",
)
