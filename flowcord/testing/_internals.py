"""Every private name of discord.py, dpytest and asyncio that the harness touches; checked at import.

dpytest replaces the client's connection and HTTP client by its own; the harness puts its HTTP client in
place of that one, and wires what dpytest leaves out: the command tree, the handlers, the application id.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import CodeType, SimpleNamespace
from typing import Any, cast

import discord
import discord.ui.view as view_module
from discord.app_commands import CommandTree
from discord.ext import tasks as loops
from discord.ext.test import backend, callbacks, runner
from discord.ext.test.backend import FakeHttp
from discord.state import ConnectionState
from discord.webhook import async_ as webhooks
from discord.webhook.async_ import AsyncWebhookAdapter

__all__ = (
    "AsyncWebhookAdapter",
    "FakeHttp",
    "adopt",
    "announce_sent",
    "as_message",
    "dpytest_messages",
    "dpytest_world",
    "empty_queues",
    "listener_futures",
    "make_ready",
    "prepare",
    "ready_callbacks",
    "set_adapter",
    "suspension",
    "view_time",
    "waits_for_event",
)

Payload = dict[str, Any]


def _check() -> None:
    """Refuse versions whose insides moved, at import and by name, instead of in the middle of a test."""
    needed: tuple[tuple[object, str], ...] = (
        (webhooks, "async_context"),
        (AsyncWebhookAdapter, "request"),
        (view_module, "time"),
        (view_module.BaseView, "wait"),
        (loops.Loop, "_loop"),
        (ConnectionState, "parse_interaction_create"),
        (ConnectionState, "parse_guild_create"),
        (ConnectionState, "parse_message_create"),
        (ConnectionState, "parse_message_update"),
        (ConnectionState, "parse_message_delete"),
        (ConnectionState, "add_dm_channel"),
        (ConnectionState, "parse_guild_member_add"),
        (ConnectionState, "parse_guild_member_update"),
        (ConnectionState, "parse_guild_role_create"),
        (ConnectionState, "parse_channel_create"),
        (discord.Client, "_async_setup_hook"),
        (discord.Client, "_handle_ready"),
        (CommandTree, "_from_interaction"),
        (backend, "configure"),
        (backend, "get_state"),
        (backend, "_cur_config"),
        (runner, "configure"),
        (runner, "sent_queue"),
        (runner, "error_queue"),
        (callbacks, "dispatch_event"),
        (asyncio.tasks, "_wait"),
    )
    missing = [
        f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in needed if not hasattr(owner, name)
    ]
    if "_ready" not in asyncio.BaseEventLoop.__init__.__code__.co_names:
        missing.append("BaseEventLoop._ready")
    if missing:
        raise ImportError(
            f"flowcord.testing does not know this discord.py ({discord.__version__}) or dpytest: it lacks "
            f"{', '.join(missing)}. Install the versions that FlowCord's requirements name."
        )


_check()


# Clients -------------------------------------------------------------------------------------------


async def prepare(client: discord.Client) -> None:
    """What `Client.login` does before it asks Discord for anything."""
    await client._async_setup_hook()  # pyright: ignore[reportPrivateUsage]


def adopt(
    client: discord.Client,
    http_class: Callable[[asyncio.AbstractEventLoop], FakeHttp],
    user: Payload | None,
    dispatch: Callable[..., Any],
) -> ConnectionState[Any]:
    """Put dpytest's backend under `client`, with `http_class` for its HTTP, as the bot user `user`.

    `dispatch(send, *args)` is called for each event and calls `send(*args)`.
    """
    before = cast(Any, client)._connection
    runner.configure(client, guilds=0, text_channels=0, voice_channels=0, members=0)
    inner = cast(Any, client)
    state: Any = inner._connection
    http: Any = http_class(asyncio.get_running_loop())
    http.state = state
    client.http = state.http = http
    inner.ws = None  # dpytest's stand-in cannot be closed
    state.handlers, state.hooks = before.handlers, before.hooks
    state.allowed_mentions = before.allowed_mentions
    state._translator, state._command_tree = before._translator, before._command_tree
    state._view_store = before._view_store
    state._view_store._state = state
    if state._command_tree is not None:
        state._command_tree._http, state._command_tree._state = http, state
    if user is not None:
        state.user = discord.ClientUser(state=state, data=cast(Any, user))
    state._users[state.user.id] = state.user
    state.application_id = state.user.id
    send = state.dispatch

    def route(*args: Any) -> None:
        dispatch(send, *args)

    state.dispatch = route
    return cast("ConnectionState[Any]", state)


def as_message(client: discord.Client, channel: Any, data: Payload) -> discord.Message:
    """The message as discord.py would read it from its JSON."""
    state: Any = cast(Any, client)._connection
    return discord.Message(state=state, channel=channel, data=cast(Any, data))


def make_ready(client: discord.Client) -> None:
    client._handle_ready()  # pyright: ignore[reportPrivateUsage]


def listener_futures(client: discord.Client) -> set[int]:
    """The ids of the futures behind `Client.wait_for`."""
    waiting: dict[str, list[tuple[asyncio.Future[Any], Any]]] = cast(Any, client)._listeners
    return {id(future) for entries in waiting.values() for future, _ in entries}


def set_adapter(adapter: AsyncWebhookAdapter) -> None:
    """Let interactions of the current context be answered through `adapter`."""
    webhooks.async_context.set(adapter)


@contextmanager
def view_time(monotonic: Callable[[], float]) -> Generator[None]:
    """Let the timeouts of discord.py's own views be reckoned by `monotonic`."""
    module = cast(Any, view_module)
    module.time = SimpleNamespace(monotonic=monotonic)
    try:
        yield
    finally:
        module.time = time


# dpytest -------------------------------------------------------------------------------------------


def dpytest_messages() -> dict[int, list[Payload]]:
    """dpytest's records of public messages, by channel."""
    return cast(Any, backend)._cur_config.messages


def dpytest_world(guild: discord.Guild, members: list[discord.Member]) -> None:
    """Let dpytest's verbs, which name members and channels by index, see this guild."""
    config: Any = runner.get_config()
    config.guilds[:] = [guild]
    config.channels[:] = guild.channels
    config.members[:] = members


async def announce_sent(message: discord.Message) -> None:
    """Put a message of the bot into dpytest's `sent_queue`."""
    await callbacks.dispatch_event("send_message", message)


def empty_queues() -> None:
    for queue in (runner.sent_queue, runner.error_queue):
        while not queue.empty():
            queue.get_nowait()


# asyncio -------------------------------------------------------------------------------------------


def ready_callbacks(loop: asyncio.AbstractEventLoop) -> int:
    """How many callbacks the loop would run now."""
    return len(cast(Any, loop)._ready)


class Suspension:
    """Where a task waits: the future it waits for, and the innermost frame it waits in."""

    __slots__ = ("code", "line", "scope", "waiter")

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self.waiter: asyncio.Future[Any] | None = cast(Any, task)._fut_waiter
        self.code: CodeType | None = None
        self.line = 0
        self.scope: dict[str, Any] = {}
        awaited: Any = task.get_coro()
        while awaited is not None:
            frame = next((f for name in _FRAMES if (f := getattr(awaited, name, None)) is not None), None)
            if frame is not None:
                self.code, self.line, self.scope = frame.f_code, frame.f_lineno, frame.f_locals
            awaited = _inner(awaited)


_FRAMES = ("cr_frame", "gi_frame", "ag_frame")
_AWAITS = ("cr_await", "gi_yieldfrom", "ag_await")


def _inner(awaited: Any) -> Any:
    for name in _AWAITS:
        inner = getattr(awaited, name, None)
        if inner is not None:
            return inner
    if type(awaited).__name__ in ("async_generator_asend", "async_generator_athrow", "anext_awaitable"):
        # The only way from `await anext(...)` into the generator.
        referents: list[Any] = gc.get_referents(awaited)
        return next((each for each in referents if type(each).__name__ == "async_generator"), None)
    return None


def suspension(task: asyncio.Task[Any]) -> Suspension:
    return Suspension(task)


def _codes(*functions: Callable[..., Any]) -> frozenset[CodeType]:
    return frozenset(cast(Any, function).__code__ for function in functions)


#: Where a task waits for another part of the same process and nothing else: it rests until that part moves.
_RESTING = _codes(
    asyncio.sleep,
    asyncio.Lock.acquire,
    asyncio.Event.wait,
    asyncio.Condition.wait,
    asyncio.Semaphore.acquire,
    cast(Any, asyncio.Queue).get,
    cast(Any, asyncio.Queue).put,
    getattr(asyncio.TaskGroup, "_aexit", asyncio.TaskGroup.__aexit__),
    view_module.BaseView.wait,
    loops.Loop._loop,  # pyright: ignore
)
_WAIT_FOR = asyncio.wait_for.__code__
_WAIT: CodeType = cast(Any, asyncio.tasks)._wait.__code__


def waits_for_event(place: Suspension, known: Callable[[asyncio.Future[Any]], bool]) -> bool:
    """Whether only another task, a timer or an event can wake this one: no input or output is under way.

    `known` tells whether a future is one of the bot's own tasks or of `Client.wait_for`.
    """
    if place.waiter is None or place.waiter.done():
        return False
    if place.code in _RESTING:
        return True
    if place.code is _WAIT_FOR and isinstance(place.scope.get("fut"), asyncio.Future):
        return _rests(place.scope["fut"], known)
    if place.code is _WAIT:
        return all(_rests(future, known) for future in place.scope["fs"])
    return _rests(place.waiter, known)


def _rests(future: asyncio.Future[Any], known: Callable[[asyncio.Future[Any]], bool]) -> bool:
    if known(future) or future.done():
        return True
    children = getattr(future, "_children", None)  # of `asyncio.gather`
    if children is not None:
        return all(_rests(child, known) for child in children)
    shielded = _shielded(future)
    return shielded is not None and _rests(shielded, known)


def _shielded(outer: asyncio.Future[Any]) -> asyncio.Future[Any] | None:
    for entry in getattr(outer, "_callbacks", None) or ():
        callback = entry[0]
        if getattr(callback, "__qualname__", "") == "shield.<locals>._outer_done_callback":
            cells = dict(zip(callback.__code__.co_freevars, callback.__closure__, strict=True))
            return cells["inner"].cell_contents
    return None
