"""Choices: what a choice in a select runs, and what a menu remembers of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flowcord.menu.components import Press
from flowcord.menu.remembered import remembered

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext

__all__ = ("SelectPress", "defaults_of")

#: Component types: https://discord.com/developers/docs/components/reference#component-object-component-types
_STRING, _MENTIONABLE = 3, 7
_KINDS = {5: "user", 6: "role", 8: "channel"}
_THREADS = (10, 11, 12)


@dataclass(frozen=True, slots=True)
class SelectPress(Press):
    """What a choice in one select means."""

    #: Whether a choice stays shown in later renders.
    remember: bool = True
    #: The defaults it was declared with: those that `render` sets are others.
    initial: tuple[str, ...] = ()

    async def run(self, menu: Any, ctx: MenuContext) -> None:
        """Hand what was chosen to the handler, and remember it."""
        if not self.remember:
            await self.act(menu, ctx, ctx.values)
            return
        selections = remembered(menu).selections
        before = selections.get(self.key)
        selections[self.key] = _chosen(cast("dict[str, Any]", ctx.interaction.data))
        try:
            await self.act(menu, ctx, ctx.values)
        except BaseException:  # a choice that was refused, or failed, is not what the menu holds
            if before is None:
                selections.pop(self.key, None)
            else:
                selections[self.key] = before
            raise


def _chosen(data: dict[str, Any]) -> tuple[str, ...]:
    """What is remembered of a choice: the strings, or `user:1`, `role:2`, `channel:3`, `thread:4`."""
    values: list[str] = data.get("values", [])
    if data["component_type"] == _STRING:
        return tuple(values)
    return tuple(f"{_kind(data, value)}:{value}" for value in values)


def _kind(data: dict[str, Any], value: str) -> str:
    resolved = data.get("resolved", {})
    if data["component_type"] == _MENTIONABLE:
        return "role" if value in resolved.get("roles", {}) else "user"
    if resolved.get("channels", {}).get(value, {}).get("type") in _THREADS:
        return "thread"
    return _KINDS[data["component_type"]]


def defaults_of(payload: dict[str, Any]) -> tuple[str, ...]:
    """What a select's payload shows as chosen, spelled as what is remembered."""
    if payload["type"] == _STRING:
        return tuple(option["value"] for option in payload.get("options", ()) if option.get("default"))
    return tuple(f"{each['type']}:{each['id']}" for each in payload.get("default_values", ()))
