"""MenuSession: one user's run, from the command to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, cast

import discord

from flowcord.menu.behavior import Behavior, Policy
from flowcord.menu.components import Press
from flowcord.menu.confirm import Confirm
from flowcord.menu.flow import FlowDefinition
from flowcord.menu.menu import Menu
from flowcord.menu.session_state import Shared
from flowcord.menu.texts import Texts
from flowcord.session import acting
from flowcord.session.asking import Ask
from flowcord.session.collector import Collector
from flowcord.session.concluding import END_EVENT, conclude
from flowcord.session.context import SessionContext
from flowcord.session.dismissal import dismiss
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.hooks import hooked_in
from flowcord.session.log import NO_LOG, EventKind
from flowcord.session.patience import Patience
from flowcord.session.place import channel_of, message_of
from flowcord.session.refreshing import Refreshing, refreshing_of
from flowcord.session.runtime import Hooks, Runtime
from flowcord.session.stack import MenuStack
from flowcord.session.stage import Stage
from flowcord.session.stored import Stored
from flowcord.session.tracing import Direction
from flowcord.session.turn import Turn
from flowcord.session.visits import Standing
from flowcord.wire.answer import Answer
from flowcord.wire.payload import Payload

if TYPE_CHECKING:
    from flowcord.session.arrival import Expired
    from flowcord.session.forms import Form, Forms

__all__ = ("MenuSession",)

AnyMenu = Menu[Any, Any, Any]


class MenuSession(Stored):
    """One run of a flow. `FlowCord.open` gives it; `await session.wait()` tells how it ended."""

    __slots__ = (
        "_behavior",
        "_expired",
        "asks",
        "channel_id",
        "collector",
        "components",
        "drawing",
        "end",
        "ending",
        "entered",
        "failures",
        "forms",
        "guild_id",
        "hooked",
        "hooks",
        "id",
        "locale",
        "log",
        "menu",
        "notices",
        "owner",
        "policy",
        "refreshing",
        "rows",
        "runtime",
        "shown",
        "stack",
        "stage",
        "visit",
    )

    def __init__(
        self,
        session_id: str,
        owner: discord.User | discord.Member,
        definition: FlowDefinition,
        runtime: Runtime,
        expired: Expired,
        *,
        guild_id: int | None,
        channel_id: int,
        locale: discord.Locale,
        behavior: tuple[Behavior, Behavior] | None,
        shared: Shared | None = None,
    ) -> None:
        Stored.__init__(self, definition, shared)
        self.id = session_id
        #: Who opened it, or whom it was opened for.
        self.owner = owner
        self.runtime = runtime
        self.guild_id = guild_id
        self.channel_id = channel_id
        self.locale = locale
        #: The current menu; before the first visit, the one that is being set up.
        self.menu: AnyMenu = cast(AnyMenu, None)
        #: How the current menu behaves.
        self.policy: Policy
        #: How it ended; `None` while it runs.
        self.end: SessionEnd | None = None
        self.ending = False
        #: Whether a visit is under way: its `on_enter` began, its `on_leave` has not run.
        self.entered = False
        #: Whether `render` runs, which goes nowhere.
        self.drawing = False
        self.visit = 0
        self.stack = MenuStack()
        self.stage = Stage(runtime.wire)
        #: What the picture on display can run; `None` while the visit has not been shown.
        self.components: Mapping[str, Press] | None = None
        #: The app's hooks, as they were when it opened.
        self.hooks: Hooks = runtime.hooks
        #: The names of the hooks that anybody has in this visit.
        self.hooked: frozenset[str] = frozenset()
        #: The rows of this visit, if its buttons never change: compiled templates with the visit's ids.
        self.rows: list[Payload] | None = None
        #: The last screen that was shown: where a failed navigation returns to.
        self.shown: Standing | None = None
        self.asks: list[Ask] = []
        self.notices: list[str] = []
        self.collector = Collector(self, runtime, Patience(self))
        self._behavior = behavior
        self._expired = expired
        #: The forms of this visit, if it opened any.
        self.forms: Forms | None = None
        #: How many inputs in a row failed, by the user who sent them; `None` while none did.
        self.failures: dict[int, int] | None = None
        self.refreshing: Refreshing | None = None
        telemetry = runtime.telemetry
        #: Its newest events, as many as the app keeps.
        self.log = NO_LOG if telemetry is None else telemetry.new_log()

    def __repr__(self) -> str:
        menu = type(self.menu).__name__
        return f"<session {self.definition.kind}/{menu} {self.id[:4]}… of user {self.owner.id}>"

    # For everybody ---------------------------------------------------------------------------------

    @property
    def message(self) -> discord.PartialMessage | None:
        """The live message; `None` before the first screen. An ephemeral one is reached by FlowCord alone."""
        return message_of(self)

    @property
    def channel(self) -> discord.abc.Messageable:
        """Where the menu is; a `PartialMessageable`, if the client does not know that channel."""
        return channel_of(self)

    async def wait(self) -> SessionEnd:
        """Wait for the end and return how it came."""
        return self.end if self.end is not None else await self.runtime.park(END_EVENT, self)

    async def close(self) -> None:
        """End the session: in a handler of its own now, else after the input that is being handled, which
        is cancelled if it takes longer than the app's `shutdown_grace`.
        """
        if self.ending:
            return
        end = SessionEnd(EndReason.CLOSED)
        if self.collector.is_ours:
            await conclude(self, self.collector.turn or Turn(None, None), end)
        else:
            await dismiss(self, end, self.runtime.grace)

    def refresh(self, *, hard: bool = False) -> None:
        """Render again, from any task; `hard`: with state and pages as at first, and data read again.

        It waits for what is being handled, not for the next input, and moves no deadline. Requests that wait
        already are one, any render answers them, and there is one a second at most. Nothing after the end.
        """
        refreshing_of(self).ask(hard=hard)

    @property
    def guild(self) -> discord.Guild | None:
        """The server it was opened in; `None` in direct messages, and where the bot is no member."""
        return None if self.guild_id is None else self.runtime.client.get_guild(self.guild_id)

    def note(self, kind: EventKind, name: str) -> None:
        """Something happened: the log has it, if there is one."""
        if (telemetry := self.runtime.telemetry) is not None:
            telemetry.note(self, kind, name)

    def turned_away(self, outcome: EventKind, kind: str, name: str) -> None:
        """An input ran nothing."""
        if (telemetry := self.runtime.telemetry) is not None:
            telemetry.turned_away(self, outcome, kind, name)

    def navigated(self, turn: Turn, origin: str | None, target: str, direction: Direction) -> None:
        """The session goes from one menu to another."""
        if (telemetry := self.runtime.telemetry) is not None:
            telemetry.navigated(self, turn, origin, target, direction)

    # Inputs ----------------------------------------------------------------------------------------

    def serve(self, turn: Turn, *, waited: bool) -> Awaitable[bool]:
        """Handle one input, for the collector."""
        return acting.serve(self, turn, waited=waited)

    def pressed(self, visit: int, component: str) -> Press | None:
        """What a click on this component runs now, if it is on display and enabled."""
        return self.components.get(component) if self.components is not None and visit == self.visit else None

    def take_form(self, visit: int, name: str) -> Form | None:
        """The form of a submit, once, while its visit is the current one."""
        return self.forms.take(name) if self.forms is not None and visit == self.visit else None

    async def too_late(self, answer: Answer) -> None:
        """Answer an input that came after the end."""
        # Its messages show what became of them, or are about to; the click knows them as they were.
        await self._expired(answer, self.definition.kind, self.owner.id, True)

    def texts(self, locale: discord.Locale | None = None) -> Texts:
        """What the current menu says to a reader of `locale`; without one, to the owner, as on screens."""
        return self.definition.wording.texts(self.speaker, locale or self.locale)

    # Visits ----------------------------------------------------------------------------------------

    def prepare(self, menu: AnyMenu) -> None:
        """A menu is being set up; the first one stands for the session already."""
        if self.visit == 0:
            self.menu = menu

    @property
    def speaker(self) -> type[AnyMenu] | None:
        """Whose behavior and words hold now: the current menu's, or those of the menu that asks by one of
        FlowCord's own. `None` before there is a menu."""
        menu = self.menu
        if type(menu) is Confirm and (asking := self.stack.opener) is not None:
            menu = asking.instance
        return None if menu is None else type(menu)  # pyright: ignore[reportUnnecessaryComparison]

    def adopt_policy(self, menu: type[AnyMenu]) -> None:
        """Behave as `menu` does in this flow and session."""
        self.policy = self.policy_of(menu)

    def policy_of(self, menu: type[AnyMenu]) -> Policy:
        """How `menu` behaves in this flow and session."""
        return self.definition.policy(menu, self._behavior)

    def policy_for(self, turn: Turn) -> Policy:
        """How the current menu behaves in the render that answers `turn`."""
        once, kind = turn.behavior, turn.usual
        if once is None and kind is None:
            return self.policy
        menu = self.speaker or type(self.menu)
        return self.definition.policy(menu, self._behavior, once=once, kind=kind)

    def begin_visit(self, menu: AnyMenu) -> None:
        """A visit to `menu`: from now on, the ids of every earlier one are stale."""
        self.menu = menu
        self.adopt_policy(self.speaker or type(menu))
        self.renew_visit()
        self.entered = True
        self.hooked = hooked_in(self, menu)

    def renew_visit(self) -> None:
        """Go on under a new visit number, without a hook: ids and forms of the old one are stale."""
        self.visit += 1
        self.forms = None
        self.components = None
        self.rows = None

    @property
    def can_go_back(self) -> bool:
        """Whether Back leads somewhere: the stack is not empty, or the menu has a fallback."""
        return bool(self.stack.frames) or self.menu.fallback is not None

    def context(self, menu: AnyMenu, turn: Turn, place: str = "action") -> SessionContext:
        """What a handler of `menu` is given, or its hook named `place`."""
        return SessionContext(self, menu, turn, place)
