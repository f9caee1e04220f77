"""FlowCord: the one object attached to a discord.py client."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from weakref import ref

import discord
from discord import app_commands
from discord.ext import commands
from pydantic import BaseModel

from flowcord.clock import Clock, LoopClock
from flowcord.cogs import when_unloaded
from flowcord.data.scope import Scope
from flowcord.errors import (
    DefinitionError,
)
from flowcord.gateway import Gateway
from flowcord.mentions import Mentions
from flowcord.menu.apps import APPS
from flowcord.menu.behavior import NOTHING, Behavior, check_level
from flowcord.menu.calling import check_takes
from flowcord.menu.flow import FlowDefinition
from flowcord.menu.launcher import Launcher, panel
from flowcord.menu.menu import CALLED_WITH, HOOKS, Menu
from flowcord.menu.options import Options
from flowcord.menu.reserved import Reserved
from flowcord.menu.session_limit import LimitPolicy, session_limit
from flowcord.menu.texts import Texts
from flowcord.metrics import Meter, Metrics
from flowcord.opener import Opener, ProjectResolver
from flowcord.registry import MenuOrFlow, Registry
from flowcord.router import Router
from flowcord.session.refreshing import refresh_all
from flowcord.session.runtime import Runtime
from flowcord.session.session import MenuSession
from flowcord.session.shutdown import shut_down
from flowcord.session.source import Source
from flowcord.session.telemetry import telemetry_of
from flowcord.session.tracing import Tracer
from flowcord.sessions import Sessions
from flowcord.store import Store
from flowcord.stored_data import StoredData
from flowcord.wire.endpoint import DiscordWire, Wire

__all__ = ("FlowCord",)

HandleT = TypeVar("HandleT")


class FlowCord(StoredData):
    """Registers flows, opens sessions, routes interactions and owns the store.

    - `client`: a `commands.Bot`, `AutoShardedBot` or plain `discord.Client`.
    - `tree`: the command tree; the client's own unless given.
    - `database`: a `postgresql://` URL (`?host=/dir` for a unix socket); not needed while no menu declares
      durable data. `listen`: another URL for the change listener, where the first leads through a
      transaction pooler.
    - `pool_size` connections; `cache_size` records cached for `cache_ttl` seconds; records of up to
      `max_record_bytes`; `connect_timeout` seconds for the start.
    - `project`: maps what a session is opened from to the id of its project, instead of its server's.
    - `behavior`, `override_behavior`: for all menus; `texts`: the framework's sentences and
      labels; `reserved`: how its own buttons look.
    - `sessions_per_user`: open sessions, of all flows, that one user may have in this process; one more is
      refused, or with `limit_policy="replace"` ends the oldest.
    - `shutdown_grace`: seconds that running handlers and last displays get in `close`; a running handler
      also where its session is ended from outside.
    - `trace`: whether `flows.tracer` keeps where users go; `log`: events kept in each `session.log`.
    - `metrics`: called as `metrics(name, value, tags)` with the numbers of `flowcord.metrics.INSTRUMENTS`;
      ready-made ones are in `flowcord.exporters`.
    - `clock`, `wire`: time and Discord's endpoints, for tests and simulations that bring their own.

    ```python
    class MyBot(commands.Bot):
        async def setup_hook(self) -> None:
            self.flows = FlowCord(self, database=settings.database_url)
            self.flows.add(Counter, ShopFlow)
            await self.flows.start()
            await self.tree.sync()
    ```
    """

    def __init__(
        self,
        client: discord.Client,
        tree: app_commands.CommandTree[Any] | None = None,
        *,
        database: str | None = None,
        listen: str | None = None,
        pool_size: int = 10,
        cache_size: int = 10_000,
        cache_ttl: float = 300.0,
        max_record_bytes: int = 1_048_576,
        connect_timeout: float = 10.0,
        project: ProjectResolver | None = None,
        behavior: Behavior | None = None,
        override_behavior: Behavior | None = None,
        sessions_per_user: int | None = None,
        limit_policy: LimitPolicy = "refuse",
        shutdown_grace: float = 5.0,
        texts: Texts | None = None,
        reserved: Reserved | None = None,
        trace: bool = False,
        log: int = 0,
        metrics: Metrics | None = None,
        clock: Clock | None = None,
        wire: Wire | None = None,
    ) -> None:
        self.client = client
        self.clock: Clock = clock or LoopClock()
        self._tree = tree
        self._registry = Registry(
            default=check_level(behavior or NOTHING, "FlowCord's behavior"),
            override=check_level(override_behavior or NOTHING, "FlowCord's override_behavior"),
            texts=texts or Texts(),
            reserved=reserved or Reserved(),
            limit=session_limit("FlowCord", sessions_per_user, limit_policy),
            limit_policy=limit_policy,
        )
        meter = None if metrics is None else Meter(metrics)
        store = None
        if database is not None:
            store = Store(
                database,
                listen=listen,
                pool_size=pool_size,
                cache_size=cache_size,
                cache_ttl=cache_ttl,
                max_record_bytes=max_record_bytes,
                connect_timeout=connect_timeout,
                clock=self.clock,
                meter=meter,
            )
        super().__init__(store, self._registry.catalog)
        #: Where users went, with `trace=True`.
        self.tracer = Tracer()
        wire = wire or DiscordWire(client, self.clock, meter)
        self._runtime = Runtime(
            self,
            client,
            wire,
            self.clock,
            telemetry=telemetry_of(log, self.tracer if trace else None, meter),
            meter=meter,
            grace=shutdown_grace,
        )
        if store is not None:
            store.on_change(self._runtime.live.changed)
        mentions = Mentions(lambda: self.tree, self._runtime.spawn)
        self._router = Router(
            self._runtime, self._registry.flows, self._registry.wording, mentions, self._launch
        )
        self._gateway = Gateway(self._runtime)
        self._opener = Opener(self._runtime, self._registry, self._router, store, project)
        other = APPS.get(client, lambda: None)()
        if other is not None and not other.closing:
            raise DefinitionError("this client has a FlowCord: add flows to that one, or close it before")
        APPS[client] = ref(self._opener)

    # Registration ----------------------------------------------------------------------------------

    @property
    def tree(self) -> app_commands.CommandTree[Any] | None:
        """Where the commands of menus are registered."""
        return self._tree if self._tree is not None else getattr(self.client, "tree", None)

    def add(self, *flows: MenuOrFlow, cog: commands.Cog | None = None) -> None:
        """Register flows, and menus as flows of one; their declarations and commands are checked here.

        They go when `cog`, which brings them, is unloaded. Raises `DefinitionError`s (`BubblingError`,
        `DuplicateMenuError` …); then nothing was registered.
        """
        store, client = self._store, self.client
        added = self._registry.add(flows, self.tree, has_store=store is not None, intents=client.intents)
        if cog is not None:
            when_unloaded(cog, partial(self._remove, added))
        if self._router.attached:
            self._gateway.attach(self._registry.flows.values())

    def remove(self, *flows: MenuOrFlow) -> None:
        """Unregister what was added: nothing opens it any more, its commands leave the tree and its
        declarations go. Its open sessions go on.

        The tree is to be synchronised, as after `add`. Raises `UnknownMenuError` for what was not added.
        """
        self._remove([self._registry.added(each) for each in flows])

    def _remove(self, definitions: Iterable[FlowDefinition]) -> None:
        for each in definitions:
            self._registry.remove(each, self.tree)

    @property
    def menus(self) -> list[type[Menu[Any, Any, Any]]]:
        """The menus of all flows, each once."""
        return self._registry.menus

    def add_hook(self, name: str, function: Callable[..., Any]) -> None:
        """Call `function(ctx, …)` at every menu's hook of this name, in sessions opened from now on."""
        if name not in HOOKS:
            raise DefinitionError(f"there is no hook {name}; there are {', '.join(HOOKS)}")
        check_takes(f"the hook {name}", function, *CALLED_WITH[name])
        hooks = self._runtime.hooks
        self._runtime.hooks = {**hooks, name: (*hooks.get(name, ()), function)}

    @property
    def flows(self) -> Mapping[str, FlowDefinition]:
        """What is registered, by kind."""
        return self._registry.flows

    # Life ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Connect, check the schema revision, begin to listen. Call it in `setup_hook`.

        Raises `StoreUnavailableError` within `connect_timeout`, `SchemaRevisionError`, and `StoreError` for a
        pooler that FlowCord cannot work behind.
        """
        if self._store is not None:
            await self._store.start()
        self._router.attach()
        self._gateway.attach(self._registry.flows.values())

    async def close(self) -> None:
        """End every open session and tell its user why; then disconnect. May be called twice.

        Takes the grace at most, and as long again where handlers run. A handler may call it: it goes on
        afterwards.
        """
        self._opener.closing = True
        if sessions := self.sessions:
            await shut_down(sessions, self._runtime.grace)
        self._router.detach()
        self._gateway.detach()
        self._runtime.punctual.defer_all()
        self._runtime.deadlines.close()
        await self._runtime.join(self._runtime.grace)
        if self._store is not None:
            await self._store.close()

    # Sessions --------------------------------------------------------------------------------------

    @property
    def sessions(self) -> Sessions:
        """The open sessions, oldest first: a list, with a `filter` by user, server and flow."""
        return Sessions(self._runtime.sessions.values())

    def get_session(self, session_id: str) -> MenuSession | None:
        """The open session of this id."""
        return self._runtime.sessions.get(session_id)

    def refresh(
        self,
        key: Hashable = None,
        /,
        *,
        session: MenuSession | str | None = None,
        menu: type[Menu[Any, Any, Any]] | str | None = None,
        user: discord.abc.Snowflake | int | None = None,
        scope: tuple[Scope, str] | None = None,
    ) -> int:
        """Show open sessions again: all that fit everything given. How many there are is returned.

        - `key`: those whose current menu called `ctx.watch(key)`.
        - `session`: this one, or the one of this id; `menu`: those that show it, by class or name.
        - `user`: those of this user; `scope`: those with this stored id: `(Scope.PROJECT, "42")`.

        They are refreshed as by `session.refresh()`. Raises `TypeError` if nothing is given.
        """
        return refresh_all(self._runtime, key, session=session, menu=menu, user=user, scope=scope)

    def owns(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether this interaction is with a component, form or launcher of FlowCord's."""
        return self._router.owns(interaction)

    async def open(
        self,
        source: Source,
        target: MenuOrFlow,
        options: Options | None = None,
        /,
        *,
        owner: discord.User | discord.Member | None = None,
        edit: discord.Message | discord.PartialMessage | None = None,
        behavior: Behavior | None = None,
        override_behavior: Behavior | None = None,
        session_state: Sequence[BaseModel] = (),
        **fields: Any,
    ) -> MenuSession:
        """Open a menu; returns when its first screen is out.

        - `source`: an interaction of any kind is answered (by a followup, if it has its answer); a
          `commands.Context` or a `Message` is replied to (a hybrid command's interaction is answered); to a
          channel or user the menu is sent, and `owner` says whose it is.
        - `owner`: whom the session is for, if not whoever interacted or wrote.
        - `edit`: a message of the bot's that becomes the menu, instead of a new one.
        - `behavior`, `override_behavior`: of this session; `session_state`: models that its session state
          begins with; `fields`, or an instance: the menu's options.

        Raises `UnknownMenuError`, `OptionsError`, `EphemeralError` and, before `start` or for a place whose
        shard another process has, `DefinitionError`, with nothing sent; `SessionLimitError` and
        `ShuttingDownError`, when its user was told. Errors of the menu's own code do not come here: the
        session has then ended, and its user was told.
        """
        return await self._opener.open(
            source,
            target,
            options,
            fields,
            owner=owner,
            edit=edit,
            behavior=behavior,
            override_behavior=override_behavior,
            session_state=session_state,
        )

    async def post(
        self,
        channel: discord.abc.Messageable,
        content: str | None = None,
        *,
        embed: discord.Embed | None = None,
        launchers: Sequence[Launcher],
    ) -> discord.Message:
        """Send a panel: a message with buttons that open menus, for everybody and after every restart.

        FlowCord never edits it. Raises `DefinitionError` for a launcher of a menu that was not added, or of
        two that open the same.
        """
        view = panel([(each, self._registry.launched_by(each.target)) for each in launchers])
        if embed is None:
            return await channel.send(content, view=view)
        return await channel.send(content, embed=embed, view=view)

    async def _launch(self, interaction: discord.Interaction[Any], flow: FlowDefinition) -> None:
        await self._opener.answer(interaction, flow.added)
