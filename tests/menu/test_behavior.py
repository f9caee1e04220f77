"""Behavior: each field is decided by itself, by the first level that sets it."""

from __future__ import annotations

import itertools
import math
from typing import Any

import discord
import pytest
from hypothesis import given, strategies as st

from flowcord import Access, Behavior, DefinitionError, Flow, FlowCord, Menu, Screen
from flowcord.menu.behavior import UNSET, Policy, declared, resolve
from flowcord.menu.flow import FlowDefinition

ACCESS = [Access.owner(), Access.everyone(), Access.users(1)]
DEFAULTS = {"ephemeral": False, "timeout": 300.0, "lifetime": None, "clicks": "queue"}

fields = st.fixed_dictionaries(
    {},
    optional={
        "ephemeral": st.booleans(),
        "timeout": st.none() | st.integers(1, 900),
        "lifetime": st.none() | st.floats(1, 9000),
        "access": st.sampled_from(ACCESS),
        "clicks": st.sampled_from(["queue", "drop"]),
    },
)


def decided(policy: Policy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in (*DEFAULTS, "access")}


@pytest.mark.case("S127")
@given(st.lists(fields, max_size=8))
def test_the_first_level_that_sets_a_field_wins(levels: list[dict[str, Any]]) -> None:
    expected: dict[str, Any] = {}
    for level in reversed(levels):
        expected |= level
    policy = decided(resolve(Behavior(**level) for level in levels))
    access = policy.pop("access")
    if "access" in expected:
        assert access is expected.pop("access")
    else:
        assert not access.shared
    assert policy == {**DEFAULTS, **expected}


def menu_class(bases: tuple[type, ...], behavior: dict[str, Any] | None, *, override: bool) -> type[Menu]:
    attributes: dict[str, Any] = {"render": lambda self: Screen("x")}
    if behavior is not None:
        attributes["override_behavior" if override else "behavior"] = Behavior(**behavior)
    return type("Made", bases, attributes)


@pytest.mark.case("S127")
@given(st.lists(st.none() | fields, min_size=1, max_size=4), st.booleans())
def test_a_subclass_beats_its_base_field_by_field(chain: list[dict[str, Any] | None], override: bool) -> None:
    cls: type[Menu] = Menu
    expected: dict[str, Any] = {}
    for behavior in chain:
        cls = menu_class((cls,), behavior, override=override)
        expected |= behavior or {}
    merged = declared(cls, "override_behavior" if override else "behavior")
    assert {name: getattr(merged, name) for name in expected} == expected
    assert all(getattr(merged, name) is UNSET for name in {*DEFAULTS, "access"} - expected.keys())


#: The levels of the resolution, the strongest first.
LEVELS = (
    "app override",
    "flow override",
    "session override",
    "class override",
    "interaction",
    "menu",
    "kind of input",
    "session",
    "flow",
    "app",
)


def policy_of(set_at: dict[str, Behavior]) -> Policy:
    def at(level: str) -> Behavior:
        return set_at.get(level, Behavior())

    menu = type(
        "Home",
        (Menu,),
        {
            "render": lambda self: Screen("x"),
            "behavior": at("menu"),
            "override_behavior": at("class override"),
        },
    )
    flow = type(
        "Front", (Flow,), {"menus": (menu,), "behavior": at("flow"), "override_behavior": at("flow override")}
    )
    definition = FlowDefinition(flow, default=at("app"), override=at("app override"))
    own = (at("session"), at("session override"))
    return definition.policy(
        menu,
        None if own == (Behavior(), Behavior()) else own,
        once=set_at.get("interaction"),
        kind=set_at.get("kind of input"),
    )


@pytest.mark.case("S127")
@pytest.mark.parametrize(("stronger", "weaker"), list(itertools.pairwise(LEVELS)))
def test_of_two_neighbouring_levels_the_stronger_wins_and_an_explicit_false_counts(
    stronger: str, weaker: str
) -> None:
    policy = policy_of(
        {
            stronger: Behavior(ephemeral=False, cleanup="edit", timeout=None),
            weaker: Behavior(ephemeral=True, cleanup="post_and_strip", timeout=5, lifetime=9),
        }
    )
    assert (policy.ephemeral, policy.cleanup) == (False, "edit")
    assert (policy.timeout, policy.lifetime) == (None, 9)


@pytest.mark.case("S127", "S2")
def test_the_weakest_level_beats_the_frameworks_default() -> None:
    assert policy_of({}).timeout == 300
    assert policy_of({"app": Behavior(timeout=60)}).timeout == 60


def test_a_text_for_one_closed_message_is_said_of_one_component_only() -> None:
    for where in ("behavior", "override_behavior"):
        with pytest.raises(DefinitionError, match=f"Made.{where} sets closed_message, which is said of one"):
            type("Made", (Menu,), {where: Behavior(closed_message="Bye")})
    with pytest.raises(DefinitionError, match="FlowCord's behavior sets closed_message"):
        FlowCord(discord.Client(intents=discord.Intents()), behavior=Behavior(closed_message="Bye"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": "60"},
        {"timeout": True},
        {"timeout": math.nan},
        {"lifetime": 0},
        {"lifetime": False},
        {"ephemeral": None},
        {"ephemeral": "yes"},
        {"clicks": "sometimes"},
        {"clicks": ["queue"]},
        {"access": True},
        {"access": Access.owner},
    ],
    ids=repr,
)
def test_an_unknown_value_is_refused_when_the_behavior_is_made(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(DefinitionError, match=rf"Behavior\.{name} is .*: got "):
        Behavior(**wrong)


def test_unset_says_what_it_is() -> None:
    assert repr(UNSET) == "UNSET"
    assert "UNSET" in repr(Behavior())
