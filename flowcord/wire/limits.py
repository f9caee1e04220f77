"""Discord's limits of messages, checked on the payload before it is sent. All violations are named.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowcord.wire.component_limits import Inside, check_components, walk
from flowcord.wire.option_limits import check_text
from flowcord.wire.payload import Payload

__all__ = ("check_layout", "check_rows", "check_screen", "fits_above")

_CONTENT, _EMBEDS, _EMBED_TEXT, _ROWS, _FIELDS, _FILES = 2000, 10, 6000, 5, 25, 10
_COMPONENTS, _TEXTS = 40, 4000
_EMBED_PARTS = (("title", 256), ("description", 4096), ("footer", 2048), ("author", 256))
_NESTED = {"footer": "text", "author": "name"}
_BUTTON, _TEXT = 2, 10
_PAGINATE = ": paginate(...) shows buttons page by page"


def check_screen(
    payload: Payload, menu: str, files: Sequence[str] = (), origins: Mapping[int, int] | None = None
) -> list[str]:
    """Every limit that a message of content, embeds, rows and files (by name) breaks.

    `origins` says where the rows' items came from; without it, the rows are known to be within limits.
    """
    found = _files(files, menu)
    content, embeds, rows = payload["content"], payload["embeds"], payload["components"]
    if not content and not embeds and not rows and not files:
        found.append(f"{menu}: an empty message: render returned no content, embed, component or file")
    check_text(found, f"{menu} → content", content, _CONTENT)
    if embeds:
        _embeds(found, embeds, menu)
    if origins is not None:
        found += check_rows(rows, menu, origins)
    return found


def check_rows(rows: Sequence[Payload], menu: str, origins: Mapping[int, int]) -> list[str]:
    """Every limit that a screen's rows break."""
    found: list[str] = []
    if len(rows) > _ROWS:
        found.append(f"{menu}: {len(rows)} rows of components, and Discord takes {_ROWS}{_paginate(rows)}")
    return found + check_components(rows, Inside(menu, "Screen", origins))


def check_layout(
    components: Sequence[Payload], menu: str, files: Sequence[str], origins: Mapping[int, int]
) -> list[str]:
    """Every limit that a layout of these components and files (by name) breaks; `origins` as above."""
    found = _files(files, menu)
    if not components:
        found.append(f"{menu}: an empty message: render returned a Layout of nothing")
    count, texts = _measure(components)
    if count > _COMPONENTS:
        found.append(
            f"{menu} → Layout: {count} components, nested ones included, and Discord takes {_COMPONENTS}"
            + _paginate(components)
        )
    if texts > _TEXTS:
        found.append(f"{menu} → Layout: {texts} characters in all texts, and Discord takes {_TEXTS}")
    return found + check_components(components, Inside(menu, "Layout", origins, frozenset(files)))


def fits_above(components: Sequence[Payload], added: Payload) -> bool:
    """Whether a layout within its limits is so with one more text, too."""
    count, texts = _measure((*components, added))
    return count <= _COMPONENTS and texts <= _TEXTS


def _files(names: Sequence[str], menu: str) -> list[str]:
    """What is wrong with the files of these names: there are too many, or two would be taken for one."""
    if not names:
        return []
    found: list[str] = []
    if len(names) > _FILES:
        found.append(f"{menu}: {len(names)} files, and Discord takes {_FILES}")
    twice = sorted({name for name in names if names.count(name) > 1})
    return found + [f"{menu}: two files are named {name!r}" for name in twice]


def _measure(components: Sequence[Payload]) -> tuple[int, int]:
    """How many components there are, nested ones included, and the characters of their texts."""
    count = texts = 0
    for component in walk(components):
        count += 1
        if component["type"] == _TEXT:
            texts += len(component["content"])
    return count, texts


def _paginate(components: Sequence[Payload]) -> str:
    """The remedy, where it is buttons that are too many."""
    buttons = sum(each["type"] == _BUTTON for each in walk(components))
    return _PAGINATE if buttons > 5 else ""


def _embeds(found: list[str], embeds: list[Payload], menu: str) -> None:
    if len(embeds) > _EMBEDS:
        found.append(f"{menu}: {len(embeds)} embeds, and Discord takes {_EMBEDS}")
    total = 0
    for index, embed in enumerate(embeds):
        total += _embed(found, embed, menu, index)
    if total > _EMBED_TEXT:
        found.append(f"{menu} → all embeds together: {total} characters, and Discord takes {_EMBED_TEXT}")


def _embed(found: list[str], embed: Payload, menu: str, index: int) -> int:
    """Check one embed; the characters it adds to the sum of all."""
    path = f"{menu} → Embed[{index}]"
    total = 0
    for name, limit in _EMBED_PARTS:
        value = embed.get(name)
        if value:
            text = value if isinstance(value, str) else value.get(_NESTED[name]) or ""
            total += len(text)
            check_text(found, f"{path} → {name}", text, limit)
    fields = embed.get("fields")
    if fields:
        if len(fields) > _FIELDS:
            found.append(f"{path}: {len(fields)} fields, and Discord takes {_FIELDS}")
        for index, field in enumerate(fields):
            total += len(field["name"]) + len(field["value"])
            check_text(found, f"{path} → fields[{index}] → name", field["name"], 256)
            check_text(found, f"{path} → fields[{index}] → value", field["value"], 1024)
    return total
