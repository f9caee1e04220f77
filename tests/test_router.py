"""Router: every interaction finds its session, or a sentence; those of others are left alone."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from hypothesis import HealthCheck, given, settings, strategies as st

from flowcord import Menu, MenuContext, Options, Screen, button, slash
from flowcord.wire.custom_id import ComponentId, LauncherId, new_session_id
from tests.bed import ANN, BOB, Bed, opened
from tests.session.menus import M, flow


def bot() -> commands.Bot:
    return commands.Bot("!", intents=discord.Intents(guilds=True))


class Needs(Options):
    item: int


class Item(Menu[Any, Needs]):
    def render(self) -> Screen:
        return Screen("Item")


async def press(bed: Bed, custom_id: str, message: int, user: int = ANN) -> list[str]:
    """The requests that a press of this id causes."""
    with bed.calls() as made:
        interaction = bed.press_id(custom_id, message, user)
        await bed.settle()
    if not made:
        del bed.wire.arrived[interaction.id]  # somebody else's to answer
    return made


@pytest.mark.case("S95")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.text().filter(lambda text: not text.startswith("fc:")))
async def test_ids_of_others_are_left_to_others(custom_id: str) -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        message = session.stage.message_id
        assert message is not None
        assert await press(bed, custom_id, message) == []
        assert await press(bed, f"other:{custom_id}", message) == []


@pytest.mark.case("S95")
async def test_it_is_known_whose_an_interaction_is() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        message = session.stage.message_id
        assert message is not None
        own = bed.press(session, "+1")
        other = bed.press_id("other:m:x:1:y", message)
        await bed.settle()
        assert (bed.flows.owns(own), bed.flows.owns(other)) == (True, False)
        assert not bed.flows.owns(bed.command())
        bed.wire.arrived.clear()


@pytest.mark.case("S94b")
async def test_an_interaction_that_is_delivered_twice_counts_once() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        click = bed.press(session, "+1")
        bed.client.dispatch("interaction", click)
        await bed.settle()
        bed.client.dispatch("interaction", click)
        await bed.settle()
        assert bed.shown(session).content == "M 1"
        assert bed.wire.second_answers == []


@pytest.mark.case("S94")
async def test_forged_ids_find_nothing() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        message = session.stage.message_id
        assert message is not None
        _, kind, own, visit, _ = bed.shown(session).id_of("+1").split(":")
        for forged in ("add_it", "-cancel", "-back", "__init__", "on_leave", "render", "~x"):
            assert await press(bed, f"fc:{kind}:{own}:{visit}:{forged}", message) == ["update"]
        assert bed.shown(session).content == "M 0"
        assert session.end is None


async def test_one_odd_interaction_does_not_silence_the_others() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        assert session.stage.message_id is not None
        odd: Any = bed.press_id("other:x", session.stage.message_id)
        odd.type, odd.data = discord.InteractionType.component, 7
        bed.client.dispatch("interaction", odd)
        assert len(bed.incidents()) == 1
        del bed.wire.arrived[odd.id]
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


# Expired -------------------------------------------------------------------------------------------


def dead_id(kind: str, owner: int) -> str:

    return str(ComponentId(kind, new_session_id(owner), 3, "add"))


class Fetching(commands.Bot):
    """A bot whose commands Discord knows."""

    def __init__(self) -> None:
        super().__init__("!", intents=discord.Intents(guilds=True))
        self.fetched = 0
        self.fails = True

    async def fetch(self) -> list[Any]:
        self.fetched += 1
        if self.fails:
            raise discord.DiscordException
        ids = itertools.count(700)
        return [_Known(command.name, next(ids)) for command in self.tree.get_commands()]


class _Known:
    def __init__(self, name: str, number: int) -> None:
        self.name, self.id, self.type = name, number, discord.AppCommandType.chat_input


async def expired_text(bed: Bed, kind: str, user: int = ANN) -> tuple[str, list[str]]:
    """What somebody is told who presses a dead button, and the buttons that come with it."""
    message = bed.wire.post({"content": "old", "components": [{"type": 1, "components": []}]})
    made = await press(bed, dead_id(kind, ANN), message, user)
    assert made == ["update", "followup"]
    assert bed.wire.shown(message)["components"] == []
    said = [each for each in bed.wire.messages.values() if each][-1]
    buttons = [button for row in said["components"] for button in row["components"]]
    return said["content"], [button["custom_id"] for button in buttons]


@pytest.mark.case("S109")
async def test_the_command_is_named_and_the_owner_may_open_again() -> None:
    counted = slash("count", description="x")(type("Counted", (M,), {}))
    async with opened(counted, client=(client := Fetching())) as bed:
        client.tree.fetch_commands = client.fetch  # pyright: ignore
        own = await expired_text(bed, "counted")
        assert own == ("This menu is no longer active. Run `/count` to go on.", [str(LauncherId("counted"))])
        _, no_button = await expired_text(bed, "counted", BOB)
        assert no_button == []


@pytest.mark.case("S109")
async def test_the_commands_are_asked_for_once_and_again_if_that_failed() -> None:
    counted = slash("count", description="x")(type("Counted", (M,), {}))
    async with opened(counted, client=(client := Fetching())) as bed:
        client.tree.fetch_commands = client.fetch  # pyright: ignore
        await expired_text(bed, "counted")
        client.fails = False
        await expired_text(bed, "counted")
        assert client.fetched == 2
        for _ in range(2):
            text, _ = await expired_text(bed, "counted")
            assert text == "This menu is no longer active. Run </count:700> to go on."
        assert client.fetched == 2


@pytest.mark.case("S109")
async def test_a_command_of_a_group_is_mentioned_by_its_full_name() -> None:
    mod = app_commands.Group(name="mod", description="Moderation")
    counted = slash("count", description="x", group=mod)(type("Counted", (M,), {}))
    async with opened(counted, client=(client := Fetching())) as bed:
        client.tree.fetch_commands = client.fetch  # pyright: ignore
        client.fails = False
        await expired_text(bed, "counted")
        text, _ = await expired_text(bed, "counted")
        assert text == "This menu is no longer active. Run </mod count:700> to go on."


@pytest.mark.case("S109")
async def test_a_slash_command_that_is_run_teaches_its_id() -> None:
    counted = slash("count", description="x")(type("Counted", (M,), {}))
    async with opened(counted, client=Fetching()) as bed:
        await bed.run("count")
        text, _ = await expired_text(bed, "counted")
        assert text == "This menu is no longer active. Run </count:1> to go on."


@pytest.mark.case("S109", "S110")
async def test_without_a_command_or_with_options_less_is_offered() -> None:
    async with opened(M, Item) as bed:
        assert await expired_text(bed, "m") == ("This menu is no longer active.", [str(LauncherId("m"))])
        assert await expired_text(bed, "item") == ("This menu is no longer active.", [])
        assert await expired_text(bed, "removed") == ("This menu is no longer active.", [])


@pytest.mark.case("S110")
async def test_open_again_opens_the_flow_for_whoever_clicks_in_a_message_of_its_own() -> None:
    front = flow(M)
    async with opened(M, front) as bed:
        panel = bed.wire.post({"content": "panel"})
        for kind, user in (("m", ANN), ("front", BOB)):
            assert await press(bed, str(LauncherId(kind)), panel, user) == ["message"]
        first, second = bed.flows.sessions
        assert (first.owner.id, first.definition.kind) == (ANN, "m")
        assert (second.owner.id, second.definition.flow) == (BOB, front)
        await bed.click(second, "+1", user=BOB)
        assert [bed.shown(each).content for each in (first, second)] == ["M 0", "M 1"]
        assert bed.wire.shown(panel)["content"] == "panel"


@pytest.mark.case("S12a")
async def test_a_launcher_that_opens_nothing_any_more_is_answered_and_its_panel_left_alone() -> None:
    async with opened(M, Item) as bed:
        panel = bed.wire.post({"content": "panel"})
        for kind in ("gone", "item"):
            assert await press(bed, str(LauncherId(kind)), panel) == ["message"]
        assert bed.wire.whispers == ["This menu is no longer active."] * 2
        assert bed.flows.sessions == []


@pytest.mark.case("S25")
async def test_a_launcher_during_the_shutdown_is_told_why_it_opens_nothing() -> None:
    class Slow(M):
        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(1)

    async with opened(Slow, shutdown_grace=0.05) as bed:
        session = await bed.open(Slow)
        assert session.stage.message_id is not None
        bed.press(session, "Slow")
        await bed.settle()
        closing = asyncio.ensure_future(bed.flows.close())
        await bed.settle()
        assert await press(bed, str(LauncherId("slow")), session.stage.message_id) == ["message"]
        assert bed.wire.whispers[0].startswith("*The bot is restarting")
        await closing


@pytest.mark.case("S109")
async def test_a_form_that_is_sent_after_the_end_gets_the_sentence_alone() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        bed.wire.modal["custom_id"] = bed.shown(session).id_of("+1")
        await bed.click(session, "Close")
        with bed.calls() as made:
            await bed.submit(session, name="late")
        assert made == ["message"]
        assert bed.wire.whispers == ["This menu is no longer active."]
