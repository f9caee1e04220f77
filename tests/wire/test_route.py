"""Routes: the newest token that is a message's own, and what is left when it has died."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowcord.wire.route import TOKEN_LIFETIME, Route


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
