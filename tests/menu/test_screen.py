"""What a screen is made of: wrong kinds are refused where the screen is made."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest

from flowcord import Button, DefinitionError, Screen, close


@pytest.mark.parametrize("content", [discord.Embed(title="Shop"), 42, ["Shop"]])
def test_content_is_a_text(content: Any) -> None:
    with pytest.raises(DefinitionError, match="the content of a Screen is a text, not "):
        Screen(content)


@pytest.mark.parametrize(
    "parts",
    [
        {"embeds": discord.Embed(title="Shop")},
        {"components": Button("Close", action=close())},
        {"files": discord.File(io.BytesIO(b""), "nothing.txt")},
    ],
)
def test_embeds_components_and_files_are_lists(parts: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="components and files of a Screen are lists, not "):
        Screen("Shop", **parts)
