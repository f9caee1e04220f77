"""Declaring: decorated methods of a menu, which on an instance are fresh items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from inspect import iscoroutine, iscoroutinefunction
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, overload

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.calling import check_takes

if TYPE_CHECKING:
    from flowcord.menu.components import Press
    from flowcord.menu.menu import Menu

__all__ = ("ComponentDeclaration", "Dynamic", "ask", "ask_ahead", "dynamic_of")

#: A setting that is a function of the menu.
Dynamic = Callable[[Any], Any]
ItemT = TypeVar("ItemT", bound="discord.ui.Item[Any]")


class ComponentDeclaration(Generic[ItemT]):
    """A decorated method of a menu. On an instance it is a fresh item, to be placed or called.

    `settings` are the item's; those of them in `dynamic` that are functions are asked for each item.
    """

    def __init__(
        self, function: Callable[..., Any], settings: dict[str, Any], dynamic: Iterable[str]
    ) -> None:
        self.function = function
        self.name = function.__name__
        self._visible: bool | Dynamic = settings.get("visible", True)
        self._dynamic = dynamic_of({name: settings.get(name) for name in dynamic})
        self._settings = {
            name: value for name, value in settings.items() if name not in ("visible", *self._dynamic)
        }
        for name, asked in {"visible": self._visible, **self._dynamic}.items():
            if callable(asked):
                check_takes(f"{function.__qualname__}: {name}", asked, "menu")
        self._settings["key"] = settings.get("key") or self.name
        prototype: Any = self._make(function, {})
        if problem := getattr(prototype, "problem", None):
            raise DefinitionError(f"{function.__qualname__}: the button {problem}")
        #: Those of its settings that are coroutine functions: they are asked before each render.
        self.awaited: dict[str, Dynamic] = {
            name: function
            for name, function in dynamic_of({"visible": self._visible, **self._dynamic}).items()
            if iscoroutinefunction(function)
        }
        #: The payload without its custom id, compiled once; `None` if it depends on the menu.
        self.template: dict[str, Any] | None = None
        if not self._dynamic and self._visible is True:
            self.template = cast("dict[str, Any]", prototype.to_component_dict())
            del self.template["custom_id"]
        #: What an input runs, with the method unbound: one for all instances.
        self.press: Press = replace(cast("Press", prototype.press), bound=False)

    def item(self, menu: Any) -> ItemT | None:
        """The item as it is for `menu` now; `None` while it is not visible."""
        return self._item(menu) if self._shown(menu) else None

    @overload
    def __get__(self, menu: None, owner: type) -> Self: ...
    @overload
    def __get__(self, menu: object, owner: type | None = None) -> ItemT: ...
    def __get__(self, menu: object, owner: type | None = None) -> Self | ItemT:
        if menu is None:
            return self
        item: Any = self._item(menu)
        item.visible = self._shown(menu)
        return item

    def _item(self, menu: Any) -> ItemT:
        dynamic = {name: self._ask(menu, name, function) for name, function in self._dynamic.items()}
        return self._make(self.function.__get__(menu), dynamic)

    def _shown(self, menu: Any) -> bool:
        return self._ask(menu, "visible", self._visible) if callable(self._visible) else self._visible

    def _ask(self, menu: Any, name: str, function: Dynamic) -> Any:
        if name in self.awaited:
            return menu._asked.get((self.name, name))  # pyright: ignore[reportPrivateUsage]
        return ask(f"{self.function.__qualname__}: {name}", function, menu)

    def _make(self, method: Callable[..., Any], dynamic: dict[str, Any]) -> ItemT:
        """The item, with `method` as its action."""
        raise NotImplementedError


def ask(what: str, function: Dynamic, menu: Any) -> Any:
    """What a setting says for `menu` now. Raises `DefinitionError` if that would have to be awaited."""
    value = function(menu)
    if hasattr(value, "__await__"):
        if iscoroutine(value):
            value.close()
        raise DefinitionError(
            f"{what} is asked by a function that gives something to await: of a decorated method, make it a "
            "coroutine function itself (async def); of an item made in render, await it there"
        )
    return value


def dynamic_of(settings: Mapping[str, Any]) -> dict[str, Dynamic]:
    """Those settings that are functions of the menu."""
    return {name: value for name, value in settings.items() if callable(value)}


async def ask_ahead(menu: Menu[Any, Any, Any]) -> None:
    """Before a render: ask the settings that are coroutine functions; items are made from the answers."""
    answers: dict[tuple[str, str], Any] = {}
    for declaration in menu.shape.awaited:
        for name, function in declaration.awaited.items():
            answers[declaration.name, name] = await function(menu)
    menu._asked = answers  # pyright: ignore[reportPrivateUsage]
