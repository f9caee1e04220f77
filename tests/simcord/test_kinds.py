"""Screens and layouts in one session: what is edited, and what needs a new message."""

from __future__ import annotations

import discord
import pytest

from flowcord import Behavior, Button, Flow, Layout, Menu, MenuContext, Screen, button, slash
from flowcord.menu.behavior import Cleanup
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, Shown, simulated


@slash("list", description="A screen that leads to a layout")
class List(Menu[Count]):
    def render(self) -> Screen:
        return Screen("Pick one", embed=discord.Embed(title="List"))

    @button("Open")
    async def open_it(self, ctx: MenuContext) -> None:
        await ctx.go_to("detail")


@slash("detail", description="A layout")
class Detail(Menu[Count]):
    cancellable = True

    def render(self) -> Layout:
        return Layout(
            discord.ui.TextDisplay(f"Detail {self.state.current.count}"),
            discord.ui.Section("A book", accessory=Button("Read", action=self.read)),
            discord.ui.Container(discord.ui.ActionRow(Button("More", action=self.read, args=(2,)))),
        )

    async def read(self, ctx: MenuContext, times: int = 1) -> None:
        with self.state.edit() as state:
            state.count += times

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()

    @button("Turn")
    async def turn(self, ctx: MenuContext) -> None:
        await ctx.go_to("either", turned=True)


class Pair(Flow):
    kind = "pair"
    menus = (List, Detail)


class Alone(Flow):
    kind = "alone"
    menus = (Detail,)


def texts(shown: Shown) -> list[str]:
    """The texts of a layout, in order."""

    def walk(components: list[dict[str, object]]) -> list[str]:
        found: list[str] = []
        for each in components:
            if each["type"] == 10:
                found.append(str(each["content"]))
            inner = each.get("components")
            found += walk(inner) if isinstance(inner, list) else []
        return found

    return walk(shown.message.components)


@pytest.mark.case("S132")
@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_a_screen_becomes_a_layout_in_place_and_a_layout_gives_way_to_a_new_message(
    ephemeral: bool,
) -> None:
    async with simulated(Bot(Pair, behavior=Behavior(ephemeral=ephemeral))) as world:
        shown = await world.ann.open("list")
        with world.requests() as made:
            await world.ann.click(shown, "Open")
        assert made == ["update"]
        assert (shown.content, shown.title) == ("", None)
        assert texts(shown) == ["Detail 0", "A book"]
        with world.requests() as made:
            listed = (await world.ann.click(shown, "Back")).shown
        assert made == ["message", "edit"]
        assert (listed.content, listed.title) == ("Pick one", "List")
        assert world.live(shown, listed) == [listed]
        assert texts(shown) == ["Detail 0", "A book"]


@pytest.mark.case("S132")
async def test_a_screen_that_was_acknowledged_first_becomes_a_layout_all_the_same() -> None:
    async with simulated(Bot(Pair)) as world:
        shown = await world.ann.open("list")
        world.ann.tap(shown, shown.buttons["Open"])
        stale = world.ann.tap(shown, shown.buttons["Open"])
        await world.env.settle()
        assert stale.acknowledged
        assert texts(shown) == ["Detail 0", "A book"]


@pytest.mark.case("S132")
@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_a_refresh_that_turns_a_layout_into_a_screen_sends_a_new_message(ephemeral: bool) -> None:
    @slash("either", description="Both")
    class Either(Menu[Count]):
        def render(self) -> Screen | Layout:
            plain = self.state.current.count == 0
            return Layout(discord.ui.TextDisplay("Layout")) if plain else page("Screen")

    async with simulated(Bot(Either, behavior=Behavior(ephemeral=ephemeral))) as world:
        shown = await world.ann.open("either")
        (session,) = world.sessions
        session.menu.state.set(count=1)
        with world.requests() as made:
            with world.as_bot():
                session.refresh()
            await world.env.settle()
        assert made == ["followup" if ephemeral else "channel send", "edit"]
        assert texts(shown) == ["Layout"]
        assert session.stage.ephemeral is ephemeral
        assert session.stage.message_id != shown.id


@pytest.mark.case("S133")
@pytest.mark.parametrize("cleanup", ["post_and_strip", "post_and_replace"])
async def test_what_is_left_of_a_layout(cleanup: Cleanup) -> None:
    async with simulated(Bot(Alone, behavior=Behavior(cleanup=cleanup))) as world:
        shown = await world.ann.open("detail")
        after = (await world.ann.click(shown, "More")).shown
        assert texts(after) == ["Detail 2", "A book"]
        if cleanup == "post_and_replace":
            assert texts(shown) == ["*Menu closed*"]
            assert shown.labels == []
        else:
            assert texts(shown) == ["Detail 0", "A book"]
            assert shown.labels == ["Read"]  # a section keeps its button, disabled
            assert shown.buttons == {}
            assert [each["type"] for each in shown.message.components] == [10, 9]


@pytest.mark.case("S18")
@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("Close", "*Menu closed*"),
        ("Cancel", "*Menu closed*"),
        ("timeout", "*This interaction has timed out.*"),
    ],
)
async def test_a_layout_ends_as_one_text(way: str, sentence: str) -> None:
    async with simulated(Bot(Alone)) as world:
        shown = await world.ann.open("detail")
        if way == "timeout":
            await world.advance(300)
        else:
            await world.ann.click(shown, way)
        assert texts(shown) == [sentence]
        assert [each["type"] for each in shown.message.components] == [10]


@pytest.mark.case("S19")
async def test_a_layout_may_end_stripped_or_disabled() -> None:
    displays = {"closed": "strip", "timeout": "disable"}
    async with simulated(Bot(Alone, behavior=Behavior(end_display=displays))) as world:
        shown = await world.ann.open("detail")
        await world.ann.click(shown, "Close")
        assert texts(shown) == ["Detail 0", "A book"]
        assert shown.labels == ["Read"]
        shown = await world.ann.open("detail")
        labels = shown.labels
        await world.advance(300)
        assert texts(shown) == ["Detail 0", "A book"]
        assert shown.labels == labels
        assert shown.buttons == {}
