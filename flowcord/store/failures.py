"""What can go wrong with a statement: the store's own answers, and Postgres's errors as FlowCord's.

Errors are told apart by SQLSTATE and by class, never by their text, and none of that text is passed on: it
may quote what is stored.
"""

from __future__ import annotations

import asyncpg

from flowcord.errors import ConcurrentModificationError, StoreError, StoreUnavailableError

__all__ = ("ERRORS", "Conflict", "OtherRevision", "Refused", "failure", "is_lost", "only_reads")


class Refused(Exception):  # the data layer words it for its readers
    """The change would break a rule, so the record stayed as it was.

    `rule` is one of `minimum`, `exclusive_minimum`, `maximum`, `exclusive_maximum`, `finite`, `max_length`,
    `min_length`, `max_items` and `max_record_bytes`; `field` is empty for the last two.
    """

    def __init__(self, rule: str, field: str = "") -> None:
        super().__init__(f"{field}: {rule}" if field else rule)
        self.rule = rule
        self.field = field


class Conflict(Exception):  # the data layer tries again on newer data
    """The record is no longer what a `Replace` was based on."""


class OtherRevision(Exception):  # the data layer upgrades the document
    """The record is of another data revision than the code's: only a `Replace` may write there."""


#: What asyncpg raises, all of it.
ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

_DEADLOCKS = ("40P01", "40001")
_BUSY = ("57014", "55P03")  # cancelled by a timeout of the server's, lock not available
_GONE = ("57P01", "57P02", "57P03", "57P05")  # shutting down, crashed, starting up, session timed out
_READ_ONLY = "25006"
#: Nobody is let in (28, 3D), the server is out of something or unwell (53, 58; 54000: its queue of
#: notifications is full), or its tables are not those that were there at the start (3F, 42), as while they
#: are migrated.
_UNFIT = ("28", "3D", "53", "54000", "58", "3F", "42")


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, so that another one may do better."""
    if isinstance(error, asyncpg.PostgresError):
        return _sqlstate(error).startswith("08") or _sqlstate(error) in _GONE
    # A ValueError is asyncpg refusing an argument, before anything was sent.
    return isinstance(error, ERRORS) and not isinstance(error, TimeoutError | ValueError)


def only_reads(error: BaseException) -> bool:
    """Whether the server is a standby, as after a failover: another connection may find one that writes."""
    return isinstance(error, asyncpg.PostgresError) and _sqlstate(error) == _READ_ONLY


def failure(error: BaseException, doing: str, *, sent: bool) -> StoreError:
    """FlowCord's error for one of asyncpg's.

    `doing` completes "Postgres … while …"; `sent` says that a write was on its way, so that losing the
    connection or giving up leaves its outcome unknown.
    """
    sqlstate = _sqlstate(error) if isinstance(error, asyncpg.PostgresError) else None
    # asyncpg has read the server's farewell, though not yet the connection's end: it sends nothing any more.
    sent = sent and not isinstance(error, asyncpg.InternalClientError)
    if sqlstate in _DEADLOCKS:
        return ConcurrentModificationError(f"Postgres ended a deadlock while {doing}", attempts=1)
    if is_lost(error) or isinstance(error, TimeoutError):
        what = "did not answer in time" if isinstance(error, TimeoutError) else "could not be reached"
        return StoreUnavailableError(
            f"Postgres {what} while {doing}", outcome="unknown" if sent else "not_applied", sqlstate=sqlstate
        )
    if sqlstate is not None and (
        sqlstate.startswith(_UNFIT)
        or sqlstate in (*_BUSY, _READ_ONLY)
        or isinstance(error, asyncpg.InvalidCachedStatementError)  # prepared before the tables were migrated
    ):
        return StoreUnavailableError(
            f"Postgres refused ({type(error).__name__}) while {doing}", sqlstate=sqlstate
        )
    return StoreError(f"Postgres refused ({type(error).__name__}) while {doing}", sqlstate=sqlstate)


def _sqlstate(error: asyncpg.PostgresError) -> str:
    return str(getattr(error, "sqlstate", None) or "")
