"""Watching: which sessions are to be refreshed when something changes. Each watches until it leaves."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Watching",)

KeyT = TypeVar("KeyT", bound=Hashable)


class Watching(Generic[KeyT]):
    """Keys and the sessions that watch them. Sessions that watch nothing are not in it."""

    __slots__ = ("_keys", "_watchers")

    def __init__(self) -> None:
        self._watchers: dict[KeyT, set[MenuSession]] = {}
        self._keys: dict[MenuSession, set[KeyT]] = {}

    def add(self, session: MenuSession, key: KeyT) -> None:
        """`session` watches `key` too."""
        keys = self._keys.setdefault(session, set())
        if key not in keys:
            keys.add(key)
            self._watchers.setdefault(key, set()).add(session)

    def keep(self, session: MenuSession, keys: Iterable[KeyT]) -> None:
        """Of what `session` watches, it goes on with `keys` only."""
        watched = self._keys.get(session)
        if watched is None:
            return
        for key in watched.difference(keys):
            watched.discard(key)
            watchers = self._watchers[key]
            watchers.discard(session)
            if not watchers:
                del self._watchers[key]
        if not watched:
            del self._keys[session]

    def drop(self, session: MenuSession) -> None:
        """`session` watches nothing any more."""
        self.keep(session, ())

    def of(self, key: KeyT) -> Iterable[MenuSession]:
        """The sessions that watch `key`."""
        return self._watchers.get(key, ())

    def by(self, session: MenuSession) -> Iterable[KeyT]:
        """What `session` watches."""
        return self._keys.get(session, ())

    @property
    def sessions(self) -> Iterable[MenuSession]:
        """The sessions that watch anything."""
        return self._keys
