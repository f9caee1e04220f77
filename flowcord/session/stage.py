"""Stage: the one live message of a session, and how a screen reaches it by the fewest requests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flowcord.session.ending import SessionEnd
from flowcord.session.picture import Picture
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import Callback, MessageGone, Unreachable, Wire
from flowcord.wire.payload import Kept, Payload, ephemeral, over_screen, strip, text
from flowcord.wire.route import Route

__all__ = ("Stage",)


class Stage:
    """The live message: its route, and what it shows."""

    __slots__ = ("_held", "_shown", "_wire", "ephemeral", "route")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._shown: Kept | None = None
        #: A newer screen that was not sent, because more inputs waited.
        self._held: Kept | None = None
        self.ephemeral = False
        self.route: Route | None = None

    @property
    def message_id(self) -> int | None:
        return None if self.route is None else self.route.message_id

    def is_here(self, message_id: int) -> bool:
        """Whether this is the live message; the first click may name it before its send call returned."""
        route = self.route
        if route is None:
            return False
        if route.message_id is None:
            route.message_id = message_id
        return route.message_id == message_id

    @property
    def shows_layout(self) -> bool:
        """Whether the message is of Discord's second kind of components, which it then remains."""
        return self._shown is not None and self._shown.layout

    # Screens ---------------------------------------------------------------------------------------

    async def open(self, answer: Answer, picture: Picture) -> None:
        """Send the first screen: as the answer to the interaction that opened the session, or after it."""
        visible = ephemeral(picture.payload) if self.ephemeral else picture.payload
        # The route stands before the request is out: a click may be faster than the answer to it.
        self.route = Route(answer.interaction.channel_id or 0, None, ephemeral=self.ephemeral)
        try:
            self.route = await self._open(answer, visible, self.route)
        except BaseException:
            self.route = None
            raise
        self._shown = picture.kept

    async def _open(self, answer: Answer, visible: Payload, route: Route) -> Route:
        interaction = answer.interaction
        if await answer.respond(Callback.MESSAGE, visible):
            route.message_id = answer.message_id
            answer.lend_to(route)
            return route
        placeholder = answer.take_placeholder()
        if placeholder is None:
            route.message_id = await self._wire.followup(interaction, visible)
        elif placeholder.ephemeral == self.ephemeral:
            await self._wire.edit(placeholder, visible)
            return placeholder
        else:
            route.message_id = await answer.supersede(placeholder, visible)
        route.adopt(interaction.application_id, interaction.token, answer.arrived)
        return route

    async def post(self, channel_id: int, picture: Picture, reply: Callable[[Payload], Payload]) -> None:
        """Send the first screen through its channel: no interaction opened the session."""
        # The route stands before the request is out: a click may be faster than the answer to it.
        route = self.route = Route(channel_id, None, ephemeral=False)
        try:
            message_id = await self._wire.send(channel_id, reply(picture.payload))
        except BaseException:
            self.route = None
            raise
        route.message_id = message_id
        self._shown = picture.kept

    def adopt(self, route: Route) -> None:
        """Let a message that is there already be the live one; nothing of ours is on it yet."""
        self.route = route
        self.ephemeral = route.ephemeral

    @property
    def is_empty(self) -> bool:
        """Whether nothing was shown yet."""
        return self._shown is None

    async def move(self, answer: Answer, picture: Picture, closed: str) -> tuple[Route, Payload]:
        """Show `picture` in a message of the other visibility, which Discord cannot give to a sent one.

        Gives the old message's own route and what is left of it, for `dispose`. If the new message cannot
        be sent, the old one stays what it was.
        """
        route, shown, held = self.route, self._shown, self._held
        assert route is not None
        left = self._stripped(closed)
        if route.is_dead(answer.arrived):  # then this click is the only way left to the old message
            await self.acknowledge(answer)
        self.ephemeral = not self.ephemeral
        try:
            await self.open(answer, picture)
        except BaseException:
            self.route, self._shown, self._held, self.ephemeral = route, shown, held, not self.ephemeral
            raise
        self._held = None
        return route, left

    async def dispose(self, route: Route, left: Payload) -> None:
        """Take from a message that was left what can be clicked."""
        with suppress(MessageGone, Unreachable):
            await self._wire.edit(route, left)

    async def show(self, answer: Answer | None, picture: Picture, *, more: bool = False) -> None:
        """Bring the message to `picture`: one request, or an empty acknowledgement if it is there already.

        With `more` inputs waiting, this one is acknowledged only; the last one sends.
        """
        changed = picture.kept != self._shown
        payload = picture.payload
        if picture.layout and self._shown is not None and not self._shown.layout:
            payload = over_screen(payload)
        if answer is not None and not answer.given and self.is_here(answer.message_id or 0):
            if more:
                answer.defer_soon()
                self._held = picture.kept if changed else None
                return
            if await (
                answer.respond(Callback.UPDATE, payload) if changed else answer.respond(Callback.DEFER)
            ):
                self._lend(answer)
                self._shows(picture.kept)
                return
        await self.acknowledge(answer)
        if more:
            self._held = picture.kept if changed else None
        elif changed or (answer is not None and answer.edited_the_message):
            await self._edit(payload)
            self._shows(picture.kept)

    async def show_again(self, answer: Answer) -> None:
        """Answer a stale click on the live message with the screen as it is."""
        current = self._held or self._shown
        if current is not None and await answer.respond(Callback.UPDATE, current.payload()):
            self._lend(answer)
            self._shows(current)
        else:
            await self.acknowledge(answer)

    async def interlude(self, answer: Answer | None, picture: Picture) -> None:
        """Show `picture` in place of the screen, in the same message by one request.

        The screen counts as held back: it returns with the next render, equal or not, or by `catch_up`.
        """
        self._shown, self._held = picture.kept, self._held or self._shown
        if not await self._updated(answer, picture.payload):
            await self.acknowledge(answer)
            await self._edit(picture.payload)

    async def _updated(self, answer: Answer | None, payload: Payload) -> bool:
        """Whether `answer` could be given as an edit of the live message, and was."""
        if answer is None or answer.given or not self.is_here(answer.message_id or 0):
            return False
        if not await answer.respond(Callback.UPDATE, payload):
            return False
        self._lend(answer)
        return True

    @property
    def is_behind(self) -> bool:
        """Whether the message lacks the screen: it was held back for later inputs, or something covers it."""
        return self._held is not None

    async def catch_up(self) -> None:
        """Send what was held back."""
        if (held := self._held) is not None:
            await self._edit(held.payload())
            self._shows(held)

    def _shows(self, kept: Kept) -> None:
        self._shown, self._held = kept, None

    async def acknowledge(self, answer: Answer | None) -> None:
        """See that an input has its answer, and use its token."""
        if answer is not None:
            await answer.acknowledge()
            self._lend(answer)

    def lose(self) -> None:
        """The message was deleted by somebody else: there is none until the next screen is sent."""
        route = self.route
        if route is not None:
            self.route = Route(route.channel_id, None, ephemeral=route.ephemeral)
        self._shown = self._held = None

    # The end ---------------------------------------------------------------------------------------

    async def close(self, answer: Answer | None, end: SessionEnd, sentence: str, closed: str) -> None:
        """Show how the session ended, as the answer to `answer` where there is one to give."""
        if self._shown is None or end.shows == "nothing":
            await self.acknowledge(answer)
            return
        if end.shows == "strip" and not self.shows_layout:
            payload = self._stripped(closed)
        else:  # of a layout nothing stays: what is left of it without its buttons would still look alive
            payload = text(sentence, layout=self.shows_layout)
        if await self._updated(answer, payload):
            return
        await self.acknowledge(answer)
        with suppress(MessageGone, Unreachable):  # nobody sees how it ended; it has ended all the same
            await self._edit(payload)

    def _stripped(self, closed: str) -> Payload:
        """The last screen without its components; in full, if the message does not show it yet."""
        if self._held is not None:
            screen = self._held.payload()
            return {**screen, **strip(screen, closed)}
        return strip(self._shown.payload() if self._shown is not None else {}, closed)

    async def _edit(self, payload: Payload) -> None:
        if self.route is not None:
            await self._wire.edit(self.route, payload)

    def _lend(self, answer: Answer) -> None:
        if self.route is not None:
            answer.lend_to(self.route)
