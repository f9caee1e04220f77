"""By which token or endpoint each message is reached, when new ones take the place of old ones."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import pytest

from flowcord import Behavior, EndReason, Flow, Menu, MenuContext, Screen, button, slash
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, Input, World, simulated, takes

_BY_TOKEN = re.compile(r"/webhooks/\d+/([^/]+)/messages/([^/]+)")


@slash("post", description="Posts each screen anew")
class Post(Menu[Count]):
    """`slow` renders take longer than a token has left."""

    behavior = Behavior(cleanup="post_and_strip")
    slow = 0.0

    def setup(self, ctx: MenuContext) -> None:
        self.slow = 0.0

    async def before_render(self, ctx: MenuContext) -> None:
        if self.slow:
            await takes(ctx, self.slow)

    def render(self) -> Screen:
        return page("Post", f"Count: {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Reveal", behavior=Behavior(ephemeral=True))
    async def reveal(self, ctx: MenuContext) -> None: ...


class PostFlow(Flow):
    kind = "post"
    menus = (Post,)


@contextmanager
def tokens(world: World) -> Iterator[list[tuple[str, str]]]:
    """The messages that are edited or deleted by a token within the block: (token, message id)."""
    used: list[tuple[str, str]] = []
    before = len(world.env.http_requests)
    yield used
    for each in world.env.http_requests[before:]:
        found = _BY_TOKEN.fullmatch(each.path)
        if found is not None:
            used.append((found[1], found[2]))


def token(given: Input) -> str:
    return given.result._interaction.token


@pytest.mark.case("S107a")
async def test_an_old_ephemeral_message_is_stripped_by_the_token_that_sent_it() -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(ephemeral=True))) as world:
        command = await world.ann.slash("post")
        with world.requests() as made, tokens(world) as used:
            click = await world.ann.click(command.shown, "+1")
        assert made == ["message", "edit"]
        assert used == [(token(command), str(command.shown.id))]
        assert command.shown.buttons == {}
        with tokens(world) as used:
            await world.ann.click(click.shown, "+1")
        assert used == [(token(click), str(click.shown.id))]


@pytest.mark.case("S107a")
async def test_when_that_token_has_expired_the_click_is_the_way_to_it() -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(ephemeral=True, timeout=3600))) as world:
        command = await world.ann.slash("post")
        shown = command.shown
        (session,) = world.sessions
        await world.advance(860)
        session.menu.slow = 39.0  # a session that is busy is not ended
        with world.as_bot():
            session.refresh()
        await world.advance(37.5)
        click = world.ann.tap(shown, shown.buttons["+1"])
        session.menu.slow = 0.0
        with world.requests() as made, tokens(world) as used:
            await world.advance(1.8)
        assert made == ["defer", "followup", "edit"]
        assert used == [(token(click), str(shown.id))]
        assert shown.buttons == {}
        (after,) = click.whispers
        assert after.ephemeral
        assert after.lines == ["Count: 1"]
        await world.ann.click(after, "+1")


@pytest.mark.case("S107")
@pytest.mark.parametrize("ephemeral", [False, True], ids=["public", "ephemeral"])
async def test_every_new_message_arrives_however_old_the_first_token_is(ephemeral: bool) -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(ephemeral=ephemeral))) as world:
        shown = await world.ann.open("post")
        for count in range(1, 11):
            await world.advance(240)
            before, shown = shown, (await world.ann.click(shown, "+1")).shown
            assert shown.lines == [f"Count: {count}"]
            assert world.live(before, shown) == [shown]


async def test_an_old_public_message_is_stripped_through_its_channel_when_its_token_is_dead() -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(timeout=3600))) as world:
        shown = await world.ann.open("post")
        await world.advance(1000)
        with world.requests() as made:
            await world.ann.click(shown, "+1")
        assert made == ["message", "channel edit"]
        assert shown.buttons == {}


async def test_an_answer_that_discord_does_not_take_is_followed_by_a_message_in_the_channel() -> None:
    async with simulated(Bot(PostFlow)) as world:
        shown = await world.ann.open("post")
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        with world.requests() as made:
            world.lost.append(await world.ann.click(shown, "+1"))
        assert made == ["message", "channel send", "edit"]
        (session,) = world.sessions
        assert session.stage.message_id != shown.id
        assert shown.buttons == {}


async def test_an_ephemeral_one_follows_by_the_token_of_the_one_before() -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(ephemeral=True))) as world:
        command = await world.ann.slash("post")
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        with world.requests() as made:
            world.lost.append(await world.ann.click(command.shown, "+1"))
        assert made == ["message", "followup", "edit"]
        after = command.whispers[-1]
        assert after.lines == ["Count: 1"]
        await world.ann.click(after, "+1")
        assert after.buttons == {}


async def test_a_public_menu_that_becomes_private_ends_while_its_token_can_still_say_so() -> None:
    async with simulated(Bot(PostFlow, behavior=Behavior(timeout=None))) as world:
        shown = await world.ann.open("post")
        (session,) = world.sessions
        secret = (await world.ann.click(shown, "Reveal")).shown
        await world.advance(869)
        assert session.end is None
        await world.advance(1)
        assert session.end.reason is EndReason.TIMEOUT
        assert secret.content == "*This interaction has timed out.*"


@asynccontextmanager
async def unseen(**settings: Any) -> AsyncIterator[World]:
    """A channel that the bot may not view: whoever runs a command there is answered all the same."""
    async with simulated(Bot(PostFlow, **settings)) as world:
        hidden = discord.PermissionOverwrite(view_channel=False)
        assert world.guild.me is not None
        world.channel = world.guild.create_text_channel("hidden", overwrites={world.guild.me: hidden})
        yield world


@pytest.mark.case("S107", "S108")
async def test_a_public_menu_in_a_channel_the_bot_cannot_use_ends_while_a_token_can_still_say_so() -> None:
    async with unseen(behavior=Behavior(timeout=3600)) as world:
        shown = await world.ann.open("post")
        (session,) = world.sessions
        await world.advance(600)
        with world.requests() as made:
            after = (await world.ann.click(shown, "+1")).shown
            assert shown.buttons == {}
            await world.advance(869)
            assert session.end is None
            await world.advance(1)
        assert session.end.reason is EndReason.TIMEOUT
        assert made == ["message", "edit", "edit"]
        assert after.content == "*This interaction has timed out.*"
