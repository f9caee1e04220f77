"""Forms: opened at once, taken back once, and only where they were opened."""

from __future__ import annotations

from typing import Any, ClassVar

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    Button,
    Flow,
    Menu,
    MenuContext,
    Modal,
    Screen,
    button,
    go_to,
    guard,
    modal,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, Input, simulated, takes

STALE = "That button belongs to an earlier page of this menu."


class NameForm(Modal, title="Your name"):
    name_label = discord.ui.Label(text="name", component=discord.ui.TextInput(required=False))

    @property
    def name(self) -> str:
        return self.name_label.component.value


class TownForm(Modal, title="Your town"):
    town_label = discord.ui.Label(text="town", component=discord.ui.TextInput())


class NoteForm(Modal, title="A note"):
    note_label = discord.ui.Label(text="note", component=discord.ui.TextInput(required=False))


@slash("profile", description="Asks who you are")
class Profile(Menu):
    log: ClassVar[list[str]] = []
    locked: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def render(self) -> Screen:
        Profile.log.append("render")
        return page("Profile", *self.lines)

    async def on_action(self, ctx: MenuContext) -> None:
        Profile.log.append("on_action")

    @button("Name", opens=NameForm)
    async def set_name(self, ctx: MenuContext, form: NameForm) -> None:
        Profile.log.append("submit")
        self.lines.append(f"name={form.name}")

    def filled(self) -> NameForm:
        form = NameForm()
        form.name_label.component.default = "as before"
        return form

    @button("Again", opens=filled)
    async def again(self, ctx: MenuContext, form: NameForm) -> None:
        self.lines.append(f"again={form.name}")

    @modal(TownForm)
    async def set_town(self, ctx: MenuContext, form: TownForm) -> None:
        self.lines.append(f"town={form.town_label.component.value}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.lines.append("+1")

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await takes(ctx, 5)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    @button("Locked", opens=NameForm, guard=guard(lambda _menu, _ctx: not Profile.locked, "no"))
    async def unlock(self, ctx: MenuContext, form: NameForm) -> None:
        self.lines.append("unlocked")


class Towns(Profile):
    """The same, with buttons made in `render` that open forms."""

    def render(self) -> Screen:
        town, note = Button("Town", opens=TownForm), Button("Note", opens=NoteForm)
        return Screen(embed=page("Towns", *self.lines).embeds[0], components=[town, note])


class ProfileFlow(Flow):
    kind = "profile"
    menus = (Profile, D)


@pytest.fixture(autouse=True)
def _clean() -> None:
    Profile.log.clear()
    Profile.locked = False


def default_of(opened: Input) -> Any:
    """What stands in the first field of an opened form."""
    assert opened.result.modal is not None
    return opened.result.modal["components"][0]["component"].get("value")


@pytest.mark.case("S111")
async def test_a_form_is_opened_and_submitted_by_one_call_each_any_number_of_times() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        for count in (1, 2):
            Profile.log.clear()
            with world.requests() as made:
                form = await world.ann.click(menu, "Name")
            assert made == ["modal"]
            assert form.result.modal["title"] == "Your name"
            assert "render" not in Profile.log
            with world.requests() as made:
                await world.ann.submit(form, name="Alice")
            assert made == ["update"]
            assert Profile.log[-2:] == ["submit", "render"]
            assert menu.lines == ["name=Alice"] * count


@pytest.mark.case("S111")
async def test_each_button_opens_its_own_form_and_a_method_fills_one() -> None:
    async with simulated(Bot(Towns)) as world:
        menu = await world.ann.open_with(Towns)
        town = await world.ann.click(menu, "Town")
        assert town.result.modal["title"] == "Your town"
        await world.ann.submit(town, town="Rome")
        again = await world.ann.click(menu, "Again")
        assert default_of(again) == "as before"
        await world.ann.submit(again, name="new")
        assert menu.lines == ["town=Rome", "again=new"]


@pytest.mark.case("S113")
async def test_a_form_that_is_dismissed_disturbs_nothing() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        await world.ann.click(menu, "Name")
        await world.ann.click(menu, "+1")
        assert menu.lines == ["+1"]
        await world.advance(299)
        await world.ann.click(menu, "Name")
        await world.advance(299)
        assert menu.title == "Profile"
        await world.advance(1)
        assert menu.content == "*This interaction has timed out.*"


@pytest.mark.case("S113")
async def test_a_form_without_a_handler_renders_again() -> None:
    async with simulated(Bot(Towns)) as world:
        menu = await world.ann.open_with(Towns)
        world.trail.clear()
        await world.ann.submit(await world.ann.click(menu, "Note"), note="x")
        assert world.ran("before_render") == ["before_render Towns"]
        assert menu.lines == []


@pytest.mark.case("S114")
async def test_a_submit_after_navigation_is_stale_and_after_a_mere_render_it_is_not() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        form = await world.ann.click(menu, "Name")
        await world.ann.click(menu, "+1")
        await world.ann.submit(form, name="late")
        assert menu.lines == ["+1", "name=late"]

        form = await world.ann.click(menu, "Name")
        await world.ann.click(menu, "Go")
        with world.requests() as made:
            submitted = await world.ann.submit(form, name="too late")
        assert made == ["message"]
        assert submitted.whispered == [STALE]
        assert menu.title == "D"


@pytest.mark.case("S115")
async def test_forms_of_two_sessions_go_each_to_its_own() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        first, second = await world.ann.open("profile"), await world.ann.open("profile")
        firsts, seconds = await world.ann.click(first, "Name"), await world.ann.click(second, "Name")
        await world.ann.submit(seconds, name="second")
        await world.ann.submit(firsts, name="first")
        assert (first.lines, second.lines) == (["name=first"], ["name=second"])


async def test_two_forms_of_one_menu_may_be_open_at_once() -> None:
    async with simulated(Bot(Towns)) as world:
        menu = await world.ann.open_with(Towns, behavior=Behavior(access=Access.everyone()))
        anns, bobs = await world.ann.click(menu, "Town"), await world.bob.click(menu, "Town")
        await world.bob.submit(bobs, town="Bonn")
        await world.ann.submit(anns, town="Rome")
        assert menu.lines == ["town=Bonn", "town=Rome"]


@pytest.mark.case("S117")
async def test_a_form_waits_for_no_handler_that_runs() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        await world.ann.click(menu, "Slow")
        with world.requests() as made:
            form = await world.ann.click(menu, "Name")
        assert made == ["modal"]
        submitted = await world.ann.submit(form, name="Alice")
        await world.advance(6)
        assert submitted.acknowledged
        assert menu.lines == ["name=Alice"]


@pytest.mark.case("S36")
async def test_on_action_runs_after_the_form_is_out_and_not_for_its_submit() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        Profile.log.clear()
        form = await world.ann.click(menu, "Name")
        assert Profile.log == ["on_action"]
        await world.ann.submit(form, name="Alice")
        assert Profile.log == ["on_action", "submit", "render"]


@pytest.mark.case("S118")
async def test_a_guard_keeps_a_form_shut() -> None:
    async with simulated(Bot(ProfileFlow)) as world:
        menu = await world.ann.open("profile")
        Profile.locked = True
        with world.requests() as made:
            refused = await world.ann.click(menu, "Locked")
        assert made == ["update"]
        assert refused.result.modal is None
        assert menu.content == "no"
        Profile.locked = False
        with world.requests() as made:
            await world.ann.submit(await world.ann.click(menu, "Locked"), name="x")
        assert made == ["modal", "update"]
        assert (menu.content, menu.lines) == ("", ["unlocked"])


@pytest.mark.case("S118")
async def test_a_guard_that_takes_2_seconds_refuses_and_its_alternative_waits_its_turn() -> None:
    @slash("gate", description="Asks before it opens a form")
    class Gate(Profile):
        name = "profile"

        async def late(self, ctx: MenuContext) -> bool:
            await takes(ctx, 5)
            return True

        @button("Late", opens=NameForm, guard=guard(late, "unused"))
        async def late_form(self, ctx: MenuContext, form: NameForm) -> None: ...

        @button("Else", opens=NameForm, guard=guard(lambda _menu, _ctx: False, otherwise=go_to(D)))
        async def other_form(self, ctx: MenuContext, form: NameForm) -> None: ...

    class GateFlow(Flow):
        kind = "gate"
        menus = (Gate, D)

    async with simulated(Bot(GateFlow)) as world:
        menu = await world.ann.open("gate")
        late = await world.ann.click(menu, "Late")
        await world.advance(2)
        assert late.acknowledged
        assert late.result.modal is None
        assert menu.content == "That is not possible right now."

        await world.ann.click(menu, "Slow")
        await world.ann.click(menu, "Else")
        await world.advance(4)
        assert menu.title == "Profile"
        await world.advance(1)
        assert menu.title == "D"
        assert menu.content == ""


async def test_a_form_method_that_raises_tells_the_user(incidents: Incidents) -> None:
    @slash("torn", description="Has a form that cannot be made")
    class Torn(Menu):
        def render(self) -> Screen:
            return page("Torn")

        def make(self) -> NameForm:
            raise LookupError

        @button("Form", opens=make)
        async def form(self, ctx: MenuContext, form: NameForm) -> None: ...

    async with simulated(Bot(Torn)) as world:
        menu = await world.ann.open("torn")
        click = await world.ann.click(menu, "Form")
        assert "report this code" in (click.whispered or [menu.content])[0]
        assert len(incidents()) == 1
        assert len(world.sessions) == 1
