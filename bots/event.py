"""/event: a select, a form of two pages made from a model, and a form that opens filled in."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import discord
from discord import ButtonStyle
from pydantic import BaseModel, Field

from flowcord import (
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    Modal,
    ModelForm,
    NoState,
    Options,
    Screen,
    button,
    form,
    select,
    session_state,
    slash,
)

THEMES = ("Board games", "Film night", "Hike")


class Event(BaseModel):
    """Six fields: one more than a form has room for, so it goes over two pages."""

    title: Annotated[str, Field(min_length=3, max_length=60)]
    day: Annotated[date, Field(description="As 2030-12-31")]
    place: str = "Here"
    seats: Annotated[int, Field(ge=2, le=100)] = 10
    details: Annotated[str, Field(max_length=1000)] = ""
    public: bool = True


CreateForm = form(Event, title="New event")


class EditForm(Modal, title="Edit"):
    title_label = discord.ui.Label(text="Title", component=discord.ui.TextInput(min_length=3, max_length=60))
    seats_label = discord.ui.Label(text="Seats", component=discord.ui.TextInput(max_length=3))

    @classmethod
    def of(cls, event: Event) -> EditForm:
        form = cls()
        form.title_input.default, form.seats_input.default = event.title, str(event.seats)
        return form

    @property
    def title_input(self) -> discord.ui.TextInput[EditForm]:
        return self.title_label.component  # pyright: ignore[reportReturnType]

    @property
    def seats_input(self) -> discord.ui.TextInput[EditForm]:
        return self.seats_label.component  # pyright: ignore[reportReturnType]


class Plan(BaseModel):
    theme: str = ""
    event: Event | None = None


class Planning(Menu[NoState, Options]):
    plan = session_state(Plan)

    @property
    def event(self) -> Event:
        event = self.plan.current.event
        assert event is not None
        return event


@slash("event", description="Plan something together")
class Theme(Planning):
    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="What will it be?"))

    @select(placeholder="A theme", options=[discord.SelectOption(label=theme) for theme in THEMES])
    async def theme(self, ctx: MenuContext, values: list[str]) -> None:
        self.plan.merge(theme=values[0])
        await ctx.go_to(Details)


class Details(Planning):
    def render(self) -> Screen:
        return Screen(
            embed=discord.Embed(title=self.plan.current.theme, description="When, where, how many?")
        )

    @button("Fill in", style=ButtonStyle.primary, opens=CreateForm)
    async def create(self, ctx: MenuContext, form: ModelForm[Event]) -> None:
        if form.result.day < date.today():
            raise GuardFailed("That day has passed.")  # the form opens again as it was filled in
        self.plan.merge(event=form.result)
        await ctx.go_to(Confirm)


class Confirm(Planning):
    def render(self) -> Screen:
        event = self.event
        embed = discord.Embed(title=event.title, description=event.details)
        embed.add_field(name="When", value=f"{event.day:%d %B %Y}").add_field(name="Where", value=event.place)
        return Screen(embed=embed.add_field(name="Seats", value=str(event.seats)))

    def filled(self) -> EditForm:
        return EditForm.of(self.event)

    @button("Edit", opens=filled)
    async def edit(self, ctx: MenuContext, form: EditForm) -> None:
        seats = form.seats_input.value
        if not seats.isdecimal() or not 2 <= int(seats) <= 100:
            raise GuardFailed("Between 2 and 100 seats.")
        changed = self.event.model_copy(update={"title": form.title_input.value, "seats": int(seats)})
        self.plan.merge(event=changed)

    @button("Announce", style=ButtonStyle.success)
    async def announce(self, ctx: MenuContext) -> None:
        await ctx.send(f"**{self.event.title}**, {self.event.day:%d %B %Y}, {self.event.place}")
        await ctx.close()


class EventFlow(Flow):
    kind = "event"
    menus = (Theme, Details, Confirm)
