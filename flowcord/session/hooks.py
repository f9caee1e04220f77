"""Calling hooks: those of the app, of the flow and of the current menu, under one name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowcord.menu.actions import call
from flowcord.menu.menu import Menu
from flowcord.session.turn import Turn

if TYPE_CHECKING:
    from flowcord.session.session import MenuSession

__all__ = ("fire", "hooked_in", "hooks_of", "tell")

AnyMenu = Menu[Any, Any, Any]


def hooked_in(session: MenuSession, menu: AnyMenu) -> frozenset[str]:
    """The names of the hooks that anybody has while `menu` is the current one."""
    flow, app = session.definition.hooks, session.hooks
    return menu.shape.hooks.union(flow, app) if flow or app else menu.shape.hooks


def hooks_of(session: MenuSession, name: str, menu: AnyMenu) -> list[Callable[..., Any]]:
    """The hooks of this name: the app's, the flow's, the menu's. `on_error` is asked from within."""
    outer = [*session.hooks.get(name, ())]
    own = [getattr(menu, name)] if name in menu.shape.hooks else []
    if name in session.definition.hooks:
        own.append(getattr(session.flow, name))
    return [*own, *outer] if name == "on_error" else [*outer, *reversed(own)]


async def fire(
    session: MenuSession, name: str, turn: Turn, *arguments: Any, menu: AnyMenu | None = None
) -> None:
    """Call the hooks of this name, one after another; `menu` if it is not the current one.

    One that goes elsewhere, or ends the session, is the last: what follows is about a menu that was left.
    """
    if menu is None:
        menu = session.menu
    hooks = hooks_of(session, name, menu)
    if not hooks:
        return
    session.note("hook", name)
    ctx = session.context(menu, turn, name)
    visit, ending = session.visit, session.ending
    for hook in hooks:
        await call(hook, ctx, *arguments)
        if session.visit != visit or session.ending != ending:
            return


async def tell(session: MenuSession, name: str, turn: Turn, *arguments: Any) -> None:
    """Call every hook of this name, whatever becomes of the others: what one raises is logged only."""
    menu = session.menu
    if menu is None:  # pyright: ignore[reportUnnecessaryComparison]  # it failed before there was one
        return
    hooks = hooks_of(session, name, menu)
    if hooks:
        session.note("hook", name)
    ctx = session.context(menu, turn, name)
    for hook in hooks:
        await session.runtime.attempt(f"{session}: {name}", hook, ctx, *arguments)
