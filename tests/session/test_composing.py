"""Composing: what `render` placed, in a message of either kind, with ids of its own."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import Button, DefinitionError, Layout, Menu, MenuContext, ScreenLimitError, button
from flowcord.menu.actions import close
from flowcord.wire.payload import COMPONENTS_V2
from tests.bed import Bed, opened
from tests.session.menus import Count

ui = discord.ui


class Board(Menu[Count]):
    """A layout in which the same can be clicked in every place."""

    def render(self) -> Layout:
        count = self.state.current.count
        return Layout(
            ui.TextDisplay(f"{count} clicks"),
            ui.Section("Section", accessory=Button("in a section", action=self.add, args=("section",))),
            ui.ActionRow(Button("in a row", action=self.add, args=("row",)), id=9),
            ui.Container(
                ui.TextDisplay("Container"),
                Button("bare", action=self.add, args=("bare",)),
                Button("bare too", action=self.add, args=("bare too",)),
                ui.ActionRow(Button("in its row", action=self.add, args=("inner row",))),
                ui.Section("Inner", accessory=self.done),
                accent_color=0xFF0000,
                spoiler=True,
            ),
            Button("bare on top", action=self.add, args=("top",)),
        )

    async def add(self, ctx: MenuContext, where: str) -> None:
        self.state.merge(count=self.state.current.count + 1)
        _clicked.append(where)

    @button("Other")
    async def other(self, ctx: MenuContext) -> None:
        await self.done(ctx)

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        _clicked.append("done")


_clicked: list[str] = []


@pytest.mark.case("S88")
async def test_buttons_of_a_layout_are_put_into_rows_and_never_dropped() -> None:
    async with opened(Board) as bed:
        session = await bed.open(Board)
        shown = bed.shown(session)
        assert shown.outline == [
            "0 clicks",
            ["Section", "in a section"],
            ["in a row"],
            ["Container", ["bare", "bare too"], ["in its row"], ["Inner", "Done"]],
            ["bare on top", "Other"],
        ]
        assert [each["type"] for each in shown.components] == [10, 9, 1, 17, 1]
        assert [each["type"] for each in shown.components[3]["components"]] == [10, 1, 1, 9]


@pytest.mark.case("S88")
async def test_buttons_dispatch_wherever_they_stand() -> None:
    _clicked.clear()
    async with opened(Board) as bed:
        session = await bed.open(Board)
        for label in ("in a section", "in a row", "bare", "bare too", "in its row", "bare on top", "Done"):
            await bed.click(session, label)
        assert _clicked == ["section", "row", "bare", "bare too", "inner row", "top", "done"]
        assert bed.shown(session).texts[0] == "6 clicks"


@pytest.mark.case("S88")
async def test_a_decorated_button_stands_where_it_was_placed_only_and_may_be_called() -> None:
    _clicked.clear()
    async with opened(Board) as bed:
        session = await bed.open(Board)
        assert bed.shown(session).labels.count("Done") == 1
        await bed.click(session, "Other")
        assert _clicked == ["done"]


async def test_attributes_of_items_are_kept() -> None:
    async with opened(Board) as bed:
        session = await bed.open(Board)
        shown = bed.shown(session)
        row, container = shown.components[2:4]
        assert row["id"] == 9
        assert (container["accent_color"], container["spoiler"]) == (0xFF0000, True)


async def test_a_layout_says_what_kind_of_message_it_is_and_pings_nobody() -> None:
    async with opened(Board) as bed:
        session = await bed.open(Board)
        assert session.stage.message_id is not None
        payload = bed.wire.shown(session.stage.message_id)
        assert payload["flags"] & COMPONENTS_V2
        assert payload["allowed_mentions"] == {"parse": []}


async def test_developers_items_are_never_changed() -> None:
    placed: dict[str, Any] = {}

    class Same(Menu):
        def render(self) -> Layout:
            if not placed:
                own = Button("Own", action=self.own)
                placed.update(own=own, row=ui.ActionRow(own), text=ui.TextDisplay("x"))
                placed["container"] = ui.Container(placed["text"], placed["row"])
                placed["before"] = placed["container"].to_component_dict()
            return Layout(placed["container"])

        async def own(self, ctx: MenuContext) -> None:
            await ctx.refresh()

    async with opened(Same) as bed:
        session = await bed.open(Same)
        await bed.click(session, "Own")
        assert placed["container"].to_component_dict() == placed["before"]
        assert placed["own"].custom_id == "unsent"


async def test_an_equal_layout_is_acknowledged_and_not_sent() -> None:
    async with opened(Board) as bed:
        session = await bed.open(Board)
        with bed.calls() as made:
            await bed.click(session, "Done")
            await bed.click(session, "bare")
        assert made == ["defer", "update"]


# Notices -------------------------------------------------------------------------------------------


class Noticing(Menu[Count]):
    filler = 0

    def render(self) -> Layout:
        return Layout(ui.TextDisplay("words"), *[ui.Separator() for _ in range(self.filler)])

    @button("Say")
    async def say(self, ctx: MenuContext) -> None:
        ctx.notify("one")
        ctx.notify("two")

    @button("Quiet")
    async def quiet(self, ctx: MenuContext) -> None: ...


async def test_notices_stand_on_top_of_a_layout_once() -> None:
    async with opened(Noticing) as bed:
        session = await bed.open(Noticing)
        await bed.click(session, "Say")
        assert bed.shown(session).texts == ["one\ntwo", "words"]
        await bed.click(session, "Quiet")
        assert bed.shown(session).texts == ["words"]


async def test_a_notice_that_would_break_a_limit_is_said_to_the_user_alone() -> None:
    class Full(Noticing):
        filler = 36  # with the text, the row and its two buttons: 40

    async with opened(Full) as bed:
        session = await bed.open(Full)
        await bed.click(session, "Say")
        assert bed.shown(session).texts == ["words"]
        assert bed.wire.whispers == ["one", "two"]


# What is refused -----------------------------------------------------------------------------------


async def error_of(bed: Bed, menu: type[Menu[Any, Any, Any]]) -> Exception:
    session = await bed.open(menu)
    assert session.end is not None
    assert session.end.error is not None
    bed.incidents()
    assert bed.wire.calls == ["message"]
    return session.end.error


@pytest.mark.case("S146")
async def test_a_layout_over_limits_is_refused_with_all_violations_and_nothing_is_sent() -> None:
    class Shop(Menu):
        def render(self) -> Layout:
            return Layout(
                ui.TextDisplay("x" * 4001),
                ui.MediaGallery(),
                ui.Container(Button("B" * 81, action=close()), ui.ActionRow()),
            )

    async with opened(Shop) as bed:
        error = await error_of(bed, Shop)
        assert isinstance(error, ScreenLimitError)
        assert [each.split(":")[0] for each in error.violations] == [
            "Shop → Layout",
            "Shop → Layout[1] → MediaGallery",
            f"Shop → Layout[2] → Container[0] → Button {'B' * 20!r}… → label",
            "Shop → Layout[2] → Container[1] → ActionRow",
        ]


@pytest.mark.case("S146")
async def test_decorated_and_reserved_items_count_towards_the_limit() -> None:
    class Full(Noticing):
        filler = 35
        cancellable = True  # its row, and the button in it

    async with opened(Full) as bed:
        error = await error_of(bed, Full)
        assert "41 components" in str(error)


@pytest.mark.parametrize("item", ["words", None, Button], ids=repr)
def test_a_layout_is_made_of_items(item: Any) -> None:
    with pytest.raises(DefinitionError, match=r"Layout\[1\] is "):
        Layout(ui.TextDisplay("x"), item)
