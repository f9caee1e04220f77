"""Access: who may use a menu, decided afresh each time."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from flowcord import Access

ANN, BOB, CAT = 1, 2, 3
GUILD, MOD, HELPER = 10, 20, 21


@pytest.fixture
def guild() -> discord.Guild:
    state: Any = discord.Client(intents=discord.Intents.none())._connection
    role = {"permissions": "0", "color": 0, "hoist": False, "managed": False, "mentionable": False}
    roles = [{**role, "id": str(each), "name": "r", "position": 1} for each in (GUILD, MOD, HELPER)]
    return discord.Guild(data={"id": str(GUILD), "name": "g", "roles": roles}, state=state)  # pyright: ignore


def member(guild: discord.Guild, user: int, *roles: int) -> discord.Member:
    data: Any = {
        "user": {"id": str(user), "username": "u", "discriminator": "0", "avatar": None, "global_name": None},
        "roles": [str(role) for role in roles],
        "joined_at": None,
        "flags": 0,
    }
    return discord.Member(data=data, guild=guild, state=guild._state)


def user(number: int) -> Any:
    return SimpleNamespace(id=number)


@pytest.mark.case("S102")
def test_the_owner_alone_may_by_default_and_everyone_where_it_says_so() -> None:
    assert [Access.owner().allows(user(each), ANN) for each in (ANN, BOB)] == [True, False]
    assert [Access.everyone().allows(user(each), ANN) for each in (ANN, BOB)] == [True, True]


@pytest.mark.case("S102")
def test_listed_users_may_and_the_owner_unless_left_out() -> None:
    listed, others = Access.users(BOB), Access.users(BOB, owner=False)
    assert [listed.allows(user(each), ANN) for each in (ANN, BOB, CAT)] == [True, True, False]
    assert [others.allows(user(each), ANN) for each in (ANN, BOB, CAT)] == [False, True, False]


@pytest.mark.case("S102", "S103")
def test_members_with_a_role_may_as_long_as_they_have_it(guild: discord.Guild) -> None:
    moderators = Access.roles(MOD, HELPER, owner=False)
    bob = member(guild, BOB, MOD)
    assert moderators.allows(bob, ANN) is True
    assert moderators.allows(member(guild, BOB, HELPER), ANN) is True
    assert moderators.allows(member(guild, BOB), ANN) is False
    assert moderators.allows(member(guild, ANN), ANN) is False
    assert Access.roles(MOD).allows(member(guild, ANN), ANN) is True


def test_outside_of_servers_nobody_has_a_role() -> None:
    assert Access.roles(MOD, owner=False).allows(user(BOB), ANN) is False


@pytest.mark.case("S102")
async def test_a_predicate_may_be_a_coroutine() -> None:
    async def slowly(who: Any) -> bool:
        return who.id == BOB

    assert Access.predicate(lambda who: who.id == BOB).allows(user(BOB), ANN) is True
    verdict = Access.predicate(slowly).allows(user(CAT), ANN)
    assert inspect.isawaitable(verdict)
    assert await verdict is False


def test_whether_others_than_the_owner_may_is_known() -> None:
    assert not Access.owner().shared
    assert all(each.shared for each in (Access.everyone(), Access.users(1), Access.roles(1)))
    assert Access.predicate(lambda who: True).shared


def test_a_rule_says_what_it_is() -> None:
    rules = [Access.owner(), Access.users(1, 2), Access.roles(3), Access.everyone()]
    assert [repr(rule) for rule in rules] == [
        "Access.owner()",
        "Access.users(1, 2)",
        "Access.roles(3,)",
        "Access.everyone()",
    ]
