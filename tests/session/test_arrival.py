"""Arrival: who may, and what becomes of an input before it takes its turn."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import Access, Behavior, Button, MenuContext, Screen, button
from tests.bed import ANN, BOB, opened
from tests.session.menus import M, NameForm


def for_users(access: Access) -> type[M]:
    return type("Guarded", (M,), {"behavior": Behavior(access=access)})


@pytest.mark.case("S102", "S105")
async def test_a_stranger_is_refused_politely_and_whoever_acts_is_the_contexts_user() -> None:
    users: list[int] = []

    class Shared(M):
        @button("Who")
        async def who(self, ctx: MenuContext) -> None:
            users.append(ctx.user.id)

    async with opened(M, Shared) as bed:
        own = await bed.open(M)
        with bed.calls() as made:
            await bed.click(own, "+1", user=BOB)
        assert made == ["message"]
        assert bed.wire.whispers == ["This menu belongs to somebody else."]
        assert bed.shown(own).content == "M 0"

        shared = await bed.open(Shared, behavior=Behavior(access=Access.everyone()))
        await bed.click(shared, "Who", user=BOB)
        await bed.click(shared, "Who")
        assert users == [BOB, ANN]
        assert shared.owner.id == ANN


async def slowly_bob(user: Any) -> bool:
    await _bed[0].sleep(2.5)
    return user.id == BOB


_bed: list[Any] = []


@pytest.mark.case("S102", "S98")
async def test_a_slow_rule_is_waited_for_and_the_click_is_acknowledged_in_time() -> None:
    guarded = for_users(Access.predicate(slowly_bob))
    async with opened(guarded) as bed:
        _bed[:] = [bed]
        session = await bed.open(guarded)
        bed.press(session, "+1", user=BOB)
        bed.press(session, "+1", user=ANN)
        with bed.calls() as made:
            await bed.advance(2)
        assert made == ["defer", "defer"]
        await bed.advance(1)
        assert bed.shown(session).content == "M 1"
        assert bed.wire.whispers == ["This menu belongs to somebody else."]


@pytest.mark.case("S102", "S97")
async def test_a_button_that_is_gone_when_a_slow_rule_has_answered_does_not_run() -> None:
    class Once(M):
        behavior = Behavior(access=Access.predicate(slowly_bob))

        def render(self) -> Screen:
            take = Button("Take", action=self.take, disabled=self.state.current.count > 0)
            form = Button("Form", opens=NameForm, disabled=self.state.current.count > 0)
            return Screen(f"M {self.state.current.count}", components=[take, form])

        async def take(self, ctx: MenuContext) -> None:
            self.state.merge(count=self.state.current.count + 1)

    async with opened(Once) as bed:
        _bed[:] = [bed]
        session = await bed.open(Once)
        for label in ("Take", "Take", "Form"):
            bed.press(session, label, user=BOB)
        await bed.advance(3)
        assert bed.shown(session).content == "M 1"
        assert bed.wire.modal == {}


@pytest.mark.case("S102")
@pytest.mark.parametrize("slow", [False, True])
async def test_a_rule_that_raises_refuses_and_the_next_click_is_heard(slow: bool) -> None:
    raising = [True]

    def rule(user: discord.abc.User) -> bool:
        if raising[0]:
            raise ZeroDivisionError
        return True

    async def slow_rule(user: discord.abc.User) -> bool:
        return rule(user)

    guarded = for_users(Access.predicate(slow_rule if slow else rule))
    async with opened(guarded) as bed:
        session = await bed.open(guarded)
        await bed.click(session, "+1")
        assert [type(error) for error in bed.incidents()] == [ZeroDivisionError]
        assert bed.wire.whispers == ["This menu belongs to somebody else."]
        raising[0] = False
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


async def test_what_a_rule_says_is_taken_for_its_truth() -> None:
    guarded = for_users(Access.predicate(lambda user: None if user.id == BOB else [1]))  # pyright: ignore
    async with opened(guarded) as bed:
        session = await bed.open(guarded)
        await bed.click(session, "+1", user=BOB)
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


@pytest.mark.case("S104")
async def test_the_rule_of_a_component_is_added_to_the_menus() -> None:
    class Mixed(M):
        behavior = Behavior(access=Access.users(BOB))

        @button("Ann's", access=Access.owner())
        async def anns(self, ctx: MenuContext) -> None:
            self.state.merge(count=10)

        @button("Nobody's", access=Access.users(7, owner=False))
        async def nobodys(self, ctx: MenuContext) -> None:
            self.state.merge(count=99)

    async with opened(Mixed) as bed:
        session = await bed.open(Mixed)
        for label in ("Ann's", "Nobody's"):
            await bed.click(session, label, user=BOB)
        await bed.click(session, "Nobody's")
        assert bed.shown(session).content == "M 0"
        await bed.click(session, "+1", user=BOB)
        assert bed.shown(session).content == "M 1"
        await bed.click(session, "Ann's")
        assert bed.shown(session).content == "M 10"


@pytest.mark.case("S96")
@pytest.mark.parametrize(("of_menu", "of_button", "count"), [
    ("queue", None, 2), ("drop", None, 1), ("queue", "drop", 1), ("drop", "queue", 2),
])  # fmt: skip
async def test_a_second_click_waits_or_is_dropped_as_the_button_or_else_the_menu_says(
    of_menu: Any, of_button: Any, count: int
) -> None:
    class Slow(M):
        behavior = Behavior(clicks=of_menu)

        @button("Slow", clicks=of_button)
        async def slow(self, ctx: MenuContext) -> None:
            await bed.sleep(1)
            self.state.merge(count=self.state.current.count + 1)

    async with opened(Slow) as bed:
        session = await bed.open(Slow)
        bed.press(session, "Slow")
        await bed.advance(0.2)
        bed.press(session, "Slow")
        await bed.advance(5)
        assert bed.shown(session).content == f"M {count}"
