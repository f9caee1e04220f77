"""StateAccessor: validated state in memory, over a pydantic model."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from flowcord.data.frozen import ATOMS, seal, thaw, thaw_value
from flowcord.errors import StateValidationError

__all__ = ("StateAccessor",)

S = TypeVar("S", bound=BaseModel)


class StateAccessor(Generic[S]):
    """State of one visit or one session. Every change is validated; a refused one changes nothing."""

    __slots__ = ("_model", "_value")

    def __init__(self, model: type[S], value: S | None = None) -> None:
        self._model = model
        self._value: S = seal(model() if value is None else _validated(model, vars(value)))

    @property
    def current(self) -> S:
        """The state as it is now: a read-only instance of the model."""
        return self._value

    def get(self, field: str) -> Any:
        """The value of one field. Raises `StateValidationError` for a field the model does not have."""
        self._known((field,))
        return getattr(self._value, field)

    def set(self, value: S | None = None, /, **fields: Any) -> None:
        """Replace the whole state: by a model, or by fields (those not named return to their defaults)."""
        if value is not None and fields:
            raise TypeError("give a model or fields, not both")
        self._known(fields)
        self._replace(fields if value is None else vars(value))

    def merge(self, **fields: Any) -> None:
        """Change these fields and keep the others."""
        self._known(fields)
        self._replace({**vars(self._value), **fields})

    def edit(self) -> AbstractContextManager[S]:
        """A mutable copy to change freely; it becomes the state at the end, unless the block raises."""
        return _Edit(self)

    def _replace(self, values: dict[str, Any]) -> None:
        self._value = seal(_validated(self._model, values))

    def reset(self) -> None:
        """All fields back to their defaults."""
        self._value = seal(self._model())

    def snapshot(self) -> S:
        """A private copy of the state. Raises `StateValidationError` if a field cannot be copied."""
        for name in self._model.__pydantic_fields__:
            try:
                thaw_value(getattr(self._value, name))
            except Exception as error:
                message = f"{self._model.__name__}.{name} cannot be copied: {type(error).__name__}"
                raise StateValidationError(message, fields={name: "cannot be copied"}) from error
        return thaw(self._value)

    def restore(self, snapshot: S) -> None:
        """Put a snapshot back, or what `current` was."""
        if getattr(type(snapshot), "__frozen_of__", None) is self._model:  # checked already, and immutable
            self._value = snapshot
        else:
            self.set(snapshot)

    def _known(self, names: Any) -> None:
        unknown = [name for name in names if name not in self._model.model_fields]
        if unknown:
            raise StateValidationError(
                f"{self._model.__name__} has no field {', '.join(unknown)}; "
                f"it has {', '.join(self._model.model_fields) or 'none'}",
                fields=dict.fromkeys(unknown, "unknown field"),
            )

    if not TYPE_CHECKING:  # which would take every name for one that is there

        def __getattr__(self, name: str) -> Any:
            if name in StateAccessor.__slots__ or name not in self._model.model_fields:
                raise AttributeError(f"a StateAccessor has no {name!r}")
            raise AttributeError(f"{name!r} is a field of the state: read it as .current.{name}")

    def __repr__(self) -> str:
        return f"<StateAccessor {self._value!r}>"


class _Edit(Generic[S]):
    """`StateAccessor.edit()`: a class of its own, because it stands in the middle of nearly every click."""

    __slots__ = ("_accessor", "_draft")

    def __init__(self, accessor: StateAccessor[S]) -> None:
        self._accessor = accessor

    def __enter__(self) -> S:
        self._draft = thaw(self._accessor.current)
        return self._draft

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._accessor._replace(vars(self._draft))  # pyright: ignore[reportPrivateUsage]


def _validated(model: type[S], fields: dict[str, Any]) -> S:
    """Validate in full, nested models too: an edited copy may have been changed anywhere."""
    try:
        # A model's `__dict__` may hold more than fields: cached properties, which are not stored state.
        known = model.__pydantic_fields__
        checked = {
            name: value if type(value) in ATOMS else _revalidated(value)
            for name, value in fields.items()
            if name in known
        }
        return cast(S, model.__pydantic_validator__.validate_python(checked, by_alias=False, by_name=True))
    except ValidationError as error:
        problems = {
            ".".join(str(part) for part in detail["loc"]) or error.title: detail["msg"]
            for detail in error.errors(include_url=False, include_context=False, include_input=False)
        }
        listed = "; ".join(f"{field}: {problem}" for field, problem in problems.items())
        raise StateValidationError(
            f"{model.__name__} refuses this state: {listed}", fields=problems
        ) from None


def _revalidated(value: Any) -> Any:
    if isinstance(value, BaseModel):
        plain = cast("type[BaseModel]", getattr(type(value), "__frozen_of__", type(value)))
        return _validated(plain, vars(value))
    if isinstance(value, list):
        return [_revalidated(item) for item in cast("list[Any]", value)]
    if type(value) is tuple:
        return tuple(_revalidated(item) for item in cast("tuple[Any, ...]", value))
    if isinstance(value, dict):
        return {key: _revalidated(item) for key, item in cast("dict[Any, Any]", value).items()}
    return value
