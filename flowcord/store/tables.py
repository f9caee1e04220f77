"""The table as the code sees it. `migrations/` creates it; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

__all__ = ("CHANNEL", "metadata", "records")

CHANNEL = "flowcord"
"""The channel on which the table's triggers notify."""

metadata = MetaData()

_exact = Text(collation="C")

records = Table(
    "flowcord_record",
    metadata,
    Column("scope", _exact, primary_key=True),
    Column("scope_id", _exact, primary_key=True),
    Column("name", _exact, primary_key=True, server_default=""),
    Column("data", JSONB, nullable=True),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("owner", _exact, nullable=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=True),
    Column("deleted_at", DateTime(timezone=True), nullable=True),
)
