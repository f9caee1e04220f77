"""/guide: sections, each with a thumbnail or a link beside its text."""

from __future__ import annotations

from typing import NamedTuple

import discord
from pydantic import BaseModel

from flowcord import Button, Layout, Menu, MenuContext, slash

BADGE = "https://cdn.discordapp.com/embed/avatars/0.png"


class Chapter(NamedTuple):
    title: str
    text: str
    url: str | None = None


CHAPTERS = (
    Chapter("Menus", "A class that renders a screen and has buttons."),
    Chapter("State", "What a menu remembers while it is open.", "https://docs.pydantic.dev/latest/"),
    Chapter("Layouts", "Containers, sections, galleries.", "https://discord.com/developers/docs/components"),
)


class Read(BaseModel):
    chapters: set[int] = set()


@slash("guide", description="What there is to know")
class Guide(Menu[Read]):
    def render(self) -> Layout:
        return Layout(*(item for number in range(len(CHAPTERS)) for item in self.chapter(number)))

    def chapter(self, number: int) -> list[discord.ui.Item[discord.ui.LayoutView]]:
        chapter, read = CHAPTERS[number], number in self.state.current.chapters
        beside: discord.ui.Item[discord.ui.LayoutView] = discord.ui.Thumbnail(BADGE)
        if chapter.url is not None:
            beside = Button("More", url=chapter.url)
        mark = "Mark as unread" if read else "Mark as read"
        title = f"### {'✅' if read else '📖'} {chapter.title}"
        return [
            discord.ui.Section(title, chapter.text, accessory=beside),
            Button(mark, action=self.toggle, args=(number,)),
        ]

    async def toggle(self, ctx: MenuContext, number: int) -> None:
        with self.state.edit() as read:
            read.chapters ^= {number}
