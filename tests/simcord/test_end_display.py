"""The last display: what becomes of the screen when its session ends."""

from __future__ import annotations

import discord
import pytest

from flowcord import (
    Behavior,
    DefinitionError,
    EndReason,
    Flow,
    Layout,
    Menu,
    MenuContext,
    Screen,
    button,
    slash,
)
from flowcord.menu.behavior import Display
from tests.simcord.conftest import Incidents
from tests.simcord.menus import page
from tests.simcord.world import Bot, simulated


@slash("shop", description="A shop")
class Shop(Menu):
    cancellable = True

    def render(self) -> Screen:
        return page("Shop", "Swords")

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()

    @button("Look")
    async def look(self, ctx: MenuContext) -> None: ...


class ShopFlow(Flow):
    kind = "shop"
    menus = (Shop,)


ENDS = {EndReason.CLOSED: "Close", EndReason.CANCELLED: "Cancel", EndReason.TIMEOUT: None}
SENTENCES = {EndReason.TIMEOUT: "*This interaction has timed out.*"}


@pytest.mark.case("S19")
@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
@pytest.mark.parametrize("display", ["strip", "disable", "replace", "delete"])
@pytest.mark.parametrize("reason", ENDS)
async def test_each_reason_has_the_display_that_was_chosen_for_it(
    reason: EndReason, display: Display, ephemeral: bool
) -> None:
    chosen = Behavior(end_display={reason: display}, ephemeral=ephemeral)
    async with simulated(Bot(ShopFlow, behavior=chosen)) as world:
        shop = await world.ann.open("shop")
        labels, label = shop.labels, ENDS[reason]
        (session,) = world.sessions
        with world.requests() as made:
            if label is None:
                await world.advance(300)
            else:
                await world.ann.click(shop, label)
        assert session.end.reason is reason
        if label is None:
            assert made == ["delete" if display == "delete" else "edit"]
        else:
            assert made == (["defer", "delete"] if display == "delete" else ["update"])
        assert world.exists(shop) is (display != "delete")
        match display:
            case "strip":
                assert (shop.title, shop.labels) == ("Shop", [])
            case "disable":
                assert (shop.title, shop.labels, shop.buttons) == ("Shop", labels, {})
            case "replace":
                sentence = SENTENCES.get(reason, "*Menu closed*")
                assert (shop.content, shop.title, shop.labels) == (sentence, None, [])
            case "delete":
                pass


@pytest.mark.case("S19")
async def test_the_display_of_one_reason_leaves_the_others_as_they_are() -> None:
    async with simulated(Bot(ShopFlow, behavior=Behavior(end_display={"timeout": "delete"}))) as world:
        shop = await world.ann.open("shop")
        await world.ann.click(shop, "Close")
        assert (shop.title, shop.labels) == ("Shop", [])
        shop = await world.ann.open("shop")
        await world.ann.click(shop, "Cancel")
        assert (shop.title, shop.content) == (None, "*Menu closed*")


async def test_a_display_that_fails_is_logged_and_the_session_ends_all_the_same(incidents: Incidents) -> None:
    async with simulated(Bot(ShopFlow, behavior=Behavior(end_display={"timeout": "delete"}))) as world:
        await world.ann.open("shop")
        (session,) = world.sessions
        world.env.inject_error("DELETE", "/webhooks/*", status=400, code=50035)
        await world.advance(300)
        assert session.end.reason is EndReason.TIMEOUT
        assert world.sessions == []
        assert len(incidents()) == 1


@slash("panel", description="A layout")
class Panel(Menu):
    def render(self) -> Layout:
        return Layout(discord.ui.TextDisplay("Panel"), discord.ui.Section("Bye", accessory=self.done))

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


@pytest.mark.parametrize("display", ["strip", "disable", "replace", "delete"])
@pytest.mark.parametrize("menu", ["shop", "panel"])
async def test_a_click_that_comes_too_late_leaves_the_display_as_it_is(menu: str, display: Display) -> None:
    async with simulated(Bot(ShopFlow, Panel, behavior=Behavior(end_display={"closed": display}))) as world:
        shown = await world.ann.open(menu)
        before = shown.message.components
        world.ann.tap(shown, shown.buttons["Close"])
        late = world.ann.tap(shown, shown.buttons["Close"])
        await world.env.settle()
        assert late.acknowledged
        assert world.exists(shown) is (display != "delete")
        if display == "delete":
            return
        (sentence,) = late.whispered
        assert sentence.startswith("This menu is no longer active.")
        kinds = [each["type"] for each in shown.message.components]
        wanted = {"strip": [], "disable": [each["type"] for each in before], "replace": []}[display]
        if menu == "panel":
            wanted = {"strip": [10, 9], "disable": [10, 9], "replace": [10]}[display]
        assert kinds == wanted
        assert shown.buttons == {}


@pytest.mark.parametrize(
    "wrong", [{"timeout": "explode"}, {"lost": "strip"}, {EndReason.UNREACHABLE: "strip"}]
)
def test_what_no_end_can_show_is_refused(wrong: dict[str, Display]) -> None:
    with pytest.raises(DefinitionError, match=r"Behavior\.end_display is a mapping from closed, cancelled"):
        Behavior(end_display=wrong)


@pytest.mark.case("S134")
@pytest.mark.parametrize("fallback", [None, "strip", "replace"])
async def test_an_ephemeral_message_that_may_not_be_deleted_is_stripped_or_replaced(
    fallback: Display | None,
) -> None:
    chosen = Behavior(ephemeral=True, cleanup="post_and_delete")
    if fallback is not None:
        chosen = Behavior(ephemeral=True, cleanup="post_and_delete", ephemeral_fallback=fallback)  # pyright: ignore
    async with simulated(Bot(ShopFlow, behavior=chosen)) as world:
        shop = await world.ann.open("shop")
        world.env.inject_error("DELETE", "/webhooks/*", status=403, code=50013)
        with world.requests() as made:
            after = (await world.ann.click(shop, "Look")).shown
        assert made == ["message", "delete", "edit"]
        left = (None, "*Menu closed*") if fallback == "replace" else ("Shop", "")
        assert (shop.title, shop.content) == left
        assert world.live(shop, after) == [after]
        with world.requests() as made:
            again = (await world.ann.click(after, "Look")).shown
        assert made == ["message", "delete"]
        assert not world.exists(after)
        assert again.ephemeral
