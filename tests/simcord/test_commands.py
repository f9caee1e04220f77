"""Commands of menus, as Discord and its users see them, and cogs that bring menus and take them away."""

from __future__ import annotations

from typing import Any, Literal

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from pydantic import Field

from flowcord import (
    Menu,
    MenuContext,
    NoState,
    Options,
    Screen,
    UnknownMenuError,
    button,
    context_menu,
    slash,
)
from tests.simcord.menus import M, page
from tests.simcord.world import Bot, Person, Shown, World, simulated

mod = app_commands.Group(name="mod", description="Moderation")


class BanOptions(Options):
    who: discord.Member | None = None
    reason: Literal["spam", "abuse"] = "spam"
    days: int = Field(1, ge=1, le=9)


@slash(
    "ban",
    description="Ban somebody",
    guild_only=True,
    permissions=discord.Permissions(ban_members=True),
    nsfw=True,
    group=mod,
)
@context_menu("Ban", permissions=discord.Permissions(ban_members=True))
class Ban(Menu[Any, BanOptions]):
    def render(self) -> Screen:
        options = self.options
        who = "nobody" if options.who is None else options.who.name
        return page("Ban", f"{who} for {options.reason}, {options.days} days")

    @button("Twice")
    async def twice(self, ctx: MenuContext) -> None:
        self.options = self.options.model_copy(update={"days": self.options.days * 2})


class QuoteOptions(Options):
    message: discord.Message


@context_menu("Quote")
class Quote(Menu[Any, QuoteOptions]):
    def render(self) -> Screen:
        return page("Quote", f"> {self.options.message.content}")


@context_menu("Look")
class Look(Menu):
    """Has no option for its target."""

    def setup(self, ctx: MenuContext) -> None:
        self.target = ctx.interaction.extras["target"]

    def render(self) -> Screen:
        return page("Look", self.target.name)


def moderator(world: World) -> Person:
    """Somebody who may ban."""
    role = world.guild.create_role("mod", permissions=discord.Permissions(ban_members=True))
    return world.join("mod", roles=[role])


async def use(world: World, person: Person, name: str, target: Any) -> Shown:
    """Open a context menu."""
    result = await person.actor.context_menu(world.channel, name, target)
    return Shown(result.response)


@pytest.mark.case("S12", "S59a", "S59b")
async def test_a_menu_is_opened_by_its_command_and_by_its_context_menu() -> None:
    async with simulated(Bot(Ban)) as world:
        judge = moderator(world)
        run = await judge.open("mod ban", who=world.bob.actor, reason="abuse", days=3)
        assert run.lines == ["bob for abuse, 3 days"]
        used = await use(world, judge, "Ban", world.bob.actor)
        assert used.lines == ["bob for spam, 1 days"]
        await judge.click(used, "Twice")
        assert (used.lines, run.lines) == (["bob for spam, 2 days"], ["bob for abuse, 3 days"])


@pytest.mark.case("S12")
async def test_a_message_menu_fills_the_option_of_its_type_and_a_target_without_one_is_at_hand() -> None:
    async with simulated(Bot(Quote, Look)) as world:
        written = await world.bob.actor.send(world.channel, "To be")
        assert (await use(world, world.ann, "Quote", written)).lines == ["> To be"]
        assert (await use(world, world.ann, "Look", world.bob.actor)).lines == ["bob"]


class Moderation(commands.Cog):
    """Brings menus, and has something of its own to do when it goes."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot
        self.log: list[str] = []

    async def cog_load(self) -> None:
        self.bot.flows.add(Ban, Quote, cog=self)

    async def cog_unload(self) -> None:
        self.log.append("unloaded")


def registered(bot: Any) -> set[str]:
    tree: app_commands.CommandTree[Any] = bot.tree
    kinds = (discord.AppCommandType.user, discord.AppCommandType.message)
    menus = [each.name for kind in kinds for each in tree.get_commands(type=kind)]
    return {each.qualified_name for each in tree.walk_commands()} | set(menus)


@pytest.mark.case("S59b")
async def test_a_cog_that_is_unloaded_takes_its_menus_along_and_open_sessions_go_on() -> None:
    class Cogs(Bot):
        async def setup_hook(self) -> None:
            self.cog_of_menus = Moderation(self)
            await self.add_cog(self.cog_of_menus)
            await super().setup_hook()

    bot = Cogs(M)
    async with simulated(bot) as world:
        assert registered(bot) == {"mod", "mod ban", "Ban", "Quote", "m", "do"}
        judge = moderator(world)
        menu = await use(world, judge, "Ban", world.bob.actor)
        with world.as_bot():
            await bot.remove_cog("Moderation")
        assert registered(bot) == {"m", "do"}
        assert bot.flows.menus == [M]
        assert bot.cog_of_menus.log == ["unloaded"]

        await judge.click(menu, "Twice")
        assert menu.lines == ["bob for spam, 2 days"]
        refused: list[str] = []

        async def open_ban(interaction: discord.Interaction[Any]) -> None:
            with pytest.raises(UnknownMenuError) as raised:
                await bot.flows.open(interaction, Ban)
            refused.append(str(raised.value))
            await interaction.response.send_message("gone")

        await world.ann.do(open_ban)
        assert refused == ["Ban was not added to this FlowCord"]

        with world.as_bot():
            await bot.add_cog(Moderation(bot))
            await bot.tree.sync()
        assert registered(bot) == {"mod", "mod ban", "Ban", "Quote", "m", "do"}
        again = await use(world, judge, "Ban", world.bob.actor)
        assert again.lines == ["bob for spam, 1 days"]
        assert len(world.sessions) == 2


@pytest.mark.case("S59b")
async def test_a_cog_does_not_take_away_what_was_removed_and_added_again_by_others() -> None:
    async with simulated(Bot(M)) as world:
        bot = world.bot
        with world.as_bot():
            cog = Moderation(bot)
            await bot.add_cog(cog)
            bot.flows.remove(Quote)
            bot.flows.add(Quote)
            await bot.remove_cog("Moderation")
        assert registered(bot) == {"Quote", "m", "do"}
        assert bot.flows.menus == [M, Quote]


@pytest.mark.case("S109")
async def test_a_menu_with_a_context_menu_alone_is_not_mentioned_as_a_command() -> None:
    async with simulated(Bot(Look, Ban)) as world:
        look = await use(world, world.ann, "Look", world.bob.actor)
        ban = await use(world, moderator(world), "Ban", world.bob.actor)
        (session, other) = world.sessions
        with world.as_bot():
            await session.close()
            await other.close()
        dead = f"fc:look:{session.id}:1:x"
        assert (await world.ann.press(look, dead)).whispered == ["This menu is no longer active."]
        first = await world.ann.press(ban, f"fc:ban:{other.id}:1:x")
        assert first.whispered == ["This menu is no longer active. Run `/mod ban` to go on."]
        second = await world.ann.press(ban, f"fc:ban:{other.id}:1:x")
        assert "</mod ban:" in second.whispered[0]


class Whom(Options):
    user: discord.User
    other: discord.User | None = None


@slash("whom", description="About a user, who is a member here")
class WhomMenu(Menu[NoState, Whom]):
    def render(self) -> Screen:
        return page(self.options.user.name, str(self.options.other))


@pytest.mark.case("S59a")
async def test_a_member_is_a_user_too() -> None:
    async with simulated(Bot(WhomMenu)) as world:
        menu = await world.ann.open("whom", user=world.bob.actor)
        assert (menu.title, menu.lines) == ("bob", ["None"])
        menu = await world.ann.open("whom", user=world.ann.actor, other=world.bob.actor)
        assert (menu.title, menu.lines) == ("ann", ["bob"])
