"""/poll: one resource of the server, voted on by everyone who sees the menu."""

from __future__ import annotations

from typing import Literal

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord import Access, Behavior, Menu, MenuContext, Scope, Screen, button, client_data, resource, slash

Vote = Literal["yes", "no"]


class Ballot(BaseModel):
    votes: dict[str, Vote] = {}  # by user id: one vote a user, and changing it moves it


class Tally(BaseModel):
    yes: int
    no: int


@slash("poll", description="Vote with everybody here", guild_only=True)
class Poll(Menu):
    behavior = Behavior(access=Access.everyone())
    ballot = resource(Ballot, scope=Scope.PROJECT)

    @client_data
    def tally(self) -> Tally:
        votes = list(self.ballot.value.votes.values())
        return Tally(yes=votes.count("yes"), no=votes.count("no"))

    def render(self) -> Screen:
        lines = f"Yes: {self.tally.yes}\nNo: {self.tally.no}"
        return Screen(embed=discord.Embed(title="Poll", description=lines))

    @button("Vote yes", style=ButtonStyle.success)
    async def vote_yes(self, ctx: MenuContext) -> None:
        await self.ballot.put("votes", str(ctx.user.id), "yes")

    @button("Vote no", style=ButtonStyle.danger)
    async def vote_no(self, ctx: MenuContext) -> None:
        await self.ballot.put("votes", str(ctx.user.id), "no")
