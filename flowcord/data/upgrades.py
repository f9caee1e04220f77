"""Upgrades: documents of earlier data revisions, as today's code has them. Reading one writes nothing."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Hashable, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any, cast

from flowcord.errors import DeclarationError, StoredDataError
from flowcord.store import Json, Record

__all__ = ("Upgrade", "Upgrades", "check_keep", "check_upgrades", "upgraded")

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""From one data revision to the next: a plain function from stored JSON to stored JSON."""
Upgrades = tuple[Upgrade, ...]
"""A chain of them: the first leads from revision 1 to 2, the last to the code's revision."""

_LONGEST = timedelta(days=365_000)
"""Postgres's calendar has an end."""


def check_upgrades(label: str, upgrades: Sequence[Upgrade]) -> Upgrades:
    """The chain as it was declared. Raises `DeclarationError` if it is none of plain functions."""
    for upgrade in upgrades:
        # They are compared between declarations, and what they made of a record is kept by them.
        comparable = isinstance(cast(object, upgrade), Hashable)
        if not callable(upgrade) or inspect.iscoroutinefunction(upgrade) or not comparable:
            raise DeclarationError(
                f"{label}: upgrades are plain functions from a stored dict to the next revision's, not "
                f"{upgrade!r}."
            )
    return tuple(upgrades)


def check_keep(label: str, keep: timedelta | None) -> None:
    """Raises `DeclarationError` for what is no span of time to keep a record."""
    if keep is not None and not (isinstance(keep, timedelta) and timedelta() < keep <= _LONGEST):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DeclarationError(
            f"{label}: `keep` is a timedelta above 0 and of at most 1,000 years, not {keep!r}. Without one "
            f"records are kept for ever."
        )


def upgraded(record: Record, chain: Upgrades, label: str) -> Record:
    """The record in the revision that `chain` leads to, made once for all readers.

    Raises `StoredDataError` where an upgrade fails, or where newer code than this wrote the record.
    """
    known = record.built.get(chain)
    if known is not None:
        return cast(Record, known)
    revision = len(chain) + 1
    if record.revision > revision:
        raise StoredDataError(
            f"{label}: the record {record.address} is of data revision {record.revision}, and this code "
            f"knows {revision}. Newer code wrote it: deploy that here too."
        )
    data: Json = record.data
    for number, upgrade in enumerate(chain[record.revision - 1 :], start=record.revision + 1):
        data = _step(upgrade, data, f"{label}: upgrading the record {record.address} to revision {number}")
    made = Record(record.address, record.version, data, revision, record.expires_in)
    record.built[chain] = made
    return made


def _step(upgrade: Upgrade, data: Json, doing: str) -> dict[str, Json]:
    name = getattr(upgrade, "__qualname__", type(upgrade).__name__)
    try:
        result: Any = upgrade(deepcopy(dict(data)))
    except Exception as error:  # the author's, whose text may quote what is stored
        raise StoredDataError(f"{doing} failed: {name} raised {type(error).__name__}.") from None
    if not isinstance(result, dict):
        raise StoredDataError(f"{doing} failed: {name} returned no dict.")
    try:
        return json.loads(json.dumps(result, allow_nan=False))
    except (TypeError, ValueError):
        raise StoredDataError(f"{doing} failed: what {name} returned is no JSON.") from None
