"""/showcase: from a Screen to a Layout and back, in one session."""

from __future__ import annotations

import discord
from pydantic import BaseModel

from flowcord import (
    Button,
    Flow,
    Layout,
    Menu,
    MenuContext,
    NoState,
    Options,
    Screen,
    button,
    go_to,
    session_state,
    slash,
)

WORKS = {"Sunrise": "Oil on canvas", "The Wave": "Woodblock print", "Mobile": "Steel and wire"}


class Bookmarks(BaseModel):
    names: list[str] = []


class Which(Options):
    name: str = ""


@slash("showcase", description="Three works of art")
class Showcase(Menu):
    bookmarks = session_state(Bookmarks)

    def render(self) -> Screen:
        names = ", ".join(self.bookmarks.current.names) or "none"
        works = [Button(name, action=go_to(Work, name=name), key="work", args=(name,)) for name in WORKS]
        return Screen(
            embed=discord.Embed(title="Showcase", description=f"Bookmarks: {names}"), components=works
        )


class Work(Menu[NoState, Which]):
    bookmarks = session_state(Bookmarks)

    def render(self) -> Layout:
        name = self.options.name
        text = discord.ui.TextDisplay(f"## {name}\n{WORKS[name]}")
        return Layout(discord.ui.Container(text, self.bookmark))

    @button(label=lambda menu: "Forget" if menu.is_marked else "Bookmark")
    async def bookmark(self, ctx: MenuContext) -> None:
        name = self.options.name
        with self.bookmarks.edit() as bookmarks:
            bookmarks.names.remove(name) if self.is_marked else bookmarks.names.append(name)

    @property
    def is_marked(self) -> bool:
        return self.options.name in self.bookmarks.current.names


class ShowcaseFlow(Flow):
    kind = "showcase"
    menus = (Showcase, Work)
