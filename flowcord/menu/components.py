"""Components: decorated methods, and items made while rendering. Both end as a `Press`: what a click runs."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, get_args, overload

import discord
from discord import ButtonStyle

from flowcord.errors import DefinitionError
from flowcord.menu.access import Access
from flowcord.menu.actions import Argument, Guard, Handler, call, component_key, key_of, run
from flowcord.menu.behavior import Behavior, ClickPolicy
from flowcord.menu.modals import Modal, Opens
from flowcord.menu.one_shots import check_one_shot

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext

__all__ = (
    "UNSENT",
    "Button",
    "ButtonDeclaration",
    "ComponentDeclaration",
    "Press",
    "button",
    "check_conditions",
)

Emoji = str | discord.Emoji | discord.PartialEmoji
#: The id of items as they are made: ids are put into payloads, never into items.
UNSENT = "unsent"
_CLICKS = get_args(ClickPolicy)


@dataclass(frozen=True, slots=True)
class Press:
    """What a click on one component means: its identity, its handler, and what holds before it runs."""

    key: str
    handler: Handler | None = None
    arguments: tuple[Any, ...] = ()
    bound: bool = True
    opens: Opens | None = None
    submit: Handler | None = None
    guard: Guard | None = None
    clicks: ClickPolicy | None = None
    access: Access | None = None
    defer: bool = False
    #: The values that may be chosen; `None` where nothing is chosen from a list.
    choices: frozenset[str] | None = None
    behavior: Behavior | None = None

    def __post_init__(self) -> None:
        if self.behavior is not None:
            check_one_shot(self.behavior, f"the component {self.key}")

    def run(self, menu: Any, ctx: MenuContext) -> Awaitable[None]:
        """The guard, then the action."""
        if self.guard is None and not self.bound:  # a decorated method, as nearly always
            return call(cast("Callable[..., Any]", self.handler), menu, ctx)
        return self.act(menu, ctx)

    async def act(self, menu: Any, ctx: MenuContext, *given: Any) -> None:
        """The guard, then the action, with what this input brought."""
        if self.guard is not None:
            await self.guard.run(menu, ctx)
        if self.handler is not None:
            if self.bound:
                await run(self.handler, menu, ctx, (*given, *self.arguments))
            else:
                await call(cast("Callable[..., Any]", self.handler), menu, ctx, *given)

    async def take(self, menu: Any, ctx: MenuContext, form: Modal) -> None:
        """Hand a submitted form to its handler: this component's, else the menu's `@modal` for it."""
        if self.submit is None:
            handler = menu.shape.forms.get(type(form))
            if handler is not None:
                await call(handler.function, menu, ctx, form)
        elif self.bound:
            await run(self.submit, menu, ctx, (form,))
        else:
            await call(cast("Callable[..., Any]", self.submit), menu, ctx, form)


class Button(discord.ui.Button[Any]):
    """A button made in `render`: `Button("Buy sword", action=self.buy, args=("sword",))`.

    Its key is the action's name (or `key`) and its arguments, never its position, so that it is the same
    button in the next render. `args` are `str`, `int`, `bool` or enum members. Enabled, it needs `action`,
    `opens` (a `Modal` class, or a method that returns a filled form) or `url`.

    - `submit`: the method `(ctx, form)` that takes the form `opens` opened, instead of `@modal(Form)`.
    - `guard`: made by `guard(...)`; asked first, and may refuse.
    - `clicks`: `"queue"`, `"drop"`, `"latest"` or `"once"`, instead of the menu's behavior.
    - `access`: who may press it, on top of the menu's own rule.
    - `defer`: acknowledge at once, for actions known to take longer than 2 seconds.
    - `behavior`: for the one render that follows, instead of the menu's: `ephemeral`, `cleanup`,
      `ephemeral_fallback`, `closed_message`. Of a button that opens a form, the render after its submit.
    """

    def __init__(
        self,
        label: str | None = None,
        *,
        action: Handler | None = None,
        args: tuple[Argument, ...] = (),
        style: ButtonStyle = ButtonStyle.secondary,
        emoji: Emoji | None = None,
        disabled: bool = False,
        url: str | None = None,
        opens: Opens | None = None,
        submit: Handler | None = None,
        guard: Guard | None = None,
        key: str | None = None,
        clicks: ClickPolicy | None = None,
        access: Access | None = None,
        defer: bool = False,
        behavior: Behavior | None = None,
    ) -> None:
        super().__init__(
            label=label,
            style=style,
            emoji=emoji,
            disabled=disabled,
            url=url,
            custom_id=None if url is not None else UNSENT,
        )
        #: What a click runs; `None` for a link.
        self.press: Press | None = None
        chosen = (action is not None) + (opens is not None) + (url is not None)
        if chosen != 1 and not (disabled and chosen == 0):
            raise _wrong(self, "takes one of action=, opens= and url= (none if disabled)")
        if url is None and style in (ButtonStyle.link, ButtonStyle.premium):
            raise _wrong(self, f"cannot have the style {style.name}: a link has url= and no style")
        if isinstance(opens, type) and not issubclass(opens, Modal):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _wrong(self, f"opens {opens.__name__}, which is not a flowcord.Modal")
        check_conditions(_named(self), guard, clicks)
        if url is None:
            self.press = Press(
                key=component_key(key or _name_of(action, opens, label), args),
                handler=action,
                arguments=args,
                opens=opens,
                submit=submit,
                guard=guard,
                clicks=clicks,
                access=access,
                defer=defer,
                behavior=behavior,
            )

    async def __call__(self, ctx: MenuContext) -> None:
        """Run the button's action, as a click would."""
        if self.press is not None:
            await self.press.run(ctx.menu, ctx)


def check_conditions(item: str, guard: object, clicks: object) -> None:
    """Refuse a guard that is none, and a click policy that there is not."""
    if guard is not None and not isinstance(guard, Guard):
        raise DefinitionError(f"{item} takes guard=guard(predicate, message)")
    if clicks is not None and clicks not in _CLICKS:
        raise DefinitionError(f"{item} takes clicks={' or '.join(map(repr, _CLICKS))}, not {clicks!r}")


def _named(button: Button) -> str:
    return f"Button {button.label or str(button.emoji)!r}"


def _wrong(button: Button, problem: str) -> DefinitionError:
    return DefinitionError(f"{_named(button)} {problem}")


def _name_of(action: Handler | None, opens: Opens | None, label: str | None) -> str:
    if action is not None:
        return key_of(action)
    if opens is None:
        return label or "disabled"
    return opens.__name__ if isinstance(opens, type) else key_of(opens)


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
        self._dynamic: dict[str, Dynamic] = {
            name: value for name in dynamic if callable(value := settings.get(name))
        }
        self._settings = {
            name: value for name, value in settings.items() if name not in ("visible", *self._dynamic)
        }
        self._settings["key"] = settings.get("key") or self.name
        prototype: Any = self._make(function, {})
        #: The payload without its custom id, compiled once; `None` if it depends on the menu.
        self.template: dict[str, Any] | None = None
        if not self._dynamic and self._visible is True:
            self.template = cast("dict[str, Any]", prototype.to_component_dict())
            del self.template["custom_id"]
        #: What an input runs, with the method unbound: one for all instances.
        self.press: Press = replace(cast(Press, prototype.press), bound=False)

    def item(self, menu: Any) -> ItemT | None:
        """The item as it is for `menu` now; `None` while it is not visible."""
        visible = self._visible(menu) if callable(self._visible) else self._visible
        return self.__get__(menu) if visible else None

    @overload
    def __get__(self, menu: None, owner: type) -> Self: ...
    @overload
    def __get__(self, menu: object, owner: type | None = None) -> ItemT: ...
    def __get__(self, menu: object, owner: type | None = None) -> Self | ItemT:
        if menu is None:
            return self
        dynamic = {name: function(menu) for name, function in self._dynamic.items()}
        return self._make(self.function.__get__(menu), dynamic)

    def _make(self, method: Callable[..., Any], dynamic: dict[str, Any]) -> ItemT:
        """The item, with `method` as its action."""
        raise NotImplementedError


class ButtonDeclaration(ComponentDeclaration[Button]):
    """A method decorated with `@button`."""

    def __init__(self, function: Callable[..., Any], settings: dict[str, Any]) -> None:
        super().__init__(function, settings, ("label", "disabled"))

    def _make(self, method: Callable[..., Any], dynamic: dict[str, Any]) -> Button:
        # With `opens=`, the method takes the submitted form: `@button("Edit", opens=EditForm)`.
        role = "action" if self._settings["opens"] is None else "submit"
        settings: dict[str, Any] = {**self._settings, **dynamic, role: method}
        return Button(**settings)


def button(
    label: str | Callable[[Any], str] | None = None,
    *,
    style: ButtonStyle = ButtonStyle.secondary,
    emoji: Emoji | None = None,
    disabled: bool | Callable[[Any], bool] = False,
    visible: bool | Callable[[Any], bool] = True,
    opens: Opens | None = None,
    guard: Guard | None = None,
    key: str | None = None,
    clicks: ClickPolicy | None = None,
    access: Access | None = None,
    defer: bool = False,
    behavior: Behavior | None = None,
) -> Callable[[Callable[..., Any]], ButtonDeclaration]:
    """Make a method `(self, ctx)` a button of every screen of the menu, in order of declaration.

    `label`, `disabled` and `visible` may be functions of the menu. `render` may place it elsewhere by
    naming it: `components=[self.done]`. The other arguments are those of `Button`.
    """
    settings = {
        "label": label,
        "style": style,
        "emoji": emoji,
        "disabled": disabled,
        "visible": visible,
        "opens": opens,
        "guard": guard,
        "key": key,
        "clicks": clicks,
        "access": access,
        "defer": defer,
        "behavior": behavior,
    }

    def declare(function: Callable[..., Any]) -> ButtonDeclaration:
        if isinstance(function, ComponentDeclaration) or not inspect.isfunction(function):
            raise DefinitionError(f"@button decorates a method, not {function!r}")
        return ButtonDeclaration(function, settings)

    return declare
