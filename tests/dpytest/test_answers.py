"""How a session answers, seen from Discord: which requests, when, by which token."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord.ext import commands
from pydantic import BaseModel

from flowcord import Access, Behavior, FlowCord, Menu, MenuContext, Modal, Screen, button, slash
from flowcord.testing import Harness

Item = Any


class MenuBot(commands.Bot):
    """A bot of a few menus, without a database."""

    def __init__(self, *menus: type[Menu[Any, Any, Any]]) -> None:
        super().__init__(commands.when_mentioned, intents=discord.Intents.default())
        self.flows = FlowCord(self)
        self.menus = menus

    async def setup_hook(self) -> None:
        self.flows.add(*self.menus)
        await self.flows.start()
        await self.tree.sync()

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


class Count(BaseModel):
    count: int = 0


class Base(Menu[Count]):
    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title=f"Count: {self.state.current.count}"))

    def add(self, number: int = 1) -> None:
        with self.state.edit() as state:
            state.count += number


@slash("slow", description="Actions that take their time")
class Slow(Base):
    @button("1.9 s")
    async def nearly(self, ctx: MenuContext) -> None:
        await asyncio.sleep(1.9)
        self.add()

    @button("2.5 s")
    async def slowly(self, ctx: MenuContext) -> None:
        await asyncio.sleep(2.5)
        self.add()

    @button("Known to be slow", defer=True)
    async def known(self, ctx: MenuContext) -> None:
        await asyncio.sleep(1)
        self.add()

    @button("Nothing")
    async def nothing(self, ctx: MenuContext) -> None: ...

    @button("Quick")
    async def quick(self, ctx: MenuContext) -> None:
        self.add(10)


@pytest.fixture
def flowcord_bot() -> MenuBot:
    return MenuBot(Slow, Guarded, Asking)


@pytest.mark.case("S98")
async def test_an_action_of_less_than_two_seconds_is_one_call(harness: Harness) -> None:
    menu = (await harness.slash("slow")).message
    result = await harness.click("1.9 s")
    assert result.calls == []
    await harness.advance(1.9)

    assert result.call_names == ["response.edit_message"]
    assert result.answered_after == pytest.approx(1.9)
    assert menu.title == "Count: 1"


@pytest.mark.case("S98")
async def test_a_longer_action_is_deferred_after_two_seconds_and_edited_once(harness: Harness) -> None:
    menu = (await harness.slash("slow")).message
    result = await harness.click("2.5 s")
    await harness.advance(3)

    assert [call.name.split(".")[1] for call in result.calls] == ["defer", "edit"]
    assert [call.at for call in result.calls] == [2.0, 2.5]
    assert menu.title == "Count: 1"


@pytest.mark.case("S98")
async def test_an_action_known_to_be_slow_is_deferred_at_once(harness: Harness) -> None:
    await harness.slash("slow")
    result = await harness.click("Known to be slow")
    await harness.advance(1)

    assert [(call.name.split(".")[1], call.at) for call in result.calls] == [("defer", 0.0), ("edit", 1.0)]


@pytest.mark.case("S99")
async def test_an_equal_screen_is_one_defer_and_its_buttons_still_work(harness: Harness) -> None:
    menu = (await harness.slash("slow")).message
    result = await harness.click("Nothing")
    assert result.call_names == ["response.defer"]

    await harness.click("Quick")
    assert menu.title == "Count: 10"


@pytest.mark.case("S94a", "S96")
async def test_clicks_during_an_action_wait_their_turn_and_are_acknowledged(harness: Harness) -> None:
    menu = (await harness.slash("slow")).message
    first = await harness.click("2.5 s")
    waiting = [harness.press("Quick") for _ in range(3)]
    await harness.settle()
    assert not first.acknowledged
    await harness.advance(2.5)

    assert menu.title == "Count: 31"
    assert all(result.acknowledged for result in (first, *waiting))


@slash("guarded", description="For everybody")
class Guarded(Base):
    behavior = Behavior(access=Access.everyone(), ephemeral=True, timeout=3600)

    @button("Quick")
    async def quick(self, ctx: MenuContext) -> None:
        self.add()


@pytest.mark.case("S108")
async def test_an_ephemeral_menu_ends_before_its_token_does(harness: Harness) -> None:
    menu = (await harness.slash("guarded")).message
    await harness.advance(600)
    await harness.click("Quick")
    await harness.advance(869)
    assert menu.live
    await harness.advance(1)

    assert not menu.live
    assert harness.calls[-1].refused is None


@pytest.mark.case("S107")
async def test_every_screen_arrives_for_forty_minutes(harness: Harness) -> None:
    menu = (await harness.slash("guarded")).message
    for minute in range(4, 44, 4):
        await harness.advance(240)
        await harness.click("Quick")
        assert menu.title == f"Count: {minute // 4}"


class Form(Modal, title="Form"):
    text: Item = discord.ui.Label(text="Text", component=discord.ui.TextInput())
    colour: Item = discord.ui.Label(
        text="Colour",
        component=discord.ui.Select(
            options=[discord.SelectOption(label="Red"), discord.SelectOption(label="Blue")]
        ),
    )
    friend: Item = discord.ui.Label(text="Friend", component=discord.ui.UserSelect(required=False))
    file: Item = discord.ui.Label(text="File", component=discord.ui.FileUpload(required=False))
    sure: Item = discord.ui.Label(text="Sure", component=discord.ui.Checkbox())


@slash("asking", description="A form")
class Asking(Base):
    got: tuple[Any, ...] = ()

    @button("Fill in", opens=Form)
    async def fill(self, ctx: MenuContext, form: Form) -> None:
        type(self).got = (
            form.text.component.value,
            form.colour.component.values,
            [user.name for user in form.friend.component.values],
            [file.filename for file in form.file.component.values],
            form.sure.component.value,
        )
        self.add()


@pytest.mark.case("S119")
async def test_a_form_delivers_each_value(harness: Harness) -> None:
    menu = (await harness.slash("asking")).message
    opened = await harness.click("Fill in")
    assert opened.call_names == ["response.send_modal"]
    sent = await harness.submit(
        Text="hello", Colour="Blue", Friend=harness.bob, File=("a.txt", b"abc"), Sure=True
    )

    assert sent.call_names == ["response.edit_message"]
    assert menu.title == "Count: 1"
    assert Asking.got == ("hello", ["Blue"], ["bob"], ["a.txt"], True)


@pytest.mark.case("S119")
async def test_optional_values_of_a_form_may_be_empty(harness: Harness) -> None:
    await harness.slash("asking")
    await harness.open_modal("Fill in")
    await harness.submit(Text="hello", Colour="Red")

    assert Asking.got == ("hello", ["Red"], [], [], False)
