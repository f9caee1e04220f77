"""/workout: which hook runs when. Each one writes a line into a log that both menus share."""

from __future__ import annotations

from typing import Literal

import discord
from pydantic import BaseModel

from flowcord import (
    Button,
    Flow,
    Menu,
    MenuContext,
    NoState,
    Options,
    Screen,
    button,
    session_state,
    slash,
)

Muscle = Literal["legs", "arms", "core"]
EXERCISES: dict[Muscle, tuple[str, ...]] = {
    "legs": ("Squat", "Lunge"),
    "arms": ("Push-up", "Pull-up"),
    "core": ("Plank", "Sit-up"),
}


class Log(BaseModel):
    lines: list[str] = []


class Logging:
    """What both menus share: hooks stand on a base class or a mixin, like any method."""

    log = session_state(Log)  # one for the whole run, in memory

    def note(self, line: str) -> None:
        with self.log.edit() as log:
            log.lines = [*log.lines, f"{type(self).__name__}: {line}"][-12:]

    def setup(self, ctx: MenuContext) -> None:
        self.note("setup")

    def on_enter(self, ctx: MenuContext) -> None:
        self.note("on_enter")

    def on_leave(self, ctx: MenuContext) -> None:
        self.note("on_leave")

    def before_render(self, ctx: MenuContext) -> None:
        self.note("before_render")

    def after_render(self, ctx: MenuContext) -> None:
        self.note("after_render")

    def on_action(self, ctx: MenuContext) -> None:
        self.note("on_action")

    def on_update_options(self, ctx: MenuContext, old: Options) -> None:
        self.note("on_update_options")

    def page(self, title: str, *lines: str) -> discord.Embed:
        embed = discord.Embed(title=title, description="\n".join(lines))
        return embed.add_field(name="Hooks so far", value="\n".join(self.log.current.lines) or "none")


class Visits(BaseModel):
    visits: int = 0
    done: list[str] = []


@slash("workout", description="Pick exercises, and watch the hooks")
class Dashboard(Logging, Menu[Visits]):
    preserve_state_on_return = True  # Back finds the same state, so visits are counted

    def on_enter(self, ctx: MenuContext) -> None:
        super().on_enter(ctx)
        with self.state.edit() as state:
            state.visits += 1

    def render(self) -> Screen:
        visits, done = self.state.current.visits, ", ".join(self.state.current.done) or "nothing yet"
        return Screen(embed=self.page("Workout", f"Visits: {visits}", f"Done: {done}"))

    @button("Pick an exercise")
    async def pick(self, ctx: MenuContext) -> None:
        exercise = await ctx.ask(Picker)
        if exercise:
            with self.state.edit() as state:
                state.done.append(exercise)


class Filter(Options):
    muscle: Muscle = "legs"


class Picker(Logging, Menu[NoState, Filter, str]):
    def render(self) -> Screen:
        muscle: Muscle = self.options.muscle
        exercises = [Button(each, action=self.choose, args=(each,)) for each in EXERCISES[muscle]]
        others = [
            Button(f"Show {each}", action=self.show, args=(each,)) for each in EXERCISES if each != muscle
        ]
        return Screen(embed=self.page(f"Exercises for {muscle}"), components=[*exercises, *others])

    async def choose(self, ctx: MenuContext, exercise: str) -> None:
        await self.complete(ctx, exercise)

    async def show(self, ctx: MenuContext, muscle: Muscle) -> None:
        await ctx.update_options(muscle=muscle)


class Workout(Flow):
    kind = "workout"
    menus = (Dashboard, Picker)
