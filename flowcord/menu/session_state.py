"""Session state: what all menus of one run share, in memory, over pydantic models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Generic, Self, TypeVar, cast, overload

from pydantic import BaseModel

from flowcord.data.block import Block, blocks_of
from flowcord.errors import DefinitionError, OptionsError
from flowcord.menu.accessor import StateAccessor

__all__ = ("SessionState", "Shared", "bind_shared", "seeded", "session_state", "shared_by")

S = TypeVar("S", bound=BaseModel)

#: What one session shares, by model.
Shared = dict[type[BaseModel], StateAccessor[Any]]


class SessionState(Generic[S]):
    """What `session_state` declares: on an instance that a session bound, the session's accessor."""

    __slots__ = ("label", "model")

    def __init__(self, model: type[S]) -> None:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"session_state(...) takes a pydantic model class, not {model!r}")
        required = [name for name, field in model.model_fields.items() if field.is_required()]
        if required:
            raise DefinitionError(
                f"session_state({model.__name__}): a session that is not seeded begins without "
                f"{', '.join(required)}: give each field of {model.__name__} a default"
            )
        self.model = model
        #: How messages name it, such as `Shop.cart`.
        self.label = f"session_state({model.__name__})"

    def __set_name__(self, owner: type, name: str) -> None:
        self.label = f"{owner.__name__}.{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> StateAccessor[S]: ...
    def __get__(self, instance: object, owner: type) -> object:
        # A bound instance holds the accessor in its own `__dict__`, which comes before this descriptor.
        if instance is None:
            return self
        raise DefinitionError(
            f"{self.label} belongs to a session, and this {type(instance).__name__} to none. Declare it on a "
            "menu, a flow, or a Block that is a class attribute of one, and read it while a session runs"
        )

    def __repr__(self) -> str:
        return f"<session state {self.label} {self.model.__name__}>"


def session_state(model: type[S]) -> SessionState[S]:
    """State in memory for one run of the command: `cart = session_state(Cart)` in a menu, flow or block.

    Within one session every declaration of the same model is the same `StateAccessor`, from the first
    `setup` to the end; two sessions share nothing. It begins with the model's defaults, or with what
    `open(..., session_state=[Cart(gold=5)])` was given.
    """
    return SessionState(model)


def shared_by(roots: Iterable[type[Block]]) -> frozenset[type[BaseModel]]:
    """The models that these classes, and the blocks they hold, share."""
    seen: set[type] = set()
    return frozenset(
        model for root in roots for _, block in blocks_of(root, "", seen) for _, model in _declared(block)
    )


def seeded(kind: str, shared: frozenset[type[BaseModel]], seeds: Iterable[BaseModel]) -> Shared | None:
    """What a session of the flow `kind` begins with; `None` if with nothing but defaults.

    Raises `OptionsError` for a model that nothing in the flow declares, or that is given twice, and
    `StateValidationError` for a value that its model refuses.
    """
    begun: Shared = {}
    for seed in seeds:
        if not isinstance(seed, BaseModel):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise OptionsError(f"session_state is a list of models, as in [Cart(gold=5)]; in it is {seed!r}")
        model = cast("type[BaseModel]", getattr(type(seed), "__frozen_of__", type(seed)))
        if model not in shared:
            declared = ", ".join(sorted(each.__name__ for each in shared)) or "none"
            raise OptionsError(
                f"session_state: nothing in the flow {kind} declares session_state({model.__name__}); "
                f"declared: {declared}"
            )
        if model in begun:
            raise OptionsError(f"session_state: {model.__name__} is given twice")
        begun[model] = StateAccessor(model, seed)
    return begun or None


def bind_shared(blocks: Iterable[Block], shared: Shared) -> None:
    """Give these new instances the accessors of their session."""
    for block in blocks:
        for name, model in _declared(type(block)):
            if name in vars(block):
                continue  # the block replaced its declaration
            accessor = shared.get(model)
            if accessor is None:
                accessor = shared[model] = StateAccessor(model)
            vars(block)[name] = accessor


@lru_cache(maxsize=1024)
def _declared(block: type) -> tuple[tuple[str, type[BaseModel]], ...]:
    """The session state of a class and its bases, by attribute; of an overridden name, the last value."""
    members: Mapping[str, object] = {
        name: value for base in reversed(block.__mro__) for name, value in vars(base).items()
    }
    return tuple(
        (name, cast("SessionState[Any]", value).model)
        for name, value in members.items()
        if isinstance(value, SessionState)
    )
