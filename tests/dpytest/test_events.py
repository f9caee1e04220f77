"""Messages and deletions in the world that bot developers test their menus in."""

from __future__ import annotations

import discord
import pytest
from discord.ext import commands
from pydantic import BaseModel

from flowcord import EndReason, FlowCord, Menu, MenuContext, Screen, message_handler, slash
from flowcord.testing import Harness


class Guesses(BaseModel):
    words: list[str] = []


@slash("guess", description="Guess a word")
class Guess(Menu[Guesses]):
    def render(self) -> Screen:
        return Screen(", ".join(self.state.current.words) or "Write a word.")

    @message_handler
    def guessed(self, ctx: MenuContext, message: discord.Message) -> None:
        self.state.set(words=[*self.state.current.words, message.content])


class GuessBot(commands.Bot):
    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(command_prefix="!", intents=intents)
        self.flows = FlowCord(self)

    async def setup_hook(self) -> None:
        self.flows.add(Guess)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


@pytest.fixture
def flowcord_bot() -> discord.Client:
    return GuessBot()


@pytest.mark.case("S122")
async def test_messages_are_inputs_also_in_direct_messages(harness: Harness) -> None:
    await harness.slash("guess")
    await harness.send_message("tree")
    await harness.as_user(harness.bob).send_message("not mine")
    await harness.send_message("house")
    assert harness.get_message("tree, house")
    alone = harness.in_dm()
    await alone.slash("guess")
    await alone.send_message("secret")
    assert alone.get_message("secret")


@pytest.mark.case("S27")
async def test_a_deleted_menu_ends_its_session(harness: Harness) -> None:
    menu = (await harness.slash("guess")).message
    (session,) = harness.bot.flows.sessions  # pyright: ignore
    await harness.delete_message(menu)
    assert session.end.reason is EndReason.MESSAGE_DELETED
