"""Discord's limits of forms: each passes at its value, one above is refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest

from flowcord.wire.form_limits import check_form
from flowcord.wire.payload import Payload


def form(title: str = "t", count: int = 1, *, item: dict[str, Any] | None = None, **parts: Any) -> Payload:
    """A modal of `count` labels with a text input each; `item` and `parts` belong to label and input."""
    one = {"type": 18, "label": "l", **(item or {}), "component": {"type": 4, "custom_id": "c", **parts}}
    return {"title": title, "components": [one] * count}


FORMS: list[tuple[str, Callable[[int], Payload], int]] = [
    ("NameForm → title", lambda n: form("x" * n), 45),
    ("NameForm: ", lambda n: form(count=n), 5),
    ("NameForm → item 1 → label", lambda n: form(item={"label": "x" * n}), 45),
    ("NameForm → item 1 → description", lambda n: form(item={"description": "x" * n}), 100),
    ("NameForm → item 1 → placeholder", lambda n: form(placeholder="x" * n), 100),
    ("NameForm → item 1 → value", lambda n: form(value="x" * n), 4000),
]


@pytest.mark.case("S146")
@pytest.mark.parametrize(("place", "make", "limit"), FORMS, ids=[f"{p} {n}" for p, _, n in FORMS])
def test_a_limit_of_a_form_passes_at_its_value_and_one_above_is_refused(
    place: str, make: Callable[[int], Payload], limit: int
) -> None:
    assert check_form(make(limit), "NameForm") == []
    (violation,) = check_form(make(limit + 1), "NameForm")
    assert violation.startswith(place)
    assert str(limit + 1) in violation


@pytest.mark.case("S146")
def test_a_form_has_a_title_and_something_to_fill_in() -> None:
    assert check_form(form("", 0), "NameForm") == [
        "NameForm: a form without a title",
        "NameForm: 0 items, and Discord takes 1 to 5",
    ]


def test_an_input_without_a_label_around_it_is_checked_too() -> None:
    row = {"type": 1, "components": [{"type": 4, "label": "x" * 46, "custom_id": "c"}]}
    (violation,) = check_form({"title": "t", "components": [row]}, "NameForm")
    assert violation.startswith("NameForm → item 1 → label: 46")


# Other controls, as discord.py's own items make them -----------------------------------------------


def filled(*items: Any) -> Payload:
    class Form(discord.ui.Modal, title="t"):
        pass

    modal = Form()
    for item in items:
        modal.add_item(item)
    return modal.to_dict()


def labelled(control: Any) -> Payload:
    return filled(discord.ui.Label(text="l", component=control))


def options(count: int, **texts: str) -> list[discord.SelectOption]:
    return [discord.SelectOption(**{"label": f"l{n}", "value": f"v{n}", **texts}) for n in range(count)]


def radios(count: int, **texts: str) -> Payload:
    made = [discord.RadioGroupOption(**{"label": f"l{n}", "value": f"v{n}", **texts}) for n in range(count)]
    return labelled(discord.ui.RadioGroup(options=made))


def boxes(count: int, **settings: Any) -> Payload:
    made = [discord.CheckboxGroupOption(label=f"l{n}", value=f"v{n}") for n in range(count)]
    return labelled(discord.ui.CheckboxGroup(options=made, **settings))


def select(count: int, *, description: str | None = None, **settings: Any) -> Payload:
    made = [discord.SelectOption(label=f"l{n}", value=f"v{n}", description=description) for n in range(count)]
    return labelled(discord.ui.Select(options=made, **settings))


@pytest.mark.case("S146")
@pytest.mark.parametrize(
    "fits",
    [
        select(1),
        select(25, min_values=0, max_values=25),
        select(1, description="x" * 100),
        labelled(discord.ui.UserSelect(max_values=25, placeholder="x" * 150)),
        radios(2),
        radios(10, label="x" * 100),
        boxes(1),
        boxes(10, min_values=0, max_values=10),
        labelled(discord.ui.FileUpload(min_values=0, max_values=10)),
        labelled(discord.ui.Checkbox()),
        labelled(discord.ui.TextInput(min_length=1, max_length=4000)),
        filled(discord.ui.TextDisplay("x" * 4000), discord.ui.TextInput(label="l")),
    ],
)
def test_what_discord_takes_passes(fits: Payload) -> None:
    assert check_form(fits, "F") == []


@pytest.mark.case("S146")
@pytest.mark.parametrize(
    ("breaks", "problem"),
    [
        (select(26), "F → item 1: 26 options, and Discord takes 1 to 25"),
        (labelled(discord.ui.Select()), "F → item 1: 0 options, and Discord takes 1 to 25"),
        (select(2, max_values=3), "F → item 1: max_values 3 is more than its 2 options"),
        (select(3, min_values=3, max_values=2), "F → item 1: min_values 3 is more than max_values 2"),
        (select(1, description="x" * 101), "F → item 1 → option 1 → description: 101 characters"),
        (labelled(discord.ui.RoleSelect(max_values=26)), "F → item 1: 1 to 26 values, and Discord takes"),
        (labelled(discord.ui.UserSelect(placeholder="x" * 151)), "F → item 1 → placeholder: 151 characters"),
        (radios(1), "F → item 1: 1 options, and Discord takes 2 to 10"),
        (radios(11), "F → item 1: 11 options, and Discord takes 2 to 10"),
        (radios(2, label="x" * 101), "F → item 1 → option 1 → label: 101 characters"),
        (radios(2, value="same"), "F → item 1 → option 2: the value 'same' is that of another option"),
        (boxes(11, max_values=10), "F → item 1: 11 options, and Discord takes 1 to 10"),
        (boxes(2, max_values=3), "F → item 1: max_values 3 is more than its 2 options"),
        (labelled(discord.ui.FileUpload(max_values=11)), "F → item 1: 1 to 11 values, and Discord takes"),
        (labelled(discord.ui.TextInput(min_length=5, max_length=4)), "F → item 1: 5 to 4 characters asked"),
        (filled(discord.ui.TextDisplay("")), "F → item 1: an empty text"),
        (filled(discord.ui.Select(options=options(1))), "F → item 1: what is filled in stands in a"),
        (labelled(discord.ui.Button(label="x")), "F → item 1: a form takes text inputs, selects"),
        (filled(discord.ui.Label(text="", component=discord.ui.Checkbox())), "F → item 1: a label without"),
    ],
)
def test_what_discord_refuses_is_named(breaks: Payload, problem: str) -> None:
    violations = check_form(breaks, "F")
    assert any(each.startswith(problem) for each in violations), violations
