"""Permission: who may, asked when an input arrives, and again when it has waited for its turn."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

import discord

from flowcord.menu.components import Press
from flowcord.session.turn import Click, Message, Opened, Submit, Turn
from flowcord.wire.payload import notice

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("ALLOWED", "Verdicts", "agreed", "refuse", "still_allowed", "verdicts_on")

User = discord.User | discord.Member
#: What the menu's access rule and the component's say: yes, no, or a coroutine that will.
Verdicts = tuple[bool | Awaitable[Any], bool | Awaitable[Any]]
ALLOWED = (True, True)


def verdicts_on(session: MenuSession, user: User, press: Press | None) -> Verdicts:
    """What the menu's rule, and that of the component, say of `user`; one that raises says no."""
    owner = session.owner.id
    try:
        of_menu = session.policy.access.allows(user, owner)
        of_press = True if press is None or press.access is None else press.access.allows(user, owner)
    except Exception as error:
        session.runtime.incident(error, f"{session}: an access predicate")
        return (False, False)
    return (of_menu, of_press)


async def agreed(session: MenuSession, verdicts: Verdicts) -> bool:
    """Whether both rules say yes, once those that are coroutines have answered."""
    try:
        return all([await verdict if inspect.isawaitable(verdict) else verdict for verdict in verdicts])
    except Exception as error:
        session.runtime.incident(error, f"{session}: an access predicate")
        return False


async def still_allowed(session: MenuSession, turn: Turn) -> bool:
    """Whether whoever sent an input that has waited may still do so. Other turns are nobody's."""
    if turn.user is None or not isinstance(turn, Click | Submit | Message) or isinstance(turn, Opened):
        return True
    verdicts = verdicts_on(session, turn.user, _press(session, turn))
    return verdicts == ALLOWED or await agreed(session, verdicts)


async def refuse(session: MenuSession, turn: Turn) -> None:
    """Tell whoever sent it, where only they see it."""
    session.turned_away("refused", turn.kind, turn.name)
    if turn.answer is not None:
        sentence = session.texts(turn.locale).refused
        await session.runtime.attempt(f"{session}: a refusal", turn.answer.whisper, notice(sentence))


def _press(session: MenuSession, turn: Turn) -> Press | None:
    if isinstance(turn, Click):
        return session.pressed(turn.visit, turn.component)
    if isinstance(turn, Submit) and session.forms is not None:
        return session.forms.opener(turn.component)
    return None
