"""How Discord sees a session: the fewest requests, each in time, by a route that leads to the message."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import Behavior, Button, EndReason, Menu, MenuContext, Screen, button, slash
from tests.simcord.menus import Count, MFlow, page
from tests.simcord.world import Bot, simulated, takes


@slash("pace", description="As slow as its buttons say")
class Pace(Menu[Count]):
    def render(self) -> Screen:
        speeds = [Button(f"{ms} ms", action=self.wait, args=(ms,)) for ms in (1900, 2500)]
        return Screen(embed=page("Pace", f"Count: {self.state.current.count}").embeds[0], components=speeds)

    async def wait(self, ctx: MenuContext, milliseconds: int) -> None:
        await takes(ctx, milliseconds / 1000)
        self.state.set(count=self.state.current.count + 1)

    @button("At once", defer=True)
    async def at_once(self, ctx: MenuContext) -> None:
        await self.wait(ctx, 500)

    @button("Nothing")
    async def nothing(self, ctx: MenuContext) -> None: ...

    @button("Own answer")
    async def own_answer(self, ctx: MenuContext) -> None:
        self.state.set(count=self.state.current.count + 1)
        await ctx.interaction.response.send_message("mine", ephemeral=True)


@pytest.mark.case("S1")
async def test_a_command_opens_by_one_call_a_session_that_names_its_owner() -> None:
    async with simulated(Bot(Pace)) as world:
        with world.requests() as made:
            menu = await world.ann.open("pace")
        assert made == ["message"]
        (session,) = world.sessions
        assert world.bot.flows.get_session(session.id) is session
        assert menu.title == "Pace"
        assert session.owner.id == world.ann.id


@pytest.mark.case("S98")
async def test_an_action_of_1900_ms_is_answered_by_one_call() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        with world.requests() as made:
            await world.ann.click(menu, "1900 ms")
            await world.advance(3)
        assert made == ["update"]
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S98")
async def test_an_action_of_2500_ms_is_deferred_at_2_seconds_and_edited_once() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        with world.requests() as made:
            click = await world.ann.click(menu, "2500 ms")
            await world.advance(1.99)
        assert (made, click.acknowledged) == ([], False)
        with world.requests() as made:
            await world.advance(0.01)
        assert (made, click.acknowledged) == (["defer"], True)
        with world.requests() as made:
            await world.advance(1)
        assert made == ["edit"]
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S98")
async def test_a_button_known_to_be_slow_is_deferred_at_once() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        with world.requests() as made:
            await world.ann.click(menu, "At once")
        assert made == ["defer"]
        with world.requests() as made:
            await world.advance(1)
        assert made == ["edit"]


@pytest.mark.case("S99")
async def test_an_equal_screen_is_acknowledged_and_not_sent() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        with world.requests() as made:
            await world.ann.click(menu, "Nothing")
        assert made == ["defer"]
        await world.ann.click(menu, "1900 ms")
        await world.advance(2)
        assert menu.lines == ["Count: 1"]


@slash("later", description="Takes long to set up")
class Later(Menu):
    async def setup(self, ctx: MenuContext) -> None:
        await takes(ctx, 5)

    def render(self) -> Screen:
        return page("Later")

    @button("Again")
    async def again(self, ctx: MenuContext) -> None: ...


@slash("secret", description="Takes long to set up, and is for one pair of eyes")
class Secret(Later):
    behavior = Behavior(ephemeral=True)


@pytest.mark.case("S11")
@pytest.mark.parametrize("command", ["later", "secret"])
async def test_a_slow_opening_shows_a_placeholder_of_the_menus_visibility(command: str) -> None:
    async with simulated(Bot(Later, Secret)) as world:
        with world.requests() as made:
            opened = await world.ann.slash(command)
            await world.advance(1.99)
        assert made == []
        with world.requests() as made:
            await world.advance(0.01)
        assert made == ["thinking"]
        with world.requests() as made:
            await world.advance(3)
        assert made == ["edit"]
        assert opened.shown.title == "Later"
        assert opened.shown.ephemeral == (command == "secret")
        with world.requests() as made:
            await world.ann.click(opened.shown, "Again")
        assert made == ["defer"]


@pytest.mark.case("S12")
async def test_an_interaction_that_was_answered_before_gets_the_menu_as_a_followup() -> None:
    async with simulated(Bot(MFlow)) as world:

        async def answer_first(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("first")
            await world.bot.flows.open(interaction, MFlow)

        with world.requests() as made:
            opened = await world.ann.do(answer_first)
        assert made == ["message", "followup"]
        (followup,) = opened.result.followups
        assert followup.embeds[0].title == "M"


@pytest.mark.case("S106")
async def test_a_handler_may_answer_the_interaction_itself() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        with world.requests() as made:
            click = await world.ann.click(menu, "Own answer")
        assert made == ["message", "edit"]
        assert click.whispered == ["mine"]
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S100")
async def test_a_lost_acknowledgement_ends_nothing_and_the_screen_goes_another_way() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        unknown = {"status": 404, "code": 10062, "message": "Unknown interaction", "times": 2}
        world.env.inject_error("POST", "/interactions/*/callback", **unknown)
        with world.requests() as made:
            world.lost.append(await world.ann.click(menu, "+1"))
        assert made == ["update", "defer", "edit"]
        assert menu.lines == ["Count: 1"]
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 2"]


@pytest.mark.case("S107")
@pytest.mark.parametrize("ephemeral", [False, True])
async def test_every_screen_arrives_however_old_the_first_token_is(ephemeral: bool) -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open_with(Pace, behavior=Behavior(ephemeral=ephemeral))
        for count in range(1, 11):
            await world.advance(240)
            await world.ann.click(menu, "2500 ms" if count % 2 else "1900 ms")
            await world.advance(3)
            assert menu.lines == [f"Count: {count}"]


@pytest.mark.case("S107")
async def test_a_public_menu_is_reached_through_its_channel_when_every_token_is_dead() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=3600))) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            await world.advance(3600)
        assert made == ["channel edit"]
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S108")
async def test_an_ephemeral_menu_ends_while_its_token_can_still_say_so() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open_with(MFlow, behavior=Behavior(ephemeral=True, timeout=3600))
        (session,) = world.sessions
        await world.advance(800)
        await world.ann.click(menu, "+1")
        await world.advance(869)
        assert menu.lines == ["Count: 1"]
        await world.advance(1)
        assert session.end.reason is EndReason.TIMEOUT
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S29")
async def test_a_menu_whose_message_was_deleted_ends_without_another_call() -> None:
    async with simulated(Bot(Pace)) as world:
        menu = await world.ann.open("pace")
        (session,) = world.sessions
        await world.ann.click(menu, "2500 ms")
        await world.advance(2)
        del world.env.backend.messages[menu.message.channel_id][menu.id]  # no event of it arrives
        with world.requests() as made:
            await world.advance(2)
        assert made == ["edit"]
        assert session.end.reason is EndReason.MESSAGE_DELETED
        assert world.trail[-2:] == ["on_leave Pace", "on_end Pace"]
        assert world.sessions == []


@pytest.mark.case("S29")
async def test_a_menu_no_route_leads_to_any_more_ends_unreachable() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=3600))) as world:
        await world.ann.open("m")
        (session,) = world.sessions
        await world.advance(1000)
        world.env.inject_error("PATCH", "/channels/*", status=403, code=50001, message="Missing Access")
        session.menu.state.set(count=3)
        with world.as_bot():
            session.refresh()
        await world.env.settle()
        assert session.end.reason is EndReason.UNREACHABLE
        assert world.sessions == []
