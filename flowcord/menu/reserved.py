"""Reserved: how FlowCord's own buttons look, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import discord
from discord import ButtonStyle

from flowcord.errors import DefinitionError
from flowcord.menu.texts import Texts, check_text

__all__ = ("Look", "Reserved", "ReservedLooks", "Role", "check_reserved", "declared_reserved")

Role = Literal["back", "previous", "counter", "next", "cancel"]
Emoji = str | discord.Emoji | discord.PartialEmoji

_ROLES: tuple[Role, ...] = ("back", "previous", "counter", "next", "cancel")
_STYLES: Mapping[Role, ButtonStyle] = {"cancel": ButtonStyle.danger}
_UNPRESSED = (ButtonStyle.link, ButtonStyle.premium)


@dataclass(frozen=True, slots=True)
class Look:
    """How one reserved button looks; what is left out is decided by another level.

    `label` wins over `Texts`, in every language; `""` is none, beside an `emoji`. The counter's may have
    `{page}` and `{pages}`.
    """

    label: str | None = None
    emoji: Emoji | None = None
    style: ButtonStyle | None = None

    def __post_init__(self) -> None:
        if self.style is not None and (not isinstance(self.style, ButtonStyle) or self.style in _UNPRESSED):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"Look takes a style that can be pressed, not {self.style!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """FlowCord's own buttons, on the app, on a flow or on a menu: `Reserved(cancel=Look("Leave"))`.

    Each part resolves by itself: a menu's wins over its flow's, that over the app's. `order` names the five
    from left to right; one that leaves the counter out shows none. The counter of the reserved row stands in
    layouts, and in screens only with `counter_in_screens`.
    """

    back: Look = Look()
    previous: Look = Look()
    counter: Look = Look()
    next: Look = Look()
    cancel: Look = Look()
    order: Sequence[Role] | None = None
    counter_in_screens: bool | None = None

    def __post_init__(self) -> None:
        for role in _ROLES:
            look: object = getattr(self, role)
            if not isinstance(look, Look):
                raise DefinitionError(f"Reserved.{role} is a Look(...), not {look!r}")
            if look.label:
                check_text(role, look.label, f"Reserved.{role}")
        if self.order is not None and _unordered(self.order):
            raise DefinitionError(
                f"Reserved.order has each of {', '.join(_ROLES)} once (the counter may be left out): "
                f"got {self.order!r}"
            )
        if self.counter_in_screens not in (None, True, False):
            raise DefinitionError(
                f"Reserved.counter_in_screens is True or False: got {self.counter_in_screens!r}"
            )


class ReservedLooks:
    """The reserved buttons as one reader sees them: everything decided, as payload.

    The first of `levels` that says something wins; labels that nobody gave are those of `texts`. Raises
    `DefinitionError` for a button with neither label nor emoji.
    """

    __slots__ = ("_templates", "counter_in_screens", "order")

    def __init__(self, levels: Sequence[Reserved], texts: Texts) -> None:
        #: The roles that are shown, from left to right.
        self.order: Sequence[Role] = _first(levels, "order") or _ROLES
        self.counter_in_screens: bool = _first(levels, "counter_in_screens") or False
        self._templates = {role: _template(role, levels, texts) for role in _ROLES}

    def button(self, role: Role, label: str | None = None, *, disabled: bool = False) -> dict[str, Any]:
        """A fresh payload of this button, still without an id; `label` in place of its own."""
        made = {**self._templates[role], "disabled": disabled}
        if label is not None:
            made["label"] = label
        return made

    def label(self, role: Role) -> str:
        """The label of this button; the counter's, to be filled in."""
        return self._templates[role].get("label") or ""


def declared_reserved(cls: type) -> Iterator[Reserved]:
    """What a class and its bases declare under `reserved`, the nearest class first."""
    for base in cls.__mro__:
        if (level := base.__dict__.get("reserved")) is not None:
            yield level


def check_reserved(cls: type) -> None:
    """Refuse a menu or flow class whose `reserved` is something else."""
    level: object = getattr(cls, "reserved", None)
    if not isinstance(level, Reserved):
        raise DefinitionError(f"{cls.__name__}.reserved is a Reserved(...), not {level!r}")


def _first(levels: Iterable[object], name: str) -> Any:
    return next((said for level in levels if (said := getattr(level, name)) is not None), None)


def _template(role: Role, levels: Sequence[Reserved], texts: Texts) -> dict[str, Any]:
    looks = [getattr(level, role) for level in levels]
    label = _first(looks, "label")
    if label is None:
        label = getattr(texts, role)
    emoji = _first(looks, "emoji")
    if not label and emoji is None:
        raise DefinitionError(f"the reserved button {role} has neither label nor emoji")
    style = _first(looks, "style") or _STYLES.get(role, ButtonStyle.secondary)
    button: discord.ui.Button[Any] = discord.ui.Button(label=label or None, emoji=emoji, style=style)
    made = cast("dict[str, Any]", button.to_component_dict())
    del made["custom_id"]
    return made


def _unordered(order: object) -> bool:
    if not isinstance(order, Sequence):
        return True
    roles = list(cast("Sequence[object]", order))
    return sorted(map(str, roles)) not in (sorted(_ROLES), sorted(set(_ROLES) - {"counter"}))
