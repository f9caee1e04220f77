"""Block: anything that declares stored data, and how the blocks inside of a block are found and copied."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flowcord.data.client_data import ClientData
from flowcord.data.declarations import Declaration

__all__ = ("Block", "Plan", "Site", "adopt", "blocks_of", "plan_of", "sites_of")


class Block:
    """A reusable part of menus: handles, client data, and the methods that belong to them.

    A menu, a flow or another block holds it as a class attribute, also inside of tuples, lists and dicts.
    Each instance of the holder gets a copy of its own, bound to its session; the class's own is never bound.
    """


@dataclass(frozen=True, slots=True)
class Plan:
    """What a block class holds, its base classes included."""

    declarations: Mapping[str, Declaration[Any]]
    entries: Mapping[str, ClientData[Any]]
    parts: Mapping[str, object]
    """Attributes with blocks in them."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a declaration stands, such as `assistant.Home.switch.modes`."""

    path: str
    block: type
    declaration: Declaration[Any]


def plan_of(cls: type) -> Plan:
    """The plan of a class, made once: what is set on the class later is not seen (and says so when used)."""
    plan: Plan | None = cls.__dict__.get("_flowcord_plan")
    if plan is None:
        members: dict[str, object] = {}
        for base in reversed(cls.__mro__):  # an overridden name keeps its place, the last value wins
            members |= vars(base)
        declarations: dict[str, Declaration[Any]] = {
            name: value for name, value in members.items() if isinstance(value, Declaration)
        }
        entries: dict[str, ClientData[Any]] = {
            name: value for name, value in members.items() if isinstance(value, ClientData)
        }
        parts = {name: value for name, value in members.items() if next(_blocks_in(value), None)}
        plan = Plan(declarations, entries, parts)
        type.__setattr__(cls, "_flowcord_plan", plan)
    return plan


def blocks_of(cls: type, path: str, seen: set[type]) -> Iterator[tuple[str, type]]:
    """The class and the classes of the blocks it holds, recursively, each once, with their paths."""
    if cls in seen:
        return
    seen.add(cls)
    yield path, cls
    for name, value in plan_of(cls).parts.items():
        for place, block in _blocks_in(value):
            yield from blocks_of(type(block), f"{path}.{name}{place}", seen)


def sites_of(cls: type, path: str, seen: set[type]) -> Iterator[Site]:
    """Every declaration of a block class and of the blocks it holds, in declaration order."""
    for place, block in blocks_of(cls, path, seen):
        for name, declaration in plan_of(block).declarations.items():
            yield Site(f"{place}.{name}", block, declaration)


def adopt(block: Block) -> tuple[Block, ...]:
    """Gives an instance its own copies of the blocks its class holds, recursively, cycles and shared blocks
    kept. Returns the instance and its copies.

    Blocks, and the tuples, lists, dicts and sets in them, are copied; whatever else they hold is shared.
    """
    copies: dict[int, Any] = {}
    family = [block]

    def own(value: Any) -> Any:
        if id(value) in copies:
            return copies[id(value)]
        kind = cast(Any, type(value))
        if kind is tuple:
            return tuple(map(own, value))
        if not (isinstance(value, Block) or kind in (list, dict, set)):
            return value
        # Remembered before it is filled, so that cycles end in the copy.
        twin: Any = copy.copy(cast(Any, value))
        copies[id(cast(object, value))] = twin
        if isinstance(twin, Block):
            family.append(twin)
            vars(twin).update({name: own(content) for name, content in vars(twin).items()})
            give_parts(twin)
        elif kind is list:
            twin[:] = map(own, twin)
        elif kind is dict:
            twin.update({key: own(item) for key, item in twin.items()})
        return twin

    def give_parts(holder: Block) -> None:
        for name, value in plan_of(type(holder)).parts.items():
            if name not in vars(holder):
                vars(holder)[name] = own(value)

    give_parts(block)
    return tuple(family)


def _blocks_in(value: object, place: str = "", around: tuple[int, ...] = ()) -> Iterator[tuple[str, Block]]:
    if isinstance(value, Block):
        yield place, value
    elif isinstance(value, (tuple, list, dict)):
        held = cast("Mapping[object, object] | list[object]", value)
        if id(held) in around:
            return
        for key, item in held.items() if isinstance(held, Mapping) else enumerate(held):
            yield from _blocks_in(item, f"{place}[{key!r}]", (*around, id(held)))
