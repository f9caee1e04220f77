"""Options: built from an instance or from keywords, and refused with every field that is wrong."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, strategies as st
from pydantic import Field, ValidationError

from flowcord import Options, OptionsError
from flowcord.menu.options import build_options


class ItemOptions(Options):
    item_id: int = Field(ge=0, le=99)
    label: str = "none"
    who: discord.Object | None = None


right = {"item_id": st.integers(0, 99), "label": st.text(max_size=4)}
wrong = {"item_id": st.integers(max_value=-1) | st.just("x"), "label": st.integers(), "extra": st.none()}


@pytest.mark.case("S55")
@given(st.fixed_dictionaries({"item_id": right["item_id"]}, optional={"label": right["label"]}))
def test_keywords_give_the_model(fields: dict[str, Any]) -> None:
    built = build_options("Item", ItemOptions, None, fields)
    assert built == ItemOptions(**fields)


@pytest.mark.case("S9")
@given(
    st.fixed_dictionaries({}, optional=right), st.sets(st.sampled_from(sorted(wrong)), min_size=1), st.data()
)
def test_every_wrong_field_is_named(good: dict[str, Any], which: set[str], data: st.DataObject) -> None:
    bad = {name: data.draw(wrong[name]) for name in which}
    with pytest.raises(OptionsError, match="Item refuses these options: ") as caught:
        build_options("Item", ItemOptions, None, {**good, **bad})
    assert caught.value.fields.keys() == which | ({"item_id"} - good.keys())
    assert all(f"{name}: {problem}" in str(caught.value) for name, problem in caught.value.fields.items())


@pytest.mark.case("S9")
def test_a_missing_option_is_named() -> None:
    with pytest.raises(OptionsError, match="Item refuses these options: item_id: Field required") as caught:
        build_options("Item", ItemOptions, None, {})
    assert set(caught.value.fields) == {"item_id"}


@pytest.mark.case("S55")
def test_an_instance_is_taken_as_it_is() -> None:
    given_ = ItemOptions(item_id=3)
    assert build_options("Item", ItemOptions, given_, {}) is given_


def test_an_instance_of_another_model_and_an_instance_with_keywords_are_refused() -> None:
    with pytest.raises(OptionsError, match="Item takes ItemOptions, not Options"):
        build_options("Item", ItemOptions, Options(), {})
    with pytest.raises(OptionsError, match="an options instance or keywords, not both"):
        build_options("Item", ItemOptions, ItemOptions(item_id=3), {"item_id": 4})


def test_discord_objects_are_options_and_nothing_can_be_reassigned() -> None:
    options = build_options("Item", ItemOptions, None, {"item_id": 1, "who": discord.Object(7)})
    assert options.who == discord.Object(7)
    with pytest.raises(ValidationError, match="frozen"):
        options.item_id = 4


def test_options_have_no_room_for_unknown_fields() -> None:
    with pytest.raises(OptionsError, match="itme_id: Extra inputs are not permitted"):
        build_options("Item", ItemOptions, None, {"item_id": 1, "itme_id": 1})
