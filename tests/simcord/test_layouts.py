"""Layouts, end to end: every kind of item that discord.py has, as a simulated Discord takes it."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest

from flowcord import (
    Button,
    Layout,
    Menu,
    MenuContext,
    Screen,
    Select,
    UserSelect,
    button,
    close,
    select,
)
from tests.simcord.menus import Count
from tests.simcord.world import Bot, Shown, simulated

ui = discord.ui
URL = "https://example.com/picture.png"
COLORS = [discord.SelectOption(label=each) for each in ("Red", "Blue")]


class Everything(Menu[Count]):
    """One of each, and each that can be clicked counts."""

    cancellable = True

    def render(self) -> Layout:
        count = self.state.current.count
        picture = discord.File(io.BytesIO(b"picture"), "own.png", description="Drawn by hand", spoiler=True)
        return Layout(
            ui.TextDisplay(f"Count: {count}", id=77),
            ui.Section("With a picture", accessory=ui.Thumbnail(URL, description="A picture", spoiler=True)),
            ui.Section("one", "two", "three", accessory=Button("In a section", action=self.add, args=(1,))),
            ui.Section("With a link", accessory=Button("Link", url=URL)),
            ui.Separator(visible=False, spacing=discord.SeparatorSpacing.large),
            ui.MediaGallery(
                discord.MediaGalleryItem(URL, description="From elsewhere", spoiler=True),
                discord.MediaGalleryItem(picture),
            ),
            ui.Container(
                ui.TextDisplay("Inside"),
                ui.ActionRow(Button("In a row", action=self.add, args=(2,)), Button(sku_id=12)),
                Select(action=self.choose, options=COLORS, placeholder="Color"),
                Button("Bare", action=self.add, args=(3,)),
                ui.File("attachment://SPOILER_own.png", spoiler=True),
                accent_color=discord.Color.red(),
                spoiler=True,
            ),
            UserSelect(action=self.choose, placeholder="Who", args=("who",)),
            self.last,
            files=[picture],
        )

    async def add(self, ctx: MenuContext, _which: int = 0) -> None:
        self.state.merge(count=self.state.current.count + 1)

    async def choose(self, ctx: MenuContext, values: list[Any], _which: str = "") -> None:
        await self.add(ctx)

    @button("Unplaced")
    async def unplaced(self, ctx: MenuContext) -> None:
        await self.last(ctx)

    @button("Last")
    async def last(self, ctx: MenuContext) -> None:
        await self.add(ctx)

    @select(options=COLORS, placeholder="Decorated")
    async def decorated(self, ctx: MenuContext, values: list[str]) -> None:
        await self.add(ctx)


def counted(shown: Shown) -> str:
    return shown.message.components[0]["content"]


@pytest.mark.case("S88")
async def test_every_button_of_a_layout_runs_wherever_it_stands() -> None:
    async with simulated(Bot(Everything)) as world:
        shown = await world.ann.open_with(Everything)
        labels = ("In a section", "In a row", "Bare", "Last", "Unplaced")
        for number, label in enumerate(labels, 1):
            with world.requests() as made:
                await world.ann.click(shown, label)
            assert made == ["update"]
            assert counted(shown) == f"Count: {number}"
        await world.ann.click(shown, "Cancel")
        assert [each["content"] for each in shown.message.components] == ["*Menu closed*"]


async def test_items_are_sent_as_discord_py_makes_them() -> None:
    async with simulated(Bot(Everything)) as world:
        shown = await world.ann.open_with(Everything)
        await world.ann.click(shown, "Last")
        text, pictured, _, linked, separator, gallery, container, *rows = shown.message.components
        assert text["id"] == 77
        assert (pictured["accessory"]["description"], pictured["accessory"]["spoiler"]) == ("A picture", True)
        assert linked["accessory"]["url"] == URL
        assert (separator["divider"], separator["spacing"]) == (False, 2)
        elsewhere, own = gallery["items"]
        assert (elsewhere["description"], elsewhere["spoiler"]) == ("From elsewhere", True)
        assert (own["description"], own["media"]["url"].rpartition("/")[2]) == (
            "Drawn by hand",
            "SPOILER_own.png",
        )
        assert (container["accent_color"], container["spoiler"]) == (discord.Color.red().value, True)
        assert [each["type"] for each in container["components"]] == [10, 1, 1, 1, 13]
        assert container["components"][1]["components"][1]["sku_id"] == "12"
        placed = [[each.get("label") or each["placeholder"] for each in row["components"]] for row in rows]
        assert placed == [["Who"], ["Last", "Unplaced"], ["Decorated"], ["Cancel"]]


async def test_a_menu_may_be_a_screen_one_time_and_a_layout_the_next() -> None:
    class Either(Menu[Count]):
        def render(self) -> Screen | Layout:
            count = self.state.current.count
            if count % 2 == 0:
                return Screen(f"Screen {count}", embed=discord.Embed(title="of an embed"))
            return Layout(ui.TextDisplay(f"Layout {count}"), Button("Leave", action=close()))

        @button("Next")
        async def next(self, ctx: MenuContext) -> None:
            self.state.merge(count=self.state.current.count + 1)

    async with simulated(Bot(Either)) as world:
        shown = await world.ann.open_with(Either)
        with world.requests() as made:
            await world.ann.click(shown, "Next")
        assert made == ["update"]
        assert (shown.content, shown.title, counted(shown)) == ("", None, "Layout 1")
        second = (await world.ann.click(shown, "Next")).shown
        assert second.id != shown.id
        assert (second.content, shown.labels) == ("Screen 2", [])
