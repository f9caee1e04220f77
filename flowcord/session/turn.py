"""Turns: the inputs of a session, each from its arrival to its answer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar, NamedTuple

import discord

from flowcord.errors import NavigationError
from flowcord.menu.behavior import Behavior
from flowcord.session.ending import SessionEnd
from flowcord.session.source import Origin
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import Wire
from flowcord.wire.payload import NO_PINGS, notice

__all__ = (
    "Click",
    "End",
    "GivenUp",
    "Lost",
    "Message",
    "Opened",
    "Opening",
    "Refresh",
    "Submit",
    "Turn",
)

#: Navigations that hooks may cause for one input before it counts as an endless redirect.
MAX_REDIRECTS = 10


class Blame(NamedTuple):
    """Where an error came from: a menu that was being entered, which was undone, or a callback of its own."""

    menu: Any
    error: Exception
    entering: bool


class Turn:
    """One input. Everything it brought and did is here; nothing of it outlives it."""

    __slots__ = ("_redirects", "answer", "answers_ask", "behavior", "blamed", "failed", "private", "user")

    #: How a menu is shown after inputs of this kind, unless it says otherwise itself.
    usual: ClassVar[Behavior | None] = None

    #: What metrics call it.
    kind: ClassVar[str] = "other"

    @property
    def name(self) -> str:
        """What it is about: the component's key as its id has it, or nothing."""
        return ""

    def __init__(self, answer: Answer | None, user: discord.User | discord.Member | None) -> None:
        self.answer = answer
        self.user = user
        #: What the component, form or message handler says of the render that follows; then what a menu that
        #: was left says of the first render of the next.
        self.behavior: Behavior | None = None
        #: Sentences for this user alone, sent after the screen.
        self.private: list[str] = []
        #: The handler that waits in `ask` and goes on with this input, and what it is given.
        self.answers_ask: tuple[object, Any] | None = None
        #: The menu that an error came from, where that is not the one whose handler runs.
        self.blamed: Blame | None = None
        #: Whether something of it failed: then it is no good one.
        self.failed = False
        self._redirects = 0

    @property
    def locale(self) -> discord.Locale | None:
        """The locale of whoever sent this input."""
        return None if self.answer is None else self.answer.interaction.locale

    def blame(self, menu: object, error: Exception, *, entering: bool = True) -> None:
        """`error` comes from `menu`; whoever passes it on is not to blame."""
        if self.blamed is None or self.blamed.error is not error:
            self.blamed = Blame(menu, error, entering)

    def redirect(self) -> None:
        """Count a navigation made by a hook. Raises `NavigationError` when they do not end."""
        self._redirects += 1
        if self._redirects > MAX_REDIRECTS:
            raise NavigationError(f"hooks redirected more than {MAX_REDIRECTS} times for one input")


class Opening(Turn):
    """The command, or whatever else opened the session."""

    __slots__ = ("origin",)

    def __init__(self, answer: Answer | None, origin: Origin) -> None:
        super().__init__(answer, origin.user)
        self.origin = origin

    async def tell(self, wire: Wire, sentence: str) -> None:
        """Say something instead of a screen: to this user alone, or in reply. Code knows without it."""
        if self.answer is not None:
            await self.answer.whisper(notice(sentence))
        elif self.origin.message is not None:
            reply = self.origin.reply({"content": sentence, "allowed_mentions": NO_PINGS})
            with suppress(discord.HTTPException):  # the bot may not speak there: nobody could read it
                await wire.send(self.origin.channel_id, reply)


class Click(Turn):
    """A component was clicked. `current` says whether it came from the live message."""

    __slots__ = ("component", "current", "visit")

    kind = "click"

    def __init__(self, answer: Answer, visit: int, component: str, *, current: bool) -> None:
        Turn.__init__(self, answer, answer.interaction.user)
        self.visit = visit
        self.component = component
        self.current = current

    def is_on(self, visit: int, component: str) -> bool:
        """Whether it was made on this component of the live message."""
        return self.current and self.component == component and self.visit == visit

    @property
    def name(self) -> str:
        return self.component


class Opened(Click):
    """A button's form is out, or `refusal` kept it shut. The form waited for nothing; this waits its turn."""

    __slots__ = ("refusal",)

    def __init__(self, answer: Answer, visit: int, component: str, refusal: str | None = None) -> None:
        super().__init__(answer, visit, component, current=True)
        self.refusal = refusal


class Submit(Turn):
    """A modal came back."""

    __slots__ = ("component", "visit")

    kind = "submit"

    def __init__(self, answer: Answer, visit: int, component: str) -> None:
        super().__init__(answer, answer.interaction.user)
        self.visit = visit
        self.component = component

    @property
    def name(self) -> str:
        return self.component


class Message(Turn):
    """Somebody wrote a message to `menu`, which was on display then."""

    __slots__ = ("menu", "message")

    kind = "message"
    # What was written stands below the menu: the next screen comes below that.
    usual = Behavior(cleanup="post_and_strip")

    def __init__(self, message: discord.Message, menu: object) -> None:
        super().__init__(None, message.author)
        self.message = message
        self.menu = menu


class Lost(Turn):
    """Somebody else deleted the message of this id; `None`: the place that it was in."""

    __slots__ = ("message_id",)

    def __init__(self, message_id: int | None) -> None:
        super().__init__(None, None)
        self.message_id = message_id


class Refresh(Turn):
    """Render again, asked for by code outside of any input."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None, None)


class GivenUp(Turn):
    """A handler waits for its answer no longer: in its turn it goes on."""

    __slots__ = ()

    def __init__(self, ask: object) -> None:
        super().__init__(None, None)
        self.answers_ask = (ask, None)


class End(Turn):
    """A deadline struck, or somebody closed the session from outside."""

    __slots__ = ("end",)

    def __init__(self, end: SessionEnd) -> None:
        super().__init__(None, None)
        self.end = end
