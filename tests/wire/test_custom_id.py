"""Custom ids: they fit, they read back, they name their owner, and nobody else's are taken for them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from flowcord.wire.custom_id import (
    MAX_LENGTH,
    ComponentId,
    LauncherId,
    digest,
    id_prefix,
    new_session_id,
    owner_of,
    parse,
)

kinds = st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True)
snowflakes = st.integers(0, 2**64 - 1)
components = st.text(min_size=1, max_size=30)


@pytest.mark.case("S1")
@given(snowflakes)
def test_a_session_id_ends_in_its_owners_id(owner: int) -> None:
    session = new_session_id(owner)
    assert owner_of(session) == owner
    assert len(session) <= 11 + 11


def test_session_ids_of_one_user_are_not_alike() -> None:
    ids = {new_session_id(80351110224678912) for _ in range(200)}
    assert len(ids) == 200
    assert len({session[11:] for session in ids}) == 1


@given(kinds, snowflakes, st.integers(0, 10**9), components)
@example("kind", 1, 1, "pages:next:1")  # a component part may hold the separator
def test_a_component_id_reads_back_as_it_was(kind: str, owner: int, visit: int, component: str) -> None:
    target = ComponentId(kind, new_session_id(owner), visit, component)
    assert parse(str(target)) == target
    assert str(target) == id_prefix(*target[:3]) + component


@given(kinds)
def test_a_launcher_id_reads_back_as_it_was(kind: str) -> None:
    assert parse(str(LauncherId(kind))) == LauncherId(kind)
    assert len(str(LauncherId(kind))) <= MAX_LENGTH


@given(kinds, snowflakes, st.integers(0, 10**6))
def test_every_prefix_leaves_room_for_a_component(kind: str, owner: int, visit: int) -> None:
    assert MAX_LENGTH - len(id_prefix(kind, new_session_id(owner), visit)) >= 30


@pytest.mark.case("S95")
@given(st.text())
@example("fc:")
@example("fc::::")
@example("fc:counter:session:1")
@example("fc:counter:session:one:+1")
@example("fc:counter:session:¹:+1")
@example("fc:counter:session:-1:+1")
@example("fc:counter:session:" + "1" * 5000 + ":+1")
@example("fc:counter:openly")
@example("FC:counter:open")
@example("other:counter:session:1:+1")
def test_arbitrary_text_is_never_an_error_and_rarely_ours(text: str) -> None:
    target = parse(text)
    assert target is None or (text.startswith("fc:") and parse(str(target)) == target)


@pytest.mark.case("S95")
@given(st.text().filter(lambda text: not text.startswith("fc:")))
def test_an_id_of_another_prefix_is_not_ours(text: str) -> None:
    assert parse(text) is None


@given(st.text())
@example("")
@example("short")
@example("elevenchars")
@example("elevenchars_not-base62")
def test_an_owner_is_read_from_any_text_or_none_is(session: str) -> None:
    owner = owner_of(session)
    assert owner is None or owner >= 0


@given(st.text(), st.text())
@example("\ud800", "\udfff")
def test_digests_tell_texts_apart(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(one).isalnum()
