"""What the items of a form deliver, and what stands in a form that was refused."""

from __future__ import annotations

from typing import Any, ClassVar

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    DefinitionError,
    FlowCord,
    GuardFailed,
    Menu,
    MenuContext,
    Modal,
    Screen,
    button,
    modal,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import page
from tests.simcord.world import Bot, Input, simulated

Item = Any


VALUES = ("red", "blue", "17")
RADIOS = [discord.RadioGroupOption(label=each.upper(), value=each) for each in VALUES]
BOXES = [discord.CheckboxGroupOption(label=each.upper(), value=each) for each in VALUES]
COLOURS = [discord.SelectOption(label=each.upper(), value=each) for each in VALUES]


def label(text: str, component: Item) -> Item:
    return discord.ui.Label(text=text, component=component)


class Choices(Modal, title="Choices"):
    intro: Item = discord.ui.TextDisplay("Choose")
    colour: Item = label("colour", discord.ui.Select(options=COLOURS, required=False, max_values=2))
    size: Item = label("size", discord.ui.RadioGroup(options=RADIOS, required=False))
    extras: Item = label(
        "extras",
        discord.ui.CheckboxGroup(options=BOXES, required=False, min_values=0, max_values=3),
    )
    sure: Item = label("sure", discord.ui.Checkbox())

    @property
    def given(self) -> tuple[Any, ...]:
        return (
            self.colour.component.values,
            self.size.component.value,
            self.extras.component.values,
            self.sure.component.value,
        )


class Objects(Modal, title="Objects"):
    users: Item = label("users", discord.ui.UserSelect(required=False, max_values=2))
    roles: Item = label("roles", discord.ui.RoleSelect(required=False))
    either: Item = label("either", discord.ui.MentionableSelect(required=False, max_values=3))
    places: Item = label("places", discord.ui.ChannelSelect(required=False))
    files: Item = label("files", discord.ui.FileUpload(required=False, min_values=0, max_values=2))

    @property
    def given(self) -> tuple[Any, ...]:
        return tuple(
            getattr(self, name).component.values for name in ("users", "roles", "either", "places", "files")
        )


class Words(Modal, title="Words"):
    text: Item = label("text", discord.ui.TextInput(required=False, default="as before"))
    kind: Item = label("kind", discord.ui.RadioGroup(options=RADIOS, required=False))


@slash("forms", description="Opens forms")
class Forms(Menu):
    got: ClassVar[list[Any]] = []
    behavior = Behavior(access=Access.everyone())

    def render(self) -> Screen:
        return page("Forms", *map(str, self.got))

    @button("Choices", opens=Choices)
    async def choices(self, ctx: MenuContext, form: Choices) -> None:
        self.got.append(form.given)

    @button("Objects", opens=Objects)
    async def objects(self, ctx: MenuContext, form: Objects) -> None:
        self.got.append(form.given)

    @button("Words", opens=Words)
    async def words(self, ctx: MenuContext, form: Words) -> None:
        if len(form.text.component.value) > 5:
            raise GuardFailed("too long")
        self.got.append(form.text.component.value)

    @button("Other words", opens=Words)
    async def other_words(self, ctx: MenuContext, form: Words) -> None: ...

    @button("Mods", opens=Words, access=Access.predicate(lambda user: Forms.open_to_all))
    async def mods(self, ctx: MenuContext, form: Words) -> None:
        self.got.append("mods")

    open_to_all: ClassVar[bool] = True


@pytest.fixture(autouse=True)
def _clean() -> None:
    Forms.got.clear()
    Forms.open_to_all = True


def shown_text(opened: Input) -> str | None:
    assert opened.result.modal is not None
    return opened.result.modal["components"][0]["component"].get("value")


@pytest.mark.case("S119")
async def test_choices_arrive_as_they_were_made_and_optional_ones_empty() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.submit(
            await world.ann.click(menu, "Choices"),
            colour=["blue", "17"],
            size="red",
            extras=["17", "red"],
            sure=True,
        )
        await world.ann.submit(await world.ann.click(menu, "Choices"))
        assert Forms.got == [(["blue", "17"], "red", ["17", "red"], True), ([], None, [], False)]


@pytest.mark.case("S119")
async def test_objects_and_files_arrive_resolved_in_the_order_in_which_they_were_chosen() -> None:
    async with simulated(Bot(Forms)) as world:
        role = world.guild.create_role("mod")
        menu = await world.ann.open("forms")
        ann, bob = world.ann.actor, world.bob.actor
        await world.ann.submit(
            await world.ann.click(menu, "Objects"),
            users=[bob, ann],
            roles=[role],
            either=[role, bob],
            places=[world.channel],
            files=[("a.txt", b"a"), ("b.txt", b"b")],
        )
        await world.ann.submit(await world.ann.click(menu, "Objects"))
        first, empty = Forms.got
        users, roles, either, places, files = first
        assert [each.id for each in users] == [bob.id, ann.id]
        assert all(isinstance(each, discord.Member) for each in users)
        assert [each.id for each in roles] == [role.id]
        assert [each.id for each in either] == [role.id, bob.id]
        assert [each.id for each in places] == [world.channel.id]
        assert all(isinstance(each, discord.Attachment) for each in files)
        assert [each.filename for each in files] == ["a.txt", "b.txt"]
        assert empty == ([], [], [], [], [])


@pytest.mark.case("S119")
async def test_each_item_is_given_its_own_values_whatever_others_say() -> None:
    class Numbers(Menu):
        forms: ClassVar[list[Any]] = []

        def render(self) -> Screen:
            return page("Numbers")

        def make(self) -> Modal:
            form = Words()
            form.remove_item(form.kind)
            number = str(self.session.owner.id)
            form.add_item(label("number", discord.ui.Select(options=[discord.SelectOption(label=number)])))
            form.add_item(label("who", discord.ui.UserSelect(required=False)))
            return form

        @button("Form", opens=make)
        async def got(self, ctx: MenuContext, form: Words) -> None:
            self.forms.append(form)

        @button("Choices", opens=Choices)
        async def choices(self, ctx: MenuContext, form: Choices) -> None:
            self.forms.append(form)

    async with simulated(Bot(Numbers)) as world:
        menu = await world.ann.open_with(Numbers)
        number = str(world.ann.id)
        await world.ann.submit(await world.ann.click(menu, "Form"), number=[number], who=[world.ann.actor])
        _, chosen, who = (each.component for each in Numbers.forms[0].children)
        assert chosen.values == [number]
        assert [each.id for each in who.values] == [world.ann.id]

        for colour in ("red", "blue"):
            await world.ann.submit(await world.ann.click(menu, "Choices"), colour=[colour])
        assert [each.colour.component.values for each in Numbers.forms[1:]] == [["red"], ["blue"]]


@pytest.mark.case("S120")
async def test_a_refused_submit_prefills_the_next_opening_once() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.submit(await world.ann.click(menu, "Words"), text="much too long", kind="blue")
        assert menu.content == ""
        again = await world.ann.click(menu, "Words")
        assert shown_text(again) == "much too long"
        assert [each["default"] for each in again.result.modal["components"][1]["component"]["options"]] == [
            False,
            True,
            False,
        ]
        assert shown_text(await world.ann.click(menu, "Words")) == "as before"


@pytest.mark.case("S120")
async def test_what_was_typed_is_for_the_same_form_of_the_same_user_in_the_same_visit() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        await world.ann.submit(await world.ann.click(menu, "Words"), text="much too long")
        assert shown_text(await world.ann.click(menu, "Other words")) == "as before"
        assert shown_text(await world.bob.click(menu, "Words")) == "as before"
        assert shown_text(await world.ann.click(menu, "Words")) == "much too long"


@pytest.mark.case("S104")
async def test_a_submit_is_checked_against_the_access_of_its_component_again() -> None:
    async with simulated(Bot(Forms)) as world:
        menu = await world.ann.open("forms")
        form = await world.bob.click(menu, "Mods")
        Forms.open_to_all = False
        submitted = await world.bob.submit(form, text="x")
        assert submitted.whispered == ["This menu belongs to somebody else."]
        assert Forms.got == []
        Forms.open_to_all = True
        await world.bob.submit(await world.bob.click(menu, "Mods"), text="x")
        assert Forms.got == ["mods"]


class Posted(Modal, title="Posted", behavior=Behavior(cleanup="post_and_strip")):
    text: Item = label("text", discord.ui.TextInput(required=False))


class Secret(Modal, title="Secret", behavior=Behavior(ephemeral=True)):
    text: Item = label("text", discord.ui.TextInput(required=False))


@pytest.mark.case("S130")
async def test_a_form_says_how_the_screen_after_it_is_shown_once_and_its_button_what_is_left() -> None:
    @slash("posts", description="Posts what was written")
    class Posts(Menu):
        def render(self) -> Screen:
            return page("Posts")

        @button("Post", opens=Posted, behavior=Behavior(cleanup="post_and_delete", ephemeral=True))
        async def post(self, ctx: MenuContext, form: Posted) -> None: ...

        @button("Secret", opens=Secret)
        async def secret(self, ctx: MenuContext, form: Secret) -> None: ...

        @button("+1")
        async def add(self, ctx: MenuContext) -> None: ...

    async with simulated(Bot(Posts)) as world:
        menu = await world.ann.open("posts")
        posted = (await world.ann.submit(await world.ann.click(menu, "Post"), text="x")).shown
        assert posted.ephemeral
        assert (menu.title, menu.labels) == ("Posts", [])
        public = (await world.ann.click(posted, "+1")).shown
        assert not public.ephemeral
        secret = (await world.ann.submit(await world.ann.click(public, "Secret"), text="x")).shown
        assert secret.ephemeral


@pytest.mark.case("S135")
async def test_a_form_cannot_show_a_menu_of_many_to_one_nor_say_more_than_of_one_screen(
    incidents: Incidents,
) -> None:
    with pytest.raises(DefinitionError, match="the form Wrong sets timeout"):

        class Wrong(Modal, title="x", behavior=Behavior(timeout=3)): ...

    class Known(Forms):
        @button("Secret", opens=Secret)
        async def secret(self, ctx: MenuContext, form: Secret) -> None: ...

    class Later(Forms):
        def make(self) -> Secret:
            return Secret()

        @button("Secret", opens=make)
        async def secret(self, ctx: MenuContext, form: Secret) -> None: ...

    class Bare(Menu):
        behavior = Forms.behavior

        def render(self) -> Screen:
            return page("Bare")

        @modal(Secret)
        async def secret(self, ctx: MenuContext, form: Secret) -> None: ...

    for menu in (Known, Bare):
        with pytest.raises(DefinitionError, match="Secret would show the menu to one user alone"):
            FlowCord(discord.Client(intents=discord.Intents.default())).add(menu)
    async with simulated(Bot(Later)) as world:
        shown = await world.ann.open_with(Later)
        opened = await world.ann.click(shown, "Secret")
        assert opened.result.modal is None
        assert len(opened.whispered) == len(incidents()) == 1
