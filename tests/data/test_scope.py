"""Stored ids: who shares what, and which text may be an id."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from flowcord.data.scope import Scope, check_key, owner_of, scope_ids
from flowcord.errors import ScopeUnavailableError, StateValidationError

ANN, BOB = 1001, 1002
odd_text = st.text(st.characters(codec=None), min_size=1, max_size=220)


def usable(text: str, longest: int) -> bool:
    import unicodedata

    return len(text) <= longest and not any(c == "/" or unicodedata.category(c) in {"Cc", "Cs"} for c in text)


@pytest.mark.case("D3", "D4")
def test_session_data_belongs_to_flow_place_and_user_and_user_data_to_the_user() -> None:
    home = scope_ids("shop", owner_id=ANN, guild_id=1)
    assert home == {Scope.SESSION: "shop/1/1001", Scope.USER: "1001", Scope.PROJECT: "1"}
    elsewhere = [scope_ids("shop", owner_id=ANN, guild_id=2), scope_ids("shop", owner_id=ANN, guild_id=None)]
    stranger = scope_ids("shop", owner_id=BOB, guild_id=1)
    assert len({ids[Scope.SESSION] for ids in (home, *elsewhere, stranger)}) == 4
    assert {ids[Scope.USER] for ids in elsewhere} == {"1001"}
    assert stranger[Scope.USER] == "1002"


@pytest.mark.case("D6", "D7")
def test_a_direct_message_has_no_project_and_a_resolver_may_join_servers() -> None:
    assert scope_ids("shop", owner_id=ANN, guild_id=None)[Scope.PROJECT] is None
    assert scope_ids("shop", owner_id=ANN, guild_id=3, project=None)[Scope.PROJECT] is None
    joined = [scope_ids("shop", owner_id=ANN, guild_id=guild, project="acme") for guild in (1, 2)]
    assert [ids[Scope.PROJECT] for ids in joined] == ["acme", "acme"]


@pytest.mark.case("D8", "D76")
def test_overridden_session_ids_stay_inside_of_their_flow_and_isolation_prefixes_the_kind() -> None:
    ids = [scope_ids("shop", owner_id=user, guild_id=1, session="chan-7") for user in (ANN, BOB)]
    assert {each[Scope.SESSION] for each in ids} == {"shop/chan-7"}
    assert scope_ids("quest", owner_id=ANN, guild_id=1, session="chan-7")[Scope.SESSION] == "quest/chan-7"
    isolated = scope_ids("shop", owner_id=ANN, guild_id=1, isolate={Scope.USER, Scope.PROJECT})
    assert (isolated[Scope.USER], isolated[Scope.PROJECT]) == ("shop/1001", "shop/1")
    assert scope_ids("shop", owner_id=ANN, guild_id=None, isolate={Scope.PROJECT})[Scope.PROJECT] is None


@pytest.mark.case("D9")
@pytest.mark.parametrize("answer", ["", "a/b", "x" * 201, "tab\there", "\x00", "\ud800", 7, None, b"x"])
def test_an_answer_that_is_no_id_is_refused(answer: object) -> None:
    with pytest.raises(ScopeUnavailableError):
        scope_ids("shop", owner_id=ANN, guild_id=1, session=answer)
    if answer is not None:
        with pytest.raises(ScopeUnavailableError):
            scope_ids("shop", owner_id=ANN, guild_id=1, project=answer)


@given(odd_text)
def test_any_other_text_is_an_id_exactly_as_it_is(text: str) -> None:
    if usable(text, 200):
        assert scope_ids("shop", owner_id=ANN, guild_id=1, session=text)[Scope.SESSION] == f"shop/{text}"
        assert scope_ids("shop", owner_id=ANN, guild_id=1, project=text)[Scope.PROJECT] == text
    else:
        with pytest.raises(ScopeUnavailableError):
            scope_ids("shop", owner_id=ANN, guild_id=1, session=text)


@given(odd_text)
def test_a_key_is_text_without_slash_or_control_characters_and_is_never_quoted(text: str) -> None:
    if usable(text, 100):
        assert check_key("Home.notes", text) == text
    else:
        with pytest.raises(StateValidationError) as caught:
            check_key("Home.notes", text)
        assert len(text) < 4 or text not in str(caught.value)


@given(
    odd_text.filter(lambda text: usable(text, 200)),
    st.integers(1, 2**64),
    st.one_of(st.none(), st.integers(1)),
)
def test_the_owner_is_read_from_the_id_alone(answer: str, owner: int, guild: int | None) -> None:
    default = scope_ids("shop", owner_id=owner, guild_id=guild, isolate={Scope.USER})
    assert owner_of(Scope.SESSION, str(default[Scope.SESSION])) == str(owner)
    assert owner_of(Scope.USER, str(default[Scope.USER])) == str(owner)
    assert owner_of(Scope.PROJECT, "1") is None
    overridden = scope_ids("shop", owner_id=owner, guild_id=guild, session=answer)
    assert owner_of(Scope.SESSION, str(overridden[Scope.SESSION])) is None
