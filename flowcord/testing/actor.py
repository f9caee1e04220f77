"""A user in a channel, and what users do there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord

from flowcord.menu.menu import Menu
from flowcord.menu.options import Options
from flowcord.registry import MenuOrFlow
from flowcord.session.log import Event, SessionLog
from flowcord.session.session import MenuSession
from flowcord.testing.errors import HarnessError, NotShownError
from flowcord.testing.finders import Text, by_key, only
from flowcord.testing.interactions import Kind
from flowcord.testing.menus import OPENING
from flowcord.testing.message import ShownButton, ShownMessage
from flowcord.testing.modal import ShownModal, choose
from flowcord.testing.payloads import Payload
from flowcord.testing.resolved import Resolved
from flowcord.testing.result import Result
from flowcord.testing.server import Call

if TYPE_CHECKING:
    from flowcord.testing.harness import Harness

__all__ = ("Actor",)


class Actor:
    """Acts as one user in one channel. Every verb returns when the bot is idle again.

    Labels are matched exactly and case-sensitively; a compiled pattern is searched for. Without `on=`, a
    verb uses the newest message in the channel that the user sees and that has something to click.

    Verbs raise `NotShownError` for what is not there, and `HarnessError` for what Discord's client would not
    let a user do.
    """

    def __init__(self, harness: Harness, user_id: int, channel_id: int) -> None:
        self._harness = harness
        self._user_id = user_id
        self._channel_id = channel_id

    # Who and where ---------------------------------------------------------------------------------

    @property
    def user(self) -> discord.Member | discord.User:
        """Who acts, as the bot would see them here: a member, or in direct messages a user."""
        return self._harness.inputs.user(self._user_id, self._channel_id)

    def in_channel(self, channel: discord.abc.Snowflake) -> Actor:
        """The same user in another channel."""
        return Actor(self._harness, self._user_id, channel.id)

    def in_dm(self) -> Actor:
        """The same user in direct messages with the bot."""
        return Actor(self._harness, self._user_id, self._harness.world.open_dm(self._user_id)[0])

    # Verbs -----------------------------------------------------------------------------------------

    async def slash(self, name: str, /, **options: object) -> Result:
        """Call a slash command; subcommands after a space, as in `slash("notes add", title="Milk")`.

        Members, roles and channels are given as objects, files as `(name, bytes)`.
        """
        guild_id, resolved = self._guild_id(), self._resolved()
        data = self._harness.world.commands.call(name, guild_id, options, resolved)
        return await self._do(Kind.COMMAND, f"/{name}", data)

    async def context_menu(self, name: str, target: discord.abc.User | ShownMessage) -> Result:
        """Use a context menu on a member or on a message."""
        resolved = self._resolved()
        if isinstance(target, ShownMessage):
            kind = "message"
            resolved.put_message(target.id, target.record.wire())
        else:
            kind = "user"
            resolved.add(target)
        data = self._harness.world.commands.menu(name, self._guild_id(), kind, target.id, resolved)
        return await self._do(Kind.COMMAND, f"{name} on a {kind}", data)

    async def open(
        self, menu: MenuOrFlow, options: Options | None = None, /, **settings: Any
    ) -> ShownMessage | None:
        """Open a menu as a command of this user does, with what `flows.open` takes besides.

        Gives its message; `None` if it ended before it had one. Raises what `flows.open` raises.
        """
        opening = self._harness.call(self._harness.menus.opening, menu, options, settings)
        await self._harness.settle()  # now it waits for the interaction
        self._send(Kind.MODAL_SUBMIT, f"opening {menu.__name__}", {"custom_id": OPENING, "components": []})
        await self._harness.settle()
        shown = opening.result().message
        record = None if shown is None else self._harness.server.book.records.get(shown.id)
        return None if record is None else ShownMessage(record)

    async def click(
        self,
        label: Text | None = None,
        *,
        key: str | None = None,
        custom_id: str | None = None,
        on: ShownMessage | None = None,
    ) -> Result:
        """Click a button, by its label or its `key`, the name of its handler.

        `custom_id=` sends that id as it is, whatever the message shows.
        """
        result = self.press(label, key=key, custom_id=custom_id, on=on)
        await self._harness.settle()
        return result

    def press(
        self,
        label: Text | None = None,
        *,
        key: str | None = None,
        custom_id: str | None = None,
        on: ShownMessage | None = None,
    ) -> Result:
        """As `click`, without waiting for the bot: for inputs that overlap. `Harness.settle` waits."""
        message = on or self._live()
        if custom_id is None:
            button = _clickable(message.get_button(label, custom_id=None if key is None else by_key(key)))
            custom_id = button.custom_id
            what = f"click on {button!r}"
        else:
            what = f"click on the id {custom_id!r}"
        return self._send(Kind.COMPONENT, what, {"component_type": 2, "custom_id": custom_id}, message)

    async def back(self, *, on: ShownMessage | None = None) -> Result:
        """Click Back, whatever it is called."""
        return await self.click(key="-back", on=on)

    async def cancel(self, *, on: ShownMessage | None = None) -> Result:
        """Click Cancel, whatever it is called."""
        return await self.click(key="-cancel", on=on)

    async def next_page(self, name: str | None = None, *, on: ShownMessage | None = None) -> Result:
        """Turn to the next page; `name` says of which paginator, if there are several."""
        return await self.click(key="-next" if name is None else f"-next.{name}", on=on)

    async def previous_page(self, name: str | None = None, *, on: ShownMessage | None = None) -> Result:
        """Turn to the previous page."""
        return await self.click(key="-previous" if name is None else f"-previous.{name}", on=on)

    async def open_modal(
        self, label: Text | None = None, *, custom_id: str | None = None, on: ShownMessage | None = None
    ) -> ShownModal:
        """Click a button that opens a modal, and give the modal."""
        return (await self.click(label, custom_id=custom_id, on=on)).modal

    async def select(self, *values: object, of: Text | None = None, on: ShownMessage | None = None) -> Result:
        """Choose in a select: labels or values, or members, roles and channels.

        Args:
            of: Which select, by placeholder or custom id, if there are several.
        """
        message = on or self._live()
        select = message.get_select(of)
        if select.disabled:
            raise HarnessError(f"{select!r} is disabled")
        resolved = self._resolved()
        chosen = choose(select.data, values, resolved, required=True, where=repr(select))
        data: Payload = {
            "component_type": select.data["type"],
            "custom_id": select.custom_id,
            "values": chosen,
        }
        if resolved.data:
            data["resolved"] = resolved.data
        result = self._send(Kind.COMPONENT, f"choice in {select!r}", data, message)
        await self._harness.settle()
        return result

    async def submit(
        self, values: Mapping[str, Any] | None = None, /, *, modal: ShownModal | None = None, **by_label: Any
    ) -> Result:
        """Fill in and send a modal, by default the one this user opened last.

        Args:
            values: By label or custom id; keywords do the same. What is left out stays as prefilled.
        """
        modal = modal or self._harness.inputs.opened(self._user_id)
        data = modal.filled({**(values or {}), **by_label}, self._resolved())
        source = None
        if modal.source_id is not None:
            record = self._harness.server.book.records[modal.source_id]
            source = None if record.deleted else ShownMessage(record)
        self._harness.inputs.closed(self._user_id)
        where = Actor(self._harness, self._user_id, modal.channel_id)
        result = where._send(Kind.MODAL_SUBMIT, f"submit of {modal!r}", data, source)
        await self._harness.settle()
        return result

    async def send_message(
        self, content: str = "", *, files: Mapping[str, bytes] | None = None
    ) -> ShownMessage:
        """Write a message into the channel."""
        message = self._harness.inputs.write(self._user_id, self._channel_id, content, files or {})
        await self._harness.settle()
        return message

    async def delete_message(self, message: ShownMessage) -> None:
        """Delete a message, as a moderator would."""
        self._harness.inputs.begin(None)
        self._harness.server.remove(message.record)
        await self._harness.settle()

    # Menus -----------------------------------------------------------------------------------------

    @property
    def session(self) -> MenuSession:
        """The newest open session of this user, in this channel. Raises `NotShownError`."""
        found = self.query_session()
        return only(found, f"session of {self.user.name}", self._harness.menus.sessions)

    def query_session(self) -> MenuSession | None:
        """As `session`, or `None`."""
        own = [
            each
            for each in self._harness.menus.sessions
            if each.owner.id == self._user_id and each.channel_id == self._channel_id
        ]
        return own[-1] if own else None

    @property
    def current_menu(self) -> Menu[Any, Any, Any]:
        """The menu that this user's session is in."""
        return self.session.menu

    @property
    def log(self) -> SessionLog:
        """What happened in this user's session: its newest events, 200 unless the bot says otherwise."""
        return self.session.log

    @property
    def renders(self) -> list[Event]:
        """Each render of this user's session, also those that were equal and not sent."""
        return self.log.filter("render")

    @property
    def last_render(self) -> Event | None:
        """The newest of `renders`."""
        return self.log.find_last("render")

    @property
    def displays(self) -> list[Call]:
        """The requests that sent or changed a message in this channel."""
        return [
            call for call in self._harness.calls if call.message_id is not None and "content" in call.data
        ]

    async def end(self) -> None:
        """End this user's session as a timeout; nothing without one."""
        session = self.query_session()
        if session is not None:
            self._harness.call(self._harness.menus.time_out, session)
            await self._harness.settle()

    # Finders ---------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[ShownMessage]:
        """What this user sees in the channel, oldest first."""
        return [
            ShownMessage(record)
            for record in self._harness.server.book.visible_to(self._user_id, self._channel_id)
        ]

    def query_message(self, text: Text) -> ShownMessage | None:
        """The newest message with this text, or `None`."""
        return next((each for each in reversed(self.messages) if each.has_text(text)), None)

    def get_message(self, text: Text) -> ShownMessage:
        """As `query_message`. Raises `NotShownError` with the messages that are there."""
        return only(self.query_message(text), f"message with {text!r}", self.messages)

    # Sending ---------------------------------------------------------------------------------------

    def _live(self) -> ShownMessage:
        live = next((each for each in reversed(self.messages) if each.live), None)
        return only(live, "message with a button or select", self.messages)

    def _guild_id(self) -> int | None:
        return self._harness.inputs.guild_id(self._channel_id)

    def _resolved(self) -> Resolved:
        return Resolved(self.user, self._harness.server.book.attachment, self._harness.world.query_object)

    async def _do(self, kind: Kind, what: str, data: Payload) -> Result:
        result = self._send(kind, what, data)
        await self._harness.settle()
        return result

    def _send(self, kind: Kind, what: str, data: Payload, on: ShownMessage | None = None) -> Result:
        if on is not None and on.record.viewer_id not in (None, self._user_id):
            raise NotShownError(f"{self.user.name} does not see {on!r}: it is for somebody else alone")
        where = self._channel_id if on is None else on.record.channel_id
        return self._harness.inputs.send(kind, what, data, self._user_id, where, on)


def _clickable(button: ShownButton) -> ShownButton:
    if button.disabled or button.custom_id is None:
        raise HarnessError(f"{button!r} cannot be clicked: it is disabled, or a link")
    return button
