"""Gateway: the events of the client that are no interactions: what users write, and what is deleted.

It listens as the router does: through `client.wait_for` with checks that never accept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flowcord.menu.flow import FlowDefinition
from flowcord.session.hearing import hear
from flowcord.session.losing import lose_channel, lose_guild, lose_messages
from flowcord.session.runtime import Runtime

__all__ = ("Gateway",)


class Gateway:
    """Tells the sessions of what happens to their messages, and gives them those of their users."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._attached = False
        self._heard = False

    def attach(self, flows: Iterable[FlowDefinition]) -> None:
        """Begin to listen, to messages only if one of `flows` takes them. The event loop must be running."""
        runtime = self._runtime
        if not self._attached:
            self._attached = True
            # Raw ones, where there are: what discord.py has not cached is deleted all the same.
            self._on(
                "raw_message_delete", lambda gone: lose_messages(runtime, gone.channel_id, [gone.message_id])
            )
            self._on(
                "raw_bulk_message_delete",
                lambda gone: lose_messages(runtime, gone.channel_id, gone.message_ids),
            )
            self._on("raw_thread_delete", lambda gone: lose_channel(runtime, gone.thread_id))
            self._on("guild_channel_delete", lambda channel: lose_channel(runtime, channel.id))
            self._on("guild_remove", lambda guild: lose_guild(runtime, guild.id))
        if not self._heard and any(flow.listens for flow in flows):
            self._heard = True
            self._on("message", lambda message: hear(runtime, message))

    def detach(self) -> None:
        """Stop listening, with the next event of each kind."""
        self._attached = False

    def _on(self, event: str, handle: Callable[[Any], None]) -> None:
        def check(happened: Any) -> bool:
            if not self._attached:
                return True
            try:
                handle(happened)
            except Exception as error:
                # discord.py forgets a check that raised: one odd event must not silence all later ones.
                self._runtime.incident(error, f"the event {event}")
            return False

        self._runtime.client.wait_for(event, check=check).close()
