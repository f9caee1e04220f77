"""MenuShape: what FlowCord knows of a menu class, worked out once when the class is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from flowcord.data.client_data import ClientData
from flowcord.data.declarations import Declaration
from flowcord.errors import DefinitionError, DuplicateKeyError
from flowcord.menu.behavior import Behavior
from flowcord.menu.declaring import ComponentDeclaration
from flowcord.menu.messages import MessageHandler
from flowcord.menu.modals import Modal, ModalHandler
from flowcord.menu.options import Options
from flowcord.menu.pagination import ListDeclaration
from flowcord.menu.session_state import SessionState

__all__ = ("DECLARED", "MenuShape", "shape_of")

#: What declares something in a menu class, and can be nothing else.
DECLARED = (
    ComponentDeclaration,
    ModalHandler,
    MessageHandler,
    ListDeclaration,
    Declaration,
    ClientData,
    SessionState,
)


@dataclass(frozen=True, slots=True)
class MenuShape:
    """What FlowCord knows of a menu class, worked out once when the class is made."""

    state: type[BaseModel]
    options: type[Options]
    components: tuple[ComponentDeclaration[Any], ...]
    #: Those of them with settings that are coroutine functions.
    awaited: tuple[ComponentDeclaration[Any], ...]
    forms: dict[type[Modal], ModalHandler]
    #: What takes the messages that users write; `None` for menus that take none.
    listener: MessageHandler | None
    #: The lists that it shows in pages, in order of declaration.
    lists: tuple[ListDeclaration, ...]
    hooks: frozenset[str]

    @property
    def one_shots(self) -> list[tuple[str, Behavior | None]]:
        """What its components and forms say of the one render they trigger, each with its owner's name."""
        said = [(each.press.key, each.press.behavior) for each in self.components]
        said += [(f"@modal({form.__name__})", handler.behavior) for form, handler in self.forms.items()]
        forms: list[type[Modal]] = [*self.forms]
        forms += [each.press.opens for each in self.components if isinstance(each.press.opens, type)]
        return said + [(form.__name__, form.behavior) for form in forms]


def shape_of(cls: type, state: type[BaseModel], options: type[Options], hooks: Iterable[str]) -> MenuShape:
    """The shape of a class with these models and hooks.

    Raises `DuplicateKeyError` and `DefinitionError` for declarations that contradict each other.
    """
    components = _components(cls)
    return MenuShape(
        state=state,
        options=options,
        components=components,
        awaited=tuple(each for each in components if each.awaited),
        forms=_forms(cls),
        listener=_listener(cls),
        lists=_lists(cls),
        hooks=frozenset(hooks),
    )


def _members(cls: type, kind: type) -> dict[str, Any]:
    """The attributes of one kind, in order of declaration, bases first; a rebound name counts once."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in base.__dict__.items():
            if isinstance(value, kind):
                found[name] = value
            else:
                found.pop(name, None)
    return found


def _components(cls: type) -> tuple[ComponentDeclaration[Any], ...]:
    components: dict[str, ComponentDeclaration[Any]] = {}
    for declaration in _members(cls, ComponentDeclaration).values():
        other = components.setdefault(declaration.press.key, declaration)
        if other is not declaration:
            raise DuplicateKeyError(
                f"{cls.__name__}: the components {other.name} and {declaration.name} have one key, "
                f"{declaration.press.key!r}: give one of them another"
            )
    return tuple(components.values())


def _forms(cls: type) -> dict[type[Modal], ModalHandler]:
    handlers: dict[type[Modal], ModalHandler] = {}
    for name, handler in _members(cls, ModalHandler).items():
        if handler.form in handlers:
            raise DefinitionError(f"{cls.__name__}.{name}: {handler.form.__name__} has two handlers")
        handlers[handler.form] = handler
    return handlers


def _listener(cls: type) -> MessageHandler | None:
    handlers = _members(cls, MessageHandler)
    if len(handlers) > 1:
        raise DefinitionError(
            f"{cls.__name__} has {len(handlers)} message handlers, {' and '.join(handlers)}: it may have one"
        )
    return next(iter(handlers.values()), None)


def _lists(cls: type) -> tuple[ListDeclaration, ...]:
    lists = tuple(_members(cls, ListDeclaration).values())
    main = [each.name for each in lists if each.paging.main]
    if len(main) > 1:
        raise DefinitionError(
            f"{cls.__name__}: {' and '.join(main)} have main=True: the reserved row turns the pages of one"
        )
    return lists
