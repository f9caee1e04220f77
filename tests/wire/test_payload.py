"""Payloads: comparing them, keeping them, and taking everything clickable out of them."""

from __future__ import annotations

import copy
import enum
from typing import Any

import pytest
from hypothesis import given, strategies as st

from flowcord.wire.payload import (
    COMPONENTS_V2,
    EPHEMERAL,
    Payload,
    decode,
    disabled,
    encode,
    notice,
    strip,
    text,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
payloads = st.dictionaries(st.text(max_size=8), json_values, max_size=4)


@given(payloads)
def test_what_was_kept_comes_back_equal(payload: Payload) -> None:
    assert decode(encode(payload)) == payload


@given(payloads)
def test_a_payload_built_anew_is_kept_as_the_same_bytes(payload: Payload) -> None:
    assert encode(copy.deepcopy(payload)) == encode(payload)


@given(payloads, payloads)
def test_payloads_that_differ_are_kept_as_different_bytes(one: Payload, other: Payload) -> None:
    assert one == other or encode(one) != encode(other)


def test_shared_parts_make_no_difference() -> None:
    part = {"name": "x" * 300}
    assert encode({"a": part, "b": part}) == encode({"a": dict(part), "b": {"name": "x" * 300}})


def test_a_string_of_a_subclass_is_kept_as_the_string_it_is() -> None:
    class Title(str, enum.Enum):  # noqa: UP042  # what bots written for older Pythons have
        SHOP = "Shop"

    class Number(enum.IntEnum):
        ONE = 1

    assert encode({"title": Title.SHOP, "style": Number.ONE}) == encode({"title": "Shop", "style": 1})


def test_lone_surrogates_are_kept() -> None:
    assert decode(encode({"content": "\ud83d"})) == {"content": "\ud83d"}


def test_texts_and_notices_ping_nobody() -> None:
    assert text("@everyone")["allowed_mentions"] == {"parse": []}
    assert notice("@everyone")["allowed_mentions"] == {"parse": []}
    assert notice("x")["flags"] == EPHEMERAL


def test_a_text_takes_away_what_was_there() -> None:
    assert (text("gone")["embeds"], text("gone")["components"]) == ([], [])


# Strip ---------------------------------------------------------------------------------------------

BUTTON = {"type": 2, "style": 1, "label": "+1", "custom_id": "a"}
ROW = {"type": 1, "components": [BUTTON]}
WORDS = {"type": 10, "content": "words"}
SECTION = {"type": 9, "components": [WORDS], "accessory": BUTTON}


@pytest.mark.case("S16")
@pytest.mark.parametrize("left", [{"content": "x"}, {"embeds": [{"title": "x"}]}, {"attachments": [1]}])
def test_stripping_takes_the_components_and_leaves_the_rest_alone(left: Payload) -> None:
    assert strip({"components": [ROW], **left}, "closed") == {
        "components": [],
        "allowed_mentions": {"parse": []},
    }


def test_of_a_message_that_was_only_buttons_a_text_remains() -> None:
    assert strip({"content": "", "embeds": [], "components": [ROW]}, "closed") == text("closed")


@pytest.mark.case("S133")
def test_a_stripped_layout_keeps_what_is_no_control() -> None:
    image = {"type": 11, "media": {"url": "u"}}
    message = {
        "flags": COMPONENTS_V2,
        "components": [
            WORDS,
            ROW,
            SECTION,
            {**SECTION, "accessory": image},
            {"type": 17, "components": [ROW]},
            {"type": 17, "accent_color": 3, "components": [WORDS, ROW, {"type": 14}]},
        ],
    }
    assert strip(message, "closed")["components"] == [
        WORDS,
        {**SECTION, "accessory": {**BUTTON, "disabled": True}},
        {**SECTION, "accessory": image},
        {"type": 17, "accent_color": 3, "components": [WORDS, {"type": 14}]},
    ]


@pytest.mark.case("S133")
def test_of_a_layout_that_was_only_buttons_a_text_display_remains() -> None:
    message = {"flags": COMPONENTS_V2, "components": [ROW, {"type": 17, "components": [ROW]}]}
    assert strip(message, "closed")["components"] == [{"type": 10, "content": "closed"}]


layouts = st.recursive(
    st.sampled_from([WORDS, ROW, SECTION, {"type": 14}]),
    lambda inner: st.builds(
        lambda inside: {"type": 17, "components": inside}, st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def clickable(component: Any) -> bool:
    if component["type"] == 2:
        return not component.get("disabled")
    inside = [
        *component.get("components", ()),
        *([component["accessory"]] if "accessory" in component else ()),
    ]
    return any(map(clickable, inside))


@pytest.mark.case("S133")
@given(st.lists(layouts, min_size=1, max_size=4))
def test_nothing_can_be_clicked_in_what_was_stripped_and_the_original_is_untouched(
    components: list[Payload],
) -> None:
    message = {"flags": COMPONENTS_V2, "components": components}
    before = copy.deepcopy(message)
    stripped = strip(message, "closed")
    assert stripped["components"]
    assert not any(map(clickable, stripped["components"]))
    assert message == before


# Disable -------------------------------------------------------------------------------------------


@pytest.mark.case("S19")
@pytest.mark.parametrize("flags", [0, COMPONENTS_V2], ids=["screen", "layout"])
@given(components=st.lists(layouts, min_size=1, max_size=4))
def test_what_is_disabled_looks_the_same_and_cannot_be_clicked(components: list[Payload], flags: int) -> None:
    message = {"flags": flags, "components": components}
    before = copy.deepcopy(message)
    shown = disabled(message)

    def enabled(each: Any) -> Any:
        if isinstance(each, list):
            return [enabled(one) for one in each]
        if isinstance(each, dict):
            return {name: enabled(value) for name, value in each.items() if name != "disabled"}
        return each

    assert enabled(shown["components"]) == components
    assert not any(map(clickable, shown["components"]))
    assert shown.get("flags", 0) == flags
    assert message == before


def test_selects_are_disabled_too() -> None:
    rows = [{"type": 1, "components": [{"type": kind, "custom_id": "a"}]} for kind in (3, 5, 6, 7, 8)]
    shown = disabled({"components": rows})["components"]
    assert all(row["components"][0]["disabled"] for row in shown)
