"""The harness on menus: a test of a menu is a few lines, and menus that break FlowCord's promises fail it."""

from __future__ import annotations

import re

import discord
import pytest
from pydantic import BaseModel

from flowcord import Behavior, Flow, Menu, MenuContext, Options, Screen, button, list_pages, slash
from flowcord.errors import OptionsError
from flowcord.testing import Harness, HarnessError, MenuBot, NotShownError, RulesBrokenError
from tests.testing.handmade import HandmadeBot

pytestmark = pytest.mark.case("S159")


class Count(BaseModel):
    count: int = 0


class Step(Options):
    step: int = 1


class Counter(Menu[Count, Step]):
    cancellable = True
    behavior = Behavior(ephemeral=True)

    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Counter", description=f"Count: {self.state.current.count}"))

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += self.options.step

    @button("Pages")
    async def to_pages(self, ctx: MenuContext) -> None:
        await ctx.go_to(Pages)


class Pages(Menu):
    behavior = Behavior(ephemeral=True)
    pages = list_pages(total=25, per_page=10)

    def render(self) -> Screen:
        return Screen(f"{self.pages.start} to {self.pages.end}")


class Both(Flow):
    menus = (Counter, Pages)


async def test_a_test_of_a_menu_is_five_lines() -> None:
    async with Harness(MenuBot(Both)) as harness:
        menu = await harness.open(Counter)
        await harness.click("+1")
        assert menu is not None
        assert menu.has_text("Count: 1")


async def test_verbs_for_the_buttons_of_flowcord_s_own() -> None:
    async with Harness(MenuBot(Both)) as harness:
        menu = await harness.open(Counter, step=2)
        assert menu is not None
        await harness.click(key="add")
        assert (menu.ephemeral, menu.has_text("Count: 2")) == (True, True)
        await harness.click(key="to_pages")
        await harness.next_page()
        await harness.next_page()
        assert menu.has_text("20 to 25")
        await harness.previous_page("pages")
        assert menu.has_text("10 to 20")
        await harness.back()
        assert isinstance(harness.current_menu, Counter)
        assert harness.current_menu.options.step == 2
        await harness.cancel()
        assert harness.query_session() is None
        with pytest.raises(NotShownError, match="there is no session of ann"):
            _ = harness.session


async def test_what_happened_inside_can_be_asked() -> None:
    async with Harness(MenuBot(Both)) as harness:
        await harness.open(Counter)
        before = len(harness.displays)
        await harness.click(re.compile("^.1$"))
        assert [event.kind for event in harness.log][-3:] == ["input", "action", "render"]
        assert len(harness.renders) == 2
        assert harness.last_render == harness.renders[-1]
        assert len(harness.displays) == before + 1


async def test_a_session_ends_as_by_a_timeout_in_every_state() -> None:
    async with Harness(MenuBot(Both)) as harness:
        await harness.end()
        menu = await harness.open(Counter)
        assert menu is not None
        other = await harness.as_user("bob").open(Counter)
        assert other is not None
        await harness.end()
        assert menu.has_text("This interaction has timed out")
        assert not other.has_text("timed out")
        await harness.end_all()
        assert other.has_text("This interaction has timed out")
        await harness.end()
        await harness.end_all()


async def test_what_open_raises_is_raised() -> None:
    async with Harness(MenuBot(Both)) as harness:
        with pytest.raises(OptionsError, match="step"):
            await harness.open(Counter, step="many")
        harness.take_faults()
    async with Harness(HandmadeBot()) as harness:
        with pytest.raises(HarnessError, match="has no FlowCord"):
            await harness.open(Counter)


@slash("twin", description="Shows itself in a second message")
class Twin(Menu):
    def render(self) -> Screen:
        return Screen("Twin")

    @button("Double")
    async def double(self, ctx: MenuContext) -> None:
        shown = ctx.interaction.message
        assert shown is not None
        row = shown.components[0]
        view = discord.ui.View()
        assert isinstance(row, discord.ActionRow)
        for each in row.children:
            view.add_item(discord.ui.Button(label="Twin", custom_id=each.custom_id))
        await ctx.interaction.response.send_message("Twin", view=view)


async def test_two_messages_that_can_be_clicked_fail_a_test() -> None:
    with pytest.raises(RulesBrokenError, match="2 live messages"):
        async with Harness(MenuBot(Twin)) as harness:
            await harness.slash("twin")
            await harness.click("Double")
