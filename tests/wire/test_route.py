"""Routes: the newest token that is a message's own, and what is left when it has died."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, strategies as st

from flowcord.wire.route import TOKEN_LIFETIME, Route, sees_channel


def test_a_route_without_a_token_has_only_the_channel() -> None:
    assert Route(7, 1, ephemeral=False).live_token(0) is None


def test_a_public_message_uses_its_token_until_shortly_before_it_dies() -> None:
    route = Route(7, 1, ephemeral=False)
    route.adopt(9, "token", arrived=100)
    assert route.live_token(100 + TOKEN_LIFETIME - 6) == "token"
    assert route.live_token(100 + TOKEN_LIFETIME - 4) is None


def test_an_ephemeral_message_tries_its_token_even_when_it_must_be_dead() -> None:
    route = Route(7, 1, ephemeral=True)
    route.adopt(9, "token", arrived=0)
    assert route.live_token(10 * TOKEN_LIFETIME) == "token"


@given(st.lists(st.integers(0, 2000), min_size=1))
def test_the_newest_token_is_used_in_whatever_order_they_come(arrivals: list[int]) -> None:
    route = Route(7, 1, ephemeral=False)
    for arrived in arrivals:
        route.adopt(9, f"token of {arrived}", arrived)
    newest = max(arrivals)
    assert route.live_token(newest) == f"token of {newest}"
    assert route.expires == newest + TOKEN_LIFETIME


def test_where_the_bot_cannot_use_the_channel_a_public_message_is_as_hard_to_reach_as_an_ephemeral_one() -> (
    None
):
    for route in (Route(7, 1, ephemeral=True), Route(7, 1, ephemeral=False, in_channel=False)):
        assert route.tokens_only
        route.adopt(9, "token", arrived=0)
        assert not route.is_dead(TOKEN_LIFETIME - 6)
        assert route.is_dead(TOKEN_LIFETIME - 4)
        assert route.live_token(10 * TOKEN_LIFETIME) == "token"
    assert not Route(7, 1, ephemeral=False).is_dead(10 * TOKEN_LIFETIME)


USER: Any = {"id": "5", "username": "ann", "discriminator": "0", "avatar": None, "global_name": None}
VIEW = str(discord.Permissions(view_channel=True).value)
MEMBER = {
    "user": USER,
    "roles": [],
    "joined_at": None,
    "deaf": False,
    "mute": False,
    "permissions": "0",
    "flags": 0,
}
IN_GUILD = {
    "guild_id": "6",
    "member": MEMBER,
    "app_permissions": VIEW,
    "authorizing_integration_owners": {"0": "6"},
}


@pytest.mark.parametrize(
    ("sent", "sees"),
    [
        (IN_GUILD, True),
        ({**IN_GUILD, "authorizing_integration_owners": {"0": "6", "1": "5"}}, True),
        ({**IN_GUILD, "authorizing_integration_owners": {"1": "5"}}, False),
        ({**IN_GUILD, "app_permissions": "0"}, False),
        ({"context": 1}, True),
        ({"context": 2, "authorizing_integration_owners": {"1": "5"}}, False),
    ],
    ids=["guild", "both", "user only", "hidden", "dm", "others' dm"],
)
async def test_whether_the_bot_can_use_the_channel_is_known_from_the_interaction(
    sent: dict[str, Any], sees: bool
) -> None:
    async with discord.Client(intents=discord.Intents.none()) as client:
        state: Any = client._connection
        state.user = discord.ClientUser(state=state, data={**USER, "id": "1"})
        payload: Any = {
            "id": "1",
            "application_id": "2",
            "type": 2,
            "token": "token",
            "version": 1,
            "channel_id": "7",
            "user": USER,
            "data": {"id": "3", "name": "any", "type": 1},
            "attachment_size_limit": 0,
            **sent,
        }
        assert sees_channel(discord.Interaction(data=payload, state=state)) is sees
