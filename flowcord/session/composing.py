"""Composing: what `render` returned, the menu's own items and the notices become one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from flowcord.errors import DefinitionError, ScreenLimitError
from flowcord.menu.layout import Layout
from flowcord.menu.menu import Menu
from flowcord.menu.remembered import recall
from flowcord.menu.screen import Screen
from flowcord.session.compiled import compiled
from flowcord.session.paging import add_footer, arrange
from flowcord.session.picture import Picture
from flowcord.session.reserved import has_reserved
from flowcord.session.rows import Rows
from flowcord.session.turn import Turn
from flowcord.wire.attachments import Attachment, read
from flowcord.wire.custom_id import id_prefix
from flowcord.wire.limits import check_layout, check_screen, fits_above
from flowcord.wire.payload import COMPONENTS_V2, Payload, encode, keep, text_display

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("compose",)

AnyMenu = Menu[Any, Any, Any]

_CONTENT_LIMIT = 2000
#: Bytes of content and embeds in which no text can be over any limit: the smallest is an embed's title.
_SMALL = 256


def compose(session: MenuSession, turn: Turn, screen: object) -> Picture:
    """The picture of what `render` returned.

    Raises `DefinitionError` for what is no screen or cannot be clicked, `ScreenLimitError` with every
    violation of Discord's limits.
    """
    if isinstance(screen, Screen):
        return _screen(session, turn, screen)
    if isinstance(screen, Layout):
        return _layout(session, turn, screen)
    raise DefinitionError(
        f"{type(session.menu).__name__}.render returns a Screen or a Layout, not {screen!r}"
    )


def _screen(session: MenuSession, turn: Turn, screen: Screen) -> Picture:
    menu = type(session.menu)
    notices = _above_screen(session, turn, screen) if session.notices else ()
    content = screen.content or ""
    if notices:
        content = "\n".join((*notices, content)) if content else "\n".join(notices)
    payload: Payload = {
        "content": content,
        "embeds": [embed.to_dict() for embed in screen.embeds],
        "allowed_mentions": session.policy.allowed_mentions,
    }
    if menu.shape.lists:
        add_footer(session, payload["embeds"])
    rest = encode(payload)
    files = _files(screen, payload) if screen.files else ()
    usual = not screen.components and recall(session.menu) is None and not has_reserved(session)
    if usual and (static := compiled(menu)) is not None:
        # The buttons of the whole visit are known, and so are their limits.
        if session.rows is None:
            session.rows = static.under(_id_prefix(session))
        payload["components"] = session.rows
        if len(rest) > _SMALL or not session.rows or files:
            _refuse(check_screen(payload, menu.__name__, _names(files)))
        kept = keep(rest, session.rows, files=files)
        return Picture(payload, kept, static.components, notices=len(session.notices))
    rows = _place(session, screen.components, "Screen")
    payload["components"] = rows.rows
    _refuse(check_screen(payload, menu.__name__, _names(files), rows.origins))
    kept = keep(rest, encode({"components": rows.rows}), files=files)
    return Picture(payload, kept, rows.components, notices=len(session.notices))


def _layout(session: MenuSession, turn: Turn, layout: Layout) -> Picture:
    rows = _place(session, layout.items, "Layout")
    components, menu = rows.rows, type(session.menu).__name__
    payload: Payload = {"flags": COMPONENTS_V2, "allowed_mentions": session.policy.allowed_mentions}
    rest = encode(payload)
    files = _files(layout, payload) if layout.files else ()
    _refuse(check_layout(components, menu, _names(files), rows.origins))
    if session.notices and session.policy.notices == "auto":
        above = text_display("\n".join(session.notices))
        if fits_above(components, above):
            components.insert(0, above)
        else:
            _say_privately(session, turn)
    payload["components"] = components
    kept = keep(rest, encode({"components": components}), layout=True, files=files)
    return Picture(payload, kept, rows.components, notices=len(session.notices), layout=True)


def _place(session: MenuSession, items: Sequence[Any], what: Literal["Screen", "Layout"]) -> Rows:
    """What `render` placed, with all that it left open."""
    menu = session.menu
    rows = Rows(type(menu).__name__, _id_prefix(session), recall(menu), session.guild, menu)
    arrange(session, rows, rows.place(items, what), layout=what == "Layout")
    return rows


def _files(screen: Screen | Layout, payload: Payload) -> Sequence[Attachment]:
    """The files of this screen, put into its payload."""
    files = read(screen.files)
    payload["attachments"] = list(files)
    return files


def _names(files: Sequence[Attachment]) -> Sequence[str]:
    return [each.name for each in files]


def _refuse(violations: list[str]) -> None:
    if violations:
        raise ScreenLimitError(violations)


def _id_prefix(session: MenuSession) -> str:
    return id_prefix(session.definition.kind, session.id, session.visit)


def _above_screen(session: MenuSession, turn: Turn, screen: Screen) -> Sequence[str]:
    """The notices above this screen; where they do not fit, they are said to this user alone."""
    if session.policy.notices == "manual":  # `render` has put them where it wants them
        return ()
    if len("\n".join((*session.notices, screen.content or ""))) <= _CONTENT_LIMIT:
        return tuple(session.notices)
    _say_privately(session, turn)
    return ()


def _say_privately(session: MenuSession, turn: Turn) -> None:
    turn.private += session.notices
    session.notices.clear()
