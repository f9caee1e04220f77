"""Texts: every sentence can be replaced, by one that can be shown."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import discord
import pytest

from flowcord import DefinitionError, EndReason, SessionEnd, Texts
from flowcord.menu.texts import resolve_texts

NAMES = [field.name for field in fields(Texts) if field.name != "locales"]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_a_default_and_may_be_replaced(name: str) -> None:
    assert getattr(Texts(), name)
    assert getattr(Texts(**{name: "other"}), name) == "other"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", None, 3])
def test_a_text_is_a_sentence(name: str, text: Any) -> None:
    with pytest.raises(DefinitionError, match=rf"Texts\.{name} is a sentence"):
        Texts(**{name: text})


@pytest.mark.parametrize("name", ["error", "unavailable", "unavailable_check", "expired"])
@pytest.mark.parametrize("text", ["{code}", "{}", "{", "}", "{incident.x}", "{command.x}", "{0}", "{!}"])
def test_a_text_that_could_not_be_filled_in_is_refused_when_it_is_made(name: str, text: str) -> None:
    with pytest.raises(DefinitionError, match=rf"Texts\.{name} cannot be filled in: it may have"):
        Texts(**{name: text})


def test_a_brace_of_its_own_is_written_twice_where_something_is_filled_in() -> None:
    texts = Texts(error="{{{incident}}}", back="{Back}")
    end = SessionEnd(EndReason.ERROR, incident="7f")
    assert (end.text(texts), texts.back) == ("{7f}", "{Back}")


@pytest.mark.case("S17")
@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (EndReason.CLOSED, "closed"),
        (EndReason.CANCELLED, "closed"),
        (EndReason.TIMEOUT, "timeout"),
        (EndReason.SHUTDOWN, "shutdown"),
    ],
)
def test_each_end_has_its_sentence(reason: EndReason, name: str) -> None:
    assert SessionEnd(reason).text(Texts()) == getattr(Texts(), name)


@pytest.mark.parametrize("name", ["counter", "page"])
def test_numbers_of_pages_are_filled_in(name: str) -> None:
    assert getattr(Texts(**{name: "{page:>2}/{pages}"}), name).format(page=1, pages=3) == " 1/3"
    with pytest.raises(DefinitionError, match=rf"Texts\.{name} cannot be filled in: it may have {{page}}"):
        Texts(**{name: "{number}"})


@pytest.mark.parametrize("name", ["back", "counter", "continue_"])
def test_a_label_over_discords_limit_is_refused(name: str) -> None:
    Texts(**{name: "x" * 80}, closed="x" * 81)
    with pytest.raises(DefinitionError, match=rf"Texts\.{name} is the label of a button.*this has 81"):
        Texts(**{name: "x" * 81})


def texts(levels: list[Texts], locale: str = "en-US") -> Texts:
    return resolve_texts(levels, locale)


def test_the_first_level_that_has_a_text_wins() -> None:
    said = texts([Texts(back="Return"), Texts(back="Leave", next="On")])
    assert (said.back, said.next, said.cancel) == ("Return", "On", "Cancel")


def test_a_text_that_is_given_counts_even_if_it_is_the_default() -> None:
    assert texts([Texts(back="Back"), Texts(back="Leave")]).back == "Back"


def test_a_language_goes_before_what_its_own_level_says_and_not_before_a_nearer_level() -> None:
    app = Texts(back="Return", locales={"de": Texts(back="Zurück", next="Weiter")})
    assert texts([Texts(), app], "de").back == "Zurück"
    assert texts([Texts(), app], "fr").back == "Return"
    assert texts([Texts(back="Home"), app], "de").back == "Home"
    assert texts([Texts(back="Home"), app], "de").next == "Weiter"


def test_a_language_stands_for_all_of_its_locales() -> None:
    spanish = Texts(locales={"es": Texts(back="Volver", next="Más"), "es-419": Texts(back="Regresar")})
    assert (texts([spanish], "es-ES").back, texts([spanish], "es-ES").next) == ("Volver", "Más")
    assert (texts([spanish], "es-419").back, texts([spanish], "es-419").next) == ("Regresar", "Más")


def test_a_locale_may_be_given_as_discord_py_has_it() -> None:
    german = Texts(locales={discord.Locale.german: Texts(back="Zurück")})
    assert texts([german], "de").back == "Zurück"
    assert hash(german) == hash(Texts())


@pytest.mark.parametrize(
    ("locales", "problem"),
    [
        ({"de-AT": Texts()}, "has 'de-AT', which is none of Discord's: .*de.*en-US"),
        ({3: Texts()}, "has 3, which is none of Discord's"),
        ({"de": "Zurück"}, r"locales\['de'\] is a Texts\(...\) without locales"),
        ({"de": Texts(locales={"en": Texts()})}, r"locales\['de'\] is a Texts\(...\) without locales"),
        ("de", "maps locales to Texts"),
    ],
)
def test_what_is_no_locale_is_refused(locales: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Texts(locales=locales)
