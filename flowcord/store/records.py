"""What is stored, as Python sees it: addresses and immutable records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

__all__ = ("UNBOUNDED", "Address", "Json", "Policy", "Record", "Written")

Json: TypeAlias = Any  # a decoded JSON value; recursive aliases cost readers more than they catch
UNBOUNDED = float("inf")


class Address(NamedTuple):
    """Where a record lives. The empty name is the scope state; `<collection>/<key>` is an item."""

    scope: str
    scope_id: str
    name: str

    @property
    def is_item(self) -> bool:
        """Whether this is a collection's item, which only `Items.create` brings into being."""
        return "/" in self.name

    @property
    def collection(self) -> Address:
        """What stands for all items of this item's collection: no record has this address."""
        return self._replace(name=self.name.partition("/")[0] + "/")

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id}" + (f" {self.name}" if self.name else "")


class Record:
    """One row as it was at one moment. Nothing changes it: a newer version is another `Record`."""

    __slots__ = ("address", "built", "data", "expires_in", "revision", "version")

    address: Address
    version: int
    """The row's version; 0 where there is no row."""
    data: Mapping[str, Json] | None
    """The document; `None` while unwritten: no row, a tombstone, expired (the version may be above 0)."""
    revision: int
    """The data revision the document was written in."""
    expires_in: float
    """Seconds that were left by Postgres's clock when it was read; `UNBOUNDED` without an expiry."""
    built: dict[Any, Any]
    """What the data layer made of this version (validated values by model), shared by all its readers."""

    def __init__(
        self,
        address: Address,
        version: int = 0,
        data: Mapping[str, Json] | None = None,
        revision: int = 1,
        expires_in: float = UNBOUNDED,
    ) -> None:
        self.address = address
        self.version = version
        self.data = data
        self.revision = revision
        self.expires_in = expires_in
        self.built = {}

    def __repr__(self) -> str:
        # Never the data: reprs end up in logs.
        return (
            f"<Record {self.address} version={self.version}{'' if self.data is not None else ' unwritten'}>"
        )


class Policy(NamedTuple):
    """What an effective write stores beside the data."""

    owner: str | None = None
    """The user whom `forget_user` would delete this record for."""
    keep: timedelta | None = None
    """How long the record lives after its last effective write; `None` for ever."""
    revision: int = 1
    """The data revision of the code."""


class Written(NamedTuple):
    """What a write did: the record as it is now, and whether this write changed it."""

    record: Record
    changed: bool
