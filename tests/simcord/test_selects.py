"""Selects, end to end: strings and real users, roles and channels, in the order in which they were chosen."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import SelectOption

from flowcord import (
    ChannelSelect,
    MentionableSelect,
    Menu,
    MenuContext,
    RoleSelect,
    Screen,
    Select,
    UserSelect,
    button,
    select,
    slash,
)
from tests.simcord.menus import Count, page
from tests.simcord.world import Bot, simulated

COLORS = [SelectOption(label=each) for each in ("Red", "Green", "Blue")]


@slash("paint", description="Choose colors")
class Paint(Menu[Count]):
    chosen: tuple[Any, ...] = ()

    def render(self) -> Screen:
        return page("Paint", f"Count: {self.state.current.count}", *map(str, self.chosen))

    @select(options=COLORS, placeholder="Colors", max_values=2)
    async def colors(self, ctx: MenuContext, values: list[str]) -> None:
        self.chosen = (*self.chosen, values)

    @select(options=COLORS, placeholder="Forgotten", remember=False)
    async def forgotten(self, ctx: MenuContext, values: list[str]) -> None:
        await self.colors(ctx, values)

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)


@slash("pickers", description="Choose anything")
class Pickers(Menu):
    heard: tuple[Any, ...] = ()

    def render(self) -> Screen:
        return Screen(
            "Pickers",
            components=[
                RoleSelect(action=self.take, args=("roles",), placeholder="Roles", max_values=3),
                ChannelSelect(action=self.take, args=("channels",), placeholder="Channels", max_values=3),
                Select(action=self.take, args=("strings",), placeholder="Strings", options=COLORS),
            ],
        )

    @select(cls=UserSelect, placeholder="Users", max_values=3)
    async def users(self, ctx: MenuContext, values: list[discord.Member]) -> None:
        await self.take(ctx, values, "users")

    @select(cls=MentionableSelect, placeholder="Anyone", max_values=3)
    async def anyone(self, ctx: MenuContext, values: list[discord.Member | discord.Role]) -> None:
        await self.take(ctx, values, "anyone")

    async def take(self, ctx: MenuContext, values: list[Any], kind: str) -> None:
        self.heard = (kind, *((type(each).__name__, getattr(each, "id", each)) for each in values))


@pytest.mark.case("S89", "S92")
async def test_strings_come_in_order_and_stay_chosen() -> None:
    async with simulated(Bot(Paint)) as world:
        menu = await world.ann.open("paint")
        for _ in range(2):
            with world.requests() as made:
                await world.ann.choose(menu, "Colors", "Blue", "Red")
            assert made == ["update"]
        assert menu.lines == ["Count: 0", *["['Blue', 'Red']"] * 2]

        await world.ann.choose(menu, "Forgotten", "Green")
        await world.ann.click(menu, "+1")
        assert menu.lines[0] == "Count: 1"
        assert menu.chosen("Colors") == ["Red", "Blue"]
        assert menu.chosen("Forgotten") == []


@pytest.mark.case("S90")
async def test_each_select_hands_its_own_handler_resolved_objects_in_order() -> None:
    async with simulated(Bot(Pickers)) as world:
        low, high = world.guild.create_role("low"), world.guild.create_role("high")
        voice = world.guild.create_text_channel("other")
        ann, bob = world.ann.actor, world.bob.actor
        menu = await world.ann.open("pickers")

        def heard() -> tuple[Any, ...]:
            return world.sessions[0].menu.heard

        await world.ann.choose(menu, "Users", bob, ann)
        assert heard() == ("users", ("Member", bob.id), ("Member", ann.id))
        await world.ann.choose(menu, "Roles", high, low)
        assert heard() == ("roles", ("Role", high.id), ("Role", low.id))
        await world.ann.choose(menu, "Anyone", high, ann)
        assert heard() == ("anyone", ("Role", high.id), ("Member", ann.id))
        await world.ann.choose(menu, "Channels", voice, world.channel)
        kind = "AppCommandChannel"
        assert heard() == ("channels", (kind, voice.id), (kind, world.channel.id))
        await world.ann.choose(menu, "Strings", "Blue")
        assert heard() == ("strings", ("str", "Blue"))
        assert menu.chosen("Anyone") == [str(high.id), str(ann.id)]


@pytest.mark.case("S92")
async def test_a_role_or_channel_that_is_gone_is_not_shown_as_chosen() -> None:
    async with simulated(Bot(Pickers)) as world:
        low, high = world.guild.create_role("low"), world.guild.create_role("high")
        other = world.guild.create_text_channel("other")
        menu = await world.ann.open("pickers")
        await world.ann.choose(menu, "Roles", high, low)
        await world.ann.choose(menu, "Channels", other, world.channel)
        with world.as_bot():
            guild = world.bot.get_guild(world.guild.id)
            await guild.get_role(high.id).delete()
            await guild.get_channel(other.id).delete()
        await world.ann.choose(menu, "Strings", "Blue")
        assert menu.chosen("Roles") == [str(low.id)]
        assert menu.chosen("Channels") == [str(world.channel.id)]


@pytest.mark.case("S93")
async def test_a_value_that_is_not_offered_is_stale() -> None:
    async with simulated(Bot(Paint)) as world:
        menu = await world.ann.open("paint")
        with world.requests() as made:
            click = world.ann.tap(menu, menu.selects["Colors"]["custom_id"], "Mauve")
            await world.env.settle()
        assert made == ["update"]
        assert click.acknowledged
        assert menu.lines == ["Count: 0"]
