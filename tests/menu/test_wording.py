"""Wording: what each menu of a flow says, decided once for each language."""

from __future__ import annotations

from typing import Any

import pytest
from discord import Locale

from flowcord import DefinitionError, Flow, Look, Menu, Reserved, Screen, Texts
from flowcord.menu.behavior import Behavior
from flowcord.menu.flow import FlowDefinition

ENGLISH, GERMAN = Locale.american_english, Locale.german


class Plain(Menu):
    def render(self) -> Screen:
        return Screen("plain")


class Base(Plain):
    texts = Texts(back="of the base", next="of the base")


class Worded(Base):
    texts = Texts(back="of the menu")
    reserved = Reserved(cancel=Look("Leave"))


class Shop(Flow):
    menus = (Plain, Worded)
    texts = Texts(back="of the flow", cancel="of the flow", locales={"de": Texts(cancel="des Ablaufs")})


def defined(added: Any = Shop, **settings: Any) -> FlowDefinition:
    return FlowDefinition(added, default=Behavior(), override=Behavior(), **settings)


def test_a_menu_goes_before_its_bases_before_its_flow_before_the_app() -> None:
    wording = defined(texts=Texts(back="of the app", closed="of the app")).wording
    said = wording.texts(Worded, ENGLISH)
    assert (said.back, said.next, said.cancel, said.closed) == (
        "of the menu",
        "of the base",
        "of the flow",
        "of the app",
    )
    assert wording.texts(Plain, ENGLISH).back == "of the flow"
    assert wording.texts(None, GERMAN).cancel == "des Ablaufs"


def test_looks_follow_the_same_levels_and_speak_the_language_of_the_texts() -> None:
    wording = defined(reserved=Reserved(back=Look(emoji="🏠"))).wording
    assert wording.looks(Plain, GERMAN).label("cancel") == "des Ablaufs"
    assert wording.looks(Worded, GERMAN).label("cancel") == "Leave"
    assert wording.looks(Worded, GERMAN).button("back")["emoji"]["name"] == "🏠"


def test_of_a_menu_added_alone_the_menu_speaks_for_the_flow() -> None:
    assert defined(Worded).wording.texts(None, ENGLISH).back == "of the menu"


def test_it_is_decided_once_for_a_menu_and_a_language() -> None:
    wording = defined().wording
    assert wording.texts(Worded, GERMAN) is wording.texts(Worded, GERMAN)
    assert wording.looks(Worded, GERMAN) is wording.looks(Worded, GERMAN)


@pytest.mark.parametrize("base", [Menu, Flow])
@pytest.mark.parametrize("attribute", ["texts", "reserved"])
def test_what_is_no_text_and_no_look_is_refused_when_the_class_is_made(base: Any, attribute: str) -> None:
    with pytest.raises(DefinitionError, match=rf"Odd\.{attribute} is a .*\(\.\.\.\), not \{{\}}"):
        type("Odd", (base,), {attribute: {}})


def test_looks_that_together_show_nothing_are_refused_when_the_flow_is_added() -> None:
    with pytest.raises(DefinitionError, match="the reserved button back has neither label nor emoji"):
        defined(reserved=Reserved(back=Look("")))
