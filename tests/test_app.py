"""FlowCord: what is registered, what is refused, and what opens."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any, Literal

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from pydantic import Field

from flowcord import (
    Behavior,
    DeclarationError,
    DefinitionError,
    DuplicateMenuError,
    FlowCord,
    Menu,
    MenuContext,
    Options,
    OptionsError,
    Scope,
    Screen,
    ShuttingDownError,
    UnknownMenuError,
    button,
    slash,
    state,
)
from flowcord.wire.custom_id import owner_of
from tests.bed import ANN, BOB, Bed, opened
from tests.session.menus import Count, D, M, do, flow


def plain_client() -> discord.Client:
    return discord.Client(intents=discord.Intents(guilds=True))


def bot() -> commands.Bot:
    return commands.Bot("!", intents=discord.Intents(guilds=True))


def menu(class_name: str, /, **attributes: Any) -> type[Menu[Any, Any, Any]]:
    return type(class_name, (M,), attributes)


# Registration --------------------------------------------------------------------------------------


@pytest.mark.case("S8")
def test_two_flows_of_one_kind_are_refused_in_one_add_and_in_two() -> None:
    flows = FlowCord(plain_client())
    with pytest.raises(DuplicateMenuError, match="a flow of kind 'm' is registered already; set kind"):
        flows.add(M, flow(D, kind="m"))
    assert flows.flows == {}
    flows.add(M)
    with pytest.raises(DuplicateMenuError):
        flows.add(D, M)
    assert list(flows.flows) == ["m"]


@pytest.mark.parametrize("thing", ["m", 3, Menu, flow, Screen, M.add], ids=str)
def test_only_menus_and_flows_are_added(thing: Any) -> None:
    with pytest.raises(DefinitionError, match="add takes subclasses of Flow and of Menu"):
        FlowCord(plain_client()).add(thing)


def test_a_durable_declaration_without_a_database_is_refused_with_its_place() -> None:
    stored = menu("Stored", lifetime=state(Count, scope=Scope.USER))
    flows = FlowCord(plain_client())
    with pytest.raises(DeclarationError, match=r"stored\.Stored\.lifetime .* FlowCord has no database"):
        flows.add(M, stored)
    assert flows.flows == {}


def test_an_unknown_hook_is_refused_with_those_that_exist() -> None:
    with pytest.raises(DefinitionError, match="there is no hook on_click; there are setup, on_enter"):
        FlowCord(plain_client()).add_hook("on_click", lambda ctx: None)


async def test_a_client_has_one_flowcord_at_a_time() -> None:
    client = plain_client()
    flows = FlowCord(client)
    with pytest.raises(DefinitionError, match="this client has a FlowCord"):
        FlowCord(client)
    await flows.close()
    assert FlowCord(client) is not flows


@pytest.mark.case("S59b")
def test_a_command_needs_a_tree() -> None:
    counted = slash("count", description="Count")(menu("Counted"))
    flows = FlowCord(plain_client())
    with pytest.raises(DefinitionError, match=r"/count needs a command tree: use a commands\.Bot, or"):
        flows.add(counted)
    assert flows.flows == {}
    client = plain_client()
    tree: app_commands.CommandTree[Any] = app_commands.CommandTree(client)
    FlowCord(client, tree).add(counted)
    assert [each.name for each in tree.get_commands()] == ["count"]


def test_when_a_command_is_taken_nothing_of_the_add_is_registered() -> None:
    client = bot()
    client.tree.add_command(app_commands.Command(name="taken", description="x", callback=_callback))
    first = slash("first", description="x")(menu("First"))
    taken = slash("taken", description="x")(menu("Taken"))
    twice = slash("first", description="x")(menu("Twice"))
    flows = FlowCord(client)
    with pytest.raises(DefinitionError, match="/taken: Command 'taken' already registered"):
        flows.add(first, taken)
    with pytest.raises(DefinitionError, match=r"/first: Command 'first' already.* another name") as caught:
        flows.add(first, twice)
    assert caught.value.__notes__ == ["as the command of Twice"]
    assert (flows.flows, len(client.tree.get_commands())) == ({}, 1)
    flows.add(first)
    assert {each.name for each in client.tree.get_commands()} == {"first", "taken"}


async def _callback(interaction: discord.Interaction[Any]) -> None: ...


@pytest.mark.case("S8a")
def test_a_menu_in_two_flows_brings_its_command_once() -> None:
    client, counted = bot(), slash("count", description="Count")(menu("Counted"))
    FlowCord(client).add(counted, flow(counted, D))
    assert len(client.tree.get_commands()) == 1


def test_a_client_that_is_gone_takes_its_flowcord_along() -> None:
    client = plain_client()
    flows = weakref.ref(FlowCord(client))
    gone = weakref.ref(client)
    del client
    gc.collect()
    assert (flows(), gone()) == (None, None)


# Opening -------------------------------------------------------------------------------------------


@pytest.mark.case("S1", "S22")
async def test_sessions_of_one_and_of_several_users_are_independent() -> None:
    async with opened(M) as bed:
        sessions = [await bed.open(M, user=user) for user in (ANN, ANN, BOB)]
        assert bed.wire.calls == ["message"] * 3
        assert [owner_of(session.id) for session in sessions] == [ANN, ANN, BOB]
        assert bed.flows.sessions == sessions
        assert bed.flows.get_session(sessions[1].id) is sessions[1]
        await bed.click(sessions[0], "+1")
        await bed.advance(200)
        await bed.click(sessions[2], "+1", user=BOB)
        assert [bed.shown(session).content for session in sessions] == ["M 1", "M 0", "M 1"]
        await bed.advance(100)
        assert bed.flows.sessions == [sessions[2]]
        assert bed.flows.get_session("unknown") is None


@pytest.mark.case("S8a")
async def test_a_menu_opens_in_the_flow_whose_entry_it_is_else_in_the_only_one_that_has_it() -> None:
    front, other = flow(M, D), flow(menu("Item"), D, kind="other")
    async with opened(M, front, other) as bed:
        assert (await bed.open(M)).definition.kind == "m"
        assert (await bed.open(front)).definition.kind == "front"
        assert (await bed.open(other)).definition.kind == "other"
        assert (await bed.open(other.menus[0])).definition.kind == "other"
        with pytest.raises(UnknownMenuError, match="in several flows and the entry of none: front, other"):
            await bed.flows.open(bed.command(), D)
        for session in bed.flows.sessions:
            if session.definition.kind == "front":
                await do(bed, session, lambda ctx: ctx.go_to(D))
                assert bed.shown(session).content == "D"
        bed.wire.arrived.clear()


class ItemOptions(Options):
    item: str
    size: Literal["s", "m"] = "s"
    amount: int = Field(1, ge=1, le=9)
    who: discord.Member | None = None
    owner: int = 0
    maybe: int | None


@slash("item", description="An item")
class Item(Menu[Any, ItemOptions]):
    def render(self) -> Screen:
        options = self.options
        return Screen(f"{options.item} {options.size} {options.amount} {options.owner} {options.maybe}")


@pytest.mark.case("S9")
@pytest.mark.parametrize(
    ("target", "fields", "error", "problem"),
    [
        (D, {}, UnknownMenuError, "D was not added"),
        (flow(D), {}, UnknownMenuError, "Front was not added"),
        (M(), {}, UnknownMenuError, "a subclass of Flow or Menu, not <"),
        ("m", {}, UnknownMenuError, "a subclass of Flow or Menu, not 'm'"),
        (M, {"owner": ANN}, DefinitionError, f"not the id {ANN}"),
        (M, {"edit": 42}, DefinitionError, "edit= takes a message, not 42"),
        (M, {"session_state": Count()}, OptionsError, "session_state is a list of models"),
        (Item, {}, OptionsError, "item: Field required"),
        (Item, {"item": "x", "maybe": 1, "amount": 10}, OptionsError, "amount: "),
        (Item, {"item": "x", "maybe": 1, "size": "l"}, OptionsError, "size: "),
    ],
)
async def test_a_mistake_of_the_caller_is_raised_and_nothing_is_sent(
    target: Any, fields: dict[str, Any], error: type[Exception], problem: str
) -> None:
    async with opened(M, Item, client=bot()) as bed:
        with pytest.raises(error, match=problem):
            await bed.flows.open(bed.command(), target, **fields)
        assert (bed.wire.calls, bed.flows.sessions) == ([], [])
        bed.wire.arrived.clear()


@pytest.mark.case("S59")
async def test_an_option_named_like_a_keyword_of_open_is_passed_in_an_instance() -> None:
    async with opened(Item, client=bot()) as bed:
        bob = bed.command(BOB).user
        bed.wire.arrived.clear()
        options = ItemOptions(item="x", maybe=None, owner=5)
        session = await bed.open(Item, options, owner=bob)
        assert bed.shown(session).content == "x s 1 5 None"
        assert session.owner.id == BOB


@pytest.mark.case("S59a")
async def test_what_a_command_was_given_arrives_in_the_options() -> None:
    async with opened(Item, client=bot()) as bed:
        await bed.run("item", item="sword", size="m", amount=3)
        await bed.run("item", user=BOB, item="bow", maybe=4, owner=7)
        first, second = bed.flows.sessions
        assert [bed.shown(each).content for each in (first, second)] == ["sword m 3 0 None", "bow s 1 7 4"]
        assert [each.owner.id for each in (first, second)] == [ANN, BOB]


async def test_a_session_may_be_opened_with_a_behavior_of_its_own() -> None:
    async with opened(M, behavior=Behavior(timeout=60)) as bed:
        own = await bed.open(M, behavior=Behavior(timeout=5), override_behavior=Behavior(ephemeral=True))
        usual = await bed.open(M)
        assert (bed.shown(own).ephemeral, bed.shown(usual).ephemeral) == (True, False)
        await bed.advance(5)
        assert (own.end is None, usual.end is None) == (False, True)
        await bed.advance(55)
        assert usual.end is not None


@pytest.mark.case("S25")
async def test_after_the_shutdown_began_nothing_opens_and_the_user_is_told_why() -> None:
    async with opened(M) as bed:
        await bed.flows.close()
        with pytest.raises(ShuttingDownError):
            await bed.flows.open(bed.command(), M)
        assert bed.wire.whispers[0].startswith("*The bot is restarting")
        await bed.flows.close()


async def test_before_the_start_nothing_opens_because_nobody_would_hear_its_clicks() -> None:
    bed = Bed(M)
    async with bed.client:
        with pytest.raises(DefinitionError, match=r"await flows\.start\(\) in setup_hook"):
            await bed.flows.open(bed.command(), M)
        assert bed.wire.calls == []
        await bed.flows.start()
        session = await bed.open(M)
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"
        await session.close()


@pytest.mark.case("S10")
@pytest.mark.parametrize("hook", ["setup", "on_enter", "before_render"])
async def test_errors_of_the_menus_own_code_end_the_session_and_are_not_raised(hook: str) -> None:
    def fail(self: Any, ctx: MenuContext) -> None:
        raise ZeroDivisionError

    failing = menu("Failing", **{hook: fail})
    async with opened(failing) as bed:
        session = await bed.open(failing)
        (error,) = bed.incidents()
        assert session.end is not None
        assert (session.end.reason.value, session.end.error) == ("error", error)
        assert bed.wire.calls == ["message"]
        assert str(session.end.incident) in bed.wire.whispers[0]
        assert bed.trail.count("on_error Failing") == 1
        assert bed.flows.sessions == []


async def test_a_menu_that_cannot_even_be_made_ends_the_session_too() -> None:
    def __init__(self: Any) -> None:  # noqa: N807
        raise ZeroDivisionError

    impossible = menu("Impossible", __init__=__init__)
    async with opened(impossible) as bed:
        session = await bed.open(impossible)
        assert [type(error) for error in bed.incidents()] == [ZeroDivisionError]
        assert session.end is not None
        assert bed.flows.sessions == []


@pytest.mark.case("S11")
@pytest.mark.parametrize("ephemeral", [False, True])
async def test_a_slow_setup_shows_a_placeholder_of_the_menus_visibility(ephemeral: bool) -> None:
    class Slow(M):
        behavior = Behavior(ephemeral=ephemeral)

        async def setup(self, ctx: MenuContext) -> None:
            await bed.sleep(5)

    async with opened(Slow) as bed:
        opening = bed.opening(Slow)
        await bed.advance(2)
        assert bed.wire.calls == ["thinking"]
        await bed.advance(3)
        session = await opening
        assert bed.wire.calls == ["thinking", "edit"]
        assert bed.shown(session).ephemeral is ephemeral
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


@pytest.mark.case("S46a")
async def test_the_clients_own_handlers_hear_of_clicks_too() -> None:
    heard: list[int] = []

    class Own(discord.Client):
        async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
            heard.append(interaction.id)

    async with opened(M, client=Own(intents=discord.Intents(guilds=True))) as bed:
        session = await bed.open(M)
        click = await bed.click(session, "+1")
        assert heard == [click.id]
        assert bed.shown(session).content == "M 1"


async def test_a_handler_that_waits_for_something_cancelled_is_an_incident_and_no_more() -> None:

    class Cancelling(M):
        @button("Cancelled")
        async def cancelled(self, ctx: MenuContext) -> None:
            task = asyncio.ensure_future(bed.sleep(100))
            task.cancel()
            await task

    async with opened(Cancelling) as bed:
        session = await bed.open(Cancelling)
        await bed.click(session, "Cancelled")
        assert len(bed.incidents()) == 1
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"
