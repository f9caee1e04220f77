"""Where a menu can be opened from, and which requests its first screen takes."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest
from discord.ext import commands

from flowcord import (
    Behavior,
    DefinitionError,
    EphemeralError,
    Flow,
    FlowCordError,
    GuardFailed,
    Layout,
    Menu,
    MenuContext,
    NoInteractionError,
    Scope,
    UnknownMenuError,
    button,
    slash,
    state,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, D, M, MFlow
from tests.simcord.world import Bot, Person, Shown, World, simulated, takes


class Written(Bot):
    """Opens `target` by commands that are written, and by whatever a test hands to `code`."""

    def __init__(self, target: Any, *more: Any, **settings: Any) -> None:
        super().__init__(target, *more, **settings)
        self.target = target
        self.errors: list[Exception] = []

    async def setup_hook(self) -> None:
        @self.command(name="menu")
        async def menu(ctx: commands.Context[Any]) -> None:
            try:
                await self.flows.open(ctx, self.target)
            except FlowCordError as error:
                self.errors.append(error)

        @self.hybrid_command(name="both", description="Written or run")
        async def both(ctx: commands.Context[Any]) -> None:
            await self.flows.open(ctx, self.target)

        @self.tree.context_menu(name="Look")
        async def look(interaction: discord.Interaction[Any], message: discord.Message) -> None:
            await self.flows.open(interaction, self.target)

        await super().setup_hook()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.content.endswith("hello"):
            await self.flows.open(message, self.target)
        await self.process_commands(message)


async def say(world: World, person: Person, text: str) -> discord.Message:
    """Write to the bot, by its mention."""
    return await person.actor.send(world.channel, f"<@{world.bot.user.id}> {text}")


async def member(world: World, person: Person) -> discord.Member:
    """Somebody, as code of the bot looks them up."""
    with world.as_bot():
        return await world.bot.get_guild(world.guild.id).fetch_member(person.id)


async def count_up(world: World, menu: Shown) -> None:
    """The menu is Ann's, and works for as long as she clicks, with one request each."""
    before = int(menu.lines[0].removeprefix("Count: "))
    for _ in range(4):
        with world.requests() as made:
            await world.ann.click(menu, "+1")
        assert made == ["update"]
        await world.advance(280)
    assert menu.lines == [f"Count: {before + 4}"]
    refused = await world.bob.click(menu, "+1")
    assert refused.whispered == ["This menu belongs to somebody else."]


@pytest.mark.case("S12")
@pytest.mark.parametrize("text", ["menu", "both", "hello"])
async def test_a_written_command_and_a_message_are_replied_to(text: str) -> None:
    async with simulated(Written(MFlow)) as world:
        with world.requests() as made:
            written = await say(world, world.ann, text)
        assert made == ["channel send"]
        menu = world.newest
        assert menu.lines == ["Count: 0"]
        reference = world.channel.history()[-1].reference
        assert reference is not None
        assert reference.message_id == written.id
        (session,) = world.sessions
        assert (session.owner.id, session.guild_id, session.channel_id) == (
            world.ann.id,
            world.guild.id,
            world.channel.id,
        )
        await count_up(world, menu)
        await world.advance(20)
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S12")
async def test_a_hybrid_command_that_was_run_is_answered() -> None:
    async with simulated(Written(MFlow)) as world:
        with world.requests() as made:
            menu = await world.ann.open("both")
        assert made == ["message"]
        await count_up(world, menu)


@pytest.mark.case("S12")
async def test_the_context_menu_of_a_message_is_answered_in_a_message_of_its_own() -> None:
    async with simulated(Written(MFlow)) as world:
        written = await world.bob.actor.send(world.channel, "look here")
        with world.requests() as made:
            result = await world.ann.actor.context_menu(world.channel, "Look", written)
        assert made == ["message"]
        await count_up(world, Shown(result.response))


@pytest.mark.case("S12")
async def test_code_sends_a_menu_to_a_channel_or_a_person_for_its_owner() -> None:
    async with simulated(Bot(MFlow)) as world:
        ann = await member(world, world.ann)
        with world.as_bot(), world.requests() as made:
            channel = world.bot.get_channel(world.channel.id)
            session = await world.bot.flows.open(channel, MFlow, owner=ann)
        assert made == ["channel send"]
        assert session.guild_id == world.guild.id
        await count_up(world, world.newest)
        with world.as_bot():
            direct = await world.bot.flows.open(ann, MFlow, owner=ann)
        assert direct.guild_id is None
        assert direct.channel_id == ann.dm_channel.id
        with world.as_bot(), pytest.raises(DefinitionError, match="say whose by owner="):
            await world.bot.flows.open(channel, MFlow)
        with world.as_bot(), pytest.raises(DefinitionError, match="open takes an interaction, a Context"):
            await world.bot.flows.open("general", MFlow, owner=ann)


@pytest.mark.case("S12")
async def test_a_menu_opened_without_an_interaction_goes_on_by_its_own_message() -> None:
    """What happens to it from outside, or after every token died, goes through the channel."""
    async with simulated(Bot(MFlow)) as world:
        ann = await member(world, world.ann)
        with world.as_bot():
            await world.bot.flows.open(world.bot.get_channel(world.channel.id), MFlow, owner=ann)
        menu = world.newest
        with world.requests() as made:
            await world.advance(300)
        assert made == ["channel edit"]
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S14")
async def test_a_private_menu_needs_an_interaction() -> None:
    @slash("secret", description="For one alone")
    class Secret(M):
        behavior = Behavior(ephemeral=True)

    async with simulated(Written(Secret)) as world:
        ann = await member(world, world.ann)
        with world.requests() as made:
            await say(world, world.ann, "menu")
            (error,) = world.bot.errors
            assert isinstance(error, EphemeralError)
            assert "Secret is ephemeral" in str(error)
            with world.as_bot():
                for source in (world.bot.get_channel(world.channel.id), ann):
                    with pytest.raises(EphemeralError):
                        await world.bot.flows.open(source, Secret, owner=ann)
        assert (made, world.sessions) == ([], [])
        menu = await world.ann.open("secret")
        assert menu.ephemeral


@pytest.mark.case("S14")
async def test_a_redirect_of_a_written_command_to_a_private_menu_fails_and_says_so(
    incidents: Incidents,
) -> None:
    class Private(D):
        name = "private"
        behavior = Behavior(ephemeral=True)

    class Public(M):
        name = "public"

        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.go_to(Private)

    class Both(Flow):
        kind = "both"
        menus = (Public, Private)

    async with simulated(Written(Both)) as world:
        with world.requests() as made:
            await say(world, world.ann, "menu")
        assert made == ["channel send"]
        assert world.newest.content.startswith("Something went wrong.")
        assert (len(incidents()), world.sessions) == (1, [])


@pytest.mark.case("S10", "S31")
@pytest.mark.parametrize("written", [True, False])
async def test_a_menu_that_ends_before_its_first_screen_says_so_where_it_was_opened(written: bool) -> None:
    class Guarded(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            assert not ctx.has_interaction
            with pytest.raises(NoInteractionError):
                _ = ctx.interaction
            raise GuardFailed("Not today.")

    async with simulated(Written(Guarded)) as world:
        ann = await member(world, world.ann)
        with world.requests() as made:
            if written:
                await say(world, world.ann, "menu")
            else:
                with world.as_bot():
                    channel = world.bot.get_channel(world.channel.id)
                    session = await world.bot.flows.open(channel, Guarded, owner=ann)
                    assert session.end is not None
        assert made == (["channel send"] if written else [])
        if written:
            assert world.newest.content == "Not today."


@pytest.mark.case("S9")
async def test_a_written_command_that_opens_nothing_sends_nothing() -> None:
    class Hidden(M):
        name = "hidden"

    async with simulated(Written(MFlow)) as world:
        world.bot.target = Hidden
        with world.requests() as made:
            await say(world, world.ann, "menu")
        assert made == []
        assert [type(error) for error in world.bot.errors] == [UnknownMenuError]


# In a message that is there already ----------------------------------------------------------------


class Hub(discord.ui.View):
    """A message of the bot's whose buttons turn it, or another one, into a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Menu", custom_id="hub:menu")
    async def turn(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        await interaction.client.flows.open(interaction, interaction.client.target, edit=interaction.message)

    @discord.ui.button(label="Form", custom_id="hub:form")
    async def form(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(HubForm())


class HubForm(discord.ui.Modal, title="A form of a cog"):
    text = discord.ui.Label(text="text", component=discord.ui.TextInput(required=False))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.flows.open(interaction, interaction.client.target, edit=interaction.message)


class HubBot(Written):
    async def setup_hook(self) -> None:
        @self.tree.command(name="hub", description="Shows the view")
        async def hub(interaction: discord.Interaction[Any], private: bool = False) -> None:
            await interaction.response.send_message("hub", view=Hub(), ephemeral=private)

        await super().setup_hook()


@pytest.mark.case("S15")
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("by", ["Menu", "Form"])
async def test_a_component_and_a_form_turn_their_own_message_into_the_menu(by: str, private: bool) -> None:
    async with simulated(HubBot(MFlow)) as world:
        hub = await world.ann.open("hub", private=private)
        with world.requests() as made:
            clicked = await world.ann.click(hub, by)
            if by == "Form":
                await world.ann.submit(clicked, text="x")
        assert made == (["update"] if by == "Menu" else ["modal", "update"])
        assert (hub.content, hub.lines, hub.ephemeral) == ("", ["Count: 0"], private)
        for _ in range(4):
            await world.ann.click(hub, "+1")
            await world.advance(280)
        await world.ann.click(hub, "Go")
        assert hub.title == "D"
        await world.advance(300)
        assert hub.content == "*This interaction has timed out.*"


@pytest.mark.case("S11", "S15")
async def test_a_slow_menu_in_a_message_that_is_there_leaves_it_alone_until_it_is_ready() -> None:
    class Slow(M):
        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 5)

    async with simulated(HubBot(Slow)) as world:
        hub = await world.ann.open("hub")
        with world.requests() as made:
            await world.ann.click(hub, "Menu")
            await world.advance(4)
            assert (hub.content, hub.labels) == ("hub", ["Menu", "Form"])
            await world.advance(1)
        assert made == ["defer", "edit"]
        assert hub.lines == ["Count: 0"]


@pytest.mark.case("S15")
async def test_code_turns_a_message_into_the_menu_by_one_request() -> None:
    async with simulated(HubBot(MFlow)) as world:
        hub = await world.ann.open("hub")
        ann = await member(world, world.ann)
        with world.as_bot(), world.requests() as made:
            channel = world.bot.get_channel(world.channel.id)
            session = await world.bot.flows.open(
                channel, MFlow, owner=ann, edit=channel.get_partial_message(hub.id)
            )
        assert made == ["channel edit"]
        assert session.stage.message_id == hub.id
        assert (hub.content, hub.lines) == ("", ["Count: 0"])
        await count_up(world, hub)


@pytest.mark.case("S15")
@pytest.mark.parametrize("slow", [0.0, 3.0])
async def test_a_command_turns_another_message_into_the_menu_and_leaves_no_answer(slow: float) -> None:
    class Perhaps(M):
        async def setup(self, ctx: MenuContext) -> None:
            if slow:
                await takes(ctx, slow)

    async with simulated(HubBot(Perhaps)) as world:
        hub = await world.ann.open("hub")
        with world.requests() as made:
            told = await world.ann.do(
                lambda interaction: world.bot.flows.open(interaction, Perhaps, edit=hub.message.message)
            )
            await world.advance(4)
        assert made == ["thinking", "channel edit", "delete"]
        assert told.result.response is None
        assert hub.lines == ["Count: 0"]
        assert len(world.channel.history()) == 1
        await count_up(world, hub)


@pytest.mark.case("S15")
async def test_what_a_command_was_answered_with_becomes_the_menu() -> None:
    async def replace_answer(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("loading", ephemeral=True)
        answer = await interaction.original_response()
        await interaction.client.flows.open(interaction, MFlow, edit=answer)

    async with simulated(HubBot(MFlow)) as world:
        with world.requests() as made:
            told = await world.ann.do(replace_answer)
        assert made == ["message", "look", "edit"]
        menu = told.shown
        assert (menu.content, menu.lines, menu.ephemeral) == ("", ["Count: 0"], True)
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S15")
async def test_messages_that_cannot_become_the_menu_are_refused_before_anything_is_sent() -> None:
    @slash("secret", description="For one alone")
    class Secret(M):
        behavior = Behavior(ephemeral=True)

    class Open(M):
        name = "open"
        behavior = Behavior(ephemeral=False)

    tried: list[str] = []

    async with simulated(HubBot(MFlow, Secret, Open)) as world:
        private = await world.ann.open("hub", private=True)
        public = await world.ann.open("hub")
        written = await world.bob.actor.send(world.channel, "mine")

        async def try_all(interaction: discord.Interaction[Any]) -> None:
            for menu, message, error in (
                (MFlow, private.message.message, EphemeralError),
                (Secret, public.message.message, EphemeralError),
                (Open, private.message.message, EphemeralError),
                (MFlow, written, DefinitionError),
            ):
                with pytest.raises(error, match="edit") as raised:
                    await interaction.client.flows.open(interaction, menu, edit=message)
                tried.append(str(raised.value))
            await interaction.response.send_message("none", ephemeral=True)

        with world.requests() as made:
            await world.ann.do(try_all)
        assert (made, len(tried), world.sessions) == (["message"], 4, [])


@pytest.mark.case("S31")
async def test_a_menu_that_ends_before_it_was_shown_in_a_message_leaves_the_message_alone() -> None:
    class Brief(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.close()

    async with simulated(HubBot(Brief)) as world:
        hub = await world.ann.open("hub")
        with world.requests() as made:
            clicked = await world.ann.click(hub, "Menu")
        assert (made, clicked.whispered) == (["message"], ["*Menu closed*"])
        with world.requests() as made:
            told = await world.ann.do(
                lambda interaction: world.bot.flows.open(interaction, Brief, edit=hub.message.message)
            )
        assert (made, told.whispered) == (["message"], ["*Menu closed*"])
        assert (hub.content, hub.labels) == ("hub", ["Menu", "Form"])


# What a session knows of its source ----------------------------------------------------------------


async def test_resolvers_are_given_what_the_session_was_opened_from(database: str) -> None:
    given: list[tuple[str, object]] = []

    class Stored(M):
        kept = state(Count, scope=Scope.SESSION)

        @staticmethod
        def session_id(source: Any) -> str:
            given.append(("session", source))
            return "one"

    def project(source: Any) -> str:
        given.append(("project", source))
        return "all"

    async with simulated(Written(Stored, database=database, project=project)) as world:
        ann = await member(world, world.ann)
        await say(world, world.ann, "menu")
        with world.as_bot():
            channel = world.bot.get_channel(world.channel.id)
            await world.bot.flows.open(channel, Stored, owner=ann)
        kinds = [type(source) for _, source in given]
        assert kinds == [commands.Context] * 2 + [discord.TextChannel] * 2


# In time -------------------------------------------------------------------------------------------


@pytest.mark.case("S11")
@pytest.mark.parametrize(("before", "thinking_at"), [(1.5, 2.0), (2.5, 2.5)])
async def test_the_two_seconds_begin_when_the_command_arrives_not_when_it_opens_a_menu(
    before: float, thinking_at: float
) -> None:
    class Slow(M):
        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 2)

    async def open_later(interaction: discord.Interaction[Any]) -> None:
        await takes(interaction, before)
        await interaction.client.flows.open(interaction, Slow)

    async with simulated(Bot(Slow)) as world:
        with world.requests() as made:
            opened = await world.ann.do(open_later)
            await world.advance(thinking_at - 0.1)
        assert made == []
        with world.requests() as made:
            # One that came later, and is late later.
            await world.bob.do(lambda interaction: world.bot.flows.open(interaction, Slow))
            await world.advance(0.1)
        assert made == ["thinking"]
        await world.advance(2)
        assert opened.shown.lines == ["Count: 0"]


@pytest.mark.case("S11")
async def test_a_late_command_overtakes_those_that_came_after_it() -> None:
    class Slow(M):
        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 5)

    async def open_later(interaction: discord.Interaction[Any]) -> None:
        await takes(interaction, 1)
        await interaction.client.flows.open(interaction, Slow)

    async with simulated(Bot(Slow)) as world:
        first = await world.ann.do(open_later)
        await world.advance(0.5)
        second = await world.bob.do(lambda interaction: world.bot.flows.open(interaction, Slow))
        await world.advance(1.4)
        assert (first.acknowledged, second.acknowledged) == (False, False)
        await world.advance(0.1)
        assert (first.acknowledged, second.acknowledged) == (True, False)
        await world.advance(0.5)
        assert second.acknowledged
        await world.advance(5)
        assert first.shown.lines == second.shown.lines == ["Count: 0"]


class Board(Menu):
    """A layout."""

    name = "board"

    def render(self) -> Layout:
        return Layout(discord.ui.TextDisplay("Board"), discord.ui.ActionRow(self.more))

    @button("More")
    async def more(self, ctx: MenuContext) -> None: ...


@pytest.mark.case("S15")
async def test_whatever_a_message_was_nothing_of_it_is_left_in_the_menu_it_becomes() -> None:
    async def full(interaction: discord.Interaction[Any]) -> None:
        with io.BytesIO(b"x") as data:
            await interaction.response.send_message(
                "hub", embed=discord.Embed(title="Hub"), file=discord.File(data, "x.txt"), view=Hub()
            )

    async with simulated(HubBot(Board, MFlow)) as world:
        for target in (Board, MFlow):
            world.bot.target = target
            hub = (await world.ann.do(full)).shown
            assert len(hub.message.attachments) == 1
            with world.requests() as made:
                await world.ann.click(hub, "Menu")
            assert made == ["update"]
            assert (hub.content, hub.message.attachments) == ("", [])
            assert hub.title == (None if target is Board else "M")
            assert hub.labels == (["More"] if target is Board else ["+1", "Go", "Close"])


@pytest.mark.case("S15", "S132")
async def test_a_layout_cannot_become_a_screen_so_that_is_a_new_message_and_the_layout_is_stripped() -> None:
    class Signs(HubBot):
        async def setup_hook(self) -> None:
            @self.tree.command(name="sign", description="Shows a layout")
            async def sign(interaction: discord.Interaction[Any]) -> None:
                view = discord.ui.LayoutView(timeout=None)
                view.add_item(discord.ui.TextDisplay("Sign"))
                turn: Any = discord.ui.Button(label="Menu", custom_id="sign:menu")
                turn.callback = self.turn
                view.add_item(discord.ui.ActionRow(turn))
                await interaction.response.send_message(view=view)

            await super().setup_hook()

        async def turn(self, interaction: discord.Interaction[Any]) -> None:
            await self.flows.open(interaction, self.target, edit=interaction.message)

    async with simulated(Signs(MFlow)) as world:
        sign = await world.ann.open("sign")
        with world.requests() as made:
            clicked = await world.ann.click(sign, "Menu")
        assert made == ["message", "channel edit"]
        menu = world.newest
        assert (menu.lines, sign.labels) == (["Count: 0"], [])
        assert clicked.acknowledged
        await world.ann.click(menu, "+1")
        assert menu.lines == ["Count: 1"]


@pytest.mark.case("S108")
async def test_a_menu_where_the_bot_itself_may_not_go_lives_as_long_as_its_tokens() -> None:
    async with simulated(Bot(MFlow)) as world:
        hidden = discord.PermissionOverwrite(view_channel=False)
        world.channel = world.guild.create_text_channel("hidden", overwrites={world.bot.user: hidden})
        menu = await world.ann.open_with(MFlow, behavior=Behavior(timeout=3600))
        (session,) = world.sessions
        await world.advance(800)
        await world.ann.click(menu, "+1")
        await world.advance(869)
        assert (menu.lines, session.end) == (["Count: 1"], None)
        with world.requests() as made:
            await world.advance(1)
        assert made == ["edit"]
        assert menu.content == "*This interaction has timed out.*"


async def test_where_the_bot_may_not_speak_nothing_opens_and_one_incident_says_why(
    incidents: Incidents,
) -> None:
    async with simulated(Written(MFlow)) as world:
        silent = discord.PermissionOverwrite(send_messages=False)
        world.channel = world.guild.create_text_channel("read only", overwrites={world.bot.user: silent})
        await say(world, world.ann, "menu")
        assert len(incidents()) == 1
        assert (len(world.channel.history()), world.sessions) == (1, [])


@pytest.mark.case("S109")
async def test_a_menu_that_code_opened_leads_back_after_a_crash_too() -> None:
    async with simulated(Bot(MFlow)) as world:
        ann = await member(world, world.ann)
        with world.as_bot():
            await world.bot.flows.open(world.bot.get_channel(world.channel.id), MFlow, owner=ann)
        menu = world.newest
        await world.crash(Bot(MFlow))
        with world.requests() as made:
            told = await world.ann.click(menu, "+1")
        assert made[:2] == ["update", "followup"]
        assert menu.labels == []
        assert told.whispered == ["This menu is no longer active. Run `/m` to go on."]
        again = await world.ann.click(told.whispers[0], "Open again")
        assert again.shown.lines == ["Count: 0"]


async def test_what_an_opener_says_of_behavior_is_checked() -> None:
    async def wrong(interaction: discord.Interaction[Any]) -> None:
        for name in ("behavior", "override_behavior"):
            with pytest.raises(DefinitionError, match=f"open's {name} sets closed_message"):
                await interaction.client.flows.open(
                    interaction, MFlow, **{name: Behavior(closed_message="bye")}
                )
        await interaction.response.send_message("none", ephemeral=True)

    async with simulated(Bot(MFlow)) as world:
        assert (await world.ann.do(wrong)).whispered == ["none"]
