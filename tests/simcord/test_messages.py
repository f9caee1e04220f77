"""Message handlers: which messages are inputs, of which session, and what becomes of them."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands
from pydantic import BaseModel
from simcord.enums import MessageType

from flowcord import (
    Access,
    Behavior,
    DefinitionError,
    Flow,
    FlowCord,
    GuardFailed,
    Menu,
    MenuContext,
    NoState,
    Options,
    Screen,
    button,
    list_pages,
    message_handler,
    slash,
)
from tests.simcord.menus import page
from tests.simcord.world import Bot, World, simulated, takes


class Heard(BaseModel):
    lines: list[str] = []


@slash("ears", description="Notes what you write")
class Ears(Menu[Heard]):
    def render(self) -> Screen:
        return page("Ears", *self.state.current.lines)

    @message_handler(behavior=Behavior(cleanup="edit"))
    async def heard(self, ctx: MenuContext, message: discord.Message) -> None:
        assert ctx.message is message
        assert ctx.user.id == message.author.id
        assert not ctx.has_interaction
        files = [each.filename for each in message.attachments]
        if message.content == "no":
            raise GuardFailed("Not that.")
        if message.content == "slow":
            await takes(ctx, 5)
        with self.state.edit() as state:
            state.lines = [*state.lines, " ".join((message.content, *files))]
        if message.content == "go":
            await ctx.go_to(Deaf)

    @button("Clicked")
    async def clicked(self, ctx: MenuContext) -> None:
        assert ctx.message is None
        with self.state.edit() as state:
            state.lines = [*state.lines, "(click)"]


class Chat(Ears):
    @message_handler
    async def heard(self, ctx: MenuContext, message: discord.Message) -> None:
        await Ears.heard.function(self, ctx, message)


class Notebook(Chat):
    behavior = Behavior(cleanup="edit")


class Deaf(Menu):
    def render(self) -> Screen:
        return page("Deaf")


class EarsFlow(Flow):
    kind = "ears"
    menus = (Ears, Deaf)


HEARING = discord.Intents.default()
HEARING.message_content = True


def bot(flow: type[Flow] = EarsFlow, **settings: object) -> Bot:
    return Bot(flow, intents=HEARING, **settings)


@pytest.mark.case("S122")
async def test_the_handler_takes_text_and_attachments_every_time_and_clicks_work_beside_it() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        await world.ann.write("one")
        await world.ann.click(menu, "Clicked")
        await world.ann.write("two", attachments=[("a.txt", b"a"), ("b.txt", b"b")])
        assert menu.lines == ["one", "(click)", "two a.txt b.txt"]


class Long(Chat):
    pages = list_pages(total=lambda menu: len(menu.state.current.lines), per_page=2)

    def render(self) -> Screen:
        return page("Long", *self.pages.slice(self.state.current.lines))


@pytest.mark.case("S122")
async def test_pages_are_turned_between_messages_and_stay_turned() -> None:
    async with simulated(Bot(Long, intents=HEARING)) as world:
        await world.ann.open_with(Long)
        for text in ("one", "two", "three"):
            await world.ann.write(text)
        assert world.newest.lines == ["one", "two"]
        await world.ann.click(world.newest, "▶")
        assert world.newest.lines == ["three"]
        await world.ann.write("four")
        await world.ann.click(world.newest, "Clicked")
        assert world.newest.lines == ["three", "four"]
        await world.ann.click(world.newest, "▶")
        assert world.newest.lines == ["(click)"]


@pytest.mark.case("S122")
async def test_messages_take_their_turns_in_the_order_in_which_they_came() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        for text in ("slow", "a", "b"):
            await world.ann.write(text)
        assert menu.lines == []
        await world.advance(5)
        assert menu.lines == ["slow", "a", "b"]


@pytest.mark.case("S36")
async def test_on_action_is_about_no_message() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        world.trail.clear()
        await world.ann.write("one")
        assert world.trail == ["before_render Ears", "after_render Ears"]
        await world.ann.click(menu, "Clicked")
        assert world.trail[2:] == ["on_action Ears", "before_render Ears", "after_render Ears"]


@pytest.mark.case("S125")
async def test_messages_of_others_of_bots_of_other_channels_and_commands_are_no_input() -> None:
    ears = bot()
    pinged = []

    @ears.command()
    async def ping(ctx: object) -> None:
        pinged.append(ctx)

    async with simulated(ears) as world:
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        elsewhere = world.guild.create_text_channel("elsewhere")
        menu = await world.ann.open_with(EarsFlow, behavior=Behavior(access=Access.users(robot.id)))
        with world.requests() as made:
            await world.bob.write("of Bob")
            await robot.send(world.channel, "of a bot")
            await world.ann.write("elsewhere", channel=elsewhere)
            await world.guild.create_webhook(world.channel).send("of a webhook")
            world.guild.create_system_message(world.channel, MessageType.NEW_MEMBER, author=world.ann.actor)
            await world.env.settle()
        await world.ann.write(f"{world.bot.user.mention} ping")
        assert made == []
        assert len(pinged) == 1
        assert menu.lines == []
        await world.ann.write(f"{world.bot.user.mention} is no command")
        assert len(menu.lines) == 1


@pytest.mark.case("S125")
async def test_a_message_written_before_the_first_screen_is_no_input() -> None:
    async with simulated(bot()) as world:
        early = await world.ann.write("early")
        menu = await world.ann.open("ears")
        with world.as_bot():
            world.bot.dispatch("message", early)
        await world.env.settle()
        assert menu.lines == []


@pytest.mark.case("S125")
async def test_access_is_asked_of_the_writer_as_of_whoever_clicks() -> None:
    async def slow_rule(user: discord.abc.User) -> bool:
        return user.name == "bob"

    async with simulated(bot()) as world:
        access = Access.predicate(slow_rule)
        menu = await world.ann.open_with(EarsFlow, behavior=Behavior(access=access))
        await world.ann.write("mine")
        await world.bob.write("his")
        assert menu.lines == ["his"]


@pytest.mark.case("S125")
async def test_of_several_sessions_the_one_with_the_latest_input_takes_a_message_alone() -> None:
    async with simulated(bot()) as world:
        first = await world.ann.open("ears")
        second = await world.ann.open("ears")
        await world.ann.write("a")
        assert (first.lines, second.lines) == ([], ["a"])
        await world.ann.click(first, "Clicked")
        await world.ann.write("b")
        assert (first.lines, second.lines) == (["(click)", "b"], ["a"])


async def test_a_message_for_a_menu_that_was_left_is_nobody_s() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        await world.ann.write("slow")
        await world.ann.write("go")
        await world.ann.write("late")
        await world.advance(5)
        assert menu.title == "Deaf"
        await world.ann.click(menu, "Back")
        assert menu.lines == []
        await world.ann.write("heard")
        assert menu.lines == ["heard"]


class Letters(Options):
    letters: str = ""


class Speller(Menu[NoState, Letters]):
    def render(self) -> Screen:
        return page("Speller", self.options.letters)

    @message_handler(behavior=Behavior(cleanup="edit"))
    async def heard(self, ctx: MenuContext, message: discord.Message) -> None:
        await takes(ctx, 1)
        await ctx.update_options(letters=self.options.letters + message.content)


@pytest.mark.case("S122")
async def test_a_menu_whose_options_change_with_a_message_still_takes_those_that_wait() -> None:
    async with simulated(Bot(Speller, intents=HEARING)) as world:
        menu = await world.ann.open_with(Speller)
        for letter in "abc":
            await world.ann.write(letter)
        await world.advance(3)
        assert menu.lines == ["abc"]


@pytest.mark.case("S81")
async def test_a_refused_message_shows_why() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        await world.ann.write("no")
        assert (menu.content, menu.lines) == ("Not that.", [])


@pytest.mark.case("S81")
async def test_where_nobody_can_be_told_alone_a_refused_message_shows_why_to_all() -> None:
    async with simulated(bot(behavior=Behavior(access=Access.everyone()))) as world:
        menu = await world.ann.open("ears")
        await world.bob.write("no")
        assert (menu.content, menu.lines) == ("Not that.", [])


async def test_of_one_user_no_more_messages_wait_than_inputs_may() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        await world.ann.write("slow")
        for number in range(10):
            await world.ann.write(str(number))
        await world.advance(5)
        assert menu.lines == ["slow", *map(str, range(8))]


async def test_a_message_moves_the_idle_deadline() -> None:
    async with simulated(bot()) as world:
        menu = await world.ann.open("ears")
        await world.advance(290)
        await world.ann.write("here")
        await world.bob.write("here too")
        await world.advance(299)
        assert menu.title == "Ears"
        await world.advance(1)
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S124")
@pytest.mark.parametrize("may", [True, False])
async def test_the_users_message_is_deleted_before_the_handler_if_that_can_be_done(may: bool) -> None:
    left: list[int] = []

    class Tidy(Menu):
        behavior = Behavior(delete_user_messages=True)

        def render(self) -> Screen:
            return page("Tidy")

        @message_handler(behavior=Behavior(cleanup="edit"))
        async def heard(self, ctx: MenuContext, message: discord.Message) -> None:
            left.append(len(world.channel.history()))

    async with simulated(Bot(Tidy, intents=HEARING)) as world:
        await world.ann.open_with(Tidy)
        if not may:
            world.env.inject_error("DELETE", "/channels/*", status=403, code=50013, message="Forbidden")
        before = len(world.channel.history())
        await world.ann.write("secret")
        assert left == [before + (not may)]
        assert len(world.channel.history()) == before + (not may)


@pytest.mark.case("S123")
async def test_after_a_message_the_screen_comes_below_it_and_the_one_above_is_stripped() -> None:
    async with simulated(Bot(Chat, intents=HEARING)) as world:
        menu = await world.ann.open_with(Chat)
        with world.requests() as made:
            await world.ann.write("hello")
        assert made == ["channel send", "edit"]
        below = world.newest
        assert (below.lines, below.labels) == (["hello"], ["Clicked"])
        assert (menu.lines, menu.labels) == ([], [])
        with world.requests() as made:
            await world.ann.click(below, "Clicked")
        assert made == ["update"]
        await world.ann.write("again")
        assert world.newest.lines == ["hello", "(click)", "again"]
        assert below.labels == []


@pytest.mark.case("S123")
async def test_a_menu_that_says_so_is_edited_in_place_after_a_message() -> None:
    async with simulated(Bot(Notebook, intents=HEARING)) as world:
        menu = await world.ann.open_with(Notebook)
        with world.requests() as made:
            await world.ann.write("hello")
        assert made == ["edit"]
        assert (menu.lines, menu.labels) == (["hello"], ["Clicked"])


@pytest.mark.case("S123")
async def test_after_fifteen_minutes_too() -> None:
    async with simulated(Bot(Chat, intents=HEARING, behavior=Behavior(timeout=None))) as world:
        menu = await world.ann.open_with(Chat)
        await world.advance(1000)
        with world.requests() as made:
            await world.ann.write("hello")
        assert made == ["channel send", "channel edit"]
        assert (menu.labels, world.newest.labels) == ([], ["Clicked"])


@pytest.mark.case("S126")
async def test_without_the_intent_a_message_handler_is_refused_by_add() -> None:
    for intents in (discord.Intents.default(), discord.Intents(guilds=True, message_content=True)):
        flows = FlowCord(discord.Client(intents=intents))
        with pytest.raises(DefinitionError, match=r"Ears has a message handler.*message"):
            flows.add(EarsFlow)
        assert not flows.flows
    client = discord.Client(intents=discord.Intents(guilds=True, dm_messages=True))
    private = FlowCord(client, app_commands.CommandTree(client))
    private.add(EarsFlow)


async def test_a_bot_whose_menus_take_no_messages_does_not_listen_to_any() -> None:
    class Quiet(Menu):
        def render(self) -> Screen:
            return page("Quiet")

    async def listens(world: World) -> bool:
        return "message" in world.bot._listeners

    async with simulated(Bot(Quiet, intents=HEARING)) as world:
        assert not await listens(world)
        with world.as_bot():
            world.bot.flows.add(Ears)
        assert await listens(world)


class PlainClient(discord.Client):
    """A client that is no bot of discord.ext, with a handler of its own and a tree beside it."""

    def __init__(self) -> None:
        super().__init__(intents=HEARING)
        self.tree = app_commands.CommandTree(self)
        self.flows = FlowCord(self, self.tree)
        self.seen: list[str] = []

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message.content)

    async def setup_hook(self) -> None:
        self.flows.add(EarsFlow)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


@pytest.mark.case("S46a")
async def test_on_a_plain_client_its_own_handler_and_the_menu_see_each_message_once() -> None:
    async with simulated(PlainClient()) as world:
        menu = await world.ann.open("ears")
        world.bot.seen.clear()
        await world.ann.write("!hello")
        assert world.bot.seen == ["!hello"]
        assert menu.lines == ["!hello"]
