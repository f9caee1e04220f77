"""What `ctx.confirm` gives: awaited in every way, and never true by itself."""

from __future__ import annotations

import asyncio

import pytest

from flowcord.session.unanswered import Unanswered


async def yes() -> bool:
    await asyncio.sleep(0)
    return True


async def test_it_is_awaited_like_any_coroutine() -> None:
    assert await Unanswered(yes())
    assert await asyncio.create_task(Unanswered(yes()))
    assert await asyncio.wait_for(Unanswered(yes()), 10)
    assert await asyncio.gather(Unanswered(yes()), Unanswered(yes())) == [True, True]


async def test_a_task_of_it_is_cancelled_like_any() -> None:
    task = asyncio.create_task(Unanswered(yes()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_is_neither_yes_nor_no() -> None:
    with pytest.raises(TypeError, match=r"write `if await ctx\.confirm"):
        bool(Unanswered(yes()))
