"""Menu: one screen, subclassed by bot developers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from flowcord.data.block import Block
from flowcord.errors import DefinitionError
from flowcord.menu.accessor import StateAccessor
from flowcord.menu.behavior import Behavior, check_behaviors
from flowcord.menu.calling import check_method
from flowcord.menu.layout import Layout
from flowcord.menu.options import NoState, Options, check_models, type_arguments
from flowcord.menu.pagination import Paginator
from flowcord.menu.remembered import Remembered
from flowcord.menu.reserved import Reserved, check_reserved
from flowcord.menu.screen import Screen
from flowcord.menu.shape import DECLARED, MenuShape, shape_of
from flowcord.menu.texts import Texts, check_texts

if TYPE_CHECKING:
    from flowcord.menu.command_spec import AnyCommand, CommandSpec
    from flowcord.menu.context import MenuContext, Session
    from flowcord.menu.flow import Flow

__all__ = ("CALLED_WITH", "HOOKS", "SETTINGS", "Fallback", "Menu", "check_name", "is_menu", "snake_case")

StateT = TypeVar("StateT", bound=BaseModel, default=NoState)
OptionsT = TypeVar("OptionsT", bound=Options, default=Options)
ResultT = TypeVar("ResultT", default=None)

#: The hooks a menu may define; see the methods of the same names.
HOOKS = (
    "setup",
    "on_enter",
    "on_leave",
    "before_render",
    "after_render",
    "on_action",
    "on_page",
    "on_update_options",
    "on_cancel",
    "on_timeout",
    "on_end",
    "on_error",
)
#: Seconds: every refresh is a request, and Discord takes 5 in 5 seconds from a channel.
_SHORTEST_PERIOD = 5
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class Fallback:
    """Where Back leads when the stack is empty: `fallback = Fallback(Home)`."""

    __slots__ = ("fields", "menu")

    def __init__(self, menu: type[Menu[Any, Any, Any]] | str, **fields: Any) -> None:
        self.menu = menu
        self.fields = fields


class Menu(Block, Generic[StateT, OptionsT, ResultT]):
    """One screen of a flow: what it shows, what its buttons do, which data it keeps.

    `class Item(Menu[ItemState, ItemOptions, Result])`: each parameter has a default. An instance belongs to
    one visit of one session. Every callback may be a function or a coroutine function; those that begin
    with `on_`, and `setup`, take the `MenuContext`.
    """

    #: The menu's name in its flow; the class name in snake case unless set. Stored data is found by it.
    name: ClassVar[str]
    #: Pushed on the stack when left, so that Back returns here.
    tracked: ClassVar[bool] = True
    #: Shows Back while it leads somewhere.
    returnable: ClassVar[bool] = True
    #: Shows Cancel.
    cancellable: ClassVar[bool] = False
    #: Back returns to the same instance and state instead of a new one.
    preserve_state_on_return: ClassVar[bool] = False
    #: Shown again when stored data changes that its last screen was made of, whoever changed it.
    live: ClassVar[bool] = False
    #: Seconds after which it is shown again, and again; at least 5.
    refresh_every: ClassVar[float | None] = None
    #: Where Back leads when the stack is empty.
    fallback: ClassVar[Fallback | None] = None
    #: Defaults for this menu, and overrides that win over whoever opens it.
    behavior: ClassVar[Behavior] = Behavior()
    override_behavior: ClassVar[Behavior] = Behavior()
    #: FlowCord's sentences and labels in this menu, and how its own buttons look.
    texts: ClassVar[Texts] = Texts()
    reserved: ClassVar[Reserved] = Reserved()

    shape: ClassVar[MenuShape]
    commands: ClassVar[tuple[CommandSpec, ...]] = ()
    #: The command of `@slash` or `@context_menu`; of several, the topmost one's.
    command: ClassVar[AnyCommand | None] = None

    #: This visit's state.
    state: StateAccessor[StateT]
    #: The options this menu was opened with.
    options: OptionsT
    #: The session this menu belongs to, and its flow's instance.
    session: Session
    flow: Flow
    #: What its screen keeps between renders; see `remembered`. Made when there is something to keep.
    _remembered: Remembered | None = None
    #: What the settings of its components said that are coroutine functions, before the last render.
    _asked: Mapping[tuple[str, str], Any] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _refuse_shadows(cls)
        if "name" not in cls.__dict__:
            cls.name = snake_case(cls.__name__)
        check_name(cls, "name")
        check_behaviors(cls)
        check_texts(cls)
        check_reserved(cls)
        if not isinstance(cls.fallback, Fallback | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"{cls.__name__}.fallback is Fallback(Menu), not {cls.fallback!r}")
        _check_settings(cls)
        for name in (*CALLED_WITH, "__init__"):
            check_method(cls, name, *CALLED_WITH.get(name, ()))
        cls.commands, cls.command = (), None
        state, options, _ = type_arguments(cls, Menu, (NoState, Options, None))
        check_models(cls, state, options)
        cls.shape = shape_of(
            cls,
            cast("type[BaseModel]", state),
            cast("type[Options]", options),
            [name for name in HOOKS if getattr(cls, name) is not getattr(Menu, name)],
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """What `ctx.notify` and guards said, for a `render` that shows it itself: `notices="manual"`."""
        return tuple(self.session.notices)

    def render(self) -> Screen | Layout | Awaitable[Screen | Layout]:
        """The screen, from state, options and client data. May be a coroutine; has no side effects."""
        raise DefinitionError(f"{type(self).__name__} has no render()")

    async def complete(self, ctx: MenuContext, result: ResultT) -> None:
        """Return `result` to whoever opened this menu as a sub-menu, checked against `Result`."""
        await ctx.complete(result)

    # Hooks -----------------------------------------------------------------------------------------

    def setup(self, ctx: MenuContext) -> Any:
        """Once for each new instance, before `on_enter`; not when a preserved menu is returned to."""

    def on_enter(self, ctx: MenuContext) -> Any:
        """A visit begins. Paired with exactly one `on_leave`."""

    def on_leave(self, ctx: MenuContext) -> Any:
        """A visit ends, by whatever cause."""

    def before_render(self, ctx: MenuContext) -> Any:
        """Before each render."""

    def after_render(self, ctx: MenuContext) -> Any:
        """After each render, also when the screen was equal and nothing was sent."""

    def on_action(self, ctx: MenuContext) -> Any:
        """Before the action of a button."""

    def on_update_options(self, ctx: MenuContext, old: Any) -> Any:
        """After `ctx.update_options`; `old` are the options before."""

    def on_page(self, ctx: MenuContext, paginator: Paginator) -> Any:
        """A page was turned; `paginator` is on its new page."""

    def on_cancel(self, ctx: MenuContext) -> Any:
        """The user pressed Cancel."""

    def on_timeout(self, ctx: MenuContext) -> Any:
        """The session's time is up."""

    def on_end(self, ctx: MenuContext, end: Any) -> Any:
        """The session has ended, as the `SessionEnd` says; its last screen is out."""

    def on_error(self, ctx: MenuContext, error: Exception) -> Any:
        """A callback of this menu raised. The error is logged already.

        May decide what comes of it, over `Behavior.error_policy`, by returning `"stay"`, `"go_back"` or
        `"end"`; with `None` the flow's hook is asked, then the app's.
        """


#: What `render` and each hook are called with, after the menu or flow itself.
CALLED_WITH = {
    name: tuple(inspect.signature(getattr(Menu, name)).parameters)[1:] for name in ("render", *HOOKS)
}
_FLAGS = ("tracked", "returnable", "cancellable", "preserve_state_on_return", "live")
#: What a menu class may set.
SETTINGS = {
    "name",
    "refresh_every",
    "fallback",
    "behavior",
    "override_behavior",
    "texts",
    "reserved",
    *_FLAGS,
}
_OPEN = SETTINGS | {"render", *HOOKS}
_OWN = {name for name in (*Menu.__annotations__, *vars(Menu)) if not name.startswith("_")} - _OPEN


#: What a menu added alone says of its stored data, as a flow does.
_TERMS = {"isolate", "keep", "upgrades"}


def _refuse_shadows(cls: type) -> None:
    """Refuse names of FlowCord's own, in the class and in what is mixed in before `Menu`."""
    for source in cls.__mro__[: cls.__mro__.index(Menu)]:
        if source is not cls and issubclass(source, Menu):
            continue  # refused when it was made
        members = {**inspect.get_annotations(source), **vars(source)}
        for name, value in members.items():
            declared = isinstance(value, DECLARED)
            told = name in _TERMS and (declared or inspect.isroutine(value))
            if name in _OWN or (name in _OPEN and declared) or told:
                raise DefinitionError(
                    f"{source.__name__}.{name} shadows an attribute of FlowCord's Menu: give it another name"
                )


def _check_settings(cls: type[Menu[Any, Any, Any]]) -> None:
    every: object = cls.refresh_every
    fits = isinstance(every, int | float) and not isinstance(every, bool) and every >= _SHORTEST_PERIOD
    if every is not None and not fits:
        raise DefinitionError(
            f"{cls.__name__}.refresh_every is {every!r}: it is None, or {_SHORTEST_PERIOD} seconds and more"
        )
    for name in _FLAGS:
        if (value := getattr(cls, name)) not in (True, False):
            raise DefinitionError(f"{cls.__name__}.{name} is True or False, not {value!r}")


def is_menu(thing: object) -> bool:
    """Whether this is a menu class that can be shown, and not `Menu` itself."""
    return isinstance(thing, type) and issubclass(thing, Menu) and thing is not Menu


def snake_case(name: str) -> str:
    """`ItemShop` → `item_shop`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).strip("_").lower()


def check_name(cls: type, attribute: str) -> None:
    """Refuse a class whose name in ids and stored data cannot be one."""
    name = getattr(cls, attribute)
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        raise DefinitionError(f"{cls.__name__}.{attribute} is {name!r}: set one that matches {NAME.pattern}")
