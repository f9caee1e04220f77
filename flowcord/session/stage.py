"""Stage: the one live message of a session, and how a screen reaches it by the fewest requests."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flowcord.session.disposal import Disposal, Former
from flowcord.session.picture import Picture
from flowcord.wire.answer import Answer
from flowcord.wire.attachments import Attachment, recognized
from flowcord.wire.endpoint import Callback, MessageGone, Unreachable, Wire
from flowcord.wire.foreign import Foreign
from flowcord.wire.payload import Kept, KeptWithFiles, Payload, over_all
from flowcord.wire.posting import post
from flowcord.wire.route import Route

__all__ = ("Stage",)


class Stage:
    """The live message: its route, and what it shows."""

    __slots__ = ("_before", "_held", "_shown", "_wire", "route")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._shown: Kept | None = None
        #: A newer screen that was not sent, because more inputs waited.
        self._held: Kept | None = None
        #: The live message while a new one is being sent.
        self._before: Route | None = None
        self.route: Route | None = None

    @property
    def message_id(self) -> int | None:
        return None if self.route is None else self.route.message_id

    @property
    def ephemeral(self) -> bool:
        """Whether only one user sees the live message."""
        return self.route is not None and self.route.ephemeral

    def is_here(self, message_id: int) -> bool:
        """Whether this is the live message; the first click may name it before its send call returned."""
        route, before = self.route, self._before
        if route is None:
            return False
        if before is not None and before.message_id == message_id:
            return True  # nobody could have seen the new one yet
        if route.message_id is None:
            route.message_id = message_id
        return route.message_id == message_id

    @property
    def shows_layout(self) -> bool:
        """Whether the message is of Discord's second kind of components, which it then remains."""
        return self._shown is not None and self._shown.layout

    @property
    def files(self) -> Sequence[Attachment]:
        """The files of the message."""
        return () if self._shown is None else self._shown.files

    def _over(self, kept: Kept, payload: Payload) -> Payload:
        """The payload of what is kept, as it takes the place of what the message shows."""
        shown = self._shown
        if shown is None or isinstance(shown, Foreign) or (kept.layout and not shown.layout):
            payload = over_all(payload)
        if kept.files or self.files:
            payload = {**payload, "attachments": list(kept.files)}
        return payload

    # Screens ---------------------------------------------------------------------------------------

    async def open(self, answer: Answer | None, picture: Picture, route: Route, payload: Payload) -> None:
        """Send the first screen, as `payload`: by `answer`, or in the channel of `route`."""
        await self._send(answer, picture, route, payload)

    def can_show(self, picture: Picture, *, ephemeral: bool) -> bool:
        """Whether the live message can become `picture`: Discord changes neither who sees a message, nor a
        layout into a screen.
        """
        route, shown = self.route, self._shown
        if route is None or route.ephemeral != ephemeral:
            return False
        if shown is None:  # it was lost
            return False
        return picture.layout or not shown.layout

    @property
    def is_empty(self) -> bool:
        """Whether nothing was shown yet: there is no message, or one that was there before the session."""
        return self._shown is None or isinstance(self._shown, Foreign)

    def adopt(self, route: Route, found: Foreign) -> None:
        """Let a message that is there already be the live one."""
        self.route, self._shown = route, found

    async def post(self, answer: Answer | None, picture: Picture, *, ephemeral: bool) -> Former | None:
        """Show `picture` in a new message; gives the one before, if it is there, which is to be disposed of.

        If the new message cannot be sent, the one before stays what it was.
        """
        route, screen = self.route, self._held or self._shown
        assert route is not None
        if answer is not None and self._is_needed(answer, route):
            await self.acknowledge(answer)
        former = None if screen is None else Former(route, screen.payload(), self._held is not None)
        route = Route(route.channel_id, None, ephemeral=ephemeral, in_channel=route.in_channel)
        await self._send(answer, picture, route, picture.payload)
        return former

    def _is_needed(self, answer: Answer, route: Route) -> bool:
        """Whether `answer` gives a token to the live message: at no cost, or as the only one left."""
        return answer.given or (route.is_dead(answer.arrived) and self.is_here(answer.message_id or 0))

    async def _send(self, answer: Answer | None, picture: Picture, route: Route, payload: Payload) -> None:
        # The route stands before the request is out: a click may be faster than the answer to it.
        self._before, self.route = self.route, route
        try:
            self.route = await post(self._wire, answer, route, payload, before=self._before)
        except BaseException:
            self.route = self._before
            raise
        finally:
            self._before = None
        kept = picture.kept
        if isinstance(kept, KeptWithFiles) and "attachments" not in payload:
            kept.files = ()  # what covered the old message left its files alone; the new one has none
        self._shows(kept)

    async def show(self, answer: Answer | None, picture: Picture, *, more: bool = False) -> None:
        """Bring the message to `picture`: one request, or an empty acknowledgement if it is there already.

        With `more` inputs waiting, this one is acknowledged only; the last one sends.
        """
        kept = picture.kept
        if isinstance(kept, KeptWithFiles):
            kept.files = recognized(kept.files, self.files)
            more = more and all(each.id is not None for each in kept.files)
        changed = kept != self._shown
        payload = picture.payload
        if type(kept) is not Kept or type(self._shown) is not Kept:  # as nearly always both are
            payload = self._over(kept, payload)
        if answer is not None and not answer.given and self.is_here(answer.message_id or 0):
            if more:
                answer.defer_soon()
                self._held = kept if changed else None
                return
            if await (
                answer.respond(Callback.UPDATE, payload) if changed else answer.respond(Callback.DEFER)
            ):
                self._lend(answer)
                self._shows(kept)
                return
        await self.acknowledge(answer)
        if more:
            self._held = kept if changed else None
        elif changed or (answer is not None and answer.edited_the_message):
            await self._edit(payload)
            self._shows(kept)

    async def show_again(self, answer: Answer) -> None:
        """Answer a stale click on the live message with the screen as it is."""
        current = self._held or self._shown
        if current is not None and await answer.respond(
            Callback.UPDATE, self._over(current, current.payload())
        ):
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
            await self._edit(self._over(held, held.payload()))
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
            self.route = Route(route.channel_id, None, ephemeral=route.ephemeral, in_channel=route.in_channel)
            self.route.inherit(route)
        self._shown = self._held = None

    # The end ---------------------------------------------------------------------------------------

    async def close(self, answer: Answer | None, disposal: Disposal | None) -> None:
        """Let the message become what `disposal` says: by `answer`, where that is still to be given."""
        route, screen = self.route, self._held or self._shown
        if route is None or screen is None or disposal is None:
            await self.acknowledge(answer)
            return
        former = Former(route, screen.payload(), self._held is not None)
        with suppress(MessageGone):
            if disposal.becomes != "delete" and await self._updated(answer, disposal.remains(former)):
                return
        await self.acknowledge(answer)
        with suppress(Unreachable):  # nobody sees how it ended; it has ended all the same
            await disposal.dispose(self._wire, former)

    async def _edit(self, payload: Payload) -> None:
        if self.route is not None:
            await self._wire.edit(self.route, payload)

    def _lend(self, answer: Answer) -> None:
        if self.route is not None:
            answer.lend_to(self.route)
