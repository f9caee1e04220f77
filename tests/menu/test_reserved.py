"""Reserved: how FlowCord's own buttons look, decided part by part."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import ButtonStyle

from flowcord import DefinitionError, Look, Reserved, Texts
from flowcord.menu.reserved import ReservedLooks, Role

ROLES: tuple[Role, ...] = ("back", "previous", "counter", "next", "cancel")


def looks(*levels: Reserved, **texts: str) -> ReservedLooks:
    return ReservedLooks(levels, Texts(**texts))  # type: ignore


@pytest.mark.case("S138")
def test_the_reserved_buttons_look_as_discords_users_expect() -> None:
    defaults = looks()
    made = [defaults.button(role) for role in defaults.order]
    assert defaults.order == ROLES
    assert [each["label"] for each in made] == ["Back", "◀", "{page} of {pages}", "▶", "Cancel"]
    assert [each["style"] for each in made] == [2, 2, 2, 2, 4]
    assert all(each["type"] == 2 and not each["disabled"] and "custom_id" not in each for each in made)
    assert not defaults.counter_in_screens


@pytest.mark.case("S138")
def test_each_part_is_decided_by_itself_and_the_first_level_that_says_it_wins() -> None:
    menu = Reserved(back=Look(style=ButtonStyle.primary), next=Look("On"))
    flow = Reserved(back=Look("Return", emoji="🏠", style=ButtonStyle.success), counter_in_screens=True)
    app = Reserved(order=ROLES[::-1], next=Look("Next", emoji="➡"), counter_in_screens=False)
    decided = looks(menu, flow, app, back="Zurück", previous="davor")
    assert decided.order == ROLES[::-1]
    assert decided.counter_in_screens
    back, following = decided.button("back"), decided.button("next")
    assert (back["label"], back["style"], back["emoji"]["name"]) == ("Return", 1, "🏠")
    assert (following["label"], following["emoji"]["name"]) == ("On", "➡")
    assert decided.button("previous")["label"] == "davor"


def test_a_button_may_have_an_emoji_and_no_label() -> None:
    decided = looks(Reserved(cancel=Look("", emoji=discord.PartialEmoji(name="x", id=7))))
    made = decided.button("cancel", disabled=True)
    assert "label" not in made
    assert (made["emoji"]["name"], made["disabled"]) == ("x", True)
    assert decided.label("cancel") == ""


def test_a_counter_may_be_left_out_of_the_order() -> None:
    assert looks(Reserved(order=("cancel", "back", "previous", "next"))).order[0] == "cancel"


def test_a_payload_is_fresh_each_time() -> None:
    decided = looks()
    decided.button("back", "Return")["custom_id"] = "x"
    assert decided.button("back") == {**decided.button("back"), "label": "Back"}
    assert "custom_id" not in decided.button("back")


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"back": "Return"}, r"Reserved.back is a Look\(...\), not 'Return'"),
        ({"order": ("back", "next")}, "Reserved.order has each of back, previous"),
        ({"order": (*ROLES, "back")}, "Reserved.order has each of"),
        ({"order": (*ROLES[:4], "counter")}, "Reserved.order has each of"),
        ({"order": 3}, "Reserved.order has each of"),
        ({"counter_in_screens": "yes"}, "Reserved.counter_in_screens is True or False"),
        ({"counter": Look("{n}")}, "Reserved.counter cannot be filled in"),
        ({"back": Look("x" * 81)}, "Reserved.back is the label of a button"),
    ],
)
def test_what_cannot_be_shown_is_refused_when_it_is_made(parts: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Reserved(**parts)


@pytest.mark.parametrize("style", [ButtonStyle.link, ButtonStyle.premium, 2])
def test_a_look_has_a_style_that_can_be_pressed(style: Any) -> None:
    with pytest.raises(DefinitionError, match="Look takes a style that can be pressed"):
        Look(style=style)


def test_a_button_with_neither_label_nor_emoji_is_refused() -> None:
    with pytest.raises(DefinitionError, match="the reserved button back has neither label nor emoji"):
        looks(Reserved(back=Look("")))
