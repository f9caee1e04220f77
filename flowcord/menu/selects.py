"""Selects: decorated methods, and items made while rendering. Their handlers get what was chosen."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast, overload

import discord
from discord.ui.select import BaseSelect
from typing_extensions import Unpack

from flowcord.errors import DefinitionError
from flowcord.menu.access import Access
from flowcord.menu.actions import Argument, Guard, Handler, component_key, key_of
from flowcord.menu.behavior import Behavior, ClickPolicy
from flowcord.menu.calling import check_takes
from flowcord.menu.choices import SelectPress, defaults_of
from flowcord.menu.components import UNSENT, check_conditions
from flowcord.menu.declaring import ComponentDeclaration, Dynamic

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext

__all__ = (
    "ChannelSelect",
    "MentionableSelect",
    "RoleSelect",
    "Select",
    "SelectDeclaration",
    "UserSelect",
    "select",
)


class SelectSettings(TypedDict, total=False):
    """What every select takes.

    - `args`: handed to the action after the values; `str`, `int`, `bool` or enum members.
    - `placeholder`: what is shown while nothing is chosen, at most 150 characters.
    - `min_values`, `max_values`: how many may be chosen; 1 and 1 unless set.
    - `visible`: whether it is shown at all; may be a function of the menu.
    - `remember`: whether a choice stays shown, as the default, until the menu is left.
    - `guard`, `key`, `clicks`, `access`, `defer`, `behavior`: as for `Button`.
    """

    args: tuple[Argument, ...]
    placeholder: str | None
    min_values: int
    max_values: int
    disabled: bool
    visible: bool | Callable[[Any], bool]
    guard: Guard | None
    key: str | None
    clicks: ClickPolicy | None
    access: Access | None
    defer: bool
    behavior: Behavior | None
    remember: bool


#: The settings that are discord.py's, and those that are the press's.
_OF_DISCORD = ("placeholder", "min_values", "max_values", "disabled")
_OF_PRESS = frozenset(each.name for each in fields(SelectPress)) - {"key"}
_KNOWN = frozenset(SelectSettings.__annotations__)


def _of_discord(settings: SelectSettings) -> dict[str, Any]:
    taken = {name: value for name, value in settings.items() if name in _OF_DISCORD}
    return {**taken, "custom_id": UNSENT}


def _press(item: BaseSelect[Any], action: Handler | None, settings: SelectSettings) -> SelectPress:
    what = f"{type(item).__name__} {item.placeholder or settings.get('key') or ''!r}"
    if unknown := settings.keys() - _KNOWN:
        raise DefinitionError(f"{what} takes no {', '.join(sorted(unknown))}")
    check_conditions(what, settings.get("guard"), settings.get("clicks"), settings.get("access"))
    name = settings.get("key") or (key_of(action) if action is not None else item.placeholder or "disabled")
    arguments = settings.get("args", ())
    told: Any = {name: value for name, value in settings.items() if name in _OF_PRESS}
    return SelectPress(component_key(name, arguments), handler=action, arguments=arguments, **told)


class _Acting:
    """What all selects have in common; each is called as its action is: `await self.pick(ctx, values)`."""

    #: What a choice runs.
    press: SelectPress
    #: Whether it is shown at all.
    visible: bool | Dynamic = True

    def _take(self, action: Handler | None, settings: SelectSettings) -> None:
        self.press = _press(cast("BaseSelect[Any]", self), action, settings)
        self.visible = settings.get("visible", True)

    async def __call__(self, ctx: MenuContext, values: Sequence[Any]) -> None:
        """Run the select's action, as a choice of `values` would."""
        await self.press.act(ctx.menu, ctx, values)


class Select(_Acting, discord.ui.Select[Any]):
    """A list of options to choose from, made in `render`: `Select(action=self.pick, options=[...])`.

    `action` is a method `(ctx, values)`; `values` are the chosen options' values, in Discord's order, `[]`
    for none. `options` are 1 to 25 `discord.SelectOption`s. The other settings are in `SelectSettings`.
    """

    def __init__(
        self,
        *,
        action: Handler | None = None,
        options: Sequence[discord.SelectOption] = (),
        **settings: Unpack[SelectSettings],
    ) -> None:
        if wrong := [each for each in options if not isinstance(each, discord.SelectOption)]:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"Select takes discord.SelectOption as its options, not {wrong[0]!r}")
        super().__init__(options=list(options), **_of_discord(settings))
        self._take(action, settings)


class _OfObjects(_Acting):
    """What selects of users, roles and channels have in common; `default_values` are chosen at first."""

    def __init__(
        self,
        *,
        action: Handler | None = None,
        default_values: Sequence[Any] = (),
        **settings: Unpack[SelectSettings],
    ) -> None:
        # The next class is one of discord.py's selects.
        cast("Any", super()).__init__(default_values=default_values, **_of_discord(settings))
        self._take(action, settings)


class UserSelect(_OfObjects, discord.ui.UserSelect[Any]):
    """A choice of users. Its handler gets `Member`s, or `User`s outside of servers."""


class RoleSelect(_OfObjects, discord.ui.RoleSelect[Any]):
    """A choice of roles. Its handler gets `Role`s."""


class MentionableSelect(_OfObjects, discord.ui.MentionableSelect[Any]):
    """A choice of users and roles. Its handler gets `Member`s, `User`s and `Role`s."""


class ChannelSelect(_Acting, discord.ui.ChannelSelect[Any]):
    """A choice of channels, of all types or of `channel_types`. Its handler gets `AppCommandChannel`s."""

    def __init__(
        self,
        *,
        action: Handler | None = None,
        channel_types: Sequence[discord.ChannelType] = (),
        default_values: Sequence[Any] = (),
        **settings: Unpack[SelectSettings],
    ) -> None:
        super().__init__(
            channel_types=list(channel_types), default_values=default_values, **_of_discord(settings)
        )
        self._take(action, settings)


# Decorated -----------------------------------------------------------------------------------------

AnySelect = Select | UserSelect | RoleSelect | MentionableSelect | ChannelSelect
SelectT = TypeVar("SelectT", bound=AnySelect)
_CLASSES = (Select, UserSelect, RoleSelect, MentionableSelect, ChannelSelect)
_DYNAMIC = ("options", "default_values", "placeholder", "min_values", "max_values", "disabled")


class SelectDeclaration(ComponentDeclaration[SelectT]):
    """A method decorated with `@select`."""

    def __init__(self, function: Callable[..., Any], cls: type[SelectT], settings: dict[str, Any]) -> None:
        check_takes(function.__qualname__, function, "self", "ctx", "values")
        self._cls = cls
        #: The defaults that are not `render`'s, so that a later choice stands in for them.
        self._initial: tuple[str, ...] = ()
        super().__init__(function, settings, _DYNAMIC)
        if not self._dynamic.keys() & {"options", "default_values"}:
            self._initial = defaults_of(cast(Any, self._make(function, {}).to_component_dict()))
            self.press = replace(self.press, initial=self._initial)

    def _make(self, method: Callable[..., Any], dynamic: dict[str, Any]) -> SelectT:
        # What is asked before a render, and was not asked yet, is left out.
        told = {name: value for name, value in dynamic.items() if value is not None}
        settings: dict[str, Any] = {**self._settings, **told, "action": method}
        if "options" in settings and "options" not in dynamic:
            settings["options"] = [copy(option) for option in settings["options"]]
        item = self._cls(**settings)
        item.press = replace(item.press, initial=self._initial)
        return item


ValueT = TypeVar("ValueT")
#: A value, or a function of the menu that gives it.
Asked = ValueT | Callable[[Any], ValueT | Awaitable[ValueT]]


class DeclaredSettings(TypedDict, total=False):
    """What `@select` takes: the settings of its class, some of which may be functions of the menu."""

    options: Asked[Sequence[discord.SelectOption]]
    default_values: Asked[Sequence[Any]]
    channel_types: Sequence[discord.ChannelType]
    placeholder: Asked[str | None]
    min_values: Asked[int]
    max_values: Asked[int]
    disabled: Asked[bool]
    visible: Asked[bool]
    guard: Guard | None
    key: str | None
    clicks: ClickPolicy | None
    access: Access | None
    defer: bool
    behavior: Behavior | None
    remember: bool


@overload
def select(
    **settings: Unpack[DeclaredSettings],
) -> Callable[[Callable[..., Any]], SelectDeclaration[Select]]: ...
@overload
def select(
    *, cls: type[SelectT], **settings: Unpack[DeclaredSettings]
) -> Callable[[Callable[..., Any]], SelectDeclaration[SelectT]]: ...
def select(*, cls: Any = Select, **settings: Any) -> Any:
    """Make a method `(self, ctx, values)` a select of every screen of the menu, in order of declaration.

    `cls` is `Select`, `UserSelect`, `RoleSelect`, `MentionableSelect` or `ChannelSelect`; the settings are
    those of the class. `options`, `default_values`, `placeholder`, `min_values`, `max_values`, `disabled`
    and `visible` may be functions or coroutine functions of the menu, the latter asked before `render`.
    `render` may place it elsewhere by naming it: `components=[self.pick]`.

    ```python
    @select(options=[discord.SelectOption(label="Red"), discord.SelectOption(label="Blue")])
    async def pick(self, ctx: MenuContext, values: list[str]) -> None:
        self.state.merge(color=values[0])
    ```
    """
    if cls not in _CLASSES:
        raise DefinitionError(f"@select takes one of flowcord's selects as its cls, not {cls!r}")

    def declare(function: Callable[..., Any]) -> SelectDeclaration[AnySelect]:
        if isinstance(function, ComponentDeclaration) or not inspect.isfunction(function):
            raise DefinitionError(f"@select decorates a method, not {function!r}")
        return SelectDeclaration(function, cls, settings)

    return declare
