"""Live menus: shown again when the stored data changes that their last screen was made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from flowcord.data.session_data import SessionData, rendering
from flowcord.session.paging import count_lists
from flowcord.session.picture import Picture
from flowcord.session.refreshing import refreshing_of
from flowcord.session.watching import Watching
from flowcord.store import Address

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Live", "draw_live")

#: Changes remembered, so that each counts once: a commit of this process is also heard of as a notification.
_REMEMBERED = 1024


async def draw_live(
    session: MenuSession, data: SessionData, render: Callable[[], Awaitable[Picture]]
) -> Picture:
    """The picture that `render` makes of a live menu; what is read for it is watched until the next."""
    blocks = session.blocks(session.menu)
    reading = session.runtime.live.read(session, data.addresses(*blocks))
    await data.load_at(reading.watched)
    await data.evaluate(*blocks, note=reading.note)
    if session.menu.shape.lists:
        await count_lists(session.menu, reading.note)
    with rendering(reading.note):
        picture = await render()
    reading.done()
    return picture


class Live:
    """The one index from addresses to the sessions whose screens show them."""

    __slots__ = ("_seen", "_watching")

    def __init__(self) -> None:
        self._watching: Watching[Address] = Watching()
        self._seen: dict[tuple[Address, int], None] = {}

    def read(self, session: MenuSession, declared: Iterable[Address]) -> _Reading:
        """A render of `session` begins, with the handles of `declared` addresses."""
        # All of them are watched until it is known which were read: one may change while others are loaded.
        for address in declared:
            self._watching.add(session, address)
        return _Reading(session, self._watching)

    def drop(self, session: MenuSession) -> None:
        """`session` shows none of its data any more."""
        self._watching.drop(session)

    def changed(self, address: Address | None, version: int) -> None:
        """Something was committed, here or elsewhere; `None`: anything may have been."""
        if address is None:
            self._seen.clear()
            sessions = set(self._watching.sessions)
        else:
            if not self._is_new(address, version):
                return
            sessions = {*self._watching.of(address)}
            if address.is_item:
                sessions.update(self._watching.of(address.collection))
        for session in sessions:
            refreshing_of(session).ask()

    def _is_new(self, address: Address, version: int) -> bool:
        change = (address, version)
        if change in self._seen:
            return False
        self._seen[change] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True


class _Reading:
    """What one render reads. Everything is watched from the moment at which it is read."""

    __slots__ = ("_addresses", "_session", "_watching")

    def __init__(self, session: MenuSession, watching: Watching[Address]) -> None:
        self._session = session
        self._watching = watching
        self._addresses: set[Address] = set()

    @property
    def watched(self) -> Iterable[Address]:
        """What is declared, and what was read for the screen before."""
        return self._watching.by(self._session)

    def note(self, address: Address) -> None:
        """A handle, or client data, reads this."""
        if not self._session.ending:
            self._addresses.add(address)
            self._watching.add(self._session, address)

    def done(self) -> None:
        """The screen is made: what was not read for it is watched no longer."""
        self._watching.keep(self._session, self._addresses)
