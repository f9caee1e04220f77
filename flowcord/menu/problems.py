"""Problems: what a model says is wrong with a form, in words for whoever filled it in."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

__all__ = ("Problem", "problems_of")

#: Characters of one problem that are shown; a validator's own sentence may be of any length.
_SENTENCE = 250


class Problem(NamedTuple):
    """What is wrong with the answers: with one field, or (`None`) with all of them together."""

    field: str | None
    sentence: str


def problems_of(error: ValidationError, fields: Container[object]) -> list[Problem]:
    """One problem for each field, in words for whoever filled in the form."""
    found: dict[str | None, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = detail["loc"][0] if detail["loc"] else None
        field = str(place) if place in fields else None
        found.setdefault(field, Problem(field, _sentence(cast("dict[str, Any]", detail))))
    return list(found.values())


def _sentence(detail: Mapping[str, Any]) -> str:
    """What pydantic says, without its own words for types and values."""
    raised, kind = detail.get("ctx", {}).get("error"), str(detail["type"])
    if isinstance(raised, Exception):  # the model's own validator
        sentence = str(raised)
    elif kind == "is_instance_of":
        sentence = "Not available here"
    else:
        sentence = str(detail["msg"]).removeprefix("Input ")
        if kind.endswith("_parsing"):
            sentence = sentence.partition(", ")[0]  # how it could not be read is pydantic's affair
    sentence = " ".join(sentence.split()) or "Not valid"
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if len(sentence) <= _SENTENCE else sentence[: _SENTENCE - 1] + "…"
