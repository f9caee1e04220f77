"""A modal as a user sees it, and what filling it in sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flowcord.testing.book import walk
from flowcord.testing.errors import HarnessError, NotShownError
from flowcord.testing.finders import Text, names, only, pick
from flowcord.testing.payloads import Payload
from flowcord.testing.resolved import Resolved

__all__ = ("ModalField", "ShownModal", "choose")

_ROW, _LABEL, _TEXT_DISPLAY = 1, 18, 10
_TEXT_INPUT, _STRING_SELECT, _FILES, _RADIO, _BOXES, _BOX = 4, 3, 19, 21, 22, 23
_ENTITY_SELECTS = (5, 6, 7, 8)
_REQUIRED_BY_DEFAULT = (_TEXT_INPUT, _STRING_SELECT, *_ENTITY_SELECTS, _FILES, _RADIO, _BOXES)


@dataclass(frozen=True)
class ModalField:
    """One input of a modal, with the label that stands above it."""

    label: str
    data: Payload

    @property
    def custom_id(self) -> str:
        return self.data["custom_id"]

    @property
    def kind(self) -> int:
        """Discord's component type."""
        return self.data["type"]

    @property
    def required(self) -> bool:
        return bool(self.data.get("required", self.kind in _REQUIRED_BY_DEFAULT))

    @property
    def value(self) -> Any:
        """What is filled in before the user touches it."""
        if self.kind == _TEXT_INPUT:
            return self.data.get("value") or ""
        if self.kind == _BOX:
            return bool(self.data.get("default"))
        chosen = [each["value"] for each in self.data.get("options") or () if each.get("default")]
        chosen = chosen or [str(each["id"]) for each in self.data.get("default_values") or ()]
        return (chosen[0] if chosen else None) if self.kind == _RADIO else chosen

    def __repr__(self) -> str:
        return repr(self.label)


class ShownModal:
    """A modal on a user's screen; `Actor.submit` fills it in."""

    def __init__(self, data: Payload, user_id: int, channel_id: int, source_id: int | None) -> None:
        self.data = data
        self.user_id = user_id
        self.channel_id = channel_id
        #: The message whose button opened it.
        self.source_id = source_id

    @property
    def title(self) -> str:
        return self.data["title"]

    @property
    def custom_id(self) -> str:
        return self.data["custom_id"]

    @property
    def texts(self) -> list[str]:
        """The text displays between its inputs."""
        return [each["content"] for each in walk(self.data["components"]) if each["type"] == _TEXT_DISPLAY]

    @property
    def fields(self) -> list[ModalField]:
        """Its inputs, in order."""
        found: list[ModalField] = []
        for outer in self.data["components"]:
            if outer["type"] == _LABEL:
                found.append(ModalField(outer["label"], outer["component"]))
            elif outer["type"] == _ROW:
                found += [ModalField(each.get("label") or "", each) for each in outer["components"]]
        return found

    def query_field(self, label: Text) -> ModalField | None:
        """The input with this label or custom id, or `None`."""
        return pick(self.fields, lambda each: names(label, each.label), "inputs") or pick(
            self.fields, lambda each: names(label, each.custom_id), "inputs"
        )

    def get_field(self, label: Text) -> ModalField:
        """As `query_field`. Raises `NotShownError` with the inputs that are there."""
        return only(self.query_field(label), f"input {label!r} in the modal {self.title!r}", self.fields)

    def filled(self, values: Mapping[str, Any], resolved: Resolved) -> Payload:
        """The data of the submit; what `values` leaves out stays as it was prefilled.

        Raises:
            HarnessError: Discord's client would not let the user send this.
        """
        given = {self.get_field(label).custom_id: value for label, value in values.items()}
        sent: dict[str, Payload] = {}
        for each in self.fields:
            value = given.get(each.custom_id, each.value)
            sent[each.custom_id] = _sent(each, value, resolved)
        data: Payload = {
            "custom_id": self.custom_id,
            "components": [_outer(outer, sent) for outer in self.data["components"]],
        }
        if resolved.data:
            data["resolved"] = resolved.data
        return data

    def __repr__(self) -> str:
        return f"<modal {self.title!r} {self.fields}>"


def _outer(outer: Payload, sent: Mapping[str, Payload]) -> Payload:
    made: Payload = {"type": outer["type"], "id": outer.get("id", 0)}
    if outer["type"] == _LABEL:
        made["component"] = sent[outer["component"]["custom_id"]]
    elif outer["type"] == _ROW:
        made["components"] = [sent[each["custom_id"]] for each in outer["components"]]
    return made


def _sent(field: ModalField, value: Any, resolved: Resolved) -> Payload:
    made: Payload = {"type": field.kind, "id": field.data.get("id", 0), "custom_id": field.custom_id}
    if field.kind == _TEXT_INPUT:
        return {**made, "value": _text(field, value)}
    if field.kind == _BOX:
        return {**made, "value": bool(value)}
    if field.kind == _RADIO:
        chosen = [] if value is None else [value]
    else:
        chosen = list(cast(Sequence[Any], value)) if isinstance(value, list | set | frozenset) else [value]
    chosen = choose(field.data, chosen, resolved, required=field.required, where=f"input {field.label!r}")
    return (
        {**made, "value": chosen[0] if chosen else None}
        if field.kind == _RADIO
        else {**made, "values": chosen}
    )


def _text(field: ModalField, value: Any) -> str:
    if not isinstance(value, str):
        raise HarnessError(f"input {field.label!r} takes text, not {value!r}")
    low, high = field.data.get("min_length") or 0, field.data.get("max_length") or 4000
    if (not value and field.required) or (value and not low <= len(value) <= high):
        low = max(low, int(field.required))
        raise HarnessError(f"input {field.label!r} takes {low} to {high} characters, not {len(value)}")
    return value


def choose(
    select: Payload, chosen: Sequence[Any], resolved: Resolved, *, required: bool, where: str
) -> list[str]:
    """The values that choosing `chosen` (labels, values or objects) in a select sends."""
    options = {each["label"]: each["value"] for each in select.get("options") or ()}
    values: list[str] = []
    for each in chosen:
        if not isinstance(each, str):
            values.append(resolved.add(each))
        elif not options and each.isdigit():
            values.append(resolved.again(each))  # a prefilled object
        elif each in options:
            values.append(options[each])
        elif each in options.values():
            values.append(each)
        elif not options:
            raise NotShownError(
                f"{where} takes members, roles or channels, such as harness.bob, not {each!r}"
            )
        else:
            raise NotShownError(f"{where} has no option {each!r}, but: {', '.join(map(repr, options))}")
    many = len(options) if select["type"] == _BOXES else 1
    low, high = select.get("min_values"), select.get("max_values") or many
    low = (1 if low is None else low) if required else 0
    if not low <= len(values) <= high:
        raise HarnessError(f"{where} takes {low} to {high} values, not {len(values)}")
    return values
