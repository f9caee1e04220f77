"""The rules of Discord for interactions: what breaks one is refused, and fails the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
import pytest

from flowcord.testing import Harness, Result, RulesBrokenError
from tests.testing.handmade import Form, HandmadeBot, Interaction

pytestmark = pytest.mark.case("S159")

Handler = Callable[[Interaction], Awaitable[object]]


def command(bot: HandmadeBot, handler: Handler) -> None:
    @bot.tree.command(name="go", description="The handler under test")
    async def go(interaction: Interaction) -> None:
        await handler(interaction)


class Buttons(discord.ui.View):
    """One button `Go` that runs the handler under test."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(timeout=None)
        self.handler = handler
        self.errors: list[Exception] = []

    @discord.ui.button(label="Go")
    async def go(self, interaction: Interaction, button: object) -> None:
        await self.handler(interaction)

    async def on_error(self, interaction: Interaction, error: Exception, item: object) -> None:
        self.errors.append(error)


async def clicked(
    bot: HandmadeBot, handler: Handler, then: Callable[[Harness, Buttons], Awaitable[None]]
) -> tuple[Buttons, Result, list[str]]:
    """Click a button that runs `handler`, let `then` happen, and give what became of it."""
    view = Buttons(handler)

    async def send(interaction: Interaction) -> None:
        await interaction.response.send_message("go", view=view)

    command(bot, send)
    async with Harness(bot) as harness:
        await harness.slash("go")
        result = await harness.click("Go")
        await then(harness, view)
        return view, result, harness.take_faults()


async def nothing(harness: Harness, view: Buttons) -> None:
    pass


def code(view: Buttons) -> int:
    error = view.errors[0]
    assert isinstance(error, discord.HTTPException)
    return error.code


async def answer_past_the_object(interaction: Interaction) -> None:
    """Answer with a second `Interaction` object of the same id, which does not know of the first answer."""
    again = type(interaction).__new__(type(interaction))
    for name in ("id", "token", "type", "_state", "_session", "_original_response", "channel"):
        setattr(again, name, getattr(interaction, name))
    await again.response.defer()


async def test_a_second_answer_is_refused(bot: HandmadeBot) -> None:
    async def twice(interaction: Interaction) -> None:
        await interaction.response.defer()
        await answer_past_the_object(interaction)

    view, result, faults = await clicked(bot, twice, nothing)

    assert code(view) == 40060
    assert result.acknowledged
    assert faults == ["answered an interaction twice: response.defer (click on 'Go' by ann)"]


async def test_an_answer_after_three_seconds_is_refused(bot: HandmadeBot) -> None:
    async def late(interaction: Interaction) -> None:
        await asyncio.sleep(3)
        await interaction.response.defer()

    async def wait(harness: Harness, view: Buttons) -> None:
        await harness.advance(3)

    view, result, faults = await clicked(bot, late, wait)

    assert code(view) == 10062
    assert not result.acknowledged
    assert "answered an interaction after 3 seconds: response.defer (click on 'Go' by ann)" in faults


async def test_an_answer_just_in_time_is_taken(bot: HandmadeBot) -> None:
    async def soon(interaction: Interaction) -> None:
        await asyncio.sleep(2.9)
        await interaction.response.defer()

    async def wait(harness: Harness, view: Buttons) -> None:
        await harness.advance(2.9)

    _, result, faults = await clicked(bot, soon, wait)

    assert result.answered_after == pytest.approx(2.9)
    assert faults == []


async def test_an_unanswered_interaction_fails_the_test(bot: HandmadeBot) -> None:
    harness = Harness(bot)
    await harness.start()
    await harness.slash("panel")
    await harness.click("Forget")

    with pytest.raises(RulesBrokenError, match="without an answer: click on 'Forget' by ann") as raised:
        await harness.close()
    assert len(raised.value.faults) == 1
    assert bot.closed


async def test_a_modal_is_no_answer_to_a_modal(bot: HandmadeBot) -> None:
    errors: list[Exception] = []

    class Chain(Form, title="Chain"):
        async def on_submit(self, interaction: Interaction) -> None:
            # discord.py sends it: only Discord knows that it is forbidden.
            await interaction.response.send_modal(Form())

        async def on_error(self, interaction: Interaction, error: Exception) -> None:  # type: ignore[override]
            errors.append(error)

    async def open_chain(interaction: Interaction) -> None:
        await interaction.response.send_modal(Chain())

    async def fill(harness: Harness, view: Buttons) -> None:
        await harness.submit(Title="x")

    _, _, faults = await clicked(bot, open_chain, fill)

    assert isinstance(errors[0], discord.HTTPException)
    assert errors[0].code == 50035
    assert faults[0].startswith("answered a modal submit with a modal: response.send_modal")


async def test_a_token_is_dead_after_fifteen_minutes(bot: HandmadeBot) -> None:
    async def edit_later(interaction: Interaction) -> None:
        await interaction.response.defer()
        await asyncio.sleep(899)
        await interaction.edit_original_response(content="still there")
        await asyncio.sleep(1)
        await interaction.edit_original_response(content="too late")

    async def wait(harness: Harness, view: Buttons) -> None:
        await harness.advance(900)
        assert harness.messages[0].content == "still there"

    view, _, faults = await clicked(bot, edit_later, wait)

    assert code(view) == 50027
    assert faults == ["used a token older than 15 minutes: original.edit (click on 'Go' by ann)"]


async def test_a_token_works_only_after_the_answer(bot: HandmadeBot) -> None:
    async def too_early(interaction: Interaction) -> None:
        await interaction.followup.send("early")

    view, _, faults = await clicked(bot, too_early, nothing)

    assert code(view) == 10015
    assert (
        faults[0] == "used a token before the interaction was answered: followup.send (click on 'Go' by ann)"
    )


async def test_an_update_needs_a_message_to_update(bot: HandmadeBot) -> None:
    codes: list[int] = []

    async def update(interaction: Interaction) -> None:
        interaction.type = discord.InteractionType.component
        try:
            await interaction.response.defer()
        except discord.HTTPException as error:
            codes.append(error.code)
        interaction.type = discord.InteractionType.application_command
        await interaction.response.defer()

    command(bot, update)
    async with Harness(bot) as harness:
        result = await harness.slash("go")
        faults = harness.take_faults()

    assert codes == [50035]
    assert result.call_names == ["response.defer", "response.defer"]
    assert faults[0].startswith("answered with an update where there is no message to update")


async def test_a_token_addresses_its_answer_and_not_the_clicked_message(bot: HandmadeBot) -> None:
    """A click answered with a new message can no longer edit the message it sat on."""

    async def new_message(interaction: Interaction) -> None:
        await interaction.response.send_message("new")
        assert interaction.message is not None
        await interaction.edit_original_response(content="newer")
        await interaction.followup.edit_message(interaction.message.id, content="stolen")

    view, result, faults = await clicked(bot, new_message, nothing)

    assert code(view) == 10008
    assert result.message.content == "newer"
    assert faults == [
        "addressed a message by a token that does not reach it: followup.edit (click on 'Go' by ann)"
    ]


async def test_after_an_update_the_original_is_the_clicked_message(bot: HandmadeBot) -> None:
    async def update(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="edited")
        said = await interaction.followup.send("more", ephemeral=True, wait=True)
        await said.edit(content="even more")

    async def look(harness: Harness, view: Buttons) -> None:
        assert [message.content for message in harness.messages] == ["edited", "even more"]
        assert [message.content for message in harness.as_user("bob").messages] == ["edited"]

    _, result, faults = await clicked(bot, update, look)

    assert result.deferred
    assert [message.content for message in result.followups] == ["even more"]
    assert result.followups[0].ephemeral
    assert result.call_names == ["response.defer", "original.edit", "followup.send", "followup.edit"]
    assert faults == []


async def test_the_first_followup_takes_the_place_of_a_thinking_answer(bot: HandmadeBot) -> None:
    async def think(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("thought")  # as ephemeral as the placeholder
        await interaction.followup.send("said")

    command(bot, think)
    async with Harness(bot) as harness:
        result = await harness.slash("go")

        assert result.ephemeral
        assert result.message.content == "thought"
        assert [message.content for message in result.followups] == ["said"]
        assert [message.content for message in harness.as_user("bob").messages] == ["said"]


async def test_an_answer_can_be_fetched_and_deleted(bot: HandmadeBot) -> None:
    async def vanish(interaction: Interaction) -> None:
        await interaction.response.send_message("now")
        message = await interaction.original_response()
        await message.delete()

    command(bot, vanish)
    async with Harness(bot) as harness:
        result = await harness.slash("go")

        assert result.message.deleted
        assert harness.messages == []


async def test_files_become_attachments(bot: HandmadeBot) -> None:
    import io

    async def send(interaction: Interaction) -> None:
        await interaction.response.send_message("one", file=discord.File(io.BytesIO(b"abc"), "one.txt"))
        message = await interaction.original_response()
        await message.edit(attachments=[*message.attachments, discord.File(io.BytesIO(b"de"), "two.txt")])

    command(bot, send)
    async with Harness(bot) as harness:
        result = await harness.slash("go")

        sizes = {each["filename"]: each["size"] for each in result.message.data["attachments"]}
        assert sizes == {"one.txt": 3, "two.txt": 2}
