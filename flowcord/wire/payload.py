"""Messages as plain data: what Discord's endpoints take, and what is left of one when it is stripped."""

from __future__ import annotations

import json
import marshal
from collections.abc import Sequence
from typing import Any, cast

__all__ = (
    "COMPONENTS_V2",
    "EPHEMERAL",
    "LOADING",
    "NO_PINGS",
    "Kept",
    "KeptWithFiles",
    "Payload",
    "decode",
    "disabled",
    "encode",
    "ephemeral",
    "is_layout",
    "keep",
    "notice",
    "over_all",
    "strip",
    "text",
    "text_display",
)

Payload = dict[str, Any]

#: Message flags: https://discord.com/developers/docs/resources/message#message-object-message-flags
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
_ROW, _BUTTON, _SECTION, _TEXT, _CONTAINER = 1, 2, 9, 10, 17
#: Buttons, and selects of every kind.
_CLICKED = (_BUTTON, 3, 5, 6, 7, 8)
#: Nothing that a text contains pings anybody.
NO_PINGS: Payload = {"parse": []}
_LAYOUT: Payload = {"flags": COMPONENTS_V2, "allowed_mentions": NO_PINGS}

# Marshal's second version writes no back references: equal payloads are equal bytes, in a microsecond.
_VERSION = 2


def encode(payload: Payload) -> bytes:
    """The payload as bytes: how a shown screen is kept in this process, and compared with the next one."""
    try:
        return marshal.dumps(payload, _VERSION)
    except ValueError:  # a str or int of some subclass, which is plain on the wire all the same
        return marshal.dumps(json.loads(json.dumps(payload)), _VERSION)


class Kept:
    """A payload as a session keeps it, to compare the next one with and to send again.

    Rows of components that a whole visit shares are kept as they are; everything else is bytes.
    """

    __slots__ = ("rest", "rows")
    #: Whether the message is a layout; its files, of which nearly every message has none.
    layout: bool = False
    files: Sequence[Any] = ()

    def __init__(self, rest: bytes, rows: bytes | list[Payload]) -> None:
        self.rest = rest
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Kept)
            and self.rest == other.rest
            and self.rows == other.rows
            and self.files == other.files
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def payload(self) -> Payload:
        """The payload, as it was sent."""
        rows = self.rows if isinstance(self.rows, list) else decode(self.rows)["components"]
        payload = {**decode(self.rest), "components": rows}
        if self.files:
            payload["attachments"] = list(self.files)
        return payload


class KeptLayout(Kept):
    """A layout that is kept."""

    __slots__ = ()
    layout = True


class KeptWithFiles(Kept):
    """A message with files that is kept."""

    __slots__ = ("files", "layout")

    def __init__(
        self, rest: bytes, rows: bytes | list[Payload], files: Sequence[Any], *, layout: bool
    ) -> None:
        super().__init__(rest, rows)
        self.files = files
        self.layout = layout


def keep(
    rest: bytes, rows: bytes | list[Payload], *, layout: bool = False, files: Sequence[Any] = ()
) -> Kept:
    """A message as it is kept."""
    if files:
        return KeptWithFiles(rest, rows, files, layout=layout)
    return KeptLayout(rest, rows) if layout else Kept(rest, rows)


def decode(data: bytes) -> Payload:
    """The payload that `encode` kept."""
    return cast(Payload, marshal.loads(data))


def text(content: str, *, layout: bool = False) -> Payload:
    """A message that is one text and nothing else: embeds, components and files of an edited message go."""
    if layout:
        return {**_LAYOUT, "components": [text_display(content)], "attachments": []}
    return {
        "content": content,
        "embeds": [],
        "components": [],
        "attachments": [],
        "allowed_mentions": NO_PINGS,
    }


def ephemeral(payload: Payload) -> Payload:
    """The message, visible to one user only."""
    return {**payload, "flags": payload.get("flags", 0) | EPHEMERAL}


def over_all(payload: Payload) -> Payload:
    """The message in place of another, of which nothing is to stay that this one has not or cannot have."""
    return {"content": None, "embeds": [], "attachments": [], **payload}


def text_display(content: str) -> Payload:
    """The component that is a text."""
    return {"type": _TEXT, "content": content}


def notice(content: str, components: list[Payload] | None = None) -> Payload:
    """An ephemeral sentence, with rows of components where it offers something."""
    payload: Payload = {"content": content, "flags": EPHEMERAL, "allowed_mentions": NO_PINGS}
    if components:
        payload["components"] = components
    return payload


def is_layout(message: Payload) -> bool:
    """Whether the message is of Discord's second kind of components, which it then remains."""
    return bool(message.get("flags", 0) & COMPONENTS_V2)


def strip(message: Payload, otherwise: str) -> Payload:
    """`message` without anything to click; the text `otherwise` if nothing would be left of it."""
    if is_layout(message):
        components = [kept for each in message["components"] if (kept := _without_buttons(each)) is not None]
        if not components:
            return text(otherwise, layout=True)
        return _with_files_of(message, {**_LAYOUT, "components": components})
    if message.get("content") or message.get("embeds") or message.get("attachments"):
        return {"components": [], "allowed_mentions": NO_PINGS}
    return text(otherwise)


def disabled(message: Payload) -> Payload:
    """`message` with everything that can be clicked shown disabled."""
    components = [_disabled(each) for each in message["components"]]
    shown: Payload = {"components": components, "allowed_mentions": NO_PINGS}
    return _with_files_of(message, {**_LAYOUT, **shown}) if is_layout(message) else shown


def _with_files_of(layout: Payload, left: Payload) -> Payload:
    """What is left of a layout shows its files still."""
    return {**left, "attachments": layout["attachments"]} if "attachments" in layout else left


def _disabled(component: Payload) -> Payload:
    if component["type"] in _CLICKED:
        return {**component, "disabled": True}
    inner = {name: component[name] for name in ("components", "accessory") if name in component}
    if "components" in inner:
        inner["components"] = [_disabled(each) for each in inner["components"]]
    if "accessory" in inner:
        inner["accessory"] = _disabled(inner["accessory"])
    return {**component, **inner}


def _without_buttons(component: Payload) -> Payload | None:
    """A component of a layout without what can be clicked: rows go, a section's button stays disabled."""
    kind = component["type"]
    if kind == _ROW:
        return None
    if kind == _SECTION and component["accessory"]["type"] == _BUTTON:
        return {**component, "accessory": {**component["accessory"], "disabled": True}}
    if kind == _CONTAINER:
        inside = [kept for each in component["components"] if (kept := _without_buttons(each)) is not None]
        return {**component, "components": inside} if inside else None
    return component
