"""Postgres behind the durable handles, and the shared cache in front of it."""

from __future__ import annotations

from flowcord.store.changes import (
    Append as Append,
)
from flowcord.store.changes import (
    Bound as Bound,
)
from flowcord.store.changes import (
    Change as Change,
)
from flowcord.store.changes import (
    Drop as Drop,
)
from flowcord.store.changes import (
    Increment as Increment,
)
from flowcord.store.changes import (
    Increments as Increments,
)
from flowcord.store.changes import (
    Merge as Merge,
)
from flowcord.store.changes import (
    Put as Put,
)
from flowcord.store.changes import (
    Remove as Remove,
)
from flowcord.store.changes import (
    Replace as Replace,
)
from flowcord.store.changes import (
    exact as exact,
)
from flowcord.store.changes import (
    total as total,
)
from flowcord.store.failures import Conflict as Conflict
from flowcord.store.failures import OtherRevision as OtherRevision
from flowcord.store.failures import Refused as Refused
from flowcord.store.records import (
    Address as Address,
)
from flowcord.store.records import (
    Json as Json,
)
from flowcord.store.records import (
    Policy as Policy,
)
from flowcord.store.records import (
    Record as Record,
)
from flowcord.store.records import (
    Written as Written,
)
from flowcord.store.store import Store as Store
from flowcord.store.unit import UnitOfWork as UnitOfWork
