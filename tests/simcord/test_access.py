"""Who may click, asked afresh for every click; everybody else gets an answer."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import Access, Behavior, Menu, MenuContext, Screen, button, guard, slash
from tests.simcord.conftest import Incidents
from tests.simcord.menus import MFlow
from tests.simcord.world import Bot, Person, Shown, World, simulated

REFUSED = "This menu belongs to somebody else."


async def allowed(world: World, menu: Shown, *people: Person) -> list[bool]:
    """Which of these people's clicks on `+1` count."""
    answers = []
    for person in people:
        before = menu.lines
        clicked = await person.click(menu, "+1")
        assert clicked.whispered == ([] if menu.lines != before else [REFUSED])
        answers.append(menu.lines != before)
    return answers


async def open_for(access: Access, world: World) -> Shown:
    return await world.ann.open_with(MFlow, behavior=Behavior(access=access))


@pytest.mark.case("S102")
async def test_only_the_owner_may_click_by_default() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await world.ann.open("m")
        world.trail.clear()
        assert await allowed(world, menu, world.bob, world.ann) == [False, True]
        assert world.ran("on_action") == ["on_action M"]


@pytest.mark.case("S102")
async def test_listed_users_may_click_and_the_owner_unless_left_out() -> None:
    async with simulated(Bot(MFlow)) as world:
        people = world.ann, world.bob, world.join("cem")
        menu = await open_for(Access.users(world.bob.id), world)
        assert await allowed(world, menu, *people) == [True, True, False]
        menu = await world.ann.open_with(
            MFlow, behavior=Behavior(access=Access.users(world.bob.id, owner=False))
        )
        assert await allowed(world, menu, *people) == [False, True, False]


@pytest.mark.case("S102", "S103")
async def test_roles_are_those_of_the_moment() -> None:
    async with simulated(Bot(MFlow)) as world:
        role = world.guild.create_role("mod")
        dee = world.join("dee", roles=[role])
        menu = await open_for(Access.roles(role.id, owner=False), world)
        assert await allowed(world, menu, world.ann, dee) == [False, True]
        world.env.backend.get_guild(world.guild.id).members[dee.id].role_ids.remove(role.id)
        assert await allowed(world, menu, dee) == [False]


@pytest.mark.case("S102")
async def test_a_predicate_decides_and_one_that_raises_refuses(incidents: Incidents) -> None:
    async def named_bob(user: Any) -> bool:
        return user.name == "bob"

    async with simulated(Bot(MFlow)) as world:
        menu = await open_for(Access.predicate(named_bob), world)
        assert await allowed(world, menu, world.ann, world.bob) == [False, True]
        menu = await world.ann.open_with(
            MFlow, behavior=Behavior(access=Access.predicate(lambda user: user.name[99] == ""))
        )
        assert incidents() == []
        assert await allowed(world, menu, world.ann) == [False]
        assert len(incidents()) == 1


@pytest.mark.case("S102")
async def test_everyone_may_mean_everyone() -> None:
    async with simulated(Bot(MFlow)) as world:
        menu = await open_for(Access.everyone(), world)
        assert await allowed(world, menu, world.ann, world.bob) == [True, True]


@slash("desk", description="Open to all but for one button")
class Desk(Menu):
    behavior = Behavior(access=Access.everyone())

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []

    def render(self) -> Screen:
        return Screen("Desk: " + " ".join(self.log))

    @button("Knock")
    async def knock(self, ctx: MenuContext) -> None:
        self.log.append(f"knock:{ctx.user.name}")

    @button("Rule", access=Access.predicate(lambda user: user.name == "ann"))
    async def rule(self, ctx: MenuContext) -> None:
        self.log.append(f"rule:{ctx.user.name}")

    @button("Leave", guard=guard(lambda _menu, ctx: ctx.user.name == "ann", "Only Ann can leave."))
    async def depart(self, ctx: MenuContext) -> None:
        self.log.append(f"leave:{ctx.user.name}")


@pytest.mark.case("S104", "S105")
async def test_a_button_may_be_for_fewer_than_its_menu() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        refused = await world.bob.click(menu, "Rule")
        assert refused.whispered == [REFUSED]
        await world.bob.click(menu, "Knock")
        await world.ann.click(menu, "Rule")
        assert menu.content == "Desk: knock:bob rule:ann"


@pytest.mark.case("S105")
async def test_what_fails_for_a_visitor_is_told_to_the_visitor_alone() -> None:
    async with simulated(Bot(Desk)) as world:
        menu = await world.ann.open("desk")
        with world.requests() as made:
            failed = await world.bob.click(menu, "Leave")
        assert made == ["defer", "followup"]
        assert failed.whispered == ["Only Ann can leave."]
        assert menu.content == "Desk: "
