"""Texts: every sentence and label FlowCord itself shows to users, at any level and in any language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import cast

import discord

from flowcord.errors import DefinitionError

__all__ = ("Texts", "check_text", "check_texts", "declared_texts", "resolve_texts")

#: What is filled into which text.
_FILLED = {
    "counter": ("page", "pages"),
    "page": ("page", "pages"),
    "error": ("incident",),
    "unavailable": ("incident",),
    "unavailable_check": ("incident",),
    "expired": ("command",),
    "limit": ("link",),
}
#: Labels of buttons, of which Discord shows 80 characters.
_LABELS = frozenset({"back", "previous", "counter", "next", "cancel", "open_again", "continue_", "edit"})
_LABEL_LIMIT = 80
_LANGUAGES = {locale.value for locale in discord.Locale} | {
    locale.value.partition("-")[0] for locale in discord.Locale
}


class _Default(str):
    """A text that this level leaves to another. Not the same as one that says just this."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The framework's texts, each replaceable: on the app, on a flow, on a menu, and for a language.

    `FlowCord(client, texts=Texts(back="Return", locales={"de": Texts(back="Zurück")}))`. A menu's win over
    its flow's, those over the app's; what a level says in the language asked for wins over what it says in
    general. `locales` are Discord's (`"de"`, `"es-ES"`), or a language for all of its locales (`"es"`).
    Screens speak the owner's language, sentences for one user alone that user's.

    In sentences, `{incident}` is the id under which the log has the details, `{command}` the slash command's
    mention, `{link}` the address of the menu that is open already; in `counter` and `page`, `{page}` and
    `{pages}` are numbers. Labels have at most 80 characters.
    """

    back: str = _Default("Back")
    previous: str = _Default("◀")
    counter: str = _Default("{page} of {pages}")
    next: str = _Default("▶")
    cancel: str = _Default("Cancel")
    page: str = _Default("Page {page} of {pages}")
    closed: str = _Default("*Menu closed*")
    timeout: str = _Default("*This interaction has timed out.*")
    error: str = _Default("Something went wrong. If it keeps happening, report this code: `{incident}`")
    replaced: str = _Default("*This menu was opened again elsewhere.*")
    shutdown: str = _Default("*The bot is restarting. Please run the command again in a moment.*")
    expired: str = _Default("This menu is no longer active. Run {command} to go on.")
    expired_unnamed: str = _Default("This menu is no longer active.")
    open_again: str = _Default("Open again")
    stale: str = _Default("That button belongs to an earlier page of this menu.")
    refused: str = _Default("This menu belongs to somebody else.")
    busy: str = _Default("One moment: your last clicks are still being handled.")
    limit: str = _Default("You have this menu open already: {link}")
    guard: str = _Default("That is not possible right now.")
    continue_: str = _Default("Continue")
    edit: str = _Default("Edit")
    unavailable: str = _Default(
        "Saved data can't be reached right now. Nothing was changed. Please try again in a moment. "
        "(`{incident}`)"
    )
    unavailable_check: str = _Default(
        "Saved data can't be reached right now. Part of your change may have been saved: please check. "
        "(`{incident}`)"
    )
    locales: Mapping[str | discord.Locale, Texts] = field(
        default_factory=dict[str | discord.Locale, "Texts"], hash=False
    )

    def __post_init__(self) -> None:
        """Refuse a text that nobody could be shown: it would fail when something else has failed already."""
        for name in _names():
            check_text(name, getattr(self, name))
        object.__setattr__(self, "locales", dict(_by_language(self.locales)))

    def _spoken(self, locale: str) -> Iterator[Texts]:
        """What this level says to a reader of `locale`, the most particular first."""
        for language in (locale, locale.partition("-")[0]):
            if (particular := self.locales.get(language)) is not None:
                yield particular
        yield self


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(each.name for each in fields(Texts) if each.name != "locales")


def resolve_texts(levels: Iterable[Texts], locale: str) -> Texts:
    """The text of every key for a reader of `locale`: of `levels`, the first that has it."""
    parts = [part for level in levels for part in level._spoken(locale)]  # pyright: ignore[reportPrivateUsage]
    said: dict[str, str] = {}
    for part in parts:
        for name in _names():
            if name not in said and not isinstance(text := getattr(part, name), _Default):
                said[name] = text
    return Texts(**said)  # pyright: ignore[reportArgumentType]  # only texts are named there


def declared_texts(cls: type) -> Iterator[Texts]:
    """The texts that a class and its bases declare, the nearest class first."""
    for base in cls.__mro__:
        if (level := base.__dict__.get("texts")) is not None:
            yield level


def check_texts(cls: type) -> None:
    """Refuse a menu or flow class whose `texts` is something else."""
    level: object = getattr(cls, "texts", None)
    if not isinstance(level, Texts):
        raise DefinitionError(f"{cls.__name__}.texts is a Texts(...), not {level!r}")


def check_text(name: str, text: object, where: str | None = None) -> None:
    """Refuse a text for the key `name` that is none, could not be filled in, or is too long for a label."""
    where = where or f"Texts.{name}"
    if not isinstance(text, str) or not text:
        raise DefinitionError(f"{where} is a sentence, not {text!r}")
    filled = _FILLED.get(name)
    shown: str = text
    if filled is not None:
        shown = _filled(where, text, filled)
    if name in _LABELS and len(shown) > _LABEL_LIMIT:
        raise DefinitionError(
            f"{where} is the label of a button, of which Discord shows {_LABEL_LIMIT} characters; "
            f"this has {len(shown)}: {text!r}"
        )


def _filled(where: str, text: str, filled: tuple[str, ...]) -> str:
    try:
        return text.format(**dict.fromkeys(filled, 1 if "page" in filled else ""))
    except (LookupError, ValueError, AttributeError):
        allowed = " and ".join(f"{{{each}}}" for each in filled)
        raise DefinitionError(
            f"{where} cannot be filled in: it may have {allowed}, and other braces are "
            f"written twice: {text!r}"
        ) from None


def _by_language(locales: object) -> Iterator[tuple[str, Texts]]:
    if not isinstance(locales, Mapping):
        raise DefinitionError(f"Texts.locales maps locales to Texts(...), not {locales!r}")
    for key, texts in cast("Mapping[object, object]", locales).items():
        locale = key.value if isinstance(key, discord.Locale) else key
        if locale not in _LANGUAGES:
            raise DefinitionError(
                f"Texts.locales has {key!r}, which is none of Discord's: {', '.join(sorted(_LANGUAGES))}"
            )
        if not isinstance(texts, Texts) or texts.locales:
            raise DefinitionError(f"Texts.locales[{locale!r}] is a Texts(...) without locales, not {texts!r}")
        yield cast(str, locale), texts
