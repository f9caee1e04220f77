from __future__ import annotations

from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from flowcord.testing import Harness, HarnessError, NotShownError
from tests.testing.handmade import HandmadeBot, Interaction


class ToolBot(HandmadeBot):
    """Commands with options of all kinds; each notes its arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.got: dict[str, Any] = {}
        group = app_commands.Group(name="notes", description="Notes")
        inner = app_commands.Group(name="old", description="Old notes", parent=group)

        @group.command(name="add", description="Add one")
        async def add(interaction: Interaction, title: app_commands.Range[str, 1, 10]) -> None:
            await self.note(interaction, title=title)

        @inner.command(name="drop", description="Drop some")
        async def drop(interaction: Interaction, days: app_commands.Range[int, 1, 30] = 7) -> None:
            await self.note(interaction, days=days)

        @self.tree.command(name="all", description="Every kind")
        async def every(
            interaction: Interaction,
            who: discord.Member,
            role: discord.Role,
            where: discord.TextChannel,
            either: discord.Member | discord.Role,
            ratio: float,
            size: Literal["big", "small"],
            file: discord.Attachment,
        ) -> None:
            self.got = {"who": who, "role": role, "where": where.id, "either": either}
            await self.note(interaction, **self.got, ratio=ratio, size=size, file=file.filename)

        self.tree.add_command(group)

    async def note(self, interaction: Interaction, **got: Any) -> None:
        self.got = got
        await interaction.response.send_message("noted")


@pytest.fixture
def bot() -> ToolBot:
    return ToolBot()


async def test_options_of_every_kind_are_delivered(harness: Harness, bot: ToolBot) -> None:
    role = harness.add_role("mod")
    await harness.slash(
        "all",
        who=harness.bob,
        role=role,
        where=harness.channel,
        either=role,
        ratio=0.5,
        size="big",
        file=("a.png", b"."),
    )

    assert bot.got == {
        "who": harness.bob,
        "role": role,
        "where": harness.channel.id,
        "either": role,
        "ratio": 0.5,
        "size": "big",
        "file": "a.png",
    }


async def test_subcommands_follow_after_a_space(harness: Harness, bot: ToolBot) -> None:
    await harness.slash("notes add", title="Milk")
    assert bot.got == {"title": "Milk"}
    await harness.slash("notes old drop")
    assert bot.got == {"days": 7}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("notes add", {"title": "x" * 11}, "does not take 'xxxxxxxxxxx'"),
        ("notes add", {"title": 5}, "takes a string, not 5"),
        ("notes add", {}, "needs the option title"),
        ("notes add", {"name": "x"}, "has no option name; it has: title"),
        ("notes old drop", {"days": 31}, "does not take 31"),
        ("notes old drop", {"days": True}, "takes a integer, not True"),
        ("notes", {}, "is a group; call one of: add, old"),
        ("notes drop", {}, "'notes' has no subcommand 'drop', but: add, old"),
        ("Panel", {}, "no slash command 'Panel' here; registered: /all, /notes, /panel"),
    ],
)
async def test_what_the_client_would_not_send_is_refused(
    harness: Harness, bot: ToolBot, name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(HarnessError, match=message):
        await harness.slash(name, **options)
    assert bot.got == {}


async def test_a_bot_that_synced_nothing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = HandmadeBot()

    async def nothing() -> None: ...

    monkeypatch.setattr(bot, "setup_hook", nothing)
    async with Harness(bot) as harness:
        with pytest.raises(
            NotShownError, match=r"registered: none\. A bot registers its commands with `await self.tree.sync"
        ):
            await harness.slash("panel")


async def test_guild_commands_hide_global_ones_of_the_same_name(harness: Harness, bot: ToolBot) -> None:
    @bot.tree.command(name="panel", description="The guild's own", guild=harness.guild)
    async def panel(interaction: Interaction) -> None:
        await bot.note(interaction, mine=True)

    await harness.run(bot.tree.sync(guild=harness.guild))
    await harness.slash("panel")

    assert bot.got == {"mine": True}


async def test_single_commands_are_edited_and_deleted(harness: Harness, bot: ToolBot) -> None:
    async def work() -> None:
        command = next(each for each in await bot.tree.fetch_commands() if each.name == "panel")
        assert (await command.edit(description="Changed")).description == "Changed"
        await command.delete()

    await harness.run(work())
    with pytest.raises(NotShownError):
        await harness.slash("panel")
