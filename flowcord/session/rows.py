"""Rows: the components of a screen as payload, and what each enabled one runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import discord

from flowcord.errors import DefinitionError, DuplicateKeyError, ScreenLimitError
from flowcord.menu.components import Press
from flowcord.menu.menu import Menu
from flowcord.menu.remembered import Remembered
from flowcord.session.reserved import Placed
from flowcord.session.selections import choosing, show_chosen
from flowcord.wire import custom_id
from flowcord.wire.limits import check_rows
from flowcord.wire.payload import Payload

__all__ = ("Compiled", "Rows", "compiled", "component_of")

AnyMenu = Menu[Any, Any, Any]
_ROW, _BUTTON, _ROW_LENGTH = 1, 2, 5
_UNPRESSED = (5, 6)  # the styles of links and premium buttons: Discord opens them, nobody asks us
#: Characters left for the component by the longest kind, session id and a million visits.
_ROOM = custom_id.MAX_LENGTH - len(custom_id.id_prefix("k" * 32, "s" * 22, 999_999))


class Compiled(NamedTuple):
    """The rows of a menu whose components never change: templates that only lack the ids' prefix."""

    rows: tuple[tuple[tuple[Payload, str], ...], ...]
    components: Mapping[str, Press]

    def under(self, prefix: str) -> list[Payload]:
        """The rows with their ids."""
        return [
            {"type": _ROW, "components": [{**template, "custom_id": prefix + key} for template, key in row]}
            for row in self.rows
        ]


@lru_cache(maxsize=1024)
def compiled(menu: type[AnyMenu]) -> Compiled | None:
    """The menu's rows, compiled once; `None` if one of its decorated components depends on the instance."""
    rows: list[list[tuple[Payload, str]]] = []
    components: dict[str, Press] = {}
    for declaration in menu.shape.components:
        if declaration.template is None:
            return None
        template, press = declaration.template, declaration.press
        component = short(press.key)
        is_full = not rows or len(rows[-1]) == _ROW_LENGTH or rows[-1][0][0]["type"] != _BUTTON
        if is_full or template["type"] != _BUTTON:
            rows.append([])
        rows[-1].append((template, component))
        if not template.get("disabled"):
            components[component] = press if template["type"] == _BUTTON else choosing(press, template)
    made = Compiled(tuple(tuple(row) for row in rows), components)
    if violations := check_rows(made.under(""), menu.__name__):
        raise ScreenLimitError(violations)
    return made


class Rows:
    """Rows as they fill: buttons five a row, a select alone, a row of the developer's own kept as it is."""

    __slots__ = ("_guild", "_kept", "_labels", "_menu", "_open", "_prefix", "components", "rows")

    def __init__(
        self, menu: str, prefix: str, kept: Remembered | None = None, guild: discord.Guild | None = None
    ) -> None:
        self._menu = menu
        self._prefix = prefix
        self._kept = kept
        self._guild = guild
        self._open: list[Payload] | None = None
        self._labels: dict[str, str] = {}
        self.rows: list[Payload] = []
        self.components: dict[str, Press] = {}

    def place(self, items: Sequence[Any]) -> set[str]:
        """Place what `render` named; returns the keys it placed."""
        for item in items:
            if isinstance(item, discord.ui.ActionRow):
                self._open = None
                row = cast("discord.ui.ActionRow[Any]", item)
                payload = row.to_component_dict()
                for child, made in zip(row.children, payload["components"], strict=True):
                    self._pressed(child, made)
                self.rows.append(payload)
            else:
                self._add(self._payload(item))
        return set(self._labels)

    def decorate(self, menu: AnyMenu, placed: set[str]) -> None:
        """Add the decorated components that `render` did not place."""
        for declaration in menu.shape.components:
            if placed and declaration.press.key in placed:
                continue
            if declaration.template is not None:
                self._add(self._identified(dict(declaration.template), declaration.press))
            elif (item := declaration.item(menu)) is not None:
                self._add(self._payload(item, declaration.press))

    def reserve(self, placed: Sequence[Placed]) -> None:
        """A row of FlowCord's own buttons, alone."""
        self._open = None
        for payload, press in placed:
            self._add(self._identified(payload, press))
        self._open = None

    def _payload(self, item: Any, press: Press | None = None) -> Payload:
        """The item as payload, which is a copy: what belongs to this visit never goes into the item."""
        made = item.to_component_dict() if isinstance(item, discord.ui.Item) else {}
        return self._pressed(item, made, press)

    def _pressed(self, item: Any, made: Payload, press: Press | None = None) -> Payload:
        press = press or getattr(item, "press", None)
        if press is not None:
            return self._identified(made, press)
        if made.get("style") in _UNPRESSED:
            return made
        raise DefinitionError(
            f"{self._menu}: a screen takes items of FlowCord's and rows of them, not {type(item).__name__}: "
            "a button or select of discord.ui has no action that FlowCord could run"
        )

    def _identified(self, payload: Payload, press: Press) -> Payload:
        key = press.key
        label = payload.get("label") or payload.get("placeholder") or key
        if key in self._labels:
            raise DuplicateKeyError(
                f"{self._menu}: {self._labels[key]!r} and {label!r} have one key, {key!r}: "
                "give them different args, or a key= of their own"
            )
        self._labels[key] = label
        component = component_of(key, self._kept)
        payload["custom_id"] = self._prefix + component
        if payload["type"] != _BUTTON:
            if self._kept is not None:
                show_chosen(press, payload, self._kept.selections.get(key), self._guild)
            press = choosing(press, payload)
        if not payload.get("disabled"):
            self.components[component] = press
        return payload

    def _add(self, payload: Payload) -> None:
        if payload["type"] != _BUTTON:
            self._open = None
            self.rows.append({"type": _ROW, "components": [payload]})
            return
        if self._open is None or len(self._open) == _ROW_LENGTH:
            self._open = []
            self.rows.append({"type": _ROW, "components": self._open})
        self._open.append(payload)


@lru_cache(maxsize=4096)
def short(key: str) -> str:
    """The component part of an id: the handler's name and a digest of its arguments, if there is room."""
    name, bracket, arguments = key.partition("(")
    part = name if not bracket else f"{name}.{custom_id.digest(arguments, 8)}"
    return part if len(part) <= _ROOM else "~" + custom_id.digest(key, 12)


def component_of(key: str, kept: Remembered | None) -> str:
    """The component part of its id now: where it runs once for each picture, with how often it ran."""
    runs = 0 if kept is None else kept.runs.get(key, 0)
    return short(f"{key}!{runs}" if runs else key)
