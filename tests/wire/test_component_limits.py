"""Discord's limits of components: each passes at its value, one above is refused with its path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowcord.wire.component_limits import walk
from flowcord.wire.limits import check_layout, check_screen, fits_above
from flowcord.wire.payload import Payload

TEXT: Payload = {"type": 10, "content": "x"}
SEPARATOR: Payload = {"type": 14}
THUMBNAIL: Payload = {"type": 11, "media": {"url": "https://example.com"}}


def button(label: str | None = "b", **settings: Any) -> Payload:
    return {"type": 2, "style": 2, "label": label, "disabled": False, **settings}


def select(**settings: Any) -> Payload:
    made: Payload = {
        "type": 3,
        "placeholder": "Pick",
        "min_values": 1,
        "max_values": 1,
        "options": options(1),
    }
    return {**made, **settings}


def options(count: int, **texts: str) -> list[Payload]:
    return [{"label": f"l{n}", "value": f"v{n}", **texts} for n in range(count)]


def row(*items: Payload) -> Payload:
    return {"type": 1, "components": list(items)}


def section(*texts: Payload, accessory: Payload = THUMBNAIL) -> Payload:
    return {"type": 9, "components": list(texts), "accessory": accessory}


def container(*items: Payload) -> Payload:
    return {"type": 17, "components": list(items)}


def gallery(count: int, **texts: str) -> Payload:
    return {"type": 12, "items": [{"media": {"url": "u"}, **texts} for _ in range(count)]}


def origins(components: list[Payload]) -> dict[int, int]:
    """Every component as one that a developer placed."""
    found = {id(each): index for index, each in enumerate(components)}
    for each in components:
        found |= origins(each.get("components", []))
    return found


def violations(*components: Payload) -> list[str]:
    placed = list(components)
    return check_layout(placed, "Shop", (), origins(placed))


LIMITS: list[tuple[str, Callable[[int], list[Payload]], int]] = [
    ("Shop → Layout: ", lambda n: [TEXT] * n, 40),
    ("Shop → Layout: ", lambda n: [container(row(*[button()] * 5), *[SEPARATOR] * (n - 7))], 40),
    ("Shop → Layout: ", lambda n: [section(TEXT), *[TEXT] * (n - 3)], 40),
    ("Shop → Layout: ", lambda n: [TEXT, container({"type": 10, "content": "x" * (n - 1)})], 4000),
    ("Shop → Layout[0] → Section: ", lambda n: [section(*[TEXT] * n)], 3),
    ("Shop → Layout[0] → MediaGallery: ", lambda n: [gallery(n)], 10),
    (
        "Shop → Layout[0] → MediaGallery → item 1 → description: ",
        lambda n: [gallery(1, description="x" * n)],
        1024,
    ),
    ("Shop → Layout[0] → ActionRow: ", lambda n: [row(*[button()] * n)], 5),
    ("Shop → Layout[0] → ActionRow[0] → Button ", lambda n: [row(button("x" * n))], 80),
    (
        "Shop → Layout[1] → Container[1] → ActionRow[0] → Button 'b' → url: ",
        lambda n: [TEXT, container(TEXT, row(button(url="u" * n, style=5)))],
        512,
    ),
    (
        "Shop → Layout[0] → Section → Button 'b' → custom_id: ",
        lambda n: [section(TEXT, accessory=button(custom_id="c" * n))],
        100,
    ),
    ("Shop → Layout[0] → ActionRow[0] → Select ", lambda n: [row(select(placeholder="x" * n))], 150),
    ("Shop → Layout[0] → ActionRow[0] → Select 'Pick': ", lambda n: [row(select(options=options(n)))], 25),
    (
        "Shop → Layout[0] → ActionRow[0] → Select 'Pick' → option 1 → label: ",
        lambda n: [row(select(options=options(1, label="x" * n)))],
        100,
    ),
    (
        "Shop → Layout[0] → ActionRow[0] → Select 'Pick' → option 1 → value: ",
        lambda n: [row(select(options=options(1, value="x" * n)))],
        100,
    ),
    (
        "Shop → Layout[0] → ActionRow[0] → Select 'Pick' → option 1 → description: ",
        lambda n: [row(select(options=options(1, description="x" * n)))],
        100,
    ),
]


@pytest.mark.case("S146")
@pytest.mark.parametrize(("place", "make", "limit"), LIMITS, ids=[f"{p} {n}" for p, _, n in LIMITS])
def test_a_limit_passes_at_its_value_and_one_above_is_refused(
    place: str, make: Callable[[int], list[Payload]], limit: int
) -> None:
    assert violations(*make(limit)) == []
    (violation,) = violations(*make(limit + 1))
    assert violation.startswith(place)
    assert str(limit + 1) in violation
    assert f"{limit}" in violation


@pytest.mark.case("S146")
@pytest.mark.parametrize(
    ("component", "problem"),
    [
        (row(), "ActionRow: an empty row"),
        (container(), "Container: an empty container"),
        (gallery(0), "MediaGallery: 0 items, and Discord takes 1 to 10"),
        (section(), "Section: 0 texts, and Discord takes 1 to 3"),
        ({"type": 10, "content": ""}, "TextDisplay: an empty text"),
        (row(button(None)), "ActionRow[0] → Button: a button without label and emoji"),
        (row(button("docs", style=5)), "ActionRow[0] → Button 'docs': a link without url"),
        (row(button(None, style=6)), "ActionRow[0] → Button: a premium button has a sku_id"),
        (row(button("Buy", style=6, sku_id="1")), "ActionRow[0] → Button 'Buy': a premium button has"),
        (row(select(), button()), "ActionRow: a select stands alone in its row"),
        (row(select(), select()), "ActionRow: a select stands alone in its row"),
        (row(select(options=[])), "ActionRow[0] → Select 'Pick': 0 options, and Discord takes 1 to 25"),
        (
            row(select(min_values=2, max_values=1)),
            "ActionRow[0] → Select 'Pick': min_values 2 is more than max_values 1",
        ),
        (
            row(select(max_values=2)),
            "ActionRow[0] → Select 'Pick': max_values 2 is more than its 1 options",
        ),
        (
            row({**select(max_values=26), "type": 5}),
            "ActionRow[0] → UserSelect 'Pick': 1 to 26 values, and Discord takes 0 to 25",
        ),
        (
            row(select(options=options(2, value="same"))),
            "ActionRow[0] → Select 'Pick' → option 2: the value 'same' is that of another option",
        ),
        (row(TEXT), "ActionRow[0] → TextDisplay: it cannot stand in a ActionRow"),
        (container(container(TEXT)), "Container[0] → Container: it cannot stand in a Container"),
        (THUMBNAIL, "Thumbnail: it cannot stand in a Layout"),
        ({"type": 4}, "TextInput: it cannot stand in a Layout"),
        (section(button()), "Section → Button 'b': it cannot stand in a Section"),
        (section(TEXT, accessory=select()), "Section → Select 'Pick': it cannot stand in a Section"),
        (
            section(TEXT, accessory={**THUMBNAIL, "description": "x" * 1025}),
            "Section → Thumbnail → description: 1025 characters",
        ),
    ],
)
def test_what_discord_refuses_is_named_with_its_path(component: Payload, problem: str) -> None:
    found = violations(TEXT, component)
    assert any(each.startswith(f"Shop → Layout[1] → {problem}") for each in found), found


def test_a_file_that_is_named_has_to_be_there() -> None:
    image = {"url": "attachment://a.png"}
    components: list[Payload] = [
        {"type": 13, "file": image},
        {"type": 12, "items": [{"media": {"url": "https://example.com"}}, {"media": image}]},
        section(TEXT, accessory={"type": 11, "media": image}),
    ]
    assert check_layout(components, "Shop", ["a.png"], origins(components)) == []
    problem = "no file of this message is named 'a.png': give it in files="
    assert violations(*components) == [
        f"Shop → Layout[0] → File: {problem}",
        f"Shop → Layout[1] → MediaGallery → item 2: {problem}",
        f"Shop → Layout[2] → Section → Thumbnail: {problem}",
    ]


@pytest.mark.case("S146")
def test_all_violations_are_told_at_once() -> None:
    found = violations(row(), container(row(button("x" * 81)), section()), gallery(11))
    assert [each.split(":")[0] for each in found] == [
        "Shop → Layout[0] → ActionRow",
        f"Shop → Layout[1] → Container[0] → ActionRow[0] → Button {'x' * 20!r}… → label",
        "Shop → Layout[1] → Container[1] → Section",
        "Shop → Layout[2] → MediaGallery",
    ]


@pytest.mark.case("S146")
def test_a_bare_button_has_the_place_it_was_given() -> None:
    made = row(button("a"), button("x" * 81))
    inside = container(made)
    found = check_layout([inside], "Shop", (), {id(inside): 2, id(made["components"][1]): 0})
    assert [each.split(" → label")[0] for each in found] == [
        f"Shop → Layout[2] → Container[0] → Button {'x' * 20!r}…"
    ]


@pytest.mark.case("S146")
def test_paginate_is_named_where_buttons_are_too_many() -> None:
    (crowded,) = violations(*[row(*[button()] * 4)] * 9)
    assert crowded.startswith("Shop → Layout: 45 components")
    assert "paginate(...)" in crowded
    (wordy,) = violations(*[TEXT] * 41)
    assert "paginate" not in wordy


def test_a_layout_of_nothing_is_refused() -> None:
    (nothing,) = violations()
    assert "an empty message" in nothing


@pytest.mark.case("S146")
def test_what_belongs_into_a_layout_is_refused_in_a_screen() -> None:
    payload = {"content": "x", "embeds": [], "components": [TEXT]}
    assert check_screen(payload, "Shop", (), {id(TEXT): 0}) == [
        "Shop → Screen[0] → TextDisplay: it cannot stand in a Screen: give a Layout"
    ]


def test_a_text_fits_above_while_the_limits_hold() -> None:
    assert fits_above([TEXT] * 39, TEXT)
    assert not fits_above([TEXT] * 40, TEXT)
    assert fits_above([{"type": 10, "content": "x" * 3999}], TEXT)
    assert not fits_above([{"type": 10, "content": "x" * 4000}], TEXT)


def test_every_component_is_walked_once() -> None:
    inside = section(TEXT, accessory=button())
    assert [each["type"] for each in walk([container(row(button()), inside), TEXT])] == [
        *(17, 1, 2, 9, 10, 2),
        10,
    ]
