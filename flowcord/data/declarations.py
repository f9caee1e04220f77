"""What a block declares: `state`, `resource` and `collection`.

On the class an attribute is the declaration; on an instance that a session bound it is the handle.
"""

from __future__ import annotations

from collections.abc import Collection as Names, Sequence
from datetime import timedelta
from typing import Any, Generic, Literal, NoReturn, Self, TypeVar, overload

from pydantic import BaseModel

from flowcord.data.collections import CollectionHandle
from flowcord.data.handles import ResourceHandle, StateHandle
from flowcord.data.scope import Scope, check_name
from flowcord.data.shape import Shape, shape_of
from flowcord.data.upgrades import Upgrade, check_keep, check_upgrades
from flowcord.errors import DeclarationError

__all__ = ("Collection", "Declaration", "Resource", "State", "collection", "resource", "state")

ModelT = TypeVar("ModelT", bound=BaseModel)
HandleT = TypeVar("HandleT")


class Declaration(Generic[HandleT]):
    """Names stored data of one scope. `HandleT` is what reads and writes it on a bound instance."""

    kind: Literal["state", "resource", "collection"]

    def __init__(
        self, model: type[BaseModel], scope: Scope, *, expose: bool | Names[str], name: str | None
    ) -> None:
        # For users without a type checker.
        if not (isinstance(model, type) and issubclass(model, BaseModel)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DeclarationError(f"{self.kind}(...) takes a pydantic model class, not {model!r}.")
        if not isinstance(scope, Scope):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DeclarationError(
                f"{self.kind}({model.__name__}): `scope` must be one of Scope.SESSION, USER, PROJECT."
            )
        self.model = model
        self.scope = scope
        self.attribute: str | None = None
        self.owner: type | None = None
        self._name = None if name is None else check_name("name", name)
        self._expose = expose
        if model.__pydantic_complete__:
            self.check()

    def check(self) -> None:
        """Raises `DeclarationError` if this declaration is wrong in itself. A model with forward references
        is first checked at `add`."""
        _ = self.shape, self.exposed

    @property
    def shape(self) -> Shape[Any]:
        """How the model is stored."""
        return shape_of(self.model)

    @property
    def name(self) -> str:
        """The record's name, or the prefix of its items' names."""
        return self._name or check_name(f"the name of {self.label}", self.attribute or "")

    @property
    def exposed(self) -> frozenset[str]:
        """The fields that `render` may read."""
        fields = self.shape.fields.keys()
        chosen = (fields if self._expose else ()) if isinstance(self._expose, bool) else self._expose
        if unknown := set(chosen) - fields:
            raise DeclarationError(
                f"{self.label}: expose={sorted(unknown)} names no field of {self.model.__name__}; "
                f"it has {', '.join(fields)}."
            )
        return frozenset(chosen)

    @property
    def label(self) -> str:
        """How messages name it, such as `Counter.lifetime`."""
        if self.owner is None:
            return f"{self.kind}({self.model.__name__})"
        return f"{self.owner.__name__}.{self.attribute}"

    def __set_name__(self, owner: type, name: str) -> None:
        if self.owner is None:
            self.owner, self.attribute = owner, name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> HandleT: ...
    def __get__(self, instance: object, owner: type) -> object:
        # A bound instance holds the handle in its own `__dict__`, which comes before this descriptor.
        return self if instance is None else self._unbound()

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("_") and (hasattr(ResourceHandle, name) or hasattr(CollectionHandle, name)):
            self._unbound()
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _unbound(self) -> NoReturn:
        raise DeclarationError(
            f"{self.label} is not bound to a session. Declare it on a menu, a flow, or a Block, of "
            f"which an instance is a class attribute of one before `add` (a block made in `__init__`, or an "
            f"attribute set later, is not seen); outside of sessions use `flows.load(...)`."
        )

    def __repr__(self) -> str:
        return f"<{self.kind} {self.label} {self.model.__name__} {self.scope.value}>"


class State(Declaration[StateHandle[ModelT]], Generic[ModelT]):
    """Fields of the flow's state, shared by name with every block that declares them alike."""

    kind = "state"

    def __init__(self, model: type[ModelT], scope: Scope, *, expose: bool | Names[str] = False) -> None:
        super().__init__(model, scope, expose=expose, name=None)

    @property
    def name(self) -> str:
        return ""

    def check(self) -> None:
        super().check()
        if self.shape.whole:
            raise DeclarationError(
                f"{self.model.__name__}: fields of scope state belong to the whole flow, so no validator of "
                f"one model can see several of them (a model validator, `model_post_init`, or a field "
                f"validator that takes `info`). Make it a resource, whose fields are valid together."
            )


class Resource(Declaration[ResourceHandle[ModelT]], Generic[ModelT]):
    """One named thing with a structure of its own."""

    kind = "resource"

    def __init__(
        self,
        model: type[ModelT],
        scope: Scope,
        *,
        writable: bool = True,
        name: str | None = None,
        expose: bool | Names[str] = False,
        keep: timedelta | None = None,
        upgrades: Sequence[Upgrade] = (),
    ) -> None:
        super().__init__(model, scope, expose=expose, name=name)
        self.writable = writable
        check_keep(self.label, keep)
        self.keep = keep
        self.upgrades = check_upgrades(self.label, upgrades)

    def check(self) -> None:
        super().check()
        if required := self.shape.required:
            raise DeclarationError(
                f"{self.model.__name__}.{required[0]} needs a default: an unwritten resource reads as its "
                f"defaults."
            )


class Collection(Declaration[CollectionHandle[ModelT]], Generic[ModelT]):
    """Many resources of one model, each under a key."""

    kind = "collection"

    def __init__(
        self,
        model: type[ModelT],
        scope: Scope,
        *,
        writable: bool = True,
        name: str | None = None,
        max_items: int | None = None,
        when_full: Literal["refuse", "oldest"] = "refuse",
        keep: timedelta | None = None,
        upgrades: Sequence[Upgrade] = (),
    ) -> None:
        super().__init__(model, scope, expose=False, name=name)
        if max_items is not None and max_items < 1:
            raise DeclarationError(f"collection({model.__name__}): max_items must be at least 1.")
        if when_full not in ("refuse", "oldest"):
            raise DeclarationError(f"collection({model.__name__}): when_full must be 'refuse' or 'oldest'.")
        self.writable = writable
        self.max_items = max_items
        self.when_full: Literal["refuse", "oldest"] = when_full
        check_keep(self.label, keep)
        self.keep = keep
        self.upgrades = check_upgrades(self.label, upgrades)


def state(model: type[ModelT], *, scope: Scope, expose: bool | Names[str] = False) -> State[ModelT]:
    """Declares fields of the flow's state: flags, modes, counters, settings that several blocks share.

    `expose` opens all (`True`) or the named fields to `render`.
    Raises `DeclarationError` if the model cannot be stored and read back, or has model validators.
    """
    return State(model, scope, expose=expose)


def resource(
    model: type[ModelT],
    *,
    scope: Scope,
    writable: bool = True,
    name: str | None = None,
    expose: bool | Names[str] = False,
    keep: timedelta | None = None,
    upgrades: Sequence[Upgrade] = (),
) -> Resource[ModelT]:
    """Declares one named thing: a plan, a cart, preferences managed as one unit.

    `name` is the attribute's unless given; a new name addresses other data. With `writable=False` this
    handle only reads. `keep` is how long the record lives after its last effective write; `upgrades` lead
    from each data revision to the next.
    Raises `DeclarationError` if the model cannot be stored and read back, or a field has no default.
    """
    return Resource(model, scope, writable=writable, name=name, expose=expose, keep=keep, upgrades=upgrades)


def collection(
    model: type[ModelT],
    *,
    scope: Scope,
    writable: bool = True,
    name: str | None = None,
    max_items: int | None = None,
    when_full: Literal["refuse", "oldest"] = "refuse",
    keep: timedelta | None = None,
    upgrades: Sequence[Upgrade] = (),
) -> Collection[ModelT]:
    """Declares many resources of one model: notes, entries, orders.

    At `max_items` a create is refused (`CollectionFullError`) or, with `when_full="oldest"`, evicts the item
    that was created first. The other arguments are those of `resource`.
    """
    return Collection(
        model,
        scope,
        writable=writable,
        name=name,
        max_items=max_items,
        when_full=when_full,
        keep=keep,
        upgrades=upgrades,
    )
