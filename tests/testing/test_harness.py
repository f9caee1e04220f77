from __future__ import annotations

import asyncio
from typing import Any

import discord
import discord.ext.test as dpytest
import pytest
from discord.ext import commands

from flowcord.testing import Harness, HarnessError, NotIdleError, NotShownError
from tests.testing.handmade import HandmadeBot, Interaction

pytestmark = pytest.mark.case("S159")


async def test_the_bot_is_logged_in_and_ready(harness: Harness, bot: HandmadeBot) -> None:
    assert bot.is_ready()
    assert bot.application_id is not None
    assert [command.name for command in await harness.run(bot.tree.fetch_commands())] == ["panel"]
    assert set(harness.members) == {"ann", "bob"}
    assert harness.channel.permissions_for(harness.guild.me).send_messages


async def test_what_setup_hook_raises_is_raised(bot: HandmadeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(bot, "setup_hook", broken)
    with pytest.raises(RuntimeError, match="no database"):
        await Harness(bot).start()
    async with Harness(HandmadeBot()) as again:
        assert await again.slash("panel")


async def test_the_clock_moves_by_itself_only_where_start_and_end_need_it(
    bot: HandmadeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow_start() -> None:
        await asyncio.sleep(60)
        await bot.tree.sync()

    monkeypatch.setattr(bot, "setup_hook", slow_start)
    async with Harness(bot) as harness:
        assert harness.clock.elapsed == 60
        await harness.slash("panel")
        assert harness.clock.elapsed == 60


async def test_a_closed_bot_is_closed_once_and_its_views_keep_no_task(bot: HandmadeBot) -> None:
    before = asyncio.all_tasks()
    async with Harness(bot) as harness:
        await harness.slash("panel")
        assert asyncio.all_tasks() - before
    await asyncio.sleep(0)

    assert bot.closed
    assert asyncio.all_tasks() - before == set()


async def test_verbs_need_a_started_harness(bot: HandmadeBot) -> None:
    with pytest.raises(HarnessError, match="not started"):
        await Harness(bot).slash("panel")


async def test_one_harness_at_a_time(harness: Harness) -> None:
    with pytest.raises(HarnessError, match="one bot at a time"):
        await Harness(HandmadeBot()).start()


async def test_sharded_clients_are_refused() -> None:
    bot = commands.AutoShardedBot("!", intents=discord.Intents.default())
    with pytest.raises(HarnessError, match="sharded"):
        Harness(bot)


async def test_an_unknown_member_lists_those_there(harness: Harness) -> None:
    with pytest.raises(NotShownError, match="no member 'eve', but: ann, bob"):
        harness.as_user("eve")

    harness.add_member("eve")
    assert (await harness.as_user("eve").slash("panel")).acknowledged


async def test_roles_and_channels_can_be_added(harness: Harness, bot: HandmadeBot) -> None:
    role = harness.add_role("mod")
    harness.set_roles(harness.bob, role)
    attic = harness.add_channel("attic")

    result = await harness.as_user("bob").in_channel(attic).slash("panel")

    assert harness.bob.get_role(role.id) is not None
    assert result.message.record.channel_id == attic.id
    assert harness.messages == []


# Restarts ------------------------------------------------------------------------------------------


async def test_a_new_bot_finds_the_same_world(harness: Harness, bot: HandmadeBot) -> None:
    role = harness.add_role("mod")
    harness.set_roles(harness.bob, role)
    menu = (await harness.slash("panel")).message
    await harness.in_dm().slash("panel")
    before = (harness.guild.id, harness.channel.id, harness.ann.id, harness.bot.application_id)

    new = HandmadeBot()
    await harness.restart(new)

    assert bot.closed
    assert harness.bot is new
    assert (harness.guild.id, harness.channel.id, harness.ann.id, new.application_id) == before
    assert harness.bob.get_role(role.id) is not None
    assert [message.id for message in harness.messages] == [menu.id]
    assert len(harness.in_dm().messages) == 1
    assert (await harness.in_dm().slash("panel")).acknowledged


async def test_commands_keep_their_ids_over_a_restart(harness: Harness, bot: HandmadeBot) -> None:
    first = await harness.run(bot.tree.fetch_commands())
    new = HandmadeBot()
    await harness.restart(new)

    assert await harness.run(new.tree.fetch_commands()) == first


async def test_a_dead_button_reaches_the_new_bot_only(harness: Harness, bot: HandmadeBot) -> None:
    seen: list[str] = []
    new = HandmadeBot()

    @new.listen("on_interaction")
    async def listen(interaction: Interaction) -> None:
        data: Any = interaction.data
        seen.append(data.get("custom_id"))
        await interaction.response.edit_message(content="I do not know this", view=None)

    menu = (await harness.slash("panel")).message
    custom_id = menu.get_button("+1").custom_id
    await harness.restart(new)
    await harness.click("+1")

    assert seen == [custom_id]
    assert bot.panels[0].count == 0
    assert menu.content == "I do not know this"


async def test_a_crash_lets_no_last_request_through(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = (await harness.slash("panel")).message
    bot, farewells = harness.bot, list[str]()
    close = bot.close

    async def polite() -> None:
        try:
            await harness.channel.send("goodbye")
        except ConnectionError:
            farewells.append("unheard")
        await close()

    monkeypatch.setattr(bot, "close", polite)
    await harness.restart(HandmadeBot(), crash=True)

    assert farewells == ["unheard"]
    assert [message.id for message in harness.messages] == [menu.id]


# Beside dpytest ------------------------------------------------------------------------------------


async def test_dpytest_sees_what_the_bot_says(harness: Harness) -> None:
    await harness.slash("panel")
    await harness.run(harness.channel.send("plain"))

    assert dpytest.get_message().embeds[0].title == "Panel"
    assert dpytest.verify().message().content("plain")


async def test_dpytests_own_verbs_work_beside(harness: Harness, bot: HandmadeBot) -> None:
    seen: list[str] = []

    @bot.listen("on_message")
    async def listen(message: discord.Message) -> None:
        seen.append(message.content)

    await dpytest.message("hello", member=1)
    assert seen == ["hello"]


async def test_channel_messages_are_sent_edited_and_deleted(harness: Harness) -> None:
    async def work() -> None:
        message = await harness.channel.send("one", view=discord.ui.View())
        await message.edit(content="two")
        again = await harness.channel.fetch_message(message.id)
        assert again.content == "two"
        await message.delete()
        with pytest.raises(discord.NotFound) as raised:
            await message.edit(content="three")
        assert raised.value.code == 10008

    await harness.run(work())
    assert [call.name for call in harness.calls[-5:]] == [
        "channel.send",
        "channel.edit",
        "channel.fetch",
        "channel.delete",
        "channel.edit",
    ]


async def test_the_channel_endpoint_reaches_no_ephemeral_message(harness: Harness) -> None:
    secret = (await harness.slash("panel", secret=True)).message

    async def edit() -> None:
        await harness.channel.get_partial_message(secret.id).edit(content="hacked")

    with pytest.raises(discord.NotFound):
        await harness.run(edit())


async def test_a_channel_where_the_bot_may_not_write_refuses_it(harness: Harness) -> None:
    channel, everyone = harness.channel, harness.guild.default_role
    await dpytest.set_permission_overrides(everyone, channel, send_messages=False)

    with pytest.raises(discord.Forbidden) as raised:
        await harness.run(harness.channel.send("hello"))
    assert raised.value.code == 50013


async def test_users_can_be_written_to(harness: Harness) -> None:
    await harness.run(harness.ann.send("psst"))

    assert [message.content for message in harness.in_dm().messages] == ["psst"]


async def test_an_endless_handler_is_named(bot: HandmadeBot) -> None:
    async def spin(interaction: Interaction) -> None:
        await interaction.response.defer()
        await asyncio.get_running_loop().create_future()

    bot.tree.command(name="spin", description="Waits for nothing")(spin)
    harness = Harness(bot, limit=0.05)
    await harness.start()
    try:
        with pytest.raises(NotIdleError, match=r"waits in .*spin .*test_harness\.py"):
            await harness.slash("spin")
    finally:
        with pytest.raises(NotIdleError):
            await harness.close()
    assert bot.closed
