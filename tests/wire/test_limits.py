"""Discord's limits: each passes at its value, one above is refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowcord.wire.limits import check_form, check_screen
from flowcord.wire.payload import Payload


def screen(
    content: str = "", embeds: list[dict[str, Any]] | None = None, rows: list[Payload] | None = None
) -> Payload:
    return {"content": content, "embeds": embeds or [], "components": rows or []}


def embed(**parts: Any) -> Payload:
    return screen(embeds=[{"type": "rich", **parts}])


def field(name: str = "n", value: str = "v") -> dict[str, Any]:
    return {"name": name, "value": value, "inline": False}


def row(*buttons: Payload) -> Payload:
    return {"type": 1, "components": list(buttons)}


def button(label: str | None = "b", **settings: Any) -> Payload:
    return {"type": 2, "style": 2, "label": label, "disabled": False, **settings}


LIMITS: list[tuple[str, Callable[[int], Payload], int]] = [
    ("Shop → content", lambda n: screen("x" * n), 2000),
    ("Shop: ", lambda n: screen(embeds=[{"title": "t"}] * n), 10),
    ("Shop → Embed[0] → title", lambda n: embed(title="x" * n), 256),
    ("Shop → Embed[0] → description", lambda n: embed(description="x" * n), 4096),
    ("Shop → Embed[0] → footer", lambda n: embed(footer={"text": "x" * n}), 2048),
    ("Shop → Embed[0] → author", lambda n: embed(author={"name": "x" * n}), 256),
    ("Shop → Embed[0]", lambda n: embed(fields=[field()] * n), 25),
    ("Shop → Embed[0] → fields[0] → name", lambda n: embed(fields=[field(name="x" * n)]), 256),
    ("Shop → Embed[0] → fields[0] → value", lambda n: embed(fields=[field(value="x" * n)]), 1024),
    (
        "Shop → all embeds together",
        lambda n: screen(embeds=[{"description": "x" * 3000}, {"description": "x" * (n - 3000)}]),
        6000,
    ),
    ("Shop: ", lambda n: screen(rows=[row(button())] * n), 5),
    ("Shop → row 1", lambda n: screen(rows=[row(*[button()] * n)]), 5),
    ("Shop → row 1 → Button", lambda n: screen(rows=[row(button("x" * n))]), 80),
    ("Shop → row 1 → Button 'docs' → url", lambda n: screen(rows=[row(button("docs", url="u" * n))]), 512),
]


@pytest.mark.case("S146")
@pytest.mark.parametrize(("place", "make", "limit"), LIMITS, ids=[f"{p} {n}" for p, _, n in LIMITS])
def test_a_limit_passes_at_its_value_and_one_above_is_refused(
    place: str, make: Callable[[int], Payload], limit: int
) -> None:
    assert check_screen(make(limit), "Shop") == []
    (violation,) = check_screen(make(limit + 1), "Shop")
    assert violation.startswith(place)
    assert str(limit + 1) in violation
    assert f"Discord takes {limit}" in violation


@pytest.mark.case("S146")
def test_every_part_of_an_embed_counts_towards_the_sum() -> None:
    parts = {
        "title": "x" * 200,
        "description": "x" * 4000,
        "footer": {"text": "x" * 800},
        "author": {"name": "x" * 200},
        "fields": [field("x" * 100, "x" * 700)],
    }
    assert check_screen(embed(**parts), "Shop") == []
    (violation,) = check_screen(screen(embeds=[{**parts}, {"title": "x"}]), "Shop")
    assert violation == "Shop → all embeds together: 6001 characters, and Discord takes 6000"


@pytest.mark.case("S146")
def test_all_violations_are_told_at_once_each_with_its_place() -> None:
    payload = screen(
        "x" * 2001,
        [{"title": "ok"}, {"title": "x" * 257, "fields": [field(), field(value="x" * 1025)]}],
        [row(button()), row(button(), button("y" * 81), button(None))],
    )
    assert check_screen(payload, "Shop") == [
        "Shop → content: 2001 characters, and Discord takes 2000",
        "Shop → Embed[1] → title: 257 characters, and Discord takes 256",
        "Shop → Embed[1] → fields[1] → value: 1025 characters, and Discord takes 1024",
        f"Shop → row 2 → Button {'y' * 20!r}… → label: 81 characters, and Discord takes 80",
        "Shop → row 2: a button without label and emoji",
    ]


@pytest.mark.case("S146")
def test_an_empty_message_and_an_empty_row_are_refused() -> None:
    (nothing,) = check_screen(screen(), "Shop")
    assert "empty message" in nothing
    (empty,) = check_screen(screen("x", rows=[row()]), "Shop")
    assert empty == "Shop → row 1: an empty row"


# Forms ---------------------------------------------------------------------------------------------


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


def test_an_emoji_is_enough_for_a_button() -> None:
    assert check_screen(screen(rows=[row(button(None, emoji={"name": "🗑"}))]), "Shop") == []
