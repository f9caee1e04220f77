"""Actions: pipelines stop at the first failure, and guards say why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from flowcord import GuardFailed, Texts, guard, pipeline
from flowcord.menu.actions import Action, call, run


def context() -> Any:
    return SimpleNamespace(texts=Texts(guard="not now"))


def step(log: list[Any], name: Any) -> Action:
    async def note(menu: Any, ctx: Any) -> None:
        log.append(name)

    return Action(f"step{name}", note)


async def refusal_of(predicate: Any, *message: str) -> str:
    with pytest.raises(GuardFailed) as caught:
        await guard(predicate, *message).run(SimpleNamespace(), context())  # pyright: ignore
    return caught.value.text


@pytest.mark.case("S80")
@given(st.integers(0, 5), st.integers(0, 5))
async def test_a_pipeline_keeps_its_order_and_stops_at_the_first_failure(before: int, after: int) -> None:
    log: list[Any] = []
    steps = [step(log, number) for number in range(before)]
    rest = [step(log, -number) for number in range(after)]
    with pytest.raises(GuardFailed):
        await run(pipeline(*steps, guard(lambda menu, ctx: False), *rest), None, context(), ())  # pyright: ignore
    assert log == list(range(before))
    await run(pipeline(*steps, guard(lambda menu, ctx: True), *steps), None, context(), ())  # pyright: ignore
    assert log == list(range(before)) * 3


@pytest.mark.case("S80")
async def test_a_pipeline_lets_other_errors_through_runs_methods_and_may_be_empty() -> None:
    log: list[Any] = []

    async def method(ctx: Any) -> None:
        log.append("method")

    def plain(ctx: Any) -> None:
        log.append("plain")
        raise ZeroDivisionError

    both = pipeline(Action("a", lambda menu, ctx: call(method, ctx)), named(plain))
    with pytest.raises(ZeroDivisionError):
        await run(both, None, context(), ())  # pyright: ignore
    assert log == ["method", "plain"]
    await run(pipeline(), None, context(), ())  # pyright: ignore


def named(function: Any) -> Any:
    """A pipeline takes methods by their names: local functions have none that lasts."""
    function.__qualname__ = function.__name__
    return function


@pytest.mark.case("S79")
@pytest.mark.parametrize("verdict", [True, ""])
async def test_true_and_an_empty_sentence_pass(verdict: bool | str) -> None:
    await guard(lambda menu, ctx: verdict, "no").run(None, context())  # pyright: ignore


@pytest.mark.case("S79")
async def test_false_gives_the_message_or_the_default_and_a_sentence_itself() -> None:
    assert await refusal_of(lambda menu, ctx: False, "no gold") == "no gold"
    assert await refusal_of(lambda menu, ctx: False) == "not now"
    assert await refusal_of(lambda menu, ctx: "you owe 3", "no gold") == "you owe 3"


@pytest.mark.case("S79")
@pytest.mark.parametrize("verdict", [None, 1, 0, [], ()])
async def test_anything_else_is_a_mistake_of_the_predicate(verdict: Any) -> None:
    with pytest.raises(TypeError, match="returns True, False or a sentence"):
        await guard(lambda menu, ctx: verdict, "no").run(None, context())  # pyright: ignore


@pytest.mark.case("S79")
async def test_a_predicate_may_be_a_coroutine() -> None:
    async def slowly(menu: Any, ctx: Any) -> bool:
        return False

    assert await refusal_of(slowly, "no") == "no"


@pytest.mark.case("S83")
async def test_otherwise_runs_in_place_of_the_notice() -> None:
    log: list[Any] = []
    action = pipeline(
        guard(lambda menu, ctx: False, "no", otherwise=step(log, "elsewhere")), step(log, "bought")
    )
    with pytest.raises(GuardFailed) as caught:
        await action.run(None, context())  # pyright: ignore
    assert (log, caught.value.text) == (["elsewhere"], "")


async def test_callbacks_may_be_functions_coroutines_or_give_anything_that_can_be_awaited() -> None:
    class Later:
        def __await__(self) -> Any:
            yield from ()
            return "later"

    async def coroutine() -> str:
        return "coroutine"

    assert await call(lambda: "function") == "function"
    assert await call(coroutine) == "coroutine"
    assert await call(Later) == "later"
    assert await call(lambda: None) is None
