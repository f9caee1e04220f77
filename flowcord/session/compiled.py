"""Compiled: the rows of menus whose components never change, made once for all sessions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from flowcord.errors import ScreenLimitError
from flowcord.menu.components import Press
from flowcord.menu.menu import Menu
from flowcord.session.rows import short
from flowcord.session.selections import choosing
from flowcord.wire.limits import check_rows
from flowcord.wire.payload import Payload

__all__ = ("Compiled", "compiled")

AnyMenu = Menu[Any, Any, Any]
_ROW, _BUTTON, _ROW_LENGTH = 1, 2, 5


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
    if violations := check_rows(made.under(""), menu.__name__, {}):
        raise ScreenLimitError(violations)
    return None if menu.shape.lists else made  # what turns their pages changes
