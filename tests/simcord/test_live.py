"""Live menus: shown again when the stored data that is on their screens changes, wherever it was changed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from flowcord import (
    EndReason,
    Flow,
    Menu,
    MenuContext,
    Scope,
    Screen,
    button,
    client_data,
    collection,
    slash,
    state,
)
from flowcord.store import Address, Merge, Policy, Store
from tests.simcord.menus import page
from tests.simcord.world import Bot, World, simulated


class Votes(BaseModel):
    yes: int = 0


class Secret(BaseModel):
    code: int = 0


class Note(BaseModel):
    text: str = ""


class Poll(Menu):
    votes = state(Votes, scope=Scope.PROJECT)
    secret = state(Secret, scope=Scope.USER)

    @client_data
    def yes(self) -> int:
        return self.votes.value.yes

    def render(self) -> Screen:
        renders[type(self).__name__] = renders.get(type(self).__name__, 0) + 1
        return page("Poll", f"Yes: {self.yes}")

    @button("Vote")
    async def vote(self, ctx: MenuContext) -> None:
        await self.votes.increment(yes=1)

    @button("Whisper")
    async def whisper(self, ctx: MenuContext) -> None:
        await self.secret.increment(code=1)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(Away)


renders: dict[str, int] = {}


@slash("still", description="A poll that is not live")
class Still(Poll):
    pass


@slash("poll", description="A live poll")
class LivePoll(Poll):
    live = True


class Away(Menu):
    votes = state(Votes, scope=Scope.PROJECT)

    def render(self) -> Screen:
        return page("Away")


class PollFlow(Flow):
    kind = "poll"
    menus = (LivePoll, Still, Away)


def bot(database: str, *flows: Any) -> Bot:
    renders.clear()
    return Bot(*(flows or (PollFlow,)), database=database)


async def vote(world: World, times: int = 1) -> None:
    """Vote from outside of every session."""
    flows = world.bot.flows
    with world.as_bot():
        votes = await flows.load(LivePoll.votes, str(world.guild.id))
        for _ in range(times):
            await votes.increment(yes=1)
    await world.env.settle()


@pytest.mark.case("S154a")
async def test_live_menus_show_a_burst_of_writes_at_once_and_again_after_a_second(database: str) -> None:
    async with simulated(bot(database)) as world:
        first, second = await world.ann.open("poll"), await world.bob.open("poll")
        third = await world.bob.open("still")
        sessions = world.sessions
        await world.advance(200)
        with world.requests() as made:
            await vote(world)
        assert made == ["edit", "edit"]
        assert [menu.lines for menu in (first, second, third)] == [["Yes: 1"], ["Yes: 1"], ["Yes: 0"]]
        with world.requests() as made:
            await vote(world, times=9)
            assert first.lines == ["Yes: 1"]
            await world.advance(1)
        assert made == ["edit", "edit"]
        assert [menu.lines for menu in (first, second, third)] == [["Yes: 10"], ["Yes: 10"], ["Yes: 0"]]
        await world.advance(99)
        assert {session.end.reason for session in sessions} == {EndReason.TIMEOUT}


@pytest.mark.case("S154a")
async def test_after_it_was_left_a_live_menu_is_not_shown_again(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        await world.ann.click(menu, "Go")
        with world.requests() as made:
            await vote(world)
            await world.advance(2)
        assert made == []
        await world.ann.click(menu, "Back")
        assert menu.lines == ["Yes: 1"]
        await vote(world)
        assert menu.lines == ["Yes: 2"]


@pytest.mark.case("S154a")
async def test_a_click_that_writes_what_its_screen_shows_costs_one_call_and_one_render(
    database: str,
) -> None:
    async with simulated(bot(database)) as world:
        mine, theirs = await world.ann.open("poll"), await world.bob.open("poll")
        renders.clear()
        with world.requests() as made:
            await world.ann.click(mine, "Vote")
            await world.heard(1)
            await world.advance(5)
        assert (mine.lines, theirs.lines) == (["Yes: 1"], ["Yes: 1"])
        assert sorted(made) == ["edit", "update"]
        assert renders == {"LivePoll": 2}


async def test_what_was_not_read_for_the_screen_is_not_watched(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        other = await world.ann.open("still")
        renders.clear()
        await world.ann.click(other, "Whisper")
        await world.advance(2)
        assert renders == {"Still": 1}
        assert menu.lines == ["Yes: 0"]


@pytest.mark.case("S154a")
async def test_a_write_of_another_process_is_shown(database: str) -> None:
    async with simulated(bot(database)) as world:
        menu = await world.ann.open("poll")
        await write_elsewhere(database, Address("project", str(world.guild.id), ""), {"yes": 41})
        await world.heard(1)
        assert menu.lines == ["Yes: 41"]


async def write_elsewhere(database: str, address: Address, fields: dict[str, Any]) -> None:
    """Write as another process does."""
    store = Store(database)
    await store.start()
    try:
        await store.write(address, Merge(fields), Policy())
    finally:
        await store.close()


class Pad(Menu):
    """Shows a collection in every way there is, and nothing twice."""

    live = True
    notes = collection(Note, scope=Scope.USER)
    shown = ""

    async def on_enter(self, ctx: MenuContext) -> None:
        self.kept = await self.notes.find("kept")

    @client_data
    async def text(self) -> str:
        match self.shown:
            case "list":
                return " ".join(note.value.text for note in await self.notes.list())
            case "count":
                return str(await self.notes.count())
            case "find":
                found = await self.notes.find("a")
                return "-" if found is None else found.value.text
            case "other":
                return str(await (await self.notes.of(1)).count())
            case _:
                return "" if self.kept is None else self.kept.value.text

    def render(self) -> Screen:
        return page("Pad", self.text)


@pytest.mark.case("S154a")
@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        ("list", ["old", "new old", "newer old", "old"]),
        ("count", ["1", "2", "2", "1"]),
        ("find", ["-", "new", "newer", "-"]),
        ("other", ["0", "0", "0", "0"]),
        ("kept", ["old", "old", "old", "old"]),
    ],
)
async def test_items_that_come_change_and_go_are_shown(shown: str, lines: list[str], database: str) -> None:
    class ThisPad(Pad):
        pass

    ThisPad.shown = shown
    async with simulated(bot(database, ThisPad)) as world:
        with world.as_bot():
            notes = await world.bot.flows.load(ThisPad.notes, str(world.ann.id))
            await notes.create(Note(text="old"), key="kept")
        menu = await world.ann.open_with(ThisPad)
        seen = [menu.lines[0]]
        for change in ("create", "change", "delete"):
            with world.as_bot():
                if change == "create":
                    note = await notes.create(Note(text="new"), key="a")
                elif change == "change":
                    await note.patch(text="newer")
                else:
                    await notes.delete("a")
            await world.advance(2)
            seen += menu.lines
        assert seen == lines


@pytest.mark.case("S154a")
async def test_a_handle_kept_in_the_menu_is_reloaded_with_the_rest(database: str) -> None:
    async with simulated(bot(database, Pad)) as world:
        with world.as_bot():
            notes = await world.bot.flows.load(Pad.notes, str(world.ann.id))
            await notes.create(Note(text="old"), key="kept")
        menu = await world.ann.open_with(Pad)
        address = Address("user", str(world.ann.id), "notes/kept")
        before = world.bot.flows.stats()["notifications"]
        await write_elsewhere(database, address, {"text": "new"})
        await world.heard(int(before) + 1)
        await world.advance(1)
        assert menu.lines == ["new"]


@pytest.mark.case("S154a")
async def test_what_a_screen_reads_in_render_is_watched_too(database: str) -> None:
    class Exposed(Menu):
        live = True
        votes = state(Votes, scope=Scope.PROJECT, expose=True)

        def render(self) -> Screen:
            return page("Exposed", f"Yes: {self.votes.value.yes}")

    async with simulated(bot(database, PollFlow, Exposed)) as world:
        menu = await world.ann.open_with(Exposed)
        await vote(world)
        assert menu.lines == ["Yes: 1"]


async def test_when_changes_may_have_been_missed_every_live_menu_is_shown_again(database: str) -> None:
    async with simulated(bot(database)) as world:
        await world.ann.open("poll")
        await world.ann.open("still")
        renders.clear()
        with world.as_bot():
            world.bot.flows._store._on_lost_track()
        await world.env.settle()
        assert renders == {"LivePoll": 1}


async def test_what_changes_while_a_screen_is_made_is_shown_by_the_next(database: str) -> None:
    class Careless(Poll):
        live = True

        @client_data
        async def late(self) -> int:
            yes = self.votes.value.yes
            if yes == 0:
                await write_elsewhere(database, Address("project", str(world.guild.id), ""), {"yes": 1})
            return yes

        def render(self) -> Screen:
            return page("Careless", f"Yes: {self.late}")

    async with simulated(bot(database, Careless)) as world:
        menu = await world.ann.open_with(Careless)
        await world.heard(1)
        assert menu.lines == ["Yes: 1"]


async def test_nothing_is_watched_when_every_session_has_ended(database: str) -> None:
    async with simulated(bot(database)) as world:
        for _ in range(3):
            await world.ann.open("poll")
        live = world.bot.flows._runtime.live
        assert live._watching._watchers
        await world.advance(300)
        assert not live._watching._watchers
        assert not live._watching._keys


async def test_sessions_are_refreshed_by_the_scope_they_store_in(database: str) -> None:
    async with simulated(bot(database)) as world:
        await world.ann.open("poll")
        await world.bob.open("still")
        flows, project = world.bot.flows, str(world.guild.id)
        renders.clear()
        with world.as_bot():
            assert flows.refresh(scope=(Scope.PROJECT, project)) == 2
            assert flows.refresh(scope=(Scope.PROJECT, "elsewhere")) == 0
            assert flows.refresh(scope=(Scope.USER, str(world.ann.id))) == 1
        await world.env.settle()
        assert renders == {"LivePoll": 1, "Still": 1}
