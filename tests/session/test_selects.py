"""Selects in a session: what their handlers get, and what stays shown as chosen."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord import SelectOption

from flowcord import (
    Button,
    ChannelSelect,
    GuardFailed,
    Layout,
    MentionableSelect,
    Menu,
    MenuContext,
    RoleSelect,
    Screen,
    Select,
    UserSelect,
    guard,
    select,
)
from tests.bed import opened
from tests.session.menus import Count, D, M, flow

COLORS = [SelectOption(label=each) for each in ("Red", "Green", "Blue")]


class Paint(M):
    chosen: tuple[Any, ...] = ()

    @select(options=COLORS, placeholder="Color", min_values=0, max_values=2)
    async def pick(self, ctx: MenuContext, values: list[str]) -> None:
        self.chosen = (*self.chosen, values)


@pytest.mark.case("S89")
async def test_the_handler_gets_what_was_chosen_in_order_and_each_choice_is_one_render() -> None:
    async with opened(Paint) as bed:
        session = await bed.open(Paint)
        for values in (["Blue", "Red"], []):
            bed.trail.clear()
            with bed.calls() as made:
                await bed.choose(session, "Color", *values)
            assert made == ["update"]
            assert bed.trail.count("after_render Paint") == 1
        assert session.menu.chosen == (["Blue", "Red"], [])


@pytest.mark.case("S92")
async def test_what_was_chosen_stays_shown_until_the_menu_is_left() -> None:
    async with opened(flow(Paint, D)) as bed:
        session = await bed.open(Paint)
        await bed.choose(session, "Color", "Blue", "Red")
        assert bed.shown(session).chosen("Color") == ["Red", "Blue"]
        await bed.click(session, "+1")
        assert bed.shown(session).chosen("Color") == ["Red", "Blue"]
        await bed.choose(session, "Color")
        assert bed.shown(session).chosen("Color") == []
        await bed.choose(session, "Color", "Green")
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert bed.shown(session).chosen("Color") == []


@pytest.mark.case("S92")
async def test_a_menu_that_is_returned_to_as_it_was_still_shows_what_was_chosen() -> None:
    class Kept(Paint):
        preserve_state_on_return = True

    async with opened(flow(Kept, D)) as bed:
        session = await bed.open(Kept)
        await bed.choose(session, "Color", "Green")
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert bed.shown(session).chosen("Color") == ["Green"]


@pytest.mark.case("S92")
async def test_nothing_stays_shown_where_it_is_not_to_be_remembered() -> None:
    class Forgetful(M):
        @select(options=COLORS, placeholder="Color", remember=False)
        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Forgetful) as bed:
        session = await bed.open(Forgetful)
        with bed.calls() as made:
            await bed.choose(session, "Color", "Red")
        assert made == ["defer"]
        assert bed.shown(session).chosen("Color") == []


@pytest.mark.case("S92")
async def test_what_render_sets_as_chosen_is_what_is_shown() -> None:
    class Own(M):
        def render(self) -> Screen:
            options = [SelectOption(label=each, default=each == "Blue") for each in ("Red", "Blue")]
            return Screen("Own", components=[Select(action=self.pick, options=options, placeholder="Color")])

        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Own) as bed:
        session = await bed.open(Own)
        await bed.choose(session, "Color", "Red")
        assert bed.shown(session).chosen("Color") == ["Blue"]


@pytest.mark.case("S92")
@pytest.mark.parametrize("placed", [False, True])
async def test_a_declared_default_is_shown_until_something_is_chosen(placed: bool) -> None:
    class Declared(M):
        def render(self) -> Screen:
            return Screen("Declared", components=[self.pick] if placed else [])

        @select(
            options=[SelectOption(label="Red"), SelectOption(label="Blue", default=True)],
            placeholder="Color",
            min_values=0,
        )
        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Declared) as bed:
        session = await bed.open(Declared)
        assert bed.shown(session).chosen("Color") == ["Blue"]
        await bed.choose(session, "Color", "Red")
        assert bed.shown(session).chosen("Color") == ["Red"]
        await bed.choose(session, "Color")
        assert bed.shown(session).chosen("Color") == []


@pytest.mark.case("S92")
async def test_only_what_still_exists_and_as_much_as_fits_stays_shown() -> None:
    class Shrinking(M):
        def render(self) -> Screen:
            shown = COLORS[self.state.current.count :]
            most = 2 if self.state.current.count < 2 else 1
            return Screen(
                "Shrinking",
                components=[Select(action=self.pick, options=shown, placeholder="Color", max_values=most)],
            )

        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Shrinking) as bed:
        session = await bed.open(Shrinking)
        await bed.choose(session, "Color", "Red", "Green")
        assert bed.shown(session).chosen("Color") == ["Red", "Green"]
        await bed.click(session, "+1")
        assert bed.shown(session).chosen("Color") == ["Green"]
        await bed.click(session, "+1")
        assert bed.shown(session).chosen("Color") == []


async def test_a_choice_of_which_more_remain_than_may_be_chosen_now_is_shown_in_part() -> None:
    class Fewer(M):
        def render(self) -> Screen:
            most = 2 - self.state.current.count
            pick = Select(action=self.pick, options=COLORS, placeholder="Color", max_values=most)
            return Screen("Fewer", components=[pick])

        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Fewer) as bed:
        session = await bed.open(Fewer)
        await bed.choose(session, "Color", "Blue", "Red")
        await bed.click(session, "+1")
        assert bed.shown(session).chosen("Color") == ["Blue"]


@pytest.mark.case("S81")
async def test_a_choice_that_is_refused_is_a_notice_and_what_was_chosen_before_stays() -> None:
    class Picky(M):
        @select(
            options=COLORS,
            placeholder="Color",
            guard=guard(lambda menu, ctx: ctx.values != ["Red"], "no red"),
        )
        async def pick(self, ctx: MenuContext, values: list[str]) -> None:
            if values == ["Blue"]:
                raise GuardFailed("no blue")

    async with opened(Picky) as bed:
        session = await bed.open(Picky)
        await bed.choose(session, "Color", "Blue")
        assert (bed.shown(session).content, bed.shown(session).chosen("Color")) == ("no blue\nM 0", [])
        await bed.choose(session, "Color", "Green")
        with bed.calls() as made:
            await bed.choose(session, "Color", "Red")
        assert made == ["update"]
        assert (bed.shown(session).content, bed.shown(session).chosen("Color")) == ("no red\nM 0", ["Green"])
        assert "on_error Picky" not in bed.trail


@pytest.mark.case("S93")
async def test_a_value_that_is_not_shown_is_stale_and_nothing_runs() -> None:
    async with opened(Paint) as bed:
        session = await bed.open(Paint)
        with bed.calls() as made:
            await bed.choose(session, "Color", "Red", "Mauve")
        assert made == ["update"]
        assert session.menu.chosen == ()
        assert bed.trail.count("on_action Paint") == 0


@pytest.mark.case("S36")
async def test_on_action_runs_before_the_handler_of_a_select() -> None:
    async with opened(Paint) as bed:
        session = await bed.open(Paint)
        bed.trail.clear()
        await bed.choose(session, "Color", "Red")
        assert bed.trail == ["on_action Paint", "before_render Paint", "after_render Paint"]


def user(number: str) -> dict[str, Any]:
    return {"id": number, "username": f"user {number}", "discriminator": "0", "avatar": None}


def channel(number: str, kind: int = 0) -> dict[str, Any]:
    """A channel as Discord resolves it; of kind 11, a thread."""
    archived = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2024-01-01T00:00:00Z"}
    return {
        "id": number,
        "name": f"channel {number}",
        "type": kind,
        "permissions": "0",
        "last_message_id": None,
        "topic": None,
        "position": 0,
        "parent_id": "1",
        "owner_id": "1",
        "message_count": 1,
        "member_count": 1,
        "thread_metadata": archived,
    }


class Directory(M):
    chosen: tuple[str, ...] = ()

    def render(self) -> Screen:
        return Screen(
            "Directory",
            components=[
                UserSelect(action=self.users, placeholder="Users", max_values=3),
                ChannelSelect(action=self.channels, placeholder="Channels", min_values=2, max_values=3),
                MentionableSelect(action=self.anyone, placeholder="Anyone", max_values=3),
            ],
        )

    async def users(self, ctx: MenuContext, values: list[Any]) -> None:
        self.chosen = tuple(each.name for each in values)

    async def channels(self, ctx: MenuContext, values: list[Any]) -> None:
        self.chosen = tuple(each.name for each in values)

    async def anyone(self, ctx: MenuContext, values: list[Any]) -> None:
        self.chosen = tuple(type(each).__name__ for each in values)


@pytest.mark.case("S90", "S92")
async def test_objects_are_resolved_in_discords_order_and_stay_shown() -> None:
    async with opened(Directory) as bed:
        session = await bed.open(Directory)
        await bed.choose(session, "Users", "3", "2", users={each: user(each) for each in ("2", "3")})
        assert session.menu.chosen == ("user 3", "user 2")
        channels = {"5": channel("5"), "4": channel("4", 11)}
        await bed.choose(session, "Channels", "4", "5", channels=channels)
        assert session.menu.chosen == ("channel 4", "channel 5")
        await bed.choose(session, "Anyone", "9", "2", users={"2": user("2")})
        assert session.menu.chosen == ("Object", "User")
        shown = bed.shown(session).selects
        assert shown["Users"]["default_values"] == [{"id": "3", "type": "user"}, {"id": "2", "type": "user"}]
        assert shown["Channels"]["default_values"] == [
            {"id": "4", "type": "channel"},
            {"id": "5", "type": "channel"},
        ]


@pytest.mark.case("S92")
async def test_the_default_objects_that_render_sets_are_shown() -> None:
    class Own(M):
        def render(self) -> Screen:
            ann = discord.Object(7, type=discord.User)
            return Screen(
                "Own", components=[UserSelect(action=self.pick, placeholder="Who", default_values=[ann])]
            )

        async def pick(self, ctx: MenuContext, values: list[Any]) -> None: ...

    async with opened(Own) as bed:
        session = await bed.open(Own)
        await bed.choose(session, "Who", "2", users={"2": user("2")})
        assert bed.shown(session).chosen("Who") == [7]


@pytest.mark.parametrize("slow", [False, True])
async def test_options_and_visibility_may_be_asked_of_the_menu(slow: bool) -> None:
    def asked(question: Any) -> Any:
        async def ask(menu: Any) -> Any:
            await asyncio.sleep(0)
            return question(menu)

        return ask if slow else question

    class Asking(M):
        @select(
            options=asked(
                lambda menu: [SelectOption(label=str(menu.state.current.count + each)) for each in (0, 1)]
            ),
            placeholder=asked(lambda menu: f"From {menu.state.current.count}"),
            visible=asked(lambda menu: menu.state.current.count < 2),
        )
        async def pick(self, ctx: MenuContext, values: list[str]) -> None:
            self.state.merge(count=int(values[0]))

    async with opened(Asking) as bed:
        session = await bed.open(Asking)
        await bed.choose(session, "From 0", "1")
        assert bed.shown(session).chosen("From 1") == ["1"]
        await bed.choose(session, "From 1", "2")
        assert bed.shown(session).selects == {}


@pytest.mark.case("S88")
async def test_a_select_stands_where_render_placed_it_and_there_only() -> None:
    class Placed(M):
        def render(self) -> Screen:
            row: Any = discord.ui.ActionRow(self.second)
            return Screen("Placed", components=[row, Button("First", action=self.first)])

        async def first(self, ctx: MenuContext) -> None: ...

        @select(options=COLORS, placeholder="Second")
        async def second(self, ctx: MenuContext, values: list[str]) -> None:
            self.state.merge(count=len(values[0]))

    async with opened(Placed) as bed:
        session = await bed.open(Placed)
        rows = [[each["custom_id"].rsplit(":")[-1] for each in row] for row in bed.shown(session).rows]
        assert rows == [["second"], ["first", "add", "go", "close_it", "do_it"]]
        await bed.choose(session, "Second", "Green")
        assert session.menu.state.current.count == 5
        assert bed.shown(session).chosen("Second") == ["Green"]


async def test_a_choice_in_a_select_that_is_disabled_is_stale() -> None:
    class Roles(Menu):
        def render(self) -> Screen:
            return Screen("Roles")

        @select(cls=RoleSelect, placeholder="Roles", disabled=True)
        async def roles(self, ctx: MenuContext, values: list[Any]) -> None:
            raise AssertionError("it is disabled")

    async with opened(Roles) as bed:
        session = await bed.open(Roles)
        with bed.calls() as made:
            await bed.choose(session, "Roles", "1")
        assert made == ["update"]


@pytest.mark.case("S88", "S92")
async def test_a_select_in_a_layout_and_one_after_it_remember_as_well() -> None:
    class Boxed(Menu[Count]):
        def render(self) -> Layout:
            inside = Select(action=self.pick, args=(1,), options=COLORS, placeholder="Inside")
            return Layout(discord.ui.Container(discord.ui.TextDisplay("Boxed"), inside))

        async def pick(self, ctx: MenuContext, values: list[str], number: int) -> None:
            self.state.merge(count=self.state.current.count + number)

        @select(options=COLORS, placeholder="After")
        async def after(self, ctx: MenuContext, values: list[str]) -> None:
            await self.pick(ctx, values, 10)

    async with opened(Boxed) as bed:
        session = await bed.open(Boxed)
        await bed.choose(session, "Inside", "Green")
        await bed.choose(session, "After", "Blue")
        assert session.menu.state.current.count == 11
        shown = bed.shown(session)
        assert (shown.chosen("Inside"), shown.chosen("After")) == (["Green"], ["Blue"])


async def test_a_select_made_in_render_may_be_invisible() -> None:
    class Shy(M):
        def render(self) -> Screen:
            shown = Select(
                action=self.pick, options=COLORS, placeholder="Shy", visible=self.state.current.count > 0
            )
            asking = UserSelect(
                action=self.pick,
                key="asking",
                placeholder="Asking",
                visible=lambda menu: not menu.state.current.count,
            )
            return Screen("Shy", components=[shown, asking])

        async def pick(self, ctx: MenuContext, values: list[str]) -> None: ...

    async with opened(Shy) as bed:
        session = await bed.open(Shy)
        assert list(bed.shown(session).selects) == ["Asking"]
        await bed.click(session, "+1")
        assert list(bed.shown(session).selects) == ["Shy"]
