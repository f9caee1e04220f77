"""Messages of their own beside the menu: how they are sent, and that the menu lets them be."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest

from flowcord import Behavior, EphemeralError, Menu, MenuContext, Screen, button, slash
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, Shown, World, simulated, takes


@slash("desk", description="Sends things")
class Desk(Menu[Count]):
    sent: list[discord.Message]
    errors: list[Exception]

    def setup(self, ctx: MenuContext) -> None:
        self.sent, self.errors = [], []

    def render(self) -> Screen:
        return page("Desk", f"Count: {self.state.current.count}")

    async def send(self, ctx: MenuContext, *arguments: Any, **settings: Any) -> None:
        try:
            self.sent.append(await ctx.send(*arguments, **settings))
        except EphemeralError as error:
            self.errors.append(error)

    @button("Whisper")
    async def whisper(self, ctx: MenuContext) -> None:
        await self.send(ctx, "x", ephemeral=True)
        self.state.merge(count=self.state.current.count + 1)

    @button("Send")
    async def say(self, ctx: MenuContext) -> None:
        await self.send(ctx, "x")

    @button("Late")
    async def late(self, ctx: MenuContext) -> None:
        await takes(ctx, 901)
        await self.send(ctx, "late")
        await self.send(ctx, "late", ephemeral=True)

    @button("Much")
    async def much(self, ctx: MenuContext) -> None:
        await self.send(
            ctx,
            "@everyone",
            embed=discord.Embed(title="One"),
            file=discord.File(io.BytesIO(b"text"), "a.txt"),
            view=discord.ui.View().add_item(discord.ui.Button(label="Link", url="https://example.org")),
        )

    async def on_timeout(self, ctx: MenuContext) -> None:
        await self.send(ctx, "bye")
        await self.send(ctx, "bye", ephemeral=True)


def desk(world: World) -> Any:
    (session,) = world.sessions
    return session.menu


@pytest.mark.case("S77c")
async def test_a_message_beside_the_menu_follows_the_click_and_is_never_touched() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        with world.requests() as made:
            click = await world.ann.click(menu, "Whisper")
        assert made == ["defer", "followup", "edit"]
        assert menu.lines == ["Count: 1"]
        (whisper,) = click.whispers
        (sent,) = desk(world).sent
        assert (whisper.content, sent.id, sent.content) == ("x", whisper.id, "x")
        for _ in range(2):
            await world.ann.click(menu, "Whisper")
        assert (whisper.content, whisper.ephemeral) == ("x", True)
        assert menu.lines == ["Count: 3"]


@pytest.mark.case("S77c")
async def test_it_may_be_for_all_to_see() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        with world.requests() as made:
            click = await world.ann.click(menu, "Send")
        assert made == ["defer", "followup"]  # the screen is as it was
        assert click.whispers == []
        (sent,) = desk(world).sent
        assert isinstance(sent, discord.WebhookMessage)
        await sent.delete()


@pytest.mark.case("S77c")
async def test_without_a_click_it_goes_to_the_channel_and_to_nobody_alone() -> None:
    async with simulated(Bot(Desk)) as world:
        flows: Any = world.bot.flows
        with world.as_bot():
            channel = world.bot.get_channel(world.channel.id)
            ann = await channel.guild.fetch_member(world.ann.id)
            session = await flows.open(channel, Desk, owner=ann)
        menu = session.menu
        with world.requests() as made:
            await world.advance(300)
        assert session.end is not None
        assert made == ["channel send", "channel edit"]
        assert [(each.content, each.channel.id) for each in menu.sent] == [("bye", world.channel.id)]
        assert [type(error) for error in menu.errors] == [EphemeralError]
        assert "Desk: a message for one user alone" in str(menu.errors[0])


@pytest.mark.case("S77c")
async def test_a_click_of_a_quarter_of_an_hour_ago_is_none_any_more() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        handled = desk(world)
        with world.requests() as made:
            await world.ann.click(menu, "Late")
            await world.advance(902)
        assert made == ["defer", "channel send"]
        assert [each.content for each in handled.sent] == ["late"]
        assert [type(error) for error in handled.errors] == [EphemeralError]


@pytest.mark.case("S77c")
async def test_it_is_what_discordpy_sends_and_pings_nobody() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        await world.ann.click(menu, "Much")
        (sent,) = desk(world).sent
        assert (sent.content, sent.embeds[0].title) == ("@everyone", "One")
        assert [each.filename for each in sent.attachments] == ["a.txt"]
        assert sent.components
        assert not sent.mention_everyone


@pytest.mark.parametrize(
    ("behavior", "sent"),
    [
        (Behavior(), {"parse": []}),
        (Behavior(allowed_mentions=discord.AllowedMentions.all()), {"parse": ["everyone", "users", "roles"]}),
        (
            Behavior(
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, users=[discord.Object(5)], roles=True, replied_user=False
                )
            ),
            {"parse": ["roles"], "users": [5]},
        ),
    ],
    ids=["nobody", "all", "some"],
)
async def test_it_pings_whom_the_menus_texts_may_ping(behavior: Behavior, sent: dict[str, Any]) -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open_with(Desk, behavior=behavior)
        before = len(world.env.http_requests)
        await world.ann.click(menu, "Send")
        (followup,) = [
            each
            for each in world.env.http_requests[before:]
            if each.path.startswith("/webhooks") and each.method == "POST"
        ]
        allowed = followup.json["allowed_mentions"]
        assert {name: value for name, value in allowed.items() if name != "replied_user"} == sent


@pytest.mark.case("S77c")
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("ephemeral", [False, True])
async def test_before_the_first_screen_it_answers_the_command_and_the_screen_follows(
    private: bool, slow: bool, ephemeral: bool
) -> None:
    class Greeting(Desk):
        behavior = Behavior(ephemeral=private)

        async def on_enter(self, ctx: MenuContext) -> None:
            if slow:
                await takes(ctx, 3)
            await self.send(ctx, "hello", ephemeral=ephemeral)

    greeting = slash("greeting", description="x")(Greeting)
    async with simulated(Bot(greeting)) as world:
        with world.requests() as made:
            opened = await world.ann.slash("greeting")
            await world.advance(4)
        assert made == (["thinking", "edit", "followup", "edit"] if slow else ["message", "followup"])
        (session,) = world.sessions
        (sent,) = session.menu.sent
        assert sent.id != session.message.id
        assert sent.flags.ephemeral == ephemeral
        (hello, menu) = sorted(
            (each for each in (opened.shown, *map(Shown, opened.result.followups)) if each),
            key=lambda each: each.content != "hello",
        )
        assert (hello.content, hello.ephemeral) == ("hello", ephemeral)
        assert (menu.title, menu.ephemeral) == ("Desk", private)
        await world.ann.click(menu, "Whisper")
        assert menu.lines == ["Count: 1"]
