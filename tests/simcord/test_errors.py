"""What raises is logged under an id that the user sees, and leaves the menu usable."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    Button,
    EndReason,
    Flow,
    Menu,
    MenuContext,
    OptionsError,
    Screen,
    UnknownMenuError,
    button,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, D, page
from tests.simcord.test_navigation import Item, Shop
from tests.simcord.world import Bot, simulated

SECRET = "the password is swordfish"


def incident_of(text: str) -> str:
    """The id in what a user was told, which holds nothing of the exception."""
    assert "swordfish" not in text
    found = re.search(r"report this code: `([0-9a-f]{8})`", text)
    assert found is not None, text
    return found[1]


@slash("fragile", description="Breaks where it is told to")
class Fragile(Menu[Count]):
    broken_render = False
    heard: list[str]

    def setup(self, ctx: MenuContext) -> None:
        self.heard = []

    def render(self) -> Screen:
        if self.broken_render:
            raise LookupError(SECRET)
        return page("Fragile", f"Count: {self.state.current.count}")

    def on_error(self, ctx: MenuContext, error: Exception) -> None:
        self.heard.append(type(error).__name__)

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.broken_render = False
        with self.state.edit() as state:
            state.count += 1

    @button("Raise")
    async def fail(self, ctx: MenuContext) -> None:
        raise LookupError(SECRET)

    @button("Raise half-way")
    async def fail_half_way(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count = 99
            raise LookupError(SECRET)

    @button("Break")
    async def break_render(self, ctx: MenuContext) -> None:
        self.broken_render = True

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to("broken")

    @button("Go, go")
    async def go_twice(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)
        try:
            await ctx.go_to("unseen")
        except Exception:
            self.heard.append("caught in the handler")


class BrokenEntry(Menu):
    name = "broken"

    def on_enter(self, ctx: MenuContext) -> None:
        raise LookupError(SECRET)

    def render(self) -> Screen:
        raise AssertionError("never rendered")


class BrokenSetup(BrokenEntry):
    name = "broken"

    def setup(self, ctx: MenuContext) -> None:
        raise LookupError(SECRET)


class Unseen(Menu):
    def render(self) -> Screen:
        raise LookupError(SECRET)


def flow_of(broken: type[Menu]) -> type[Flow]:
    return type("FragileFlow", (Flow,), {"menus": (Fragile, broken, D, Unseen)})


@pytest.mark.case("S148")
async def test_an_action_that_raises_leaves_the_menu_as_it_was_with_a_notice(incidents: Incidents) -> None:
    async with simulated(Bot(flow_of(BrokenEntry))) as world:
        menu = await world.ann.open("fragile")
        await world.ann.click(menu, "+1")
        with world.requests() as made:
            await world.ann.click(menu, "Raise")
        assert made == ["update"]
        assert menu.lines == ["Count: 1"]
        assert incident_of(menu.content) in incidents()[0]
        assert world.sessions[0].menu.heard == ["LookupError"]

        await world.ann.click(menu, "Raise half-way")
        await world.ann.click(menu, "+1")
        assert (menu.content, menu.lines) == ("", ["Count: 2"])
        assert len(incidents()) == 2


@pytest.mark.case("S148")
async def test_where_others_may_click_only_who_clicked_is_told(incidents: Incidents) -> None:
    async with simulated(Bot(flow_of(BrokenEntry), behavior=Behavior(access=Access.everyone()))) as world:
        menu = await world.ann.open("fragile")
        click = await world.bob.click(menu, "Raise")
        assert menu.content == ""
        assert incident_of(click.whispered[0]) in incidents()[0]


@pytest.mark.case("S150")
@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        RuntimeError("upstream request timed out"),
        KeyError("Collector"),
        asyncio.CancelledError(),  # of something that the handler waited for
    ],
    ids=lambda error: type(error).__name__,
)
async def test_nothing_is_judged_by_its_text(error: BaseException, incidents: Incidents) -> None:
    @slash("raises", description="Raises")
    class Raises(Menu):
        def render(self) -> Screen:
            return Screen("Raises", components=[Button("Raise", action=self.fail)])

        async def fail(self, ctx: MenuContext) -> None:
            raise error

    async with simulated(Bot(Raises)) as world:
        menu = await world.ann.open("raises")
        await world.ann.click(menu, "Raise")
        assert incident_of(menu.content) in incidents()[0]
        await world.ann.click(menu, "Raise")
        assert incident_of(menu.content) in incidents()[1]
        assert len(world.sessions) == 1
        assert world.ran("on_timeout") == []


@pytest.mark.case("S151")
async def test_a_render_that_raises_keeps_the_last_screen_and_its_buttons(incidents: Incidents) -> None:
    async with simulated(Bot(flow_of(BrokenEntry))) as world:
        menu = await world.ann.open("fragile")
        with world.requests() as made:
            click = await world.ann.click(menu, "Break")
        assert made == ["message"]
        assert incident_of(click.whispered[0]) in incidents()[0]
        assert menu.lines == ["Count: 0"]
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S151")
async def test_three_failures_in_a_row_of_one_user_are_the_end(incidents: Incidents) -> None:
    behavior = Behavior(access=Access.everyone())
    async with simulated(Bot(flow_of(BrokenEntry), behavior=behavior)) as world:
        menu = await world.ann.open("fragile")
        for person in (world.ann, world.bob, world.ann, world.bob):
            await person.click(menu, "Break")
            world.sessions[0].menu.broken_render = False
        assert len(world.sessions) == 1
        await world.ann.click(menu, "Break")
        assert incident_of(menu.content) in incidents()[-1]
        assert menu.labels == []
        assert world.sessions == []


@pytest.mark.case("S149")
async def test_a_policy_of_end_shows_the_incident_on_the_message(incidents: Incidents) -> None:
    async with simulated(Bot(flow_of(BrokenEntry), behavior=Behavior(error_policy="end"))) as world:
        menu = await world.ann.open("fragile")
        with world.requests() as made:
            await world.ann.click(menu, "Raise")
        assert made == ["update"]
        assert incident_of(menu.content) in incidents()[0]
        assert (menu.lines, menu.labels, world.sessions) == ([], [], [])


@pytest.mark.case("S149")
async def test_a_policy_of_go_back_shows_the_menu_before_with_the_notice(incidents: Incidents) -> None:
    @slash("outside", description="Leads to what breaks")
    class Outside(Menu):
        def render(self) -> Screen:
            return page("Outside")

        @button("In")
        async def go(self, ctx: MenuContext) -> None:
            await ctx.go_to("fragile")

    class Inside(Fragile):
        name = "fragile"
        behavior = Behavior(error_policy="go_back")

    flow = type("OutsideFlow", (Flow,), {"menus": (Outside, Inside)})
    async with simulated(Bot(flow)) as world:
        menu = await world.ann.open("outside")
        for label in ("Raise", "Break"):
            await world.ann.click(menu, "In")
            await world.ann.click(menu, label)
            assert menu.title == "Outside"
            assert incident_of(menu.content) in incidents()[-1]


@pytest.mark.case("S152")
@pytest.mark.parametrize(("broken", "hooks"), [
    (BrokenEntry, ["on_leave Fragile", "on_enter BrokenEntry", "on_leave BrokenEntry", "on_enter Fragile"]),
    (BrokenSetup, ["on_leave Fragile", "on_enter Fragile"]),
])  # fmt: skip
async def test_a_navigation_that_fails_is_undone(
    broken: type[Menu], hooks: list[str], incidents: Incidents
) -> None:
    async with simulated(Bot(flow_of(broken))) as world:
        menu = await world.ann.open("fragile")
        await world.ann.click(menu, "+1")
        world.trail.clear()
        with world.requests() as made:
            await world.ann.click(menu, "Go")
        assert made == ["update"]
        assert (menu.title, menu.lines) == ("Fragile", ["Count: 1"])
        assert incident_of(menu.content) in incidents()[0]
        assert world.ran("on_enter", "on_leave") == hooks
        assert "Back" not in menu.labels
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 2"]
        assert len(incidents()) == 1


@pytest.mark.case("S152")
async def test_a_first_render_that_fails_leads_back_to_what_was_last_shown(incidents: Incidents) -> None:
    async with simulated(Bot(flow_of(BrokenEntry))) as world:
        menu = await world.ann.open("fragile")
        await world.ann.click(menu, "+1")
        await world.ann.click(menu, "Go, go")
        assert (menu.title, menu.lines) == ("Fragile", ["Count: 1"])
        assert incident_of(menu.content) in incidents()[0]
        assert world.sessions[0].menu.heard == []
        assert "Back" not in menu.labels


# Opening -------------------------------------------------------------------------------------------


@pytest.mark.case("S10")
async def test_a_menu_that_cannot_be_set_up_tells_its_user_and_leaves_nothing(incidents: Incidents) -> None:
    heard: list[str] = []
    sessions: list[Any] = []

    class Broken(BrokenSetup):
        def on_error(self, ctx: MenuContext, error: Exception) -> None:
            heard.append(type(error).__name__)

    async def open_it(interaction: discord.Interaction[Any]) -> None:
        sessions.append(await interaction.client.flows.open(interaction, Broken))

    async with simulated(Bot(Broken)) as world:
        with world.requests() as made:
            told = await world.ann.do(open_it)
        assert made == ["message"]
        assert incident_of(told.whispered[0]) in incidents()[0]
        (session,) = sessions
        assert session.end.reason is EndReason.ERROR
        assert isinstance(session.end.error, LookupError)
        assert session.end.incident == incident_of(told.whispered[0])
        assert heard == ["LookupError"]
        assert world.sessions == []


async def test_a_first_render_that_fails_ends_the_session_before_it_was_seen(incidents: Incidents) -> None:
    slash("unseen", description="Cannot be drawn")(Unseen)
    async with simulated(Bot(Unseen)) as world:
        told = await world.ann.slash("unseen")
        assert incident_of(told.whispered[0]) in incidents()[0]
        assert world.ran("on_enter", "on_leave", "on_end") == [
            "on_enter Unseen", "on_leave Unseen", "on_end Unseen",
        ]  # fmt: skip
        assert world.sessions == []


@pytest.mark.case("S9")
async def test_the_openers_own_mistakes_are_raised_and_nothing_is_sent() -> None:
    async def open_wrongly(interaction: discord.Interaction[Any]) -> None:
        flows = interaction.client.flows
        with pytest.raises(UnknownMenuError, match="D was not added"):
            await flows.open(interaction, D)
        with pytest.raises(OptionsError, match="item") as raised:
            await flows.open(interaction, Shop, item="much")
        assert list(raised.value.fields) == ["item"]
        with pytest.raises(OptionsError, match="item"):
            await flows.open(interaction, Item)
        assert flows.sessions == []
        await interaction.response.send_message("nothing opened", ephemeral=True)

    async with simulated(Bot(Shop)) as world:
        with world.requests() as made:
            await world.ann.do(open_wrongly)
        assert made == ["message"]
