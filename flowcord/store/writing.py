"""One write: the statement that fits, and, when it changed nothing, the reason."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flowcord.errors import ConcurrentModificationError, NotFoundError, StoredDataError
from flowcord.store.changes import Change, Increments
from flowcord.store.database import Row
from flowcord.store.effects import Rule
from flowcord.store.failures import Conflict, OtherRevision, Refused
from flowcord.store.findings import Findings
from flowcord.store.records import UNBOUNDED, Address, Policy, Record, Written
from flowcord.store.shapes import arguments
from flowcord.store.statements import READ, Statement
from flowcord.store.write_statements import write_of

__all__ = ("Fetch", "parameters", "record_of", "write_record")

Fetch: TypeAlias = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
"""Runs a statement where the write belongs: on the pool, or in a unit of work."""

_ROUNDS = 10
"""How often a write is taken up again because others changed the row between it and its explanation."""


def record_of(address: Address, row: Row | None, findings: Findings) -> Record:
    """What a statement returned of a row, or that there is none."""
    if row is None or row["version"] is None:
        return Record(address)
    text, left = row["data"], row["expires_in"]
    if text is None or (left is not None and left <= 0):
        return Record(address, row["version"], None, row["revision"])
    findings.look(address, text)
    return Record(
        address, row["version"], json.loads(text), row["revision"], UNBOUNDED if left is None else left
    )


def parameters(address: Address, policy: Policy, limit: int) -> dict[str, Any]:
    """The parameters that every write has."""
    return {
        "scope": address.scope,
        "scope_id": address.scope_id,
        "name": address.name,
        "owner": policy.owner,
        "keep": policy.keep,
        "revision": policy.revision,
        "limit": limit,
    }


async def write_record(
    fetch: Fetch, address: Address, change: Change, policy: Policy, *, limit: int, findings: Findings
) -> Written:
    """Apply `change` to the row as Postgres finds it.

    Raises `Refused` or `StoredDataError` where the row forbids it, `Conflict` where it is no longer the
    basis, `OtherRevision` where its document is of another one, `NotFoundError` for an item that is not
    there. In all of them the row is as before.
    """
    if isinstance(change, Increments):
        change = Increments(tuple(item for item in change.items if item.delta))
        if not change.items:  # adding nothing pins no default
            rows = await fetch(READ, address._asdict())
            return Written(_found(address, record_of(address, rows[0] if rows else None, findings)), False)
    write = write_of(change)
    values = {**parameters(address, policy, limit), **arguments(change)}
    first = write.upsert if change.creates and not address.is_item else write.change
    statement = first
    for _ in range(_ROUNDS):
        rows = await fetch(statement, values)
        if rows:
            return Written(record_of(address, rows[0], findings), True)
        row = (await fetch(write.explain, values))[0]
        record = _found(address, record_of(address, row, findings))
        if row["broken"] is not None:
            raise _refusal(address, change, write.rules[int(row["broken"])])
        if not row["differs"]:
            return Written(record, False)
        # By now it would be allowed, and change something: others were faster. Take it up again.
        statement = write.revive if record.version and record.data is None else first
    raise ConcurrentModificationError(f"The record {address} never kept still for a write", attempts=_ROUNDS)


def _found(address: Address, record: Record) -> Record:
    if record.data is None and address.is_item:
        raise NotFoundError(f"There is no item {address}")
    return record


def _refusal(address: Address, change: Change, rule: Rule) -> Exception:
    if rule.name == "basis":
        return Conflict()
    if rule.name == "revision":
        return OtherRevision()
    if rule.name == "max_record_bytes":
        return Refused(rule.name)
    field = change.items[rule.item].field if isinstance(change, Increments) else getattr(change, "field", "")
    if rule.name == "kind":
        return StoredDataError(f"Field {field!r} of the record {address} holds JSON of another kind")
    return Refused(rule.name, field)
