"""Rows: where buttons stand, and the ids under which they are found again."""

from __future__ import annotations

import enum
import re
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from hypothesis import given, strategies as st

from flowcord import (
    Button,
    ChannelSelect,
    DefinitionError,
    DuplicateKeyError,
    MentionableSelect,
    Menu,
    MenuContext,
    Modal,
    RoleSelect,
    Screen,
    Select,
    Texts,
    UserSelect,
    button,
)
from flowcord.menu.actions import close
from flowcord.menu.components import Press
from flowcord.menu.reserved import ReservedLooks
from flowcord.session.compiled import compiled
from flowcord.session.reserved import BACK, CANCEL
from flowcord.session.rows import Rows, short
from flowcord.wire.custom_id import MAX_LENGTH, ComponentId, id_prefix, new_session_id, parse
from tests.bed import opened
from tests.session.menus import Count

PREFIX = id_prefix("shop", new_session_id(1), 1)


def made(label: str, key: str | None = None, *args: Any, **settings: Any) -> Button:
    return Button(label, action=close(), key=key or label, args=args, **settings)


def place(*items: Any) -> list[list[str]]:
    rows = Rows("Shop", PREFIX)
    rows.place(items)
    return [[each["label"] for each in row["components"]] for row in rows.rows]


def test_buttons_fill_rows_of_five_and_a_row_of_ones_own_stays_as_it_is() -> None:
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(made("x"), made("y"))
    placed = place(*[made(each) for each in "abcdefg"], row, made("h"))
    assert placed == [["a", "b", "c", "d", "e"], ["f", "g"], ["x", "y"], ["h"]]


class Choice(discord.ui.Select[Any]):
    """Whatever has a `press` may be placed: selects are such items."""

    def __init__(self, key: str) -> None:
        super().__init__(placeholder=key, options=[discord.SelectOption(label="x")])
        self.press = Press(key, handler=close())


def test_a_select_stands_in_a_row_of_its_own() -> None:
    rows = Rows("Shop", PREFIX)
    chosen = Choice("second")
    given = chosen.custom_id
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(chosen, id=7)
    rows.place([made("a"), Choice("first"), made("b"), row, made("c")])
    kinds = [[each["type"] for each in row["components"]] for row in rows.rows]
    assert kinds == [[2], [3], [2], [3], [2]]
    assert rows.rows[3]["id"] == 7
    assert list(rows.components) == ["a", "first", "b", "second", "c"]
    assert rows.rows[3]["components"][0]["custom_id"] == PREFIX + "second"
    assert chosen.custom_id == given, "the developer's own item was changed"


def test_the_reserved_row_is_last_and_alone() -> None:
    rows = Rows("Shop", PREFIX)
    rows.place([made("a")])
    looks = ReservedLooks((), Texts(back="Zurück"))
    rows.reserve([(looks.button("back"), BACK), (looks.button("cancel"), CANCEL)])
    labels = [[each["label"] for each in row["components"]] for row in rows.rows]
    assert labels == [["a"], ["Zurück", "Cancel"]]


def test_a_link_needs_nothing_of_flowcords() -> None:
    link: discord.ui.Button[Any] = discord.ui.Button(label="docs", url="https://example.com")
    assert place(link, Button("more", url="https://example.com")) == [["docs", "more"]]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (discord.ui.Button(label="dead"), r"Shop → Screen\[1\] is a Button"),
        (discord.ui.Select(options=[discord.SelectOption(label="x")]), r"Shop → Screen\[1\] is a Select"),
        ("button", r"Shop → Screen\[1\] is a str"),
        (None, r"Shop → Screen\[1\] is a NoneType"),
        (
            discord.ui.ActionRow(made("x"), discord.ui.Button(label="dead")),
            r"Shop → Screen\[1\] → ActionRow\[1\] is a Button",
        ),
        (
            discord.ui.Section("x", accessory=discord.ui.Button(label="dead")),
            r"Shop → Screen\[1\] → Section is a Button",
        ),
        (
            discord.ui.Container(discord.ui.TextDisplay("x"), discord.ui.Button(label="dead")),
            r"Shop → Screen\[1\] → Container\[1\] is a Button",
        ),
    ],
    ids=["button", "select", "text", "nothing", "row", "section", "container"],
)
def test_what_flowcord_could_not_run_is_refused_with_its_place(item: Any, path: str) -> None:
    with pytest.raises(DefinitionError, match=path):
        place(made("y"), item)


class NameForm(Modal, title="Your name"):
    name: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Name")


URL = "https://example.com"


@pytest.mark.case("S84")
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "takes one of action=, opens=, url= and sku_id=, unless it is disabled"),
        ({"action": close(), "opens": NameForm}, "takes one of .* not action= and opens="),
        ({"action": close(), "url": URL}, "takes one of .* not action= and url="),
        ({"action": close(), "sku_id": 1}, "takes one of .* not action= and sku_id="),
        ({"url": URL, "sku_id": 1}, "takes one of .* not url= and sku_id="),
        ({"opens": NameForm, "url": URL}, "takes one of .* not opens= and url="),
        ({"action": close(), "opens": NameForm, "disabled": True}, "takes one of"),
        ({"style": discord.ButtonStyle.link, "action": close()}, "cannot have the style link"),
        ({"style": discord.ButtonStyle.link, "disabled": True}, "cannot have the style link"),
        ({"style": discord.ButtonStyle.premium, "action": close()}, "cannot have the style premium"),
        ({"sku_id": 1}, "cannot have a label or emoji"),
        ({"disabled": lambda menu: False}, "takes one of"),
    ],
)
def test_a_button_that_contradicts_itself_is_refused_with_its_place(
    settings: dict[str, Any], problem: str
) -> None:
    wrong = Button("Buy", **settings)
    for item, path in (
        (wrong, "Shop → Screen[1]"),
        (discord.ui.ActionRow(made("x"), wrong), "Shop → Screen[1] → ActionRow[1]"),
        (discord.ui.Container(wrong), "Shop → Screen[1] → Container[0]"),
        (discord.ui.Section("x", accessory=wrong), "Shop → Screen[1] → Section"),
    ):
        with pytest.raises(DefinitionError, match=re.escape(f"{path} → Button 'Buy' ") + problem):
            place(made("y"), item)


@pytest.mark.case("S84")
@pytest.mark.parametrize("cls", [Select, UserSelect, RoleSelect, MentionableSelect, ChannelSelect])
def test_an_enabled_select_needs_a_handler_and_a_disabled_one_does_not(cls: Any) -> None:
    path = f"Shop → Screen[0] → Container[0] → {cls.__name__} 'Who?' takes action="
    with pytest.raises(DefinitionError, match=re.escape(path)):
        place(discord.ui.Container(cls(placeholder="Who?")))
    rows = Rows("Shop", PREFIX)
    rows.place([cls(placeholder="Who?", disabled=True)])
    assert rows.components == {}


def test_a_button_may_become_enabled_after_it_was_made() -> None:
    late = Button("Buy", disabled=True)
    place(late)
    late.disabled = False
    with pytest.raises(DefinitionError, match="takes one of"):
        place(late)


@pytest.mark.case("S84")
def test_what_discord_opens_itself_needs_no_action() -> None:
    assert [each[0]["style"] for each in placed(Button(sku_id=1))] == [6]
    assert [each[0]["style"] for each in placed(discord.ui.Button(sku_id=1))] == [6]
    assert [each[0]["disabled"] for each in placed(Button("x", disabled=True))] == [True]


def placed(*items: Any, instance: Any = None) -> list[list[Any]]:
    rows = Rows("Shop", PREFIX, instance=instance)
    rows.place(items)
    return [row["components"] for row in rows.rows]


def test_what_is_not_visible_is_not_placed() -> None:
    hidden = made("hidden", visible=False)
    assert placed(hidden) == []
    assert place(made("a"), hidden, made("b")) == [["a", "b"]]
    assert place(discord.ui.ActionRow(hidden, made("a"))) == [["a"]]
    assert place(discord.ui.ActionRow(hidden), made("a")) == [["a"]]
    with pytest.raises(
        DefinitionError, match=r"Shop → Screen\[0\] → Section: its accessory has to be visible"
    ):
        place(discord.ui.Section("x", accessory=hidden))


def test_a_button_made_in_render_may_ask_the_menu() -> None:
    asking = [
        Button(lambda menu: f"{menu.left} left", action=close()),
        made("empty", disabled=lambda menu: menu.left == 0),
        made("reload", visible=lambda menu: menu.left == 0),
    ]
    for left, shown in (
        (2, [("2 left", False), ("empty", False)]),
        (0, [("0 left", False), ("empty", True), ("reload", False)]),
    ):
        (row,) = placed(*asking, instance=SimpleNamespace(left=left))
        assert [(each["label"], each["disabled"]) for each in row] == shown


def test_what_a_button_made_in_render_asks_is_not_awaited() -> None:
    async def late(menu: Any) -> bool:
        return True

    for settings in ({"visible": late}, {"disabled": late}):
        with pytest.raises(DefinitionError, match="of an item made in render, await it there"):
            place(made("x", **settings))


def test_a_container_of_what_is_not_visible_is_not_there() -> None:
    hidden = made("hidden", visible=False)
    assert place(discord.ui.Container(hidden, discord.ui.ActionRow(hidden)), made("a")) == [["a"]]


@pytest.mark.case("S85")
def test_two_buttons_of_one_key_are_refused_with_both_labels() -> None:
    with pytest.raises(DuplicateKeyError, match="Shop: 'Buy' and 'Buy more' have one key, 'buy'"):
        place(made("Buy", "buy"), made("Buy more", "buy"))
    with pytest.raises(DuplicateKeyError, match=r"one key, 'buy\(1\)'"):
        place(made("Buy", "buy", 1), made("Buy", "buy", 1))
    assert place(made("Buy", "buy", 1), made("Buy", "buy", "1"), made("Buy", "buy", True))


@pytest.mark.case("S87")
def test_a_button_of_the_developers_may_be_called_back() -> None:
    rows = Rows("Shop", PREFIX)
    rows.place([made("Back", "back"), made("Cancel", "cancel")])
    looks = ReservedLooks((), Texts())
    rows.reserve([(looks.button("back"), BACK), (looks.button("cancel"), CANCEL)])
    assert len(rows.components) == 4


def test_a_disabled_button_has_an_id_but_nothing_to_run() -> None:
    rows = Rows("Shop", PREFIX)
    rows.place([made("a", disabled=True), Button("b", disabled=True)])
    assert rows.components == {}
    assert all(parse(each["custom_id"]) for each in rows.rows[0]["components"])


class Size(enum.Enum):
    S = "s"


keys = st.tuples(
    st.text(min_size=1, max_size=120).filter(lambda key: "(" not in key),
    st.lists(st.integers() | st.booleans() | st.text(max_size=250) | st.just(Size.S), max_size=3),
)


@pytest.mark.case("S87")
@given(
    st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True),
    st.integers(1, 2**64 - 1),
    st.integers(1, 999_999),
    st.lists(keys, min_size=1, max_size=8, unique_by=repr),
)
def test_ids_fit_whatever_they_are_made_of_and_lead_back_to_their_buttons(
    kind: str, owner: int, visit: int, drawn: list[tuple[str, list[Any]]]
) -> None:
    rows = Rows("Shop", id_prefix(kind, new_session_id(owner), visit))
    buttons = [made("x", key, *args) for key, args in drawn]
    rows.place(buttons)
    ids = [each["custom_id"] for row in rows.rows for each in row["components"]]
    assert len(set(ids)) == len(drawn)
    for custom_id, item in zip(ids, buttons, strict=True):
        assert len(custom_id) <= MAX_LENGTH
        target = parse(custom_id)
        assert isinstance(target, ComponentId)
        assert rows.components[target.component] is item.press


def test_a_short_name_stands_in_the_id_as_it_is() -> None:
    assert short("increment") == "increment"
    assert short("buy('sword')").startswith("buy.")
    assert len(short("x" * 90)) < 30


class Plain(Menu[Count]):
    @button("One")
    async def one(self, ctx: MenuContext) -> None: ...

    @button("Two", disabled=True)
    async def two(self, ctx: MenuContext) -> None: ...


def test_rows_that_never_change_are_those_that_would_be_made_each_time() -> None:
    rows, known = Rows("Plain", PREFIX), compiled(Plain)
    rows.decorate(Plain(), set())
    assert known is not None
    assert known.under(PREFIX) == rows.rows
    assert dict(known.components) == rows.components


# On display ----------------------------------------------------------------------------------------


class Shop(Menu[Count]):
    """Its items stand in another order after each render."""

    bought: list[Any] = []

    def render(self) -> Screen:
        items = [1, "1", True, Size.S, "x" * 200, "y" * 200]
        turn = self.state.current.count
        goods = [Button(f"item {index}", action=self.buy, args=(item,)) for index, item in enumerate(items)]
        return Screen("Shop", components=[*goods[turn:], *goods[:turn]])

    async def buy(self, ctx: MenuContext, item: Any) -> None:
        self.bought.append(item)
        self.state.merge(count=self.state.current.count + 1)

    @button("a very long name")
    async def a_name_of_ninety_characters_which_nobody_would_write_but_which_has_to_work_all_the_same_(
        self, ctx: MenuContext
    ) -> None:
        self.bought.append("long")


@pytest.mark.case("S86", "S87")
async def test_each_click_runs_its_own_arguments_in_whatever_order_the_buttons_stand() -> None:
    Shop.bought = []
    async with opened(Shop) as bed:
        session = await bed.open(Shop)
        for index in (0, 1, 2, 3, 4, 5, 2, 0):
            await bed.click(session, f"item {index % 6}")
        await bed.click(session, "a very long name")
        bought = [1, "1", True, Size.S, "x" * 200, "y" * 200, True, 1, "long"]
        assert [(type(each), each) for each in Shop.bought] == [(type(each), each) for each in bought]


class Placing(Menu[Count]):
    def render(self) -> Screen:
        return Screen(f"{self.state.current.count}", components=[self.done, Button("x", action=self.other)])

    @button("First")
    async def first(self, ctx: MenuContext) -> None: ...

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        self.state.merge(count=5)

    async def other(self, ctx: MenuContext) -> None:
        await self.done(ctx)
        await self.done(ctx)


@pytest.mark.case("S88")
async def test_a_placed_button_stands_there_only_and_may_be_called() -> None:
    async with opened(Placing) as bed:
        session = await bed.open(Placing)
        assert bed.shown(session).labels == ["Done", "x", "First"]
        await bed.click(session, "x")
        assert bed.shown(session).content == "5"
        await bed.click(session, "Done")
        assert bed.shown(session).labels == ["Done", "x", "First"]
