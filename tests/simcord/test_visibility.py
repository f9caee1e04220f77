"""Public and private menus in one session: what is private never travels in a public message."""

from __future__ import annotations

import discord
import pytest

from flowcord import Behavior, Flow, Menu, MenuContext, Screen, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.world import Bot, simulated, takes


class Private(Menu):
    behavior = Behavior(ephemeral=True)
    clicks = 0

    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Private", description=f"Secret {self.clicks}"))

    @button("Again")
    async def again(self, ctx: MenuContext) -> None:
        self.clicks += 1


@slash("hall", description="A public hall with a private room")
class Hall(Menu):
    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Hall"))

    @button("Enter")
    async def enter(self, ctx: MenuContext) -> None:
        await ctx.go_to(Private)

    @button("Enter slowly")
    async def enter_slowly(self, ctx: MenuContext) -> None:
        await takes(ctx, 2.5)
        await ctx.go_to(Private)


class HallFlow(Flow):
    kind = "hall"
    menus = (Hall, Private)


async def test_a_private_menu_gets_a_message_of_its_own_and_the_public_one_is_stripped() -> None:
    async with simulated(Bot(HallFlow)) as world:
        hall = await world.ann.open("hall")
        with world.requests() as made:
            click = await world.ann.click(hall, "Enter")
        assert made == ["message", "edit"]
        assert hall.title == "Hall"
        assert hall.buttons == {}
        private = click.shown
        assert private.ephemeral
        assert private.lines == ["Secret 0"]
        await world.ann.click(private, "Again")
        assert private.lines == ["Secret 1"]


async def test_back_from_a_private_menu_is_public_again() -> None:
    async with simulated(Bot(HallFlow)) as world:
        hall = await world.ann.open("hall")
        private = (await world.ann.click(hall, "Enter")).shown
        again = (await world.ann.click(private, "Back")).shown
        assert not again.ephemeral
        assert again.title == "Hall"
        assert private.buttons == {}
        await world.ann.click(again, "Enter")
        assert len(world.sessions) == 1


async def test_a_slow_way_into_a_private_menu_is_private_too() -> None:
    async with simulated(Bot(HallFlow)) as world:
        hall = await world.ann.open("hall")
        click = world.ann.tap(hall, hall.buttons["Enter slowly"])
        await world.advance(3)
        assert hall.title == "Hall"
        assert hall.buttons == {}
        (private,) = click.whispers
        assert private.ephemeral
        assert private.title == "Private"


async def test_a_private_message_that_cannot_be_sent_leaves_the_public_menu_usable(
    incidents: Incidents,
) -> None:
    async with simulated(Bot(HallFlow)) as world:
        hall = await world.ann.open("hall")
        world.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
        await world.ann.click(hall, "Enter")
        assert hall.title == "Hall"
        assert len(incidents()) == 1
        private = (await world.ann.click(hall, "Enter")).shown
        assert private.ephemeral


async def test_a_private_menu_never_takes_the_place_of_a_placeholder_that_others_may_see() -> None:
    async with simulated(Bot(HallFlow)) as world:

        async def defer_and_open(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            await world.bot.flows.open(interaction, HallFlow, behavior=Behavior(ephemeral=True))

        with world.requests() as made:
            command = await world.ann.do(defer_and_open)
        (menu,) = command.whispers
        assert menu.title == "Hall"
        assert menu.ephemeral
        assert made == ["thinking", "edit", "followup", "delete"]
        assert command.result.response is None


@slash("den", description="A public place whose way in thinks aloud")
class Den(Menu):
    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Den"))

    @button("Aloud")
    async def aloud(self, ctx: MenuContext) -> None:
        await ctx.interaction.response.defer(thinking=True)
        await ctx.go_to(Private)

    @button("Quietly")
    async def quietly(self, ctx: MenuContext) -> None:
        await ctx.interaction.response.defer(thinking=True, ephemeral=True)
        await ctx.go_to(Private)

    @button("And says so")
    async def says_so(self, ctx: MenuContext) -> None:
        await ctx.interaction.response.defer(thinking=True)
        await ctx.interaction.followup.send("Said")
        await ctx.go_to(Private)

    @button("Secretly")
    async def secretly(self, ctx: MenuContext) -> None:
        await ctx.interaction.response.defer(thinking=True)
        ctx.notify("A secret", private=True)


class DenFlow(Flow):
    kind = "den"
    menus = (Den, Private)


@pytest.mark.parametrize(
    ("label", "calls", "public"),
    [
        ("Aloud", ["thinking", "look", "edit", "followup", "delete", "edit"], ["Den"]),
        ("Quietly", ["thinking", "look", "edit", "edit"], ["Den"]),
        ("And says so", ["thinking", "followup", "look", "followup", "edit"], ["Den", "Said"]),
        ("Secretly", ["thinking", "look", "edit", "followup", "delete"], ["Den"]),
    ],
)
async def test_a_placeholder_of_the_developers_own_never_makes_public_what_is_private(
    label: str, calls: list[str], public: list[str]
) -> None:
    async with simulated(Bot(DenFlow)) as world:
        den = await world.ann.open("den")
        with world.requests() as made:
            await world.ann.click(den, label)
        assert made == calls
        seen = world.channel.history()
        assert [each.embeds[0].title if each.embeds else each.content for each in seen] == public
        if label != "Secretly":
            (session,) = world.sessions
            assert session.stage.ephemeral
            assert den.buttons == {}
