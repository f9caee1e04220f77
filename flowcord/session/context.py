"""The `MenuContext` of a session: one input, handed to one handler or hook."""

from __future__ import annotations

from collections.abc import Coroutine, Hashable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import discord

from flowcord.errors import NavigationError, NoInteractionError, SessionEndedError
from flowcord.menu.confirm import Confirm
from flowcord.menu.context import Channel, MenuContext
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options
from flowcord.menu.pagination import Paginator
from flowcord.menu.texts import Texts
from flowcord.session import asking, navigation, renewing, sending
from flowcord.session.concluding import conclude
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.presenting import present
from flowcord.session.progress import ProgressBar
from flowcord.session.survey import find_paginator
from flowcord.session.turn import Message, Turn
from flowcord.session.unanswered import Unanswered
from flowcord.wire._discord import selected

if TYPE_CHECKING:
    from flowcord.app import FlowCord
    from flowcord.data.scope import Scope
    from flowcord.menu.access import Access
    from flowcord.session.session import MenuSession

__all__ = ("SessionContext",)

AnyMenu = Menu[Any, Any, Any]

#: Where navigation is refused: the visit is being made, unmade or drawn, the session is over, or the handler
#: waits for somebody.
_FIXED = frozenset({"setup", "on_leave", "on_cancel", "on_timeout", "on_end", "on_error", "render", "ask"})


class SessionContext(MenuContext):
    """`place` is the hook this was made for, or `"action"`."""

    __slots__ = ("_menu", "_place", "_session", "demands", "turn")

    #: What the component of this handler demands of users, beyond what the menu does; unset for most.
    demands: Access

    def __init__(self, session: MenuSession, menu: AnyMenu, turn: Turn, place: str = "action") -> None:
        self._session = session
        self._menu = menu
        self._place = place
        #: The input behind this; `ask` replaces it by the one that ended the sub-menu.
        self.turn = turn

    @property
    def session(self) -> MenuSession:
        return self._session

    @property
    def menu(self) -> AnyMenu:
        return self._menu

    @property
    def user(self) -> discord.User | discord.Member:
        return self.turn.user or self._session.owner

    @property
    def has_interaction(self) -> bool:
        return self.turn.answer is not None

    @property
    def interaction(self) -> discord.Interaction[Any]:
        if self.turn.answer is None:
            raise NoInteractionError(f"there is no interaction in {self._place}: nobody clicked")
        return self.turn.answer.interaction

    @property
    def message(self) -> discord.Message | None:
        return self.turn.message if isinstance(self.turn, Message) else None

    @property
    def values(self) -> list[Any]:
        return [] if self.turn.answer is None else selected(self.turn.answer.interaction)

    @property
    def client(self) -> discord.Client:
        return self._session.runtime.client

    @property
    def guild(self) -> discord.Guild | None:
        return self._session.guild

    @property
    def channel(self) -> Channel:
        return sending.channel_of(self._session, self.turn)

    @property
    def flows(self) -> FlowCord:
        return self._session.runtime.app

    @property
    def locale(self) -> discord.Locale:
        return self._session.locale if self.turn.answer is None else self.turn.answer.interaction.locale

    @property
    def texts(self) -> Texts:
        return self._session.texts(self.turn.locale)

    @property
    def can_go_back(self) -> bool:
        return self._session.can_go_back

    # Navigation ------------------------------------------------------------------------------------

    def _moving(self, verb: str) -> None:
        place = "render" if self._session.drawing else self._place
        if place in _FIXED:
            raise NavigationError(f"{verb} is not possible in {place}")
        if self._session.ending:
            raise SessionEndedError(f"{verb}: this session has ended")
        if self._is_over:
            raise NavigationError(
                f"{verb}: the input that this ctx belongs to has been handled; a task of your own may await "
                "ctx.close(), ctx.refresh() and ctx.send()"
            )
        self._session.refuse_in_unit_of_work(verb)
        if self._place != "action":
            self.turn.redirect()

    @property
    def _is_over(self) -> bool:
        """Whether another input's turn has come since, or nobody's: a task that was left running asks."""
        return self._session.collector.turn is not self.turn

    @property
    def _undoes(self) -> bool:
        """Whether a navigation that fails leads back here: from `on_enter`, that would begin it anew."""
        return self._place != "on_enter"

    async def go_to(
        self, menu: type[AnyMenu] | str, options: Options | None = None, /, **fields: Any
    ) -> None:
        self._moving("go_to")
        await navigation.go_to(self._session, self.turn, menu, options, fields, undo=self._undoes)

    async def go_back(self) -> None:
        self._moving("go_back")
        await navigation.go_back(self._session, self.turn, undo=self._undoes)

    async def close(self) -> None:
        if self._is_over:
            await self._session.close()
        elif not self._session.ending:
            self._moving("close")
            await conclude(self._session, self.turn, SessionEnd(EndReason.CLOSED))

    async def cancel(self) -> None:
        """End the session as the Cancel button does."""
        await conclude(self._session, self.turn, SessionEnd(EndReason.CANCELLED))

    async def refresh(self, *, hard: bool = False) -> None:
        if self._is_over and not self._session.ending:
            self._session.refresh(hard=hard)
            return
        self._moving("refresh")
        if hard:
            await renewing.start_over(self._session, self.turn)
        await present(self._session, self.turn, in_place=True)

    async def update_options(
        self,
        options: Options | None = None,
        /,
        *,
        preserve_state: bool = False,
        preserve_instance: bool = False,
        **fields: Any,
    ) -> None:
        self._moving("update_options")
        await renewing.update_options(
            self._session,
            self.turn,
            options,
            fields,
            preserve_state=preserve_state,
            preserve_instance=preserve_instance,
        )

    async def open_sub_menu(
        self,
        menu: type[AnyMenu],
        options: Options | None = None,
        /,
        *,
        on_complete: Any = None,
        on_dismiss: Any = None,
        **fields: Any,
    ) -> None:
        self._moving("open_sub_menu")
        await navigation.open_sub_menu(
            self._session,
            self.turn,
            menu,
            options,
            fields,
            on_complete=on_complete,
            on_dismiss=on_dismiss,
            undo=self._undoes,
        )

    async def ask(self, menu: type[AnyMenu], options: Options | None = None, /, **fields: Any) -> Any:
        if self._place == "ask":
            raise NavigationError("this handler waits for an answer already: ask one question at a time")
        if self._place != "action":
            raise NavigationError(f"ask waits for the user, which is not possible in {self._place}")
        self._moving("ask")
        self._place = "ask"
        try:
            self.turn, result = await asking.ask(self._session, self.turn, menu, options, fields)
        finally:
            self._place = "action"
        return result

    def confirm(
        self, text: str, yes: str = "Yes", no: str = "No", *, danger: bool = True
    ) -> Coroutine[Any, Any, bool]:
        asked: dict[str, Any] = {"text": text, "yes": yes, "no": no, "danger": danger}
        # Whoever may not press the button may not confirm it either.
        asked |= {"access": getattr(self, "demands", None), "layout": self._session.stage.shows_layout}
        return Unanswered(self._confirm(asked))

    async def _confirm(self, asked: dict[str, Any]) -> bool:
        return await self.ask(Confirm, **asked) is True

    async def complete(self, result: Any = None) -> None:
        self._moving("complete")
        await navigation.complete(self._session, self.turn, result, undo=self._undoes)

    def paginator(self, name: str) -> Paginator:
        return find_paginator(self._menu, name)

    # Feedback and data -----------------------------------------------------------------------------

    def notify(self, text: str, *, private: bool = False) -> None:
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a notice is a text, not {text!r}")
        if not text:
            return
        self._session.note("notice", "private" if private else "shown")
        if private:
            self.turn.private.append(text)
        else:
            self._session.notices.append(text)

    def watch(self, key: Hashable) -> None:
        if not self._session.ending:
            self._session.runtime.watching.add(self._session, key)

    async def send(
        self,
        content: str | None = None,
        *,
        ephemeral: bool = False,
        allowed_mentions: discord.AllowedMentions | None = None,
        **message: Any,
    ) -> discord.Message:
        pings = allowed_mentions or sending.pings_of(self._session)
        given = {name: value for name, value in message.items() if value is not None}
        return await sending.send(
            self._session,
            self.turn,
            {**given, "content": content, "allowed_mentions": pings},
            ephemeral=ephemeral,
        )

    def progress(self, text: str, total: float | None = None) -> ProgressBar:
        if self._session.ending:
            raise SessionEndedError("progress: this session has ended")
        if self._is_over:
            raise NavigationError("progress: the input that this ctx belongs to has been handled")
        return ProgressBar(self._session, self.turn, text, total)

    def atomic(self) -> AbstractAsyncContextManager[Any]:
        return self._session.atomic()

    def scope_id(self, scope: Scope) -> str | None:
        return self._session.scope_id(scope)
