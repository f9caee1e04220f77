"""Components: decorated methods, and items made while rendering. Both end as a `Press`: what a click runs."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import discord
from discord import ButtonStyle
from pydantic import BaseModel

from flowcord.errors import DefinitionError
from flowcord.menu.access import Access
from flowcord.menu.actions import Argument, Guard, Handler, call, component_key, key_of, run
from flowcord.menu.behavior import Behavior, ClickPolicy, merge
from flowcord.menu.calling import check_takes, refusal
from flowcord.menu.declaring import ComponentDeclaration, Dynamic, dynamic_of
from flowcord.menu.modals import Modal, ModalHandler, Opens
from flowcord.menu.one_shots import check_one_shot

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext

__all__ = (
    "UNSENT",
    "Button",
    "ButtonDeclaration",
    "Press",
    "button",
    "check_conditions",
)

Fixed = Literal["start", "end"]
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
            handler = self._handler_of(menu, form)
            if handler is not None:
                await call(handler.function, menu, ctx, form)
        elif self.bound:
            await run(self.submit, menu, ctx, (form,))
        else:
            await call(cast("Callable[..., Any]", self.submit), menu, ctx, form)

    def behavior_after(self, menu: Any, form: Modal) -> Behavior | None:
        """What is said of the screen after a submitted form: by its handler, by itself, by this component."""
        handler = self._handler_of(menu, form)
        said = (None if handler is None else handler.behavior, form.behavior, self.behavior)
        given = [each for each in said if each is not None]
        return merge(given) if len(given) > 1 else given[0] if given else None

    def _handler_of(self, menu: Any, form: Modal) -> ModalHandler | None:
        return menu.shape.forms.get(type(form)) if self.submit is None else None


class Button(discord.ui.Button[Any]):
    """A button made in `render`: `Button("Buy sword", action=self.buy, args=("sword",))`.

    Its key is the action's name (or `key`) and its arguments, never its position, so that it is the same
    button in the next render. `args` are `str`, `int`, `bool` or enum members. Enabled, it needs one of
    `action`, `opens` (a `Modal` class, or a method that returns a filled form), `url` and `sku_id` (Discord
    gives such a button its label). `label`, `disabled` and `visible` may be functions of the menu.

    - `submit`: the method `(ctx, form)` that takes the form `opens` opened, instead of `@modal(Form)`.
    - `guard`: made by `guard(...)`; asked first, and may refuse.
    - `clicks`: `"queue"`, `"drop"`, `"latest"` or `"once"`, instead of the menu's behavior.
    - `access`: who may press it, on top of the menu's own rule.
    - `defer`: acknowledge at once, for actions known to take longer than 2 seconds.
    - `behavior`: for the one render that follows, instead of the menu's: `ephemeral`, `cleanup`,
      `ephemeral_fallback`, `closed_message`. Of a button that opens a form, the render after its submit.
    - `fixed`: in a `paginate`, stands on every page, at its `"start"` or `"end"`.
    """

    def __init__(
        self,
        label: str | Callable[[Any], str | None] | None = None,
        *,
        action: Handler | None = None,
        args: tuple[Argument, ...] = (),
        style: ButtonStyle = ButtonStyle.secondary,
        emoji: Emoji | None = None,
        disabled: bool | Callable[[Any], bool] = False,
        visible: bool | Callable[[Any], bool] = True,
        url: str | None = None,
        sku_id: int | None = None,
        opens: Opens | None = None,
        submit: Handler | None = None,
        guard: Guard | None = None,
        key: str | None = None,
        clicks: ClickPolicy | None = None,
        access: Access | None = None,
        defer: bool = False,
        behavior: Behavior | None = None,
        fixed: Fixed | None = None,
    ) -> None:
        #: Whether it is shown at all.
        self.visible: bool | Dynamic = visible
        self.fixed: Fixed | None = fixed
        #: What else depends on the menu; asked when the button is placed.
        self.dynamic: dict[str, Dynamic] | None = None
        if callable(label) or callable(disabled):
            self.dynamic = dynamic_of({"label": label, "disabled": disabled})
            label = None if callable(label) else label
            disabled = False if callable(disabled) else disabled
        super().__init__(
            label=label,
            style=style,
            emoji=emoji,
            disabled=disabled,
            url=url,
            sku_id=sku_id if url is None else None,
            custom_id=None if url is not None or sku_id is not None else UNSENT,
        )
        #: What a click runs; `None` for a link and a premium button, which Discord opens.
        self.press: Press | None = None
        #: What in it contradicts itself, if anything. Whoever places it says so, with its place.
        self.problem = _problem(
            {"action": action, "opens": opens, "url": url, "sku_id": sku_id}, style, bool(label or emoji)
        )
        if opens is not None:
            _check_opens(_named(self), opens)
        if fixed not in (None, "start", "end"):
            raise DefinitionError(f"{_named(self)} takes fixed='start' or 'end', not {fixed!r}")
        check_conditions(_named(self), guard, clicks, access)
        if url is None and sku_id is None:
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


def check_conditions(item: str, guard: object, clicks: object, access: object) -> None:
    """Refuse a guard or a rule that is none, and a click policy that there is not."""
    if guard is not None and not isinstance(guard, Guard):
        raise DefinitionError(f"{item} takes guard=guard(predicate, message)")
    if clicks is not None and clicks not in _CLICKS:
        raise DefinitionError(f"{item} takes clicks={' or '.join(map(repr, _CLICKS))}, not {clicks!r}")
    if access is not None and not isinstance(access, Access):
        raise DefinitionError(f"{item} takes access=Access.roles(...), .users(...) …, not {access!r}")


def _check_opens(item: str, opens: object) -> None:
    if isinstance(opens, type):
        if not issubclass(opens, Modal):
            name = opens.__name__
            remedy = f": form({name}) makes one of it" if issubclass(opens, BaseModel) else ""
            raise DefinitionError(f"{item} opens {name}, which is not a flowcord.Modal{remedy}")
    elif not callable(opens):
        raise DefinitionError(
            f"{item} opens {opens!r}: name the class of the form, or a method that returns a filled one"
        )


def _named(button: Button) -> str:
    return f"Button {button.label or str(button.emoji)!r}"


def _problem(runs: dict[str, object], style: ButtonStyle, says: bool) -> str | None:
    given = [f"{name}=" for name, value in runs.items() if value is not None]
    if len(given) > 1:
        return f"takes one of action=, opens=, url= and sku_id=, not {' and '.join(given)}"
    if not {"url=", "sku_id="}.intersection(given) and style in (ButtonStyle.link, ButtonStyle.premium):
        return f"cannot have the style {style.name}: what has url= or sku_id= gets it by itself"
    if "sku_id=" in given and says:
        return "cannot have a label or emoji: Discord shows what sku_id= sells"
    return None


def _name_of(action: Handler | None, opens: Opens | None, label: str | None) -> str:
    if action is not None:
        return key_of(action)
    if opens is None:
        return label or "disabled"
    return opens.__name__ if isinstance(opens, type) else key_of(opens)


class ButtonDeclaration(ComponentDeclaration[Button]):
    """A method decorated with `@button`."""

    def __init__(self, function: Callable[..., Any], settings: dict[str, Any]) -> None:
        given = ("self", "ctx") if settings["opens"] is None else ("self", "ctx", "form")
        check_takes(function.__qualname__, function, *given)
        super().__init__(function, settings, ("label", "disabled"))

    def _make(self, method: Callable[..., Any], dynamic: dict[str, Any]) -> Button:
        # With `opens=`, the method takes the submitted form: `@button("Edit", opens=EditForm)`.
        role = "action" if self._settings["opens"] is None else "submit"
        settings: dict[str, Any] = {**self._settings, **dynamic, role: method}
        return Button(**settings)


def button(
    label: str | Callable[[Any], str | Awaitable[str | None] | None] | None = None,
    *,
    style: ButtonStyle = ButtonStyle.secondary,
    emoji: Emoji | None = None,
    disabled: bool | Callable[[Any], bool | Awaitable[bool]] = False,
    visible: bool | Callable[[Any], bool | Awaitable[bool]] = True,
    opens: Opens | None = None,
    guard: Guard | None = None,
    key: str | None = None,
    clicks: ClickPolicy | None = None,
    access: Access | None = None,
    defer: bool = False,
    behavior: Behavior | None = None,
    fixed: Fixed | None = None,
) -> Callable[[Callable[..., Any]], ButtonDeclaration]:
    """Make a method `(self, ctx)` a button of every screen of the menu, in order of declaration.

    `label`, `disabled` and `visible` may be functions or coroutine functions of the menu, the latter asked
    before `render`. `render` may place it elsewhere by naming it: `components=[self.done]`. The other
    arguments are those of `Button`.
    """
    if inspect.isfunction(label) and refusal(label, ("menu",)) is not None:
        raise DefinitionError(f'{label.__qualname__}: a button has a label: @button("…")')
    if not isinstance(style, ButtonStyle):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"@button takes style=ButtonStyle.primary and the like, not {style!r}")
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
        "fixed": fixed,
    }

    def declare(function: Callable[..., Any]) -> ButtonDeclaration:
        if isinstance(function, ComponentDeclaration) or not inspect.isfunction(function):
            raise DefinitionError(f"@button decorates a method, not {function!r}")
        return ButtonDeclaration(function, settings)

    return declare
