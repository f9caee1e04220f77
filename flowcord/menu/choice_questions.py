"""Questions with given answers: one of several values, any of them, yes or no."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

import discord

from flowcord.menu.questions import About, Item, ToUser

__all__ = ("MAX_OPTIONS", "AnyOf", "Box", "OneOf")

#: Options of a select, boxes of a checkbox group: https://discord.com/developers/docs/components/reference
MAX_OPTIONS, _MAX_BOXES = 25, 10
#: Up to so many options stand side by side; more fold into a select.
_MAX_RADIOS = 5


class OneOf:
    """One of several given values."""

    def __init__(self, about: About, options: Mapping[str, Any]) -> None:
        self._about = about
        self._options = options

    def item(self, value: Any) -> Item:
        about, many = self._about, len(self._options)
        if 2 <= many <= _MAX_RADIOS:
            return discord.ui.RadioGroup(
                custom_id=about.name,
                required=about.required,
                options=[
                    discord.RadioGroupOption(label=label, default=_is(option, value))
                    for label, option in self._options.items()
                ],
            )
        return discord.ui.Select(
            custom_id=about.name,
            required=about.required,
            min_values=int(about.required),
            options=[
                discord.SelectOption(label=label, default=_is(option, value))
                for label, option in self._options.items()
            ],
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        chosen = item.value if isinstance(item, discord.ui.RadioGroup) else next(iter(item.values), None)
        return self._about.nothing if chosen is None else self._options[chosen]


class AnyOf:
    """Any of several given values."""

    def __init__(self, about: About, options: Mapping[str, Any], collect: Callable[[Any], Any]) -> None:
        self._about = about
        self._options = options
        self._collect = collect

    def item(self, value: Any) -> Item:
        about = self._about
        high = about.most(len(self._options))
        shown = {
            label: any(_is(option, each) for each in value or ()) for label, option in self._options.items()
        }
        if len(shown) <= _MAX_BOXES:
            return discord.ui.CheckboxGroup(
                custom_id=about.name,
                required=about.needs_some,
                min_values=about.low,
                max_values=high,
                options=[
                    discord.CheckboxGroupOption(label=label, default=default)
                    for label, default in shown.items()
                ],
            )
        return discord.ui.Select(
            custom_id=about.name,
            required=about.needs_some,
            min_values=about.low,
            max_values=high,
            options=[discord.SelectOption(label=label, default=default) for label, default in shown.items()],
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        given = [self._options[each] for each in item.values]
        return self._collect(given) if given else self._about.none_chosen(value, self._collect)


class Box:
    """Yes or no."""

    def __init__(self, about: About) -> None:
        self._about = about

    def item(self, value: Any) -> Item:
        return discord.ui.Checkbox(custom_id=self._about.name, default=bool(value))

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        return item.value


def _is(option: Any, value: Any) -> bool:
    """Whether a value of the field is this option; an enum's member may be kept as its value."""
    if type(option) is type(value):
        return option == value
    return isinstance(option, enum.Enum) and type(option.value) is type(value) and option.value == value
