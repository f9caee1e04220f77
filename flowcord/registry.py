"""Registry: the flows of one app, with their declarations and commands; all of an `add`, or nothing of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import discord

from flowcord.data.catalog import Catalog, FlowData, FlowSpec
from flowcord.data.scope import Scope
from flowcord.errors import DefinitionError, DuplicateMenuError, UnknownMenuError
from flowcord.menu.behavior import Behavior
from flowcord.menu.command_spec import CommandSpec, Tree
from flowcord.menu.flow import Flow, FlowDefinition, is_flow
from flowcord.menu.hints import hints
from flowcord.menu.menu import Menu, is_menu
from flowcord.menu.messages import check_intents
from flowcord.menu.one_shots import check_shared
from flowcord.menu.reserved import Reserved
from flowcord.menu.session_limit import LimitPolicy, SessionLimit
from flowcord.menu.texts import Texts
from flowcord.menu.wording import Wording
from flowcord.session.compiled import compiled
from flowcord.session.patience import EPHEMERAL_PATIENCE

__all__ = ("MenuOrFlow", "Registry", "speaker_of")

_log = logging.getLogger(__name__)

AnyMenu = Menu[Any, Any, Any]
MenuOrFlow = type[AnyMenu] | type[Flow]


class Registry:
    """What was added, by kind."""

    def __init__(
        self,
        *,
        default: Behavior,
        override: Behavior,
        texts: Texts,
        reserved: Reserved,
        limit: SessionLimit | None,
        limit_policy: LimitPolicy,
    ) -> None:
        self.flows: dict[str, FlowDefinition] = {}
        self.catalog = Catalog()
        #: What the app says where no flow does.
        self.wording = Wording(None, texts, reserved)
        self._definition_of = partial(
            FlowDefinition,
            default=default,
            override=override,
            texts=texts,
            reserved=reserved,
            limit=limit,
            limit_policy=limit_policy,
        )

    def add(
        self,
        flows: Sequence[MenuOrFlow],
        tree: Tree | None,
        *,
        has_store: bool,
        intents: discord.Intents,
    ) -> list[FlowDefinition]:
        """Check and register. Raises `DefinitionError`s; then nothing was registered."""
        added: dict[str, FlowDefinition] = {}
        for each in flows:
            definition = self._define(each, intents)
            if definition.kind in self.flows or definition.kind in added:
                raise DuplicateMenuError(
                    f"{each.__qualname__}: a flow of kind {definition.kind!r} is registered already; "
                    "set kind (of a menu: name)"
                )
            added[definition.kind] = definition
        self.catalog.add([_spec(flow) for flow in added.values()], has_store=has_store)
        try:
            _add_commands((menu for flow in added.values() for menu in flow.menus.values()), tree)
        except DefinitionError:
            for kind in added:
                self.catalog.remove(kind)
            raise
        self.flows.update(added)
        for definition in added.values():
            _warn(definition)
        return list(added.values())

    def find(self, target: MenuOrFlow) -> tuple[FlowDefinition, type[AnyMenu]]:
        """The flow that `target` is, or whose entry it is, or the only one that has it.

        Raises `UnknownMenuError`.
        """
        if not is_flow(target) and not is_menu(target):
            raise UnknownMenuError(f"what opens is a subclass of Flow or Menu, not {target!r}")
        if issubclass(target, Flow):
            for definition in self.flows.values():
                if definition.flow is target:
                    return definition, definition.entry
            raise UnknownMenuError(f"{target.__name__} was not added to this FlowCord")
        having = [flow for flow in self.flows.values() if target in flow.menus.values()]
        entries = [flow for flow in having if flow.entry is target]
        found = entries[:1] or having
        if len(found) == 1:
            return found[0], target
        if not found:
            raise UnknownMenuError(f"{target.__name__} was not added to this FlowCord")
        kinds = ", ".join(flow.kind for flow in found)
        raise UnknownMenuError(
            f"{target.__name__} is in several flows and the entry of none: {kinds}. Open a flow"
        )

    def launched_by(self, target: MenuOrFlow) -> str:
        """The kind of the flow that a launcher of `target` opens.

        Raises `UnknownMenuError` if it was not added, `DefinitionError` if it is no entry.
        """
        definition, menu = self.find(target)
        if definition.entry is not menu:
            raise DefinitionError(
                f"Launcher({menu.__name__}): the flow {definition.kind} begins with "
                f"{definition.entry.__name__}; a launcher opens what a flow begins with"
            )
        return definition.kind

    def added(self, target: MenuOrFlow) -> FlowDefinition:
        """What `add` made of `target`. Raises `UnknownMenuError` if it was not added, or not by itself."""
        for definition in self.flows.values():
            if definition.added is target:
                return definition
        raise UnknownMenuError(f"{target.__name__} was not added to this FlowCord, or only as part of a flow")

    def remove(self, definition: FlowDefinition, tree: Tree | None) -> None:
        """Unregister a flow, if it is registered still."""
        if self.flows.get(definition.kind) is not definition:
            return
        del self.flows[definition.kind]
        self.catalog.remove(definition.kind)
        if tree is not None:
            staying = self.menus
            for menu in definition.menus.values():
                if menu not in staying:
                    for spec in menu.commands:
                        spec.remove_from(tree)

    @property
    def menus(self) -> list[type[AnyMenu]]:
        """Every menu, once, in the order in which they were added."""
        return list(dict.fromkeys(menu for flow in self.flows.values() for menu in flow.menus.values()))

    def data_of(self, definition: FlowDefinition) -> FlowData:
        """What the flow declares, merged."""
        return self.catalog.flow(definition.kind)

    def _define(self, added: MenuOrFlow, intents: discord.Intents) -> FlowDefinition:
        if not is_flow(added) and not is_menu(added):
            raise DefinitionError(f"add takes subclasses of Flow and of Menu, not {added!r}")
        definition = self._definition_of(added)
        for menu in definition.menus.values():
            compiled(menu)  # buttons that never change are over a limit now or never
            if menu.shape.listener is not None:
                check_intents(menu, intents)
            check_shared(menu.__name__, definition.policy(menu), menu.shape.one_shots)
        return definition


def _warn(definition: FlowDefinition) -> None:
    """Say what a menu promises and cannot keep."""
    for menu in definition.menus.values():
        for hint in hints(menu):
            _log.warning("%s", hint)
        policy = definition.policy(menu)
        if policy.ephemeral and policy.access.shared:
            _log.warning(
                "%s is ephemeral, so that only one user sees it: access=%r lets nobody else in",
                menu.__name__,
                policy.access,
            )
        if policy.ephemeral and (policy.timeout is None or policy.timeout > EPHEMERAL_PATIENCE):
            _log.warning(
                "%s is ephemeral and promises to wait %s: it ends %g seconds after the last click, "
                "when Discord lets nobody reach the message any more",
                menu.__name__,
                "for ever" if policy.timeout is None else f"{policy.timeout:g} seconds",
                EPHEMERAL_PATIENCE,
            )
        if menu.preserve_state_on_return and not menu.tracked:
            _log.warning(
                "%s preserves its state for the return, and nothing returns to it: tracked is False",
                menu.__name__,
            )


def _add_commands(menus: Iterable[type[AnyMenu]], tree: Tree | None) -> None:
    specs = {spec: menu for menu in menus for spec in menu.commands}
    if tree is None:
        if specs:
            raise DefinitionError(
                f"{next(iter(specs))} needs a command tree: use a commands.Bot, or give tree="
            )
        return
    placed: list[CommandSpec] = []
    for spec, menu in specs.items():
        try:
            if spec.add_to(tree):
                placed.append(spec)
        except DefinitionError as error:
            error.add_note(f"as the command of {menu.__qualname__}")
            for done in placed:
                done.remove_from(tree)
            raise


def speaker_of(definition: FlowDefinition) -> Any:
    """The class that speaks for the flow: of a flow of one, its menu."""
    return definition.entry if definition.flow is Flow else definition.flow


def _spec(definition: FlowDefinition) -> FlowSpec:
    """What the data layer needs to know of a flow."""
    described = speaker_of(definition)
    isolate: frozenset[Scope] = frozenset(getattr(described, "isolate", ()))
    keep: Mapping[Scope, timedelta] = getattr(described, "keep", {})
    return FlowSpec(
        kind=definition.kind,
        flow=None if definition.flow is Flow else definition.flow,
        menus=tuple(definition.menus.values()),
        isolate=isolate,
        keep=keep,
        upgrades=getattr(described, "upgrades", {}),
    )
