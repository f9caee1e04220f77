"""Launcher: a stateless button, for any message, that opens a menu for whoever clicks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from flowcord.errors import DefinitionError, DuplicateKeyError, UnknownMenuError
from flowcord.menu.apps import open_apps
from flowcord.menu.flow import Flow, is_flow
from flowcord.menu.menu import Menu, is_menu

if TYPE_CHECKING:
    from flowcord.menu.flow import AnyMenu

__all__ = ("Launcher", "panel", "required_options")

#: https://discord.com/developers/docs/components/reference#action-row: five rows of five buttons.
_BUTTONS = 25


class Launcher:
    """A button that opens a flow, or a menu that a flow begins with, in a message of its own.

    It belongs to no session: it works for months, for everybody and after every restart, wherever its id
    stands, with the access, visibility and limits of a command. `await flows.post(channel, "Shop",
    launchers=[Launcher(ShopFlow, label="Enter")])` sends one; `to_item()` fits any view.

    - `label`, `emoji`: at least one of them; `style`: any but a link's.

    Raises `DefinitionError` for a menu that needs options, or that no flow begins with.
    """

    __slots__ = ("_style", "target")

    def __init__(
        self,
        target: type[Flow] | type[Menu[Any, Any, Any]],
        *,
        label: str | None = None,
        style: discord.ButtonStyle = discord.ButtonStyle.primary,
        emoji: str | discord.Emoji | discord.PartialEmoji | None = None,
    ) -> None:
        if not is_flow(target) and not is_menu(target):
            raise DefinitionError(f"Launcher opens a subclass of Flow or Menu, not {target!r}")
        if not label and emoji is None:
            raise DefinitionError(f"Launcher({target.__name__}) needs a label or an emoji")
        if style in (discord.ButtonStyle.link, discord.ButtonStyle.premium):
            raise DefinitionError(
                f"Launcher({target.__name__}): Discord tells nobody of a click on a {style.name} button"
            )
        self.target = target
        self._style: dict[str, Any] = {"label": label, "style": style, "emoji": emoji}
        self._check()

    def to_item(self) -> discord.ui.Button[Any]:
        """The button, for a view or a message of one's own. Raises `DefinitionError` as the class does."""
        return self.item_of(self._check())

    def item_of(self, kind: str) -> discord.ui.Button[Any]:
        """The button, for the flow of this kind."""
        # The form that `wire.custom_id.LauncherId` reads.
        return discord.ui.Button(custom_id=f"fc:{kind}:open", **self._style)

    def _check(self) -> str:
        """The kind of the flow that it opens, as far as that is known before `add`."""
        target = self.target
        entry = target.menus[0] if issubclass(target, Flow) else target
        if missing := required_options(entry):
            raise DefinitionError(
                f"Launcher({target.__name__}): nobody gives {entry.__name__} its options "
                f"{', '.join(missing)}; launch a menu without required ones"
            )
        kinds: list[str] = []
        refusal: DefinitionError | None = None
        for app in open_apps():
            try:
                kinds.append(app.launched_by(target))
            except UnknownMenuError:
                continue
            except DefinitionError as error:
                refusal = error
        if refusal is not None and not kinds:
            raise refusal
        own = target.kind if issubclass(target, Flow) else target.name
        return own if own in kinds or not kinds else kinds[0]


def panel(launchers: Sequence[tuple[Launcher, str]]) -> discord.ui.View:
    """A view of launchers, each with the kind of its flow, for one message: discord.py does not keep it."""
    if not 1 <= len(launchers) <= _BUTTONS:
        raise DefinitionError(f"a panel has 1 to {_BUTTONS} launchers, not {len(launchers)}")
    view = discord.ui.View(timeout=None)
    kinds: set[str] = set()
    for launcher, kind in launchers:
        if kind in kinds:
            raise DuplicateKeyError(
                f"two launchers of one panel open {kind}: Discord does not take two buttons of one id"
            )
        kinds.add(kind)
        view.add_item(launcher.item_of(kind))
    view.stop()
    return view


def required_options(menu: type[AnyMenu]) -> list[str]:
    """The options without which `menu` cannot be opened."""
    return [name for name, field in menu.shape.options.model_fields.items() if field.is_required()]
