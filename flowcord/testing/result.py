"""What became of one input."""

from __future__ import annotations

from flowcord.testing.finders import only
from flowcord.testing.interactions import Answer, Received
from flowcord.testing.message import ShownMessage
from flowcord.testing.modal import ShownModal
from flowcord.testing.server import Call, Server

__all__ = ("Result",)


class Result:
    """What the bot did with an interaction; it follows what the bot still does."""

    def __init__(self, server: Server, received: Received) -> None:
        self._server = server
        self._received = received
        self._first = len(server.calls)
        self._last: int | None = None

    def end(self) -> None:
        """From now on, calls by other ways than this interaction's token belong to a later input."""
        self._last = len(self._server.calls)

    @property
    def id(self) -> int:
        """The interaction's id."""
        return self._received.id

    @property
    def acknowledged(self) -> bool:
        """Whether Discord has an answer to it."""
        return self._received.answer is not None

    @property
    def answered_after(self) -> float | None:
        """Seconds from the input to its answer."""
        answered = self._received.answered_at
        return None if answered is None else answered - self._received.at

    @property
    def calls(self) -> list[Call]:
        """The bot's requests for it: by its token, and until the next input by any other way.

        Answers to other interactions are not among them.
        """
        return [call for call in self._server.calls[self._first :] if self._concerns(call)]

    def _concerns(self, call: Call) -> bool:
        if call.interaction_id == self.id:
            return True
        in_time = self._last is None or call.order < self._last
        return in_time and not call.name.startswith("response")

    @property
    def call_names(self) -> list[str]:
        """The names of `calls`, as in `["response.edit_message"]`."""
        return [call.name for call in self.calls]

    @property
    def message(self) -> ShownMessage:
        """The message it was answered with, or that the answer updated. Raises `NotShownError`."""
        return only(self.query_message(), "message as the answer", [self])

    def query_message(self) -> ShownMessage | None:
        """As `message`, or `None`."""
        record = self._server.book.records.get(self._received.original_id or 0)
        return None if record is None else ShownMessage(record)

    @property
    def ephemeral(self) -> bool:
        """Whether it was answered with a message that only this user sees."""
        message = self.query_message()
        return message is not None and message.ephemeral

    @property
    def modal(self) -> ShownModal:
        """The modal it was answered with. Raises `NotShownError`."""
        return only(self.query_modal(), "modal as the answer", [self])

    def query_modal(self) -> ShownModal | None:
        """As `modal`, or `None`."""
        received = self._received
        if received.modal is None:
            return None
        return ShownModal(received.modal, received.user_id, received.channel_id, received.source_id)

    @property
    def followups(self) -> list[ShownMessage]:
        """The messages sent by its token after the answer."""
        return [ShownMessage(self._server.book.records[each]) for each in self._received.followup_ids]

    @property
    def deferred(self) -> bool:
        """Whether the answer was a defer."""
        return self._received.answer in (Answer.DEFER, Answer.THINKING)

    def __repr__(self) -> str:
        return f"<{self._received.what}: {', '.join(self.call_names) or 'no call'}>"
