"""Discord's limits of a modal, checked on the payload before it is sent; each violation with its place.

https://discord.com/developers/docs/components/reference
https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal
"""

from __future__ import annotations

from flowcord.wire.option_limits import check_bounds, check_options, check_text
from flowcord.wire.payload import Payload

__all__ = ("check_form",)

_ROW, _TEXT_INPUT, _TEXT, _LABEL = 1, 4, 10, 18
_SELECTS = frozenset({3, 5, 6, 7, 8})
_STRING_SELECT, _FILE_UPLOAD, _RADIO, _CHECKBOXES, _CHECKBOX = 3, 19, 21, 22, 23
_CONTROLS = _SELECTS | {_TEXT_INPUT, _FILE_UPLOAD, _RADIO, _CHECKBOXES, _CHECKBOX}

_TITLE, _ITEMS, _LABEL_TEXT, _DESCRIPTION = 45, 5, 45, 100
_VALUE, _INPUT_PLACEHOLDER, _SELECT_PLACEHOLDER = 4000, 100, 150
_SELECT_OPTIONS, _RADIO_OPTIONS, _GROUP_OPTIONS, _FILES = 25, 10, 10, 10


def check_form(payload: Payload, form: str) -> list[str]:
    """Every limit that a modal breaks; empty when it may be sent."""
    found: list[str] = []
    title, items = payload["title"], payload["components"]
    if not title:
        found.append(f"{form}: a form without a title")
    check_text(found, f"{form} → title", title, _TITLE)
    if not 1 <= len(items) <= _ITEMS:
        found.append(f"{form}: {len(items)} items, and Discord takes 1 to {_ITEMS}")
    for index, item in enumerate(items):
        _item(found, item, f"{form} → item {index + 1}")
    return found


def _item(found: list[str], item: Payload, path: str) -> None:
    """What stands at the top level: a label around a control, a text, or (as of old) a row with an input."""
    kind = item["type"]
    if kind == _LABEL:
        if not item.get("label"):
            found.append(f"{path}: a label without a text")
        check_text(found, f"{path} → label", item.get("label"), _LABEL_TEXT)
        check_text(found, f"{path} → description", item.get("description"), _DESCRIPTION)
        _control(found, item["component"], path)
    elif kind == _ROW and all(each["type"] == _TEXT_INPUT for each in item["components"]):
        for control in item["components"]:
            _control(found, control, path)
    elif kind == _TEXT:
        check_text(found, f"{path} → content", item["content"], _VALUE)
        if not item["content"]:
            found.append(f"{path}: an empty text")
    else:
        found.append(f"{path}: what is filled in stands in a discord.ui.Label")


def _control(found: list[str], control: Payload, path: str) -> None:
    kind = control["type"]
    options = control.get("options", ())
    if kind not in _CONTROLS:
        found.append(f"{path}: a form takes text inputs, selects, files, checkboxes and radio buttons")
    elif kind == _TEXT_INPUT:
        _text_input(found, control, path)
    elif kind in _SELECTS:
        check_text(found, f"{path} → placeholder", control.get("placeholder"), _SELECT_PLACEHOLDER)
        count = None
        if kind == _STRING_SELECT:
            count = len(options)
            check_options(found, path, options, 1, _SELECT_OPTIONS)
        check_bounds(found, path, control, _SELECT_OPTIONS, count)
    elif kind == _FILE_UPLOAD:
        check_bounds(found, path, control, _FILES, None)
    elif kind == _RADIO:
        check_options(found, path, options, 2, _RADIO_OPTIONS)
    elif kind == _CHECKBOXES:
        check_options(found, path, options, 1, _GROUP_OPTIONS)
        check_bounds(found, path, control, _GROUP_OPTIONS, len(options))


def _text_input(found: list[str], control: Payload, path: str) -> None:
    check_text(found, f"{path} → label", control.get("label"), _LABEL_TEXT)
    check_text(found, f"{path} → placeholder", control.get("placeholder"), _INPUT_PLACEHOLDER)
    check_text(found, f"{path} → value", control.get("value"), _VALUE)
    least, most = control.get("min_length") or 0, control.get("max_length") or _VALUE
    if most > _VALUE or least > most:
        found.append(f"{path}: {least} to {most} characters asked for, and Discord takes 0 to {_VALUE}")
