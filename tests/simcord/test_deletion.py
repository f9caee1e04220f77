"""A menu whose message somebody else deletes: the session ends, or goes on in a new message."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowcord import Behavior, EndReason, Flow, Menu, MenuContext, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, MFlow, page
from tests.simcord.world import Bot, Shown, World, simulated, takes

Deed = Callable[[World, Shown], object]


def single(world: World, menu: Shown) -> None:
    world.env.backend.delete_message(menu.message.channel_id, menu.id)


def bulk(world: World, menu: Shown) -> None:
    world.env.backend.bulk_delete_messages(menu.message.channel_id, [menu.id, 1])


def channel(world: World, menu: Shown) -> None:
    world.env.backend.delete_channel(menu.message.channel_id)


def guild(world: World, menu: Shown) -> None:
    world.env.backend.remove_guild(world.guild.id)


@pytest.mark.case("S27")
@pytest.mark.parametrize("deed", [single, bulk, channel, guild])
async def test_a_session_whose_message_is_deleted_ends_without_a_call(deed: Deed) -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        with world.requests() as made:
            deed(world, menu)
            await world.env.settle()
        assert made == []
        assert session.end.reason is EndReason.MESSAGE_DELETED
        assert world.trail[-2:] == ["on_leave M", "on_end M"]
        assert world.ran("on_leave") == ["on_leave M"]
        assert world.sessions == []


@pytest.mark.case("S27")
async def test_a_deleted_thread_ends_the_sessions_in_it() -> None:
    async with simulated(Bot(MFlow)) as world:
        thread = world.env.backend.create_thread(world.channel.id, name="aside", owner_id=world.ann.id)
        await world.env.settle()
        handle = next(each for each in world.channel.threads if each.id == thread.id)
        await world.ann.actor.slash(handle, "m")
        (session,) = world.sessions
        world.env.backend.delete_channel(thread.id)
        await world.env.settle()
        assert session.end.reason is EndReason.MESSAGE_DELETED


async def test_other_messages_that_are_deleted_concern_no_session() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        other = await world.bob.open("m")
        said = await world.ann.write("hello")
        single(world, other)
        await world.ann.actor.delete(said)
        await world.env.settle()
        assert len(world.sessions) == 1
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


class Slow(Menu[Count]):
    def render(self) -> object:
        return page("Slow", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        await takes(ctx, 1)
        with self.state.edit() as state:
            state.count += 1


@slash("slow", description="Takes a second")
class SlowMenu(Slow):
    pass


class SlowFlow(Flow):
    kind = "slow"
    menus = (SlowMenu,)


@pytest.mark.case("S27")
async def test_a_running_handler_finishes_first() -> None:
    async with simulated(Bot(SlowFlow)) as world:
        menu = await world.ann.open("slow")
        (session,) = world.sessions
        await world.ann.click(menu, "+1")
        single(world, menu)
        await world.env.settle()
        assert session.end is None
        with world.requests() as made:
            await world.advance(1)
        assert session.end.reason is EndReason.MESSAGE_DELETED
        assert session.menu.state.current.count == 1
        assert made == ["defer"]


def vanish(world: World, menu: Shown) -> None:
    """The message is deleted, and no event of it arrives."""
    del world.env.backend.messages[menu.message.channel_id][menu.id]


@pytest.mark.case("S29")
async def test_a_click_whose_message_is_gone_when_it_is_answered_ends_the_session() -> None:
    async with simulated(Bot(SlowFlow)) as world:
        menu = await world.ann.open("slow")
        (session,) = world.sessions
        click = await world.ann.press(menu, menu.buttons["+1"])
        vanish(world, menu)
        with world.requests() as made:
            await world.advance(1)
        assert made == ["update", "defer"]
        assert click.acknowledged
        assert session.end.reason is EndReason.MESSAGE_DELETED


@pytest.mark.case("S29")
async def test_so_does_a_stale_click() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        click = world.ann.tap(menu, menu.buttons["+1"].replace(":1:", ":0:"))
        vanish(world, menu)
        await world.env.settle()
        assert click.acknowledged
        assert session.end.reason is EndReason.MESSAGE_DELETED


@pytest.mark.case("S16")
async def test_a_close_that_finds_no_message_is_answered_all_the_same_and_no_incident() -> None:
    @slash("parting", description="Says goodbye")
    class Parting(Menu):
        def render(self) -> object:
            return page("Parting")

        @button("Leave")
        async def go_home(self, ctx: MenuContext) -> None:
            await takes(ctx, 1)
            ctx.notify("Goodbye.", private=True)
            await ctx.close()

    async with simulated(Bot(Parting)) as world:
        menu = await world.ann.open("parting")
        (session,) = world.sessions
        click = await world.ann.press(menu, menu.buttons["Leave"])
        vanish(world, menu)
        await world.advance(1)
        assert click.acknowledged
        assert session.end.reason is EndReason.CLOSED
        assert click.whispered == ["Goodbye."]


@pytest.mark.case("S29")
async def test_a_late_click_whose_defer_finds_no_message_ends_the_session_in_its_turn() -> None:
    @slash("slower", description="Takes three seconds")
    class Slower(Menu):
        def render(self) -> object:
            return page("Slower")

        @button("Wait")
        async def wait_here(self, ctx: MenuContext) -> None:
            await takes(ctx, 3)

    async with simulated(Bot(Slower)) as world:
        menu = await world.ann.open("slower")
        (session,) = world.sessions
        click = await world.ann.press(menu, menu.buttons["Wait"])
        vanish(world, menu)
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10008, times=2)
        await world.advance(3)
        world.lost.append(click)
        assert session.end.reason is EndReason.MESSAGE_DELETED


async def test_deletions_by_flowcord_itself_do_not_count() -> None:
    class Display(Menu):
        behavior = Behavior(end_display={"timeout": "delete"})

        def render(self) -> object:
            return page("Display")

    async with simulated(Bot(Display)) as world:
        await world.ann.open_with(Display)
        (session,) = world.sessions
        await world.advance(300)
        assert session.end.reason is EndReason.TIMEOUT


# deleted_policy="repost" ---------------------------------------------------------------------------


REPOST = Behavior(deleted_policy="repost")


@pytest.mark.case("S28")
@pytest.mark.parametrize("deed", [single, bulk])
async def test_the_same_screen_is_sent_anew_and_its_buttons_work(deed: Deed) -> None:
    async with simulated(Bot(MFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("m")
        await world.ann.click(menu, "+1")
        (session,) = world.sessions
        world.trail.clear()
        with world.requests() as made:
            deed(world, menu)
            await world.env.settle()
        assert made == ["channel send"]
        anew = world.newest
        assert anew.id != menu.id
        assert (anew.lines, anew.labels) == (["Count: 1"], ["+1", "Go", "Close"])
        assert world.ran("on_leave", "on_enter") == []
        await world.ann.click(anew, "+1")
        assert anew.lines == ["Count: 2"]
        assert session.message.id == anew.id
        single(world, anew)
        await world.env.settle()
        await world.ann.click(world.newest, "Close")
        assert session.end.reason is EndReason.CLOSED


@pytest.mark.case("S28")
async def test_after_a_deletion_that_nobody_heard_of_the_click_is_answered_by_the_new_message() -> None:
    async with simulated(Bot(SlowFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("slow")
        await world.ann.press(menu, menu.buttons["+1"])
        vanish(world, menu)
        with world.requests() as made:
            await world.advance(1)
        assert made == ["update", "message"]
        assert world.newest.lines == ["Count: 1"]


@pytest.mark.case("S28")
async def test_a_refresh_that_finds_no_message_sends_one() -> None:
    async with simulated(Bot(MFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        vanish(world, menu)
        with world.requests() as made:
            with world.as_bot():
                session.menu.state.set(count=5)
                session.refresh()
            await world.env.settle()
        assert made == ["edit", "channel send"]
        assert world.newest.lines == ["Count: 5"]


@pytest.mark.case("S28")
async def test_what_only_one_user_sees_is_sent_anew_to_that_user() -> None:
    async with simulated(Bot(MFlow, behavior=REPOST)) as world:
        menu = await world.ann.open_with(MFlow, behavior=Behavior(ephemeral=True))
        (session,) = world.sessions
        vanish(world, menu)
        with world.requests() as made:
            with world.as_bot():
                session.menu.state.set(count=5)
                session.refresh()
            await world.env.settle()
        assert made == ["edit", "followup"]
        assert session.stage.ephemeral
        assert session.end is None


@pytest.mark.case("S28")
@pytest.mark.parametrize("deed", [channel, guild])
async def test_where_there_is_no_place_any_more_nothing_is_sent(deed: Deed) -> None:
    async with simulated(Bot(MFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        with world.requests() as made:
            deed(world, menu)
            await world.env.settle()
        assert made == []
        assert session.end.reason is EndReason.MESSAGE_DELETED


@pytest.mark.case("S28")
async def test_if_it_cannot_be_sent_the_session_ends(incidents: Incidents) -> None:
    async with simulated(Bot(MFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        world.env.inject_error("POST", "/channels/*", status=403, code=50001, message="Missing Access")
        single(world, menu)
        await world.env.settle()
        assert session.end.reason is EndReason.MESSAGE_DELETED
        assert world.ran("on_leave", "on_end") == ["on_leave M", "on_end M"]
        assert len(incidents()) == 1


async def test_while_a_handler_runs_a_deleted_menu_waits_to_be_sent_anew() -> None:
    async with simulated(Bot(SlowFlow, behavior=REPOST)) as world:
        menu = await world.ann.open("slow")
        click = await world.ann.press(menu, menu.buttons["+1"])
        single(world, menu)
        with world.requests() as made:
            await world.advance(1)
        assert click.acknowledged
        assert sorted(made) == ["channel send", "defer"]
        assert world.newest.lines == ["Count: 1"]
