"""Forms made from models: what is asked, what may not be asked, and what the answers make."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, NewType, Optional
from uuid import UUID

import discord
import pytest
from annotated_types import Ge, MaxLen, MinLen
from discord import app_commands
from hypothesis import given, strategies as st
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    RootModel,
    SecretStr,
    StrictInt,
    StringConstraints,
    create_model,
    field_validator,
    model_validator,
)

from flowcord import DefinitionError, Modal, ModelForm, form
from flowcord.menu.forms import Page
from flowcord.menu.questions import LEFT_OUT
from flowcord.testing.modal import ShownModal
from flowcord.wire._discord import fill_modal
from flowcord.wire.form_limits import check_form
from tests.bed import Bed


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
Weekday = enum.Enum("Weekday", {f"DAY_{number}": number for number in range(7)})
Name = NewType("Name", str)


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """discord.py's modals want a running loop."""
    with asyncio.Runner() as runner:
        yield runner


def model(annotation: Any, **settings: Any) -> type[BaseModel]:
    """A model of one field `it`."""
    config = ConfigDict(arbitrary_types_allowed=True)
    return create_model("It", __config__=config, it=(annotation, Field(**settings)))


async def pages(made: ModelForm[Any], answers: Mapping[str, Any] | None = None) -> list[Page]:
    return [made.page(index, answers or {}) for index in range(made.pages)]


def asked(annotation: Any, initial: Any = None, **settings: Any) -> dict[str, Any]:
    """The payload of the one item of a form of one field."""

    async def make() -> dict[str, Any]:
        made = form(model(annotation, **settings))(initial)
        (page,) = await pages(made)
        payload = page.to_dict()
        assert check_form(payload, "It") == []
        (label,) = payload["components"]
        assert label["type"] == 18
        return label["component"]

    return asyncio.run(make())


# What is asked ---------------------------------------------------------------------------------------


def test_labels_and_descriptions_are_those_of_the_fields() -> None:
    class Person(BaseModel):
        full_name: str
        age: int = Field(title="How old?", description="In years")

    async def labels() -> list[tuple[str, str | None]]:
        (page,) = await pages(form(Person, title="You")())
        assert page.title == "You"
        return [(each["label"], each.get("description")) for each in page.to_dict()["components"]]

    assert asyncio.run(labels()) == [("Full name", None), ("How old?", "In years")]
    assert form(Person).title == "Person"
    assert form(Person).__name__ == "PersonForm"
    assert issubclass(form(Person), Modal)


@pytest.mark.parametrize(
    ("annotation", "settings", "expected"),
    [
        (str, {}, {"style": 1, "required": True}),
        (str, {"default": ""}, {"style": 1, "required": False}),
        (str | None, {}, {"required": False}),
        (str, {"min_length": 2, "max_length": 9}, {"style": 1, "min_length": 2, "max_length": 9}),
        (str, {"max_length": 200}, {"style": 2, "max_length": 200}),
        (str, {"max_length": 9000}, {"style": 2, "max_length": 4000}),
        (Annotated[str, discord.TextStyle.paragraph], {}, {"style": 2}),
        (Annotated[str, StringConstraints(max_length=7)], {}, {"max_length": 7}),
        (Annotated[str, MinLen(1), MaxLen(8)] | None, {"default": None}, {"min_length": 1, "max_length": 8}),
        (Optional[Annotated[str, Field(max_length=6)]], {}, {"max_length": 6}),  # noqa: UP045
        (Name, {"default": "Ann"}, {"value": "Ann", "required": False}),
        (int, {"default": 3}, {"value": "3", "required": False}),
        (int, {"default_factory": lambda: 4}, {"value": "4", "required": False}),
        (Decimal, {"default": Decimal("1.50")}, {"value": "1.50"}),
        (date, {}, {"placeholder": "YYYY-MM-DD", "required": True}),
        (datetime, {}, {"placeholder": "YYYY-MM-DD HH:MM"}),
        (time | None, {"default": None}, {"placeholder": "HH:MM", "required": False}),
        (UUID, {}, {}),
        (HttpUrl, {}, {}),
        (int | Decimal, {}, {}),
    ],
)
def test_texts_and_what_is_read_from_texts(annotation: Any, settings: Any, expected: Any) -> None:
    item = asked(annotation, **settings)
    assert item["type"] == 4
    assert item.items() >= expected.items()


def test_a_text_of_several_lines_opens_in_a_field_of_several_lines_and_a_secret_in_an_empty_one() -> None:
    assert asked(str, {"it": "a\nb"})["style"] == 2
    assert "value" not in asked(SecretStr, default=SecretStr("x"))


@pytest.mark.parametrize(
    ("annotation", "settings", "kind", "expected"),
    [
        (bool, {}, 23, {"default": False}),
        (bool, {"default": True}, 23, {"default": True}),
        (Size, {}, 21, {"required": True}),
        (Size | None, {"default": None}, 21, {"required": False}),
        (bool | None, {}, 21, {"required": False}),
        (Letter, {}, 3, {"required": True, "min_values": 1, "max_values": 1}),
        (Letter | None, {}, 3, {"required": False, "min_values": 0}),
        (Literal["only"], {}, 3, {"required": True}),
        (list[Literal["a", "b"]], {}, 22, {"required": False, "min_values": 0, "max_values": 2}),
        (set[Size], {"min_length": 1}, 22, {"required": True, "min_values": 1}),
        (set[Size], {"min_length": 1, "default": {Size.SMALL}}, 22, {"required": False}),
        (frozenset[Weekday] | None, {"max_length": 3}, 22, {"required": False, "max_values": 3}),
        (tuple[Letter, ...], {}, 3, {"required": False, "min_values": 0, "max_values": 12}),
        (discord.Member, {}, 5, {"required": True, "min_values": 1, "max_values": 1}),
        (discord.Member | discord.User | None, {}, 5, {"required": False, "min_values": 0}),
        (list[discord.User], {"max_length": 3}, 5, {"required": False, "max_values": 3}),
        (discord.Role, {}, 6, {}),
        (discord.Member | discord.Role, {}, 7, {}),
        (discord.TextChannel, {}, 8, {"channel_types": [0, 5]}),
        (discord.VoiceChannel | discord.Thread, {}, 8, {"channel_types": [2, 10, 11, 12]}),
        (set[discord.abc.GuildChannel], {}, 8, {"max_values": 25}),
        (app_commands.AppCommandThread, {}, 8, {"channel_types": [10, 11, 12]}),
        (discord.Attachment, {}, 19, {"required": True, "min_values": 1, "max_values": 1}),
        (discord.Attachment | None, {"default": None}, 19, {"required": False, "min_values": 0}),
        (
            list[discord.Attachment],
            {"min_length": 2, "max_length": 4},
            19,
            {"min_values": 2, "max_values": 4},
        ),
        (list[discord.Attachment], {}, 19, {"required": False, "max_values": 10}),
    ],
)
def test_choices_objects_and_files(annotation: Any, settings: Any, kind: int, expected: Any) -> None:
    item = asked(annotation, **settings)
    assert item["type"] == kind
    assert item.items() >= expected.items()


def test_options_are_called_what_the_enum_and_the_literal_call_them_and_the_default_is_chosen() -> None:
    def options(item: Any) -> list[tuple[str, bool]]:
        return [(each["label"], each.get("default", False)) for each in item["options"]]

    assert options(asked(Size, default=Size.LARGE)) == [("SMALL", False), ("LARGE", True)]
    assert options(asked(Literal["x", 2] | None, default=None)) == [("x", False), ("2", False)]
    assert options(asked(bool | None, default=False)) == [("Yes", False), ("No", True)]
    assert options(asked(list[Size], {"it": [Size.SMALL]})) == [("SMALL", True), ("LARGE", False)]


def test_objects_are_shown_by_their_ids() -> None:
    one = discord.Object(5, type=discord.User)
    assert asked(discord.Member, {"it": one})["default_values"] == [{"id": 5, "type": "user"}]
    assert (
        len(asked(list[discord.User], {"it": [one, discord.Object(6, type=discord.User)]})["default_values"])
        == 2
    )


def test_five_fields_are_asked_for_on_a_page(loop: asyncio.Runner) -> None:
    names = [f"field_{number}" for number in range(12)]
    made = form(create_model("Long", **dict.fromkeys(names, (int, 1))))

    async def labels() -> list[int]:
        return [len(page.to_dict()["components"]) for page in await pages(made())]

    assert loop.run(labels()) == [5, 5, 2]
    assert [loop.run(_page_of(made, name)) for name in ("field_0", "field_5", "field_11")] == [0, 1, 2]


async def _page_of(made: type[ModelForm[Any]], name: str) -> int:
    return made().page_of(name)


# What cannot be asked --------------------------------------------------------------------------------


class Nested(BaseModel):
    inner: str


@pytest.mark.parametrize(
    ("annotation", "settings", "problem"),
    [
        (Nested, {}, "it: no item of a form carries Nested"),
        (dict[str, int], {}, "it: no item of a form carries dict"),
        (list[str], {}, "it: a list can be asked for if its items are given values"),
        (list[Size | None], {}, "it: a list can be asked for"),
        (tuple[Size], {}, "no item of a form carries tuple"),
        (Any, {}, "no item of a form carries Any"),
        (None, {}, "it can only be None"),
        (discord.Guild, {}, "no item of a form carries Guild"),
        (discord.Member | str, {}, "no item of a form carries "),
        (
            enum.Enum("Many", [f"m{number}" for number in range(26)]),
            {},
            "it has 26 values, and a select takes",
        ),
        (Literal[1, "1"], {}, "two of its values are both called '1'"),
        (Literal[""], {}, "its value '' has 0 characters"),
        (str, {"min_length": 4001}, "it needs 4001 characters"),
        (list[discord.Attachment], {"min_length": 11}, "it needs 11 files"),
        (list[Size], {"min_length": 3}, "it needs 3 choices"),
        (str, {"title": "x" * 46}, "its label has 46 characters, not 1 to 45: give it a shorter title="),
        (str, {"description": "x" * 101}, "its description has 101 characters"),
    ],
)
def test_what_no_item_can_carry_is_refused_when_the_form_is_made(
    annotation: Any, settings: Any, problem: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        form(model(annotation, **settings))
    assert f"form(It): it: {problem.removeprefix('it: ')}" in str(caught.value)


def test_all_fields_that_cannot_be_asked_for_are_named_at_once() -> None:
    class Two(BaseModel):
        first: dict[str, str]
        fine: int
        second: list[Nested]

    with pytest.raises(DefinitionError, match=r"first: no item .*; second: a list "):
        form(Two)


def test_a_form_needs_a_model_with_fields_and_a_title_of_45_characters() -> None:
    for wrong in (int, None, RootModel[int], Size):
        with pytest.raises(DefinitionError, match="takes a pydantic model with fields"):
            form(wrong)  # pyright: ignore[reportArgumentType]
    with pytest.raises(DefinitionError, match="no fields to ask for"):
        form(create_model("Empty"))
    with pytest.raises(DefinitionError, match="46 characters"):
        form(model(int), title="x" * 46)


def test_a_form_opens_with_a_model_or_some_of_its_fields(loop: asyncio.Runner) -> None:
    made = form(model(int))

    async def opens(initial: Any) -> None:
        made(initial)

    with pytest.raises(DefinitionError, match="ItForm opens with a It, or some of its fields, not with 3"):
        loop.run(opens(3))
    with pytest.raises(DefinitionError, match="ItForm has no field other"):
        loop.run(opens({"other": 3}))


# What the answers make -------------------------------------------------------------------------------


async def filled(made: ModelForm[Any], values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answers when a user leaves all pages as they open, but for `values` by label."""
    interaction = _interaction()
    answers: dict[str, Any] = {}
    for page in await pages(made):
        shown = ShownModal(page.to_dict(), 1, 1, None)
        own = {label: value for label, value in (values or {}).items() if shown.query_field(label)}
        interaction.data = shown.filled(own, _Nothing())  # pyright: ignore
        fill_modal(page, interaction)
        answers |= page.answers(lambda member: member._user)
    return answers


@cache
def _interaction() -> discord.Interaction[Any]:
    return Bed().command()


class _Nothing:
    data: dict[str, Any] = {}


def result(kind: type[BaseModel], initial: Any = None, **values: Any) -> Any:
    async def make() -> Any:
        made = form(kind)(initial)
        problems = made.check(await filled(made, values))
        return made.result if not problems else [tuple(each) for each in problems]

    return asyncio.run(make())


def texts(**limits: int) -> st.SearchStrategy[str]:
    return st.text(**{"max_size": 20, **limits})


letters = st.sampled_from("abcdefghijkl")
#: For each kind of field: its type, and its values.
KINDS: tuple[tuple[Any, st.SearchStrategy[Any]], ...] = (
    (str, texts(min_size=1)),
    (Annotated[str, MinLen(2), MaxLen(300)], texts(min_size=2)),
    (int, st.integers()),
    (Annotated[int, Ge(3)], st.integers(3)),
    (StrictInt, st.integers()),
    (float, st.floats(allow_nan=False)),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (date, st.dates()),
    (datetime, st.datetimes(timezones=st.none() | st.timezones().filter(lambda zone: zone.key == "UTC"))),
    (time, st.times()),
    (timedelta, st.timedeltas(timedelta(days=-1000), timedelta(days=1000))),
    (UUID, st.uuids()),
    (bool, st.booleans()),
    (Size, st.sampled_from(Size)),
    (Weekday, st.sampled_from(list(Weekday))),
    (Letter, letters),
    (Literal["x", 2, True], st.sampled_from(["x", 2, True])),
    (list[Literal["a", "b", "c"]], st.sets(st.sampled_from("abc")).map(sorted)),
    (set[Size], st.sets(st.sampled_from(Size))),
    (frozenset[Letter], st.frozensets(letters)),
    (
        tuple[Size, ...],
        st.sets(st.sampled_from(Size)).map(lambda some: tuple(each for each in Size if each in some)),
    ),
    (Annotated[set[Letter], MinLen(1), MaxLen(3)], st.sets(letters, min_size=1, max_size=3)),
)


@st.composite
def fields(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """A field's type, its default (`...` for none), and a value."""
    annotation, values = draw(st.sampled_from(KINDS))
    value = draw(values)
    match draw(st.sampled_from(("required", "default", "nullable", "required nullable"))):
        case "required":
            return annotation, ..., value
        case "default":
            return annotation, draw(values), value
        case "nullable":
            return annotation | None, draw(st.none() | values), draw(st.none() | st.just(value))
        case _:
            return annotation | None, ..., draw(st.none() | st.just(value))


@given(st.lists(fields(), min_size=1, max_size=12), st.booleans())
def test_a_form_that_opens_with_a_model_and_is_sent_as_it_is_gives_the_model_back(
    drawn: list[tuple[Any, Any, Any]], strict: bool
) -> None:
    definitions = {f"field_{index}": (each[0], each[1]) for index, each in enumerate(drawn)}
    kind: Any = create_model("Random", __config__=ConfigDict(strict=strict), **definitions)
    values = {f"field_{index}": each[2] for index, each in enumerate(drawn)}
    assert result(kind, kind.model_construct(**values)) == kind.model_construct(**values)


@given(st.lists(fields(), min_size=1, max_size=12))
def test_a_form_that_is_sent_as_it_opens_gives_the_defaults(drawn: list[tuple[Any, Any, Any]]) -> None:
    definitions = {
        f"field_{index}": (each[0], each[1]) for index, each in enumerate(drawn) if each[1] is not ...
    }
    if definitions:
        kind = create_model("Random", **definitions)  # pyright: ignore
        assert result(kind) == kind()


def test_an_empty_answer_is_none_or_empty_where_the_field_may_be_and_else_the_default() -> None:
    class Empty(BaseModel):
        nothing: str | None = "x"
        text: str = "x"
        long_text: str = Field("xyz", min_length=3)
        number: int = 7
        some: list[Literal["a", "b"]] = ["a"]
        few: list[Literal["a", "b"]] = Field(["a"], min_length=1)

    blank = {"Nothing": "", "Text": "", "Long text": "", "Number": "", "Some": [], "Few": []}
    assert result(Empty, **blank) == Empty(
        nothing=None, text="", long_text="xyz", number=7, some=[], few=["a"]
    )


def test_files_that_were_given_before_need_not_be_given_again() -> None:
    kind = model(list[discord.Attachment])

    async def again() -> dict[str, Any]:
        made = form(kind)()
        given_before = {"it": ["a file"]}
        page = made.page(0, given_before)
        assert page.to_dict()["components"][0]["component"]["required"] is False
        return page.answers(lambda member: member._user)

    assert asyncio.run(again()) == {"it": ["a file"]}


# What is wrong ---------------------------------------------------------------------------------------


class Trip(BaseModel):
    name: str = Field(alias="called")
    days: int = Field(gt=0)
    start: date | None = None
    url: HttpUrl | None = None
    nights: Annotated[int, Ge(0)] = 0

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if name == "Nowhere":
            raise ValueError("nobody   goes there")
        if name == "Back":
            raise AssertionError
        return name

    @model_validator(mode="after")
    def _fits(self) -> Trip:
        if self.nights > self.days:
            raise ValueError("more nights than days")
        return self


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"Name": "Rome", "Days": "x"}, [("days", "Should be a valid integer")]),
        (
            {"Name": "Nowhere", "Days": "0"},
            [("name", "Nobody goes there"), ("days", "Should be greater than 0")],
        ),
        (
            {"Name": "Back", "Days": "1", "Start": "then"},
            [("name", "Not valid"), ("start", "Should be a valid date or datetime")],
        ),
        ({"Name": "Rome", "Days": "1", "Url": "no"}, [("url", "Should be a valid URL")]),
        ({"Name": "Rome", "Days": "1", "Nights": "2"}, [(None, "More nights than days")]),
    ],
)
def test_problems_are_said_in_words_for_users(values: Any, problems: Any) -> None:
    assert result(Trip, **values) == problems


def test_a_model_with_aliases_is_filled_by_names() -> None:
    assert result(Trip, Name="Rome", Days="3") == Trip(called="Rome", days=3)


def test_a_problem_of_any_length_is_cut() -> None:
    class Wordy(BaseModel):
        it: str

        @field_validator("it")
        @classmethod
        def _never(cls, it: str) -> str:
            raise ValueError("x" * 9000)

    ((_, sentence),) = result(Wordy, It="y")
    assert len(sentence) == 250


def test_an_object_that_the_field_does_not_take_is_not_available() -> None:
    class Here(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        who: discord.Member

    async def check() -> Any:
        return form(Here)().check({"who": "somebody"})

    assert [tuple(each) for each in asyncio.run(check())] == [("who", "Not available here")]


def test_there_is_no_result_before_the_form_is_valid(loop: asyncio.Runner) -> None:
    async def look() -> None:
        made = form(model(int))()
        made.check({"it": LEFT_OUT})
        with pytest.raises(AttributeError, match="ItForm has no result yet"):
            _ = made.result

    loop.run(look())
