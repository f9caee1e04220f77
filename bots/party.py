"""/party: a sub-menu with a typed result, and a question before something is lost."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord import Button, Flow, Menu, MenuContext, NoState, Options, Screen, button, slash

PARTY_SIZE = 4


class Adventurer(BaseModel):
    name: str
    power: int


TAVERN = (
    Adventurer(name="Knight", power=7),
    Adventurer(name="Ranger", power=5),
    Adventurer(name="Wizard", power=9),
    Adventurer(name="Bard", power=3),
)


class Members(BaseModel):
    members: list[Adventurer] = []


@slash("party", description="Gather a party of four")
class Party(Menu[Members]):
    def render(self) -> Screen:
        members = self.state.current.members
        lines = [f"{each.name} ({each.power})" for each in members] or ["Nobody yet"]
        embed = discord.Embed(title="Party", description="\n".join(lines))
        return Screen(embed=embed.set_footer(text=f"Power: {sum(each.power for each in members)}"))

    @button("Recruit", style=ButtonStyle.primary, disabled=lambda menu: menu.is_full)
    async def recruit(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu(Recruit, on_complete=self.welcome)

    async def welcome(self, ctx: MenuContext, adventurer: Adventurer) -> None:
        with self.state.edit() as state:
            state.members.append(adventurer)

    @button("Remove last", disabled=lambda menu: not menu.state.current.members)
    async def remove(self, ctx: MenuContext) -> None:
        last = self.state.current.members[-1]
        if await ctx.confirm(f"Send {last.name} home?", yes="Send home", no="Keep"):
            with self.state.edit() as state:
                state.members.pop()

    @property
    def is_full(self) -> bool:
        return len(self.state.current.members) == PARTY_SIZE


class Recruit(Menu[NoState, Options, Adventurer]):
    returnable = False  # "Never mind" is the way back

    def render(self) -> Screen:
        drinkers = [
            Button(f"{each.name} ({each.power})", action=self.hire, args=(number,))
            for number, each in enumerate(TAVERN)
        ]
        return Screen(embed=discord.Embed(title="In the tavern"), components=drinkers)

    async def hire(self, ctx: MenuContext, number: int) -> None:
        await self.complete(ctx, TAVERN[number])

    @button("Never mind")
    async def never_mind(self, ctx: MenuContext) -> None:
        await ctx.go_back()


class PartyFlow(Flow):
    kind = "party"
    menus = (Party, Recruit)
