"""Statements on the items of a collection: the rows with names from `<collection>/` to `<collection>0`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from flowcord.store.statements import (
    ADDRESS,
    KEY,
    LIVE,
    NOW,
    POLICY,
    SNAPSHOT,
    TOMBSTONE,
    Statement,
    fits,
    raised,
)
from flowcord.store.tables import records

__all__ = (
    "COUNT",
    "DELETE",
    "EVICT",
    "LIST_NEWEST",
    "LIST_OLDEST",
    "LOCK_COLLECTION",
    "create",
)

_row = records.c

_low, _high = bindparam("low", type_=Text), bindparam("high", type_=Text)
_items = and_(
    _row.scope == bindparam("scope", type_=Text),
    _row.scope_id == bindparam("scope_id", type_=Text),
    _row.name > _low,
    _row.name < _high,
    LIVE,
)
_page = select(_row.scope, _row.scope_id, _row.name, *SNAPSHOT).where(_items)
LIST_OLDEST = Statement.of(_page.order_by(_row.name).limit(bindparam("count", type_=BigInteger)))
LIST_NEWEST = Statement.of(_page.order_by(_row.name.desc()).limit(bindparam("count", type_=BigInteger)))
COUNT = Statement.of(select(func.count().label("count")).select_from(records).where(_items))

DELETE = Statement.of(update(records).where(KEY, LIVE).values(TOMBSTONE).returning(*SNAPSHOT))

LOCK_COLLECTION = Statement.of(
    select(
        func.pg_advisory_xact_lock(
            func.hashtextextended(bindparam("collection", type_=Text), literal_column("0"))
        )
    )
)
"""Creates of a collection with `max_items` take turns: no statement can count rows it does not see yet."""

_surplus = (
    select(_row.name)
    .where(_items)
    .order_by(_row.created_at.desc(), _row.name.desc())
    .offset(bindparam("max_items", type_=BigInteger))
)
EVICT = Statement.of(
    update(records)
    .where(
        _row.scope == bindparam("scope", type_=Text),
        _row.scope_id == bindparam("scope_id", type_=Text),
        _row.name.in_(_surplus),
    )
    .values(TOMBSTONE)
    .returning(_row.scope, _row.scope_id, _row.name, *SNAPSHOT)
)


def _create(limited: bool) -> Statement:
    """One row: `fits`, `room`, `created`, and the item, which may be one that was there already."""
    document = bindparam("data", type_=JSONB)
    room = (
        select(func.count()).select_from(records).where(_items).scalar_subquery()
        < bindparam("max_items", type_=BigInteger)
        if limited
        else true()
    )
    asked = select(fits(document).label("fits"), room.label("room")).cte("asked")
    first = select(*ADDRESS.values(), document, *POLICY.values()).where(asked.c.fits, asked.c.room)
    made = (
        insert(records)
        .from_select([*ADDRESS, _row.data, *POLICY], first)
        .on_conflict_do_update(
            index_elements=list(records.primary_key),
            set_={**raised(document), _row.created_at: NOW},
            where=~LIVE,
        )
        .returning(true().label("created"), *SNAPSHOT)
        .cte("made")
    )
    there = select(false().label("created"), *SNAPSHOT).where(KEY, LIVE)
    either = union_all(select(made), there).subquery("either")
    return Statement.of(
        select(asked, either).select_from(asked.outerjoin(either, true())).order_by(either.c.created.desc()),
        writes=True,
    )


_creates = {limited: _create(limited) for limited in (False, True)}


def create(limited: bool) -> Statement:
    """Create an item unless it is there; `limited` also counts the collection."""
    return _creates[limited]
