"""Discord's limits: each passes at its value, one above is refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowcord.wire.limits import check_layout, check_rows, check_screen
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
]


@pytest.mark.case("S146")
@pytest.mark.parametrize(("place", "make", "limit"), LIMITS, ids=[f"{p} {n}" for p, _, n in LIMITS])
def test_a_limit_passes_at_its_value_and_one_above_is_refused(
    place: str, make: Callable[[int], Payload], limit: int
) -> None:
    assert check_screen(make(limit), "Shop", (), {}) == []
    (violation,) = check_screen(make(limit + 1), "Shop", (), {})
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
    rows = [row(button()), row(button(), button("y" * 81), button(None))]
    payload = screen(
        "x" * 2001,
        [{"title": "ok"}, {"title": "x" * 257, "fields": [field(), field(value="x" * 1025)]}],
        rows,
    )
    assert check_screen(payload, "Shop", (), {id(rows[1]): 1, id(rows[1]["components"][1]): 1}) == [
        "Shop → content: 2001 characters, and Discord takes 2000",
        "Shop → Embed[1] → title: 257 characters, and Discord takes 256",
        "Shop → Embed[1] → fields[1] → value: 1025 characters, and Discord takes 1024",
        f"Shop → Screen[1] → ActionRow[1] → Button {'y' * 20!r}… → label: "
        "81 characters, and Discord takes 80",
        "Shop → Screen[1] → Button: a button without label and emoji",
    ]


@pytest.mark.case("S146")
def test_an_empty_message_and_an_empty_row_are_refused() -> None:
    (nothing,) = check_screen(screen(), "Shop", (), {})
    assert "empty message" in nothing
    (empty,) = check_screen(screen("x", rows=[row()]), "Shop", (), {})
    assert empty == "Shop → ActionRow: an empty row"
    assert check_screen(screen(), "Shop", ["a.png"], {}) == []


def test_rows_that_are_known_are_not_looked_at() -> None:
    assert check_screen(screen("x", rows=[row()]), "Shop") == []


@pytest.mark.case("S146")
def test_paginate_is_named_where_it_helps() -> None:
    (crowded,) = check_rows([row(button(), button())] * 6, "Shop", {})
    assert crowded.startswith("Shop: 6 rows of components, and Discord takes 5: paginate(...)")
    select = {"type": 5, "min_values": 1, "max_values": 1}
    (selects,) = check_rows([row(select)] * 6, "Shop", {})
    assert "paginate" not in selects


@pytest.mark.case("S146")
def test_files_are_counted() -> None:
    names = [f"{number}.png" for number in range(11)]
    assert check_screen(screen(), "Shop", names[:10]) == []
    assert check_screen(screen(), "Shop", names) == ["Shop: 11 files, and Discord takes 10"]
    assert check_layout([], "Shop", ["a", "b", "a"], {})[0] == "Shop: two files are named 'a'"
