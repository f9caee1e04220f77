"""A declaration as one flow has it, after bubbling: what its handles need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from flowcord.data.boundary import current
from flowcord.data.scope import Scope, owner_of
from flowcord.data.shape import Shape
from flowcord.data.upgrades import Upgrades, upgraded
from flowcord.errors import (
    ClientBoundaryError,
    NotFoundError,
    ReadOnlyError,
    ScopeUnavailableError,
    StateValidationError,
)
from flowcord.store import Address, Findings, Policy, Record

__all__ = ("Binding", "HasId")

ModelT = TypeVar("ModelT", bound=BaseModel)

#: What only reads, by the kind of its boundary.
_READERS = {"entry": "a client data entry", "total": "a total of list_pages"}


class HasId(Protocol):
    """A user, a member: anything of Discord's with an id."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Binding(Generic[ModelT]):
    """A declaration as one flow has it, after bubbling."""

    kind: Literal["state", "resource", "collection"]
    label: str
    scope: Scope
    name: str
    shape: Shape[ModelT]
    isolated: bool = False
    writable: bool = True
    exposed: frozenset[str] = frozenset()
    keep: timedelta | None = None
    upgrades: Upgrades = ()
    max_items: int | None = None
    when_full: Literal["refuse", "oldest"] = "refuse"

    def address(self, scope_id: str) -> Address:
        return Address(self.scope.value, scope_id, self.name)

    def policy(self, scope_id: str) -> Policy:
        return Policy(owner_of(self.scope, scope_id), self.keep, len(self.upgrades) + 1)

    def fits(self, record: Record) -> bool:
        """Whether the record is in the code's data revision."""
        return record.data is None or record.revision == len(self.upgrades) + 1

    def current(self, record: Record) -> Record:
        """The record in the code's data revision.

        Raises `StoredDataError` where it cannot be brought there, `NotFoundError` for a missing item.
        """
        if record.data is None:
            self.require_there(record)
        elif not self.fits(record):
            return upgraded(record, self.upgrades, self.label)
        return record

    def require_there(self, record: Record) -> None:
        """Raises `NotFoundError` for an item that is not there; other records read as their defaults."""
        if record.data is None and self.kind == "collection":
            raise NotFoundError(f"{self.label} has no such item.")

    def read(self, record: Record, findings: Findings) -> ModelT:
        """The immutable value of a record. Raises `StoredDataError` if there is no valid one."""
        return self.shape.read(self.current(record), findings)

    def user_id(self, user: HasId | int, own: str | None) -> str:
        """The scope id of another user's record. Raises `ScopeUnavailableError` outside of USER scope."""
        if self.scope is not Scope.USER or own is None:
            raise ScopeUnavailableError(
                f"{self.label}: `of(user)` is for USER scope; this is {self.scope.value} data."
            )
        return f"{own.rpartition('/')[0]}/{id_of(user)}" if self.isolated else id_of(user)

    def unavailable(self) -> ScopeUnavailableError:
        return ScopeUnavailableError(
            f"{self.label} has no project here. Make the command guild-only, ask `.available` first, or give "
            f"FlowCord(project=...) a resolver that maps this place to a project."
        )

    def require_open(self, touched: str = "touched") -> None:
        """Raises `ClientBoundaryError` in render."""
        boundary = current.get()
        if boundary is not None and boundary.kind == "render":
            ways = "a @client_data method"
            if self.kind != "collection":
                ways += ", or expose=True or expose={'field'} on the declaration"
            raise ClientBoundaryError(
                f"render {touched} {self.label}. Stored data reaches a screen through {ways}."
            )

    def require_writable(self) -> None:
        """Raises if this is no place for a write, or the declaration is read-only."""
        self.require_open("wrote to")
        boundary = current.get()
        if boundary is not None and boundary.kind in _READERS:
            raise ClientBoundaryError(
                f"{_READERS[boundary.kind]} wrote to {self.label}. Write in handlers and hooks."
            )
        if not self.writable:
            raise ReadOnlyError(
                f"{self.label} is declared writable=False: here the {self.scope.value} {self.kind} "
                f"{self.name!r} is read-only."
            )

    def refused(self, rules: Mapping[str, str]) -> StateValidationError:
        text = "; ".join(f"{name}: {rule}" if name else rule for name, rule in rules.items())
        return StateValidationError(f"{self.label} refused: {text}.", handle=self.label, fields=rules)


def id_of(user: HasId | int) -> str:
    found = getattr(user, "id", user)
    if not isinstance(found, int):
        raise TypeError(f"`of` takes a user, a member or an id as a number, not a {type(user).__name__}")
    return str(found)
