"""Who watches what, and that nothing is left of those who leave."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from flowcord.session.watching import Watching


def watching(**sessions: str) -> Watching[str]:
    """Sessions by name, each with the letters it watches."""
    made: Watching[Any] = Watching()
    for session, keys in sessions.items():
        for key in keys:
            made.add(session, key)  # pyright: ignore[reportArgumentType]
    return made


def test_a_key_has_those_who_watch_it() -> None:
    made: Any = watching(ann="xy", bob="y")
    assert set(made.of("x")) == {"ann"}
    assert set(made.of("y")) == {"ann", "bob"}
    assert set(made.of("z")) == set()
    assert set(made.by("ann")) == {"x", "y"}
    assert set(made.by("eve")) == set()


def test_who_keeps_some_watches_no_more_than_those() -> None:
    made: Any = watching(ann="xyz", bob="z")
    made.keep("ann", ["x", "unwatched"])
    made.keep("eve", ["x"])
    assert (set(made.by("ann")), set(made.of("y")), set(made.of("z"))) == ({"x"}, set(), {"bob"})
    assert set(made.sessions) == {"ann", "bob"}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))))
def test_of_those_who_leave_nothing_is_left(pairs: list[tuple[str, str]]) -> None:
    made: Any = Watching()
    for session, key in pairs:
        made.add(session, key)
    for session in "ab":
        made.drop(session)
    assert not made._watchers
    assert not made._keys
