"""Postgres behind the durable handles, and the shared cache in front of it."""

from __future__ import annotations

from flowcord.store.changes import (
    Append as Append,
    Bound as Bound,
    Change as Change,
    Drop as Drop,
    Increment as Increment,
    Increments as Increments,
    Merge as Merge,
    Put as Put,
    Remove as Remove,
    Replace as Replace,
    exact as exact,
    total as total,
)
from flowcord.store.failures import Conflict as Conflict, OtherRevision as OtherRevision, Refused as Refused
from flowcord.store.findings import Findings as Findings
from flowcord.store.records import (
    Address as Address,
    Json as Json,
    Policy as Policy,
    Record as Record,
    Written as Written,
)
from flowcord.store.store import Store as Store
from flowcord.store.unit import UnitOfWork as UnitOfWork
