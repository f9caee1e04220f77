"""A message as a user sees it, with its buttons and selects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import discord

from flowcord.testing.book import MessageRecord, walk
from flowcord.testing.finders import Text, contains, names, only, pick
from flowcord.testing.payloads import Payload

__all__ = ("ShownButton", "ShownMessage", "ShownSelect")

_BUTTON = 2
_SELECTS = (3, 5, 6, 7, 8)
_TEXT_DISPLAY = 10


@dataclass(frozen=True)
class ShownButton:
    """A button of a message."""

    data: Payload

    @property
    def label(self) -> str | None:
        return self.data.get("label")

    @property
    def emoji(self) -> str | None:
        emoji = self.data.get("emoji")
        return None if emoji is None else emoji.get("name")

    @property
    def custom_id(self) -> str | None:
        """`None` for link and premium buttons."""
        return self.data.get("custom_id")

    @property
    def url(self) -> str | None:
        return self.data.get("url")

    @property
    def style(self) -> discord.ButtonStyle:
        return discord.ButtonStyle(self.data["style"])

    @property
    def disabled(self) -> bool:
        return bool(self.data.get("disabled"))

    def __repr__(self) -> str:
        text = repr(self.label if self.label is not None else self.emoji)
        return f"{text} (disabled)" if self.disabled else text


@dataclass(frozen=True)
class ShownSelect:
    """A select of a message, of any kind."""

    data: Payload

    @property
    def placeholder(self) -> str | None:
        return self.data.get("placeholder")

    @property
    def custom_id(self) -> str:
        return self.data["custom_id"]

    @property
    def disabled(self) -> bool:
        return bool(self.data.get("disabled"))

    @property
    def options(self) -> dict[str, str]:
        """Labels and values of a string select."""
        return {each["label"]: each["value"] for each in self.data.get("options") or ()}

    @property
    def selected(self) -> list[str]:
        """The labels that are shown as chosen."""
        return [each["label"] for each in self.data.get("options") or () if each.get("default")]

    def __repr__(self) -> str:
        kind = discord.ComponentType(self.data["type"]).name
        return f"{kind} {self.placeholder!r} {list(self.options)}"


class ShownMessage:
    """A message in a channel, as it is now: it follows the edits. `picture()` keeps a moment."""

    def __init__(self, record: MessageRecord, data: Payload | None = None) -> None:
        self.record = record
        self._data = data

    @property
    def data(self) -> Payload:
        """Discord's JSON."""
        return self.record.data if self._data is None else self._data

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def ephemeral(self) -> bool:
        return self.record.ephemeral

    @property
    def deleted(self) -> bool:
        return self.record.deleted

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return self.record.edits

    @property
    def flags(self) -> discord.MessageFlags:
        flags = discord.MessageFlags()
        flags.value = self.data["flags"]
        return flags

    def picture(self) -> ShownMessage:
        """This message as it looks now, for clicks on a picture that has changed meanwhile."""
        return ShownMessage(self.record, copy.deepcopy(self.data))

    # Text ------------------------------------------------------------------------------------------

    @property
    def content(self) -> str:
        return self.data["content"]

    @property
    def embeds(self) -> list[discord.Embed]:
        return [discord.Embed.from_dict(each) for each in self.data["embeds"]]

    @property
    def title(self) -> str | None:
        """The title of the first embed."""
        return self.embeds[0].title if self.embeds else None

    @property
    def description(self) -> str | None:
        """The description of the first embed."""
        return self.embeds[0].description if self.embeds else None

    @property
    def texts(self) -> list[str]:
        """All it says: content, the parts of its embeds, text displays; in this order."""
        return list(self._texts())

    def _texts(self) -> Iterator[str]:
        parts: list[str | None] = [self.content]
        for embed in self.embeds:
            parts += [embed.title, embed.description]
            parts += [part for each in embed.fields for part in (each.name, each.value)]
            parts += [embed.author.name, embed.footer.text]
        yield from filter(None, parts)
        for component in walk(self.data["components"]):
            if component["type"] == _TEXT_DISPLAY:
                yield component["content"]

    def has_text(self, text: Text) -> bool:
        """Whether `text` stands somewhere in content, embeds or text displays."""
        return self.find_text(text) is not None

    def find_text(self, text: Text) -> str | None:
        """The first of `texts` that contains `text`, or `None`."""
        return next((each for each in self.texts if contains(text, each)), None)

    def get_text(self, text: Text) -> str:
        """As `find_text`. Raises `NotShownError` with what the message says."""
        return only(self.find_text(text), f"text {text!r}", self.texts)

    # Components ------------------------------------------------------------------------------------

    @property
    def buttons(self) -> list[ShownButton]:
        return [ShownButton(each) for each in walk(self.data["components"]) if each["type"] == _BUTTON]

    @property
    def selects(self) -> list[ShownSelect]:
        return [ShownSelect(each) for each in walk(self.data["components"]) if each["type"] in _SELECTS]

    @property
    def labels(self) -> list[str | None]:
        """The labels of its buttons, in order."""
        return [button.label for button in self.buttons]

    @property
    def live(self) -> bool:
        """Whether anything on it can be clicked or selected."""
        usable = [*self.buttons, *self.selects]
        return not self.deleted and any(each.custom_id and not each.disabled for each in usable)

    def query_button(self, label: Text | None = None, *, custom_id: Text | None = None) -> ShownButton | None:
        """The button with this label (or emoji, if it has no label), or `None`."""

        def fits(button: ShownButton) -> bool:
            text = button.label if button.label is not None else button.emoji
            return (label is None or names(label, text)) and (
                custom_id is None or names(custom_id, button.custom_id)
            )

        return pick(self.buttons, fits, "buttons")

    def get_button(self, label: Text | None = None, *, custom_id: Text | None = None) -> ShownButton:
        """As `query_button`. Raises `NotShownError` with the buttons that are there."""
        wanted = label if label is not None else custom_id
        return only(self.query_button(label, custom_id=custom_id), f"button {wanted!r}", self.buttons)

    def query_select(self, of: Text | None = None) -> ShownSelect | None:
        """The select with this placeholder or custom id, or the only one; `None` if there is none."""

        def fits(select: ShownSelect) -> bool:
            return of is None or names(of, select.placeholder) or names(of, select.custom_id)

        return pick(self.selects, fits, "selects")

    def get_select(self, of: Text | None = None) -> ShownSelect:
        """As `query_select`. Raises `NotShownError` with the selects that are there."""
        return only(self.query_select(of), f"select {of!r}" if of is not None else "select", self.selects)

    def __repr__(self) -> str:
        kind = "ephemeral message" if self.ephemeral else "message"
        return f"<{kind} {' | '.join(self.texts)!r} {self.buttons}>"
