"""How the next screen comes, and what becomes of the message before it."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import Access, Behavior, Button, Flow, Menu, MenuContext, Modal, Screen, button, modal, slash
from flowcord.menu.behavior import Cleanup
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, simulated, takes


class Counting(Menu[Count]):
    def render(self) -> Screen:
        return page(type(self).name.upper(), f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1


class Base(Counting):
    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to("d")

    @button("Post", behavior=Behavior(cleanup="post_and_delete"))
    async def post(self, ctx: MenuContext) -> None:
        await self.add(ctx)

    @button("Bye", behavior=Behavior(cleanup="post_and_replace", closed_message="Moved on."))
    async def bye(self, ctx: MenuContext) -> None:
        await ctx.go_to("d")

    @button("Reveal", behavior=Behavior(ephemeral=True, cleanup="post_and_strip"))
    async def reveal(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 10

    @button("Reveal elsewhere", behavior=Behavior(ephemeral=True, cleanup="post_and_strip"))
    async def reveal_elsewhere(self, ctx: MenuContext) -> None:
        await ctx.go_to("d")

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 2.5)
        await self.add(ctx)

    @button("Show at once")
    async def show_at_once(self, ctx: MenuContext) -> None:
        await self.add(ctx)
        await ctx.refresh()
        await self.add(ctx)


def flow(m: Behavior | None = None, d: Behavior | None = None) -> type[Flow]:
    """A flow of `M`, which leads to `D`, each with a behavior of its own."""
    first = slash("m", description="Count")(type("M", (Base,), {"behavior": m or Behavior()}))
    second = type("D", (Counting,), {"behavior": d or Behavior()})
    return type("MFlow", (Flow,), {"kind": "m", "menus": (first, second)})


LEFT = {"post_and_strip": ("M", ""), "post_and_delete": None, "post_and_replace": (None, "*Menu closed*")}


@pytest.mark.case("S128")
@pytest.mark.parametrize("cleanup", LEFT)
@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_a_new_message_comes_first_and_then_the_old_one_becomes_what_the_mode_says(
    cleanup: Cleanup, ephemeral: bool
) -> None:
    async with simulated(Bot(flow(Behavior(cleanup=cleanup, ephemeral=ephemeral)))) as world:
        before = await world.ann.open("m")
        with world.requests() as made:
            after = (await world.ann.click(before, "+1")).shown
        assert made == ["message", "delete" if cleanup == "post_and_delete" else "edit"]
        assert after.id != before.id
        assert after.lines == ["Count: 1"]
        assert after.ephemeral is ephemeral
        assert world.live(before, after) == [after]
        left = (before.title, before.content) if world.exists(before) else None
        assert left == LEFT[cleanup]
        again = (await world.ann.click(after, "+1")).shown
        assert again.lines == ["Count: 2"]
        assert world.live(before, after, again) == [again]


@pytest.mark.case("S128")
async def test_edit_keeps_the_message() -> None:
    async with simulated(Bot(flow())) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            await world.ann.click(menu, "+1")
            await world.ann.click(menu, "Go")
        assert made == ["update", "update"]
        assert menu.title == "D"


async def test_a_screen_that_looks_the_same_is_posted_all_the_same() -> None:
    class Same(Counting):
        behavior = Behavior(cleanup="post_and_strip")

        @button("Nothing")
        async def nothing(self, ctx: MenuContext) -> None: ...

    async with simulated(Bot(slash("same", description="Same")(Same))) as world:
        menu = await world.ann.open("same")
        with world.requests() as made:
            again = (await world.ann.click(menu, "Nothing")).shown
        assert made == ["message", "edit"]
        assert again.lines == menu.lines


@pytest.mark.case("S129")
async def test_a_new_message_that_fails_leaves_the_old_one_untouched_and_usable(incidents: Incidents) -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_delete")))) as world:
        menu = await world.ann.open("m")
        world.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
        failed = await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 0"]
        assert "report this code" in failed.whispered[0]
        assert len(incidents()) == 1
        after = (await world.ann.click(menu, "+1")).shown
        assert after.lines == ["Count: 2"]
        assert not world.exists(menu)


async def test_a_failed_disposal_is_logged_and_the_session_goes_on(incidents: Incidents) -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_strip")))) as world:
        menu = await world.ann.open("m")
        world.env.inject_error("PATCH", "/webhooks/*", status=400, code=50035)
        after = (await world.ann.click(menu, "+1")).shown
        assert len(incidents()) == 1
        again = (await world.ann.click(after, "+1")).shown
        assert again.lines == ["Count: 2"]


async def test_an_old_message_that_somebody_deleted_needs_no_disposal() -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_strip")))) as world:
        menu = await world.ann.open("m")
        world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10008)
        after = (await world.ann.click(menu, "+1")).shown
        assert after.lines == ["Count: 1"]
        assert len(world.sessions) == 1


@pytest.mark.case("S130")
async def test_a_one_shot_lasts_for_one_render() -> None:
    async with simulated(Bot(flow())) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            secret = (await world.ann.click(menu, "Reveal")).shown
        assert made == ["message", "edit"]
        assert secret.ephemeral
        assert secret.lines == ["Count: 10"]
        assert menu.buttons == {}
        with world.requests() as made:
            public = (await world.ann.click(secret, "+1")).shown
        assert made == ["message", "edit"]
        assert not public.ephemeral
        assert public.lines == ["Count: 11"]
        assert world.live(menu, secret, public) == [public]
        with world.requests() as made:
            await world.ann.click(public, "+1")
        assert made == ["update"]
        assert public.lines == ["Count: 12"]


@pytest.mark.case("S130")
async def test_a_one_shot_that_navigates_loses_its_visibility_and_nothing_else() -> None:
    async with simulated(Bot(flow())) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            there = (await world.ann.click(menu, "Reveal elsewhere")).shown
        assert made == ["message", "edit"]
        assert not there.ephemeral
        assert there.title == "D"
        assert world.live(menu, there) == [there]


async def test_what_a_one_shot_says_of_the_message_it_leaves_survives_the_navigation() -> None:
    async with simulated(Bot(flow())) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "Bye")
        assert menu.content == "Moved on."
        assert menu.title is None


class NameForm(Modal, title="Your name"):
    name: discord.ui.Label[Any] = discord.ui.Label(text="Name", component=discord.ui.TextInput())


@slash("forms", description="Forms that say how the next screen comes")
class Forms(Counting):
    @button("By button", opens=NameForm, behavior=Behavior(cleanup="post_and_strip"))
    async def by_button(self, ctx: MenuContext, form: NameForm) -> None:
        await self.add(ctx)

    def render(self) -> Screen:
        screen = super().render()
        screen.components = [
            Button("By form", opens=NameForm),
            Button("By both", opens=NameForm, key="both", behavior=Behavior(closed_message="Named.")),
        ]
        return screen

    @modal(NameForm, behavior=Behavior(cleanup="post_and_replace"))
    async def named(self, ctx: MenuContext, form: NameForm) -> None:
        await self.add(ctx)


@pytest.mark.case("S130")
@pytest.mark.parametrize(
    ("label", "left"), [("By button", ""), ("By form", "*Menu closed*"), ("By both", "Named.")]
)
async def test_a_form_and_the_button_that_opens_it_say_how_the_screen_after_its_submit_comes(
    label: str, left: str
) -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        opened = await world.ann.click(menu, label)
        with world.requests() as made:
            after = (await world.ann.submit(opened, Name="Ann")).shown
        assert made == ["message", "edit"]
        assert after.lines == ["Count: 1"]
        assert menu.content == left
        with world.requests() as made:
            await world.ann.click(after, "+1")
        assert made == ["update"]


@slash("club", description="A menu for everyone")
class Club(Counting):
    behavior = Behavior(access=Access.everyone())

    def render(self) -> Screen:
        screen = super().render()
        if self.state.current.count:
            screen.components = [Button("Whisper", action=self.add, behavior=Behavior(ephemeral=True))]
        return screen


@pytest.mark.case("S135")
async def test_a_shared_screen_with_a_button_for_one_user_is_an_error_when_it_is_rendered(
    incidents: Incidents,
) -> None:
    async with simulated(Bot(Club)) as world:
        menu = await world.ann.open("club")
        told = await world.ann.click(menu, "+1")
        assert "report this code" in told.whispered[0]
        assert menu.lines == ["Count: 0"]
        assert len(incidents()) == 1


async def test_a_menu_that_is_opened_for_everyone_is_checked_as_well(incidents: Incidents) -> None:
    async with simulated(Bot(flow())) as world:
        opening = await world.ann.do(
            lambda interaction: world.bot.flows.open(
                interaction, world.bot.flows.flows["m"].flow, behavior=Behavior(access=Access.everyone())
            )
        )
        assert "report this code" in opening.whispered[0]
        assert len(incidents()) == 1


@pytest.mark.case("S131")
async def test_the_menu_that_is_left_rules_the_transition_and_the_next_one_its_second_render() -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_delete"), Behavior(cleanup="edit")))) as world:
        menu = await world.ann.open("m")
        there = (await world.ann.click(menu, "Go")).shown
        assert there.title == "D"
        assert not world.exists(menu)
        with world.requests() as made:
            await world.ann.click(there, "+1")
            await world.ann.click(there, "Back")
        assert made == ["update", "update"]
        assert there.title == "M"


@pytest.mark.case("S131")
async def test_a_menu_that_edits_is_edited_into_one_that_posts() -> None:
    async with simulated(Bot(flow(Behavior(), Behavior(cleanup="post_and_delete")))) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            await world.ann.click(menu, "Go")
            there = (await world.ann.click(menu, "+1")).shown
            back = (await world.ann.click(there, "Back")).shown
        assert made == ["update", "message", "delete", "message", "delete"]
        assert back.title == "M"


async def test_a_slow_click_is_followed_by_the_new_message() -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_strip")))) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            tapped = world.ann.tap(menu, menu.buttons["Slow"])
            await world.advance(3)
        assert made == ["defer", "followup", "edit"]
        (after,) = tapped.result.followups
        assert after.embeds[0].description == "Count: 1"
        assert menu.buttons == {}


async def test_of_clicks_that_wait_the_last_one_posts_for_all() -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_delete")))) as world:
        menu = await world.ann.open("m")
        world.ann.tap(menu, menu.buttons["Slow"])
        await world.advance(1)
        with world.requests() as made:
            for _ in range(3):
                last = world.ann.tap(menu, menu.buttons["+1"])
            await world.advance(5)
        assert made.count("message") + made.count("followup") == 1
        assert made.count("delete") == 1
        (session,) = world.sessions
        assert session.menu.state.current.count == 4
        assert last.acknowledged


async def test_a_click_that_says_how_its_screen_comes_is_not_shown_by_the_one_behind_it() -> None:
    async with simulated(Bot(flow())) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            world.ann.tap(menu, menu.buttons["Post"])
            world.ann.tap(menu, menu.buttons["+1"])
            await world.env.settle()
        assert made == ["message", "delete", "defer", "edit"]
        (session,) = world.sessions
        assert session.stage.message_id != menu.id
        assert session.menu.state.current.count == 2


async def test_a_refresh_edits_in_place_whatever_the_cleanup() -> None:
    async with simulated(Bot(flow(Behavior(cleanup="post_and_delete")))) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        session.menu.state.set(count=7)
        with world.requests() as made, world.as_bot():
            session.refresh()
        await world.env.settle()
        assert menu.lines == ["Count: 7"]
        with world.requests() as made:
            after = (await world.ann.click(menu, "Show at once")).result.followups
        assert made == ["update", "followup", "delete"]
        assert [each.embeds[0].description for each in after] == ["Count: 9"]
