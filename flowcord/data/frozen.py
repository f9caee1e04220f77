"""Immutable twins of pydantic models, so that one value can be shared by everyone who reads it.

A frozen model is an instance of the declared class, equal to a plain one with the same values; assigning
to it, or mutating a list, deque, dict or set anywhere in it, also in tuples and dataclasses, raises.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

from pydantic import BaseModel

__all__ = ("ATOMS", "freeze", "seal", "thaw", "thaw_value")

ModelT = TypeVar("ModelT", bound=BaseModel)

_REMEDY = "read-only: change a copy inside `edit()` or `update(...)`, or write with the handle's operations"
#: Types whose values are immutable and need no copy.
ATOMS = (str, int, float, bool, bytes, type(None))


def _refuse(self: object, *_args: object, **_kwargs: object) -> NoReturn:
    raise TypeError(f"this {type(self).__mro__[1].__name__} is {_REMEDY}")


def _refusing(*names: str) -> dict[str, Callable[..., NoReturn]]:
    return dict.fromkeys(names, _refuse)


class _FrozenList(list[Any]):
    __slots__ = ()
    __hash__ = None  # pyright: ignore[reportAssignmentType]  # equal to a plain list, so unhashable like one

    def __reduce_ex__(self, _protocol: object) -> tuple[type, tuple[list[Any]]]:
        return list, (list(self),)


class _FrozenDict(dict[Any, Any]):
    __slots__ = ()

    def __reduce_ex__(self, _protocol: object) -> tuple[type, tuple[dict[Any, Any]]]:
        return dict, (dict(self),)


class _FrozenDeque(deque[Any]):
    __slots__ = ()
    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __reduce_ex__(self, _protocol: object) -> tuple[type, tuple[list[Any], int | None]]:
        return deque, (list(self), self.maxlen)

    def __repr__(self) -> str:
        return repr(deque(self, self.maxlen))


class _FrozenSet(set[Any]):
    __slots__ = ()

    def __reduce_ex__(self, _protocol: object) -> tuple[type, tuple[set[Any]]]:
        return set, (set(self),)

    def __repr__(self) -> str:
        return repr(set(self))  # a set's own repr names its class


for _kind, _mutators in (
    (_FrozenList, ("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse")),
    (
        _FrozenDeque,
        (
            *("append", "appendleft", "extend", "extendleft", "insert"),
            *("pop", "popleft", "remove", "clear", "reverse", "rotate"),
        ),
    ),
    (_FrozenDict, ("update", "setdefault", "pop", "popitem", "clear", "__ior__")),
    (
        _FrozenSet,
        (
            *(
                "add",
                "update",
                "remove",
                "discard",
                "pop",
                "clear",
                "__ior__",
                "__iand__",
                "__isub__",
                "__ixor__",
            ),
            *("difference_update", "intersection_update", "symmetric_difference_update"),
        ),
    ),
):
    for _name, _method in _refusing(*_mutators).items():
        setattr(_kind, _name, _method)
for _kind, _operators in (
    (_FrozenList, ("__setitem__", "__delitem__", "__iadd__", "__imul__")),
    (_FrozenDeque, ("__setitem__", "__delitem__", "__iadd__", "__imul__")),
    (_FrozenDict, ("__setitem__", "__delitem__")),
):
    for _name, _method in _refusing(*_operators).items():
        setattr(_kind, _name, _method)


class _Frozen:
    """Mixed in front of a model class: reads as the model, refuses to change."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__}.{name} is {_REMEDY}")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(f"{type(self).__name__}.{name} is {_REMEDY}")

    def __eq__(self, other: object) -> bool:
        return thaw(cast(BaseModel, self)) == (thaw(other) if isinstance(other, BaseModel) else other)

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __copy__(self) -> Any:
        return thaw(cast(BaseModel, self))

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Any:
        return thaw(cast(BaseModel, self))

    def __reduce__(self) -> Any:
        return thaw(cast(BaseModel, self)).__reduce__()


@cache
def _frozen_class(model: type[BaseModel]) -> type[BaseModel]:
    # type.__new__ and not a class statement: pydantic's metaclass would rebuild the schema, and a
    # frozen twin has nothing of its own to validate.
    return type.__new__(
        type(model),
        model.__name__,
        (_Frozen, model),
        {"__module__": model.__module__, "__qualname__": model.__qualname__, "__frozen_of__": model},
    )


def freeze(model: ModelT) -> ModelT:
    """The immutable twin of `model`. Nothing of it is shared with mutable parts of `model`, but for what has
    no copy: a lock, a member of a server.
    """
    return cast(ModelT, _freeze(model))


def seal(model: ModelT) -> ModelT:
    """Freeze a model that nobody else holds, in place: the cheap way for one just validated."""
    for name, value in model.__dict__.items():
        if type(value) not in ATOMS:
            vars(model)[name] = _freeze(value)
    for name, value in (model.__pydantic_private__ or {}).items():
        cast("dict[str, Any]", model.__pydantic_private__)[name] = _freeze(value)
    object.__setattr__(model, "__class__", _frozen_class(type(model)))
    return model


def thaw(model: ModelT) -> ModelT:
    """A private, mutable, plain copy of `model`, frozen or not; what has no copy is shared."""
    plain = cast("type[BaseModel]", getattr(type(model), "__frozen_of__", type(model)))
    return cast(ModelT, _rebuild(plain, model, _thaw_part))


def _thaw_part(value: Any) -> Any:
    return _thaw(value, _copy_or_share)


def thaw_value(value: Any) -> Any:
    """A private, mutable copy of any one value of a model. Raises what the value's own copying raises."""
    return _thaw(value, _copy)


def _rebuild(cls: type[BaseModel], source: BaseModel, convert: Callable[[Any], Any]) -> BaseModel:
    twin = cls.__new__(cls)
    values = source.__dict__
    set_ = object.__setattr__
    set_(twin, "__dict__", {k: v if type(v) in ATOMS else convert(v) for k, v in values.items()})
    set_(twin, "__pydantic_fields_set__", source.__pydantic_fields_set__.copy())
    extra, private = source.__pydantic_extra__, source.__pydantic_private__
    set_(twin, "__pydantic_extra__", extra and {k: convert(v) for k, v in extra.items()})
    set_(twin, "__pydantic_private__", private and {k: convert(v) for k, v in private.items()})
    return twin


def _freeze(value: Any) -> Any:
    kind = cast(Any, type(value))
    if kind in ATOMS:
        return value
    if isinstance(value, BaseModel):
        plain = getattr(kind, "__frozen_of__", None)
        return value if plain is not None else _rebuild(_frozen_class(kind), value, _freeze)
    if kind is list:
        return _FrozenList(map(_freeze, value))
    if kind in (_FrozenList, _FrozenDict, _FrozenSet, frozenset):
        return value
    if isinstance(value, dict):  # a defaultdict too: its own way of growing is a change
        return _FrozenDict({key: _freeze(item) for key, item in cast("dict[Any, Any]", value).items()})
    if kind is set:
        return _FrozenSet(value)
    if kind is deque:
        return _FrozenDeque(map(_freeze, value), value.maxlen)
    if kind is tuple:
        return tuple(map(_freeze, value))
    if isinstance(value, tuple) and hasattr(kind, "_make"):
        return kind._make(map(_freeze, cast("tuple[Any, ...]", value)))
    twin = _copy_or_share(value)
    if dataclasses.is_dataclass(kind) and twin is not value:
        for field in (each for each in dataclasses.fields(kind) if hasattr(twin, each.name)):
            object.__setattr__(twin, field.name, _freeze(getattr(twin, field.name)))
    return twin


def _thaw(value: Any, foreign: Callable[[Any], Any]) -> Any:
    """`foreign` copies what is no model and no plain container."""
    kind = cast(Any, type(value))
    if kind in ATOMS:
        return value
    if isinstance(value, BaseModel):
        return _rebuild(getattr(kind, "__frozen_of__", kind), value, lambda part: _thaw(part, foreign))
    if isinstance(value, list) and kind in (list, _FrozenList):
        return [_thaw(item, foreign) for item in cast("list[Any]", value)]
    if isinstance(value, dict) and kind in (dict, _FrozenDict):
        return {key: _thaw(item, foreign) for key, item in cast("dict[Any, Any]", value).items()}
    if kind is _FrozenDeque:
        line = cast("deque[Any]", value)
        return deque((_thaw(item, foreign) for item in line), line.maxlen)
    if kind is _FrozenSet:
        return set(cast("set[Any]", value))
    if kind is tuple:
        return tuple(_thaw(item, foreign) for item in cast("tuple[Any, ...]", value))
    return foreign(cast(Any, value))


def _copy(value: Any) -> Any:
    # Discord's objects stand for something outside, and lead to the whole client with its caches.
    return value if type(value).__module__.partition(".")[0] == "discord" else copy.deepcopy(value)


def _copy_or_share(value: Any) -> Any:
    try:
        return _copy(value)
    except Exception:  # whatever its own copying raises: there is only this one
        return value
