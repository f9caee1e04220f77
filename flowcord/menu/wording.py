"""Wording: what a flow's menus say and how their reserved buttons look, decided once for each language."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from flowcord.menu.reserved import Reserved, ReservedLooks, declared_reserved
from flowcord.menu.texts import Texts, declared_texts, resolve_texts

__all__ = ("Wording",)


class Wording:
    """The texts and looks of each menu of a flow. A menu's win over its flow's, those over the app's."""

    __slots__ = ("_decided", "_flow", "_reserved", "_texts")

    def __init__(self, flow: type | None, texts: Texts, reserved: Reserved) -> None:
        self._flow = flow
        self._texts = texts
        self._reserved = reserved
        self._decided: dict[tuple[type | None, str], tuple[Texts, ReservedLooks]] = {}

    def texts(self, menu: type | None, locale: discord.Locale) -> Texts:
        """What `menu` (or, with `None`, the flow for itself) says to a reader of this locale."""
        return self._of(menu, locale)[0]

    def looks(self, menu: type | None, locale: discord.Locale) -> ReservedLooks:
        """How its reserved buttons look. Raises `DefinitionError` for one with neither label nor emoji."""
        return self._of(menu, locale)[1]

    def check(self, menus: Iterable[type]) -> None:
        """Refuse looks that go together in no language, before anybody sees them."""
        for menu in menus:
            self.looks(menu, discord.Locale.american_english)

    def _of(self, menu: type | None, locale: discord.Locale) -> tuple[Texts, ReservedLooks]:
        key = (menu, locale.value)
        decided = self._decided.get(key)
        if decided is None:
            decided = self._decided[key] = self._decide(menu, locale.value)
        return decided

    def _decide(self, menu: type | None, locale: str) -> tuple[Texts, ReservedLooks]:
        classes = [each for each in (menu, self._flow) if each is not None]
        texts = [level for each in classes for level in declared_texts(each)]
        reserved = [level for each in classes for level in declared_reserved(each)]
        said = resolve_texts((*texts, self._texts), locale)
        return said, ReservedLooks((*reserved, self._reserved), said)
