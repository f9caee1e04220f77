"""Clicks on what is no longer there never run an action, and are always answered."""

from __future__ import annotations

import discord
import pytest

from flowcord import Button, EndReason, Menu, MenuContext, Screen, button, slash
from tests.simcord.menus import M, MFlow
from tests.simcord.world import Bot, simulated

STALE = "That button belongs to an earlier page of this menu."


@pytest.mark.case("S94")
async def test_a_late_click_on_the_menu_before_shows_the_current_one_by_one_call() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        late = menu.buttons["+1"]
        await world.ann.click(menu, "Go")
        world.trail.clear()

        with world.requests() as made:
            await world.ann.press(menu, late)

        assert made == ["update"]
        assert (menu.title, menu.labels) == ("D", ["Back"])
        assert world.trail == []
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 0"]


@pytest.mark.case("S94")
async def test_an_id_pressed_on_another_message_gets_a_sentence() -> None:
    async with simulated(Bot(MFlow)) as world:
        first, second = await world.ann.open("m"), await world.ann.open("m")

        with world.requests() as made:
            pressed = await world.ann.press(second, first.buttons["+1"])

        assert made == ["message"]
        assert pressed.whispered == [STALE]
        assert first.lines == second.lines == ["Count: 0"]


class Kept(M):
    name = "m"
    preserve_state_on_return = True


@pytest.mark.case("S94c")
async def test_the_first_picture_of_a_menu_is_stale_after_a_return_to_it() -> None:
    class Flow(MFlow):
        kind = "kept"
        menus = (Kept, *MFlow.menus[1:])

    slash("kept", description="Returned to as it was")(Kept)
    async with simulated(Bot(Flow)) as world:
        menu = await world.ann.open("kept")
        await world.ann.click(menu, "+1")
        first_picture = menu.buttons["+1"]
        await world.ann.click(menu, "Go")
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Count: 1"]

        with world.requests() as made:
            await world.ann.press(menu, first_picture)

        assert made == ["update"]
        assert menu.lines == ["Count: 1"]
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 2"]


async def test_an_older_picture_of_the_same_visit_still_counts() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        older = menu.buttons["+1"]
        await world.ann.click(menu, "+1")
        await world.ann.press(menu, older)
        assert menu.lines == ["Count: 2"]


@slash("shelf", description="What is taken is gone")
class Shelf(Menu):
    def __init__(self) -> None:
        super().__init__()
        self.things = ["cup", "jug"]
        self.taken: list[str] = []

    def render(self) -> Screen:
        shown = [Button(thing, action=self.take, args=(thing,)) for thing in self.things]
        return Screen(f"Taken: {', '.join(self.taken)}", components=shown)

    async def take(self, ctx: MenuContext, thing: str) -> None:
        self.things.remove(thing)
        self.taken.append(thing)

    @button("Reverse")
    async def turn_round(self, ctx: MenuContext) -> None:
        self.things.reverse()

    @button("Last", disabled=lambda menu: not menu.taken)
    async def last(self, ctx: MenuContext) -> None:
        self.taken.append("last")


@pytest.mark.case("S86", "S97")
async def test_a_button_that_is_gone_or_disabled_does_not_run() -> None:
    async with simulated(Bot(Shelf)) as world:
        menu = await world.ann.open("shelf")
        cup = menu.buttons["cup"]
        disabled = menu.buttons["Reverse"].replace("turn_round", "last")
        await world.ann.press(menu, disabled)
        assert menu.content == "Taken: "
        await world.ann.click(menu, "Reverse")
        await world.ann.press(menu, cup)  # as it was called where it stood before
        await world.ann.press(menu, cup)
        assert menu.content == "Taken: cup"
        assert list(menu.buttons) == ["jug", "Reverse", "Last"]


async def test_forged_ids_find_nothing() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        real = menu.buttons["+1"]
        for forged in (real + "x", real.replace("add", "__init__"), real.replace(":1:", ":99999999999999:")):
            await world.ann.press(menu, forged)
        assert menu.lines == ["Count: 0"]
        assert menu.title == "M"


@pytest.mark.case("S95")
async def test_ids_of_others_are_left_to_others() -> None:
    class Foreign(discord.ui.View):
        clicks = 0

        @discord.ui.button(label="Mine", custom_id="fc:too:few")
        async def mine(self, interaction: discord.Interaction, _button: discord.ui.Button) -> None:
            Foreign.clicks += 1
            assert not interaction.client.flows.owns(interaction)
            await interaction.response.send_message("mine", ephemeral=True)

    class WithView(Bot):
        async def setup_hook(self) -> None:
            await super().setup_hook()
            self.add_view(Foreign(timeout=None))

    async with simulated(WithView(MFlow)) as world:
        menu = await world.ann.open("m")
        with world.requests() as made:
            answered = await world.ann.press(menu, "fc:too:few")
        assert made == ["message"]
        assert answered.whispered == ["mine"]
        assert Foreign.clicks == 1


async def test_the_same_interaction_delivered_twice_runs_once() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        delivered = []
        world.env.backend.subscribers.append(lambda event, payload: delivered.append((event, payload)))
        await world.ann.click(menu, "+1")
        (again,) = [each for each in delivered if each[0] == "INTERACTION_CREATE"]
        world.env.backend.emit(*again)
        await world.env.settle()
        assert menu.lines == ["Count: 1"]


async def test_a_click_after_the_end_is_answered_as_after_a_restart() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        (session,) = world.sessions
        button_id = menu.buttons["+1"]
        await world.ann.click(menu, "Close")
        assert session.end.reason is EndReason.CLOSED
        pressed = await world.ann.press(menu, button_id)
        assert pressed.whispers[0].labels == ["Open again"]
        assert menu.labels == []
