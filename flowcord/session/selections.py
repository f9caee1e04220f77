"""Selections: how a select is shown again, with what was chosen in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord

from flowcord.menu.choices import SelectPress, defaults_of
from flowcord.menu.components import Press
from flowcord.wire.payload import Payload

__all__ = ("choosing", "show_chosen")

_STRING = 3


def choosing(press: Press, payload: Payload) -> Press:
    """What a choice in the select of this payload runs: only the values that it shows can be chosen."""
    if payload["type"] != _STRING:
        return press
    return replace(press, choices=frozenset(option["value"] for option in payload.get("options", ())))


def show_chosen(
    press: Press, payload: Payload, chosen: tuple[str, ...] | None, guild: discord.Guild | None
) -> None:
    """Make what was `chosen` the defaults of the payload, as far as it still exists.

    Not where `render` says itself what is chosen.
    """
    if chosen is None or not isinstance(press, SelectPress) or not press.remember:
        return
    if defaults_of(payload) not in ((), press.initial):
        return
    most = payload.get("max_values", 1)
    if payload["type"] == _STRING:
        payload["options"] = _options(payload.get("options", ()), chosen, most)
        return
    values = [_default(each) for each in chosen if _exists(each, guild)][:most]
    payload.pop("default_values", None)
    # Fewer than `min_values` is what Discord refuses:
    # https://discord.com/developers/docs/components/reference#user-select-user-select-structure
    if values and len(values) >= payload.get("min_values", 1):
        payload["default_values"] = values


def _options(options: Any, chosen: tuple[str, ...], most: int) -> list[Payload]:
    shown = {option["value"] for option in options}
    defaults = [value for value in chosen if value in shown][:most]
    return [{**option, "default": option["value"] in defaults} for option in options]


def _default(kept: str) -> Payload:
    kind, _, number = kept.partition(":")
    return {"id": number, "type": "channel" if kind == "thread" else kind}


def _exists(kept: str, guild: discord.Guild | None) -> bool:
    """Whether it is still there, where that is known: of threads and members the cache has not all."""
    kind, _, number = kept.partition(":")
    if guild is not None and kind == "role":
        return guild.get_role(int(number)) is not None
    if guild is not None and kind == "channel":
        return guild.get_channel(int(number)) is not None
    return True
