"""/behavior-hub: a menu for each way to deal with the message before, and buttons with their own."""

from __future__ import annotations

import discord
from pydantic import BaseModel

from flowcord import Behavior, Button, Flow, Menu, MenuContext, Screen, button, go_to, message_handler, slash


class Steps(BaseModel):
    steps: int = 0


class Stepping(Menu[Steps]):
    """A counter, so that there is something to show anew."""

    def render(self) -> Screen:
        title = type(self).__name__
        return Screen(embed=discord.Embed(title=title, description=f"Step {self.state.current.steps}"))

    @button("Step")
    async def step(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.steps += 1


class Deleting(Stepping):
    behavior = Behavior(cleanup="post_and_delete")


class Stripping(Stepping):
    behavior = Behavior(cleanup="post_and_strip")


class Replacing(Stepping):
    behavior = Behavior(cleanup="post_and_replace")


class Lines(BaseModel):
    lines: list[str] = []


class Collecting(Menu[Lines]):
    """Messages are inputs too."""

    def render(self) -> Screen:
        lines = "\n".join(self.state.current.lines) or "Write something."
        return Screen(embed=discord.Embed(title=type(self).__name__, description=lines))

    @message_handler()
    async def collect(self, ctx: MenuContext, message: discord.Message) -> None:
        with self.state.edit() as state:
            state.lines.append(message.content)


class CollectingInPlace(Collecting):
    behavior = Behavior(cleanup="edit")  # after a message the default is post_and_strip


class CollectingTidily(Collecting):
    behavior = Behavior(delete_user_messages=True)


class OneShots(Stepping):
    """In place, but for the buttons that say otherwise: once, then as before."""

    @button("Step below", behavior=Behavior(cleanup="post_and_strip"))
    async def step_below(self, ctx: MenuContext) -> None:
        await self.step(ctx)

    @button(
        "Step and say goodbye", behavior=Behavior(cleanup="post_and_replace", closed_message="It was here.")
    )
    async def step_away(self, ctx: MenuContext) -> None:
        await self.step(ctx)

    @button("Reveal secret", behavior=Behavior(ephemeral=True, cleanup="post_and_strip"))
    async def reveal(self, ctx: MenuContext) -> None:
        ctx.notify("The secret is 42.")


MODES = (Deleting, Stripping, Replacing, CollectingInPlace, CollectingTidily, OneShots)


@slash("behavior-hub", description="What becomes of the message before")
class BehaviorHub(Menu):
    def render(self) -> Screen:
        modes = [Button(mode.__name__, action=go_to(mode), key=mode.name) for mode in MODES]
        return Screen(embed=discord.Embed(title="Behaviors"), components=modes)


class BehaviorFlow(Flow):
    kind = "behavior_hub"
    menus = (BehaviorHub, *MODES)
