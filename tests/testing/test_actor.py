from __future__ import annotations

import re
from typing import Any

import discord
import pytest
from discord import app_commands

from flowcord.testing import Harness, HarnessError, NotShownError
from tests.testing.handmade import HandmadeBot, Interaction

pytestmark = pytest.mark.case("S159")


async def test_a_slash_command_answers_with_a_message(harness: Harness) -> None:
    result = await harness.slash("panel")

    assert result.acknowledged
    assert result.call_names == ["response.send_message"]
    assert result.message.title == "Panel"
    assert not result.ephemeral
    assert harness.messages[-1].id == result.message.id


async def test_a_click_updates_the_message_it_is_on(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message

    result = await harness.click("+1")

    assert result.call_names == ["response.edit_message"]
    assert result.message.id == menu.id
    assert menu.has_text("Count: 1")
    assert menu.edits == 1


async def test_labels_match_exactly_and_patterns_are_searched(harness: Harness) -> None:
    await harness.slash("panel")

    with pytest.raises(NotShownError, match=r"'\+1', 'Slow', 'Whisper'"):
        await harness.click("slow")
    await harness.click(re.compile(r"\d"))

    assert harness.get_message("Count: 1")


async def test_a_click_needs_a_button(harness: Harness) -> None:
    with pytest.raises(NotShownError, match="no message with a button or select; shown: nothing"):
        await harness.click("+1")


async def test_a_disabled_button_cannot_be_clicked(bot: HandmadeBot) -> None:
    @bot.tree.command(name="dead", description="A disabled button")
    async def dead(interaction: Interaction) -> None:
        view: Any = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Dead", disabled=True))
        await interaction.response.send_message("dead", view=view)

    async with Harness(bot) as harness:
        menu = (await harness.slash("dead")).message
        assert not menu.live
        with pytest.raises(HarnessError, match="'Dead' \\(disabled\\) cannot be clicked"):
            await harness.click("Dead", on=menu)


async def test_a_custom_id_is_sent_as_it_is(harness: Harness, bot: HandmadeBot) -> None:
    menu = (await harness.slash("panel")).message
    forged = await harness.click(custom_id="never-shown", on=menu)

    assert not forged.acknowledged
    assert harness.take_faults() == [
        "left an interaction without an answer: click on the id 'never-shown' by ann"
    ]


async def test_five_overlapping_clicks_are_all_delivered_before_the_bot_runs(
    harness: Harness, bot: HandmadeBot
) -> None:
    await harness.slash("panel")

    results = [harness.press("+1") for _ in range(5)]
    assert bot.panels[0].count == 0
    await harness.settle()

    assert bot.panels[0].count == 5
    assert [result.call_names for result in results] == [["response.edit_message"]] * 5


async def test_another_member_acts_in_the_same_channel(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message

    await harness.as_user("bob").click("+1")
    await harness.as_user(harness.bob).click("+1")

    assert menu.has_text("Count: 2")


async def test_an_ephemeral_message_is_seen_by_its_user_alone(harness: Harness) -> None:
    result = await harness.slash("panel", secret=True)
    bob = harness.as_user("bob")

    assert result.ephemeral
    assert [message.id for message in harness.messages] == [result.message.id]
    assert bob.messages == []
    with pytest.raises(NotShownError):
        await bob.click("+1")
    with pytest.raises(NotShownError, match="bob does not see"):
        await bob.click("+1", on=result.message)
    assert (await harness.click("+1")).ephemeral


async def test_a_whisper_leaves_the_clicked_message_as_it_is(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message
    result = await harness.click("Whisper")

    assert result.ephemeral
    assert result.message.content == "only you"
    assert result.message.id != menu.id


async def test_a_picture_keeps_what_was_shown(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message
    before = menu.picture()

    await harness.click("+1")
    await harness.click("+1", on=before)

    assert before.has_text("Count: 0")
    assert menu.has_text("Count: 2")


async def test_calls_belong_to_their_input(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message
    slow = await harness.click("Slow")
    quick = await harness.click("+1")
    await harness.advance(4)

    assert slow.call_names == ["response.defer", "original.edit"]
    assert quick.call_names[0] == "response.edit_message"
    assert [call.message_id for call in harness.calls[-3:]] == [menu.id] * 3


class Choices(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.chosen: list[Any] = []

    @discord.ui.select(
        placeholder="Fruit",
        max_values=2,
        options=[
            discord.SelectOption(label="Apple", value="a"),
            discord.SelectOption(label="Pear", value="p"),
        ],
    )
    async def fruit(self, interaction: Interaction, select: Any) -> None:
        self.chosen = select.values
        await interaction.response.defer()

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Friend")
    async def friend(self, interaction: Interaction, select: Any) -> None:
        self.chosen = select.values
        await interaction.response.defer()

    @discord.ui.select(cls=discord.ui.RoleSelect, placeholder="Role")
    async def role(self, interaction: Interaction, select: Any) -> None:
        self.chosen = select.values
        await interaction.response.defer()

    @discord.ui.select(cls=discord.ui.ChannelSelect, placeholder="Place")
    async def place(self, interaction: Interaction, select: Any) -> None:
        self.chosen = [select.values[0].resolve()]
        await interaction.response.defer()


@pytest.fixture
async def choices(bot: HandmadeBot) -> Choices:
    view = Choices()

    @bot.tree.command(name="choose", description="Selects of several kinds")
    async def choose(interaction: Interaction) -> None:
        await interaction.response.send_message("choose", view=view)

    return view


async def test_a_select_takes_labels_or_values(bot: HandmadeBot, choices: Choices) -> None:
    async with Harness(bot) as harness:
        menu = (await harness.slash("choose")).message
        await harness.select("Pear", "a", of="Fruit")
        assert choices.chosen == ["p", "a"]

        with pytest.raises(NotShownError, match="no option 'Plum', but: 'Apple', 'Pear'"):
            await harness.select("Plum", of="Fruit")
        with pytest.raises(NotShownError, match=r"such as harness\.bob, not 'bob'"):
            await harness.select("bob", of="Friend")
        with pytest.raises(HarnessError, match="takes 1 to 1 values, not 2"):
            await harness.select(harness.ann, harness.bob, of="Friend")
        with pytest.raises(NotShownError, match="4 selects fit"):
            await harness.select("Pear")
        assert menu.get_select("Fruit").options == {"Apple": "a", "Pear": "p"}


async def test_entity_selects_deliver_objects(bot: HandmadeBot, choices: Choices) -> None:
    async with Harness(bot) as harness:
        await harness.slash("choose")
        await harness.select(harness.bob, of="Friend")
        assert choices.chosen == [harness.bob]
        role = harness.add_role("mod")
        await harness.select(role, of="Role")
        assert choices.chosen == [role]
        await harness.select(harness.channel, of="Place")
        assert choices.chosen == [harness.channel]


async def test_context_menus_get_their_target(bot: HandmadeBot) -> None:
    seen: list[Any] = []

    @bot.tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        seen.append(member)
        await interaction.response.send_message("hi")

    @bot.tree.context_menu(name="Quote")
    async def quote(interaction: Interaction, message: discord.Message) -> None:
        seen.append(message.content)
        await interaction.response.send_message("quoted")

    async with Harness(bot) as harness:
        await harness.context_menu("Greet", harness.bob)
        await harness.context_menu("Quote", harness.messages[0])
        assert seen == [harness.bob, "hi"]


async def test_direct_messages_have_a_user_and_no_guild(bot: HandmadeBot) -> None:
    seen: list[Interaction] = []

    @bot.tree.command(name="where", description="Where am I?")
    async def where(interaction: Interaction) -> None:
        seen.append(interaction)
        await interaction.response.send_message("here", view=Choices())

    @bot.tree.command(name="servers", description="Not in direct messages")
    @app_commands.guild_only()
    async def servers(interaction: Interaction) -> None: ...

    async with Harness(bot) as harness:
        dm = harness.in_dm()
        result = await dm.slash("where")
        await dm.select("Pear", of="Fruit")

        assert seen[0].guild is None
        assert isinstance(seen[0].user, discord.User)
        assert seen[0].user.id == harness.ann.id
        assert isinstance(seen[0].channel, discord.DMChannel)
        assert [message.id for message in dm.messages] == [result.message.id]
        assert harness.messages == []
        assert harness.as_user("bob").in_dm().messages == []
        with pytest.raises(NotShownError, match="no slash command 'servers' here"):
            await dm.slash("servers")


async def test_messages_of_users_reach_the_bot(bot: HandmadeBot) -> None:
    seen: list[discord.Message] = []

    @bot.listen("on_message")
    async def listen(message: discord.Message) -> None:
        seen.append(message)

    async with Harness(bot) as harness:
        await harness.send_message("hello", files={"a.txt": b"abc"})

        assert seen[0].content == "hello"
        assert seen[0].author == harness.ann
        assert seen[0].channel == harness.channel
        assert [(each.filename, each.size) for each in seen[0].attachments] == [("a.txt", 3)]


async def test_a_deleted_message_is_gone_and_the_bot_is_told(bot: HandmadeBot) -> None:
    gone: list[int] = []

    @bot.listen("on_raw_message_delete")
    async def listen(event: discord.RawMessageDeleteEvent) -> None:
        gone.append(event.message_id)

    async with Harness(bot) as harness:
        menu = (await harness.slash("panel")).message
        await harness.delete_message(menu)

        assert menu.deleted
        assert harness.messages == []
        assert gone == [menu.id]


async def test_prefix_commands_run_too(bot: HandmadeBot) -> None:
    @bot.command(name="ping")
    async def ping(ctx: Any) -> None:
        await ctx.send("pong")

    async with Harness(bot) as harness:
        await harness.send_message("!ping")

        assert harness.messages[-1].content == "pong"
        assert harness.calls[-1].name == "channel.send"
