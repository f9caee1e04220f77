"""Files of a screen: uploaded once for each message, kept by their ids, and gone when they are left out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, ClassVar

import discord
import pytest
from pydantic import BaseModel

from flowcord import (
    Behavior,
    EndReason,
    Layout,
    Menu,
    MenuContext,
    ModelForm,
    Screen,
    button,
    form,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count
from tests.simcord.world import Bot, Shown, World, simulated, takes


def file(name: str, content: str = "x", **settings: Any) -> discord.File:
    return discord.File(io.BytesIO(content.encode()), name, **settings)


class Album(Menu[Count]):
    """Shows the files of `shows`, and changes when it is clicked."""

    shows: ClassVar[list[tuple[str, str]]] = []
    cancellable = True

    def files(self) -> list[discord.File]:
        return [file(name, content) for name, content in self.shows]

    def render(self) -> Screen | Layout:
        return Screen(f"Count: {self.state.current.count}", files=self.files())

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 2.5)
        await self.add(ctx)

    @button("New", behavior=Behavior(cleanup="post_and_strip"))
    async def new(self, ctx: MenuContext) -> None:
        await self.add(ctx)

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


class Gallery(Album):
    """The same as a layout, which names its files."""

    def render(self) -> Layout:
        return Layout(
            discord.ui.TextDisplay(f"Count: {self.state.current.count}"),
            *[discord.ui.File(f"attachment://{name}") for name, _ in self.shows],
            files=self.files(),
        )


def uploaded(world: World) -> int:
    """How many files were sent to Discord so far."""
    return len(world.env.backend.cdn._blobs)


def attached(shown: Shown) -> dict[str, int]:
    return {each.filename: each.id for each in shown.message.attachments}


@pytest.mark.case("S147")
@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_a_file_is_uploaded_once_and_then_kept(menu: type[Album]) -> None:
    async with simulated(Bot(menu)) as world:
        menu.shows = [("a.txt", "A"), ("b.txt", "B")]
        shown = await world.ann.open_with(menu)
        first = attached(shown)
        assert list(first) == ["a.txt", "b.txt"]
        for label in ("+1", "Slow", "+1"):
            clicked = await world.ann.click(shown, label)
            await world.advance(3)
            assert clicked.acknowledged
        assert attached(shown) == first
        assert uploaded(world) == 2


@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_of_files_that_change_only_the_new_ones_are_uploaded(menu: type[Album]) -> None:
    async with simulated(Bot(menu)) as world:
        menu.shows = [("a.txt", "A"), ("b.txt", "B")]
        shown = await world.ann.open_with(menu)
        first = attached(shown)
        menu.shows = [("c.txt", "C"), ("b.txt", "B")]
        await world.ann.click(shown, "+1")
        second = attached(shown)
        assert list(second) == ["c.txt", "b.txt"]
        assert second["b.txt"] == first["b.txt"]
        menu.shows = [("b.txt", "other")]
        await world.ann.click(shown, "+1")
        third = attached(shown)
        assert list(third) == ["b.txt"]
        assert third["b.txt"] != second["b.txt"]
        assert uploaded(world) == 4


@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_a_file_that_is_left_out_is_removed_and_may_come_back(menu: type[Album]) -> None:
    async with simulated(Bot(menu)) as world:
        menu.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(menu)
        menu.shows = []
        await world.ann.click(shown, "+1")
        assert attached(shown) == {}
        menu.shows = [("a.txt", "A")]
        await world.ann.click(shown, "+1")
        assert list(attached(shown)) == ["a.txt"]


async def test_a_new_file_is_sent_though_nothing_else_has_changed() -> None:
    async with simulated(Bot(Album)) as world:
        Album.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Album)
        Album.shows = [("a.txt", "B")]
        session = world.sessions[0]
        for requests in (["edit"], []):
            with world.requests() as made:
                with world.as_bot():
                    session.refresh()
                await world.advance(5)
            assert made == requests
        assert uploaded(world) == 2
        assert list(attached(shown)) == ["a.txt"]


async def test_a_new_file_is_sent_though_more_clicks_wait() -> None:
    class Slow(Album):
        def files(self) -> list[discord.File]:
            return [file(f"{self.state.current.count}.txt")]

    async with simulated(Bot(Slow)) as world:
        shown = await world.ann.open_with(Slow)
        button_id = shown.buttons["Slow"]
        taps = [world.ann.tap(shown, button_id) for _ in range(3)]
        await world.advance(10)
        assert all(each.acknowledged for each in taps)
        assert list(attached(shown)) == ["3.txt"]
        assert uploaded(world) == 4


async def test_a_new_message_has_the_files_too_and_the_old_one_keeps_its_own() -> None:
    async with simulated(Bot(Album)) as world:
        Album.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Album)
        first = attached(shown)
        second = (await world.ann.click(shown, "New")).shown
        assert second.id != shown.id
        assert attached(shown) == first
        assert list(attached(second)) == ["a.txt"]
        assert attached(second) != first
        await world.ann.click(second, "+1")
        assert uploaded(world) == 2


@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_a_stale_click_is_answered_with_the_files_as_they_are(menu: type[Album]) -> None:
    async with simulated(Bot(menu)) as world:
        menu.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(menu)
        first = attached(shown)
        stale = shown.buttons["+1"].rsplit(":", 2)[0] + ":99:add"
        with world.requests() as made:
            await world.ann.press(shown, stale)
        assert made == ["update"]
        assert attached(shown) == first


async def test_a_layout_that_outlived_its_session_keeps_its_files_when_it_is_stripped() -> None:
    """Its components come back from Discord with addresses, which it would not take again."""
    async with simulated(Bot(Gallery)) as world:
        Gallery.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Gallery)
        first = attached(shown)
        await world.crash(Bot(Gallery))
        await world.ann.click(shown, "+1")
        (kept,) = [
            each for each in world.env.http_requests[-2].json["data"]["components"] if each["type"] == 13
        ]
        assert kept["file"] == {"url": "attachment://a.txt"}
        assert attached(shown) == first
        assert shown.labels == []


async def test_a_screen_of_nothing_but_a_file_is_one_and_loses_its_buttons_at_the_end() -> None:
    class Plain(Album):
        def render(self) -> Screen:
            return Screen(files=self.files())

    async with simulated(Bot(Plain)) as world:
        Plain.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Plain)
        first = attached(shown)
        await world.ann.click(shown, "Close")
        assert attached(shown) == first
        assert shown.labels == []
        assert shown.content == ""


@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_a_message_that_is_replaced_by_a_text_has_no_files(menu: type[Album]) -> None:
    async with simulated(Bot(menu)) as world:
        menu.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(menu)
        await world.ann.click(shown, "Cancel")
        assert attached(shown) == {}


@pytest.mark.parametrize("menu", [Album, Gallery])
async def test_a_message_that_is_shown_disabled_keeps_its_files(menu: type[Album]) -> None:
    class Lasting(menu):  # type: ignore[misc, valid-type]
        behavior = Behavior(end_display={"closed": "disable"})

    async with simulated(Bot(Lasting)) as world:
        Lasting.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Lasting)
        first = attached(shown)
        await world.ann.click(shown, "Close")
        assert attached(shown) == first
        assert shown.buttons == {}


async def test_progress_leaves_the_files_where_they_are() -> None:
    class Working(Gallery):
        @button("Work")
        async def work(self, ctx: MenuContext) -> None:
            async with ctx.progress("Working"):
                await takes(ctx, 1)

    async with simulated(Bot(Working)) as world:
        Working.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Working)
        first = attached(shown)
        await world.ann.click(shown, "Work")
        await world.advance(5)
        assert attached(shown) == first
        assert uploaded(world) == 1


class Names(BaseModel):
    one: str
    two: str
    three: str
    four: str
    five: str
    six: str


NamesForm = form(Names, title="Names")


class Filling(Album):
    @button("Fill", opens=NamesForm)
    async def fill(self, ctx: MenuContext, form: ModelForm[Names]) -> None: ...


@pytest.mark.parametrize("cleanup", ["edit", "post_and_strip"])
async def test_between_two_pages_of_a_form_the_files_stay(cleanup: Any) -> None:
    class Fills(Filling):
        behavior = Behavior(cleanup=cleanup)

    async with simulated(Bot(Fills)) as world:
        Fills.shows = [("a.txt", "A")]
        shown = await world.ann.open_with(Fills)
        first = attached(shown)
        opened = await world.ann.click(shown, "Fill")
        pages = dict.fromkeys(("One", "Two", "Three", "Four", "Five"), "x")
        between = (await world.ann.submit(opened, **pages)).shown
        assert "Continue" in between.labels
        assert attached(between) == first
        opened = await world.ann.click(between, "Continue")
        after = (await world.ann.submit(opened, Six="x")).shown
        assert list(attached(after)) == ["a.txt"]
        assert uploaded(world) == (1 if cleanup == "edit" else 2)
        await world.ann.click(after, "+1")
        assert list(attached(after)) == ["a.txt"]


async def test_a_slow_opening_and_an_ephemeral_menu_have_their_files() -> None:
    @slash("secret", description="Files for one")
    class Secret(Album):
        behavior = Behavior(ephemeral=True)

        async def setup(self, ctx: MenuContext) -> None:
            await takes(ctx, 2.5)

    async with simulated(Bot(Secret)) as world:
        Secret.shows = [("a.txt", "A")]
        opened = await world.ann.slash("secret")
        await world.advance(5)
        shown = opened.shown
        assert (shown.ephemeral, list(attached(shown))) == (True, ["a.txt"])
        await world.ann.click(shown, "+1")
        assert uploaded(world) == 1


async def test_files_are_sent_where_no_interaction_is_at_hand() -> None:
    async with simulated(Bot(Album)) as world:
        Album.shows = [("a.txt", "A")]
        sessions: list[Any] = []

        async def opens(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("In the channel:")
            channel: Any = interaction.channel
            sessions.append(await world.bot.flows.open(channel, Album, owner=interaction.user))

        await world.ann.do(opens)
        (session,) = sessions
        message = world.env.backend.get_message(world.channel.id, session.stage.message_id)
        assert [each["filename"] for each in message.attachments] == ["a.txt"]
        with world.requests() as made:
            with world.as_bot():
                session.menu.state.merge(count=5)
                session.refresh()
            await world.advance(5)
        assert made == ["channel edit"]
        assert uploaded(world) == 1


async def test_names_descriptions_and_spoilers_are_kept() -> None:
    class Described(Album):
        def files(self) -> list[discord.File]:
            return [file("a.txt", "A", spoiler=True, description="All of it")]

    async with simulated(Bot(Described)) as world:
        shown = await world.ann.open_with(Described)
        await world.ann.click(shown, "+1")
        (attachment,) = shown.message.attachments
        assert (attachment.filename, attachment.description) == ("SPOILER_a.txt", "All of it")
        assert world.env.backend.cdn.get(attachment.url) == b"A"


async def test_a_file_may_be_given_again_or_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"from a path")
    same = file("b.txt", "the same")

    class Mixed(Album):
        def files(self) -> list[discord.File]:
            return [discord.File(path), same]

    async with simulated(Bot(Mixed)) as world:
        shown = await world.ann.open_with(Mixed)
        await world.ann.click(shown, "+1")
        contents = [world.env.backend.cdn.get(each.url) for each in shown.message.attachments]
        assert contents == [b"from a path", b"the same"]
        assert uploaded(world) == 2


async def test_a_session_without_files_keeps_nothing_of_them() -> None:
    async with simulated(Bot(Album)) as world:
        Album.shows = []
        shown = await world.ann.open_with(Album)
        await world.ann.click(shown, "+1")
        assert world.sessions[0].stage.files == ()
        assert "attachments" not in world.env.http_requests[-1].json["data"]


@pytest.mark.case("S146")
@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([("a.txt", str(number)) for number in range(2)], "two files are named 'a.txt'"),
        ([(f"{number}.txt", "") for number in range(11)], "11 files, and Discord takes 10"),
    ],
)
async def test_files_that_discord_does_not_take_are_refused(
    files: list[tuple[str, str]], problem: str, incidents: Incidents
) -> None:
    async with simulated(Bot(Album)) as world:
        Album.shows = files
        ended: list[Any] = []

        async def opens(interaction: discord.Interaction[Any]) -> None:
            ended.append((await world.bot.flows.open(interaction, Album)).end)

        await world.ann.do(opens)
        assert ended[0].reason is EndReason.ERROR
        assert problem in str(ended[0].error)
        assert uploaded(world) == 0
        assert incidents()


@pytest.mark.case("S147")
async def test_texts_ping_whom_the_behavior_allows_and_nobody_else() -> None:
    class Loud(Menu[Count]):
        allowed: ClassVar[Behavior] = Behavior()

        def render(self) -> Screen | Layout:
            said = f"@everyone {self.state.current.count}"
            return Layout(discord.ui.TextDisplay(said)) if self.state.current.count else Screen(said)

        @button("+1")
        async def add(self, ctx: MenuContext) -> None:
            self.state.merge(count=1)

    class Louder(Loud):
        behavior = Behavior(allowed_mentions=discord.AllowedMentions(everyone=True, users=False, roles=False))

    for menu, allowed in ((Loud, []), (Louder, ["everyone"])):
        async with simulated(Bot(menu)) as world:
            shown = await world.ann.open_with(menu)
            await world.ann.click(shown, "+1")
            sent = [each.json["data"] for each in world.env.http_requests if each.path.endswith("/callback")]
            assert [each["allowed_mentions"]["parse"] for each in sent] == [allowed, allowed]
