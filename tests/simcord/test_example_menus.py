"""The example menus that live as long as they are open, end to end as a member uses them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import discord

from bots import LIVELY
from tests.simcord.world import Bot, World, simulated


def examples() -> AbstractAsyncContextManager[World]:
    intents = discord.Intents.default()
    intents.message_content = True
    return simulated(Bot(*LIVELY, intents=intents))


async def test_weather_is_seeded_changes_and_closes() -> None:
    async with examples() as world:
        menu = await world.ann.open("weather")
        assert menu.labels == ["Refresh", "Close", "Cancel"]
        seen = {str(menu)}
        for _ in range(20):
            await world.ann.click(menu, "Refresh")
            seen.add(str(menu))
        assert len(seen) > 1
        assert menu.lines[0].endswith("°C")
        await world.ann.click(menu, "Close")
        assert (menu.labels, world.sessions) == ([], [])
        menu = await world.ann.open("weather")
        await world.ann.click(menu, "Cancel")
        assert menu.content == "*Menu closed*"


async def test_cookbook_pages_have_typed_options_and_a_way_back() -> None:
    async with examples() as world:
        menu = await world.ann.open("cookbook")
        await world.ann.click(menu, "Shakshuka")
        assert (menu.title, menu.lines) == ("Shakshuka", ["Simmer the sauce, poach the eggs in it."])
        await world.ann.click(menu, "Favourite")
        assert menu.title == "⭐ Shakshuka"
        await world.ann.click(menu, "Next")
        assert menu.title == "Ramen"
        assert "Next" not in menu.buttons
        await world.ann.click(menu, "Previous")
        assert menu.title == "⭐ Shakshuka"  # the state was kept
        await world.ann.click(menu, "Ingredients")
        assert menu.lines == ["- 4 eggs", "- 400 g tomatoes", "- cumin"]
        await world.ann.click(menu, "Back")
        await world.ann.click(menu, "Back")
        assert (menu.title, "Back" in menu.labels) == ("Cookbook", False)
        direct = await world.ann.open("recipe", number=2)
        assert direct.title == "Ramen"
        await world.ann.click(direct, "Back")
        assert direct.title == "Cookbook"


async def test_workout_logs_every_hook_and_counts_visits() -> None:
    async with examples() as world:
        menu = await world.ann.open("workout")
        assert menu.lines == ["Visits: 1", "Done: nothing yet"]
        await world.ann.click(menu, "Pick an exercise")
        assert (menu.title, menu.labels[:2]) == ("Exercises for legs", ["Squat", "Lunge"])
        await world.ann.click(menu, "Show core")
        assert menu.labels[:2] == ["Plank", "Sit-up"]
        assert "Picker: on_update_options" in menu.field("Hooks so far")
        await world.ann.click(menu, "Plank")
        assert menu.lines == ["Visits: 2", "Done: Plank"]
        assert "Picker: on_leave" in menu.field("Hooks so far")


async def test_party_takes_four_and_asks_before_it_loses_one() -> None:
    async with examples() as world:
        menu = await world.ann.open("party")
        assert "Remove last" not in menu.buttons
        await world.ann.click(menu, "Recruit")
        await world.ann.click(menu, "Never mind")
        assert menu.lines == ["Nobody yet"]
        for _ in range(4):
            await world.ann.click(menu, "Recruit")
            await world.ann.click(menu, "Wizard (9)")
        assert (menu.lines, menu.footer) == (["Wizard (9)"] * 4, "Power: 36")
        assert "Recruit" not in menu.buttons
        await world.ann.click(menu, "Remove last")
        await world.ann.click(menu, "Keep")
        assert len(menu.lines) == 4
        await world.ann.click(menu, "Remove last")
        await world.ann.click(menu, "Send home")
        assert (len(menu.lines), menu.footer) == (3, "Power: 27")


async def test_shop_pages_its_items_and_says_why_it_refuses() -> None:
    async with examples() as world:
        menu = await world.ann.open("shop")
        assert menu.labels[:4] == ["Sword (40)", "Shield (35)", "Bow (30)", "Helmet (25)"]
        for _ in range(3):
            await world.ann.click(menu, "▶")
        await world.ann.click(menu, "Ring (60)")
        await world.ann.click(menu, "Buy")
        assert (menu.title, menu.content) == ("Ring", "You are 10 gold short.")
        await world.ann.click(menu, "Back")
        await world.ann.click(menu, "Sword (40)")
        await world.ann.click(menu, "Buy")
        assert (menu.content, menu.lines[-1]) == ("Sword is yours.", "Gold: 10")
        await world.ann.click(menu, "Buy")
        assert menu.content == "You have one already."
        await world.ann.click(menu, "Back")
        await world.ann.click(menu, "Inventory")
        assert menu.lines[0] == "Sword"


async def test_panel_counts_and_posts_a_launcher_that_survives() -> None:
    async with examples() as world:
        menu = await world.ann.open("panel")
        assert "Reset" not in menu.buttons
        await world.ann.click(menu, "Ping")
        assert "Pings: 1" in menu.texts
        await world.ann.click(menu, "Reset")
        assert "Pings: 0" in menu.texts
        await world.ann.click(menu, "Post for everybody")
        posted = world.newest
        opened = await world.bob.click(posted, "Open my own panel")
        assert "Pings: 0" in opened.shown.texts
        assert posted.labels == ["Open my own panel"]
        await world.ann.click(menu, "Cancel")
        assert menu.texts == ["*Menu closed*"]


async def test_guide_remembers_what_was_read() -> None:
    async with examples() as world:
        menu = await world.ann.open("guide")
        assert menu.labels.count("Mark as read") == 3
        assert menu.labels.count("More") == 2
        await world.ann.press(menu, menu.ids("Mark as read")[1])
        assert menu.labels.count("Mark as read") == 2
        assert any(text.startswith("### ✅ State") for text in menu.texts)


async def test_hub_stays_private_and_leads_back_from_both_sides() -> None:
    async with examples() as world:
        menu = await world.ann.open("hub")
        assert menu.ephemeral
        await world.ann.click(menu, "Rules")
        assert "Be kind." in menu.texts
        await world.ann.click(menu, "Back")
        assert "## Hub" in menu.texts
        direct = await world.ann.open("hub-category", category="help")
        assert direct.ephemeral
        await world.ann.click(direct, "Back")
        assert "## Hub" in direct.texts
        assert direct.ephemeral


async def test_showcase_changes_between_screen_and_layout() -> None:
    async with examples() as world:
        menu = await world.ann.open("showcase")
        await world.ann.click(menu, "The Wave")
        assert "## The Wave\nWoodblock print" in menu.texts
        await world.ann.click(menu, "Bookmark")
        assert "Forget" in menu.labels
        back = (await world.ann.click(menu, "Back")).shown
        assert (back.id != menu.id, back.lines) == (True, ["Bookmarks: The Wave"])
        assert menu.labels == []


async def test_explorer_shows_four_at_a_time_and_what_was_chosen() -> None:
    async with examples() as world:
        menu = await world.ann.open("explorer")
        assert menu.labels[:4] == ["Sun", "Mercury", "Venus", "Earth"]
        await world.ann.click(menu, "▶")
        await world.ann.click(menu, "Mars")
        assert "## Mars\nRed with rust." in menu.texts
        assert menu.labels[:4] == ["Moon", "Mars", "Jupiter", "Saturn"]


async def test_private_default_is_public_and_private_forced_is_not() -> None:
    async with examples() as world:
        assert not (await world.ann.open("private-default")).ephemeral
        assert (await world.ann.open("private-forced")).ephemeral


async def test_event_is_planned_in_two_forms_and_announced() -> None:
    async with examples() as world:
        menu = await world.ann.open("event")
        await world.ann.choose(menu, "A theme", "Hike")
        assert menu.title == "Hike"
        first = await world.ann.click(menu, "Fill in")
        await world.ann.submit(
            first, Title="Up the hill", Day="2090-05-01", Place="The gate", Seats="12", Details=""
        )
        second = await world.ann.click(menu, "Continue")
        await world.ann.submit(second)
        assert (menu.title, menu.field("When"), menu.field("Seats")) == ("Up the hill", "01 May 2090", "12")
        edit = await world.ann.click(menu, "Edit")
        await world.ann.submit(edit, Title="Down the hill", Seats="101")
        assert menu.content == "Between 2 and 100 seats."
        again = await world.ann.click(menu, "Edit")
        await world.ann.submit(again, Seats="99")  # what was typed before stands in the form
        assert (menu.title, menu.field("Seats")) == ("Down the hill", "99")
        await world.ann.click(menu, "Announce")
        assert world.newest.content == "**Down the hill**, 01 May 2090, The gate"
        assert menu.labels == []


async def test_behavior_hub_shows_every_way_to_deal_with_the_message_before() -> None:
    async with examples() as world:
        modes = {"Deleting": None, "Stripping": ("Stripping", ""), "Replacing": (None, "*Menu closed*")}
        for mode, left in modes.items():
            menu = await world.ann.open("behavior-hub")
            await world.ann.click(menu, mode)
            assert menu.title == mode
            await world.ann.click(menu, "Step")
            newest = world.newest
            assert (newest.id != menu.id, newest.lines) == (True, ["Step 1"])
            if left is None:
                assert not world.exists(menu)
            else:
                assert (menu.title, menu.content, menu.labels) == (*left, [])


async def test_behavior_hub_collects_messages_in_place_and_tidily() -> None:
    async with examples() as world:
        menu = await world.ann.open("behavior-hub")
        await world.ann.click(menu, "CollectingInPlace")
        await world.ann.write("one")
        assert menu.lines == ["one"]
        assert world.newest.content == "one"
        await world.advance(300)
        other = await world.ann.open("behavior-hub")
        await world.ann.click(other, "CollectingTidily")
        written = await world.ann.write("two")
        assert world.newest.lines == ["two"]
        assert other.labels == []
        assert written.id not in [message.id for message in world.channel.history()]


async def test_behavior_hub_has_buttons_with_a_way_of_their_own() -> None:
    async with examples() as world:
        menu = await world.ann.open("behavior-hub")
        await world.ann.click(menu, "OneShots")
        await world.ann.click(menu, "Step")
        assert menu.lines == ["Step 1"]
        below = (await world.ann.click(menu, "Step below")).shown
        assert (below.lines, menu.labels) == (["Step 2"], [])
        away = (await world.ann.click(below, "Step and say goodbye")).shown
        assert (away.lines, below.content) == (["Step 3"], "It was here.")
        secret = (await world.ann.click(away, "Reveal secret")).shown
        assert (secret.ephemeral, secret.content) == (True, "The secret is 42.")
        public = (await world.ann.click(secret, "Step")).shown
        assert (public.ephemeral, public.lines) == (False, ["Step 4"])
