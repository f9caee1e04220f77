"""MenuContext: one input, as handlers and hooks see it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

import discord

from flowcord.menu.options import Options
from flowcord.menu.texts import Texts

if TYPE_CHECKING:
    from flowcord.app import FlowCord
    from flowcord.data.scope import Scope
    from flowcord.menu.menu import Menu
    from flowcord.menu.pagination import Paginator
    from flowcord.session.ending import SessionEnd
    from flowcord.session.stack import MenuStack

__all__ = ("DISMISSED", "Channel", "Dismissed", "MenuContext", "Progress", "Session")

OptionsT = TypeVar("OptionsT", bound=Options)
ResultT = TypeVar("ResultT")


#: Channels that messages are sent to. One that the bot does not know is a `PartialMessageable`.
Channel = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.Thread
    | discord.DMChannel
    | discord.GroupChannel
    | discord.PartialMessageable
)


class Dismissed:
    """The type of `DISMISSED`: falsy, and not `None`."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "DISMISSED"


#: What `ask` gives when the menu was left without `complete`.
DISMISSED: Final = Dismissed()


class Session(Protocol):
    """A menu's view of the session it belongs to."""

    @property
    def id(self) -> str: ...
    @property
    def owner(self) -> discord.User | discord.Member:
        """Who opened it, or whom it was opened for."""
        ...

    @property
    def message(self) -> discord.PartialMessage | None:
        """The live message; `None` before the first screen."""
        ...

    @property
    def stack(self) -> MenuStack:
        """Where Back leads, step by step; `stack.clear()` forgets it."""
        ...

    @property
    def end(self) -> SessionEnd | None:
        """How it ended; `None` while it runs."""
        ...

    async def close(self) -> None:
        """End the session: in a handler of its own now, else after the input that is being handled."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """What is to be shown once, with the next screen."""
        ...

    def refresh(self, *, hard: bool = False) -> None:
        """Render again, from any task; requests that wait already are one. Nothing after the end.

        `hard`: with state and pages as at first, and data read again.
        """
        ...


class Progress(Protocol):
    """The bar of `async with ctx.progress(...) as bar`."""

    def update(self, done: float, text: str | None = None) -> None:
        """So much is done now, of the total; `text` replaces the text. Returns at once.

        Shown at most every 1.5 seconds, so that it may be called as often as one likes.
        """
        ...


class MenuContext(Protocol):
    """This input: who acted, on what, and everything a handler can do about it.

    In handlers `self` is the menu and `ctx` the input. After `await ctx.go_to(...)`, `self` is still the
    departed menu; what is written to its state reaches no screen any more.
    """

    @property
    def session(self) -> Session:
        """The session this input belongs to."""
        ...

    @property
    def menu(self) -> Menu[Any, Any, Any]:
        """The menu that received this input."""
        ...

    @property
    def user(self) -> discord.User | discord.Member:
        """Who acted; where nobody did (a timeout), the session's owner."""
        ...

    @property
    def has_interaction(self) -> bool:
        """Whether an interaction is behind this input; not so in `on_timeout`, or after `refresh`."""
        ...

    @property
    def interaction(self) -> discord.Interaction[Any]:
        """The interaction behind this input. Raises `NoInteractionError` where there is none."""
        ...

    @property
    def message(self) -> discord.Message | None:
        """What a message handler was given; `None` behind other inputs."""
        ...

    @property
    def values(self) -> list[Any]:
        """What was chosen in a select: strings, or users, roles and channels. `[]` for other inputs."""
        ...

    @property
    def client(self) -> discord.Client:
        """The bot."""
        ...

    @property
    def flows(self) -> FlowCord:
        """The app: `await ctx.flows.open(ctx.interaction, Other)`."""
        ...

    @property
    def channel(self) -> Channel:
        """Where this input came from; where there is none, where the menu is."""
        ...

    @property
    def guild(self) -> discord.Guild | None:
        """The server the session was opened in; `None` in direct messages, and where the bot is no member."""
        ...

    @property
    def locale(self) -> discord.Locale:
        """The locale of whoever acted."""
        ...

    @property
    def texts(self) -> Texts:
        """The framework's own sentences, as this app words them."""
        ...

    @property
    def can_go_back(self) -> bool:
        """Whether Back leads somewhere: the stack is not empty, or the menu has a fallback."""
        ...

    # Navigation ------------------------------------------------------------------------------------

    async def go_to(
        self, menu: type[Menu[Any, OptionsT, Any]] | str, options: OptionsT | None = None, /, **fields: Any
    ) -> None:
        """Leave this menu and enter another of the flow, by class or name.

        Raises `UnknownMenuError` and `OptionsError` before anything changed, and whatever the other menu's
        `setup` or `on_enter` raise, after returning here.
        """
        ...

    async def go_back(self) -> None:
        """Return to the menu before; without one, to the fallback; without that, close."""
        ...

    async def close(self) -> None:
        """End the session. Code after this still runs."""
        ...

    async def refresh(self, *, hard: bool = False) -> None:
        """Render and send now, inside the handler.

        `hard` begins the menu anew first, with the options it has: state, pages and selections are what they
        were at first, declared data is read again, `setup` runs. The menu is not left; what was clicked on
        the screen before is stale. Raises what `setup` raises, with everything as it was.
        """
        ...

    async def update_options(
        self,
        options: Options | None = None,
        /,
        *,
        preserve_state: bool = False,
        preserve_instance: bool = False,
        **fields: Any,
    ) -> None:
        """Give this menu other options, in place of all it had; it is not left, and Back leads where it led.

        State, pages and selections begin anew and `setup` runs, then `on_update_options`.
        `preserve_state` puts the state back after `setup`; `preserve_instance` keeps it all, without
        `setup`. What was clicked on the screen before is stale. Raises `OptionsError`, and what the hooks
        raise, with everything as it was.
        """
        ...

    async def open_sub_menu(
        self,
        menu: type[Menu[Any, OptionsT, ResultT]],
        options: OptionsT | None = None,
        /,
        *,
        on_complete: Callable[[MenuContext, ResultT], Any] | None = None,
        on_dismiss: Callable[[MenuContext], Any] | None = None,
        **fields: Any,
    ) -> None:
        """Enter a menu that returns here, with a result (`complete`) or without (Back)."""
        ...

    async def ask(
        self, menu: type[Menu[Any, OptionsT, ResultT]], options: OptionsT | None = None, /, **fields: Any
    ) -> ResultT | Dismissed:
        """Enter a sub-menu and wait for its result in line; `DISMISSED` if it is left without one.

        The session takes inputs as usual meanwhile. Afterwards `ctx` is the click that ended the sub-menu.
        Raises `NavigationError` in hooks and inside `atomic()`'s unit of work.
        """
        ...

    def confirm(
        self, text: str, yes: str = "Yes", no: str = "No", *, danger: bool = True
    ) -> Coroutine[Any, Any, bool]:
        """Ask `text` (at most 2000 characters) and wait for the answer: whether it was Yes.

        The question stands in the same message, with the buttons `yes` (red, if there is `danger`), `no`, and
        Back, which counts as No. Works as `ask` does, and where `ask` does. Raises `OptionsError` for texts
        that Discord refuses.
        """
        ...

    async def complete(self, result: Any = None) -> None:
        """Return to the menu that opened this one as a sub-menu, from any depth. Raises `NoOpenerError`."""
        ...

    def paginator(self, name: str) -> Paginator:
        """The pages of this menu's `list_pages` or `paginate` of this name: `.go_to(1)` after a search."""
        ...

    # Feedback and data -----------------------------------------------------------------------------

    def notify(self, text: str, *, private: bool = False) -> None:
        """Show `text` once, with the next screen; `private` (or where it does not fit) to this user alone."""
        ...

    async def send(
        self,
        content: str | None = None,
        *,
        embed: discord.Embed | None = None,
        embeds: Sequence[discord.Embed] | None = None,
        file: discord.File | None = None,
        files: Sequence[discord.File] | None = None,
        view: discord.ui.View | discord.ui.LayoutView | None = None,
        poll: discord.Poll | None = None,
        ephemeral: bool = False,
        allowed_mentions: discord.AllowedMentions | None = None,
        suppress_embeds: bool = False,
        silent: bool = False,
    ) -> discord.Message:
        """Send a message of its own, which the session never touches, and return it; as in discord.py.

        It follows the click it is sent for; where there is none, or it is more than 15 minutes ago, it goes
        to the channel. `ephemeral` shows it to `ctx.user` alone, and raises `EphemeralError` without a click.
        It pings nobody but by `allowed_mentions`, or the menu's behavior.
        """
        ...

    def progress(self, text: str, total: float | None = None) -> AbstractAsyncContextManager[Progress]:
        """Show `text` and a bar in place of the screen while the block runs; the next render follows it.

        `total` is what `bar.update(done)` counts up to; without it there is a number in place of the bar.
        It is shown at once, by editing the message, and the buttons come back with the screen.
        """
        ...

    def atomic(self) -> AbstractAsyncContextManager[Any]:
        """A unit of work: all durable writes inside are one transaction."""
        ...

    def watch(self, key: Hashable) -> None:
        """Refresh this menu at every `flows.refresh(key)`, until it is left. Call it in `on_enter`."""
        ...

    def scope_id(self, scope: Scope) -> str | None:
        """The stored id of a scope in this session; `None` where the scope is unavailable."""
        ...
