"""The messages of the simulated Discord: who may see them, and what they show."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flowcord.testing.payloads import Payload

__all__ = ("COMPONENTS_V2", "EPHEMERAL", "LOADING", "Book", "MessageRecord", "Upload", "walk")

# https://discord.com/developers/docs/resources/message#message-object-message-flags
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
_SETTABLE = (1 << 2) | EPHEMERAL | (1 << 12) | COMPONENTS_V2


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    filename: str
    size: int


@dataclass
class MessageRecord:
    """One message as Discord keeps it; `data` is its JSON, and changes with each edit."""

    id: int
    channel_id: int
    guild_id: int | None
    data: Payload
    #: Who alone sees it, if it is ephemeral.
    viewer_id: int | None = None
    #: The token of the interaction it answers or follows.
    token: str | None = None
    deleted: bool = False
    edits: int = 0
    history: list[Payload] = field(default_factory=list[Payload])

    @property
    def ephemeral(self) -> bool:
        return self.viewer_id is not None

    @property
    def flags(self) -> int:
        return self.data["flags"]

    @property
    def loading(self) -> bool:
        """Whether it is a placeholder: "… is thinking"."""
        return bool(self.flags & LOADING)

    def wire(self) -> Payload:
        """Its JSON as an answer or an event carries it."""
        return copy.deepcopy(self.data)


class Book:
    """All messages, newest last. `new_id` makes ids, `today` the timestamps."""

    def __init__(self, new_id: Callable[[], int], today: Callable[[], str]) -> None:
        self._new_id = new_id
        self._today = today
        self.records: dict[int, MessageRecord] = {}

    def post(
        self,
        channel_id: int,
        guild_id: int | None,
        author: Payload,
        body: Payload,
        uploads: Sequence[Upload] = (),
        *,
        viewer_id: int | None = None,
        token: str | None = None,
        extra: Payload | None = None,
    ) -> MessageRecord:
        """Write a new message; `viewer_id` makes it ephemeral."""
        number = self._new_id()
        data: Payload = {
            "id": str(number),
            "channel_id": str(channel_id),
            "author": author,
            "content": "",
            "timestamp": self._today(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            **(extra or {}),
        }
        if guild_id is not None:
            data["guild_id"] = str(guild_id)
        record = MessageRecord(number, channel_id, guild_id, data, viewer_id, token)
        self._write(record, body, uploads)
        flags = int(body.get("flags") or 0) & (_SETTABLE | LOADING) & ~EPHEMERAL
        data["flags"] = flags | (EPHEMERAL if viewer_id is not None else 0)
        self.records[number] = record
        return record

    def edit(self, record: MessageRecord, body: Payload, uploads: Sequence[Upload] = ()) -> None:
        """Change what `body` names; the rest stays."""
        record.history.append(copy.deepcopy(record.data))
        record.edits += 1
        self._write(record, body, uploads)
        kept = record.flags & (EPHEMERAL | COMPONENTS_V2)
        record.data["flags"] = kept | (int(body.get("flags") or 0) & _SETTABLE & ~EPHEMERAL)
        record.data["edited_timestamp"] = self._today()

    def get(self, message_id: int) -> MessageRecord | None:
        """The message, unless it is unknown or deleted."""
        record = self.records.get(message_id)
        return None if record is None or record.deleted else record

    def visible_to(self, user_id: int, channel_id: int) -> list[MessageRecord]:
        """What `user_id` sees in a channel, oldest first."""
        return [
            record
            for record in self.records.values()
            if record.channel_id == channel_id and not record.deleted and record.viewer_id in (None, user_id)
        ]

    def _write(self, record: MessageRecord, body: Payload, uploads: Sequence[Upload]) -> None:
        body = json.loads(json.dumps(body))
        data = record.data
        if "content" in body:
            data["content"] = body["content"] or ""
        if "embeds" in body:
            data["embeds"] = body["embeds"] or []
        if "components" in body:
            data["components"] = _numbered(body["components"] or [])
        for name in ("nonce", "message_reference"):
            if body.get(name) is not None:
                data[name] = body[name]
        if "attachments" in body or uploads:
            listed = body.get("attachments")
            data["attachments"] = self._attached(data["attachments"], listed, uploads)

    def _attached(
        self, before: list[Payload], listed: list[Payload] | None, uploads: Sequence[Upload]
    ) -> list[Payload]:
        """The attachments after a request: those it lists, by id or by the number of their upload."""
        if listed is None:
            return before + [self.attachment(upload) for upload in uploads]
        kept = {each["id"]: each for each in before}
        attached: list[Payload] = []
        for each in listed or ():
            number = str(each["id"])
            if number in kept:
                attached.append(kept[number])
            elif number.isdigit() and int(number) < len(uploads):
                attached.append(self.attachment(uploads[int(number)]))
        return attached

    def attachment(self, upload: Upload) -> Payload:
        """The JSON of a stored file."""
        number = self._new_id()
        url = f"https://cdn.discordapp.com/attachments/{number}/{upload.filename}"
        return {
            "id": str(number),
            "filename": upload.filename,
            "size": upload.size,
            "url": url,
            "proxy_url": url,
        }


def walk(components: Sequence[Payload]) -> Iterator[Payload]:
    """Every component of a message or a modal, outer ones first."""
    for component in components:
        yield component
        inner = [component[name] for name in ("component", "accessory") if component.get(name)]
        yield from walk(inner + list(component.get("components") or ()))


def _numbered(components: list[Payload]) -> list[Payload]:
    """Give each component the id that Discord gives to those without one."""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    number = 0
    for each in walk(components):
        if not each.get("id"):
            number = next(n for n in range(number + 1, number + len(taken) + 2) if n not in taken)
            each["id"] = number
    return components
