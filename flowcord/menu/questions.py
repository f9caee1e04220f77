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
from pydantic import SecretBytes, SecretStr, TypeAdapter, ValidationError

__all__ = (
    "LEFT_OUT",
    "MAX_TEXT",
    "About",
    "Item",
    "Question",
    "Text",
    "ToUser",
)

#: Characters: https://discord.com/developers/docs/components/reference#text-input
MAX_TEXT = 4000
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
