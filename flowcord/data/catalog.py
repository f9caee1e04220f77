"""The catalog: the declarations of every flow of an app, merged and checked when flows are added."""

from __future__ import annotations

from collections.abc import Callable, Collection as Few, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flowcord.data.binding import Binding
from flowcord.data.block import Block, blocks_of, plan_of, sites_of
from flowcord.data.bubbling import Declared, Domain, Merged, merge
from flowcord.data.declarations import Collection, Declaration, Resource, State
from flowcord.data.scope import Scope, is_stored_id
from flowcord.data.terms import Terms, domain_of, terms_of
from flowcord.errors import BubblingError, DeclarationError, ScopeUnavailableError

__all__ = ("Catalog", "FlowData", "FlowSpec")


@dataclass(frozen=True, slots=True)
class FlowSpec:
    """A flow as the data layer sees it."""

    kind: str
    flow: type[Block] | None
    """The flow's own class, if it has one that declares anything."""
    menus: Sequence[type[Block]]
    isolate: Few[Scope] = frozenset()
    keep: Mapping[Scope, timedelta] = field(default_factory=dict[Scope, timedelta])
    upgrades: Mapping[Scope, Sequence[Callable[..., Any]]] = field(default_factory=dict[Scope, Sequence[Any]])


class FlowData:
    """The declarations of one flow, merged."""

    __slots__ = ("bindings", "durable", "empty", "kind")

    def __init__(self, kind: str, bindings: Mapping[Declaration[Any], Binding[Any]], *, empty: bool) -> None:
        self.kind = kind
        self.bindings = bindings
        self.durable = bool(bindings)
        """Whether the flow declares stored data."""
        self.empty = empty
        """Whether it declares nothing at all: no stored data, no client data, no blocks to copy. Its sessions
        need no `SessionData`."""


class Catalog:
    """All flows of one app."""

    def __init__(self) -> None:
        self._flows: dict[str, FlowData] = {}
        self._specs: dict[str, FlowSpec] = {}

    def add(self, flows: Sequence[FlowSpec], *, has_store: bool) -> None:
        """Registers flows, all or none.

        Raises `BubblingError` with every conflict between their declarations and with those of earlier flows,
        and `DeclarationError` for a declaration that is wrong in itself or, with `has_store` false, for any.
        """
        specs = self._specs | {spec.kind: spec for spec in flows}
        added = [_declared(spec) for spec in flows]
        for declared in (each for group in added for each in group):
            declared.declaration.check()
            if not has_store:
                raise DeclarationError(
                    f"{declared.path} is stored in Postgres, but FlowCord has no database: give "
                    f"FlowCord(client, database='postgresql://...')."
                )
        for spec in flows:
            _resolve_entries(spec)
        earlier = [
            _declared(spec) for kind, spec in self._specs.items() if kind not in {each.kind for each in flows}
        ]
        declared = [each for group in (*earlier, *added) for each in group]
        merged = merge(declared)
        terms, contradictions = terms_of(specs.values())
        if conflicts := [*merged.conflicts, *contradictions]:
            raise BubblingError(conflicts)
        self._specs = specs
        self._flows = {kind: _flow_data(spec, declared, merged, terms) for kind, spec in specs.items()}

    def remove(self, kind: str) -> None:
        """Forgets a flow; a flow added later need not agree with it any more."""
        self._specs.pop(kind)
        self._flows.pop(kind)

    def flow(self, kind: str) -> FlowData:
        """The merged declarations of a flow that was added."""
        return self._flows[kind]

    def binding(self, declaration: Declaration[Any], scope_id: str) -> Binding[Any]:
        """The binding under which `declaration` keeps data at this stored id.

        Raises `DeclarationError` if no flow has the declaration, `ScopeUnavailableError` if none of those
        that have it keeps data there.
        """
        found = {
            kind: data.bindings[declaration]
            for kind, data in self._flows.items()
            if declaration in data.bindings
        }
        if not found:
            raise DeclarationError(f"{declaration.label} belongs to no flow that was added.")
        if not is_stored_id(scope_id):
            raise ScopeUnavailableError(
                f"{declaration.label}: a stored scope id is text as `ctx.scope_id(scope)` gives it, such as "
                f"str(user.id)."
            )
        kind, separated, _ = scope_id.partition("/")
        for flow, binding in found.items():
            own = declaration.scope is Scope.SESSION or binding.isolated
            if flow == kind if own else not separated:
                return binding
        raise ScopeUnavailableError(
            f"{declaration.label} keeps no {declaration.scope.value} data under such an id; ids of session "
            f"and isolated data begin with the flow's kind ({', '.join(found)}), see `ctx.scope_id(scope)`."
        )


def _declared(spec: FlowSpec) -> list[Declared]:
    if Scope.SESSION in spec.isolate:
        raise DeclarationError(f"flow {spec.kind}: SESSION data is always isolated; drop it from `isolate`.")
    seen: set[type] = set()
    roots = [(spec.flow, spec.kind, True)] if spec.flow is not None else []
    roots += [(menu, f"{spec.kind}.{menu.__name__}", False) for menu in spec.menus]
    found: list[Declared] = []
    for root, path, flow_level in roots:
        for site in sites_of(root, path, seen):
            scope = site.declaration.scope
            domain = domain_of(spec, scope)
            found.append(
                Declared(spec.kind, site.path, site.declaration, domain, flow_level and site.block is root)
            )
    return found


def _classes(spec: FlowSpec) -> list[type]:
    seen: set[type] = set()
    roots = [*([spec.flow] if spec.flow is not None else []), *spec.menus]
    return [cls for root in roots for _, cls in blocks_of(root, "", seen)]


def _resolve_entries(spec: FlowSpec) -> None:
    for cls in _classes(spec):
        for entry in plan_of(cls).entries.values():
            entry.resolve()


def _flow_data(
    spec: FlowSpec, declared: Sequence[Declared], merged: Merged, terms: Mapping[Domain, Terms]
) -> FlowData:
    own = [each for each in declared if each.kind == spec.kind]
    bindings = {
        each.declaration: _binding(each, spec, merged, terms.get(each.domain, Terms())) for each in own
    }
    plans = [plan_of(cls) for cls in _classes(spec)]
    return FlowData(
        spec.kind, bindings, empty=not bindings and not any(plan.entries or plan.parts for plan in plans)
    )


def _binding(declared: Declared, spec: FlowSpec, merged: Merged, terms: Terms) -> Binding[Any]:
    declaration, scope = declared.declaration, declared.declaration.scope
    common: dict[str, Any] = {
        "kind": declaration.kind,
        "label": declaration.label,
        "scope": scope,
        "name": declaration.name,
        "isolated": scope in spec.isolate,
        "exposed": declaration.exposed,
    }
    if isinstance(declaration, State):
        shape = declaration.shape.completed(merged.defaults.get((spec.kind, scope), {}))
        return Binding(**common, shape=shape, keep=terms.keep, upgrades=terms.upgrades)
    assert isinstance(declaration, (Resource, Collection))
    chosen = merged.definitions[spec.kind, scope, declaration.name]
    definition = chosen.named
    limits: dict[str, Any] = {}
    if isinstance(definition, Collection):
        limits = {"max_items": definition.max_items, "when_full": definition.when_full}
    return Binding(
        **common,
        **limits,
        shape=definition.shape,
        writable=(definition if chosen.by.flow_level else declaration).writable,
        keep=definition.keep if definition.keep is not None else terms.keep,
        upgrades=definition.upgrades,
    )
