"""Modals: forms that a button opens, and the handlers that take what was submitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import discord

from flowcord.errors import DefinitionError
from flowcord.menu.behavior import Behavior
from flowcord.menu.calling import check_takes
from flowcord.menu.one_shots import check_one_shot

__all__ = ("TITLE", "Modal", "modal")

#: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal
TITLE = 45


class Modal(discord.ui.Modal):
    """A form: subclass it with discord.py's own items.

    ```python
    class NameForm(Modal, title="Your name"):
        name = discord.ui.Label(text="Name", component=discord.ui.TextInput(max_length=40))
    ```

    A button opens it with `opens=NameForm`, or with a method that returns a filled one; the method
    decorated with `@modal(NameForm)` gets it back as `(ctx, form)`. What a guard refused stands in the form
    when the same user opens it again, once.

    The title has at most 45 characters. `behavior` says how the one screen after its submit is shown, before
    what the button says of it: `ephemeral`, `cleanup`, `ephemeral_fallback`, `closed_message`.
    """

    behavior: ClassVar[Behavior | None] = None

    # Without a title of its own a form is called what its class is called.
    def __init_subclass__(
        cls, *, title: str | None = None, behavior: Behavior | None = None, **kwargs: Any
    ) -> None:
        title = cls.__name__ if title is None else title
        if not 1 <= len(title) <= TITLE:
            raise DefinitionError(f"{cls.__name__}: its title has {len(title)} characters, not 1 to {TITLE}")
        if behavior is not None:
            cls.behavior = behavior
        if cls.behavior is not None:
            check_one_shot(cls.behavior, f"the form {cls.__name__}")
        super().__init_subclass__(title=title, **kwargs)


Opens = type[Modal] | Callable[..., Modal | Awaitable[Modal]]


class ModalHandler:
    """A method marked by `@modal(Form)`."""

    __slots__ = ("behavior", "form", "function")

    def __init__(self, form: type[Modal], function: Callable[..., Any], behavior: Behavior | None) -> None:
        self.form = form
        self.function = function
        #: For the one screen that follows a submit.
        self.behavior = behavior

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else self.function.__get__(instance, owner)


def modal(
    form: type[Modal], *, behavior: Behavior | None = None
) -> Callable[[Callable[..., Any]], ModalHandler]:
    """Mark the method `(self, ctx, form)` that handles submits of `form`.

    `behavior` is for the one screen that follows a submit, as for `Button`.
    """
    if not (isinstance(form, type) and issubclass(form, Modal)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"@modal takes a subclass of Modal, not {form!r}")
    if behavior is not None:
        check_one_shot(behavior, f"@modal({form.__name__})")

    def mark(function: Callable[..., Any]) -> ModalHandler:
        check_takes(f"@modal({form.__name__})", function, "self", "ctx", "form")
        return ModalHandler(form, function, behavior)

    return mark
