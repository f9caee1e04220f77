"""Where sessions are on display: what it finds, and that nothing is left of those that end."""

from __future__ import annotations

from flowcord import Menu, Screen
from tests.bed import CHANNEL, opened


class Home(Menu):
    def render(self) -> Screen:
        return Screen("home")


async def test_sessions_are_found_by_their_channel_until_they_end() -> None:
    async with opened(Home) as bed:
        channels = bed.flows._runtime.channels
        assert list(channels.sessions_in(CHANNEL)) == []
        sessions = [await bed.open(Home) for _ in range(3)]
        for number in range(3):
            assert set(channels.sessions_in(CHANNEL)) == set(sessions[number:])
            assert list(channels.sessions_in(1)) == []
            await sessions[number].close()
        assert list(channels.sessions_in(CHANNEL)) == []
        assert not channels._shown
