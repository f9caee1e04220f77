"""Flow: a named group of menus that commands open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from datetime import timedelta
from typing import Any, ClassVar

from flowcord.data.block import Block
from flowcord.data.client_data import ClientData
from flowcord.data.declarations import Declaration
from flowcord.data.scope import Scope
from flowcord.errors import DefinitionError, DuplicateMenuError, UnknownMenuError
from flowcord.menu.behavior import NOTHING, Behavior, Policy, check_behaviors, declared
from flowcord.menu.calling import check_method
from flowcord.menu.confirm import Confirm
from flowcord.menu.levels import Levels
from flowcord.menu.menu import CALLED_WITH, HOOKS, Menu, check_name, is_menu, snake_case
from flowcord.menu.options import build_options
from flowcord.menu.reserved import Reserved, check_reserved
from flowcord.menu.session_limit import LimitPolicy, SessionLimit, session_limit
from flowcord.menu.session_state import SessionState, shared_by
from flowcord.menu.texts import Texts, check_texts
from flowcord.menu.wording import Wording

__all__ = ("Flow", "FlowDefinition", "is_flow")

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
    #: FlowCord's sentences and labels in this flow, and how its own buttons look.
    texts: ClassVar[Texts] = Texts()
    reserved: ClassVar[Reserved] = Reserved()
    #: Open sessions of this flow that one user may have; `None` for as many as they like.
    sessions_per_user: ClassVar[int | None] = None
    #: Whether one more is refused, or replaces the oldest; the app's policy unless set.
    limit_policy: ClassVar[LimitPolicy | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _refuse_shadows(cls)
        if "kind" not in cls.__dict__:
            cls.kind = snake_case(cls.__name__)
        check_name(cls, "kind")
        check_behaviors(cls)
        check_texts(cls)
        check_reserved(cls)
        if hasattr(cls, "setup"):
            raise DefinitionError(f"{cls.__name__}.setup: only menus are set up; a flow has on_enter")
        for name in (*HOOKS, "__init__"):
            check_method(cls, name, *CALLED_WITH.get(name, ()))


def _refuse_shadows(cls: type[Flow]) -> None:
    """Refuse declarations under names that say something else of a flow."""
    for name, value in vars(cls).items():
        if isinstance(value, _DECLARED) and (hasattr(Flow, name) or name in _NAMES):
            raise DefinitionError(
                f"{cls.__name__}.{name} shadows an attribute of FlowCord's Flow: give it another name"
            )


_DECLARED = (Declaration, ClientData, SessionState)
_NAMES = frozenset(("kind", *HOOKS))


def is_flow(thing: object) -> bool:
    """Whether this is a flow of the developer's, and not `Flow` itself."""
    return isinstance(thing, type) and issubclass(thing, Flow) and thing is not Flow


class FlowDefinition:
    """A flow as it was added: its menus by name, and each menu's policy, decided once."""

    __slots__ = (
        "_known",
        "_plain",
        "_policies",
        "added",
        "behaviors",
        "flow",
        "hooks",
        "kind",
        "limits",
        "listens",
        "menus",
        "shared",
        "wording",
    )

    def __init__(
        self,
        added: type[Flow] | type[AnyMenu],
        *,
        default: Behavior,
        override: Behavior,
        texts: Texts | None = None,
        reserved: Reserved | None = None,
        limit: SessionLimit | None = None,
        limit_policy: LimitPolicy = "refuse",
    ) -> None:
        #: What `add` was given.
        self.added = added
        self.flow: type[Flow] = added if issubclass(added, Flow) else Flow
        self.kind = added.kind if issubclass(added, Flow) else added.name
        self.menus = _by_name(self.kind, added.menus if issubclass(added, Flow) else (added,))
        self.behaviors = (default, override)
        self._check()
        #: What limits the sessions of one user: of the app (`limit`), and of this flow.
        self.limits = _limits(added, self.kind, limit, limit_policy)
        #: Whether any of its menus takes messages.
        self.listens = any(menu.shape.listener is not None for menu in self.menus.values())
        #: What this flow and its menus say; of a menu added alone, the menu.
        self.wording = Wording(added, texts or Texts(), reserved or Reserved())
        self.wording.check(self.menus.values())
        #: The hooks that the flow class defines.
        self.hooks = frozenset(name for name in HOOKS if hasattr(self.flow, name))
        #: The models of session state that anything in the flow declares.
        self.shared = shared_by((self.flow, *self.menus.values()))
        # A flow that says nothing has no state: all sessions of a menu added alone share one.
        self._plain = Flow() if self.flow is Flow else None
        self._policies: dict[type[AnyMenu], Policy] = {}
        self._known: dict[type[AnyMenu], Levels] = {}

    def _check(self) -> None:
        """Refuse menus that cannot be shown, and ways back that lead out of the flow."""
        for menu in self.menus.values():
            if menu.render is Menu.render:
                raise DefinitionError(f"{menu.__qualname__} has no render(): define what it shows")
            if menu.fallback is None:
                continue
            try:
                target = self.find(menu.fallback.menu)
                build_options(target.__name__, target.shape.options, None, menu.fallback.fields)
            except DefinitionError as error:
                error.add_note(f"as the fallback of {menu.__qualname__} in the flow {self.kind}")
                raise

    def make_flow(self) -> Flow:
        """The flow instance of a new session."""
        return self._plain or self.flow()

    @property
    def entry(self) -> type[AnyMenu]:
        return next(iter(self.menus.values()))

    def find(self, menu: type[AnyMenu] | str) -> type[AnyMenu]:
        """The flow's menu of this class or name, or one of FlowCord's own. Raises `UnknownMenuError`."""
        if menu is Confirm:
            return menu
        if not isinstance(menu, str) and not is_menu(menu):
            raise UnknownMenuError(f"one goes to a subclass of Menu or to a menu's name, not to {menu!r}")
        found = self.menus.get(menu if isinstance(menu, str) else menu.name)
        if found is None or (not isinstance(menu, str) and found is not menu):
            name = menu if isinstance(menu, str) else menu.__name__
            raise UnknownMenuError(
                f"the flow {self.kind} has no menu {name}; it has {', '.join(self.menus)}. Add it to the flow"
            )
        return found

    def policy(
        self,
        menu: type[AnyMenu],
        own: tuple[Behavior, Behavior] | None = None,
        *,
        once: Behavior | None = None,
        kind: Behavior | None = None,
    ) -> Policy:
        """How `menu` behaves in this flow.

        `own` is what the session's opener set (defaults, overrides), `once` what the input's component says,
        `kind` what inputs of its kind do unless a menu says otherwise.
        """
        if own is None and once is None and kind is None:
            policy = self._policies.get(menu)
            if policy is None:
                policy = self._policies[menu] = self._levels(menu, None).policy()
            return policy
        return self._levels(menu, own).policy(once, kind)

    def _levels(self, menu: type[AnyMenu], own: tuple[Behavior, Behavior] | None) -> Levels:
        known = self._known.get(menu)
        if known is not None and own is None:
            return known
        app, app_override = self.behaviors
        session, session_override = own or (NOTHING, NOTHING)
        levels = Levels(
            (
                app_override,
                declared(self.flow, "override_behavior"),
                session_override,
                declared(menu, "override_behavior"),
            ),
            declared(menu, "behavior"),
            (session, declared(self.flow, "behavior"), app),
        )
        if own is None:
            self._known[menu] = levels
        return levels


def _limits(
    added: type[Flow] | type[AnyMenu], kind: str, of_app: SessionLimit | None, policy: LimitPolicy
) -> tuple[SessionLimit, ...]:
    # A menu that is a flow of one may say so itself.
    count: object = getattr(added, "sessions_per_user", None)
    own = session_limit(added.__name__, count, getattr(added, "limit_policy", None) or policy, kind)
    return tuple(limit for limit in (of_app, own) if limit is not None)


def _by_name(kind: str, members: Sequence[type[AnyMenu]]) -> dict[str, type[AnyMenu]]:
    """The menus of a flow by name. Raises `DefinitionError` for what is no menu, `DuplicateMenuError`."""
    if not isinstance(members, Sequence) or not members:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"{kind}: menus is {members!r}; list at least the entry, in a tuple")
    named: dict[str, type[AnyMenu]] = {}
    for menu in members:
        if not is_menu(menu):
            raise DefinitionError(f"{kind}: menus holds {menu!r}, which is not a subclass of Menu")
        other = named.setdefault(menu.name, menu)
        if other is not menu:
            raise DuplicateMenuError(
                f"{kind}: {other.__qualname__} and {menu.__qualname__} are both named {menu.name!r}; "
                "set the name of one"
            )
    return named
