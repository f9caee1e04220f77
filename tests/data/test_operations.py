"""Random sequences of operations against a plain Python model of what they mean."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from flowcord.data import Block, Scope, resource, state
from flowcord.errors import StateValidationError
from tests.data.conftest import App, running


class Bag(BaseModel):
    count: Annotated[int, Field(ge=-5)] = 3
    price: Decimal = Decimal("0.5")
    words: Annotated[list[str], Field(max_length=4)] = ["w"]
    by_key: Annotated[dict[str, int | None], Field(min_length=1)] = {"k": 1}
    maybe: int | None = None


def short(words: list[str]) -> list[str]:
    assert len(words) <= 4
    return words


class CheckedBag(Bag):
    """The same rules where SQL cannot see them, so that every operation is version-checked."""

    words: Annotated[list[str], AfterValidator(short)] = ["w"]

    @model_validator(mode="after")
    def whole(self) -> CheckedBag:
        assert self.count >= -5
        return self


class Home(Block):
    plain = state(Bag, scope=Scope.USER)
    checked = resource(CheckedBag, scope=Scope.USER)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3)
KEYS = st.sampled_from(["k", "0", "-1", "", "a.b", '"', "{x}", "ключ"])
OPERATIONS = st.one_of(
    st.tuples(
        st.just("patch"),
        st.fixed_dictionaries(
            {},
            optional={
                "count": st.integers(-9, 2**70),
                "words": st.lists(TEXT, max_size=5),
                "maybe": st.none(),
            },
        ),
    ),
    st.tuples(
        st.just("increment"),
        st.fixed_dictionaries(
            {},
            optional={
                "count": st.integers(-9, 9),
                "price": st.decimals(-9, 9, places=2),
                "maybe": st.integers(-(2**70), 2**70),
            },
        ),
    ),
    st.tuples(st.just("append"), TEXT),
    st.tuples(st.just("put"), st.tuples(KEYS, st.none() | st.integers())),
    st.tuples(st.just("remove"), KEYS),
    st.tuples(st.just("update"), st.integers(-9, 9)),
    st.tuples(st.just("set"), st.builds(dict, count=st.integers(-5, 5))),
    st.tuples(st.just("reset"), st.none()),
)


class Expected:
    """What a record should be: the fields written, defaults for the others, and a version."""

    def __init__(self, model: type[Bag]) -> None:
        self.model = model
        self.written: dict[str, Any] = {}
        self.version = 0

    @property
    def value(self) -> Bag:
        return self.model(**self.written)

    def does(self, name: str, argument: Any) -> bool:
        """Applies one operation; whether it is allowed."""
        now = self.value.model_dump()
        after = dict(self.written)
        match name:
            case "patch":
                after |= argument
            case "set":
                after = self.model(**argument).model_dump()
            case "reset":
                after = {}
            case "increment":
                after |= {field: (now[field] or 0) + delta for field, delta in argument.items() if delta}
            case "append":
                after["words"] = [*now["words"], argument]
            case "put":
                after["by_key"] = now["by_key"] | {argument[0]: argument[1]}
            case "remove" if argument in now["by_key"]:
                after["by_key"] = {key: item for key, item in now["by_key"].items() if key != argument}
            case "update" if argument:
                after["count"] = now["count"] + argument
            case _:
                pass
        try:
            self.model(**after)
        except ValidationError:
            return False
        if after != self.written:
            self.written = after
            self.version += 1
        return True


def call(handle: Any, name: str, argument: Any) -> Coroutine[Any, Any, Any]:
    match name:
        case "patch" | "increment":
            return getattr(handle, name)(**argument)
        case "append":
            return handle.append("words", argument)
        case "put":
            return handle.put("by_key", *argument)
        case "remove":
            return handle.remove("by_key", argument)
        case "update":
            return handle.update(lambda bag: setattr(bag, "count", bag.count + argument))
        case "set":
            return handle.set(type(handle.value.model_copy())(**argument))
        case _:
            return handle.reset()


@pytest.mark.parametrize("name", ["plain", "checked"])
def test_operations_mean_what_they_say(database: str, name: str) -> None:
    with asyncio.Runner() as runner:
        manager = running(database)
        app: App = runner.run(manager.__aenter__())
        owners = iter(range(1, 100_000))

        @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
        @given(st.lists(OPERATIONS, max_size=8))
        def check(operations: list[tuple[str, Any]]) -> None:
            runner.run(perform(app, name, next(owners), operations))

        try:
            check()
        finally:
            runner.run(manager.__aexit__(None, None, None))


async def perform(app: App, name: str, owner: int, operations: list[tuple[str, Any]]) -> None:
    home = await app.open(Home, owner=owner)
    handle = getattr(home, name)
    expected = Expected(CheckedBag if name == "checked" else Bag)
    for operation, argument in operations:
        before = expected.version
        if expected.does(operation, argument):
            write = await call(handle, operation, argument)
            assert (write.changed, write.version) == (expected.version > before, expected.version)
            assert write.value == expected.value
        else:
            with pytest.raises(StateValidationError):
                await call(handle, operation, argument)
        assert (handle.value, handle.version) == (expected.value, expected.version)
    fresh = await app.store.read_fresh(handle._cell.address)  # pyright: ignore[reportPrivateUsage]
    assert handle._read(fresh) == expected.value  # pyright: ignore[reportPrivateUsage]
