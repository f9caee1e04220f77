"""Any sequence of changes leaves in Postgres what a plain model of them says."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from flowcord.store import (
    Address,
    Append,
    Bound,
    Drop,
    Increment,
    Increments,
    Merge,
    Put,
    Refused,
    Remove,
    Store,
)
from tests.store.conftest import FOREVER, running

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
keys = st.sampled_from(["", "0", "-1", "a", "é", "$1", '"'])

changes = st.one_of(
    st.builds(Merge, st.dictionaries(st.sampled_from("xyz"), values, min_size=1)),
    st.builds(lambda delta: Increments((Increment("n", delta, 1),)), st.integers(-(2**66), 2**66)),
    st.builds(
        lambda delta: Increments(
            (Increment("b", delta, 1, lower=Bound(0), upper=Bound(5, inclusive=False)),)
        ),
        st.integers(-3, 3),
    ),
    st.builds(
        lambda delta: Increments((Increment("d", delta, "0.5", "decimal"),)),
        st.decimals(-1000, 1000, allow_nan=False, places=3),
    ),
    st.builds(lambda item: Append("l", item, ["first"], max_length=4), values),
    st.builds(lambda key, item: Put("m", key, item, {"a": 1}, max_length=4), keys, values),
    st.builds(lambda key: Remove("m", key, {"a": 1}), keys),
    st.builds(Drop, st.none() | st.just(("x", "l", "n"))),
)


def applied(document: dict[str, Any], change: Any) -> dict[str, Any]:
    """What the change makes of the document. Raises `Refused`."""
    after = deepcopy(document)
    match change:
        case Merge(fields):
            after |= fields
        case Increments((item,)):
            start = after.get(item.field, item.default)
            if not item.delta:
                return document
            if item.kind == "decimal":
                after[item.field] = str(Decimal(start) + Decimal(item.delta))
                return after
            total = start + item.delta
            if item.lower is not None and not 0 <= total < 5:
                raise Refused("bounds", item.field)
            after[item.field] = total
        case Append(field, item, default, most):
            after[field] = [*after.get(field, default), item]
            if len(after[field]) > most:
                raise Refused("max_length", field)
        case Put(field, key, item, default, most):
            after[field] = {**after.get(field, default), key: item}
            if len(after[field]) > most:
                raise Refused("max_length", field)
        case Remove(field, key, default):
            current = after.get(field, default)
            if key in current:
                after[field] = {name: value for name, value in current.items() if name != key}
        case Drop(None):
            after = {}
        case Drop(fields):
            after = {name: value for name, value in after.items() if name not in fields}
        case _:
            raise AssertionError(change)
    return after


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=st.lists(changes, max_size=12))
def test_changes_in_sequence_do_what_a_model_says(database: str, sequence: list[Any]) -> None:
    asyncio.run(_compare(database, sequence))


_runs = iter(range(10**9))


async def _compare(database: str, sequence: list[Any]) -> None:
    address = Address("user", str(next(_runs)), "")
    async with running(database, pool_size=1) as store:
        document: dict[str, Any] = {}
        version = 0
        for change in sequence:
            document, version = await _step(store, address, change, document, version)
        record = await store.read_fresh(address)
        assert (record.data or {}) == document
        assert record.version == version


async def _step(
    store: Store, address: Address, change: Any, document: dict[str, Any], version: int
) -> tuple[dict[str, Any], int]:
    try:
        after = applied(document, change)
    except Refused:
        try:
            await store.write(address, change, FOREVER)
        except Refused:
            return document, version
        raise AssertionError(f"{change} was not refused") from None
    written = await store.write(address, change, FOREVER)
    changed = not _same(after, document)
    assert written.changed == changed
    assert written.record.version == version + changed
    return after, version + changed


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
