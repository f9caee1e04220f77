"""Stage: the one live message of a session, and how a screen reaches it by the fewest requests."""

from __future__ import annotations

from flowcord.session.ending import SessionEnd
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import Callback, Wire
from flowcord.wire.payload import EPHEMERAL, Payload, decode, encode, strip, text
from flowcord.wire.route import Route

__all__ = ("Stage",)


class Stage:
    """The live message: its route, and the payload it shows, kept as bytes."""

    __slots__ = ("_held", "_shown", "_wire", "ephemeral", "route")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._shown: bytes | None = None
        #: A newer screen that was not sent, because more inputs waited.
        self._held: bytes | None = None
        self.ephemeral = False
        self.route: Route | None = None

    @property
    def message_id(self) -> int | None:
        return None if self.route is None else self.route.message_id

    def is_here(self, message_id: int) -> bool:
        """Whether this is the live message; the first click may name it before its send call returned."""
        if self.route is not None and self.route.message_id is None:
            self.route.message_id = message_id
        return self.message_id == message_id

    # Screens ---------------------------------------------------------------------------------------

    async def open(self, answer: Answer, payload: Payload) -> None:
        """Send the first screen: as the answer to the interaction that opened the session, or after it."""
        visible = {**payload, "flags": EPHEMERAL} if self.ephemeral else payload
        interaction = answer.interaction
        # The route stands before the request is out: a click may be faster than the answer to it.
        self.route = Route(interaction.channel_id or 0, None, ephemeral=self.ephemeral)
        if await answer.respond(Callback.MESSAGE, visible):
            self.route.message_id = answer.message_id
            answer.lend_to(self.route)
        elif (placeholder := answer.take_placeholder()) is not None:
            self.route = placeholder
            await self._wire.edit(placeholder, visible)
        else:
            self.route.message_id = await self._wire.followup(interaction, visible)
            self.route.adopt(interaction.application_id, interaction.token, answer.arrived)
        self._shown = encode(payload)

    async def show(self, answer: Answer | None, payload: Payload, *, more: bool = False) -> None:
        """Bring the message to `payload`: one request, or an empty acknowledgement when it is there already.

        With `more` inputs waiting, this one is acknowledged only; the last one sends.
        """
        encoded = encode(payload)
        changed = encoded != self._shown
        if answer is not None and not answer.given and self.is_here(answer.message_id or 0):
            if more:
                answer.defer_soon()
                self._held = encoded if changed else None
                return
            if await answer.respond(
                Callback.UPDATE if changed else Callback.DEFER, payload if changed else None
            ):
                self._lend(answer)
                self._shows(encoded)
                return
        await self.acknowledge(answer)
        if more:
            self._held = encoded if changed else None
        elif changed:
            await self._edit(payload)
            self._shows(encoded)

    async def show_again(self, answer: Answer) -> None:
        """Answer a stale click on the live message with the screen as it is."""
        current = self._held or self._shown
        if current is not None and await answer.respond(Callback.UPDATE, decode(current)):
            self._lend(answer)
            self._shows(current)
        else:
            await self.acknowledge(answer)

    @property
    def is_behind(self) -> bool:
        """Whether the message lacks a screen that was held back for the inputs after it."""
        return self._held is not None

    async def catch_up(self) -> None:
        """Send what was held back."""
        if (held := self._held) is not None:
            await self._edit(decode(held))
            self._shows(held)

    def _shows(self, encoded: bytes) -> None:
        self._shown, self._held = encoded, None

    async def acknowledge(self, answer: Answer | None) -> None:
        """See that an input has its answer, and use its token."""
        if answer is not None:
            await answer.respond(Callback.DEFER)
            self._lend(answer)

    # The end ---------------------------------------------------------------------------------------

    async def close(self, answer: Answer | None, end: SessionEnd, sentence: str, closed: str) -> None:
        """Show how the session ended, as the answer to `answer` where there is one to give."""
        if self._shown is None or end.shows == "nothing":
            await self.acknowledge(answer)
            return
        payload = text(sentence) if end.shows == "replace" else self._stripped(closed)
        if (
            answer is not None
            and not answer.given
            and self.is_here(answer.message_id or 0)
            and await answer.respond(Callback.UPDATE, payload)
        ):
            self._lend(answer)
            return
        await self.acknowledge(answer)
        await self._edit(payload)

    def _stripped(self, closed: str) -> Payload:
        """The last screen without its components; in full, if the message does not show it yet."""
        if self._held is not None:
            screen = decode(self._held)
            return {**screen, **strip(screen, closed)}
        return strip(decode(self._shown or b""), closed)

    async def _edit(self, payload: Payload) -> None:
        if self.route is not None:
            await self._wire.edit(self.route, payload)

    def _lend(self, answer: Answer) -> None:
        if self.route is not None:
            answer.lend_to(self.route)
