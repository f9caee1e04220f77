"""Channels: which sessions are on display where, and which of them take messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("Channels",)


class Channels:
    """The sessions on display, by channel. A session keeps its channel: it comes and goes once.

    What it costs: an entry of a dict for a session that is alone in its channel, one of a set for others.
    """

    __slots__ = ("_listening", "_shown")

    def __init__(self) -> None:
        self._shown: dict[int, MenuSession | set[MenuSession]] = {}
        #: Those of a flow that takes messages, the one with the latest input last, and their first message.
        self._listening: dict[int, dict[MenuSession, int]] = {}

    def add(self, session: MenuSession) -> None:
        """The first screen of `session` is out."""
        route = session.stage.route
        if route is None:
            return
        here = self._shown.get(route.channel_id)
        if here is None:
            self._shown[route.channel_id] = session
        elif isinstance(here, set):
            here.add(session)
        else:
            self._shown[route.channel_id] = {here, session}
        if session.definition.listens:
            self._listening.setdefault(route.channel_id, {})[session] = route.message_id or 0

    def remove(self, session: MenuSession) -> None:
        """`session` has ended; it may never have been here."""
        route = session.stage.route
        if route is None:
            return
        here = self._shown.get(route.channel_id)
        if here is session:
            del self._shown[route.channel_id]
        elif isinstance(here, set):
            here.discard(session)
            if not here:
                del self._shown[route.channel_id]
        if (listening := self._listening.get(route.channel_id)) is not None:
            listening.pop(session, None)
            if not listening:
                del self._listening[route.channel_id]

    def touch(self, session: MenuSession) -> None:
        """`session`, which takes messages, has accepted an input."""
        route = session.stage.route
        if route is not None and (here := self._listening.get(route.channel_id)) and session in here:
            here[session] = here.pop(session)

    def sessions_in(self, channel_id: int) -> Iterable[MenuSession]:
        """The sessions on display in a channel."""
        here = self._shown.get(channel_id)
        if here is None:
            return ()
        return tuple(here) if isinstance(here, set) else (here,)

    def listening_in(self, channel_id: int) -> dict[MenuSession, int] | None:
        """The sessions there whose flow takes messages, with the id of the first message of each."""
        return self._listening.get(channel_id)
