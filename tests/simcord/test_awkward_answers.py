"""Answers that go wrong, come late or were given by somebody else: everyone still hears something."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import Access, Behavior, EndReason, GuardFailed, Menu, MenuContext, Modal, Screen, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import MFlow, page
from tests.simcord.world import Bot, simulated, takes


class NameForm(Modal, title="Your name"):
    name = discord.ui.Label(text="Name", component=discord.ui.TextInput())


def refuse(menu: Any) -> NameForm:
    raise GuardFailed("Not today.")


async def dawdle(menu: Any) -> NameForm:
    await takes(menu.seen, 5)
    return NameForm()


@slash("forms", description="Has forms that do not open")
class Forms(Menu):
    seen: MenuContext

    def setup(self, ctx: MenuContext) -> None:
        self.seen = ctx

    def render(self) -> Screen:
        return page("Forms")

    @button("Name", opens=NameForm)
    async def take_name(self, ctx: MenuContext, form: NameForm) -> None: ...

    @button("Refused", opens=refuse)
    async def refused(self, ctx: MenuContext, form: NameForm) -> None: ...

    @button("Slow", opens=dawdle)
    async def slow(self, ctx: MenuContext, form: NameForm) -> None: ...

    @button("Edits")
    async def edits(self, ctx: MenuContext) -> None:
        await ctx.interaction.response.edit_message(content="Working…", embed=None, view=None)


async def test_a_form_that_discord_does_not_take_is_told(incidents: Incidents) -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        world.env.inject_error("POST", "/interactions/*/callback", status=500)
        click = await world.ann.click(menu, "Name")
        assert "report this code" in click.whispered[0]
        assert len(incidents()) == 1


@pytest.mark.case("S81")
async def test_a_form_method_may_refuse_as_a_guard_does() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.click(menu, "Refused")
        assert (menu.content, menu.title) == ("Not today.", "Forms")


async def test_a_form_that_is_not_ready_in_two_seconds_is_refused_aloud() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.click(menu, "Slow")
        await world.advance(2)
        assert menu.content == "That is not possible right now."


@pytest.mark.case("S106")
async def test_a_screen_comes_back_after_a_handler_edited_the_message_itself() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.click(menu, "Edits")
        assert (menu.title, menu.content) == ("Forms", "")
        assert menu.labels == ["Name", "Refused", "Slow", "Edits"]


async def test_a_rule_that_takes_long_leaves_no_click_unanswered() -> None:
    seen: list[Any] = []

    async def slow_rule(user: discord.User | discord.Member) -> bool:
        await takes(seen[0], 5)
        return user.name == "ann"

    class SlowFlow(MFlow):
        kind = "slow"
        behavior = Behavior(access=Access.predicate(slow_rule))

        def on_enter(self, ctx: MenuContext) -> None:
            seen.append(ctx)

    async with simulated(Bot(SlowFlow)) as world:
        menu = await world.ann.open("m")
        clicks = [await world.ann.click(menu, "+1"), await world.bob.click(menu, "+1")]
        await world.advance(2)
        assert all(click.acknowledged for click in clicks)
        await world.advance(3)
        assert menu.lines == ["Count: 1"]
        assert clicks[1].whispered == ["This menu belongs to somebody else."]


async def test_a_token_that_died_early_leaves_a_public_menu_its_channel() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        world.env.inject_error(
            "PATCH", "/webhooks/*", status=401, code=50027, message="Invalid Webhook Token"
        )
        await world.advance(300)
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S29")
async def test_a_menu_in_an_archived_thread_is_unreachable() -> None:
    async with simulated(Bot(MFlow, behavior=Behavior(timeout=None))) as world:
        await world.ann.open("m")
        (session,) = world.sessions
        await world.advance(900)
        world.env.inject_error("PATCH", "/channels/*", status=400, code=50083, message="Thread is archived")
        with world.as_bot():
            session.menu.state.set(count=1)
            session.refresh()
        await world.env.settle()
        assert session.end.reason is EndReason.UNREACHABLE


@pytest.mark.case("S12")
async def test_a_click_that_its_own_code_deferred_leaves_what_was_clicked_alone() -> None:
    class Panel(discord.ui.View):
        @discord.ui.button(label="Open")
        async def opens(self, interaction: discord.Interaction[Any], _: Any) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.client.flows.open(interaction, MFlow)

    async def post(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("the panel", view=Panel())

    async with simulated(Bot(MFlow)) as world:
        panel = (await world.ann.do(post)).shown
        menu = (await world.ann.click(panel, "Open")).shown
        assert (panel.content, panel.title) == ("the panel", None)
        assert menu.title == "M"
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S29")
async def test_a_sentence_that_discord_does_not_take_says_nothing_of_the_menus_message(
    incidents: Incidents,
) -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10008)
        click = await world.ann.click(menu, "Name")
        assert "report this code" in click.whispered[0]
        assert len(incidents()) == 1
        assert len(world.sessions) == 1
