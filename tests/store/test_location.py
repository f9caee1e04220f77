"""Where a database is, read from its URL; what cannot be read is not repeated."""

from __future__ import annotations

import pytest

from flowcord.errors import StoreError
from flowcord.store.location import Location


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://me:hunter2@db.example:6543/bots", "database 'bots' on db.example, port 6543"),
        ("postgres://me:hun%40ter2@db.example", "database 'me' on db.example, port 5432"),
        ("postgresql+asyncpg://me@/bots?host=/run/pg&port=6000", "database 'bots' on /run/pg, port 6000"),
        ("postgresql://", "database 'postgres' on localhost, port 5432"),
    ],
)
def test_a_location_is_told_without_user_and_password(url: str, place: str) -> None:
    location = Location.parse(url)
    assert str(location) == place
    assert location.dsn.startswith("postgresql://")
    assert "hunter2" not in str(location) + repr(location)


@pytest.mark.parametrize(
    "url",
    [
        "hunter2",
        "mysql://me:hunter2@localhost/bots",
        "postgresql://me:hunter2@localhost:x/bots",
        "postgresql://me:hunter2@localhost:65536/bots",
        "postgresql://me:hunter2@localhost/bots?port=x",
        "postgresql://me:x@hunter2@localhost/bots",
        "postgresql://me:x@y/hunter2@localhost/bots",
    ],
)
def test_another_kind_of_url_is_refused_unquoted(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Location.parse(url)
    assert "hunter2" not in str(refused.value)
