from __future__ import annotations

import re
from typing import Any

import discord
import pytest

from flowcord.testing import NotShownError, ShownMessage
from flowcord.testing.book import COMPONENTS_V2, Book
from flowcord.testing.payloads import Payload

pytestmark = pytest.mark.case("S159")


def shown(body: Payload) -> ShownMessage:
    numbers = iter(range(100, 200))
    book = Book(lambda: next(numbers), lambda: "2026-01-01T00:00:00+00:00")
    return ShownMessage(book.post(1, None, {"id": "2"}, body))


def embedded() -> ShownMessage:
    embed = discord.Embed(title="The title", description="The description")
    embed.add_field(name="Field", value="Value").set_footer(text="Footer").set_author(name="Author")
    return shown({"content": "Content", "embeds": [embed.to_dict()]})


def laid_out() -> ShownMessage:
    view: Any = discord.ui.LayoutView(timeout=None)
    section: Any = discord.ui.Section("In a section", accessory=discord.ui.Button(label="Beside"))
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("In a container"), section))
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Below", disabled=True)))
    return shown({"components": view.to_components(), "flags": COMPONENTS_V2})


@pytest.mark.parametrize(
    "text", ["Content", "title", "description", "Field", "Value", "Footer", "Author", re.compile("^The t")]
)
def test_text_is_found_everywhere_in_content_and_embeds(text: str | re.Pattern[str]) -> None:
    message = embedded()

    assert message.has_text(text)
    assert message.get_text(text) == message.find_text(text)


def test_text_is_found_in_text_displays_at_any_depth() -> None:
    message = laid_out()

    assert message.texts == ["In a container", "In a section"]
    assert message.flags.components_v2


def test_text_that_is_not_there_lists_what_is() -> None:
    message = embedded()

    assert not message.has_text("the title")
    assert message.find_text("nowhere") is None
    with pytest.raises(NotShownError, match="no text 'nowhere'; shown: 'Content', 'The title'"):
        message.get_text("nowhere")


def test_buttons_are_found_at_any_depth() -> None:
    message = laid_out()

    assert message.labels == ["Beside", "Below"]
    assert message.get_button("Below").disabled
    assert message.get_button(custom_id=message.buttons[0].custom_id).label == "Beside"
    assert message.live


def test_query_gives_none_where_get_raises() -> None:
    message = laid_out()

    assert message.query_button("Above") is None
    with pytest.raises(NotShownError, match=r"no button 'Above'; shown: 'Beside', 'Below' \(disabled\)"):
        message.get_button("Above")
    assert message.query_select() is None
    with pytest.raises(NotShownError, match="no select; shown: nothing"):
        message.get_select()


def test_two_that_fit_are_no_answer() -> None:
    with pytest.raises(NotShownError, match="2 buttons fit: 'Beside', 'Below'"):
        laid_out().get_button(re.compile("Be"))


def test_a_button_without_a_label_goes_by_its_emoji() -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(emoji="👍"))
    message = shown({"components": view.to_components()})

    assert message.get_button("👍").label is None


def test_every_component_has_an_id() -> None:
    message = laid_out()

    ids = re.findall(r"'id': (\d+)", str(message.data["components"]))
    assert len(ids) == len(set(ids)) == 7
