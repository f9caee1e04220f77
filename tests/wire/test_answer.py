"""Answers: one for each interaction, in time, whatever is tried and in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
from hypothesis import given, settings, strategies as st

from flowcord.deadlines import Deadlines
from flowcord.wire.answer import Answer, Punctual
from flowcord.wire.endpoint import Callback
from flowcord.wire.payload import EPHEMERAL, notice
from flowcord.wire.route import Route
from tests.bed import Bed
from tests.session.menus import M

PAGE = {"content": "page", "embeds": [], "components": []}


class Desk:
    """Interactions that nobody routes, to be answered by hand."""

    def __init__(self) -> None:
        self.bed = Bed(M)
        self.wire, self.clock = self.bed.wire, self.bed.clock
        self.punctual = Punctual(Deadlines(self.clock))
        self.message = self.wire.post(PAGE)

    def click(self) -> Answer:
        return self._answer(self.bed.press_id("any", self.message))

    def command(self) -> Answer:
        return self._answer(self.bed.command())

    def _answer(self, interaction: discord.Interaction[Any]) -> Answer:
        return Answer(interaction, self.clock.now(), self.wire, asyncio.ensure_future)


@asynccontextmanager
async def opened() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.bed.client:
        yield desk


@pytest.mark.case("S98")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.none() | st.integers(0, 19) | st.integers(21, 25)),
        min_size=1,
        max_size=8,
    )
)
async def test_what_is_not_answered_in_two_seconds_is_deferred(plan: list[tuple[int, int | None]]) -> None:
    """`plan`: tenths of a second since the one before, and until the answer (if one is given)."""
    async with opened() as desk:
        clicks: list[Answer] = []

        async def answer_in(click: Answer, tenths: int) -> None:
            await desk.bed.sleep(tenths / 10)
            await click.respond(Callback.UPDATE, PAGE)

        for gap, _ in plan:
            await desk.bed.advance(gap / 10)
            clicks.append(click := desk.click())
            click.guard(desk.punctual)
            if (tenths := plan[len(clicks) - 1][1]) is not None:
                asyncio.ensure_future(answer_in(click, tenths))  # noqa: RUF006
            await desk.bed.settle()
            assert len(desk.clock.armed) <= 1 + len(plan)
        await desk.bed.advance(5)
        answers = [desk.wire.answers[click.interaction.id] for click in clicks]
        assert answers == [
            Callback.UPDATE if tenths is not None and tenths < 20 else Callback.DEFER for _, tenths in plan
        ]
        assert desk.wire.second_answers == []


WAYS: dict[str, Any] = {
    "update": lambda answer: answer.respond(Callback.UPDATE, PAGE),
    "message": lambda answer: answer.respond(Callback.MESSAGE, PAGE),
    "defer": lambda answer: answer.respond(Callback.DEFER),
    "soon": lambda answer: answer.defer_soon(),
    "whisper": lambda answer: answer.whisper(notice("psst")),
    "wait": lambda answer: asyncio.sleep(0),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=6))
async def test_only_the_first_answers(ways: list[str]) -> None:
    async with opened() as desk:
        answer = desk.click()
        for way in ways:
            result = WAYS[way](answer)
            if result is not None:
                await result
        await desk.bed.settle()
        assert desk.wire.second_answers == []
        assert answer.given == any(way != "wait" for way in ways)
        assert len(desk.wire.whispers) == ways.count("whisper")


async def test_a_screen_waits_for_a_defer_that_is_under_way() -> None:
    async with opened() as desk:
        answer = desk.click()
        answer.defer_soon()
        assert await answer.respond(Callback.UPDATE, PAGE) is False
        assert desk.wire.calls == ["defer"]


@pytest.mark.case("S100")
async def test_an_answer_that_comes_too_late_is_lost_and_nothing_more() -> None:
    async with opened() as desk:
        answer = desk.click()
        desk.clock.advance(4)
        assert await answer.respond(Callback.UPDATE, PAGE) is False
        await answer.whisper(notice("psst"))
        assert not answer.given
        assert desk.wire.whispers == []
        desk.wire.arrived.clear()


@pytest.mark.case("S11")
@pytest.mark.parametrize(
    ("ephemeral", "made"), [(True, ["thinking", "edit"]), (False, ["thinking", "edit", "followup", "delete"])]
)
async def test_after_a_placeholder_nothing_private_is_shown_in_public(
    ephemeral: bool, made: list[str]
) -> None:
    async with opened() as desk:
        answer = desk.command()
        answer.promise(desk.punctual, ephemeral=ephemeral)
        await desk.bed.advance(2)
        await answer.whisper(notice("psst"))
        assert desk.wire.calls == made
        shown = [each for each in desk.wire.messages.values() if each is not None and each is not PAGE]
        assert [each["content"] for each in shown if each["flags"] & EPHEMERAL] == ["psst"]
        assert not any(each["content"] == "…" for each in shown)


@pytest.mark.case("S107a")
@pytest.mark.parametrize(
    ("kind", "lent"),
    [(Callback.UPDATE, True), (Callback.DEFER, True), (Callback.MODAL, False), (Callback.MESSAGE, False)],
)
async def test_a_click_lends_its_token_to_the_message_it_updated_and_to_no_other(
    kind: Callback, lent: bool
) -> None:
    async with opened() as desk:
        answer = desk.click()
        await answer.respond(kind, PAGE)
        for message, expected in ((desk.message, lent), (desk.message + 1000, False)):
            route = Route(1, message, ephemeral=False)
            answer.lend_to(route)
            assert (route.token is not None) == expected


@pytest.mark.case("S107a")
async def test_a_new_message_is_addressed_by_the_token_that_it_answered() -> None:
    async with opened() as desk:
        answer = desk.command()
        await answer.respond(Callback.MESSAGE, PAGE)
        route = Route(1, answer.message_id, ephemeral=False)
        answer.lend_to(route)
        await desk.wire.edit(route, {"content": "edited"})
        assert answer.message_id is not None
        assert desk.wire.shown(answer.message_id)["content"] == "edited"


@pytest.mark.case("S106")
async def test_the_developers_own_message_lends_nothing() -> None:
    async with opened() as desk:
        answer = desk.click()
        await desk.wire.respond(answer.interaction, Callback.MESSAGE, PAGE)
        route = Route(1, desk.message, ephemeral=False)
        answer.lend_to(route)
        assert (answer.given, route.token) == (True, None)
