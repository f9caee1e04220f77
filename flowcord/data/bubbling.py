"""Bubbling: declarations of all blocks of all flows merge into records, or contradict each other.

Records are shared by everything in one `Domain`: a flow's own for session data and isolated scopes, one for
all flows otherwise. The rules are the same in both, so that "across flows" is no case of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from flowcord.data.declarations import Collection, Declaration, Resource, State
from flowcord.data.fields import MISSING, Field, Missing
from flowcord.data.scope import Scope
from flowcord.data.signature import Signature, canonical_schema, difference, signature_of
from flowcord.store import Json

__all__ = ("Declared", "Domain", "Merged", "merge")


class Domain(NamedTuple):
    """Whose records: of one flow (`kind`), or of all flows (`kind` is empty)."""

    scope: Scope
    kind: str


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration in one flow."""

    kind: str
    path: str
    declaration: Declaration[Any]
    domain: Domain
    flow_level: bool


Named = Resource[Any] | Collection[Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a named record is in one flow: what this declaration says."""

    by: Declared

    @property
    def named(self) -> Named:
        return _named(self.by)

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for declarations of one and the same record."""
        named = self.named
        limits = (named.max_items, named.when_full) if isinstance(named, Collection) else ()
        return (named.kind, named.model, named.keep, named.upgrades, *limits)


@dataclass(slots=True)
class Merged:
    """What came out: the defaults of scope state, the definition of each named record, all conflicts."""

    defaults: dict[tuple[str, Scope], dict[str, Json]] = field(default_factory=dict[Any, Any])
    """By flow and scope."""
    definitions: dict[tuple[str, Scope, str], Definition] = field(default_factory=dict[Any, Any])
    """By flow, scope and name."""
    conflicts: list[str] = field(default_factory=list[str])


def merge(declared: Iterable[Declared]) -> Merged:
    """Merges all declarations of an app. The result does not depend on their order."""
    merged = Merged()
    fields: dict[tuple[Domain, str], list[_FieldAt]] = defaultdict(list)
    named: dict[tuple[Domain, str], list[Declared]] = defaultdict(list)
    for each in declared:
        declaration = each.declaration
        if isinstance(declaration, State):
            for one in declaration.shape.fields.values():
                fields[each.domain, one.name].append(
                    _FieldAt(each, one, signature_of(declaration.shape, one))
                )
        else:
            named[each.domain, declaration.name].append(each)
    for (domain, name), places in sorted(fields.items(), key=_order):
        _merge_field(merged, domain, name, sorted(places, key=lambda at: at.declared.path))
    for (domain, name), places in sorted(named.items(), key=_order):
        _merge_named(merged, domain, name, sorted(places, key=lambda at: at.path))
    return merged


@dataclass(frozen=True, slots=True)
class _FieldAt:
    declared: Declared
    field: Field
    signature: Signature

    def __str__(self) -> str:
        default = self.field.default
        text = "no default" if isinstance(default, Missing) else f"default {json.dumps(default)}"
        return f"{self.declared.path}: {self.field.type}, {text}"


def _merge_field(merged: Merged, domain: Domain, name: str, places: Sequence[_FieldAt]) -> None:
    what = f"field {name!r}"
    where = [at.declared for at in places]
    if len({at.signature for at in places}) > 1:
        merged.conflicts.append(
            _conflict(domain, what, f"conflicting type{_inner(places)}", where, places, _FIELD_REMEDIES)
        )
        return
    defaults = {
        json.dumps(at.field.default, sort_keys=True): at.field.default
        for at in places
        if at.field.default is not MISSING
    }
    if len(defaults) > 1:
        merged.conflicts.append(
            _conflict(domain, what, "conflicting default", where, places, _FIELD_REMEDIES)
        )
        return
    for kind in sorted({at.declared.kind for at in places}):
        own = [at for at in places if at.declared.kind == kind]
        if all(at.field.default is MISSING for at in own):
            merged.conflicts.append(
                _conflict(
                    domain,
                    what,
                    "no default",
                    [at.declared for at in own],
                    own,
                    "Give it a default in one of them.",
                )
            )
        else:
            merged.defaults.setdefault((kind, domain.scope), {}).update({name: next(iter(defaults.values()))})


def _merge_named(merged: Merged, domain: Domain, name: str, places: Sequence[Declared]) -> None:
    definitions: dict[str, Definition] = {}
    agree = True
    for kind in sorted({at.kind for at in places}):
        own = [at for at in places if at.kind == kind]
        leading = [at for at in own if at.flow_level]
        candidates = [Definition(at) for at in leading or own]
        chosen = definitions[kind] = candidates[0]
        agree &= all(each.identity == chosen.identity for each in candidates)
        agree &= all(_serves(chosen.named, _named(at)) for at in own)
    if agree and len({each.identity for each in definitions.values()}) == 1:
        merged.definitions |= {(kind, domain.scope, name): each for kind, each in definitions.items()}
        return
    text = [f"{at.path}: {_described(_named(at))}" for at in places]
    what = f"{' / '.join(sorted({at.declaration.kind for at in places}))} {name!r}"
    merged.conflicts.append(_conflict(domain, what, "conflicting definition", places, text, _NAMED_REMEDIES))


def _serves(chosen: Named, block: Named) -> bool:
    return chosen.kind == block.kind and issubclass(chosen.model, block.model)


def _described(named: Named) -> str:
    parts = [f"{named.kind} of {named.model.__module__}.{named.model.__qualname__}"]
    if named.keep is not None:
        parts.append(f"keep={named.keep}")
    if named.upgrades:
        parts.append(f"{len(named.upgrades)} upgrades")
    if isinstance(named, Collection) and named.max_items is not None:
        parts.append(f"max_items={named.max_items}, when_full={named.when_full!r}")
    return ", ".join(parts)


def _named(declared: Declared) -> Named:
    declaration = declared.declaration
    assert isinstance(declaration, (Resource, Collection))
    return cast(Named, declaration)


_FIELD_REMEDIES = (
    "Rename the field in one of them, share one type (import the same model), or make it a resource, whose "
    "fields collide with nothing."
)
_NAMED_REMEDIES = (
    "Rename one of them (name=...), or share one definition (the same model class, keep, upgrades, limits)."
)


def _conflict(
    domain: Domain, what: str, reason: str, where: Sequence[Declared], places: Iterable[object], remedies: str
) -> str:
    kinds = sorted({each.kind for each in where})
    if len(kinds) > 1:
        remedies += f" Or isolate the scope in one flow: isolate = {{Scope.{domain.scope.name}}}."
    flows = f"flow {kinds[0]}" if len(kinds) == 1 else f"flows {', '.join(kinds)}"
    lines = sorted({f"    {place}" for place in places})
    return "\n".join((f"{flows}, {domain.scope.value} scope, {what}: {reason}", *lines, f"  {remedies}"))


def _inner(places: Sequence[_FieldAt]) -> str:
    """What differs, where it is not plain from the types: the inner field, or what no schema shows."""
    first = places[0]
    other = next(at for at in places if at.signature != first.signature)
    if first.signature.schema == other.signature.schema:
        return " (key type, strictness, text transform or validator function)"
    one, another = (canonical_schema(at.declared.declaration.shape, at.field.name) for at in (first, other))
    inner = difference(one, another)
    return f" (in {first.field.name}{inner})" if inner else ""


def _order(item: tuple[tuple[Domain, str], Any]) -> tuple[str, str, str]:
    (domain, name), _ = item
    return domain.scope.value, domain.kind, name
