"""Texts: every sentence can be replaced, by one that can be shown."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from flowcord import DefinitionError, EndReason, SessionEnd, Texts

NAMES = [field.name for field in fields(Texts)]


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
