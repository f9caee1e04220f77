"""Actions: what a click runs. Handlers are methods `(self, ctx, *args)`; these are the ready-made ones."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable
from types import CoroutineType
from typing import TYPE_CHECKING, Any, cast

from flowcord.errors import DefinitionError, GuardFailed, SessionError

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext
    from flowcord.menu.menu import Menu

__all__ = (
    "Action",
    "Argument",
    "Guard",
    "Handler",
    "call",
    "close",
    "component_key",
    "go_back",
    "go_to",
    "guard",
    "key_of",
    "pipeline",
    "run",
    "update_options",
)

AnyMenu = "Menu[Any, Any, Any]"
#: `Any`, for a predicate is written for the menu it stands in.
Predicate = Callable[[Any, "MenuContext"], "bool | str | Awaitable[bool | str]"]
Argument = str | int | bool | enum.Enum


async def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function or a coroutine function: every callback of a menu may be either.

    One that waited for something that was cancelled has failed: `SessionError`. `CancelledError` is raised
    when it is the caller who was cancelled.
    """
    try:
        result: Any = function(*arguments)
        # Told apart without an abstract base class, which would cost more than the call.
        if type(result) is CoroutineType or hasattr(result, "__await__"):
            return await cast("Awaitable[Any]", result)
        return result
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise SessionError(f"{function!r} waited for something that was cancelled") from error


class Action:
    """A ready-made action: compose several with `pipeline`. `key` names it in custom ids."""

    __slots__ = ("_run", "key")

    def __init__(self, key: str, run: Callable[[Any, MenuContext], Awaitable[object]]) -> None:
        self.key = key
        self._run = run

    async def run(self, menu: Menu[Any, Any, Any], ctx: MenuContext, *arguments: Any) -> None:
        """Do it. `arguments` are those of the component, which only the methods in a pipeline take."""
        await self._run(menu, ctx)

    def __repr__(self) -> str:
        return f"<action {self.key}>"


Handler = Action | Callable[..., Any]


async def run(
    handler: Handler, menu: Menu[Any, Any, Any], ctx: MenuContext, arguments: tuple[Any, ...]
) -> None:
    """Run an action, or a bound method with its arguments."""
    if isinstance(handler, Action):
        await handler.run(menu, ctx, *arguments)
    else:
        await call(handler, ctx, *arguments)


def key_of(handler: Handler) -> str:
    """The name of a handler in custom ids. Raises `DefinitionError` for one without a lasting name."""
    if isinstance(handler, Action):
        return handler.key
    if not callable(handler):
        raise DefinitionError(f"{handler!r} is no action: name a method, without calling it")
    name: str | None = getattr(handler, "__name__", None)
    # A method of a class that was made in a function has a lasting name; a function made there has none.
    local = getattr(handler, "__qualname__", "").endswith(f"<locals>.{name}")
    if name is None or local or "<" in name:
        raise DefinitionError(
            f"{handler!r} has no lasting name, so a custom id cannot name it: use a method, or give key="
        )
    return name


def component_key(name: str, arguments: tuple[Argument, ...]) -> str:
    """`name`, and the arguments in a form that keeps types apart (`1`, `"1"` and `True` differ)."""
    if not arguments:
        return name
    if isinstance(arguments, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"{name} takes its arguments in a tuple: args=({arguments!r},)")
    return name + "(" + ",".join(_spell(name, argument) for argument in arguments) + ")"


def _spell(name: str, argument: Argument) -> str:
    if isinstance(argument, enum.Enum):
        return f"{type(argument).__qualname__}.{argument.name}"
    if isinstance(argument, str | int):  # pyright: ignore[reportUnnecessaryIsInstance]
        return repr(argument)
    raise DefinitionError(
        f"an argument of {name} is a {type(argument).__name__}: use str, int, bool or an enum"
    )


class Pipeline(Action):
    """Actions in a row. Made by `pipeline`."""

    __slots__ = ("_handlers",)

    def __init__(self, handlers: tuple[Handler, ...]) -> None:
        super().__init__("+".join(key_of(handler) for handler in handlers) or "nothing", self.run)
        self._handlers = handlers

    async def run(self, menu: Menu[Any, Any, Any], ctx: MenuContext, *arguments: Any) -> None:
        for handler in self._handlers:
            await run(handler, menu, ctx, arguments)


def pipeline(*handlers: Handler) -> Action:
    """Run these in order; the first that raises stops the rest.

    Methods among them get the component's `args`, and what was chosen in a select.
    """
    return Pipeline(handlers)


class Guard(Action):
    """A question before an action. Made by `guard`."""

    __slots__ = ("_message", "_otherwise", "_predicate")

    def __init__(self, predicate: Predicate, message: str | None, otherwise: Handler | None) -> None:
        super().__init__(f"guard.{getattr(predicate, '__name__', 'check').strip('<>')}", self._check)
        self._predicate = predicate
        self._message = message
        self._otherwise = otherwise

    async def refusal(self, menu: Menu[Any, Any, Any], ctx: MenuContext) -> str | None:
        """Why not; `None` if the guard lets it pass."""
        verdict = await call(self._predicate, menu, ctx)
        if verdict is True or verdict == "":
            return None
        if verdict is not False and not isinstance(verdict, str):
            raise TypeError(f"a guard's predicate returns True, False or a sentence, not {verdict!r}")
        return verdict or self._message or ctx.texts.guard

    async def refuse(self, menu: Menu[Any, Any, Any], ctx: MenuContext, text: str) -> None:
        """What a refusal means: raises `GuardFailed`, after `otherwise` without a notice."""
        if self._otherwise is not None:
            await run(self._otherwise, menu, ctx, ())
            raise GuardFailed("")
        raise GuardFailed(text)

    async def _check(self, menu: Menu[Any, Any, Any], ctx: MenuContext) -> None:
        text = await self.refusal(menu, ctx)
        if text is not None:
            await self.refuse(menu, ctx, text)


def guard(predicate: Predicate, message: str | None = None, *, otherwise: Handler | None = None) -> Guard:
    """Stop an action unless `predicate(menu, ctx)` allows it.

    `True` or `""` passes; `False` fails with `message` (else the text `guard`), a non-empty string with
    itself; anything else is a `TypeError`. `otherwise` runs in place of the notice.
    """
    return Guard(predicate, message, otherwise)


def go_to(menu: type[Menu[Any, Any, Any]] | str, **options: Any) -> Action:
    """An action that goes to another menu of the flow."""
    name = menu if isinstance(menu, str) else menu.name
    key = component_key(f"go_to.{name}", _told(options))
    return Action(key, lambda _menu, ctx: ctx.go_to(menu, **options))


def _told(options: dict[str, Any]) -> tuple[str, ...]:
    """What of the options can be spelled in a key."""
    return tuple(f"{field}={value!r}" for field, value in options.items() if isinstance(value, Argument))


def go_back() -> Action:
    """An action that goes back, as the Back button does."""
    return Action("go_back", lambda _menu, ctx: ctx.go_back())


def close() -> Action:
    """An action that closes the session."""
    return Action("close", lambda _menu, ctx: ctx.close())


def update_options(**options: Any) -> Action:
    """An action that gives the menu other options in place, as `ctx.update_options` does."""
    name = component_key("update_options", _told(options))
    return Action(name, lambda _menu, ctx: ctx.update_options(**options))
