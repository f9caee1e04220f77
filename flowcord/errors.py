"""Every error FlowCord raises, in one tree.

`DefinitionError` is the developer's: found at class creation, `add`, `open` or the first render.
`SessionError` and `StoreError` happen while a session runs. What users see of any of them is a
sentence of `Texts` and an incident id, never the message of an exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

__all__ = [
    "AlreadyExistsError",
    "AtomicError",
    "BubblingError",
    "ClientBoundaryError",
    "ClientDataError",
    "CollectionFullError",
    "ConcurrentModificationError",
    "DeclarationError",
    "DefinitionError",
    "DuplicateKeyError",
    "DuplicateMenuError",
    "EphemeralError",
    "FlowCordError",
    "GuardFailed",
    "NavigationError",
    "NoInteractionError",
    "NoOpenerError",
    "NotFoundError",
    "OptionsError",
    "ReadOnlyError",
    "SchemaRevisionError",
    "ScopeUnavailableError",
    "ScreenLimitError",
    "SessionEndedError",
    "SessionError",
    "SessionLimitError",
    "ShuttingDownError",
    "StateValidationError",
    "StoreError",
    "StoreUnavailableError",
    "StoredDataError",
    "UnknownMenuError",
]


class FlowCordError(Exception):
    """The root of everything FlowCord raises on purpose (`GuardFailed` is no failure and stands apart)."""


# Definitions ---------------------------------------------------------------------------------------


class DefinitionError(FlowCordError):
    """A menu, flow, component or declaration is wrong in itself. The message names it and the remedy."""


class DuplicateMenuError(DefinitionError):
    """Two flows of one kind in an app, or two menus of one name in a flow."""


class UnknownMenuError(DefinitionError):
    """A menu that was not added, or that the session's flow does not contain."""


class DuplicateKeyError(DefinitionError):
    """Two components of one screen have the same handler and arguments, so a click could mean either."""


class OptionsError(DefinitionError):
    """Options do not validate against the menu's options model.

    `fields` maps each offending field to what is wrong with it.
    """

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: Mapping[str, str] = dict(fields or {})


class ScreenLimitError(DefinitionError):
    """A screen or form breaks limits of Discord's. `violations` lists all of them, each with its path."""

    def __init__(self, violations: Sequence[str]) -> None:
        super().__init__("\n".join(violations))
        self.violations: tuple[str, ...] = tuple(violations)


class DeclarationError(DefinitionError):
    """A durable declaration is wrong in itself: its model, its names, or where it stands."""


class BubblingError(DefinitionError):
    """Durable declarations contradict each other. `conflicts` lists every contradiction of one `add`."""

    def __init__(self, conflicts: Sequence[str]) -> None:
        super().__init__("\n\n".join(conflicts))
        self.conflicts: tuple[str, ...] = tuple(conflicts)


# Sessions ------------------------------------------------------------------------------------------


class SessionError(FlowCordError):
    """Something that a running session cannot do."""


class SessionEndedError(SessionError):
    """A verb was used on a session that has ended."""


class NavigationError(SessionError):
    """Navigation where it is not allowed (in `render`, `on_leave` …), or redirects without an end."""


class NoOpenerError(NavigationError):
    """`complete` in a menu that nobody opened as a sub-menu."""


class NoInteractionError(SessionError):
    """`ctx.interaction` where no interaction is at hand, such as in `on_timeout`."""


class EphemeralError(SessionError):
    """An ephemeral message without an interaction to answer, which Discord does not offer."""


class SessionLimitError(SessionError):
    """A user has as many sessions open as `sessions_per_user` allows, and was told so.

    `session_id` is one of them, for `FlowCord.get_session`.
    """

    def __init__(self, message: str, *, session_id: str) -> None:
        super().__init__(message)
        self.session_id = session_id


class ShuttingDownError(SessionError):
    """A session was opened after `FlowCord.close` began."""


# Validation and the client boundary ----------------------------------------------------------------


class StateValidationError(FlowCordError):
    """A value that its model refuses, in a `StateAccessor` or in a write of a durable handle.

    `handle` names the durable handle (`None` for menu and session state); `fields` maps each offending
    field to the rule it broke, without the refused value.
    """

    def __init__(
        self, message: str, *, handle: str | None = None, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.handle = handle
        self.fields: Mapping[str, str] = dict(fields or {})


class ClientBoundaryError(FlowCordError):
    """Stored data was about to reach a screen by a way that is not declared, or client data was misused."""


class ClientDataError(FlowCordError):
    """`render` used a client data entry that had failed. `incident` is the id it was logged under."""

    def __init__(self, message: str, *, incident: str) -> None:
        super().__init__(message)
        self.incident = incident


# Stored data ---------------------------------------------------------------------------------------


class StoreError(FlowCordError):
    """An error of stored data. `sqlstate` is Postgres's code where it was Postgres that refused."""

    def __init__(self, message: str, *, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class StoreUnavailableError(StoreError):
    """Postgres is unreachable, hung or busy.

    `outcome` is `"not_applied"` when nothing can have been written, `"unknown"` when a write was sent
    and its answer never came.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: Literal["not_applied", "unknown"] = "not_applied",
        sqlstate: str | None = None,
    ) -> None:
        super().__init__(message, sqlstate=sqlstate)
        self.outcome: Literal["not_applied", "unknown"] = outcome


class SchemaRevisionError(StoreError):
    """`FlowCord.start` found other tables than this code needs, or a Postgres older than 18."""


class ConcurrentModificationError(StoreError):
    """Others kept winning the race for a record. `attempts` counts the tries."""

    def __init__(self, message: str, *, attempts: int) -> None:
        super().__init__(message)
        self.attempts = attempts


class AtomicError(StoreError):
    """Misuse, or a broken end, of a unit of work. Nothing of it was committed."""


class ReadOnlyError(StoreError):
    """A write through a declaration with `writable=False`."""


class NotFoundError(StoreError):
    """A collection has no item of that key."""


class AlreadyExistsError(StoreError):
    """A collection has an item of that key already: `value` and `version` are the item's."""

    def __init__(self, message: str, *, value: object, version: int) -> None:
        super().__init__(message)
        self.value = value
        self.version = version


class CollectionFullError(StoreError):
    """A collection holds `max_items` items and refuses more."""


class ScopeUnavailableError(StoreError):
    """The scope has no id here: no project in a direct message, or a resolver that gave none."""


class StoredDataError(StoreError):
    """Stored JSON is not what the operation or the code needs, such as an append onto a string."""


class GuardFailed(Exception):  # an answer, not an error: deliberately outside of FlowCordError
    """A guard said no. Handlers may raise it themselves: the action stops and `text` is shown as a notice."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
