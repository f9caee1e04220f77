"""Guards and notices: said once, with the next screen, or to one user alone."""

from __future__ import annotations

from typing import ClassVar

import pytest

from flowcord import (
    Access,
    Behavior,
    Button,
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    Screen,
    button,
    go_back,
    go_to,
    guard,
    pipeline,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, simulated


@slash("shop", description="Sells to the rich")
class Shop(Menu):
    gold: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.bought: list[str] = []

    def render(self) -> Screen:
        rich = guard(lambda _menu, _ctx: Shop.gold > 0, "You have no gold.")
        named = guard(lambda menu, _ctx: "" if "hat" not in menu.bought else "You have a hat.")
        never = guard(lambda _menu, _ctx: False, otherwise=go_to(D))
        shown = [
            Button("Hat", action=self.buy, args=("hat",), guard=rich),
            Button("Cap", action=pipeline(rich, named, self.buy_cap)),
            Button("Elsewhere", action=pipeline(never, self.buy_cap), key="elsewhere"),
            Button("Odd", action=pipeline(guard(lambda _menu, _ctx: None), self.buy_cap)),
            Button("Nothing", action=pipeline()),
        ]
        return Screen("Shop", embed=page("Shop", *self.bought).embeds[0], components=shown)

    async def buy(self, ctx: MenuContext, thing: str) -> None:
        self.bought.append(thing)

    async def buy_cap(self, ctx: MenuContext) -> None:
        self.bought.append("cap")

    @button("Refuse")
    async def refuse(self, ctx: MenuContext) -> None:
        raise GuardFailed("Closed for lunch.")

    @button("Tell")
    async def tell(self, ctx: MenuContext) -> None:
        ctx.notify("first")
        ctx.notify("second")

    @button("Tell and go")
    async def tell_and_go(self, ctx: MenuContext) -> None:
        ctx.notify("on the way")
        await ctx.go_to(D)

    @button("Whisper")
    async def whisper(self, ctx: MenuContext) -> None:
        self.bought.append("a secret")
        ctx.notify("between us", private=True)

    @button("Long")
    async def tell_long(self, ctx: MenuContext) -> None:
        ctx.notify("x" * 1999)

    @button("Tell and close")
    async def tell_and_close(self, ctx: MenuContext) -> None:
        ctx.notify("farewell")
        await ctx.close()


class ShopFlow(Flow):
    kind = "shop"
    menus = (Shop, D)


@pytest.fixture(autouse=True)
def _poor() -> None:
    Shop.gold = 0


@pytest.mark.case("S78", "S79", "S80")
async def test_a_guard_stops_an_action_and_says_why_once() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        for label in ("Hat", "Cap"):
            with world.requests() as made:
                await world.ann.click(menu, label)
            assert made == ["update" if label == "Hat" else "defer"]  # the same notice again is no new screen
            assert (menu.content, menu.lines) == ("You have no gold.\nShop", [])
        Shop.gold = 1
        await world.ann.click(menu, "Hat")
        assert (menu.content, menu.lines) == ("Shop", ["hat"])
        await world.ann.click(menu, "Cap")
        assert (menu.content, menu.lines) == ("You have a hat.\nShop", ["hat"])
        assert world.ran("on_error") == []


@pytest.mark.case("S80")
async def test_an_empty_pipeline_does_nothing() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        with world.requests() as made:
            await world.ann.click(menu, "Nothing")
        assert made == ["defer"]


@pytest.mark.case("S79")
async def test_a_predicate_that_says_neither_yes_nor_no_is_an_error(
    incidents: Incidents, caplog: pytest.LogCaptureFixture
) -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        await world.ann.click(menu, "Odd")
        assert "report this code" in menu.content
        assert menu.lines == []
        assert len(incidents()) == 1
        assert "TypeError: a guard's predicate returns True, False or a sentence, not None" in caplog.text


@pytest.mark.case("S81")
async def test_a_handler_may_refuse_by_itself() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        await world.ann.click(menu, "Refuse")
        assert menu.content == "Closed for lunch.\nShop"
        assert world.ran("on_error") == []


@pytest.mark.case("S81", "S105")
async def test_in_a_shared_menu_only_who_failed_is_told() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open_with(ShopFlow, behavior=Behavior(access=Access.everyone()))
        with world.requests() as made:
            refused = await world.bob.click(menu, "Refuse")
        assert made == ["defer", "followup"]
        assert refused.whispered == ["Closed for lunch."]
        assert menu.content == "Shop"


@pytest.mark.case("S83")
async def test_a_guards_alternative_runs_instead_of_a_notice() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        await world.ann.click(menu, "Elsewhere")
        assert (menu.title, menu.content) == ("D", "")


@pytest.mark.case("S82")
async def test_notices_stand_above_the_next_screen_wherever_that_is_and_then_are_gone() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        await world.ann.click(menu, "Tell")
        assert menu.content == "first\nsecond\nShop"
        await world.ann.click(menu, "Nothing")
        assert menu.content == "Shop"
        await world.ann.click(menu, "Tell and go")
        assert (menu.title, menu.content) == ("D", "on the way")
        await world.ann.click(menu, "Back")
        assert menu.content == "Shop"


@pytest.mark.case("S82")
async def test_a_private_notice_follows_the_screen() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        with world.requests() as made:
            told = await world.ann.click(menu, "Whisper")
        assert made == ["update", "followup"]
        assert told.whispered == ["between us"]
        assert (menu.content, menu.lines) == ("Shop", ["a secret"])


@pytest.mark.case("S82")
async def test_what_is_no_text_fails_where_it_is_said_and_not_on_every_screen_after(
    incidents: Incidents,
) -> None:
    @slash("mute", description="Says what cannot be said")
    class Mute(Menu):
        def render(self) -> Screen:
            return Screen("Mute")

        @button("Number")
        async def say_number(self, ctx: MenuContext) -> None:
            ctx.notify(3)  # pyright: ignore[reportArgumentType]

        @button("Nothing")
        async def say_nothing(self, ctx: MenuContext) -> None:
            ctx.notify("")

    async with simulated(Bot(Mute)) as world:
        menu = await world.ann.open("mute")
        await world.ann.click(menu, "Number")
        assert "report this code" in menu.content
        assert len(incidents()) == 1
        await world.ann.click(menu, "Nothing")
        assert menu.content == "Mute"


async def test_a_notice_that_does_not_fit_above_the_screen_is_said_alone() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        told = await world.ann.click(menu, "Long")
        assert told.whispered == ["x" * 1999]
        assert menu.content == "Shop"


async def test_a_notice_pending_at_the_end_is_said_alone() -> None:
    async with simulated(Bot(ShopFlow)) as world:
        menu = await world.ann.open("shop")
        with world.requests() as made:
            told = await world.ann.click(menu, "Tell and close")
        assert made == ["update", "followup"]
        assert told.whispered == ["farewell"]
        assert menu.labels == []


async def test_ready_made_actions_go_back_and_close() -> None:
    class Next(Menu):
        def render(self) -> Screen:
            return Screen("Next", components=[Button("Return", action=go_back())])

    @slash("first", description="Leads to the next")
    class First(Menu):
        def render(self) -> Screen:
            return Screen("First", components=[Button("Onward", action=go_to(Next))])

    class Pair(Flow):
        kind = "pair"
        menus = (First, Next)

    async with simulated(Bot(Pair)) as world:
        menu = await world.ann.open("first")
        await world.ann.click(menu, "Onward")
        assert menu.content == "Next"
        await world.ann.click(menu, "Return")
        assert menu.content == "First"
