"""What `render` sees of a declaration that exposes some of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from flowcord.errors import ClientBoundaryError

__all__ = ("Exposed",)


class Exposed:
    """The exposed fields of one value, and nothing else of it: there is no whole to dump, copy or compare."""

    __slots__ = ("_fields", "_label")

    _fields: Mapping[str, object]
    _label: str

    def __init__(self, label: str, fields: Mapping[str, object]) -> None:
        set_ = object.__setattr__
        set_(self, "_label", label)
        set_(self, "_fields", fields)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # a protocol asks; it does without
            raise AttributeError(name)
        return self._fields[name] if name in self._fields else self._refuse(name)

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise TypeError(f"{self._label}.{name} is read-only")

    def _refuse(self, name: str) -> NoReturn:
        raise ClientBoundaryError(
            f"render read {name!r} of {self._label}, which exposes only {', '.join(sorted(self._fields))}. "
            f"Add it to `expose`, or give it through a @client_data method."
        )

    def __iter__(self) -> NoReturn:
        self._refuse("the whole")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exposed) and self._fields == other._fields

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __copy__(self) -> Exposed:
        return self

    def __deepcopy__(self, _memo: object) -> Exposed:
        return self

    def __repr__(self) -> str:
        return (
            f"{self._label}({', '.join(f'{name}={self._fields[name]!r}' for name in sorted(self._fields))})"
        )
