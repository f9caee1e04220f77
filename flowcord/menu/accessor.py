"""StateAccessor: validated state in memory, over a pydantic model."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from flowcord.data.frozen import freeze, thaw, thaw_value
from flowcord.errors import StateValidationError

__all__ = ("StateAccessor",)

S = TypeVar("S", bound=BaseModel)


class StateAccessor(Generic[S]):
    """State of one visit or one session. Every change is validated; a refused one changes nothing."""

    __slots__ = ("_model", "_value")

    def __init__(self, model: type[S], value: S | None = None) -> None:
        self._model = model
        self._value: S = freeze(model() if value is None else _validated(model, _values(value)))

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
        self._value = freeze(_validated(self._model, fields if value is None else _values(value)))

    def merge(self, **fields: Any) -> None:
        """Change these fields and keep the others."""
        self._known(fields)
        self._value = freeze(_validated(self._model, {**_values(self._value), **fields}))

    @contextmanager
    def edit(self) -> Generator[S]:
        """A mutable copy to change freely; it becomes the state at the end, unless the block raises."""
        draft = thaw(self._value)
        yield draft
        self._value = freeze(_validated(self._model, _values(draft)))

    def reset(self) -> None:
        """All fields back to their defaults."""
        self._value = freeze(self._model())

    def snapshot(self) -> S:
        """A private copy of the state. Raises `StateValidationError` if a field cannot be copied."""
        for name, value in _values(self._value).items():
            try:
                thaw_value(value)
            except Exception as error:
                message = f"{self._model.__name__}.{name} cannot be copied: {type(error).__name__}"
                raise StateValidationError(message, fields={name: "cannot be copied"}) from error
        return thaw(self._value)

    def restore(self, snapshot: S) -> None:
        """Put a snapshot back."""
        self.set(snapshot)

    def _known(self, names: Any) -> None:
        unknown = [name for name in names if name not in self._model.model_fields]
        if unknown:
            raise StateValidationError(
                f"{self._model.__name__} has no field {', '.join(unknown)}; "
                f"it has {', '.join(self._model.model_fields) or 'none'}",
                fields=dict.fromkeys(unknown, "unknown field"),
            )

    def __repr__(self) -> str:
        return f"<StateAccessor {self._value!r}>"


def _values(model: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in model.__dict__.items() if name in type(model).model_fields}


def _validated(model: type[S], fields: dict[str, Any]) -> S:
    """Validate in full, nested models too: an edited copy may have been changed anywhere."""
    try:
        checked = {name: _revalidated(value) for name, value in fields.items()}
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
        return _validated(plain, _values(value))
    if isinstance(value, list):
        return [_revalidated(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _revalidated(item) for key, item in cast("dict[Any, Any]", value).items()}
    return value
