"""Panels: buttons that open menus for everybody, from a message that belongs to no session."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord

from flowcord import (
    Behavior,
    DefinitionError,
    DuplicateKeyError,
    Flow,
    Launcher,
    Menu,
    Options,
    Screen,
    UnknownMenuError,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, M, MFlow, page
from tests.simcord.test_sources import member
from tests.simcord.world import Bot, Shown, World, simulated


class Private(M):
    name = "private"
    behavior = Behavior(ephemeral=True)


class OneFlow(MFlow):
    kind = "one"
    menus = (type("One", (M,), {"name": "first"}), D)
    sessions_per_user = 1


class Panels(Bot):
    """`/panel` shows a hand-made view with a launcher in it."""

    async def setup_hook(self) -> None:
        @self.tree.command(name="panel", description="Shows the view")
        async def panel(interaction: discord.Interaction[Any]) -> None:
            view = discord.ui.View(timeout=None)
            view.add_item(Launcher(MFlow, label="Menu").to_item())
            view.add_item(Launcher(Private, label="Private", emoji="🔒").to_item())
            await interaction.response.send_message("hand-made", view=view)

        await super().setup_hook()


async def posted(world: World, *launchers: Launcher, **said: Any) -> Shown:
    """A panel of `flows.post`."""
    with world.as_bot():
        channel = world.bot.get_channel(world.channel.id)
        sent = await world.bot.flows.post(channel, launchers=launchers, **said)
    return Shown(simcord.ResponseMessage(world.env, world.env.backend.get_message(channel.id, sent.id)))


async def open_by_both(world: World, panel: Shown, before: str) -> None:
    """Ann and Bob each get a menu of their own, and the panel stays what it is."""
    with world.requests() as made:
        anns = (await world.ann.click(panel, "Menu")).shown
        bobs = (await world.bob.click(panel, "Menu")).shown
    assert made == ["message", "message"]
    await world.ann.click(anns, "+1")
    refused = await world.ann.click(bobs, "+1")
    assert refused.whispered == ["This menu belongs to somebody else."]
    assert (anns.lines, bobs.lines) == (["Count: 1"], ["Count: 0"])
    assert len({anns.id, bobs.id, panel.id}) == 3
    assert repr(panel) == before


@pytest.mark.case("S12a")
async def test_a_panel_opens_a_menu_for_whoever_clicks_also_after_a_restart() -> None:
    async with simulated(Panels(MFlow, Private)) as world:
        made_by_hand = await world.ann.open("panel")
        panel = await posted(
            world,
            Launcher(MFlow, label="Menu"),
            Launcher(Private, label="Private", style=discord.ButtonStyle.danger),
            content="panel",
            embed=discord.Embed(title="Welcome", description="Click"),
        )
        assert (panel.content, panel.title, panel.labels) == ("panel", "Welcome", ["Menu", "Private"])
        assert list(panel.buttons.values()) == ["fc:m:open", "fc:private:open"]
        shown = {each: repr(each) for each in (panel, made_by_hand)}
        for each, before in shown.items():
            await open_by_both(world, each, before)
            secret = (await world.ann.click(each, "Private")).shown
            assert secret.ephemeral
        await world.restart(Panels(MFlow, Private))
        assert world.sessions == []
        for each, before in shown.items():
            await open_by_both(world, each, before)


@pytest.mark.case("S12a")
async def test_a_panel_keeps_to_the_limit() -> None:
    async with simulated(Panels(OneFlow, MFlow, Private)) as world:
        panel = await posted(world, Launcher(OneFlow, label="One"))
        first = (await world.ann.click(panel, "One")).shown
        second = await world.ann.click(panel, "One")
        (told,) = second.whispered
        assert str(first.id) in told
        assert len(world.sessions) == 1
        assert (await world.bob.click(panel, "One")).shown.lines == ["Count: 0"]


@pytest.mark.case("S12a")
async def test_nothing_of_a_panel_is_kept_and_one_that_opens_nothing_any_more_stays() -> None:
    async with simulated(Panels(MFlow, Private)) as world:
        panel = await posted(world, Launcher(MFlow, label="Menu"), Launcher(Private, label="Private"))
        assert not world.bot._connection._view_store._views
        world.bot.flows.remove(MFlow)
        with world.requests() as made:
            gone = await world.ann.click(panel, "Menu")
        assert (made, gone.whispered) == (["message"], ["This menu is no longer active."])
        assert panel.labels == ["Menu", "Private"]
        assert (await world.ann.click(panel, "Private")).shown.lines == ["Count: 0"]


async def test_a_launcher_of_a_menu_leads_to_the_flow_that_begins_with_it() -> None:
    """Also one that was made before anything was added, and knows the menu's own name alone."""

    class Shop(M):
        name = "shop"

    class Hidden(D):
        name = "hidden"

    class ShopFlow(Flow):
        kind = "whole_shop"
        menus = (Shop, Hidden)

    early = Launcher(Shop, label="Early").to_item()
    assert early.custom_id == "fc:shop:open"

    class Early(Panels):
        async def setup_hook(self) -> None:
            @self.tree.command(name="early", description="Shows the view")
            async def show(interaction: discord.Interaction[Any]) -> None:
                view = discord.ui.View(timeout=None)
                view.add_item(early)
                await interaction.response.send_message("early", view=view)

            await super().setup_hook()

    async with simulated(Early(ShopFlow, MFlow, Private)) as world:
        panel = await posted(world, Launcher(Shop, label="Shop"))
        assert list(panel.buttons.values()) == ["fc:whole_shop:open"]
        assert Launcher(Shop, label="Shop").to_item().custom_id == "fc:whole_shop:open"
        for each, label in ((panel, "Shop"), (await world.ann.open("early"), "Early")):
            await world.ann.click(each, label)
        assert [session.definition.kind for session in world.sessions] == ["whole_shop"] * 2
        # Known by now to begin nothing.
        with pytest.raises(DefinitionError, match="the flow whole_shop begins with Shop"):
            Launcher(Hidden, label="Hidden")


@pytest.mark.case("S12b")
async def test_a_launcher_of_what_cannot_be_opened_is_refused() -> None:
    class ItemOptions(Options):
        item: int

    class Item(Menu[Any, ItemOptions]):
        def render(self) -> Screen:
            return page("Item")

    class Items(Flow):
        menus = (Item,)

    class Second(D):
        name = "second"

    class Both(Flow):
        kind = "both"
        menus = (M, Second)

    for target in (Item, Items):
        with pytest.raises(DefinitionError, match="nobody gives Item its options item"):
            Launcher(target, label="Item")
    for wrong, problem in (
        (lambda: Launcher(M), "needs a label or an emoji"),
        (
            lambda: Launcher(M, label="M", style=discord.ButtonStyle.link),
            "nobody of a click on a link button",
        ),
        (lambda: Launcher("m", label="M"), "opens a subclass of Flow or Menu"),  # pyright: ignore
    ):
        with pytest.raises(DefinitionError, match=problem):
            wrong()
    no_entry = Launcher(Second, label="Second")
    async with simulated(Bot(Both)) as world:
        with world.requests() as made:
            with pytest.raises(DefinitionError, match="the flow both begins with M"):
                await posted(world, no_entry)
            with pytest.raises(DefinitionError, match="the flow both begins with M"):
                no_entry.to_item()
            with pytest.raises(UnknownMenuError, match="Private was not added"):
                await posted(world, Launcher(Private, label="Private"))
            with pytest.raises(DefinitionError, match="1 to 25 launchers, not 0"):
                await posted(world)
            with pytest.raises(DuplicateKeyError, match="two launchers of one panel open both"):
                await posted(world, Launcher(M, label="M"), Launcher(Both, label="Both"))
        assert made == []


async def test_a_launcher_stands_in_a_menu_too_and_opens_another_session() -> None:
    class Lobby(Menu):
        def render(self) -> Screen:
            return Screen("Lobby", components=[Launcher(MFlow, label="Play").to_item()])

    async with simulated(Bot(Lobby, MFlow)) as world:
        lobby = await world.ann.open_with(Lobby)
        game = (await world.bob.click(lobby, "Play")).shown
        await world.bob.click(game, "+1")
        assert (lobby.content, game.lines) == ("Lobby", ["Count: 1"])
        assert [session.owner.id for session in world.sessions] == [world.ann.id, world.bob.id]


@pytest.mark.case("S25")
async def test_open_again_while_the_bot_closes_is_answered_and_no_incident(incidents: Incidents) -> None:
    async with simulated(Panels(MFlow, Private)) as world:
        panel = await posted(world, Launcher(MFlow, label="Menu"))
        await member(world, world.ann)
        with world.as_bot():
            world.bot.flows._opener.closing = True
        told = await world.ann.click(panel, "Menu")
        ran = await world.ann.slash("m")
        assert told.whispered == ran.whispered
        assert told.whispered[0].startswith("*The bot is restarting")
        assert incidents() == []
        world.bot.flows._opener.closing = False
