"""Each change, on rows as Postgres keeps them."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from flowcord.errors import NotFoundError, StoredDataError, StoreError, StoreUnavailableError
from flowcord.store import (
    Address,
    Append,
    Bound,
    Conflict,
    Drop,
    Increment,
    Increments,
    Merge,
    OtherRevision,
    Policy,
    Put,
    Refused,
    Remove,
    Replace,
    Store,
)
from tests.store.conftest import ANN, FOREVER, Ears, numbers, running


async def stored(sql: Any, address: Address = ANN) -> dict[str, Any] | None:
    row = await sql.fetchrow(
        "SELECT * FROM flowcord_record WHERE scope = $1 AND scope_id = $2 AND name = $3", *address
    )
    return None if row is None else dict(row) | {"data": json.loads(row["data"]) if row["data"] else None}


@pytest.mark.case("D14", "D15")
async def test_one_commit_raises_the_version_by_one_and_leaves_other_fields_alone(a: Store) -> None:
    await a.write(ANN, Merge({"x": 1, "y": 2}), FOREVER)
    written = await a.write(ANN, Merge({"x": 3}), FOREVER)
    assert (written.record.version, written.record.data) == (2, {"x": 3, "y": 2})
    both = Increments((Increment("p", 1, 0), Increment("q", -2, 10)))
    written = await a.write(ANN, both, FOREVER)
    assert (written.record.version, written.record.data) == (3, {"x": 3, "y": 2, "p": 1, "q": 8})


@pytest.mark.case("D16")
async def test_decimals_and_floats_add_as_decimals(a: Store) -> None:
    money = Increment("money", Decimal("0.20"), "1.10", "decimal")
    weight = Increment("weight", 0.2, 0.1, "float")
    written = await a.write(ANN, Increments((money, weight)), FOREVER)
    assert written.record.data == {"money": "1.30", "weight": 0.3}
    written = await a.write(ANN, Increments((money, weight)), FOREVER)
    assert written.record.data == {"money": "1.50", "weight": 0.5}


@pytest.mark.case("D41")
async def test_integers_beyond_64_bits_stay_exact(a: Store, b: Store) -> None:
    await a.write(ANN, Increments((Increment("n", 1, 2**70),)), FOREVER)
    await a.write(ANN, Increments((Increment("n", 2**65, 0),)), FOREVER)
    assert (await b.read([ANN]))[ANN].data == {"n": 2**70 + 2**65 + 1}


@pytest.mark.case("D17", "D18")
async def test_a_first_append_or_put_starts_from_the_default(a: Store) -> None:
    assert (await a.write(ANN, Append("tags", "b", ["a"]), FOREVER)).record.data == {"tags": ["a", "b"]}
    written = await a.write(ANN, Put("by_id", "k", {"x": 1}, {}), FOREVER)
    assert written.record.data == {"tags": ["a", "b"], "by_id": {"k": {"x": 1}}}
    written = await a.write(ANN, Put("by_id", "l", 2, {}), FOREVER)
    assert written.record.data == {"tags": ["a", "b"], "by_id": {"k": {"x": 1}, "l": 2}}


@pytest.mark.case("D19", "D25")
@pytest.mark.parametrize(
    "change",
    [Remove("by_id", "k", {"other": 1}), Drop(), Drop(("a",)), numbers(n=0), Merge({})],
    ids=lambda change: type(change).__name__,
)
async def test_what_changes_nothing_makes_no_row(a: Store, sql: Any, change: Any) -> None:
    written = await a.write(ANN, change, FOREVER)
    assert not written.changed
    assert (written.record.version, written.record.data) == (0, None)
    assert await stored(sql) is None


async def test_removing_a_missing_key_pins_no_default(a: Store, sql: Any) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    assert not (await a.write(ANN, Remove("by_id", "k", {"other": 1}), FOREVER)).changed
    assert (await stored(sql) or {})["data"] == {"x": 1}


async def test_removing_a_key_of_the_default_stores_the_rest(a: Store) -> None:
    written = await a.write(ANN, Remove("by_id", "k", {"k": 1, "l": 2}), FOREVER)
    assert written.record.data == {"by_id": {"l": 2}}


@pytest.mark.case("D20")
async def test_null_counts_as_nothing_yet(a: Store) -> None:
    await a.write(ANN, Merge({"n": None, "l": None, "m": None, "d": None}), FOREVER)
    await a.write(ANN, numbers(n=2), FOREVER)
    await a.write(ANN, Increments((Increment("d", Decimal("0.5"), "7", "decimal"),)), FOREVER)
    await a.write(ANN, Append("l", 1, [9]), FOREVER)
    written = await a.write(ANN, Put("m", "k", 1, {"z": 9}), FOREVER)
    assert written.record.data == {"n": 2, "l": [1], "m": {"k": 1}, "d": "0.5"}


@pytest.mark.case("D27")
async def test_a_patch_that_equals_what_is_stored_is_none(a: Store, b: Store, sql: Any) -> None:
    ears = Ears(b)
    await a.write(ANN, Merge({"x": 1, "y": [1, {"z": None}]}), FOREVER)
    before = await stored(sql)
    written = await a.write(ANN, Merge({"y": [1.0, {"z": None}]}), FOREVER)
    assert (written.changed, written.record.version) == (False, 1)
    assert await stored(sql) == before
    await a.write(ANN, Merge({"x": 2}), FOREVER)
    await ears.wait_for(ANN, 2)
    assert ears.heard == [(ANN, 1), (ANN, 2)]


@pytest.mark.parametrize(("old", "new"), [(True, 1), (1, "1"), (None, False), ([], {}), ("a", "A")])
async def test_values_of_another_kind_are_changes(a: Store, old: object, new: object) -> None:
    await a.write(ANN, Merge({"x": old}), FOREVER)
    assert (await a.write(ANN, Merge({"x": new}), FOREVER)).changed


@pytest.mark.case("D27a")
async def test_a_noop_on_an_uncached_record_is_two_statements_and_tells_what_is_stored(
    a: Store, b: Store, statements: list[str]
) -> None:
    await b.write(ANN, Merge({"x": 1}), FOREVER)
    statements.clear()
    written = await a.write(ANN, Merge({"x": 1}), FOREVER)
    assert (written.changed, written.record.version, written.record.data) == (False, 1, {"x": 1})
    assert len(statements) == 2
    assert statements[1].startswith("SELECT")


@pytest.mark.case("D28")
async def test_null_is_not_absent_and_a_default_can_be_pinned(a: Store) -> None:
    await a.write(ANN, Merge({"x": 0}), FOREVER)
    written = await a.write(ANN, Merge({"y": None}), FOREVER)
    assert written.changed
    assert written.record.data == {"x": 0, "y": None}


@pytest.mark.case("D34")
async def test_an_increment_below_its_minimum_is_refused(a: Store, b: Store) -> None:
    down = Increments((Increment("clicks", -1, 0, lower=Bound(0)),))
    await a.write(ANN, numbers(clicks=1), FOREVER)
    await a.write(ANN, down, FOREVER)
    with pytest.raises(Refused) as refused:
        await b.write(ANN, down, FOREVER)
    assert (refused.value.rule, refused.value.field) == ("minimum", "clicks")
    assert (await b.read_fresh(ANN)).version == 2


@pytest.mark.parametrize(
    ("increment", "rule"),
    [
        (Increment("n", 1, 9, upper=Bound(9)), "maximum"),
        (Increment("n", 1, 9, upper=Bound(10, inclusive=False)), "exclusive_maximum"),
        (Increment("n", -1, 1, lower=Bound(0, inclusive=False)), "exclusive_minimum"),
        (Increment("n", Decimal("0.1"), "0.95", "decimal", upper=Bound(Decimal(1))), "maximum"),
        (Increment("n", 0.1, 0.95, "float", upper=Bound(1.0)), "maximum"),
        (
            # The sum is below the bound, and the float that it reads as is not.
            Increment("n", -1e-20, 0.3, "float", upper=Bound(0.3, inclusive=False)),
            "exclusive_maximum",
        ),
    ],
)
@pytest.mark.parametrize("written", [False, True])
async def test_bounds_hold_for_the_result(a: Store, increment: Increment, rule: str, written: bool) -> None:
    if written:
        await a.write(ANN, Merge({"n": increment.default}), FOREVER)
    with pytest.raises(Refused) as refused:
        await a.write(ANN, Increments((Increment("other", 1, 0), increment)), FOREVER)
    assert (refused.value.rule, refused.value.field) == (rule, "n")
    assert (await a.read_fresh(ANN)).data == ({"n": increment.default} if written else None)


async def test_a_float_that_grows_beyond_all_floats_is_refused(a: Store) -> None:
    with pytest.raises(Refused, match="x: finite"):
        await a.write(ANN, Increments((Increment("x", 1.7e308, 1.7e308, "float"),)), FOREVER)
    await a.write(ANN, Merge({"x": 1.7e308}), FOREVER)
    with pytest.raises(Refused, match="x: finite"):
        await a.write(ANN, Increments((Increment("x", 1.7e308, 0.0, "float"),)), FOREVER)


@pytest.mark.case("D35")
@pytest.mark.parametrize("written", [False, True])
async def test_a_full_list_or_map_takes_no_more(a: Store, written: bool) -> None:
    if written:
        await a.write(ANN, Merge({"l": [1, 2, 3], "m": {"a": 1, "b": 2}}), FOREVER)
    with pytest.raises(Refused, match="l: max_length"):
        await a.write(ANN, Append("l", 4, [1, 2, 3], max_length=3), FOREVER)
    full = {"a": 1, "b": 2}
    with pytest.raises(Refused, match="m: max_length"):
        await a.write(ANN, Put("m", "c", 3, full, max_length=2), FOREVER)
    with pytest.raises(Refused, match="m: min_length"):
        await a.write(ANN, Remove("m", "a", full, min_length=2), FOREVER)
    assert (await a.write(ANN, Put("m", "a", 9, full, max_length=2), FOREVER)).changed


@pytest.mark.case("D42")
async def test_the_size_limit_counts_the_json_as_postgres_prints_it(database: str, sql: Any) -> None:
    async with running(database, max_record_bytes=100) as store:
        await store.write(ANN, Merge({"x": "é" * 44}), FOREVER)  # {"x": "…"}: 9 bytes around 88
        before = await stored(sql)
        for change in (Merge({"y": 1}), Append("l", 1, []), Put("m", "k", 1, {})):
            with pytest.raises(Refused, match="max_record_bytes"):
                await store.write(ANN, change, FOREVER)
        assert await stored(sql) == before
        other = ANN._replace(scope_id="other")
        with pytest.raises(Refused, match="max_record_bytes"):
            await store.write(other, Merge({"x": 1e300}), FOREVER)
        assert await stored(sql, other) is None
        assert (await store.write(ANN, Merge({"x": "short"}), FOREVER)).changed


async def test_a_record_that_grows_large_is_named_once(a: Store, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(3):
        await a.write(ANN, Merge({"secret": "s" * 70_000, "n": n}), FOREVER)
    assert [record.getMessage() for record in caplog.records] == [
        "The record user 42 has 70022 bytes: every write stores all of it again"
    ]


@pytest.mark.case("D43")
@pytest.mark.parametrize(
    "change",
    [
        Append("x", 1, []),
        Put("x", "k", 1, {}),
        Remove("x", "k", {}),
        numbers(x=1),
        Increments((Increment("x", Decimal(1), "0", "decimal"),)),
        Increments((Increment("x", 1.5, 0.0, "float"),)),
    ],
    ids=lambda change: type(change).__name__,
)
async def test_stored_json_of_another_kind_is_refused_and_repaired_by_a_patch(a: Store, change: Any) -> None:
    await a.write(ANN, Merge({"x": "no number"}), FOREVER)
    with pytest.raises(StoredDataError, match="'x' of the record user 42") as refused:
        await a.write(ANN, change, FOREVER)
    assert "no number" not in str(refused.value)
    assert (await a.read_fresh(ANN)).version == 1
    await a.write(ANN, Merge({"x": None}), FOREVER)
    await a.write(ANN, change, FOREVER)


@pytest.mark.case("D43")
async def test_an_int_is_not_counted_on_from_a_fraction(a: Store) -> None:
    await a.write(ANN, Merge({"x": 1.5}), FOREVER)  # a float's, before the code made it an int
    with pytest.raises(StoredDataError, match="'x'"):
        await a.write(ANN, numbers(x=1), FOREVER)
    await a.write(ANN, Increments((Increment("x", 0.5, 0.0, "float"),)), FOREVER)
    assert (await a.write(ANN, numbers(x=1), FOREVER)).record.data == {"x": 3}


async def test_an_appended_list_is_one_element_and_a_number_is_a_key(a: Store) -> None:
    await a.write(ANN, Append("l", [1, 2], []), FOREVER)
    await a.write(ANN, Append("l", None, []), FOREVER)
    await a.write(ANN, Put("m", "0", "zero", {}), FOREVER)
    written = await a.write(ANN, Put("m", "-1", None, {}), FOREVER)
    assert written.record.data == {"l": [[1, 2], None], "m": {"0": "zero", "-1": None}}
    assert (await a.write(ANN, Remove("m", "-1", {}), FOREVER)).record.data == {
        "l": [[1, 2], None],
        "m": {"0": "zero"},
    }


ODD = [
    "'; DROP TABLE flowcord_record; --",
    '"',
    "%s %(x)s %%",
    "{}{0}",
    "$1",
    "\\",
    "é😀",
    "a b",
    "NULL",
    ":x",
]


@pytest.mark.case("D119")
@pytest.mark.parametrize("text", ODD)
async def test_text_is_never_sql(a: Store, b: Store, text: str) -> None:
    address = Address("user", text, "notes/" + text.replace("/", ""))
    ears = Ears(b)
    assert (await b.read([address]))[address].data is None
    await a.items.create(address, {text: text}, FOREVER)
    await a.write(address, Put(text + "2", text, {text: text}, {}), FOREVER)
    await a.write(address, Merge({text + "3": [text]}), FOREVER)
    await ears.wait_for(address, 3)
    found = (await b.read([address]))[address]
    assert found.data == {text: text, text + "2": {text: {text: text}}, text + "3": [text]}
    assert [item.address for item in await b.items.list("user", text, "notes")] == [address]


@pytest.mark.parametrize("text", ["\0", "\ud800"])
async def test_text_that_postgres_cannot_store_is_an_error_of_its_own_and_harms_nothing(
    a: Store, text: str
) -> None:
    for address, change in ((Address("user", text, ""), Merge({"x": 1})), (ANN, Merge({"x": text}))):
        with pytest.raises(StoreError) as refused:
            await a.write(address, change, FOREVER)
        assert not isinstance(refused.value, StoreUnavailableError)
    assert (await a.read_fresh(ANN)).version == 0


async def test_reset_keeps_the_row_and_goes_on_counting(a: Store, sql: Any) -> None:
    await a.write(ANN, Merge({"x": 1, "y": 2}), FOREVER)
    assert (await a.write(ANN, Drop(("x", "nothing")), FOREVER)).record.data == {"y": 2}
    written = await a.write(ANN, Drop(), FOREVER)
    assert (written.record.version, written.record.data) == (3, {})
    assert not (await a.write(ANN, Drop(), FOREVER)).changed


@pytest.mark.case("D90")
async def test_policy_is_stored_by_effective_writes_only(a: Store, sql: Any) -> None:
    policy = Policy(owner="42", keep=timedelta(hours=1), revision=2)
    await a.write(ANN, Merge({"x": 1}), policy)
    first = await stored(sql) or {}
    assert (first["owner"], first["revision"]) == ("42", 2)
    assert first["expires_at"] - first["updated_at"] == timedelta(hours=1)
    await a.write(ANN, Merge({"x": 1}), policy)
    await a.read_fresh(ANN)
    assert await stored(sql) == first
    await a.write(ANN, Merge({"x": 3}), policy)
    assert (await stored(sql) or {})["expires_at"] > first["expires_at"]
    await a.write(ANN, Merge({"x": 2}), policy._replace(keep=None))
    assert (await stored(sql) or {})["expires_at"] is None


@pytest.mark.case("D88")
@pytest.mark.parametrize("revision", [1, 3])
async def test_only_a_whole_document_is_written_over_one_of_another_revision(
    a: Store, sql: Any, revision: int
) -> None:
    await a.write(ANN, Merge({"x": 1}), Policy(revision=2))
    before = await stored(sql)
    policy = Policy(revision=revision)
    for change in (Merge({"x": 2}), Merge({"x": 1}), Append("l", 1), Drop()):
        with pytest.raises(OtherRevision):
            await a.write(ANN, change, policy)
    assert await stored(sql) == before
    replaced = await a.write(ANN, Replace({"x": 1}, basis=await a.read_fresh(ANN)), policy)
    assert not replaced.changed  # equal data of another revision is no reason to write
    replaced = await a.write(ANN, Replace({"y": 1}, basis=await a.read_fresh(ANN)), policy)
    assert (replaced.changed, replaced.record.revision) == (True, revision)
    await sql.execute(EXPIRE)
    assert (await a.write(ANN, Merge({"x": 1}), FOREVER)).record.revision == 1  # nothing counts there


EXPIRE = "UPDATE flowcord_record SET expires_at = now() - interval '1 s'"
BURY = "UPDATE flowcord_record SET data = NULL, deleted_at = now(), version = version + 1"


@pytest.mark.case("D89", "D93")
@pytest.mark.parametrize("end", [EXPIRE, BURY])
async def test_what_expired_or_was_deleted_reads_as_unwritten_and_starts_anew(
    a: Store, sql: Any, end: str
) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    basis = await a.read_fresh(ANN)
    await sql.execute(end)
    dead = await a.read_fresh(ANN)
    assert dead.data is None
    assert not (await a.write(ANN, Drop(), FOREVER)).changed
    assert not (await a.write(ANN, Remove("m", "k", {}), FOREVER)).changed
    with pytest.raises(Conflict):  # the basis is from before
        await a.write(ANN, Replace({"x": 2}, basis), FOREVER)
    written = await a.write(ANN, numbers(n=5), FOREVER)
    assert (written.record.data, written.record.version) == ({"n": 5}, dead.version + 1)


@pytest.mark.parametrize("end", [EXPIRE, BURY])
async def test_a_replacement_may_be_based_on_what_reads_as_unwritten(a: Store, sql: Any, end: str) -> None:
    await a.write(ANN, Merge({"x": 1}), FOREVER)
    await sql.execute(end)
    dead = await a.read_fresh(ANN)
    assert not (await a.write(ANN, Replace({}, dead), FOREVER)).changed
    written = await a.write(ANN, Replace({"x": 2}, dead), FOREVER)
    assert (written.record.version, written.record.data) == (dead.version + 1, {"x": 2})


async def test_a_missing_item_is_written_by_nothing_but_create(a: Store, sql: Any) -> None:
    item = Address("user", "42", "notes/1")
    for change in (Merge({"x": 1}), numbers(n=1), Append("l", 1), Put("m", "k", 1), Drop()):
        with pytest.raises(NotFoundError):
            await a.write(item, change, FOREVER)
    assert await stored(sql, item) is None
