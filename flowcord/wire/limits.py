"""Discord's limits, checked on the payload before it is sent. All violations are named, each with its place.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections.abc import Iterable

from flowcord.wire.payload import Payload

__all__ = ("check_form", "check_rows", "check_screen")

_CONTENT, _EMBEDS, _EMBED_TEXT, _ROWS, _ROW_LENGTH = 2000, 10, 6000, 5, 5
_LABEL, _URL, _FIELDS = 80, 512, 25
_EMBED_PARTS = (("title", 256), ("description", 4096), ("footer", 2048), ("author", 256))
_NESTED = {"footer": "text", "author": "name"}
_TITLE, _ITEMS = 45, 5
_BUTTON = 2
_LABEL_PARTS = (("label", 45), ("description", 100))
_INPUT_PARTS = (("label", 45), ("placeholder", 100), ("value", 4000))


def check_screen(payload: Payload, menu: str, *, known_rows: bool = False) -> list[str]:
    """Every limit that a message of content, embeds and rows breaks; empty when it may be sent.

    `known_rows` are those that were checked before, when they were compiled.
    """
    found: list[str] = []
    content, embeds, rows = payload["content"], payload["embeds"], payload["components"]
    if not content and not embeds and not rows:
        found.append(f"{menu}: an empty message: render returned no content, embed or component")
    if len(content) > _CONTENT:
        _over(found, f"{menu} → content", len(content), _CONTENT)
    if embeds:
        _embeds(found, embeds, menu)
    if not known_rows:
        found += check_rows(rows, menu)
    return found


def check_rows(rows: list[Payload], menu: str) -> list[str]:
    """Every limit that rows of components break."""
    found: list[str] = []
    if len(rows) > _ROWS:
        found.append(f"{menu}: {len(rows)} rows of components, and Discord takes {_ROWS}")
    for index, row in enumerate(rows):
        _row(found, row["components"], f"{menu} → row {index + 1}")
    return found


def check_form(payload: Payload, form: str) -> list[str]:
    """Every limit that a modal of text inputs breaks."""
    found: list[str] = []
    title, items = payload["title"], payload["components"]
    if not title:
        found.append(f"{form}: a form without a title")
    if len(title) > _TITLE:
        _over(found, f"{form} → title", len(title), _TITLE)
    if not 1 <= len(items) <= _ITEMS:
        found.append(f"{form}: {len(items)} items, and Discord takes 1 to {_ITEMS}")
    for index, item in enumerate(items):
        path = f"{form} → item {index + 1}"
        _texts(found, item, path, _LABEL_PARTS)
        for part in (*item.get("components", ()), *([item["component"]] if "component" in item else ())):
            _texts(found, part, path, _INPUT_PARTS)
    return found


def _texts(found: list[str], part: Payload, path: str, limits: Iterable[tuple[str, int]]) -> None:
    for name, limit in limits:
        text = part.get(name)
        if isinstance(text, str) and len(text) > limit:
            _over(found, f"{path} → {name}", len(text), limit)


def _embeds(found: list[str], embeds: list[Payload], menu: str) -> None:
    if len(embeds) > _EMBEDS:
        found.append(f"{menu}: {len(embeds)} embeds, and Discord takes {_EMBEDS}")
    total = 0
    for index, embed in enumerate(embeds):
        total += _embed(found, embed, menu, index)
    if total > _EMBED_TEXT:
        _over(found, f"{menu} → all embeds together", total, _EMBED_TEXT)


def _embed(found: list[str], embed: Payload, menu: str, index: int) -> int:
    """Check one embed; the characters it adds to the sum of all."""
    path = f"{menu} → Embed[{index}]"
    total = 0
    for name, limit in _EMBED_PARTS:
        value = embed.get(name)
        if value:
            text = value if isinstance(value, str) else value.get(_NESTED[name]) or ""
            total += len(text)
            if len(text) > limit:
                _over(found, f"{path} → {name}", len(text), limit)
    fields = embed.get("fields")
    if fields:
        if len(fields) > _FIELDS:
            found.append(f"{path}: {len(fields)} fields, and Discord takes {_FIELDS}")
        for index, field in enumerate(fields):
            total += len(field["name"]) + len(field["value"])
            if len(field["name"]) > 256:
                _over(found, f"{path} → fields[{index}] → name", len(field["name"]), 256)
            if len(field["value"]) > 1024:
                _over(found, f"{path} → fields[{index}] → value", len(field["value"]), 1024)
    return total


def _row(found: list[str], buttons: list[Payload], path: str) -> None:
    if not buttons:
        found.append(f"{path}: an empty row")
    if len(buttons) > _ROW_LENGTH:
        found.append(f"{path}: {len(buttons)} buttons, and Discord takes {_ROW_LENGTH} a row")
    for button in buttons:
        if button["type"] != _BUTTON:
            continue
        label = button.get("label")
        if label is not None and len(label) > _LABEL:
            _over(found, f"{path} → Button {label[:20]!r}… → label", len(label), _LABEL)
        if not label and not button.get("emoji"):
            found.append(f"{path}: a button without label and emoji")
        url = button.get("url")
        if url is not None and len(url) > _URL:
            _over(found, f"{path} → Button {label!r} → url", len(url), _URL)


def _over(found: list[str], path: str, length: int, limit: int) -> None:
    found.append(f"{path}: {length} characters, and Discord takes {limit}")
