"""A member who calls every command and presses every button, as no reader of the docs has the patience to."""

from __future__ import annotations

import re

from flowcord.testing import Harness, ShownMessage

__all__ = ("explore",)

Way = tuple[str, ...]
_AT_MOST = 25
_IN_A_ROW = 5


async def explore(harness: Harness, command: str) -> None:
    """Press every button of every screen that `command` leads to, then let the menus time out.

    Each is pressed again and again while it is there; a modal is submitted with a word in every field. Two
    screens are the same if they differ only in numbers and in how often something is repeated. A word is
    written to the first screen, which may or may not take it.
    """
    await harness.slash(command)
    await harness.send_message("word")
    known: set[str] = set()
    ways: list[Way] = [()]
    while ways:
        way = ways.pop()
        screen = await _follow(harness, command, way)
        if screen is None or (look := _look(screen)) in known:
            continue
        known.add(look)
        assert len(known) <= _AT_MOST, f"/{command} has no end of screens"
        for label in _enabled(screen):
            again = await _follow(harness, command, way)
            for _ in range(_IN_A_ROW):
                if again is not None and label in _enabled(again):
                    await _press(harness, again, label)
            ways.append((*way, label))
    await harness.advance(3600)


def _look(screen: ShownMessage) -> str:
    return re.sub(r"(.+?)\1+", r"\1", re.sub(r"[\d, ]+", "#", repr(screen)))


async def _follow(harness: Harness, command: str, way: Way) -> ShownMessage | None:
    """Call the command anew and press these buttons; `None` when one is not there this time."""
    shown = (await harness.slash(command)).message
    for label in way:
        if not shown.live or label not in _enabled(shown):
            return None
        await _press(harness, shown, label)
    return shown


async def _press(harness: Harness, shown: ShownMessage, label: str) -> None:
    result = await harness.click(label, on=shown)
    modal = result.query_modal()
    if modal is not None:
        result = await harness.submit({field.label: "word" for field in modal.fields})
    assert result.acknowledged, f"{label} got no answer"


def _enabled(shown: ShownMessage) -> list[str]:
    """The labels that can be pressed and of which there is one."""
    usable = [button for button in shown.buttons if button.custom_id is not None and not button.disabled]
    return [button.label for button in usable if button.label and shown.labels.count(button.label) == 1]
