"""Opener: what is checked before a session begins, and how it begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from pydantic import BaseModel

from flowcord.data.catalog import FlowData
from flowcord.data.scope import DEFAULT, scope_ids
from flowcord.data.session_data import SessionData
from flowcord.errors import DefinitionError, EphemeralError, SessionLimitError, ShuttingDownError
from flowcord.menu.actions import call
from flowcord.menu.behavior import NOTHING, UNSET, Behavior, check_level
from flowcord.menu.flow import FlowDefinition
from flowcord.menu.menu import Menu
from flowcord.menu.options import Options, build_options
from flowcord.menu.session_state import seeded
from flowcord.registry import MenuOrFlow, Registry, speaker_of
from flowcord.router import Router
from flowcord.session import opening
from flowcord.session.adoption import Adoptable, adopt, check_author, is_ephemeral
from flowcord.session.dismissal import dismiss
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.place import link_to
from flowcord.session.runtime import Runtime
from flowcord.session.session import MenuSession
from flowcord.session.source import Origin, Source, interaction_of, origin_of
from flowcord.session.turn import Opening
from flowcord.wire.custom_id import new_session_id
from flowcord.wire.shards import hears

if TYPE_CHECKING:
    from flowcord.store import Store

__all__ = ("Opener", "ProjectResolver")

ProjectResolver = Callable[[Any], Awaitable[str | None] | str | None]


class Opener:
    """Opens the sessions of one app. `project` maps a source to the id of its project."""

    def __init__(
        self,
        runtime: Runtime,
        registry: Registry,
        router: Router,
        store: Store | None,
        project: ProjectResolver | None,
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._router = router
        self._store = store
        self._project = project
        #: Whether the app is closing: nothing opens any more.
        self.closing = False

    async def open(
        self,
        source: Source,
        target: MenuOrFlow,
        options: Options | None,
        fields: dict[str, Any],
        *,
        owner: discord.User | discord.Member | None = None,
        edit: Adoptable | None = None,
        behavior: Behavior | None = None,
        override_behavior: Behavior | None = None,
        session_state: Sequence[BaseModel] = (),
    ) -> MenuSession:
        """See `FlowCord.open`."""
        definition, menu = self._registry.find(target)
        own = _own_behavior(edit, behavior, override_behavior)
        private = definition.policy(menu, own).ephemeral
        _check_visibility(menu.__name__, private, edit, answers=interaction_of(source) is not None)
        if edit is not None:
            check_author(edit, self._runtime.client.user)
        origin = await origin_of(source, owner)
        if origin.interaction is None:
            _check_shard(self._runtime.client, origin.guild_id)
        answer = None if origin.interaction is None else self._router.later_answer(origin.interaction)
        turn, user = Opening(answer, origin), owner or origin.user
        await self._check_open(turn, definition, menu, user.id)
        checked = build_options(menu.__name__, menu.shape.options, options, fields)
        shared = seeded(definition.kind, definition.shared, session_state)
        adopted = None if edit is None else adopt(edit, answer, self._runtime.punctual)
        session = MenuSession(
            new_session_id(user.id),
            user,
            definition,
            self._runtime,
            self._router.expired,
            guild_id=origin.guild_id,
            channel_id=origin.channel_id if adopted is None else adopted.route.channel_id,
            locale=origin.locale,
            behavior=own,
            shared=shared,
        )
        self._admit(session)
        data = partial(self._session_data, definition, self._registry.data_of(definition), origin, user.id)
        await opening.start(session, turn, menu, checked, data, adopted=adopted)
        self._make_room(session)
        return session

    async def answer(
        self, interaction: discord.Interaction[Any], target: MenuOrFlow, options: Options | None = None
    ) -> None:
        """Open what a command or a launcher leads to; whoever is refused is told, and that is no error."""
        with suppress(SessionLimitError, ShuttingDownError):
            await self.open(interaction, target, options, {})

    def launched_by(self, target: MenuOrFlow) -> str:
        """See `Registry.launched_by`."""
        return self._registry.launched_by(target)

    async def _check_open(
        self, turn: Opening, definition: FlowDefinition, menu: type[Menu[Any, Any, Any]], owner: int
    ) -> None:
        """Whether one more session of `owner` may open; if not, they are told."""
        wire, texts = self._runtime.wire, definition.wording.texts(menu, turn.origin.locale)
        if self.closing:
            await turn.tell(wire, texts.shutdown)
            raise ShuttingDownError("FlowCord is closing: no session opens any more")
        if not self._router.attached:
            raise DefinitionError(
                "nobody would hear a click: await flows.start() in setup_hook, before open()"
            )
        in_the_way = self._runtime.slots.in_the_way(owner, definition.limits) if definition.limits else None
        if in_the_way is not None:
            await turn.tell(wire, texts.limit.format(link=link_to(in_the_way)))
            raise SessionLimitError(
                f"user {owner} has as many sessions open as may be: {in_the_way}", session_id=in_the_way.id
            )

    def _admit(self, session: MenuSession) -> None:
        """List the session, before any code of its menus runs: of two that open at once, one has the slot."""
        runtime = self._runtime
        runtime.sessions[session.id] = session
        if runtime.telemetry is not None:
            runtime.telemetry.opened(session)
        if session.definition.limits:
            runtime.slots.take(session)

    def _make_room(self, session: MenuSession) -> None:
        """The first screen is out: who had the place before goes."""
        if session.ending or not session.definition.limits:
            return
        runtime, end = self._runtime, SessionEnd(EndReason.REPLACED)
        for old in runtime.slots.replaced_by(session, session.definition.limits):
            # Not awaited: a handler of the old session may be what opened the new one.
            runtime.spawn(dismiss(old, end, runtime.grace))

    async def _session_data(
        self, definition: FlowDefinition, flow: FlowData, origin: Origin, owner: int
    ) -> SessionData | None:
        if flow.empty:
            return None
        speaker = speaker_of(definition)
        session_id = getattr(speaker, "session_id", None)
        ids = scope_ids(
            definition.kind,
            owner_id=owner,
            guild_id=origin.guild_id,
            isolate=getattr(speaker, "isolate", ()),
            session=DEFAULT if session_id is None else await call(session_id, origin.source),
            project=DEFAULT if self._project is None else await call(self._project, origin.source),
        )
        return SessionData(flow, self._store, ids)


def _own_behavior(
    edit: Adoptable | None, behavior: Behavior | None, override: Behavior | None
) -> tuple[Behavior, Behavior] | None:
    """What the opener says of this session; an ephemeral message that it edits speaks for itself."""
    if edit is not None and is_ephemeral(edit) and (behavior is None or behavior.ephemeral is UNSET):
        behavior = replace(behavior or Behavior(), ephemeral=True)
    if behavior is None and override is None:
        return None
    return (
        check_level(behavior or NOTHING, "open's behavior"),
        check_level(override or NOTHING, "open's override_behavior"),
    )


def _check_shard(client: discord.Client, guild_id: int | None) -> None:
    """Refuse a menu whose clicks another process would get."""
    if not hears(client, guild_id):
        where = "direct messages come to shard 0" if guild_id is None else f"server {guild_id} has its shard"
        raise DefinitionError(
            f"nobody here would hear a click: {where} in another process; open the menu there, or post "
            "a Launcher, which opens it from wherever it is clicked"
        )


def _check_visibility(menu: str, ephemeral: bool, edit: Adoptable | None, *, answers: bool) -> None:
    """Refuse what Discord cannot show, before anything is sent."""
    if ephemeral and not answers:
        raise EphemeralError(f"{menu} is ephemeral, which only the answer to an interaction can be")
    if edit is not None and is_ephemeral(edit) != ephemeral:
        raise EphemeralError(
            f"{menu} is {'' if ephemeral else 'not '}ephemeral, and the message to edit is "
            f"{'not' if ephemeral else ''}: a message keeps its visibility; leave edit= out"
        )
