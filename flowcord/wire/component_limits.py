"""Discord's limits of a message's components, each violation with the path of what breaks it.

https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flowcord.wire.option_limits import check_bounds, check_options, check_text
from flowcord.wire.payload import Payload

__all__ = ("Inside", "check_components", "walk")

_ROW, _BUTTON, _SELECT, _SECTION, _TEXT, _THUMBNAIL, _GALLERY, _FILE = 1, 2, 3, 9, 10, 11, 12, 13
_CONTAINER = 17
_SELECTS = {_SELECT: "Select", 5: "UserSelect", 6: "RoleSelect", 7: "MentionableSelect", 8: "ChannelSelect"}
_NAMES = {
    **_SELECTS,
    _ROW: "ActionRow",
    _BUTTON: "Button",
    4: "TextInput",
    _SECTION: "Section",
    _TEXT: "TextDisplay",
    _THUMBNAIL: "Thumbnail",
    _GALLERY: "MediaGallery",
    _FILE: "File",
    14: "Separator",
    _CONTAINER: "Container",
    18: "Label",
    19: "FileUpload",
    21: "RadioGroup",
    22: "CheckboxGroup",
    23: "Checkbox",
}
_IN_ROW = frozenset({_BUTTON, *_SELECTS})
_IN_CONTAINER = frozenset({_ROW, _SECTION, _TEXT, _GALLERY, _FILE, 14})
#: What may stand where, at the top level of either kind of message.
_TOP = {"Screen": frozenset({_ROW}), "Layout": _IN_CONTAINER | {_CONTAINER}}
_ROW_LENGTH, _SECTION_TEXTS, _GALLERY_ITEMS, _OPTIONS = 5, 3, 10, 25
_LABEL, _URL, _ID, _PLACEHOLDER, _ALT_TEXT = 80, 512, 100, 150, 1024
_LINK, _PREMIUM = 5, 6
_SAID = 20  # characters of a label that are enough to find it


class Inside(NamedTuple):
    """What components stand in: a `what` at this path.

    `origins` gives, by the identity of a payload, the number of its item among those of the `what`; what
    has none, such as a row that was made for bare buttons, has no place of its own in a path.
    """

    path: str
    what: str
    origins: Mapping[int, int]
    #: The names of the files that the message has.
    files: frozenset[str] = frozenset()

    def path_of(self, component: Payload) -> str:
        """The path of one of the components, without its own name."""
        index = self.origins.get(id(component))
        return self.path if index is None else f"{self.path} → {self.what}[{index}]"

    def within(self, component: Payload, what: str) -> Inside:
        """Inside of one of the components."""
        return self._replace(path=self.path_of(component), what=what)


def check_components(components: Sequence[Payload], inside: Inside) -> list[str]:
    """Every limit that these components of a message, and those within them, break."""
    found: list[str] = []
    _check(found, components, inside, _TOP[inside.what])
    return found


def walk(components: Sequence[Payload]) -> Iterator[Payload]:
    """These components and all within them."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]


def _check(found: list[str], components: Sequence[Payload], inside: Inside, allowed: frozenset[int]) -> None:
    for component in components:
        kind = component["type"]
        if kind not in allowed:
            remedy = ": give a Layout" if inside.what == "Screen" else ""
            found.append(f"{_path(component, inside)}: it cannot stand in a {inside.what}{remedy}")
        elif kind == _BUTTON:
            _button(found, component, inside)
        elif kind == _ROW:
            _row(found, component, inside)
        elif kind in _SELECTS:
            _select(found, component, inside)
        elif kind == _CONTAINER:
            if not component["components"]:
                found.append(f"{_path(component, inside)}: an empty container")
            _check(found, component["components"], inside.within(component, "Container"), _IN_CONTAINER)
        elif kind == _SECTION:
            _section(found, component, inside)
        elif kind == _TEXT and not component["content"]:
            found.append(f"{_path(component, inside)}: an empty text")
        elif kind == _GALLERY:
            _gallery(found, component, inside)
        elif kind == _FILE:
            _media(found, component["file"], _path(component, inside), inside)


def _row(found: list[str], row: Payload, inside: Inside) -> None:
    items = row["components"]
    if not items:
        found.append(f"{_path(row, inside)}: an empty row")
    if len(items) > _ROW_LENGTH:
        found.append(
            f"{_path(row, inside)}: {len(items)} buttons, and Discord takes {_ROW_LENGTH} a row: "
            "without a row of their own they fill as many as they need, in paginate(...) also pages"
        )
    if len(items) > 1 and any(item["type"] in _SELECTS for item in items):
        found.append(f"{_path(row, inside)}: a select stands alone in its row")
    # A row that was made for bare buttons is none of the developer's: they stand where it does.
    own = id(row) in inside.origins
    _check(found, items, inside.within(row, "ActionRow") if own else inside, _IN_ROW)


def _button(found: list[str], button: Payload, inside: Inside) -> None:
    label, url, style = button.get("label"), button.get("url"), button["style"]
    if style == _PREMIUM:
        if "sku_id" not in button or label or button.get("emoji"):
            found.append(f"{_path(button, inside)}: a premium button has a sku_id, and no label or emoji")
        return
    if not label and not button.get("emoji"):
        found.append(f"{_path(button, inside)}: a button without label and emoji")
    if label is not None and len(label) > _LABEL:
        check_text(found, f"{_path(button, inside)} → label", label, _LABEL)
    if style == _LINK and not url:
        found.append(f"{_path(button, inside)}: a link without url")
    if url is not None and len(url) > _URL:
        check_text(found, f"{_path(button, inside)} → url", url, _URL)
    if len(button.get("custom_id", "")) > _ID:
        check_text(found, f"{_path(button, inside)} → custom_id", button["custom_id"], _ID)


def _select(found: list[str], select: Payload, inside: Inside) -> None:
    path = _path(select, inside)
    check_text(found, f"{path} → placeholder", select.get("placeholder"), _PLACEHOLDER)
    check_text(found, f"{path} → custom_id", select.get("custom_id"), _ID)
    count = None
    if select["type"] == _SELECT:
        count = len(select.get("options", ()))
        check_options(found, path, select.get("options", ()), 1, _OPTIONS)
    check_bounds(found, path, select, _OPTIONS, count)


def _section(found: list[str], section: Payload, inside: Inside) -> None:
    path = _path(section, inside)
    texts = section["components"]
    if not 1 <= len(texts) <= _SECTION_TEXTS:
        found.append(f"{path}: {len(texts)} texts, and Discord takes 1 to {_SECTION_TEXTS}")
    within = inside._replace(path=path, what="Section", origins={})
    _check(found, texts, within, frozenset({_TEXT}))
    accessory = section["accessory"]
    _check(found, (accessory,), within, frozenset({_BUTTON, _THUMBNAIL}))
    if accessory["type"] == _THUMBNAIL:
        _media(found, accessory["media"], f"{path} → Thumbnail", inside)
        check_text(found, f"{path} → Thumbnail → description", accessory.get("description"), _ALT_TEXT)


def _gallery(found: list[str], gallery: Payload, inside: Inside) -> None:
    path, items = _path(gallery, inside), gallery["items"]
    if not 1 <= len(items) <= _GALLERY_ITEMS:
        found.append(f"{path}: {len(items)} items, and Discord takes 1 to {_GALLERY_ITEMS}")
    for index, item in enumerate(items):
        _media(found, item["media"], f"{path} → item {index + 1}", inside)
        check_text(found, f"{path} → item {index + 1} → description", item.get("description"), _ALT_TEXT)


def _media(found: list[str], media: Payload, path: str, inside: Inside) -> None:
    """What is shown of the message's own files has to be one of them."""
    scheme, _, name = media["url"].partition("://")
    if scheme == "attachment" and name not in inside.files:
        found.append(f"{path}: no file of this message is named {name!r}: give it in files=")


def _path(component: Payload, inside: Inside) -> str:
    """The path of a component, with its own name and what it says."""
    said: str = component.get("label") or component.get("placeholder") or ""
    if not said and component.get("emoji"):
        said = component["emoji"]["name"]
    name = _NAMES.get(component["type"], f"component of type {component['type']}")
    if said:
        name += f" {said!r}" if len(said) <= _SAID else f" {said[:_SAID]!r}…"
    return f"{inside.path_of(component)} → {name}"
