"""Interactions and Discord's rules for answering them.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from flowcord.testing.payloads import Payload

__all__ = (
    "ANSWER_WITHIN",
    "TOKEN_LIFE",
    "Answer",
    "Fault",
    "Interactions",
    "Kind",
    "Received",
    "Refusal",
    "call_name",
)

#: Seconds to the first answer.
ANSWER_WITHIN = 3.0
#: Seconds for which a token can be used.
TOKEN_LIFE = 900.0


class Kind(enum.IntEnum):
    """What the user did."""

    COMMAND = 2
    COMPONENT = 3
    MODAL_SUBMIT = 5


class Answer(enum.IntEnum):
    """How the bot answered: Discord's interaction callback types."""

    MESSAGE = 4
    THINKING = 5
    DEFER = 6
    UPDATE = 7
    MODAL = 9


_CALLS: dict[int, str] = {
    Answer.MESSAGE: "response.send_message",
    Answer.THINKING: "response.defer",
    Answer.DEFER: "response.defer",
    Answer.UPDATE: "response.edit_message",
    Answer.MODAL: "response.send_modal",
}


def call_name(answer: int) -> str:
    """The name of an answer in `Result.calls`, after the method of discord.py that gives it."""
    return _CALLS.get(answer, "response")


class Fault(enum.Enum):
    """A rule of Discord that the bot broke."""

    TWICE = "answered an interaction twice"
    LATE = "answered an interaction after 3 seconds"
    UNANSWERED = "left an interaction without an answer"
    MODAL_ON_MODAL = "answered a modal submit with a modal"
    WRONG_ANSWER = "answered with an update where there is no message to update"
    EXPIRED_TOKEN = "used a token older than 15 minutes"
    EARLY_TOKEN = "used a token before the interaction was answered"
    FOREIGN_MESSAGE = "addressed a message by a token that does not reach it"


class Refusal(Exception):
    """What Discord answers a request that it does not take: HTTP status, error code, text."""

    def __init__(self, status: int, code: int, text: str, fault: Fault | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.fault = fault


@dataclass
class Received:
    """One interaction that the bot received.

    Attributes:
        at: When, on the virtual clock.
        source_id: The message whose component was used.
        original_id: The message that `@original` names: the answer, or after an update the source.
    """

    id: int
    token: str
    kind: Kind
    what: str
    user_id: int
    channel_id: int
    guild_id: int | None
    at: float
    source_id: int | None = None
    answer: Answer | None = None
    answered_at: float | None = None
    original_id: int | None = None
    modal: Payload | None = None
    followup_ids: list[int] = field(default_factory=list[int])

    def take(self, answer: int, now: float) -> Answer:
        """Accept an answer of this kind now, or raise `Refusal`."""
        if self.answer is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.", Fault.TWICE)
        if now - self.at >= ANSWER_WITHIN:
            raise Refusal(404, 10062, "Unknown interaction", Fault.LATE)
        if answer not in _CALLS:
            raise Refusal(400, 50035, f"Invalid Form Body: unknown callback type {answer}")
        if answer == Answer.MODAL and self.kind is Kind.MODAL_SUBMIT:
            raise Refusal(400, 50035, "Invalid Form Body: type: must not be 9", Fault.MODAL_ON_MODAL)
        if answer in (Answer.DEFER, Answer.UPDATE) and self.source_id is None:
            raise Refusal(400, 50035, "Invalid Form Body: no message to update", Fault.WRONG_ANSWER)
        return Answer(answer)

    def usable(self, now: float) -> None:
        """Raise `Refusal` unless its token may be used now."""
        if now - self.at >= TOKEN_LIFE:
            raise Refusal(401, 50027, "Invalid Webhook Token", Fault.EXPIRED_TOKEN)
        if self.answer is None:
            raise Refusal(404, 10015, "Unknown Webhook", Fault.EARLY_TOKEN)

    def reach(self, message: str) -> int:
        """The id of the message that `message` (an id or `@original`) names to this token."""
        number = self.original_id if message == "@original" else int(message)
        if number is None or (number != self.original_id and number not in self.followup_ids):
            raise Refusal(404, 10008, "Unknown Message", Fault.FOREIGN_MESSAGE)
        return number


class Interactions:
    """All interactions of a test, by id and by token."""

    def __init__(self, new_id: Callable[[], int]) -> None:
        self._new_id = new_id
        self.received: dict[int, Received] = {}
        self._by_token: dict[str, Received] = {}

    def new(
        self,
        kind: Kind,
        what: str,
        *,
        user_id: int,
        channel_id: int,
        guild_id: int | None,
        at: float,
        source_id: int | None = None,
    ) -> Received:
        number = self._new_id()
        made = Received(number, f"token-{number}", kind, what, user_id, channel_id, guild_id, at, source_id)
        self.received[number] = self._by_token[made.token] = made
        return made

    def by_id(self, number: int, token: str) -> Received:
        received = self.received.get(number)
        if received is None or received.token != token:
            raise Refusal(404, 10062, "Unknown interaction")
        return received

    def by_token(self, token: str) -> Received:
        received = self._by_token.get(token)
        if received is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        return received

    def unanswered(self) -> list[Received]:
        return [each for each in self.received.values() if each.answer is None]
