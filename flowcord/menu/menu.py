"""Menu: one screen, subclassed by bot developers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from flowcord.data.block import Block
from flowcord.data.client_data import ClientData
from flowcord.data.declarations import Declaration
from flowcord.errors import DefinitionError, DuplicateKeyError
from flowcord.menu.accessor import StateAccessor
from flowcord.menu.behavior import Behavior, check_behaviors
from flowcord.menu.declaring import ComponentDeclaration
from flowcord.menu.layout import Layout
from flowcord.menu.messages import MessageHandler
from flowcord.menu.modals import Modal, ModalHandler
from flowcord.menu.options import NoState, Options, check_models, type_arguments
from flowcord.menu.pagination import ListDeclaration, Paginator
from flowcord.menu.remembered import Remembered
from flowcord.menu.reserved import Reserved, check_reserved
from flowcord.menu.screen import Screen
from flowcord.menu.session_state import SessionState
from flowcord.menu.texts import Texts, check_texts

if TYPE_CHECKING:
    from flowcord.menu.command_spec import AnyCommand, CommandSpec
    from flowcord.menu.context import MenuContext, Session
    from flowcord.menu.flow import Flow

__all__ = ("HOOKS", "Fallback", "Menu", "MenuShape", "check_name", "is_menu", "snake_case")

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
_DECLARED = (
    ComponentDeclaration,
    ModalHandler,
    MessageHandler,
    ListDeclaration,
    Declaration,
    ClientData,
    SessionState,
)


@dataclass(frozen=True, slots=True)
class MenuShape:
    """What FlowCord knows of a menu class, worked out once when the class is made."""

    state: type[BaseModel]
    options: type[Options]
    components: tuple[ComponentDeclaration[Any], ...]
    #: Those of them with settings that are coroutine functions.
    awaited: tuple[ComponentDeclaration[Any], ...]
    forms: dict[type[Modal], ModalHandler]
    #: What takes the messages that users write; `None` for menus that take none.
    listener: MessageHandler | None
    #: The lists that it shows in pages, in order of declaration.
    lists: tuple[ListDeclaration, ...]
    hooks: frozenset[str]

    @property
    def one_shots(self) -> list[tuple[str, Behavior | None]]:
        """What its components and forms say of the one render they trigger, each with its owner's name."""
        said = [(each.press.key, each.press.behavior) for each in self.components]
        said += [(f"@modal({form.__name__})", handler.behavior) for form, handler in self.forms.items()]
        forms: list[type[Modal]] = [*self.forms]
        forms += [each.press.opens for each in self.components if isinstance(each.press.opens, type)]
        return said + [(form.__name__, form.behavior) for form in forms]


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
        _check_refreshing(cls)
        cls.commands, cls.command = (), None
        state, options, _ = type_arguments(cls, Menu, (NoState, Options, None))
        check_models(cls, state, options)
        components = _components(cls)
        cls.shape = MenuShape(
            state=cast("type[BaseModel]", state),
            options=cast("type[Options]", options),
            components=components,
            awaited=tuple(each for each in components if each.awaited),
            forms=_forms(cls),
            listener=_listener(cls),
            lists=_lists(cls),
            hooks=frozenset(name for name in HOOKS if getattr(cls, name) is not getattr(Menu, name)),
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


#: What a menu class may set or define.
_SETTINGS = {
    "name",
    "tracked",
    "returnable",
    "cancellable",
    "preserve_state_on_return",
    "live",
    "refresh_every",
    "fallback",
}
_OPEN = _SETTINGS | {"behavior", "override_behavior", "texts", "reserved", "render", *HOOKS}
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
            declared = isinstance(value, _DECLARED)
            told = name in _TERMS and (declared or inspect.isroutine(value))
            if name in _OWN or (name in _OPEN and declared) or told:
                raise DefinitionError(
                    f"{source.__name__}.{name} shadows an attribute of FlowCord's Menu: give it another name"
                )


def _members(cls: type, kind: type) -> dict[str, Any]:
    """The attributes of one kind, in order of declaration, bases first; a rebound name counts once."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in base.__dict__.items():
            if isinstance(value, kind):
                found[name] = value
            else:
                found.pop(name, None)
    return found


def _components(cls: type) -> tuple[ComponentDeclaration[Any], ...]:
    components: dict[str, ComponentDeclaration[Any]] = {}
    for declaration in _members(cls, ComponentDeclaration).values():
        other = components.setdefault(declaration.press.key, declaration)
        if other is not declaration:
            raise DuplicateKeyError(
                f"{cls.__name__}: the components {other.name} and {declaration.name} have one key, "
                f"{declaration.press.key!r}: give one of them another"
            )
    return tuple(components.values())


def _forms(cls: type) -> dict[type[Modal], ModalHandler]:
    handlers: dict[type[Modal], ModalHandler] = {}
    for name, handler in _members(cls, ModalHandler).items():
        if handler.form in handlers:
            raise DefinitionError(f"{cls.__name__}.{name}: {handler.form.__name__} has two handlers")
        handlers[handler.form] = handler
    return handlers


def _check_refreshing(cls: type[Menu[Any, Any, Any]]) -> None:
    every: object = cls.refresh_every
    fits = isinstance(every, int | float) and not isinstance(every, bool) and every >= _SHORTEST_PERIOD
    if every is not None and not fits:
        raise DefinitionError(
            f"{cls.__name__}.refresh_every is {every!r}: it is None, or {_SHORTEST_PERIOD} seconds and more"
        )
    if cls.live not in (True, False):
        raise DefinitionError(f"{cls.__name__}.live is True or False, not {cls.live!r}")


def _listener(cls: type) -> MessageHandler | None:
    handlers = _members(cls, MessageHandler)
    if len(handlers) > 1:
        raise DefinitionError(
            f"{cls.__name__} has {len(handlers)} message handlers, {' and '.join(handlers)}: it may have one"
        )
    return next(iter(handlers.values()), None)


def _lists(cls: type) -> tuple[ListDeclaration, ...]:
    lists = tuple(_members(cls, ListDeclaration).values())
    main = [each.name for each in lists if each.paging.main]
    if len(main) > 1:
        raise DefinitionError(
            f"{cls.__name__}: {' and '.join(main)} have main=True: the reserved row turns the pages of one"
        )
    return lists


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
