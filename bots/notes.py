"""/notes: a collection of the user's notes, a form that adds one, and a question before one is deleted."""

from __future__ import annotations

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord import (
    Button,
    CollectionFullError,
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    Modal,
    NoState,
    Options,
    Scope,
    Screen,
    button,
    client_data,
    collection,
    slash,
)

MAX_NOTES = 20  # each is a button, and a message has room for 25


class Note(BaseModel):
    title: str
    body: str


class Heading(BaseModel):
    key: str
    title: str


class NoteForm(Modal, title="New note"):
    title_label = discord.ui.Label(text="Title", component=discord.ui.TextInput(max_length=80))
    body_label = discord.ui.Label(
        text="Body", component=discord.ui.TextInput(style=discord.TextStyle.paragraph, max_length=2000)
    )

    @property
    def note(self) -> Note:
        title, body = self.title_label.component, self.body_label.component
        assert isinstance(title, discord.ui.TextInput)
        assert isinstance(body, discord.ui.TextInput)
        return Note(title=title.value.strip() or "Untitled", body=body.value)


@slash("notes", description="Keep notes that follow you everywhere")
class Notes(Menu):
    notes = collection(Note, scope=Scope.USER, max_items=MAX_NOTES)

    @client_data
    async def headings(self) -> list[Heading]:
        return [Heading(key=note.key, title=note.value.title) for note in await self.notes.list()]

    def render(self) -> Screen:
        titles = [heading.title for heading in self.headings]
        return Screen(
            embed=discord.Embed(title="Notes", description="\n".join(titles) or "No notes yet"),
            components=[
                Button(heading.title, action=self.show, args=(heading.key,)) for heading in self.headings
            ],
        )

    async def show(self, ctx: MenuContext, key: str) -> None:
        await ctx.go_to(NotePage, key=key)

    @button("Add", style=ButtonStyle.primary, opens=NoteForm)
    async def add(self, ctx: MenuContext, form: NoteForm) -> None:
        try:
            await self.notes.create(form.note)
        except CollectionFullError:
            raise GuardFailed(f"You have {MAX_NOTES} notes: delete one first.") from None


class NoteOptions(Options):
    key: str


class NotePage(Menu[NoState, NoteOptions]):
    notes = collection(Note, scope=Scope.USER, max_items=MAX_NOTES)

    @client_data
    async def note(self) -> Note | None:
        found = await self.notes.find(self.options.key)
        return found.value if found is not None else None

    def render(self) -> Screen:
        if self.note is None:
            return Screen(embed=discord.Embed(title="Gone", description="This note was deleted."))
        return Screen(embed=discord.Embed(title=self.note.title, description=self.note.body))

    @button("Delete", style=ButtonStyle.danger)
    async def delete(self, ctx: MenuContext) -> None:
        if await ctx.ask(DeleteNote):
            await self.notes.delete(self.options.key)
            await ctx.go_back()


class DeleteNote(Menu[NoState, Options, bool]):
    returnable = False

    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Delete note?", description="This cannot be undone."))

    @button("Yes", style=ButtonStyle.danger)
    async def yes(self, ctx: MenuContext) -> None:
        await self.complete(ctx, True)

    @button("No")
    async def no(self, ctx: MenuContext) -> None:
        await self.complete(ctx, False)


class NotesFlow(Flow):
    kind = "notes"
    menus = (Notes, NotePage, DeleteNote)
