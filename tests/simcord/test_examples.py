"""The four example commands, as two members use them, with a restart in between."""

from __future__ import annotations

import pytest

from bots import create_bot
from tests.simcord.world import Person, Shown, World, simulated


async def test_counter_counts_in_the_menu_and_for_life_each_user_alone(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        anns, bobs = await world.ann.open("counter"), await world.bob.open("counter")
        assert (anns.title, anns.lines) == ("Counter", ["Count: 0", "Lifetime: 0"])
        assert anns.labels == ["+1", "Reset", "Close"]
        assert not anns.ephemeral

        with world.requests() as made:
            await world.ann.click(anns, "+1")
        await world.ann.click(anns, "+1")
        assert made == ["update"]
        assert anns.lines == ["Count: 2", "Lifetime: 2"]
        assert bobs.lines == ["Count: 0", "Lifetime: 0"]

        await world.bob.click(bobs, "+1")
        await world.ann.click(anns, "Reset")
        assert anns.lines == ["Count: 0", "Lifetime: 2"]
        assert bobs.lines == ["Count: 1", "Lifetime: 1"]

        await world.ann.click(anns, "Close")
        assert (anns.title, anns.labels) == ("Counter", [])
        assert [session.owner.id for session in world.sessions] == [world.bob.id]


@pytest.mark.case("S22")
async def test_two_counters_of_one_user_are_two_sessions_over_one_lifetime(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        first, second = await world.ann.open("counter"), await world.ann.open("counter")
        await world.ann.click(first, "+1")
        await world.ann.click(second, "+1")
        assert first.lines == ["Count: 1", "Lifetime: 1"]
        assert second.lines == ["Count: 1", "Lifetime: 2"]
        assert len({session.id for session in world.sessions}) == 2


async def add_note(world: World, person: Person, notes: Shown, title: str, body: str) -> None:
    form = await person.click(notes, "Add")
    with world.requests() as made:
        await person.submit(form, Title=title, Body=body)
    assert made == ["update"]


async def test_notes_are_added_read_and_deleted(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        notes = await world.ann.open("notes")
        assert (notes.title, notes.lines, notes.labels) == ("Notes", ["No notes yet"], ["Add"])
        await add_note(world, world.ann, notes, "Milk", "two litres")
        await add_note(world, world.ann, notes, "Bread", "rye")
        assert notes.lines == ["Milk", "Bread"]
        assert notes.labels == ["Milk", "Bread", "Add"]

        await world.ann.click(notes, "Milk")
        assert (notes.title, notes.lines) == ("Milk", ["two litres"])
        assert notes.labels == ["Delete", "Back"]
        await world.ann.click(notes, "Back")
        assert notes.title == "Notes"

        await world.ann.click(notes, "Milk")
        await world.ann.click(notes, "Delete")
        assert (notes.title, notes.labels) == ("Delete note?", ["Yes", "No"])
        await world.ann.click(notes, "No")
        assert (notes.title, notes.lines) == ("Milk", ["two litres"])
        await world.ann.click(notes, "Delete")
        with world.requests() as made:
            await world.ann.click(notes, "Yes")
        assert made == ["update"]
        assert (notes.title, notes.lines) == ("Notes", ["Bread"])
        assert notes.labels == ["Bread", "Add"]

        assert (await world.bob.open("notes")).lines == ["No notes yet"]


async def test_a_poll_takes_one_vote_a_user_and_moves_it(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        poll = await world.ann.open("poll")
        assert (poll.title, poll.lines) == ("Poll", ["Yes: 0", "No: 0"])
        assert poll.labels == ["Vote yes", "Vote no"]
        await world.ann.click(poll, "Vote yes")
        await world.bob.click(poll, "Vote yes")
        assert poll.lines == ["Yes: 2", "No: 0"]
        await world.bob.click(poll, "Vote yes")
        assert poll.lines == ["Yes: 2", "No: 0"]
        await world.bob.click(poll, "Vote no")
        assert poll.lines == ["Yes: 1", "No: 1"]


async def test_two_polls_of_one_server_agree_after_their_next_render(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        anns, bobs = await world.ann.open("poll"), await world.bob.open("poll")
        await world.ann.click(anns, "Vote yes")
        await world.bob.click(bobs, "Vote no")
        assert bobs.lines == ["Yes: 1", "No: 1"]
        await world.ann.click(anns, "Vote yes")
        assert anns.lines == bobs.lines


async def test_draft_is_a_private_wizard_of_three_steps(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        draft = await world.ann.open("draft")
        assert draft.ephemeral
        assert (draft.title, draft.lines) == ("Step 1 of 3", [])
        assert draft.labels == ["Set name", "Previous", "Next", "Finish"]
        assert "Previous" not in draft.buttons
        await world.ann.submit(await world.ann.click(draft, "Set name"), Name="Ada")
        assert draft.lines == ["Name: Ada"]
        await world.ann.click(draft, "Next")
        await world.ann.click(draft, "Next")
        assert draft.title == "Step 3 of 3"
        assert "Next" not in draft.buttons
        await world.ann.click(draft, "Previous")
        assert (draft.title, draft.lines) == ("Step 2 of 3", ["Name: Ada"])


async def test_everything_that_matters_outlives_a_restart(database: str) -> None:
    async with simulated(create_bot(database)) as world:
        counter = await world.ann.open("counter")
        await world.ann.click(counter, "+1")
        await add_note(world, world.ann, await world.ann.open("notes"), "Milk", "two litres")
        await world.bob.click(await world.ann.open("poll"), "Vote no")
        draft = await world.ann.open("draft")
        await world.ann.submit(await world.ann.click(draft, "Set name"), Name="Ada")
        await world.ann.click(draft, "Next")

        await world.restart(create_bot(database))

        assert world.sessions == []
        assert counter.content == "*The bot is restarting. Please run the command again in a moment.*"
        assert (await world.ann.open("counter")).lines == ["Count: 0", "Lifetime: 1"]
        assert (await world.ann.open("notes")).lines == ["Milk"]
        assert (await world.bob.open("poll")).lines == ["Yes: 0", "No: 1"]
        draft = await world.ann.open("draft")
        assert (draft.title, draft.lines) == ("Step 2 of 3", ["Name: Ada"])

        await world.ann.click(draft, "Finish")
        assert draft.labels == []
        draft = await world.ann.open("draft")
        assert (draft.title, draft.lines) == ("Step 1 of 3", [])
