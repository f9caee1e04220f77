"""Rows: the components of a screen as payload, and what each enabled one runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import discord

from flowcord.errors import DefinitionError, DuplicateKeyError
from flowcord.menu.components import Press
from flowcord.menu.declaring import Dynamic, ask
from flowcord.menu.menu import Menu
from flowcord.menu.placeholder import Placeholder
from flowcord.menu.remembered import Remembered
from flowcord.session.reserved import Placed
from flowcord.session.selections import choosing, show_chosen
from flowcord.wire import custom_id
from flowcord.wire.payload import Payload

__all__ = ("Gap", "Rows", "component_of", "short")

AnyMenu = Menu[Any, Any, Any]
#: Where an item stands: in what, which is a container or the like at this path, and as which of its items.
Place = tuple[str, str, int | None]
_ROW, _BUTTON, _SECTION, _CONTAINER = 1, 2, 9, 17
_PRESSED = frozenset({_BUTTON, 3, 5, 6, 7, 8})  # buttons and the five kinds of select
_ROW_LENGTH = 5
_UNPRESSED = (5, 6)  # the styles of links and premium buttons: Discord opens them, nobody asks us
#: Characters left for the component by the longest kind, session id and a million visits.
_ROOM = custom_id.MAX_LENGTH - len(custom_id.id_prefix("k" * 32, "s" * 22, 999_999))


class Gap(NamedTuple):
    """Where a placeholder stands, until what it stands for is known."""

    item: Placeholder
    rows: list[Payload]
    marker: Payload


class Rows:
    """Components as they are placed: what is shown, and what each enabled one runs.

    Buttons stand five in a row and a select alone, also those that stand bare in a container; a row of the
    developer's own is kept as it is, as is every other item but for the ids of what can be clicked in it.
    """

    __slots__ = (
        "_guild",
        "_instance",
        "_kept",
        "_labels",
        "_menu",
        "_open",
        "_prefix",
        "components",
        "gaps",
        "origins",
        "rows",
    )

    def __init__(
        self,
        menu: str,
        prefix: str,
        kept: Remembered | None = None,
        guild: discord.Guild | None = None,
        instance: AnyMenu | None = None,
    ) -> None:
        self._menu = menu
        self._instance = instance
        self._prefix = prefix
        self._kept = kept
        self._guild = guild
        self._open: list[Payload] | None = None
        self._labels: dict[str, str] = {}
        self.rows: list[Payload] = []
        self.components: dict[str, Press] = {}
        #: The places that are still to be filled.
        self.gaps: list[Gap] = []
        #: By the identity of its payload, the number of an item among those it was given with.
        self.origins: dict[int, int] = {}

    def place(self, items: Iterable[Any], what: str = "Screen") -> set[str]:
        """Place what `render` named, in a `what`; returns the keys it placed."""
        for index, item in enumerate(items):
            if not isinstance(item, discord.ui.Item):
                self._refuse(item, f"{self._menu} → {what}[{index}]")
            self._put(item, item.to_component_dict(), (self._menu, what, index))
        return set(self._labels)

    def fill(
        self, gap: Gap, items: Iterable[Any] = (), placed: Sequence[Placed] = (), *, where: str = ""
    ) -> None:
        """Put `items`, in rows of their own, where a placeholder stands, and `placed` in a row below.

        `where` names what they belong to.
        """
        inside = self._nested()
        for item in items:
            inside._put(item, item.to_component_dict(), (self._menu, where, None))
        inside.reserve(placed)
        at = next(index for index, each in enumerate(gap.rows) if each is gap.marker)
        gap.rows[at : at + 1] = inside.rows
        if not gap.rows:  # a container that held only this has nothing to show either
            self.rows[:] = [each for each in self.rows if each.get("components") is not gap.rows]
        self.gaps.remove(gap)

    def decorate(self, menu: AnyMenu, placed: set[str]) -> None:
        """Add the decorated components that `render` did not place."""
        for declaration in menu.shape.components:
            if placed and declaration.press.key in placed:
                continue
            if declaration.template is not None:
                self._add(self._identified(dict(declaration.template), declaration.press))
            elif (item := declaration.item(menu)) is not None:
                self._add(self._identified(dict(item.to_component_dict()), declaration.press))

    def reserve(self, placed: Sequence[Placed]) -> None:
        """A row of FlowCord's own buttons, alone."""
        self._open = None
        for payload, press in placed:
            self._add(self._identified(payload, press))
        self._open = None

    def _nested(self) -> Rows:
        """Rows inside of these: of the same screen, filled by themselves."""
        inside = copy(self)
        inside.rows = []
        inside._open = None
        return inside

    def _put(self, item: Any, made: Payload, place: Place) -> None:
        """Place one item by its payload, which is a copy: what belongs to this visit is put into that."""
        kind = made["type"]
        if kind in _PRESSED:
            if self.is_visible(item):
                self._add(self._pressed(item, made, place))
            return
        if place[2] is not None:
            self.origins[id(made)] = place[2]
        self._open = None
        self.rows.append(made)
        if kind == _ROW:
            self._put_row(item, made, place)
        elif kind == _CONTAINER:
            self._put_container(item, made, place)
        elif kind == _SECTION and made["accessory"]["type"] in _PRESSED:
            if not self.is_visible(item.accessory):
                raise DefinitionError(f"{_within(place)} → Section: its accessory has to be visible")
            self._pressed(item.accessory, made["accessory"], (_within(place), "Section", None))
        elif kind == Placeholder.TYPE:
            self.gaps.append(Gap(item, self.rows, made))

    def _put_row(self, row: Any, made: Payload, place: Place) -> None:
        """What is visible of a row; without any of it, the row is not there either."""
        shown = made["components"] = [
            self._pressed(child, each, (_within(place), "ActionRow", index))
            for index, (child, each) in enumerate(zip(row.children, made["components"], strict=True))
            if self.is_visible(child)
        ]
        if row.children and not shown:
            self.rows.pop()

    def _put_container(self, container: Any, made: Payload, place: Place) -> None:
        inside = self._nested()
        for index, (child, each) in enumerate(zip(container.children, made["components"], strict=True)):
            inside._put(child, each, (_within(place), "Container", index))
        made["components"] = inside.rows
        if container.children and not inside.rows:
            self.rows.pop()

    def is_visible(self, item: Any) -> bool:
        """Whether this item is shown to this menu's user now."""
        visible: Any = getattr(item, "visible", True)
        return ask("visible", visible, self._instance) if callable(visible) else visible

    def _pressed(self, item: Any, made: Payload, place: Place) -> Payload:
        """The payload of what can be clicked, as it is for this menu and visit."""
        if place[2] is not None:
            self.origins[id(made)] = place[2]
        dynamic: dict[str, Dynamic] | None = getattr(item, "dynamic", None)
        for name, function in (dynamic or {}).items():
            made[name] = ask(name, function, self._instance)
        problem: str | None = getattr(item, "problem", None)
        press: Press | None = getattr(item, "press", None)
        if press is not None:
            problem = problem or _idle(press, made)
        if problem is not None:
            said = made.get("label") or made.get("placeholder") or made.get("emoji", {}).get("name") or ""
            raise DefinitionError(f"{_within(place)} → {type(item).__name__} {said!r} {problem}")
        if press is not None:
            return self._identified(made, press)
        if made.get("style") not in _UNPRESSED and not _launches(made):
            self._refuse(item, _within(place))
        return made

    def _refuse(self, item: Any, path: str) -> NoReturn:
        raise DefinitionError(
            f"{path} is a {type(item).__name__}: what can be clicked on a screen is FlowCord's, "
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


def _idle(press: Press, made: Payload) -> str | None:
    """What is wrong with a component that can be clicked, and would run nothing."""
    if made["disabled"] or press.handler is not None or press.opens is not None:
        return None
    needs = "one of action=, opens=, url= and sku_id=" if made["type"] == _BUTTON else "action="
    return f"takes {needs}, unless it is disabled"


def _within(place: Place) -> str:
    """The path of what stands at `place`, without its own name."""
    path, what, index = place
    return path if not what else f"{path} → {what}" if index is None else f"{path} → {what}[{index}]"


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


def _launches(made: Payload) -> bool:
    """Whether a button opens a menu of its own, whatever becomes of this one."""
    return isinstance(custom_id.parse(made.get("custom_id", "")), custom_id.LauncherId)
