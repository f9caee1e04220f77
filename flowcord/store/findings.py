"""What is odd about stored records: told once of each in the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from logging import getLogger

from flowcord.store.records import Address, Record
from flowcord.store.stats import Counters

__all__ = ("Findings",)

_LARGE = 64 * 1024
_REMEMBERED = 1024
_log = getLogger(__name__)


class Findings:
    """Warns of records, once of each finding; of each kind the last 1,024 are remembered."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._large: OrderedDict[Hashable, None] = OrderedDict()
        self._invalid: OrderedDict[Hashable, None] = OrderedDict()

    def look(self, address: Address, text: str) -> None:
        """Look at a document's JSON: is it large?"""
        # Four bytes are the most that a character takes.
        if len(text) < _LARGE // 4 or address in self._large:
            return
        size = len(text.encode())
        if size >= _LARGE:
            _remember(self._large, address)
            _log.warning("The record %s has %d bytes: every write stores all of it again", address, size)

    def invalid(self, record: Record, fields: Sequence[str]) -> None:
        """These stored fields do not fit their types and read as their defaults."""
        key = (record.address, record.version)
        if key in self._invalid:
            return
        _remember(self._invalid, key)
        self._counters.invalid_stored += 1
        _log.warning("%s version %d: stored %s invalid, read as the default", *key, ", ".join(fields))


def _remember(found: OrderedDict[Hashable, None], key: Hashable) -> None:
    found[key] = None
    if len(found) > _REMEMBERED:
        found.popitem(last=False)
