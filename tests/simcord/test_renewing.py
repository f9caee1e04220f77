"""What a menu keeps when it is returned to, and what it loses when it begins anew: state, page, selection."""

from __future__ import annotations

from typing import Any

import pytest
from discord import SelectOption

from flowcord import Flow, Menu, MenuContext, Options, Screen, button, list_pages, select, slash
from flowcord.menu.remembered import remembered
from tests.simcord.menus import Count, D, page
from tests.simcord.world import Bot, Shown, World, simulated


class ShelfOptions(Options):
    item_id: int = 1


@slash("shelf", description="A list with a choice")
class Shelf(Menu[Count, ShelfOptions]):
    pages = list_pages(total=50, per_page=10)
    made = 0

    def setup(self, ctx: MenuContext) -> None:
        self.made += 1
        self.state.merge(count=0)

    def on_update_options(self, ctx: MenuContext, old: ShelfOptions) -> None:
        self.old = old.item_id

    def render(self) -> Screen:
        count = self.state.current.count
        return page("Shelf", f"Item {self.options.item_id}", f"Count: {count}", f"Made: {self.made}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)

    @select(options=[SelectOption(label=each) for each in ("Red", "Green")], placeholder="Color")
    async def color(self, ctx: MenuContext, values: list[str]) -> None: ...

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    @button("Refresh")
    async def again(self, ctx: MenuContext) -> None:
        await ctx.refresh(hard=True)

    @button("Update")
    async def update(self, ctx: MenuContext) -> None:
        await ctx.update_options(item_id=4)

    @button("Update the rest")
    async def update_the_rest(self, ctx: MenuContext) -> None:
        await ctx.update_options(ShelfOptions(item_id=4), preserve_state=True)

    @button("Update only")
    async def update_only(self, ctx: MenuContext) -> None:
        await ctx.update_options(item_id=4, preserve_instance=True)


@slash("kept", description="The same, preserved")
class Kept(Shelf):
    preserve_state_on_return = True


class Shelves(Flow):
    kind = "shelves"
    menus = (Shelf, Kept, D)


def seen(menu: Shown) -> tuple[list[str], str, list[str]]:
    """The lines, the page, and what is chosen."""
    return menu.lines, menu.message.embeds[0].footer.text or "", menu.chosen("Color")


async def changed(world: World, command: str) -> Shown:
    """A menu with a count of 2, on page 3, with a color chosen."""
    menu = await world.ann.open(command)
    for label in ("+1", "▶", "+1", "▶"):
        await world.ann.click(menu, label)
    await world.ann.choose(menu, "Color", "Green")
    assert seen(menu) == (["Item 1", "Count: 2", "Made: 1"], "Page 3 of 5", ["Green"])
    world.trail.clear()
    return menu


@pytest.mark.case("S49", "S51")
async def test_a_preserved_menu_returns_with_its_state_page_and_selection() -> None:
    async with simulated(Bot(Shelves)) as world:
        menu = await changed(world, "kept")
        (session,) = world.sessions
        kept = session.menu
        await world.ann.click(menu, "Go")
        kept.state.merge(count=99)  # a task that outlived the visit
        kept.pages.go_to(0)
        remembered(kept).selections.clear()
        await world.ann.click(menu, "Back")
        assert session.menu is kept
        assert seen(menu) == (["Item 1", "Count: 2", "Made: 1"], "Page 3 of 5", ["Green"])
        assert world.ran("setup", "on_enter") == ["setup D", "on_enter D", "on_enter Kept"]


@pytest.mark.case("S48")
async def test_another_menu_returns_without_any_of_it() -> None:
    async with simulated(Bot(Shelves)) as world:
        menu = await changed(world, "shelf")
        await world.ann.click(menu, "Go")
        await world.ann.click(menu, "Back")
        assert seen(menu) == (["Item 1", "Count: 0", "Made: 1"], "Page 1 of 5", [])


@pytest.mark.case("S56")
async def test_a_hard_refresh_is_as_at_first_with_the_same_options() -> None:
    async with simulated(Bot(Shelves)) as world:
        menu = await changed(world, "shelf")
        with world.requests() as made:
            await world.ann.click(menu, "Refresh")
        assert made == ["update"]
        assert seen(menu) == (["Item 1", "Count: 0", "Made: 2"], "Page 1 of 5", [])
        assert world.ran("setup", "on_enter", "on_leave") == ["setup Shelf"]
        assert "Back" not in menu.labels


@pytest.mark.case("S57", "S58")
@pytest.mark.parametrize(
    ("label", "expected", "hooks"),
    [
        ("Update", (["Item 4", "Count: 0", "Made: 2"], "Page 1 of 5", []), ["setup", "on_update_options"]),
        (
            "Update the rest",
            (["Item 4", "Count: 2", "Made: 2"], "Page 1 of 5", []),
            ["setup", "on_update_options"],
        ),
        ("Update only", (["Item 4", "Count: 2", "Made: 1"], "Page 3 of 5", ["Green"]), ["on_update_options"]),
    ],
)
async def test_other_options_begin_as_much_anew_as_they_are_asked_to(
    label: str, expected: Any, hooks: list[str]
) -> None:
    async with simulated(Bot(Shelves)) as world:
        menu = await changed(world, "shelf")
        with world.requests() as made:
            await world.ann.click(menu, label)
        assert made == ["update"]
        assert seen(menu) == expected
        ran = world.ran("setup", "on_enter", "on_leave", "on_update_options")
        assert ran == [f"{hook} Shelf" for hook in hooks]
        (session,) = world.sessions
        assert session.menu.old == 1
        assert "Back" not in menu.labels


@pytest.mark.case("S94c")
@pytest.mark.parametrize("labels", [("Go", "Back"), ("Refresh",), ("Update",), ("Update only",)], ids=str)
async def test_a_click_on_the_picture_of_before_is_answered_with_the_current_one(
    labels: tuple[str, ...],
) -> None:
    async with simulated(Bot(Shelves)) as world:
        menu = await world.ann.open("kept")
        first = menu.buttons["+1"]
        for label in labels:
            await world.ann.click(menu, label)
        now = seen(menu)
        world.trail.clear()
        with world.requests() as made:
            stale = await world.ann.press(menu, first)
        assert (made, world.trail, stale.acknowledged) == (["update"], [], True)
        assert seen(menu) == now
        await world.ann.click(menu, "+1")
        assert seen(menu)[0][1] == "Count: 1"
