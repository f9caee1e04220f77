"""Terms: what flows say of the records of a scope as a whole, how long they live and how old ones are read.

Flows that share records share these too: those that say something must say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flowcord.data.bubbling import Domain
from flowcord.data.scope import Scope
from flowcord.data.upgrades import Upgrades, check_keep, check_upgrades
from flowcord.errors import DeclarationError

if TYPE_CHECKING:
    from flowcord.data.catalog import FlowSpec

__all__ = ("Terms", "domain_of", "terms_of")


@dataclass(frozen=True, slots=True)
class Terms:
    """`keep` of records without one of their own, and the chain of the state row."""

    keep: timedelta | None = None
    upgrades: Upgrades = ()


def domain_of(spec: FlowSpec, scope: Scope) -> Domain:
    """Whose records a flow's data of this scope is among."""
    return Domain(scope, spec.kind if scope is Scope.SESSION or scope in spec.isolate else "")


def terms_of(specs: Iterable[FlowSpec]) -> tuple[dict[Domain, Terms], list[str]]:
    """What holds in each domain, and every contradiction between flows.

    Raises `DeclarationError` for what is no term at all.
    """
    said: dict[Domain, list[tuple[str, Terms]]] = {}
    for spec in specs:
        for scope in {*spec.keep, *spec.upgrades}:
            said.setdefault(domain_of(spec, scope), []).append((spec.kind, _said(spec, scope)))
    terms: dict[Domain, Terms] = {}
    conflicts: list[str] = []
    for domain, each in said.items():
        keeps = {terms.keep: kind for kind, terms in each if terms.keep is not None}
        chains = {terms.upgrades: kind for kind, terms in each if terms.upgrades}
        for what, given in (("keep", keeps), ("upgrades", chains)):
            if len(given) > 1:
                conflicts.append(
                    f"flows {', '.join(sorted(given.values()))}, {domain.scope.value} scope: conflicting "
                    f"{what}\n  They share these records: give the same in all of them, give it in one, or "
                    f"isolate the scope in one flow: isolate = {{Scope.{domain.scope.name}}}."
                )
        terms[domain] = Terms(next(iter(keeps), None), next(iter(chains), ()))
    return terms, conflicts


def _said(spec: FlowSpec, scope: Scope) -> Terms:
    label = f"flow {spec.kind}"
    if not isinstance(scope, Scope):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DeclarationError(f"{label}: the keys of `keep` and `upgrades` are scopes, not {scope!r}.")
    keep = spec.keep.get(scope)
    check_keep(label, keep)
    return Terms(keep, check_upgrades(label, spec.upgrades.get(scope, ())))
