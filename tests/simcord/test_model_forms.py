"""Forms made from models: page after page, with a button between two of them, until all of it is valid."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any, ClassVar, Literal

import discord
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator
from simcord.components import walk_components

from flowcord import (
    Access,
    Behavior,
    Button,
    Flow,
    GuardFailed,
    Layout,
    Menu,
    MenuContext,
    Modal,
    ModelForm,
    Screen,
    StoreUnavailableError,
    button,
    form,
    modal,
    slash,
)
from tests.simcord.conftest import Incidents
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, Input, World, simulated


class Race(enum.Enum):
    ELF = "elf"
    DWARF = "dwarf"


class Hero(BaseModel):
    """Twelve fields: three pages."""

    name: str = Field(min_length=2, max_length=20)
    age: int = Field(gt=0, lt=1000)
    race: Race = Race.ELF
    born: date | None = None
    brave: bool = False

    skills: set[Literal["sing", "fight", "cook"]] = set()
    weapon: Literal["sword", "axe"] | None = None
    height: float = 1.8
    home: str = "Rome"
    gold: int = Field(0, ge=0)

    diary: str = Field("", max_length=900)
    level: int = Field(1, title="Your level", ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Hero:
        if self.level > self.age:
            raise ValueError("nobody has more levels than years")
        return self


class Short(BaseModel):
    number: int = 1


HeroForm, ShortForm = form(Hero, title="Your hero"), form(Short, title="A number")


class Leave(Modal, title="Leave"):
    why: Any = discord.ui.Label(text="why", component=discord.ui.TextInput(required=False))


@slash("heroes", description="Makes heroes")
class Heroes(Menu):
    heroes: ClassVar[list[Hero]] = []
    numbers: ClassVar[list[int]] = []
    refuse: ClassVar[str | None] = None

    def render(self) -> Screen:
        return page("Heroes", *(each.name for each in self.heroes))

    @button("New", opens=HeroForm)
    async def new(self, ctx: MenuContext, form: ModelForm[Hero]) -> None:
        if Heroes.refuse is not None:
            raise GuardFailed(Heroes.refuse)
        self.heroes.append(form.result)

    def last(self) -> ModelForm[Hero]:
        return HeroForm(self.heroes[-1])

    @button("Change", opens=last)
    async def change(self, ctx: MenuContext, form: ModelForm[Hero]) -> None:
        self.heroes[-1] = form.result

    @button("Number", opens=ShortForm)
    async def number(self, ctx: MenuContext, form: ModelForm[Short]) -> None:
        self.numbers.append(form.result.number)

    @button("Leave", opens=Leave)
    async def leave(self, ctx: MenuContext, form: Leave) -> None:
        await ctx.go_to(D)


class HeroesFlow(Flow):
    kind = "heroes"
    menus = (Heroes, D)


@pytest.fixture(autouse=True)
def _clean() -> None:
    Heroes.heroes.clear()
    Heroes.numbers.clear()
    Heroes.refuse = None


FIRST: dict[str, Any] = {"Name": "Ann", "Age": "30"}
CONRAD = Hero(
    name="Conrad",
    age=44,
    race=Race.DWARF,
    born=date(980, 1, 2),
    brave=True,
    skills={"sing", "cook"},
    weapon="axe",
    height=1.2,
    home="Bonn\nGermany",
    gold=7,
    diary="",
    level=3,
)


def fields(opened: Input) -> dict[str, Any]:
    """The labels of an opened form and what stands in each text."""
    assert opened.result.modal is not None, "no form was opened"
    return {each["label"]: each["component"].get("value") for each in opened.result.modal["components"]}


async def first_page(world: World, menu: Any) -> None:
    await world.ann.submit(await world.ann.click(menu, "New"), **FIRST)


@pytest.mark.case("S111a")
async def test_a_form_of_twelve_fields_takes_three_pages_with_continue_between_them() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        world.trail.clear()
        with world.requests() as made:
            opened = await world.ann.click(menu, "New")
            assert opened.result.modal["title"] == "Your hero"
            assert list(fields(opened)) == ["Name", "Age", "Race", "Born", "Brave"]
            await world.ann.submit(opened, Name="Ann", Age="30", Race="DWARF", Born="2001-02-03", Brave=True)
            assert menu.content == "**Your hero**\nPage 2 of 3"
            assert (menu.title, menu.labels) == (None, ["Continue", "Cancel"])

            opened = await world.ann.click(menu, "Continue")
            assert list(fields(opened)) == ["Skills", "Weapon", "Height", "Home", "Gold"]
            await world.ann.submit(opened, Skills=["sing", "cook"], Weapon="axe", Height="1.5")
            assert menu.content == "**Your hero**\nPage 3 of 3"
            assert Heroes.heroes == []

            opened = await world.ann.click(menu, "Continue")
            assert list(fields(opened)) == ["Diary", "Your level"]
            await world.ann.submit(opened, Diary="Dear\ndiary", **{"Your level": "3"})
        assert made == ["modal", "update"] * 3
        assert (menu.content, menu.lines) == ("", ["Ann"])
        assert "New" in menu.labels
        assert Heroes.heroes == [
            Hero(
                name="Ann",
                age=30,
                race=Race.DWARF,
                born=date(2001, 2, 3),
                brave=True,
                skills={"sing", "cook"},
                weapon="axe",
                height=1.5,
                diary="Dear\ndiary",
                level=3,
            )
        ]
        assert world.ran("on_action", "on_enter", "on_leave") == ["on_action Heroes"]


@pytest.mark.case("S111a")
async def test_a_page_with_an_invalid_field_shows_its_errors_and_edit_opens_it_as_it_was_typed() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        opened = await world.ann.click(menu, "New")
        await world.ann.submit(opened, Name="Ann", Age="old", Born="once", Race="DWARF")
        assert menu.content.splitlines() == [
            "**Your hero**",
            "- **Age**: Should be a valid integer",
            "- **Born**: Should be a valid date or datetime",
        ]
        assert menu.labels == ["Edit", "Cancel"]

        again = await world.ann.click(menu, "Edit")
        assert fields(again) == {"Name": "Ann", "Age": "old", "Race": None, "Born": "once", "Brave": None}
        await world.ann.submit(again, Age="30", Born="")
        assert menu.content == "**Your hero**\nPage 2 of 3"
        await world.ann.submit(await world.ann.click(menu, "Continue"), Gold="-1")
        assert menu.content == "**Your hero**\n- **Gold**: Should be greater than or equal to 0"
        await world.ann.submit(await world.ann.click(menu, "Edit"), Gold="1")
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert Heroes.heroes == [Hero(name="Ann", age=30, race=Race.DWARF, gold=1)]


@pytest.mark.case("S111a")
async def test_cancel_drops_the_form_and_shows_the_ordinary_screen() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await world.ann.submit(await world.ann.click(menu, "New"), Name="Ann", Age="old")
        edit = await world.ann.click(menu, "Edit")
        with world.requests() as made:
            await world.ann.click(menu, "Cancel")
        assert made == ["update"]
        assert (menu.title, menu.content) == ("Heroes", "")
        assert "New" in menu.labels
        late = await world.ann.submit(edit, Age="30")
        assert late.whispered == ["That button belongs to an earlier page of this menu."]
        assert Heroes.heroes == []
        assert fields(await world.ann.click(menu, "New"))["Name"] is None


@pytest.mark.case("S111a")
async def test_leaving_the_visit_drops_the_form() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        leave = await world.ann.click(menu, "Leave")
        await first_page(world, menu)
        onward = menu.buttons["Continue"]
        await world.ann.submit(leave)
        assert menu.title == "D"
        await world.ann.click(menu, "Back")
        assert menu.title == "Heroes"
        stale = await world.ann.press(menu, onward)
        assert stale.result.modal is None
        assert menu.title == "Heroes"


@pytest.mark.case("S111a")
async def test_a_page_that_is_dismissed_can_be_opened_again_and_a_refresh_leaves_the_button_there() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await first_page(world, menu)
        dismissed = await world.ann.click(menu, "Continue")
        with world.as_bot():
            world.sessions[0].refresh()
        await world.advance(1)
        assert menu.labels == ["Continue", "Cancel"]
        await world.ann.submit(await world.ann.click(menu, "Continue"), Gold="5")
        late = await world.ann.submit(dismissed, Gold="9")
        assert late.whispered == ["That button belongs to an earlier page of this menu."]
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert [each.gold for each in Heroes.heroes] == [5]


@pytest.mark.case("S111a")
async def test_what_is_wrong_with_all_of_it_may_be_changed_on_any_page() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await world.ann.submit(await world.ann.click(menu, "New"), Name="Ann", Age="3")
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        await world.ann.submit(await world.ann.click(menu, "Continue"), **{"Your level": "9"})
        for first in ("Name", "Skills", "Diary"):
            assert menu.content == "**Your hero**\n- Nobody has more levels than years"
            again = await world.ann.click(menu, "Edit")
            assert next(iter(fields(again))) == first
            await world.ann.submit(again)
        again = await world.ann.click(menu, "Edit")
        assert (fields(again)["Name"], fields(again)["Age"]) == ("Ann", "3")
        await world.ann.submit(again, Age="10")
        assert [(each.age, each.level) for each in Heroes.heroes] == [(10, 9)]
        assert menu.title == "Heroes"


@pytest.mark.case("S111a")
async def test_a_form_of_one_page_needs_no_button_unless_something_is_wrong() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await world.ann.submit(await world.ann.click(menu, "Number"), Number="2")
        assert Heroes.numbers == [2]
        await world.ann.submit(await world.ann.click(menu, "Number"), Number="two")
        assert menu.content == "**A number**\n- **Number**: Should be a valid integer"
        await world.ann.submit(await world.ann.click(menu, "Edit"), Number="")
        assert Heroes.numbers == [2, 1]
        assert menu.title == "Heroes"


@pytest.mark.case("S111")
async def test_a_form_opens_with_a_model_and_sent_as_it_is_gives_it_back() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        Heroes.heroes.append(CONRAD)
        menu = await world.ann.open("heroes")
        await world.ann.submit(await world.ann.click(menu, "Change"))
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert Heroes.heroes == [CONRAD]
        assert Heroes.heroes[0] is not CONRAD


@pytest.mark.case("S120")
async def test_what_a_guard_refused_stands_in_all_pages_of_the_next_opening_once() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await first_page(world, menu)
        await world.ann.submit(await world.ann.click(menu, "Continue"), Home="Bonn")
        Heroes.refuse = "too many heroes"
        await world.ann.submit(await world.ann.click(menu, "Continue"), Diary="x")
        assert (menu.content, menu.title) == ("too many heroes", "Heroes")

        Heroes.refuse = None
        opened = await world.ann.click(menu, "New")
        assert (fields(opened)["Name"], fields(opened)["Age"]) == ("Ann", "30")
        await world.ann.submit(opened)
        opened = await world.ann.click(menu, "Continue")
        assert fields(opened)["Home"] == "Bonn"
        await world.ann.submit(opened)
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert [(each.home, each.diary) for each in Heroes.heroes] == [("Bonn", "x")]
        assert fields(await world.ann.click(menu, "New"))["Name"] is None


async def test_an_error_of_the_handler_shows_the_ordinary_screen(incidents: Incidents) -> None:
    class Torn(Heroes):
        name = "torn"

        @modal(ShortForm)
        async def torn(self, ctx: MenuContext, form: ModelForm[Short]) -> None:
            raise LookupError

        @button("Number", opens=ShortForm)
        async def number(self, ctx: MenuContext, form: ModelForm[Short]) -> None:
            raise LookupError

    async with simulated(Bot(Torn)) as world:
        menu = await world.ann.open_with(Torn)
        await world.ann.submit(await world.ann.click(menu, "Number"))
        assert menu.title == "Heroes"
        assert "report this code" in menu.content
        assert len(incidents()) == 1


@pytest.mark.case("S152a")
async def test_nothing_typed_is_lost_when_the_store_cannot_be_reached(incidents: Incidents) -> None:
    class Stored(Heroes):
        name = "stored"
        down: ClassVar[bool] = True

        @button("New", opens=HeroForm)
        async def new(self, ctx: MenuContext, form: ModelForm[Hero]) -> None:
            if Stored.down:
                raise StoreUnavailableError("down")
            self.heroes.append(form.result)

        @button("Number", opens=ShortForm)
        async def number(self, ctx: MenuContext, form: ModelForm[Short]) -> None:
            if Stored.down:
                raise StoreUnavailableError("down")
            self.numbers.append(form.result.number)

    async with simulated(Bot(Stored)) as world:
        menu = await world.ann.open_with(Stored)
        failed = await world.ann.submit(await world.ann.click(menu, "Number"), Number="8")
        assert "Nothing was changed" in failed.whispered[0]
        assert fields(await world.ann.click(menu, "Number")) == {"Number": "8"}

        await first_page(world, menu)
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        await world.ann.submit(await world.ann.click(menu, "Continue"), Diary="x")
        assert menu.labels == ["Continue", "Cancel"]
        Stored.down = False
        again = await world.ann.click(menu, "Continue")
        assert fields(again)["Diary"] == "x"
        await world.ann.submit(again)
        assert [each.diary for each in Heroes.heroes] == ["x"]
        assert menu.title == "Heroes"
        assert fields(await world.ann.click(menu, "New"))["Name"] is None
        assert len(incidents()) == 2


async def test_a_validator_that_needs_what_was_not_asked_for_yet_decides_at_the_end(
    incidents: Incidents,
) -> None:
    class Eager(BaseModel):
        a: int = 0
        b: int = 0
        c: int = 0
        d: int = 0
        e: int = 0
        f: int

        @model_validator(mode="before")
        @classmethod
        def _all(cls, given: dict[str, Any]) -> dict[str, Any]:
            return {**given, "a": given["f"]}

    class Eagers(Menu):
        made: ClassVar[list[Eager]] = []

        def render(self) -> Screen:
            return page("Eagers")

        @button("New", opens=form(Eager))
        async def new(self, ctx: MenuContext, form: ModelForm[Eager]) -> None:
            self.made.append(form.result)

    async with simulated(Bot(Eagers)) as world:
        menu = await world.ann.open_with(Eagers)
        await world.ann.submit(await world.ann.click(menu, "New"), B="x")
        await world.ann.submit(await world.ann.click(menu, "Continue"), F="7")
        assert menu.content == "**Eager**\n- **B**: Should be a valid integer"
        await world.ann.submit(await world.ann.click(menu, "Edit"), B="2")
        assert [(each.a, each.b) for each in Eagers.made] == [(7, 2)]
        assert incidents() == []


# In place of the screen ------------------------------------------------------------------------------


@slash("painting", description="A layout")
class Painting(Heroes):
    name = "painting"

    def render(self) -> Layout:
        return Layout(discord.ui.TextDisplay("Painting"), discord.ui.TextDisplay("of heroes"))


def texts(menu: Any) -> list[str]:
    """What a layout says."""
    return [each["content"] for each in walk_components(menu.message.components) if each["type"] == 10]


@pytest.mark.case("S111a")
async def test_over_a_layout_the_button_stands_in_a_layout() -> None:
    async with simulated(Bot(Painting)) as world:
        menu = await world.ann.open("painting")
        with world.requests() as made:
            opened = await world.ann.click(menu, "Number")
            await world.ann.submit(opened, Number="x")
            assert texts(menu) == ["**A number**\n- **Number**: Should be a valid integer"]
            assert menu.labels == ["Edit", "Cancel"]
            await world.ann.click(menu, "Cancel")
            assert texts(menu) == ["Painting", "of heroes"]
            await world.ann.submit(await world.ann.click(menu, "Number"), Number="x")
            await world.ann.submit(await world.ann.click(menu, "Edit"), Number="5")
        assert made == ["modal", "update", "update", "modal", "update", "modal", "update"]
        assert texts(menu) == ["Painting", "of heroes"]
        assert Heroes.numbers == [5]


async def test_a_notice_stands_above_the_button_or_is_said_alone_where_it_does_not_fit() -> None:
    class Noisy(Heroes):
        name = "noisy"

        @button("Say", opens=Leave)
        async def say(self, ctx: MenuContext, form: Leave) -> None:
            ctx.notify(form.why.component.value)

    async with simulated(Bot(Noisy)) as world:
        menu = await world.ann.open_with(Noisy)
        short, long = await world.ann.click(menu, "Say"), await world.ann.click(menu, "Say")
        await first_page(world, menu)
        await world.ann.submit(short, why="hello")
        assert menu.content == "hello\n**Your hero**\nPage 2 of 3"
        said = await world.ann.submit(long, why="x" * 1990)
        assert said.whispered == ["x" * 1990]
        assert menu.content == "**Your hero**\nPage 2 of 3"


async def test_the_session_times_out_over_a_form_that_nobody_goes_on_with() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open("heroes")
        await first_page(world, menu)
        await world.advance(300)
        assert menu.content == "*This interaction has timed out.*"
        assert menu.labels == []


async def test_a_handler_may_stand_apart_from_the_button() -> None:
    class Apart(Heroes):
        name = "apart"

        def render(self) -> Screen:
            return Screen("apart", components=[Button("Number too", opens=ShortForm)])

        @modal(ShortForm)
        async def numbered(self, ctx: MenuContext, form: ModelForm[Short]) -> None:
            self.numbers.append(form.result.number)

    async with simulated(Bot(Apart)) as world:
        menu = await world.ann.open_with(Apart)
        await world.ann.submit(await world.ann.click(menu, "Number too"), Number="4")
        assert Heroes.numbers == [4]


@pytest.mark.case("S130")
async def test_a_form_says_how_the_screen_after_it_is_shown_and_its_pages_are_edited_in_place() -> None:
    posted = form(Hero, title="Posted", behavior=Behavior(cleanup="post_and_strip"))

    class Posting(Heroes):
        name = "posting"
        behavior = Behavior(cleanup="post_and_delete")

        @button("Post", opens=posted, behavior=Behavior(cleanup="post_and_replace", closed_message="gone"))
        async def post(self, ctx: MenuContext, form: ModelForm[Hero]) -> None:
            self.heroes.append(form.result)

    async with simulated(Bot(Posting)) as world:
        menu = await world.ann.open_with(Posting)
        with world.requests() as made:
            await world.ann.submit(await world.ann.click(menu, "Post"), **FIRST)
            await world.ann.submit(await world.ann.click(menu, "Continue"))
            last = await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert made == ["modal", "update", "modal", "update", "modal", "message", "edit"]
        assert last.shown.title == "Heroes"
        assert (menu.content, menu.labels) == (
            "**Your hero**\nPage 3 of 3".replace("Your hero", "Posted"),
            [],
        )


# Several people --------------------------------------------------------------------------------------


async def test_only_who_fills_the_form_in_goes_on_with_it_and_the_owner_may_cancel_it() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open_with(HeroesFlow, behavior=Behavior(access=Access.everyone()))
        await world.bob.submit(await world.bob.click(menu, "New"), **FIRST)
        for person, label in ((world.ann, "Continue"), (world.join("eve"), "Cancel")):
            refused = await person.click(menu, label)
            assert refused.whispered == ["This menu belongs to somebody else."]
        await world.ann.click(menu, "Cancel")
        assert menu.title == "Heroes"


async def test_two_people_fill_forms_in_and_the_one_of_the_other_comes_back() -> None:
    async with simulated(Bot(HeroesFlow)) as world:
        menu = await world.ann.open_with(HeroesFlow, behavior=Behavior(access=Access.everyone()))
        bobs = await world.bob.click(menu, "New")
        await first_page(world, menu)
        await world.bob.submit(bobs, Name="Bert", Age="5")
        assert (await world.ann.click(menu, "Continue")).whispered
        await world.bob.submit(await world.bob.click(menu, "Continue"))
        await world.bob.submit(await world.bob.click(menu, "Continue"))
        assert menu.content == "**Your hero**\nPage 2 of 3"
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        await world.ann.submit(await world.ann.click(menu, "Continue"))
        assert [each.name for each in Heroes.heroes] == ["Bert", "Ann"]


# Objects and files -----------------------------------------------------------------------------------


class Post(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    who: discord.Member
    also: list[discord.User] = []
    place: discord.TextChannel
    picture: discord.Attachment
    words: int


@pytest.mark.case("S119")
async def test_objects_arrive_as_the_model_wants_them_and_a_file_need_not_be_given_twice() -> None:
    class Posts(Menu):
        made: ClassVar[list[Post]] = []

        def render(self) -> Screen:
            return page("Posts")

        @button("New", opens=form(Post))
        async def new(self, ctx: MenuContext, form: ModelForm[Post]) -> None:
            self.made.append(form.result)

    async with simulated(Bot(Posts)) as world:
        menu = await world.ann.open_with(Posts)
        given = {
            "Who": [world.bob.actor],
            "Also": [world.ann.actor, world.bob.actor],
            "Place": [world.channel],
        }
        opened = await world.ann.click(menu, "New")
        await world.ann.submit(opened, Words="many", Picture=("a.png", b"..."), **given)
        assert menu.content == "**Post**\n- **Words**: Should be a valid integer"
        again = await world.ann.click(menu, "Edit")
        who, *_, picture, _ = (each["component"] for each in again.result.modal["components"])
        assert who["default_values"] == [{"id": str(world.bob.id), "type": "user"}]
        assert picture["required"] is False
        await world.ann.submit(again, Words="3", **given)
        (post,) = Posts.made
        assert (post.who.id, [each.id for each in post.also]) == (world.bob.id, [world.ann.id, world.bob.id])
        assert all(isinstance(each, discord.User) for each in post.also)
        assert isinstance(post.place, discord.TextChannel)
        assert (post.picture.filename, post.words) == ("a.png", 3)
