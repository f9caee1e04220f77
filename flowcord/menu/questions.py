"""Questions: how a form asks for one field of a model, and what the user's answer says of it.

A question makes the item that is shown, filled with a value the field may have, and reads the value back
from the item when that was submitted.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Protocol

import discord
from discord import app_commands
from pydantic import SecretBytes, SecretStr, TypeAdapter, ValidationError

__all__ = (
    "LEFT_OUT",
    "MAX_BOXES",
    "MAX_FILES",
    "MAX_OPTIONS",
    "MAX_TEXT",
    "About",
    "AnyOf",
    "Box",
    "Files",
    "Objects",
    "OneOf",
    "Question",
    "Text",
    "ToUser",
)

#: https://discord.com/developers/docs/components/reference: options of a select, boxes of a checkbox group,
#: files of an upload, characters of a text input.
MAX_OPTIONS, MAX_BOXES, MAX_FILES, MAX_TEXT = 25, 10, 10, 4000
#: Up to so many options stand side by side; more fold into a select.
_MAX_RADIOS = 5
_FORMATS: Mapping[Any, str] = {date: "YYYY-MM-DD", datetime: "YYYY-MM-DD HH:MM", time: "HH:MM"}

Item = discord.ui.Item[Any]
#: The user that a member of a server is, which discord.py tells nobody.
ToUser = Callable[[discord.Member], discord.User]


class _LeftOut(enum.Enum):
    LEFT_OUT = "left out"


#: The answer says nothing: the model's default decides.
LEFT_OUT: Final = _LeftOut.LEFT_OUT


@dataclass(frozen=True, slots=True)
class About:
    """What holds for a field whatever its type: must it be given, may it be `None`, how long may it be."""

    name: str
    required: bool
    nullable: bool
    low: int = 0
    high: int | None = None

    @property
    def nothing(self) -> Any:
        """What an empty answer says of a field that has no empty value."""
        return None if self.nullable else LEFT_OUT

    @property
    def needs_some(self) -> bool:
        """Whether at least one of several has to be chosen."""
        return self.required and self.low > 0

    def most(self, limit: int) -> int:
        """How many may be chosen, where Discord takes `limit`."""
        return limit if self.high is None else max(1, min(self.high, limit))

    def none_chosen(self, value: Any, collect: Callable[[Any], Any] | None) -> Any:
        """What it says that nothing was chosen where `value` was shown: one, or (with `collect`) several."""
        if value is not None and not value:
            return value
        return self.nothing if collect is None or self.nullable or self.low else collect(())


class Question(Protocol):
    """One field's item, and its answer."""

    def item(self, value: Any) -> Item:
        """A fresh item that shows `value`; empty for `None`."""
        ...

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        """What was submitted in an item that showed `value`: a value for the model, or `LEFT_OUT`."""
        ...


class Text:
    """A text, or whatever the model reads from a text. `parse` for a strict model, which reads nothing."""

    def __init__(self, about: About, kind: Any, *, style: discord.TextStyle, parse: bool) -> None:
        self._about = about
        self._kind = kind
        self._style = style
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)
        self._parse = parse and kind is not str

    def item(self, value: Any) -> Item:
        about, text = self._about, self._spell(value)
        several_lines = text is not None and "\n" in text
        return discord.ui.TextInput(
            custom_id=about.name,
            style=discord.TextStyle.paragraph if several_lines else self._style,
            default=text,
            placeholder=_FORMATS.get(self._kind),
            required=about.required,
            min_length=about.low or None,
            max_length=None if about.high is None else min(about.high, MAX_TEXT),
        )

    def _spell(self, value: Any) -> str | None:
        if value is None or isinstance(value, SecretStr | SecretBytes):
            return None
        if isinstance(value, str) and not isinstance(value, enum.Enum):
            return value
        if isinstance(value, int | float):
            return str(value)
        spelled = self._adapter.dump_python(value, mode="json", warnings="none")
        return None if spelled is None else str(spelled)

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        text: str = item.value
        if not text:
            about = self._about  # an empty text is a text, where the field may have one, or had
            is_text = self._kind is str and not about.nullable and not about.low
            return "" if is_text or value == "" else about.nothing
        if self._parse:
            try:
                return self._adapter.validate_strings(text)
            except ValidationError:
                return text  # the model says what is wrong with it
        return text


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
        if len(shown) <= MAX_BOXES:
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


class Objects:
    """Users, roles or channels; `collect` is `None` for a single one."""

    def __init__(
        self,
        about: About,
        select: Callable[..., Item],
        kinds: tuple[type, ...],
        collect: Callable[[Any], Any] | None,
    ) -> None:
        self._about = about
        self._select = select
        self._kinds = kinds
        self._collect = collect

    def item(self, value: Any) -> Item:
        about, shown = self._about, () if value is None else value if self._collect else (value,)
        return self._select(
            custom_id=about.name,
            required=about.needs_some if self._collect else about.required,
            min_values=about.low if self._collect else int(about.required),
            max_values=about.most(MAX_OPTIONS) if self._collect else 1,
            default_values=list(shown),
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        given = [self._fit(each, to_user) for each in item.values]
        if not given:
            return self._about.none_chosen(value, self._collect)
        return given[0] if self._collect is None else self._collect(given)

    def _fit(self, given: Any, to_user: ToUser) -> Any:
        """What the field wants of what Discord resolved; the model says so if that is not to be had."""
        if isinstance(given, self._kinds):
            return given
        if isinstance(given, app_commands.AppCommandChannel | app_commands.AppCommandThread):
            return given.resolve() or given
        if isinstance(given, discord.Member) and discord.User in self._kinds:
            return to_user(given)
        return given


class Files:
    """Files; `collect` is `None` for a single one. One that was given before is kept if none is added."""

    def __init__(self, about: About, collect: Callable[[Any], Any] | None) -> None:
        self._about = about
        self._collect = collect

    def item(self, value: Any) -> Item:
        about = self._about
        required = (about.needs_some if self._collect else about.required) and not value
        return discord.ui.FileUpload(
            custom_id=about.name,
            required=required,
            min_values=max(1, about.low) if required else 0,
            max_values=about.most(MAX_FILES) if self._collect else 1,
        )

    def read(self, item: Any, value: Any, to_user: ToUser) -> Any:
        if not item.values:
            return value or self._about.none_chosen(value, self._collect)
        return item.values[0] if self._collect is None else self._collect(item.values)


def _is(option: Any, value: Any) -> bool:
    """Whether a value of the field is this option; an enum's member may be kept as its value."""
    if type(option) is type(value):
        return option == value
    return isinstance(option, enum.Enum) and type(option.value) is type(value) and option.value == value
