"""Asking whether the user is sure: a menu of FlowCord's own, which behaves as the one that asks."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from flowcord import (
    Access,
    Behavior,
    EndReason,
    Layout,
    Menu,
    MenuContext,
    Modal,
    NavigationError,
    OptionsError,
    Screen,
    Texts,
    button,
    slash,
)
from tests.simcord.menus import page
from tests.simcord.world import Bot, Shown, simulated, takes


@slash("trash", description="Deletes things")
class Trash(Menu):
    def setup(self, ctx: MenuContext) -> None:
        self.log: list[Any] = []

    def render(self) -> Screen:
        return page("Trash", *map(str, self.log))

    @button("Delete")
    async def delete(self, ctx: MenuContext) -> None:
        try:
            self.log.append(await ctx.confirm("Sure?"))
            self.log.append(ctx.user.name)
        except asyncio.CancelledError:
            self.log.append("cancelled")
            raise

    @button("Keep")
    async def retain(self, ctx: MenuContext) -> None:
        self.log.append(await ctx.confirm("Keep it?", "Keep", "Drop", danger=False))

    @button("Wrong")
    async def wrong(self, ctx: MenuContext) -> None:
        for wrong in ((""), ("x" * 2001,), ("x", ""), ("x", "y", "n" * 81)):
            with pytest.raises(OptionsError, match="Confirm refuses these options"):
                await ctx.confirm(*wrong or ("",))
        self.log.append("refused")

    @button("Hasty")
    async def hasty(self, ctx: MenuContext) -> None:
        with pytest.raises(TypeError, match="nobody has answered yet"):
            if ctx.confirm("Sure?"):  # pyright: ignore[reportUnnecessaryComparison, reportUnusedCoroutine]
                self.log.append("deleted")
        self.log.append(await ctx.confirm("Sure?"))


@slash("panel", description="Shows a layout")
class Panel(Trash):
    def render(self) -> Layout:  # pyright: ignore
        return Layout(discord.ui.TextDisplay(f"Panel {self.log}"))


def text_of(shown: Shown) -> list[str]:
    return [each["content"] for each in walk_components(shown.message.components) if each["type"] == 10]


def styles(shown: Shown) -> dict[str, int]:
    return {each["label"]: each["style"] for each in shown._buttons()}


@pytest.mark.case("S77a")
@pytest.mark.parametrize(("label", "answer"), [("Yes", True), ("No", False), ("Back", False)])
async def test_the_question_stands_in_the_same_message_and_each_click_is_one_call(
    label: str, answer: bool
) -> None:
    async with simulated(Bot(Trash)) as world:
        menu = await world.ann.open("trash")
        with world.requests() as made:
            await world.ann.click(menu, "Delete")
        assert (menu.content, menu.title) == ("Sure?", None)
        assert styles(menu) == {"Yes": 4, "No": 2, "Back": 2}
        with world.requests() as more:
            await world.ann.click(menu, label)
        assert (made, more) == (["update"], ["update"])
        assert (menu.content, menu.lines) == ("", [str(answer), "ann"])
        assert "Back" not in menu.labels


@pytest.mark.case("S77a")
@pytest.mark.parametrize(("label", "answer"), [("Yes", True), ("No", False), ("Back", False)])
async def test_from_a_layout_the_question_is_one_too(label: str, answer: bool) -> None:
    async with simulated(Bot(Panel)) as world:
        menu = await world.ann.open("panel")
        with world.requests() as made:
            await world.ann.click(menu, "Delete")
        assert text_of(menu) == ["Sure?"]
        assert styles(menu) == {"Yes": 4, "No": 2, "Back": 2}
        with world.requests() as more:
            await world.ann.click(menu, label)
        assert (made, more) == (["update"], ["update"])
        assert text_of(menu) == [f"Panel [{answer}, 'ann']"]


@pytest.mark.case("S77b")
async def test_from_a_layout_progress_is_one_too_and_the_layout_returns() -> None:
    seen: list[list[str]] = []

    @slash("working", description="Works")
    class Working(Panel):
        @button("Work")
        async def work(self, ctx: MenuContext) -> None:
            async with ctx.progress("Working", 4) as bar:
                bar.update(2)
                await takes(ctx, 2)
                seen.append(text_of(menu))

    async with simulated(Bot(Working)) as world:
        menu = await world.ann.open("working")
        with world.requests() as made:
            await world.ann.click(menu, "Work")
            await world.advance(3)
        assert made == ["update", "edit", "edit"]
        assert seen == [["Working\n" + "▰" * 10 + "▱" * 10 + " 50 %"]]
        assert text_of(menu) == ["Panel []"]
        assert "Work" in menu.labels


async def test_a_question_that_nobody_awaits_is_no_yes() -> None:
    async with simulated(Bot(Trash)) as world:
        menu = await world.ann.open("trash")
        await world.ann.click(menu, "Hasty")
        await world.ann.click(menu, "Yes")
        assert menu.lines == ["True"]


@pytest.mark.case("S77a")
async def test_the_answers_may_be_named() -> None:
    async with simulated(Bot(Trash)) as world:
        menu = await world.ann.open("trash")
        await world.ann.click(menu, "Keep")
        assert (menu.content, styles(menu)) == ("Keep it?", {"Keep": 1, "Drop": 2, "Back": 2})
        await world.ann.click(menu, "Keep")
        assert menu.lines == ["True"]
        await world.ann.click(menu, "Wrong")
        assert menu.lines == ["True", "refused"]


@pytest.mark.case("S77a", "S75")
async def test_a_timeout_cancels_the_handler_that_asks() -> None:
    async with simulated(Bot(Trash)) as world:
        menu = await world.ann.open("trash")
        (session,) = world.sessions
        trash = session.menu
        await world.ann.click(menu, "Delete")
        world.trail.clear()
        await world.advance(300)
        assert session.end.reason is EndReason.TIMEOUT
        assert trash.log == ["cancelled"]
        assert world.ran("on_leave") == ["on_leave Confirm"]
        assert menu.content == "*This interaction has timed out.*"


@slash("ours", description="For everybody, and private, and patient")
class Ours(Trash):
    behavior = Behavior(ephemeral=True, timeout=60)
    texts = Texts(back="Never mind")


@slash("shared", description="For everybody")
class Shared(Trash):
    behavior = Behavior(access=Access.everyone())


async def test_the_question_is_as_private_as_the_menu_whatever_a_button_says_of_one_render() -> None:
    @slash("once", description="Posts its question")
    class Once(Ours):
        @button("Post", behavior=Behavior(cleanup="post_and_delete"))
        async def post(self, ctx: MenuContext) -> None:
            self.log.append(await ctx.confirm("Sure?"))

    async with simulated(Bot(Once)) as world:
        menu = await world.ann.open("once")
        with world.requests() as made:
            asked = await world.ann.click(menu, "Post")
        assert made == ["message", "delete"]
        assert (asked.shown.content, asked.shown.ephemeral) == ("Sure?", True)
        await world.ann.click(asked.shown, "Yes")
        assert asked.shown.lines == ["True"]


async def test_the_question_behaves_and_speaks_as_the_menu_that_asks() -> None:
    async with simulated(Bot(Ours, Shared)) as world:
        menu = await world.ann.open("ours")
        with world.requests() as made:
            await world.ann.click(menu, "Delete")
        assert (made, menu.ephemeral, menu.content) == (["update"], True, "Sure?")
        assert menu.labels == ["Yes", "No", "Never mind"]
        (session,) = world.sessions
        await world.advance(60)
        assert session.end.reason is EndReason.TIMEOUT

        menu = await world.ann.open("shared")
        await world.ann.click(menu, "Delete")
        await world.bob.click(menu, "Yes")
        assert menu.lines == ["True", "bob"]


class Why(Modal, title="Why?"):
    reason: Any = discord.ui.Label(text="reason", component=discord.ui.TextInput())


@slash("guarded", description="For everybody, but for one button")
class Guarded(Shared):
    @button("Wipe", access=Access.users(), clicks="queue")
    async def wipe(self, ctx: MenuContext) -> None:
        self.log.append(await ctx.confirm("Wipe?") and await ctx.confirm("Really?"))

    @button("Wipe because", opens=Why, access=Access.users())
    async def wipe_because(self, ctx: MenuContext, form: Why) -> None:
        await self.wipe(ctx)


async def test_whoever_may_not_press_the_button_may_not_confirm_it_either() -> None:
    async with simulated(Bot(Guarded)) as world:
        menu = await world.ann.open("guarded")
        assert (await world.bob.click(menu, "Wipe")).whispered == ["This menu belongs to somebody else."]
        for label in ("Wipe", "Wipe because"):
            clicked = await world.ann.click(menu, label)
            if label == "Wipe because":
                await world.ann.submit(clicked, reason="x")
            for question in ("Wipe?", "Really?"):
                assert menu.content == question
                refused = await world.bob.click(menu, "Yes")
                assert refused.whispered == ["This menu belongs to somebody else."]
                await world.ann.click(menu, "Yes")
        assert menu.lines == ["True", "True"]


@pytest.mark.case("S77")
@pytest.mark.parametrize("hook", ["setup", "on_enter", "before_render", "after_render", "on_action"])
@pytest.mark.parametrize("verb", ["ask", "confirm"])
async def test_a_hook_can_wait_for_nobody(hook: str, verb: str) -> None:
    refused: list[type[Exception]] = []

    async def wait(self: Any, ctx: Any) -> None:
        if hook == "setup":
            Trash.setup(self, ctx)
        try:
            await (ctx.confirm("Sure?") if verb == "confirm" else ctx.ask(Trash))
        except Exception as error:
            refused.append(type(error))

    hooked = slash("hooked", description="x")(type("Hooked", (Trash,), {hook: wait, "name": "hooked"}))
    async with simulated(Bot(hooked)) as world:
        menu = await world.ann.open("hooked")
        if hook == "on_action":
            await world.ann.click(menu, "Wrong")
        assert set(refused) == {NavigationError}


async def test_a_question_may_follow_an_answer() -> None:
    class Twice(Trash):
        @button("Twice")
        async def twice(self, ctx: MenuContext) -> None:
            self.log.append(await ctx.confirm("One?") and await ctx.confirm("Two?"))

    twice = slash("twice", description="x")(Twice)
    async with simulated(Bot(twice)) as world:
        menu = await world.ann.open("twice")
        await world.ann.click(menu, "Twice")
        await world.ann.click(menu, "Yes")
        assert menu.content == "Two?"
        await world.ann.click(menu, "No")
        assert menu.lines == ["False"]
