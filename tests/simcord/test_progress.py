"""Progress end to end: in place of the screen, a few edits, and the screen after it."""

from __future__ import annotations

import pytest

from flowcord import Behavior, MenuContext, Screen, button, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, M, page
from tests.simcord.world import Bot, simulated, takes


@slash("works", description="Takes its time")
class Works(M):
    def render(self) -> Screen:
        return page("Works", f"Count: {self.state.current.count}")

    @button("Work")
    async def work(self, ctx: MenuContext) -> None:
        async with ctx.progress("Working", total=100) as bar:
            for done in range(100):
                await takes(ctx, 0.06)
                bar.update(done + 1)

    @button("Break")
    async def breaks(self, ctx: MenuContext) -> None:
        async with ctx.progress("Working", total=100):
            await takes(ctx, 1)
            raise LookupError("a secret")


@slash("posts", description="The same, in new messages")
class Posts(Works):
    behavior = Behavior(cleanup="post_and_delete")


@pytest.mark.case("S77b")
async def test_a_hundred_updates_within_six_seconds_are_at_most_one_edit_in_one_and_a_half() -> None:
    async with simulated(Bot(Works, D)) as world:
        menu = await world.ann.open("works")
        with world.requests() as made:
            await world.ann.click(menu, "Work")
        assert made == ["update"]  # at once
        assert (menu.content.splitlines()[0], menu.title, menu.labels) == ("Working", None, [])
        for _ in range(3):
            with world.requests() as made:
                await world.advance(1.5)
            assert made == ["edit"]
        with world.requests() as made:
            await world.advance(1.6)
        assert made[-1] == "edit"
        assert len(made) <= 2
        assert (menu.content, menu.lines) == ("", ["Count: 0"])
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S77b")
async def test_a_block_that_raises_is_followed_by_the_screen_with_the_incident(incidents: Incidents) -> None:
    async with simulated(Bot(Works, D)) as world:
        menu = await world.ann.open("works")
        await world.ann.click(menu, "Break")
        await world.advance(1)
        assert menu.lines == ["Count: 0"]
        assert len(incidents()) == 1
        assert menu.content
        assert "secret" not in menu.content


@pytest.mark.case("S77b")
async def test_the_bar_stays_in_the_message_where_screens_are_posted() -> None:
    async with simulated(Bot(Posts, D)) as world:
        menu = await world.ann.open("posts")
        (session,) = world.sessions
        before = session.message.id
        with world.requests() as made:
            await world.ann.click(menu, "Work")
            await world.advance(4)
        assert made == ["update", "edit", "edit"]
        assert session.message.id == before
        with world.requests() as made:
            await world.advance(3)
        assert made[-2:] == ["followup", "delete"]
        assert session.message.id != before
