"""Clicks that come while an action runs: kept, dropped, the newest alone, or once for each picture."""

from __future__ import annotations

from typing import Any

import pytest
from discord import SelectOption

from flowcord import (
    Access,
    Behavior,
    Button,
    DefinitionError,
    MenuContext,
    Screen,
    Texts,
    button,
    select,
)
from tests.bed import ANN, BOB, Bed, opened
from tests.session.menus import M, NameForm


class Till(M):
    behavior = Behavior(access=Access.everyone())
    bed: Bed
    paid = 0
    broken = False

    def render(self) -> Screen:
        if self.broken:
            raise LookupError("cannot be drawn")
        return Screen("Till")

    async def pay(self) -> None:
        self.paid += 1
        await self.bed.sleep(1)

    @button("Once", clicks="once")
    async def once(self, ctx: MenuContext) -> None:
        await self.pay()

    @button("Latest", clicks="latest")
    async def latest(self, ctx: MenuContext) -> None:
        await self.pay()

    @button("Queue")
    async def queue(self, ctx: MenuContext) -> None:
        await self.pay()

    @button("Break", clicks="once")
    async def break_it(self, ctx: MenuContext) -> None:
        self.paid += 1
        self.broken = self.paid == 1


@pytest.mark.case("S94b")
async def test_what_runs_once_runs_once_for_each_picture_that_shows_it() -> None:
    async with opened(Till) as bed:
        Till.bed = bed
        session = await bed.open(Till)
        first = bed.shown(session).id_of("Once")
        with bed.calls() as made:
            bed.press(session, "Once")
            bed.press(session, "Once")
            await bed.advance(5)
        assert session.menu.paid == 1
        assert sorted(made) == ["defer", "update"]  # the screen goes out again, though it looks the same
        assert bed.shown(session).id_of("Once") != first

        assert session.stage.message_id is not None
        with bed.calls() as made:
            bed.press_id(first, session.stage.message_id)
            await bed.advance(5)
        assert (made, session.menu.paid) == (["update"], 1)

        bed.press(session, "Once")
        await bed.advance(5)
        assert session.menu.paid == 2


@pytest.mark.case("S94b", "S96")
async def test_a_menus_word_is_for_all_of_its_components_but_those_that_have_their_own() -> None:
    class Careful(Till):
        behavior = Behavior(clicks="once")

    async with opened(Careful) as bed:
        Till.bed = bed
        session = await bed.open(Careful)
        for label, paid in (("Queue", 1), ("Latest", 3)):
            bed.press(session, label)
            bed.press(session, label)
            await bed.advance(5)
            assert session.menu.paid == paid


@pytest.mark.case("S94b")
async def test_a_picture_whose_successor_could_not_be_drawn_is_used_up_all_the_same() -> None:
    async with opened(Till) as bed:
        session = await bed.open(Till)
        await bed.click(session, "Break")
        assert [type(error) for error in bed.incidents()] == [LookupError]
        session.menu.broken = False
        used = bed.shown(session).id_of("Break")
        with bed.calls() as made:
            await bed.click(session, "Break")
        assert (made, session.menu.paid) == (["update"], 1)
        assert bed.shown(session).id_of("Break") != used
        await bed.click(session, "Break")
        assert session.menu.paid == 2


@pytest.mark.case("S94b")
async def test_a_form_that_was_opened_twice_on_one_picture_is_taken_once() -> None:
    class Asking(M):
        names = ()

        @button("Name", opens=NameForm, clicks="once")
        async def name_it(self, ctx: MenuContext, form: NameForm) -> None:
            self.names = (*self.names, form.name.value)

    async with opened(Asking) as bed:
        session = await bed.open(Asking)
        await bed.click(session, "Name")
        first = bed.wire.modal
        await bed.click(session, "Name")
        await bed.submit(session, name="second")
        bed.wire.modal = first
        await bed.submit(session, name="first")
        assert session.menu.names == ("second",)
        assert bed.wire.whispers == [Texts().stale]
        await bed.click(session, "Name")
        await bed.submit(session, name="third")
        assert session.menu.names == ("second", "third")


@pytest.mark.case("S94b")
async def test_of_the_clicks_that_wait_only_the_newest_runs() -> None:
    async with opened(Till) as bed:
        Till.bed = bed
        session = await bed.open(Till)
        bed.press(session, "Latest")
        await bed.advance(0.1)
        for user in (ANN, BOB, ANN, BOB):
            bed.press(session, "Latest", user=user)
        await bed.advance(5)
        assert session.menu.paid == 2


@pytest.mark.case("S94b")
async def test_a_newer_click_leaves_those_on_other_components_alone() -> None:
    async with opened(Till) as bed:
        Till.bed = bed
        session = await bed.open(Till)
        for label in ("Queue", "Latest", "Queue", "Latest", "Queue"):
            bed.press(session, label)
        await bed.advance(9)
        assert session.menu.paid == 4


@pytest.mark.case("S94d")
async def test_a_click_that_is_superseded_leaves_its_place_to_another() -> None:
    async with opened(Till) as bed:
        Till.bed = bed
        session = await bed.open(Till)
        bed.press(session, "Queue")
        for _ in range(20):
            bed.press(session, "Latest")
        for _ in range(8):
            bed.press(session, "Queue")
        await bed.advance(20)
        assert session.menu.paid == 9
        assert bed.wire.whispers == [Texts().busy]


@pytest.mark.case("S94b", "S89")
async def test_of_the_choices_that_wait_in_a_select_the_last_one_counts() -> None:
    class Chooser(M):
        chosen: tuple[Any, ...] = ()

        @select(options=[SelectOption(label=each) for each in "abcd"], placeholder="Letter", clicks="latest")
        async def pick(self, ctx: MenuContext, values: list[str]) -> None:
            await bed.sleep(1)
            self.chosen = (*self.chosen, *values)

    async with opened(Chooser) as bed:
        session = await bed.open(Chooser)
        for letter in "abcd":
            await bed.choose(session, "Letter", letter)
        await bed.advance(5)
        assert session.menu.chosen == ("a", "d")
        assert bed.shown(session).chosen("Letter") == ["d"]


def test_a_policy_for_clicks_that_there_is_not_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'queue' or 'drop' or 'latest' or 'once', not 'twice'"):
        Button("Pay", action=Till.queue.function, clicks="twice")  # pyright: ignore[reportArgumentType]


# Waiting -------------------------------------------------------------------------------------------


@pytest.mark.case("S102", "S97")
@pytest.mark.parametrize("slow", [False, True])
async def test_who_loses_access_while_a_click_waits_is_refused_when_its_turn_comes(slow: bool) -> None:
    allowed = {ANN, BOB}

    def rule(user: Any) -> bool:
        return user.id in allowed

    async def slow_rule(user: Any) -> bool:
        return rule(user)

    class Guest(M):
        behavior = Behavior(access=Access.predicate(slow_rule if slow else rule))

        @button("Send Bob away")
        async def send_away(self, ctx: MenuContext) -> None:
            await bed.sleep(1)
            self.state.merge(count=7)
            allowed.discard(BOB)

    async with opened(Guest) as bed:
        session = await bed.open(Guest)
        bed.press(session, "Send Bob away")
        await bed.advance(0.1)
        bed.press(session, "+1", user=BOB)
        await bed.advance(5)
        assert bed.shown(session).content == "M 7"
        assert bed.wire.whispers == ["This menu belongs to somebody else."]


@pytest.mark.case("S104")
async def test_a_submit_is_asked_again_for_the_rule_of_the_component_that_opened_its_form() -> None:
    allowed = {ANN, BOB}

    class Guest(M):
        behavior = Behavior(access=Access.everyone())

        @button("Name", opens=NameForm, access=Access.predicate(lambda user: user.id in allowed))
        async def name_it(self, ctx: MenuContext, form: NameForm) -> None:
            self.state.merge(count=self.state.current.count + 1)

        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(1)
            allowed.discard(BOB)

    async with opened(Guest) as bed:
        session = await bed.open(Guest)
        await bed.click(session, "Name", user=BOB)
        await bed.submit(session, user=BOB, name="Bob")
        assert bed.shown(session).content == "M 1"
        await bed.click(session, "Name", user=BOB)
        bed.press(session, "Slow")
        await bed.advance(0.1)
        await bed.submit(session, user=BOB, name="Bob, who waits")
        await bed.advance(5)
        await bed.click(session, "Name", user=BOB)
        assert bed.shown(session).content == "M 1"
        assert bed.wire.whispers == ["This menu belongs to somebody else."] * 2


@pytest.mark.case("S97")
async def test_ten_clicks_that_wait_are_ten_acknowledgements_ten_renders_and_one_edit() -> None:
    class Busy(M):
        behavior = Behavior(access=Access.everyone())

        @button("Slow")
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(1)

    async with opened(Busy) as bed:
        session = await bed.open(Busy)
        bed.press(session, "Slow")
        await bed.advance(0.1)
        bed.trail.clear()
        with bed.calls() as made:
            for user in (ANN, BOB) * 5:
                bed.press(session, "+1", user=user)
            await bed.advance(5)
        assert made.count("defer") == 10
        assert made.count("edit") + made.count("update") == 1
        assert bed.trail.count("after_render Busy") == 11
        assert bed.shown(session).content == "M 10"
