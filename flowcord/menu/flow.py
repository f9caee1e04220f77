"""Flow: a named group of menus that commands open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, ClassVar

from flowcord.data.block import Block
from flowcord.data.scope import Scope
from flowcord.errors import DefinitionError, DuplicateMenuError, UnknownMenuError
from flowcord.menu.behavior import Behavior, Policy, declared, resolve
from flowcord.menu.menu import HOOKS, NAME, Menu, snake_case

__all__ = ("Flow", "FlowDefinition")

AnyMenu = Menu[Any, Any, Any]


class Flow(Block):
    """A group of menus, and the domain in which the fields of scope state are shared.

    The first of `menus` is the entry. A menu added without a flow is a flow of one.
    """

    #: The flow's name in stored data and custom ids; the class name in snake case unless set.
    kind: ClassVar[str]
    menus: ClassVar[Sequence[type[AnyMenu]]] = ()
    #: Scopes whose records this flow shares with no other.
    isolate: ClassVar[AbstractSet[Scope]] = frozenset()
    #: How long records of a scope live after their last write.
    keep: ClassVar[Mapping[Scope, timedelta]] = {}
    #: Functions that bring the state rows of a scope to the next revision, in order.
    upgrades: ClassVar[Mapping[Scope, Sequence[Callable[[dict[str, Any]], dict[str, Any]]]]] = {}
    behavior: ClassVar[Behavior] = Behavior()
    override_behavior: ClassVar[Behavior] = Behavior()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" not in cls.__dict__:
            cls.kind = snake_case(cls.__name__)
        if not isinstance(cls.kind, str) or NAME.fullmatch(cls.kind) is None:  # pyright: ignore
            raise DefinitionError(f"{cls.__name__}.kind is {cls.kind!r}: it must match {NAME.pattern}")


class FlowDefinition:
    """A flow as it was added: its menus by name, and each menu's policy, decided once."""

    __slots__ = ("_plain", "_policies", "behaviors", "flow", "hooks", "kind", "menus")

    def __init__(self, added: type[Flow] | type[AnyMenu], *, default: Behavior, override: Behavior) -> None:
        self.flow: type[Flow]
        if issubclass(added, Menu):
            self.kind = added.name
            self.flow = Flow
            members: Sequence[type[AnyMenu]] = (added,)
        else:
            self.kind = added.kind
            self.flow = added
            members = added.menus
            if not members:
                raise DefinitionError(f"{added.__name__}.menus is empty: a flow has at least its entry menu")
        self.menus: dict[str, type[AnyMenu]] = {}
        for menu in members:
            if not issubclass(menu, Menu):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise DefinitionError(f"{added.__name__}.menus holds {menu!r}, which is not a Menu")
            other = self.menus.setdefault(menu.name, menu)
            if other is not menu:
                raise DuplicateMenuError(
                    f"{self.kind}: {other.__qualname__} and {menu.__qualname__} are both named "
                    f"{menu.name!r}; set the name of one"
                )
        self.behaviors = (default, override)
        #: The hooks that the flow class defines.
        self.hooks = frozenset(name for name in HOOKS if hasattr(self.flow, name))
        # A flow that says nothing has no state: all sessions of a menu added alone share one.
        self._plain = Flow() if self.flow is Flow else None
        self._policies: dict[type[AnyMenu], Policy] = {}

    def make_flow(self) -> Flow:
        """The flow instance of a new session."""
        return self._plain or self.flow()

    @property
    def entry(self) -> type[AnyMenu]:
        return next(iter(self.menus.values()))

    def find(self, menu: type[AnyMenu] | str) -> type[AnyMenu]:
        """The flow's menu of this class or name. Raises `UnknownMenuError`."""
        found = self.menus.get(menu if isinstance(menu, str) else menu.name)
        if found is None or (not isinstance(menu, str) and found is not menu):
            name = menu if isinstance(menu, str) else menu.__name__
            raise UnknownMenuError(f"the flow {self.kind} has no menu {name}; it has {', '.join(self.menus)}")
        return found

    def policy(self, menu: type[AnyMenu], own: tuple[Behavior, Behavior] | None = None) -> Policy:
        """How `menu` behaves in this flow; `own` is what the session's opener set (defaults, overrides)."""
        if own is None:
            policy = self._policies.get(menu)
            if policy is None:
                policy = self._policies[menu] = self._resolve(menu, Behavior(), Behavior())
            return policy
        return self._resolve(menu, *own)

    def _resolve(self, menu: type[AnyMenu], session: Behavior, session_override: Behavior) -> Policy:
        app, app_override = self.behaviors
        return resolve(
            (
                app_override,
                declared(self.flow, "override_behavior"),
                session_override,
                declared(menu, "override_behavior"),
                declared(menu, "behavior"),
                session,
                declared(self.flow, "behavior"),
                app,
            )
        )
