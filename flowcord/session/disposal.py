"""Disposal: what becomes of a message that nobody is to click any more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

import discord

from flowcord.menu.behavior import Cleanup, Display, Policy
from flowcord.menu.texts import Texts
from flowcord.wire.endpoint import MessageGone, Wire
from flowcord.wire.payload import Payload, disabled, is_layout, over_all, strip, text
from flowcord.wire.route import Route

__all__ = ("Disposal", "Former", "after")

#: What the message before becomes; where a new one is needed all the same, `edit` is content with this.
_BECOMES: dict[Cleanup, Display] = {
    "edit": "strip",
    "post_and_strip": "strip",
    "post_and_delete": "delete",
    "post_and_replace": "replace",
}


class Former(NamedTuple):
    """A message that is the live one no more: its own route, and the screen it has.

    One that is `behind` does not show that screen yet.
    """

    route: Route
    screen: Payload
    behind: bool


@dataclass(frozen=True, slots=True)
class Disposal:
    """What a message becomes. `sentence` is what replaces it, `closed` what is left where nothing is.

    `refused` is what an ephemeral message becomes that Discord does not let us delete.
    """

    becomes: Display
    sentence: str
    closed: str
    refused: Display

    def remains(self, former: Former) -> Payload:
        """The edit that leaves of the message what is to be left of it."""
        screen = former.screen
        match self.becomes:
            case "strip" | "delete":
                left = strip(screen, self.closed)
            case "disable":
                left = disabled(screen)
            case "replace":
                left = text(self.sentence, layout=is_layout(screen))
        return over_all({**screen, **left}) if former.behind else left

    async def dispose(self, wire: Wire, former: Former) -> None:
        """Bring that about by the message's own route. One that is gone already is no failure."""
        with suppress(MessageGone):
            if self.becomes != "delete":
                await wire.edit(former.route, self.remains(former))
                return
            try:
                await wire.delete(former.route)
            except discord.HTTPException:
                if not former.route.ephemeral:
                    raise
                await replace(self, becomes=self.refused).dispose(wire, former)


def after(policy: Policy, texts: Texts) -> Disposal:
    """What becomes of the message before, when a screen that `policy` rules stands in a new one."""
    sentence = policy.closed_message or texts.closed
    return Disposal(_BECOMES[policy.cleanup], sentence, texts.closed, policy.ephemeral_fallback)
