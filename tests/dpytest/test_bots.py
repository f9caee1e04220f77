"""The example bot, driven through dpytest's world by the verbs of `flowcord.testing`, on a real Postgres."""

from __future__ import annotations

import re

import discord
import pytest

from bots import create_bot
from flowcord.testing import Harness, HarnessError, NotShownError, ShownMessage


@pytest.fixture
def flowcord_bot(database: str) -> discord.Client:
    return create_bot(database)


# /counter ------------------------------------------------------------------------------------------


async def test_counter_counts_clicks_in_the_menu_and_for_life(harness: Harness) -> None:
    opened = await harness.slash("counter")
    menu = opened.message
    assert opened.call_names == ["response.send_message"]
    assert (menu.title, menu.description) == ("Counter", "Count: 0\nLifetime: 0")
    assert menu.labels == ["+1", "Reset", "Close"]

    clicked = await harness.click("+1")
    await harness.click("+1")
    assert clicked.call_names == ["response.edit_message"]
    assert menu.description == "Count: 2\nLifetime: 2"

    await harness.click("Reset")
    assert menu.description == "Count: 0\nLifetime: 2"

    again = (await harness.slash("counter")).message
    assert again.description == "Count: 0\nLifetime: 2"


async def test_counter_closes(harness: Harness) -> None:
    menu = (await harness.slash("counter")).message
    closed = await harness.click("Close")

    assert closed.call_names == ["response.edit_message"]
    assert not menu.live
    assert menu.title == "Counter"


async def test_five_overlapping_clicks_count_five(harness: Harness) -> None:
    menu = (await harness.slash("counter")).message

    results = [harness.press("+1") for _ in range(5)]
    await harness.settle()

    assert all(result.acknowledged for result in results)
    assert menu.description == "Count: 5\nLifetime: 5"


async def test_two_open_counters_add_up_for_life(harness: Harness) -> None:
    first = (await harness.slash("counter")).message
    second = (await harness.slash("counter")).message

    for menu in (first, second, first, second):
        harness.press("+1", on=menu)
    await harness.settle()
    await harness.click("Reset", on=first)

    assert second.has_text("Count: 2")
    assert first.description == "Count: 0\nLifetime: 4"


@pytest.mark.case("S102")
async def test_a_stranger_is_refused_and_nothing_counts(harness: Harness) -> None:
    menu = (await harness.slash("counter")).message
    refused = await harness.as_user("bob").click("+1")

    assert refused.ephemeral
    assert refused.call_names == ["response.send_message"]
    assert menu.has_text("Count: 0")
    assert (await harness.as_user("bob").slash("counter")).message.has_text("Lifetime: 0")


async def test_an_idle_counter_ends_after_five_minutes(harness: Harness) -> None:
    menu = (await harness.slash("counter")).message
    await harness.advance(299)
    await harness.click("+1")
    await harness.advance(299)
    assert menu.live
    await harness.advance(1)

    assert not menu.live
    assert not menu.has_text("Count")


# /notes --------------------------------------------------------------------------------------------


async def add_note(harness: Harness, title: str, body: str) -> None:
    await harness.open_modal("Add")
    submitted = await harness.submit(Title=title, Body=body)
    assert submitted.call_names == ["response.edit_message"]


async def test_notes_are_added_and_shown(harness: Harness) -> None:
    menu = (await harness.slash("notes")).message
    assert (menu.title, menu.description) == ("Notes", "No notes yet")

    await add_note(harness, "Milk", "Two bottles")
    await add_note(harness, "Bread", "Brown")
    assert menu.description == "Milk\nBread"
    assert [label for label in menu.labels if label in ("Milk", "Bread")] == ["Milk", "Bread"]

    await harness.click("Milk")
    assert menu.title == "Milk"
    assert menu.has_text("Two bottles")
    await harness.click("Back")
    assert menu.title == "Notes"


async def test_a_note_is_deleted_after_a_question(harness: Harness) -> None:
    menu = (await harness.slash("notes")).message
    await add_note(harness, "Milk", "Two bottles")
    await harness.click("Milk")

    await harness.click("Delete")
    assert menu.title == "Delete note?"
    await harness.click("No")
    assert menu.title == "Milk"

    await harness.click("Delete")
    await harness.click("Yes")
    assert (menu.title, menu.description) == ("Notes", "No notes yet")


async def test_a_second_click_on_the_old_picture_deletes_nothing(harness: Harness) -> None:
    menu = (await harness.slash("notes")).message
    await add_note(harness, "Milk", "one")
    await add_note(harness, "Bread", "two")
    await harness.click("Milk")
    await harness.click("Delete")
    question = menu.picture()
    await harness.click("Yes")
    late = await harness.click("Yes", on=question)

    assert late.acknowledged
    assert (menu.title, menu.description) == ("Notes", "Bread")


async def test_notes_follow_their_user_and_nobody_else(harness: Harness) -> None:
    await harness.slash("notes")
    await add_note(harness, "Milk", "One bottle")

    assert (await harness.in_dm().slash("notes")).message.has_text("Milk")
    assert (await harness.as_user("bob").slash("notes")).message.has_text("No notes yet")


async def test_a_title_may_not_be_empty(harness: Harness) -> None:
    await harness.slash("notes")
    await harness.open_modal("Add")
    with pytest.raises(HarnessError, match="'Title' takes 1 to 80 characters"):
        await harness.submit(Title="", Body="x")


# /poll ---------------------------------------------------------------------------------------------


async def test_everyone_votes_once_and_may_change_their_mind(harness: Harness) -> None:
    menu = (await harness.slash("poll")).message
    bob = harness.as_user("bob")
    assert (menu.title, menu.description) == ("Poll", "Yes: 0\nNo: 0")

    await harness.click("Vote yes")
    await harness.click("Vote yes")
    await bob.click("Vote yes")
    assert menu.description == "Yes: 2\nNo: 0"
    await bob.click("Vote no")
    assert menu.description == "Yes: 1\nNo: 1"


async def test_two_open_polls_agree_after_their_next_render(harness: Harness) -> None:
    mine = (await harness.slash("poll")).message
    bob = harness.as_user("bob")
    theirs = (await bob.slash("poll")).message

    await harness.click("Vote yes", on=mine)
    await bob.click("Vote no", on=theirs)
    assert theirs.description == "Yes: 1\nNo: 1"
    await harness.click("Vote yes", on=mine)
    assert mine.description == theirs.description


async def test_polls_are_for_servers(harness: Harness) -> None:
    with pytest.raises(NotShownError):
        await harness.in_dm().slash("poll")


# /draft --------------------------------------------------------------------------------------------


async def at_step_two(harness: Harness) -> ShownMessage:
    menu = (await harness.slash("draft")).message
    await harness.open_modal("Set name")
    await harness.submit(Name="Alice")
    await harness.click("Next")
    assert (menu.title, menu.description) == ("Step 2 of 3", "Name: Alice")
    return menu


async def test_the_draft_goes_forth_and_back_for_its_user_alone(harness: Harness) -> None:
    menu = await at_step_two(harness)

    assert menu.ephemeral
    assert harness.as_user("bob").messages == []
    await harness.click("Next")
    assert menu.title == "Step 3 of 3"
    assert menu.get_button("Next").disabled
    await harness.click("Previous")
    assert menu.title == "Step 2 of 3"


@pytest.mark.parametrize("crash", [False, True])
async def test_a_restart_in_the_middle_loses_nothing(harness: Harness, database: str, crash: bool) -> None:
    await at_step_two(harness)
    await harness.restart(create_bot(database), crash=crash)

    again = await harness.slash("draft")
    assert again.ephemeral
    assert (again.message.title, again.message.description) == ("Step 2 of 3", "Name: Alice")


async def test_finish_ends_the_draft(harness: Harness) -> None:
    menu = await at_step_two(harness)
    await harness.click("Next")
    await harness.click("Finish")

    assert not menu.live
    again = (await harness.slash("draft")).message
    assert again.title == "Step 1 of 3"
    assert not again.has_text("Name")


# After a restart -----------------------------------------------------------------------------------


@pytest.mark.case("S109")
async def test_a_dead_button_is_answered_and_leads_back(harness: Harness, database: str) -> None:
    menu = (await harness.slash("counter")).message
    await harness.click("+1")
    await harness.restart(create_bot(database), crash=True)
    calls = len(harness.calls)

    dead = await harness.click("+1", on=menu)

    assert dead.call_names[:2] == ["response.edit_message", "followup.send"]
    assert not menu.live
    told = dead.followups[0]
    assert told.ephemeral
    assert told.has_text(re.compile("counter"))
    assert told.labels == ["Open again"]
    opened = await harness.click("Open again", on=told)
    assert opened.message.description == "Count: 0\nLifetime: 1"
    assert calls == len(harness.calls) - len(dead.calls) - len(opened.calls)


async def test_an_update_of_an_old_picture_is_told_apart_from_the_current_one(harness: Harness) -> None:
    menu = (await harness.slash("notes")).message
    first = menu.picture()
    await add_note(harness, "Milk", "body")
    await harness.click("Milk")

    stale = await harness.click("Add", on=first)

    assert stale.query_modal() is None
    assert menu.title == "Milk"
