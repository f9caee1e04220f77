"""From whatever a user did to the first screen."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import discord
import pytest

from flowcord import Behavior, Flow, Menu, MenuContext, Screen, UnknownMenuError, button, slash
from tests.simcord.menus import Count, D, M, MFlow, page
from tests.simcord.world import Bot, Shown, simulated, takes


class Foreign(discord.ui.View):
    """A view of a cog that knows menus, and whose messages stay as they are."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Menu", custom_id="foreign:menu")
    async def open_menu(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        await interaction.client.flows.open(interaction, interaction.client.target)

    @discord.ui.button(label="Form", custom_id="foreign:form")
    async def open_form(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(ForeignForm())


class ForeignForm(discord.ui.Modal, title="A form of a cog"):
    text = discord.ui.Label(text="text", component=discord.ui.TextInput(required=False))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.flows.open(interaction, interaction.client.target)


class CogBot(Bot):
    """Opens `target` in every way that an interaction offers."""

    def __init__(self, target: Any, **settings: Any) -> None:
        super().__init__(target, **settings)
        self.target = target

    async def setup_hook(self) -> None:
        @self.tree.command(name="panel", description="Shows the view")
        async def panel(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("panel", view=Foreign())

        @self.tree.context_menu(name="Inspect")
        async def inspect(interaction: discord.Interaction[Any], member: discord.Member) -> None:
            await self.flows.open(interaction, self.target)

        await super().setup_hook()


@pytest.mark.case("S12")
async def test_components_forms_and_context_menus_of_others_open_a_message_of_its_own() -> None:
    async with simulated(CogBot(MFlow)) as world:
        panel = await world.ann.open("panel")
        with world.requests() as made:
            by_button = await world.ann.click(panel, "Menu")
        assert made == ["message"]
        by_form = await world.ann.submit(await world.ann.click(panel, "Form"), text="x")
        inspected = await world.ann.actor.context_menu(world.channel, "Inspect", world.bob.actor)

        menus = [by_button.shown, by_form.shown, Shown(inspected.response)]
        assert len({menu.id for menu in menus}) == 3
        for count, menu in enumerate(menus, 1):
            for _ in range(count):
                await world.ann.click(menu, "+1")
        assert [menu.lines for menu in menus] == [["Count: 1"], ["Count: 2"], ["Count: 3"]]
        assert (panel.content, panel.labels) == ("panel", ["Menu", "Form"])


@pytest.mark.case("S11", "S12")
async def test_a_slow_menu_opened_by_a_component_leaves_the_clicked_message_alone() -> None:
    @slash("slow", description="Takes long to set up")
    class Slow(M):
        behavior = Behavior(ephemeral=True)

        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 5)

    async with simulated(CogBot(Slow)) as world:
        panel = await world.ann.open("panel")
        with world.requests() as made:
            opened = await world.ann.click(panel, "Menu")
            await world.advance(6)
        assert made == ["thinking", "edit"]
        assert panel.labels == ["Menu", "Form"]
        assert opened.shown.ephemeral
        with world.requests() as made:
            await world.ann.click(opened.shown, "+1")
        assert made == ["update"]
        assert opened.shown.lines == ["Count: 1"]


class Way(Menu):
    """Where `/way` begins; it goes on at once, or after a while."""

    seconds = 0.0

    async def on_enter(self, ctx: MenuContext) -> None:
        if self.seconds:
            await takes(ctx, self.seconds)
        await ctx.go_to("end")

    def render(self) -> Screen:
        raise AssertionError("never shown")


class End(Menu[Count]):
    def render(self) -> Screen:
        return page("End", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.set(count=self.state.current.count + 1)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("seconds", [0, 3])
async def test_a_redirect_at_the_opening_shows_what_it_leads_to_to_whom_it_is_for(
    private: bool, seconds: float
) -> None:
    @slash("way", description="Leads elsewhere")
    class Begin(Way):
        behavior = Behavior(ephemeral=not private)

    class Ending(End):
        name = "end"
        behavior = Behavior(ephemeral=private)

    class WayFlow(Flow):
        kind = "way"
        menus = (Begin, Ending)

    Begin.seconds = seconds
    async with simulated(Bot(WayFlow)) as world:
        with world.requests() as made:
            opened = await world.ann.slash("way")
            await world.advance(4)
        if seconds:
            assert made == ["thinking", "edit", "followup", "delete"]
            (menu,) = [Shown(each) for each in opened.result.followups]
        else:
            assert made == ["message"]
            menu = opened.shown
        assert (menu.title, menu.ephemeral) == ("End", private)
        assert [message.id for message in world.channel.history()] == ([] if private else [menu.id])
        for _ in range(3):
            await world.ann.click(menu, "+1")
            await world.advance(290)
        assert menu.lines == ["Count: 3"]


@pytest.mark.case("S8a")
async def test_a_menu_in_several_flows_is_opened_where_it_is_the_entry() -> None:
    class One(Flow):
        kind = "one"
        menus = (M, D)

    class Two(Flow):
        kind = "two"
        menus = (End, D)

    async def open_d(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(UnknownMenuError, match="one, two"):
            await interaction.client.flows.open(interaction, D)
        assert (await interaction.client.flows.open(interaction, End)).definition.kind == "two"

    async with simulated(Bot(One, Two)) as world:
        assert (await world.ann.do(open_d)).shown.title == "End"


async def test_a_session_may_belong_to_somebody_else_than_who_interacted() -> None:
    async with simulated(Bot(MFlow)) as world:
        bob = cast(discord.User, discord.Object(world.bob.id))
        opened = await world.ann.do(
            lambda interaction: interaction.client.flows.open(
                interaction, MFlow, owner=discord.Object(bob.id)
            )
        )
        refused = await world.ann.click(opened.shown, "+1")
        await world.bob.click(opened.shown, "+1")
        assert refused.whispered == ["This menu belongs to somebody else."]
        assert opened.shown.lines == ["Count: 1"]


async def test_many_commands_at_once_open_as_many_sessions() -> None:
    async def open_five(interaction: discord.Interaction[Any]) -> None:
        opening = [interaction.client.flows.open(interaction, MFlow) for _ in range(5)]
        sessions = await asyncio.gather(*opening)
        assert len({session.id for session in sessions}) == 5

    async with simulated(Bot(MFlow)) as world:
        with world.requests() as made:
            opened = await world.ann.do(open_five)
        assert sorted(made) == ["followup"] * 4 + ["message"]
        menus = [opened.shown, *(Shown(each) for each in opened.result.followups)]
        for menu in menus:
            await world.ann.click(menu, "+1")
        assert [menu.lines for menu in menus] == [["Count: 1"]] * 5
