"""One interaction and its answer: given once, in time, whatever becomes of the input.

Discord wants an answer within 3 seconds. A session that needs longer is covered by an automatic defer 2
seconds after arrival; from then on the screen goes by the message's route.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

import discord

from flowcord.deadlines import Deadline, Deadlines
from flowcord.metrics import Meter
from flowcord.wire.endpoint import AnswerLost, Callback, MessageGone, Wire
from flowcord.wire.payload import EPHEMERAL, Payload, text
from flowcord.wire.route import TOKEN_LIFETIME, Route

__all__ = ("DEFER_AFTER", "Answer", "Punctual")

_log = logging.getLogger(__name__)

#: Seconds from an interaction's arrival to its automatic defer; Discord's limit is 3.
DEFER_AFTER = 2.0

_NEW_MESSAGE = (
    discord.InteractionResponseType.channel_message,
    discord.InteractionResponseType.deferred_channel_message,
)

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Punctual:
    """Sees that every answer it watches is given in time, by deferring the late ones.

    Interactions become due in the order in which they came, so one queue and one deadline do for all of
    them; what has been answered leaves the queue at once.
    """

    __slots__ = ("_deadline", "_deadlines", "_meter", "_waiting")

    def __init__(self, deadlines: Deadlines, meter: Meter | None = None) -> None:
        self._deadlines = deadlines
        self._meter = meter
        self._deadline = Deadline()
        self._waiting: deque[Answer] = deque()

    def watch(self, answer: Answer) -> None:
        self._waiting.append(answer)
        if not self._deadline.live:
            self._arm()

    def watch_late(self, answer: Answer) -> None:
        """The same for one that came before others: code of the bot's had it first."""
        if answer.arrived + DEFER_AFTER <= self._deadlines.now():
            self._defer(answer)
            return
        place = len(self._waiting)
        while place and self._waiting[place - 1].arrived > answer.arrived:
            place -= 1
        self._waiting.insert(place, answer)
        if place == 0:
            self._arm()

    def answered(self) -> None:
        """Forget those in front that need no watching any more."""
        while self._waiting and not self._waiting[0].watched:
            self._waiting.popleft()

    def defer_all(self) -> None:
        """Acknowledge what is still unanswered: nobody will be there in time."""
        while self._waiting:
            late = self._waiting.popleft()
            if late.watched:
                late.defer_soon()

    def _defer(self, late: Answer) -> None:
        late.defer_soon()
        if self._meter is not None:
            self._meter.record("auto_defers")

    def _arm(self) -> None:
        self._deadlines.move(self._deadline, self._waiting[0].arrived + DEFER_AFTER, self._strike)

    def _strike(self) -> None:
        now = self._deadlines.now()
        while self._waiting and (
            not self._waiting[0].watched or self._waiting[0].arrived + DEFER_AFTER <= now
        ):
            late = self._waiting.popleft()
            if late.watched:
                self._defer(late)
        if self._waiting:
            self._arm()


class Answer:
    """The answer to one interaction. Every method may be called in any state; only the first answers."""

    __slots__ = (
        "_deferring",
        "_ours",
        "_placeholder",
        "_punctual",
        "_response",
        "_spawn",
        "_wire",
        "arrived",
        "interaction",
        "message_id",
        "watched",
    )

    def __init__(
        self, interaction: discord.Interaction[Any], arrived: float, wire: Wire, spawn: Spawn
    ) -> None:
        self.interaction = interaction
        self.arrived = arrived
        #: The message this interaction was answered with or updated, once Discord has named it.
        self.message_id: int | None = interaction.message.id if interaction.message is not None else None
        #: Whether it is deferred by itself when it comes to be late.
        self.watched = False
        self._wire = wire
        self._spawn = spawn
        self._response = interaction.response
        self._punctual: Punctual | None = None
        self._ours = False
        self._deferring: asyncio.Task[None] | None = None
        self._placeholder: Route | None = None

    @property
    def given(self) -> bool:
        """Whether the interaction has its answer, from FlowCord or from the developer's own code."""
        return self._response.is_done()

    @property
    def edited_the_message(self) -> bool:
        """Whether the developer's own code answered by an edit of the message that was clicked."""
        return self._response.type is discord.InteractionResponseType.message_update and not self._ours

    def lives(self, now: float) -> bool:
        """Whether Discord still takes requests with this interaction's token."""
        return now < self.arrived + TOKEN_LIFETIME

    # In time ---------------------------------------------------------------------------------------

    def guard(self, punctual: Punctual, *, late: bool = False) -> None:
        """Defer by itself 2 seconds after arrival, which `late` says was a while ago."""
        if self._punctual is None:
            self._punctual = punctual
            self.watched = True
            (punctual.watch_late if late else punctual.watch)(self)

    def promise(self, punctual: Punctual, *, ephemeral: bool) -> None:
        """Show a placeholder 2 seconds after arrival, of the visibility that the screen will have."""
        # Whose placeholder is out already is not ours, and nobody tells its visibility: it counts as public,
        # so that nothing private is ever put into it.
        ours = ephemeral and not self.given
        self._placeholder = Route(self.interaction.channel_id or 0, None, ephemeral=ours)
        self.guard(punctual, late=True)

    def defer_soon(self) -> None:
        """Acknowledge without waiting for it; whatever is sent later waits for this first."""
        self._release()
        if self._deferring is None and not self.given:
            self._deferring = self._spawn(self._defer())

    async def acknowledge(self) -> bool:
        """Answer without showing anything, or by a placeholder where the interaction has no message."""
        if self._placeholder is None:
            return await self.respond(Callback.DEFER)
        return await self.respond(
            Callback.THINKING, {"flags": EPHEMERAL} if self._placeholder.ephemeral else None
        )

    async def _defer(self) -> None:
        try:
            await self.acknowledge()
        except MessageGone:
            pass  # what is sent next finds that out, too, and knows what it means
        except discord.HTTPException:
            _log.exception("interaction %s could not be deferred", self.interaction.id)

    async def settled(self) -> None:
        """Wait for a defer that is under way: until it is through, Discord takes nothing else."""
        if self._deferring is not None and not self._deferring.done():
            await asyncio.wait((self._deferring,))

    def _release(self) -> None:
        if self.watched:
            self.watched = False
            if self._punctual is not None:
                self._punctual.answered()

    # Answers ---------------------------------------------------------------------------------------

    async def respond(self, kind: Callback, data: Payload | None = None) -> bool:
        """Answer now; `False` when there is an answer already or Discord takes none any more."""
        self._release()
        if self._deferring is not None and self._deferring is not asyncio.current_task():
            await self.settled()
        if self._response.is_done():
            return False
        try:
            message = await self._wire.respond(self.interaction, kind, data)
        except AnswerLost as lost:
            # Late, or answered by somebody else: the screen goes by another route, the session lives.
            _log.warning("the answer to interaction %s was not taken: %s", self.interaction.id, lost)
            return False
        self._ours = True
        if message is not None:
            self.message_id = message
        return True

    def take_placeholder(self) -> Route | None:
        """The way to the placeholder that the automatic defer showed, once; `None` if there is none."""
        if self._response.type is not discord.InteractionResponseType.deferred_channel_message:
            return None
        placeholder, self._placeholder = self._placeholder, None
        if placeholder is not None:
            # One of the developer's own is the token's original, under an id that we do not know.
            placeholder.message_id = None if self._deferring is None else self.message_id
            placeholder.adopt(self.interaction.application_id, self.interaction.token, self.arrived)
        return placeholder

    async def find_placeholder(self) -> Route | None:
        """The same, or one that the developer's own code showed and that waits still.

        What follows would take its place and its visibility, so whoever has something private to say asks.
        """
        thinks = self._response.type is discord.InteractionResponseType.deferred_channel_message
        if thinks and not self._ours and self._placeholder is None:
            return await self._wire.placeholder(self.interaction, self.arrived)
        return self.take_placeholder()

    async def whisper(self, data: Payload) -> None:
        """Say something to this user alone: as the answer, or after it."""
        if await self.respond(Callback.MESSAGE, data) or not self.given:
            return
        placeholder = await self.find_placeholder()
        if placeholder is None:
            await self._wire.followup(self.interaction, data)
        elif placeholder.ephemeral:
            await self._wire.edit(placeholder, data)
        else:
            await self.supersede(placeholder, data)

    async def withdraw(self) -> None:
        """Remove the placeholder, if it is out and nothing took its place."""
        await self.settled()
        placeholder = self.take_placeholder()
        if placeholder is not None:
            await self._wire.delete(placeholder)

    async def make_way(self) -> None:
        """See that the next followup is a message of its own, where the placeholder of the screen is out."""
        placeholder = self.take_placeholder()
        if placeholder is not None:
            # A followup to a placeholder would take its place. It still waits for the screen.
            await self._wire.edit(placeholder, text("…"))
            self._placeholder = placeholder

    async def supersede(self, placeholder: Route, data: Payload) -> int:
        """Send `data` in place of a placeholder of the other visibility; the id of the new message."""
        # A followup to a placeholder would take its visibility: it is used up first, and then removed.
        await self._wire.edit(placeholder, text("…"))
        message = await self._wire.followup(self.interaction, data)
        await self._wire.delete(placeholder)
        return message

    # Routes ----------------------------------------------------------------------------------------

    def lend_to(self, route: Route) -> None:
        """Let the message's route use this token, if the token's original is that message."""
        answered = self._response.type
        if answered is None or answered is discord.InteractionResponseType.modal:
            return
        clicked = self.interaction.message
        if answered in _NEW_MESSAGE and clicked is not None and clicked.id == self.message_id:
            return  # the developer's own answer: a message that we do not know
        if route.message_id is None or route.message_id == self.message_id:
            route.adopt(self.interaction.application_id, self.interaction.token, self.arrived)
