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
from flowcord.wire.endpoint import AnswerLost, Callback, Wire
from flowcord.wire.payload import EPHEMERAL, Payload, text
from flowcord.wire.route import Route

__all__ = ("DEFER_AFTER", "Answer", "Punctual")

_log = logging.getLogger(__name__)

#: Seconds from an interaction's arrival to its automatic defer; Discord's limit is 3.
DEFER_AFTER = 2.0

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Punctual:
    """Sees that every answer it watches is given in time, by deferring the late ones.

    Interactions become due in the order in which they came, so one queue and one deadline do for all of
    them; what has been answered leaves the queue at once.
    """

    __slots__ = ("_deadline", "_deadlines", "_waiting")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._deadline = Deadline()
        self._waiting: deque[Answer] = deque()

    def watch(self, answer: Answer) -> None:
        self._waiting.append(answer)
        if not self._deadline.live:
            self._arm()

    def answered(self) -> None:
        """Forget those in front that need no watching any more."""
        while self._waiting and not self._waiting[0].watched:
            self._waiting.popleft()

    def _arm(self) -> None:
        self._deadlines.move(self._deadline, self._waiting[0].arrived + DEFER_AFTER, self._strike)

    def _strike(self) -> None:
        now = self._deadlines.now()
        while self._waiting and (
            not self._waiting[0].watched or self._waiting[0].arrived + DEFER_AFTER <= now
        ):
            late = self._waiting.popleft()
            if late.watched:
                late.defer_soon()
        if self._waiting:
            self._arm()


class Answer:
    """The answer to one interaction. Every method may be called in any state; only the first answers."""

    __slots__ = (
        "_completed",
        "_defer_kind",
        "_deferring",
        "_placeholder_flags",
        "_punctual",
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
        self._wire = wire
        self._spawn = spawn
        self._punctual: Punctual | None = None
        #: Whether it is deferred by itself when it comes to be late.
        self.watched = False
        self._deferring: asyncio.Task[None] | None = None
        self._defer_kind: tuple[Callback, Payload | None] = (Callback.DEFER, None)
        self._placeholder_flags = 0
        self._completed = False

    @property
    def given(self) -> bool:
        """Whether the interaction has its answer, from FlowCord or from the developer's own code."""
        return self.interaction.response.is_done()

    @property
    def kind(self) -> Callback | None:
        answered = self.interaction.response.type
        return None if answered is None else Callback(answered.value)

    # In time ---------------------------------------------------------------------------------------

    def guard(self, punctual: Punctual, *, thinking: bool = False, flags: int = 0) -> None:
        """Defer by itself 2 seconds after arrival; `thinking` shows a placeholder of visibility `flags`."""
        if thinking:
            self._defer_kind = (Callback.THINKING, {"flags": flags} if flags else None)
            self._placeholder_flags = flags
        self._punctual = punctual
        self.watched = True
        punctual.watch(self)

    def defer_soon(self) -> None:
        """Acknowledge without waiting for it; whatever is sent later waits for this first."""
        self._release()
        if self._deferring is None and not self.given:
            self._deferring = self._spawn(self._defer())

    async def _defer(self) -> None:
        kind, data = self._defer_kind
        await self._respond(kind, data)

    async def settled(self) -> None:
        """Wait for a defer that is under way: until it is through, Discord takes nothing else."""
        if self._deferring is not None and not self._deferring.done():
            await asyncio.wait((self._deferring,))

    # Answers ---------------------------------------------------------------------------------------

    async def respond(self, kind: Callback, data: Payload | None = None) -> bool:
        """Answer now; `False` when there is an answer already or Discord takes none any more."""
        self._release()
        await self.settled()
        return not self.given and await self._respond(kind, data)

    async def whisper(self, data: Payload) -> None:
        """Say something to this user alone: as the answer, or after it."""
        if await self.respond(Callback.MESSAGE, data) or not self.given:
            return
        if self.kind is not Callback.THINKING or self._completed:
            await self._wire.followup(self.interaction, data)
            return
        # A followup to a placeholder would take the placeholder's visibility: it is used up first.
        placeholder = Route(self.interaction.channel_id or 0, None, ephemeral=True)
        placeholder.adopt(self.interaction.application_id, self.interaction.token, self.arrived)
        self._completed = True
        if self._placeholder_flags & EPHEMERAL:
            await self._wire.edit(placeholder, data)
        else:
            await self._wire.edit(placeholder, text("…"))
            await self._wire.followup(self.interaction, data)
            await self._wire.delete(placeholder)

    async def _respond(self, kind: Callback, data: Payload | None) -> bool:
        try:
            message = await self._wire.respond(self.interaction, kind, data)
        except AnswerLost as lost:
            # Late, or answered by somebody else: the screen goes by another route, the session lives.
            _log.warning("the answer to interaction %s was not taken: %s", self.interaction.id, lost)
            return False
        except discord.HTTPException:
            if kind in (Callback.DEFER, Callback.THINKING):
                _log.exception("interaction %s could not be deferred", self.interaction.id)
                return False
            raise
        if message is not None:
            self.message_id = message
        return True

    def _release(self) -> None:
        if self.watched:
            self.watched = False
            if self._punctual is not None:
                self._punctual.answered()

    async def complete(self, data: Payload) -> Route:
        """Put `data` in place of the placeholder that the automatic defer showed."""
        interaction = self.interaction
        route = Route(
            interaction.channel_id or 0, self.message_id, ephemeral=bool(self._placeholder_flags & EPHEMERAL)
        )
        route.adopt(interaction.application_id, interaction.token, self.arrived)
        self._completed = True
        await self._wire.edit(route, data)
        return route

    # Routes ----------------------------------------------------------------------------------------

    def lend_to(self, route: Route) -> None:
        """Let the message's route use this token, if the token's original is that message."""
        if self.kind in (Callback.MESSAGE, Callback.THINKING, Callback.DEFER, Callback.UPDATE) and (
            route.message_id is None or route.message_id == self.message_id
        ):
            route.adopt(self.interaction.application_id, self.interaction.token, self.arrived)
