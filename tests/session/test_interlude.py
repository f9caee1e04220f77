"""Interludes: what stands in place of the screen for a while, and how the screen returns."""

from __future__ import annotations

from typing import Any

import discord

from flowcord.menu.actions import close
from flowcord.menu.components import Press
from flowcord.session.interlude import Choice, interlude
from tests.bed import Shown, opened
from tests.session.menus import D, M, do, flow


async def covered(ctx: Any) -> None:
    session = ctx.session
    await session.stage.interlude(ctx.turn.answer, interlude(session, "wait"))


async def test_an_interlude_is_the_answer_to_its_click_and_the_screen_returns_though_it_is_equal() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        seen: list[tuple[str, list[str]]] = []

        async def cover(ctx: Any) -> None:
            await covered(ctx)
            seen.append((bed.shown(session).content, bed.shown(session).labels))

        with bed.calls() as made:
            await do(bed, session, cover)
        assert made == ["update", "edit"]
        assert seen == [("wait", [])]
        assert bed.shown(session).content == "M 0"
        with bed.calls() as made:
            await bed.click(session, "+1")
        assert (made, bed.shown(session).content) == (["update"], "M 1")


async def test_the_keys_of_the_screen_live_on_below_an_interlude() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)

        async def cover(ctx: Any) -> None:
            pressed = bed.shown(session).id_of("+1")
            await covered(ctx)
            bed.press_id(pressed, session.stage.message_id or 0)

        with bed.calls() as made:
            await do(bed, session, cover)
        assert (bed.shown(session).content, made) == ("M 1", ["update", "update"])


async def test_a_screen_that_is_covered_at_the_end_is_stripped_in_full() -> None:
    async def leave(ctx: Any) -> None:
        await covered(ctx)
        await ctx.close()

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, leave)
        shown = Shown(bed.wire.shown(session.stage.message_id or 0))
        assert (shown.content, shown.labels) == ("M 0", [])


async def test_buttons_stand_below_the_text() -> None:
    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        go_on = Press("-continue", handler=close())

        async def choose(ctx: Any) -> None:
            picture = interlude(session, "more?", [Choice(go_on, "Continue", discord.ButtonStyle.primary)])
            assert picture.components == {"-continue": go_on}
            await session.stage.interlude(ctx.turn.answer, picture)
            shown = bed.shown(session)
            assert (shown.content, shown.buttons["Continue"]["style"]) == ("more?", 1)
            assert shown.id_of("Continue").endswith(f":{session.visit}:-continue")

        await do(bed, session, choose)
        assert bed.incidents() == []


async def test_a_new_number_makes_ids_and_forms_of_the_visit_stale_without_a_hook() -> None:
    async with opened(M) as bed:
        session = await bed.open(M)
        old = bed.shown(session).id_of("+1")
        bed.trail.clear()
        await do(bed, session, lambda ctx: ctx.session.renew_visit())
        assert session.visit == 2
        assert bed.trail == ["on_action M", "before_render M", "after_render M"]
        with bed.calls() as made:
            await bed.settle()
            bed.press_id(old, session.stage.message_id or 0)
            await bed.settle()
        assert (made, bed.shown(session).content) == (["update"], "M 0")
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"
