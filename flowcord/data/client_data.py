"""`client_data`: the declared ways of stored data to a screen, evaluated before each render."""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
import typing
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Generic, NoReturn, Self, TypeVar, cast, overload

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from flowcord.data.boundary import Boundary, Note, current
from flowcord.errors import ClientBoundaryError, ClientDataError, DeclarationError, StoreUnavailableError

__all__ = ("ClientData", "client_data", "evaluate")

_log = logging.getLogger(__name__)

T = TypeVar("T")

_OUTCOMES = "_flowcord_client_data"


class ClientData(Generic[T]):
    """One entry. On an instance it reads as its value of the last evaluation."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self.name = function.__name__
        self.label = function.__qualname__
        self.__doc__ = function.__doc__
        self._adapter: TypeAdapter[object] | None = None
        # Here and not in __set_name__, whose errors Python 3.11 wraps in a RuntimeError.
        if "return" not in function.__annotations__:
            raise DeclarationError(
                f"{self.label}: a client data entry needs a return annotation: {self.name}(self) -> ..."
            )

    def resolve(self) -> None:
        """Makes the return annotation a check. Raises `DeclarationError` if it does not resolve."""
        if self._adapter is not None:
            return
        try:
            self._adapter = _adapter(typing.get_type_hints(self.function, include_extras=True)["return"])
        except (NameError, AttributeError, SyntaxError, TypeError, PydanticUserError) as error:
            raise DeclarationError(
                f"{self.label}: its return annotation {self.function.__annotations__['return']!r} does not "
                f"resolve to a type ({type(error).__name__}). Import it at the top of the entry's module, "
                f"outside of TYPE_CHECKING."
            ) from None

    def fits(self, value: object) -> bool:
        """Whether `value` is what the annotation says, without conversion."""
        self.resolve()
        adapter = cast("TypeAdapter[object]", self._adapter)
        try:
            adapter.validate_python(value, strict=True)
        except ValidationError:
            return False
        return not getattr(value, "__flowcord_handle__", False)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object, owner: type) -> object:
        if instance is None:
            return self
        boundary = current.get()
        if boundary is not None and boundary.kind == "entry":
            raise ClientBoundaryError(
                f"a client data entry read {self.label}. Share a helper method between entries."
            )
        try:
            outcome = instance.__dict__[_OUTCOMES][self.name]
        except KeyError:
            raise ClientBoundaryError(
                f"{self.label} was read before its first evaluation, which precedes render."
            ) from None
        if type(outcome) is _Failed:
            raise ClientDataError(
                f"{self.label} failed before this render; the log has it as incident {outcome.incident}.",
                incident=outcome.incident,
            )
        return outcome

    def __set__(self, instance: object, value: object) -> NoReturn:
        raise AttributeError(f"{self.label} is evaluated before each render, not assigned.")


@overload
def client_data(function: Callable[[Any], Coroutine[Any, Any, T]], /) -> ClientData[T]: ...
@overload
def client_data(function: Callable[[Any], T], /) -> ClientData[T]: ...
def client_data(function: Callable[[Any], Any], /) -> ClientData[Any]:
    """Declares a method of a menu, block or flow, sync or async, as data that screens may show.

    It is evaluated before each render and then reads like an attribute. It may read handles, but not write,
    nor read another entry. Its return annotation is required, and its values are checked against it.
    Raises `DeclarationError` without one.
    """
    return ClientData(function)


class _Failed:
    __slots__ = ("incident",)

    def __init__(self, incident: str) -> None:
        self.incident = incident


async def evaluate(block: object, entries: Mapping[str, ClientData[Any]], note: Note | None = None) -> int:
    """Runs the entries of one block, each on its own: one that fails is logged under an incident id and
    leaves the others alone. `note` is told what they read. Returns how many failed.

    `StoreUnavailableError` passes through: it is no fault of the entry, and users get its own notice.
    """
    outcomes: dict[str, object] = {}
    failed = 0
    for name, entry in entries.items():
        try:
            with Boundary("entry", note):
                value = entry.function(block)
                if inspect.isawaitable(value):
                    value = await value
            if not entry.fits(value):
                # Without the value: it may be stored data.
                raise TypeError(
                    f"{entry.label} returned a {type(value).__name__}, not what its annotation says"
                )
            outcomes[name] = value
        except StoreUnavailableError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
                raise  # it is not what the entry waited for that was cancelled
            incident = secrets.token_hex(4)
            _log.error("client data %s failed, incident %s", entry.label, incident, exc_info=error)
            outcomes[name] = _Failed(incident)
            failed += 1
    block.__dict__[_OUTCOMES] = outcomes
    return failed


def _adapter(annotation: Any) -> TypeAdapter[object]:
    try:
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError as error:
        if error.code != "type-adapter-config-unused":
            raise
        return TypeAdapter(annotation)
