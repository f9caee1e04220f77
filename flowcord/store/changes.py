"""What a write can do to a record's document. Field names and JSON values, already validated.

Postgres applies a change to the row as it finds it; nothing here was read from the row before (`Replace`
alone names the version it is based on, and Postgres checks that).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Literal, TypeAlias

from flowcord.store.records import Json, Record

__all__ = (
    "Append",
    "Bound",
    "Change",
    "Drop",
    "Increment",
    "Increments",
    "Merge",
    "Number",
    "Put",
    "Remove",
    "Replace",
    "exact",
    "total",
)

Number: TypeAlias = int | float | Decimal


def exact(number: Number | str) -> Decimal:
    """The decimal a number is written as: 0.1 is one tenth here, not its nearest binary fraction."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


_digits = Context(prec=150_000)  # more than a number of Postgres's has; Python's own default are 28


def total(one: Number | str, other: Number | str) -> Decimal:
    """The sum to the last digit, as Postgres adds."""
    return _digits.add(exact(one), exact(other))


@dataclass(frozen=True, slots=True)
class Merge:
    """Replace these top-level fields, keep all others."""

    fields: Mapping[str, Json]

    @property
    def creates(self) -> bool:
        return bool(self.fields)


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit of a number after an increment."""

    value: Number
    inclusive: bool = True


@dataclass(frozen=True, slots=True)
class Increment:
    """Add `delta` to a number. Ints stay exact beyond 64 bits, decimals are stored as strings."""

    field: str
    delta: Number
    default: Number | str | None
    kind: Literal["int", "float", "decimal"] = "int"
    lower: Bound | None = None
    upper: Bound | None = None

    @property
    def start(self) -> Decimal:
        """What a field that was never written counts as."""
        return exact(0 if self.default is None else self.default)

    @property
    def fits(self) -> bool:
        """Whether the first increment ever stays within the bounds, and a float finite."""
        result, low, high = total(self.start, self.delta), self.lower, self.upper
        if self.kind == "float":
            if not math.isfinite(float(result)):
                return False
            result = exact(float(result))
        above = low is None or result > exact(low.value) or (low.inclusive and result == exact(low.value))
        below = high is None or result < exact(high.value) or (high.inclusive and result == exact(high.value))
        return above and below


@dataclass(frozen=True, slots=True)
class Increments:
    """Several numbers of one record, raised together."""

    items: tuple[Increment, ...]

    @property
    def creates(self) -> bool:
        return all(item.fits for item in self.items)


@dataclass(frozen=True, slots=True)
class Append:
    """Add one element to the end of a list."""

    field: str
    item: Json
    default: Sequence[Json] | None = None
    max_length: int | None = None

    @property
    def creates(self) -> bool:
        return self.max_length is None or len(self.default or ()) < self.max_length


@dataclass(frozen=True, slots=True)
class Put:
    """Set one key of a map."""

    field: str
    key: str
    item: Json
    default: Mapping[str, Json] | None = None
    max_length: int | None = None

    @property
    def creates(self) -> bool:
        return self.max_length is None or len({*(self.default or {}), self.key}) <= self.max_length


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove one key of a map. A missing key is a no-op, and pins no default."""

    field: str
    key: str
    default: Mapping[str, Json] | None = None
    min_length: int | None = None

    @property
    def creates(self) -> bool:
        default = self.default or {}
        return self.key in default and len(default) > (self.min_length or 0)


@dataclass(frozen=True, slots=True)
class Drop:
    """Drop these top-level fields, or all (`None`), so that they read as their defaults again."""

    fields: tuple[str, ...] | None = None

    creates: Literal[False] = field(default=False, init=False, repr=False)


@dataclass(frozen=True, slots=True)
class Replace:
    """Compare and swap: store this document if the row is still as `basis` says."""

    data: Mapping[str, Json]
    basis: Record

    @property
    def creates(self) -> bool:
        return self.basis.data is None and bool(self.data)


Change: TypeAlias = Merge | Increments | Append | Put | Remove | Drop | Replace
"""`creates` says whether the change writes where nothing is written: it is allowed there, and no no-op."""
