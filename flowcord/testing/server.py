"""The simulated Discord's side of a request: what it does, what it refuses, what it tells the gateway."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowcord.testing.book import EPHEMERAL, LOADING, Book, MessageRecord, Upload
from flowcord.testing.clock import VirtualClock
from flowcord.testing.interactions import Answer, Fault, Interactions, Received, Refusal, call_name
from flowcord.testing.payloads import Payload

__all__ = ("Call", "Server")

_EPOCH = 1420070400000  # https://discord.com/developers/docs/reference#snowflakes
_CALLBACK = re.compile(r"/interactions/(?P<id>\d+)/(?P<token>[^/]+)/callback")
_WEBHOOK = re.compile(r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)(?:/messages/(?P<message>[^/]+))?")


@dataclass(frozen=True)
class Call:
    """One request of the bot.

    Attributes:
        name: As in `response.edit_message`, `followup.send`, `original.edit`, `channel.send`.
        at: Seconds the test had advanced.
        data: What was sent.
        interaction_id: Whose token was used, if it was a token.
        message_id: The message that was made, changed or named.
        refused: Discord's refusal, if it was refused.
    """

    name: str
    at: float
    order: int
    data: Payload = field(repr=False)
    interaction_id: int | None = None
    message_id: int | None = None
    refused: Refusal | None = None


class Server:
    """Messages, interactions and requests of one test; it outlives the bots that are connected to it.

    Args:
        emit: Called with each gateway event, by name and data.
    """

    def __init__(self, clock: VirtualClock, emit: Callable[[str, Payload], None]) -> None:
        self.clock = clock
        self._emit = emit
        self._serial = 0
        self.book = Book(self.new_id, lambda: clock.today().isoformat())
        self.interactions = Interactions(self.new_id)
        self.calls: list[Call] = []
        self.faults: list[tuple[Fault, str]] = []
        self.bot: Payload = {}
        self.sent: list[MessageRecord] = []

    def new_id(self) -> int:
        """A snowflake of the virtual date; later ones are greater."""
        self._serial += 1
        return ((int(self.clock.today().timestamp() * 1000) - _EPOCH) << 22) | self._serial

    # Requests --------------------------------------------------------------------------------------

    def webhook(self, method: str, path: str, body: Payload, uploads: Sequence[Upload]) -> Any:
        """A request of an interaction's token. Raises `Refusal`."""
        answer = _CALLBACK.fullmatch(path)
        if answer is not None:
            return self._respond(int(answer["id"]), answer["token"], body, uploads)
        known = _WEBHOOK.fullmatch(path)
        if known is None:
            raise NotImplementedError(f"the test harness knows no request {method} {path}")
        received = self.interactions.by_token(known["token"])
        if int(known["app"]) != int(self.bot["id"]):
            raise Refusal(404, 10015, "Unknown Webhook")
        if known["message"] is None:
            return self._followup(received, body, uploads)
        return self._by_token(method, received, known["message"], body, uploads)

    def _respond(self, number: int, token: str, body: Payload, uploads: Sequence[Upload]) -> Payload:
        received = self.interactions.by_id(number, token)
        data: Payload = body.get("data") or {}
        name = call_name(body["type"])
        try:
            answer = received.take(body["type"], self.clock.now())
        except Refusal as refusal:
            raise self._refused(name, body, refusal, received) from None
        record = self._answer_message(received, answer, data, uploads)
        received.answer, received.answered_at = answer, self.clock.now()
        if answer is Answer.MODAL:
            received.modal = data
        received.original_id = record.id if record is not None else None
        self._log(name, data, received, record)
        return _callback_json(received, answer, record)

    def _answer_message(
        self, received: Received, answer: Answer, data: Payload, uploads: Sequence[Upload]
    ) -> MessageRecord | None:
        if answer is Answer.MESSAGE:
            return self._say(received, data, uploads)
        if answer is Answer.THINKING:
            flags = (int(data.get("flags") or 0) & EPHEMERAL) | LOADING
            return self._say(received, {"flags": flags}, ())
        if answer is Answer.MODAL:
            return None
        record = self._existing(received.source_id)
        if answer is Answer.UPDATE:
            self._change(record, data, uploads)
        return record

    def _followup(self, received: Received, body: Payload, uploads: Sequence[Upload]) -> Payload:
        try:
            received.usable(self.clock.now())
        except Refusal as refusal:
            raise self._refused("followup.send", body, refusal, received) from None
        original = self.book.get(received.original_id or 0)
        if original is not None and original.loading:
            # Discord: the first followup of a "thinking" answer takes its place and its visibility.
            self._change(original, body, uploads)
            record = original
        else:
            record = self._say(received, body, uploads)
            received.followup_ids.append(record.id)
        self._log("followup.send", body, received, record)
        return record.wire()

    def _by_token(
        self, method: str, received: Received, message: str, body: Payload, uploads: Sequence[Upload]
    ) -> Payload | None:
        verb = {"GET": "fetch", "PATCH": "edit", "DELETE": "delete"}[method]
        name = f"{'original' if message == '@original' else 'followup'}.{verb}"
        try:
            received.usable(self.clock.now())
            record = self._existing(received.reach(message))
        except Refusal as refusal:
            raise self._refused(name, body, refusal, received) from None
        self._log(name, body, received, record)
        if method == "PATCH":
            self._change(record, body, uploads)
        elif method == "DELETE":
            self.remove(record)
            return None
        return record.wire()

    def channel(
        self,
        verb: str,
        channel_id: int,
        guild_id: int | None,
        message_id: int | None = None,
        body: Payload | None = None,
        uploads: Sequence[Upload] = (),
    ) -> MessageRecord:
        """Send, edit, delete or fetch by a channel's endpoint. Raises `Refusal`."""
        name, data = f"channel.{verb}", body or {}
        if message_id is None:
            record = self.book.post(channel_id, guild_id, self.bot, data, uploads)
            self._publish(record)
        else:
            found = self.book.get(message_id)
            # Ephemeral messages are no messages of the channel.
            if found is None or found.ephemeral or found.channel_id != channel_id:
                raise self._refused(name, data, Refusal(404, 10008, "Unknown Message"))
            record = found
            if verb == "edit":
                self._change(record, data, uploads)
            elif verb == "delete":
                self.remove(record)
        self._log(name, data, None, record)
        return record

    # Messages --------------------------------------------------------------------------------------

    def _say(self, received: Received, body: Payload, uploads: Sequence[Upload]) -> MessageRecord:
        ephemeral = bool(int(body.get("flags") or 0) & EPHEMERAL)
        record = self.book.post(
            received.channel_id,
            received.guild_id,
            self.bot,
            body,
            uploads,
            viewer_id=received.user_id if ephemeral else None,
            token=received.token,
            extra={"application_id": self.bot["id"], "webhook_id": self.bot["id"]},
        )
        self._publish(record)
        return record

    def _publish(self, record: MessageRecord) -> None:
        if not record.ephemeral:
            self._emit("message_create", record.wire())
        if not record.loading:
            self.sent.append(record)

    def _change(self, record: MessageRecord, body: Payload, uploads: Sequence[Upload]) -> None:
        was_loading = record.loading
        self.book.edit(record, body, uploads)
        if not record.ephemeral:
            self._emit("message_update", record.wire())
        if was_loading:
            self.sent.append(record)

    def remove(self, record: MessageRecord) -> None:
        """Delete a message, whoever does it."""
        record.deleted = True
        if not record.ephemeral:
            gone = {"id": str(record.id), "channel_id": str(record.channel_id)}
            if record.guild_id is not None:
                gone["guild_id"] = str(record.guild_id)
            self._emit("message_delete", gone)

    def _existing(self, message_id: int | None) -> MessageRecord:
        record = self.book.get(message_id or 0)
        if record is None:
            raise Refusal(404, 10008, "Unknown Message")
        return record

    # Records ---------------------------------------------------------------------------------------

    def _log(
        self,
        name: str,
        data: Payload,
        received: Received | None,
        record: MessageRecord | None,
        refused: Refusal | None = None,
    ) -> None:
        call = Call(
            name,
            self.clock.elapsed,
            len(self.calls),
            data,
            None if received is None else received.id,
            None if record is None else record.id,
            refused,
        )
        self.calls.append(call)

    def log_other(self, name: str, data: Payload) -> None:
        """Note a request that is about no message."""
        self._log(name, data, None, None)

    def _refused(
        self, name: str, data: Payload, refusal: Refusal, received: Received | None = None
    ) -> Refusal:
        self._log(name, data, received, None, refusal)
        if refusal.fault is not None:
            about = f" ({received.what})" if received is not None else ""
            self.faults.append((refusal.fault, f"{refusal.fault.value}: {name}{about}"))
        return refusal


def _callback_json(received: Received, answer: Answer, record: MessageRecord | None) -> Payload:
    made = record if answer in (Answer.MESSAGE, Answer.THINKING, Answer.UPDATE) else None
    data: Payload = {
        "interaction": {
            "id": str(received.id),
            "type": received.kind.value,
            "response_message_id": str(record.id) if record is not None else None,
            "response_message_loading": record is not None and record.loading,
            "response_message_ephemeral": record is not None and record.ephemeral,
        }
    }
    if made is not None and answer is not Answer.THINKING:
        data["resource"] = {"type": answer.value, "message": made.wire()}
    return data
