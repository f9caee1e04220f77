"""The gateway's events: heard in order, each by itself, and no longer than the app is open."""

from __future__ import annotations

from types import SimpleNamespace

from flowcord import EndReason, Menu, Screen
from tests.bed import CHANNEL, Bed, opened


class Home(Menu):
    def render(self) -> Screen:
        return Screen("home")


def deleted(bed: Bed, message_id: int | None, channel_id: int = CHANNEL) -> None:
    event = SimpleNamespace(channel_id=channel_id, message_id=message_id)
    bed.client.dispatch("raw_message_delete", event)


async def test_only_the_live_message_in_its_own_channel_counts() -> None:
    async with opened(Home) as bed:
        session = await bed.open(Home)
        deleted(bed, 1)
        deleted(bed, session.stage.message_id, channel_id=1)
        await bed.settle()
        assert session.end is None
        deleted(bed, session.stage.message_id)
        await bed.settle()
        assert session.end is not None
        assert session.end.reason is EndReason.MESSAGE_DELETED


async def test_an_odd_event_silences_none_of_the_later_ones() -> None:
    async with opened(Home) as bed:
        session = await bed.open(Home)
        bed.client.dispatch("raw_message_delete", object())
        assert [type(error) for error in bed.incidents()] == [AttributeError]
        deleted(bed, session.stage.message_id)
        await bed.settle()
        assert session.end is not None


async def test_a_closed_app_hears_nothing_and_is_forgotten() -> None:
    async with opened(Home) as bed:
        await bed.open(Home)
        await bed.flows.close()
        deleted(bed, 1)
        assert "raw_message_delete" not in bed.client._listeners
