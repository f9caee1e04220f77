"""Discord's limits of what selects and the choices of forms have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowcord.wire.payload import Payload

__all__ = ("check_bounds", "check_options", "check_text")

_TEXT = 100


def check_text(found: list[str], path: str, text: Any, limit: int) -> None:
    """A text of `limit` characters at most, if there is one."""
    if isinstance(text, str) and len(text) > limit:
        found.append(f"{path}: {len(text)} characters, and Discord takes {limit}")


def check_options(found: list[str], path: str, options: Sequence[Payload], least: int, most: int) -> None:
    """Between `least` and `most` options, each with a value of its own."""
    if not least <= len(options) <= most:
        found.append(f"{path}: {len(options)} options, and Discord takes {least} to {most}")
    values: set[str] = set()
    for index, option in enumerate(options):
        label, value = option["label"], option["value"]
        if not label or not value:
            found.append(f"{path} → option {index + 1}: it needs a label and a value")
        check_text(found, f"{path} → option {index + 1} → label", label, _TEXT)
        check_text(found, f"{path} → option {index + 1} → value", value, _TEXT)
        check_text(found, f"{path} → option {index + 1} → description", option.get("description"), _TEXT)
        if value in values:
            found.append(f"{path} → option {index + 1}: the value {value!r} is that of another option")
        values.add(value)


def check_bounds(found: list[str], path: str, choice: Payload, most: int, options: int | None) -> None:
    """How many may be chosen: 0 to `most`, and no more than there are options to choose from."""
    lower, upper = choice.get("min_values"), choice.get("max_values")
    lower = 1 if lower is None else lower
    upper = (1 if options is None else max(1, min(options, most))) if upper is None else upper
    if not 0 <= lower <= most or not 1 <= upper <= most:
        found.append(f"{path}: {lower} to {upper} values, and Discord takes 0 to {most}")
    elif lower > upper:
        found.append(f"{path}: min_values {lower} is more than max_values {upper}")
    if options is not None and upper > options:
        found.append(f"{path}: max_values {upper} is more than its {options} options")
