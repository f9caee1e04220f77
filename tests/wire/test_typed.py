from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord.wire.typed import prefill, typed


def labelled(*items: Any) -> dict[str, Any]:
    """The payload of a form of these items."""
    modal = discord.ui.Modal(title="x", custom_id="x")
    for index, item in enumerate(items):
        modal.add_item(discord.ui.Label(text=f"field {index}", component=item))
    return modal.to_dict()


def submit(*fields: dict[str, Any], **resolved: Any) -> dict[str, Any]:
    return {"components": [{"type": 18, "component": each} for each in fields], "resolved": resolved}


def field(payload: dict[str, Any], index: int) -> dict[str, Any]:
    return payload["components"][index]["component"]


def select(kind: Any = discord.ui.Select, **settings: Any) -> Any:
    return kind(custom_id="it", **settings)


OPTIONS = ("a", "b", "c")


@pytest.mark.case("S120")
def test_a_text_is_put_back_in_place_of_the_default() -> None:
    form = labelled(discord.ui.TextInput(custom_id="it", default="old", max_length=4))
    prefill(form, typed(submit({"type": 4, "custom_id": "it", "value": "newer"})))
    assert field(form, 0)["value"] == "newe"
    prefill(form, typed(submit({"type": 4, "custom_id": "it", "value": ""})))
    assert "value" not in field(form, 0)


@pytest.mark.case("S120")
def test_choices_are_put_back_where_they_still_exist() -> None:
    options = [discord.SelectOption(label=each, default=each == "a") for each in OPTIONS]
    form = labelled(select(options=options, max_values=3))
    prefill(form, typed(submit({"type": 3, "custom_id": "it", "values": ["c", "gone"]})))
    assert [each["default"] for each in field(form, 0)["options"]] == [False, False, True]
    assert options[0].default, "the developer's items stay what they are"

    form = labelled(
        discord.ui.CheckboxGroup(
            custom_id="it", options=[discord.CheckboxGroupOption(label=each) for each in OPTIONS]
        )
    )
    prefill(form, typed(submit({"type": 22, "custom_id": "it", "values": ["a", "b"]})))
    assert [each["default"] for each in field(form, 0)["options"]] == [True, True, False]

    form = labelled(
        discord.ui.RadioGroup(
            custom_id="it", options=[discord.RadioGroupOption(label=each) for each in OPTIONS]
        )
    )
    prefill(form, typed(submit({"type": 21, "custom_id": "it", "value": "b"})))
    assert [each["default"] for each in field(form, 0)["options"]] == [False, True, False]

    form = labelled(discord.ui.Checkbox(custom_id="it"))
    prefill(form, typed(submit({"type": 23, "custom_id": "it", "value": True})))
    assert field(form, 0)["default"] is True


@pytest.mark.case("S120")
@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (discord.ui.UserSelect, 5, ["user", "user"]),
        (discord.ui.RoleSelect, 6, ["role", "role"]),
        (discord.ui.MentionableSelect, 7, ["user", "role"]),
        (discord.ui.ChannelSelect, 8, ["channel", "channel"]),
    ],
)
def test_objects_are_put_back_by_their_ids(kind: Any, number: int, expected: list[str]) -> None:
    form = labelled(select(kind, max_values=2))
    given = {"type": number, "custom_id": "it", "values": ["1", "2"]}
    prefill(form, typed(submit(given, roles={"2": {}})))
    assert field(form, 0)["default_values"] == [
        {"id": "1", "type": expected[0]},
        {"id": "2", "type": expected[1]},
    ]


def test_files_cannot_be_put_back_and_disturb_nothing() -> None:
    form = labelled(discord.ui.FileUpload(), discord.ui.TextInput())
    before = dict(field(form, 0))
    fields = ({"type": 19, "custom_id": "a", "values": ["1"]}, {"type": 4, "custom_id": "b", "value": "x"})
    prefill(form, typed(submit(*fields)))
    assert field(form, 0) == before
    assert field(form, 1)["value"] == "x", "known by its place, as its id is made anew for each form"


def test_an_input_of_another_kind_under_the_same_id_stays_as_it_is() -> None:
    form = labelled(discord.ui.Checkbox(custom_id="it"))
    before = dict(field(form, 0))
    prefill(form, typed(submit({"type": 4, "custom_id": "it", "value": "x"})))
    assert field(form, 0) == before
