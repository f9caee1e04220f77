"""A member who calls every command and presses and chooses everything, as no reader has the patience to."""

from __future__ import annotations

import re

from flowcord.testing import Harness, ModalField, ShownMessage

__all__ = ("explore",)

#: A button's label; or a select's placeholder, and the label of an option.
Step = str | tuple[str, str]
Way = tuple[Step, ...]
_AT_MOST = 25
_IN_A_ROW = 5
_TEXT_INPUT = 4


async def explore(harness: Harness, command: str) -> None:
    """Press every button, and choose every option, of every screen that `command` leads to.

    Then the menus time out.

    Each is pressed again and again while it is there; a modal is submitted with a word in every empty text.
    Two screens are the same if they differ only in numbers and in how often something is repeated. A word is
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
        for step in _steps(screen):
            again = await _follow(harness, command, way)
            for _ in range(_IN_A_ROW):
                if again is not None and step in _steps(again):
                    await _take(harness, again, step)
            ways.append((*way, step))
    await harness.advance(3600)


def _look(screen: ShownMessage) -> str:
    return re.sub(r"(.+?)\1+", r"\1", re.sub(r"[\d, ]+", "#", repr(screen)))


async def _follow(harness: Harness, command: str, way: Way) -> ShownMessage | None:
    """Call the command anew and take these steps; `None` when one is not there this time."""
    shown = (await harness.slash(command)).message
    for step in way:
        if not shown.live or step not in _steps(shown):
            return None
        await _take(harness, shown, step)
    return shown


async def _take(harness: Harness, shown: ShownMessage, step: Step) -> None:
    if isinstance(step, tuple):
        result = await harness.select(step[1], of=step[0], on=shown)
    else:
        result = await harness.click(step, on=shown)
    modal = result.query_modal()
    if modal is not None:
        written = {field.label: _word(field) for field in modal.fields if field.kind == _TEXT_INPUT}
        result = await harness.submit(written)
    assert result.acknowledged, f"{step} got no answer"


def _steps(screen: ShownMessage) -> list[Step]:
    """What can be pressed, by labels of which there is one, and what can be chosen one at a time."""
    usable = [button for button in screen.buttons if button.custom_id is not None and not button.disabled]
    labels = [button.label for button in usable if button.label and screen.labels.count(button.label) == 1]
    selects = [each for each in screen.selects if not each.disabled and each.data.get("min_values", 1) <= 1]
    return [*labels, *((each.placeholder or "", option) for each in selects for option in each.options)]


def _word(field: ModalField) -> str:
    """What stands in the field, or a word, or a date where it asks for one."""
    return field.value or ("2030-01-02" if "YYYY" in field.data.get("placeholder", "") else "word")
