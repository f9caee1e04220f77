"""Attachments: the files of a message. Each is uploaded once, and then named by the id it got.

In a payload, `attachments` are `Attachment`s until it leaves: what is there already is named, what is new is
sent along.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import discord

from flowcord.errors import DefinitionError
from flowcord.wire.payload import Payload

__all__ = ("Attachment", "named", "read", "recognized", "store", "uploads")


class Attachment:
    """One file, known by its name and a digest of what is in it.

    `id` is Discord's, and `None` until it is uploaded; from then on its data is not needed any more.
    """

    __slots__ = ("_data", "_digest", "description", "id", "name")

    def __init__(self, name: str, data: bytes, description: str | None = None) -> None:
        self.name = name
        self.description = description
        self.id: int | None = None
        self._data: bytes | None = data
        self._digest = blake2b(data, digest_size=16).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attachment) and self.look == other.look

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    @property
    def look(self) -> tuple[str, bytes, str | None]:
        """What is seen of it."""
        return (self.name, self._digest, self.description)

    @property
    def data(self) -> bytes:
        """What is in it, while it is not uploaded."""
        assert self._data is not None, f"{self.name} was uploaded"
        return self._data

    def store(self, number: int) -> None:
        """It is uploaded, under this id."""
        self.id, self._data = number, None


def read(files: Sequence[discord.File]) -> tuple[Attachment, ...]:
    """The files that `render` gave; those that discord.py opened by their paths are closed.

    Raises `DefinitionError` for one that was closed before, and for what is none.
    """
    for index, file in enumerate(files):
        if not isinstance(file, discord.File):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"files[{index}] is {file!r}, and it has to be a discord.File")
    return tuple(_read(file) for file in files)


def _read(file: discord.File) -> Attachment:
    if file.fp.closed:
        raise DefinitionError(
            f"the file {file.filename!r} was read before, by an earlier render: make a discord.File in each"
        )
    file.reset()
    attachment = Attachment(file.filename, file.fp.read(), file.description)
    file.reset()
    file.close()
    return attachment


def recognized(files: Sequence[Attachment], there: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """`files`, but for those that are among the ones that are `there`: these are meant by them."""
    return tuple(next((old for old in there if old == new and old.id is not None), new) for new in files)


def uploads(payload: Payload) -> list[Attachment]:
    """What is to be sent along with a payload."""
    files: list[Attachment] = payload["attachments"]
    return [each for each in files if each.id is None]


def named(payload: Payload) -> Payload:
    """The payload as Discord takes it: files by their ids, new ones by the numbers of their uploads."""
    numbers = {id(each): number for number, each in enumerate(uploads(payload))}
    return {**payload, "attachments": [_name(each, numbers.get(id(each))) for each in payload["attachments"]]}


def _name(attachment: Attachment, number: int | None) -> Payload:
    if number is None:
        return {"id": str(attachment.id)}
    described = {} if attachment.description is None else {"description": attachment.description}
    return {"id": number, "filename": attachment.name, **described}


def store(payload: Payload, message: Payload) -> None:
    """Note under which ids Discord keeps what was sent along with `payload`, by its answer."""
    files: list[Attachment] = payload["attachments"]
    before = {each.id for each in files}
    new = [int(each["id"]) for each in message["attachments"] if int(each["id"]) not in before]
    for attachment, number in zip(uploads(payload), new, strict=False):
        attachment.store(number)
