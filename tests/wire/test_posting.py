"""New messages: by the first way that is open, and never seen by more people than they are for."""

from __future__ import annotations

import pytest

from flowcord import EphemeralError
from flowcord.wire.endpoint import Unreachable
from flowcord.wire.payload import EPHEMERAL
from flowcord.wire.posting import post
from flowcord.wire.route import Route
from tests.wire.test_answer import PAGE, Desk, opened


def route_for(*, ephemeral: bool, in_channel: bool = True) -> Route:
    return Route(500, None, ephemeral=ephemeral, in_channel=in_channel)


def flags(desk: Desk, route: Route) -> int:
    return desk.wire.shown(route.message_id or 0)["flags"]


@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_it_is_the_answer_where_that_is_still_to_be_given_and_else_follows(ephemeral: bool) -> None:
    async with opened() as desk:
        click = desk.click()
        first = await post(desk.wire, click, route_for(ephemeral=ephemeral), PAGE)
        second = await post(desk.wire, click, route_for(ephemeral=ephemeral), PAGE)
        assert desk.wire.calls == ["message", "followup"]
        assert first.message_id != second.message_id
        for route in (first, second):
            assert flags(desk, route) == (EPHEMERAL if ephemeral else 0)
            assert route.token == click.interaction.token
            await desk.wire.edit(route, {"content": "edited"})


@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_it_takes_the_place_of_a_placeholder_of_its_visibility(ephemeral: bool) -> None:
    async with opened() as desk:
        command = desk.command()
        command.promise(desk.punctual, ephemeral=ephemeral)
        desk.clock.advance(2)
        await command.settled()
        route = await post(desk.wire, command, route_for(ephemeral=ephemeral, in_channel=False), PAGE)
        assert desk.wire.calls == ["thinking", "edit"]
        assert desk.wire.shown(command.message_id or 0)["content"] == "page"
        assert route.tokens_only


async def test_without_an_answer_a_public_one_goes_to_the_channel() -> None:
    async with opened() as desk:
        route = await post(desk.wire, None, route_for(ephemeral=False), PAGE)
        assert desk.wire.calls == ["send"]
        assert (flags(desk, route), route.token) == (0, None)


async def test_an_ephemeral_one_follows_the_ephemeral_one_before_it() -> None:
    async with opened() as desk:
        before = await post(desk.wire, desk.click(), route_for(ephemeral=True), PAGE)
        route = await post(desk.wire, None, route_for(ephemeral=True), PAGE, before=before)
        assert desk.wire.calls == ["message", "followup"]
        assert (flags(desk, route), route.token) == (EPHEMERAL, before.token)
        desk.clock.advance(900)
        with pytest.raises(Unreachable):
            await post(desk.wire, None, route_for(ephemeral=True), PAGE, before=route)


async def test_the_token_of_a_public_message_sends_to_all_but_to_nobody_alone() -> None:
    async with opened() as desk:
        before = await post(desk.wire, desk.click(), route_for(ephemeral=False, in_channel=False), PAGE)
        with pytest.raises(EphemeralError):
            await post(desk.wire, None, route_for(ephemeral=True), PAGE, before=before)
        route = await post(desk.wire, None, route_for(ephemeral=False, in_channel=False), PAGE, before=before)
        assert desk.wire.calls == ["message", "followup"]
        assert flags(desk, route) == 0


async def test_without_anything_to_answer_nobody_is_told_alone() -> None:
    async with opened() as desk:
        with pytest.raises(EphemeralError, match="one user sees alone"):
            await post(desk.wire, None, route_for(ephemeral=True), PAGE)
        assert desk.wire.calls == []
