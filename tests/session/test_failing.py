"""What an error leads to: who decides, what is undone, when it is enough."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    EndReason,
    Flow,
    GuardFailed,
    MenuContext,
    Screen,
    StoreUnavailableError,
    button,
    message_handler,
    select,
)
from flowcord.menu.behavior import ErrorPolicy
from tests.bed import ANN, BOB, Bed, opened
from tests.session.menus import D, M, NameForm, flow


class Fragile(M):
    """Fails wherever it is told to."""

    broken: str = ""
    decision: Any = None
    heard: tuple[str, ...] = ()

    def breaks(self, where: str) -> None:
        if self.broken == where:
            raise LookupError(where)

    def before_render(self, ctx: MenuContext) -> None:
        self.breaks("before_render")

    def after_render(self, ctx: MenuContext) -> None:
        self.breaks("after_render")

    def on_action(self, ctx: MenuContext) -> None:
        self.breaks("on_action")

    def on_error(self, ctx: MenuContext, error: Exception) -> Any:
        self.heard = (*self.heard, str(error))
        return self.decision

    def render(self) -> Screen:
        self.breaks("render")
        return Screen(f"{type(self).__name__} {self.state.current.count}")

    @button("Fail")
    async def fail(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 10)
        raise LookupError("action")

    @button("Broken")
    async def broken_entry(self, ctx: MenuContext) -> None:
        await ctx.go_to("broken")

    @button("Next")
    async def next(self, ctx: MenuContext) -> None:
        await ctx.go_to("fragile")


class Home(M):
    name = "home"
    refuses = False
    cannot = False

    def setup(self, ctx: MenuContext) -> None:
        if Home.cannot:
            raise ZeroDivisionError

    def on_enter(self, ctx: MenuContext) -> None:
        if Home.refuses:
            raise GuardFailed("not now")

    def render(self) -> Screen:
        return Screen("Home")

    @button("Next")
    async def next(self, ctx: MenuContext) -> None:
        await ctx.go_to("fragile")


class Broken(Fragile):
    def render(self) -> Screen:
        raise LookupError("first render")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Home, "refuses", False)
    monkeypatch.setattr(Home, "cannot", False)


def behaving(policy: ErrorPolicy, **more: Any) -> type[Fragile]:
    return type("Fragile", (Fragile,), {"name": "fragile", "behavior": Behavior(error_policy=policy, **more)})


def said(bed: Bed, errors: int = 1) -> list[str]:
    """The names of the errors that were logged."""
    logged = [type(error).__name__ for error in bed.incidents()]
    assert len(logged) == errors
    return logged


def told(text: str) -> bool:
    """Whether this is the sentence with an incident."""
    return text.startswith("Something went wrong")


# Policies ------------------------------------------------------------------------------------------


@pytest.mark.case("S149")
async def test_end_shows_on_the_live_message_that_it_ended_and_why() -> None:
    menu = behaving("end")
    async with opened(flow(menu)) as bed:
        session = await bed.open(menu)
        message = session.stage.message_id
        with bed.calls() as made:
            await bed.click(session, "Fail")
        assert made == ["update"]
        assert said(bed) == ["LookupError"]
        end = session.end
        assert end is not None
        assert (end.reason, type(end.error)) == (EndReason.ERROR, LookupError)
        assert message is not None
        assert f"`{end.incident}`" in bed.wire.shown(message)["content"]


@pytest.mark.case("S149")
@pytest.mark.parametrize("where", ["on_action", "action", "before_render", "render", "after_render"])
async def test_go_back_shows_the_menu_before_with_the_notice(where: str) -> None:
    menu = behaving("go_back")
    async with opened(flow(Home, menu)) as bed:
        session = await bed.open(Home)
        await bed.click(session, "Next")
        session.menu.broken = where
        await bed.click(session, "Fail" if where == "action" else "+1")
        said(bed)
        first, last = bed.shown(session).content.split("\n")
        assert (told(first), last) == (True, "Home")
        await bed.click(session, "Next")
        assert bed.shown(session).content == "Fragile 0"


@pytest.mark.case("S149")
@pytest.mark.parametrize("where", ["action", "render"])
async def test_go_back_ends_where_there_is_nowhere_to_go(where: str) -> None:
    menu = behaving("go_back")
    async with opened(flow(menu)) as bed:
        session = await bed.open(menu)
        session.menu.broken = where
        await bed.click(session, "Fail" if where == "action" else "+1")
        said(bed)
        assert session.end is not None
        assert session.end.reason is EndReason.ERROR


@pytest.mark.case("S149")
async def test_going_back_to_a_menu_that_fails_too_is_the_end() -> None:
    menu = behaving("go_back")
    async with opened(flow(Home, menu)) as bed:
        session = await bed.open(Home)
        await bed.click(session, "Next")
        Home.cannot = True
        await bed.click(session, "Fail")
        assert said(bed, 2) == ["LookupError", "ZeroDivisionError"]
        assert session.end is not None
        assert isinstance(session.end.error, LookupError)


@pytest.mark.case("S149")
async def test_going_back_to_a_menu_that_refuses_to_be_entered_stays() -> None:
    menu = behaving("go_back")
    async with opened(flow(Home, menu)) as bed:
        session = await bed.open(Home)
        await bed.click(session, "Next")
        Home.refuses = True
        await bed.click(session, "Fail")
        said(bed)
        refusal, incident, screen = bed.shown(session).content.split("\n")
        assert (refusal, told(incident), screen) == ("not now", True, "Fragile 10")


@pytest.mark.case("S149", "S152")
@pytest.mark.parametrize("where", ["setup", "on_enter", "first render"])
@pytest.mark.parametrize("policy", ["stay", "go_back", "end"])
async def test_a_menu_that_cannot_be_entered_is_undone_under_its_own_policy(
    where: str, policy: ErrorPolicy
) -> None:
    heard: list[str] = []

    class Broken(M):
        behavior = Behavior(error_policy=policy)

        def setup(self, ctx: MenuContext) -> None:
            if where == "setup":
                raise LookupError(where)

        def on_enter(self, ctx: MenuContext) -> None:
            if where == "on_enter":
                raise LookupError(where)

        def on_error(self, ctx: MenuContext, error: Exception) -> None:
            heard.append(f"{type(ctx.menu).__name__}: {error}")

        def render(self) -> Screen:
            raise LookupError(where)

    async with opened(flow(Home, Fragile, Broken)) as bed:
        session = await bed.open(Home)
        await bed.click(session, "Next")
        await bed.click(session, "+1")
        menu = session.menu
        bed.trail.clear()
        await bed.click(session, "Broken")
        said(bed)
        assert heard == [f"Broken: {where}"]
        assert menu.heard == ()
        steps = [step for step in bed.trail if step.split()[0] in ("on_enter", "on_leave", "setup")]
        visited = [] if where == "setup" else ["on_enter Broken", "on_leave Broken"]
        undone = ["on_leave Fragile", "setup Broken", *visited, "on_enter Fragile"]
        if policy == "end":
            assert steps == [*undone, "on_leave Fragile"]
            assert session.end is not None
            assert session.end.reason is EndReason.ERROR
        else:
            assert steps == undone
            assert session.menu is menu
            incident, screen = bed.shown(session).content.split("\n")
            assert (told(incident), screen) == (True, "Fragile 1")
            await bed.click(session, "+1")
            assert bed.shown(session).content == "Fragile 2"


@pytest.mark.case("S152")
async def test_a_handler_may_catch_what_entering_raised_and_then_nothing_happened() -> None:
    class Broken(M):
        behavior = Behavior(error_policy="end")

        def setup(self, ctx: MenuContext) -> None:
            raise LookupError("setup")

    class Careful(Fragile):
        @button("Try")
        async def attempt(self, ctx: MenuContext) -> None:
            try:
                await ctx.go_to("broken")
            except LookupError:
                ctx.notify("not there")

        @button("Try, and fail otherwise")
        async def attempt_otherwise(self, ctx: MenuContext) -> None:
            try:
                await ctx.go_to("broken")
            except LookupError as error:
                raise ValueError("mine") from error

    async with opened(flow(Careful, Broken)) as bed:
        session = await bed.open(Careful)
        await bed.click(session, "Try")
        assert bed.shown(session).content == "not there\nCareful 0"
        assert bed.incidents() == []
        await bed.click(session, "Try, and fail otherwise")
        assert said(bed) == ["ValueError"]
        assert session.menu.heard == ("mine",)
        assert session.end is None


@pytest.mark.case("S148")
async def test_what_a_sub_menu_brought_back_fails_under_the_openers_policy() -> None:
    class Opener(Fragile):
        behavior = Behavior(error_policy="end")

        @button("Open")
        async def open_it(self, ctx: MenuContext) -> None:
            await ctx.open_sub_menu(D, on_complete=self.took, on_dismiss=self.left)

        async def took(self, ctx: MenuContext, result: int) -> None:
            raise LookupError("took")

        async def left(self, ctx: MenuContext) -> None:
            raise LookupError("left")

    async with opened(flow(Opener, D)) as bed:
        for label, what in (("Done", "took"), ("Back", "left")):
            session = await bed.open(Opener)
            await bed.click(session, "Open")
            await bed.click(session, label)
            said(bed)
            assert session.menu.heard == (what,)
            assert session.end is not None


# Hooks ---------------------------------------------------------------------------------------------


@pytest.mark.case("S148")
@pytest.mark.parametrize(
    ("of_menu", "of_flow", "of_app", "asked", "ended"),
    [
        ("stay", "end", "end", ["menu"], False),
        (None, "end", "stay", ["menu", "flow"], True),
        (None, None, "end", ["menu", "flow", "first", "second"], True),
        (None, None, None, ["menu", "flow", "first", "second"], False),
        (ValueError, "end", None, ["menu", "flow"], True),
        ("explode", "end", None, ["menu", "flow"], True),
    ],
)
async def test_on_error_of_menu_flow_and_app_is_asked_until_one_decides(
    of_menu: Any, of_flow: Any, of_app: Any, asked: list[str], ended: bool
) -> None:
    heard: list[str] = []

    def answer(who: str, decision: Any) -> Any:
        heard.append(who)
        if isinstance(decision, type):
            raise decision
        return decision

    class Asked(Fragile):
        name = "asked"

        def on_error(self, ctx: MenuContext, error: Exception) -> Any:
            return answer("menu", of_menu)

    class Front(Flow):
        menus = (Asked,)

        async def on_error(self, ctx: MenuContext, error: Exception) -> Any:
            return answer("flow", of_flow)

    bed_of = opened(Front)
    async with bed_of as bed:
        bed.flows.add_hook("on_error", lambda ctx, error: answer("first", None))
        bed.flows.add_hook("on_error", lambda ctx, error: answer("second", of_app))
        session = await bed.open(Front)
        await bed.click(session, "Fail")
        said(bed, 1 if of_menu in (None, "stay") else 2)
        assert heard == asked
        assert (session.end is not None) is ended
        if not ended:
            await bed.click(session, "+1")
            assert bed.shown(session).content == "Asked 11"


@pytest.mark.case("S148")
async def test_what_a_hook_decides_beats_the_behavior() -> None:
    menu = behaving("end")
    async with opened(flow(Home, menu)) as bed:
        session = await bed.open(Home)
        await bed.click(session, "Next")
        session.menu.decision = "go_back"
        await bed.click(session, "Fail")
        said(bed)
        assert bed.shown(session).content.endswith("\nHome")


async def test_an_error_after_the_end_is_logged_and_no_more() -> None:
    class Farewell(Fragile):
        @button("Close and fail")
        async def farewell(self, ctx: MenuContext) -> None:
            await ctx.close()
            raise LookupError("after the end")

    async with opened(Farewell) as bed:
        session = await bed.open(Farewell)
        menu = session.menu
        await bed.click(session, "Close and fail")
        said(bed)
        assert menu.heard == ()
        assert session.end is not None
        assert session.end.reason is EndReason.CLOSED


# How often -----------------------------------------------------------------------------------------


@pytest.mark.case("S151")
@pytest.mark.parametrize("where", ["action", "render", "both"])
async def test_three_failed_inputs_of_a_user_in_a_row_are_the_end(where: str) -> None:
    async with opened(Fragile) as bed:
        session = await bed.open(Fragile)
        message = session.stage.message_id
        session.menu.broken = "" if where == "action" else "render"
        for _ in range(2):
            await bed.click(session, "+1" if where == "render" else "Fail")
        assert session.end is None
        await bed.click(session, "+1" if where == "render" else "Fail")
        bed.incidents()
        assert session.end is not None
        assert session.end.reason is EndReason.ERROR
        assert message is not None
        assert told(bed.wire.shown(message)["content"])


@pytest.mark.case("S151")
async def test_a_good_input_of_the_user_begins_the_count_anew() -> None:
    async with opened(Fragile) as bed:
        session = await bed.open(Fragile)
        for label in ("Fail", "Fail", "+1", "Fail", "Fail"):
            await bed.click(session, label)
        said(bed, 4)
        assert session.end is None


@pytest.mark.case("S151")
async def test_each_users_failures_are_counted_apart() -> None:
    shared = type("Shared", (Fragile,), {"behavior": Behavior(access=Access.everyone())})
    async with opened(shared) as bed:
        session = await bed.open(shared)
        for user in (ANN, ANN, BOB, BOB):
            await bed.click(session, "Fail", user=user)
        assert session.end is None
        await bed.click(session, "+1", user=BOB)
        await bed.click(session, "Fail", user=ANN)
        said(bed, 5)
        assert session.end is not None


async def test_the_limit_is_the_menus_and_what_a_hook_decides_does_not_lift_it() -> None:
    menu = behaving("stay", error_limit=1)
    async with opened(menu) as bed:
        session = await bed.open(menu)
        session.menu.decision = "stay"
        await bed.click(session, "Fail")
        said(bed)
        assert session.end is not None


async def test_refreshes_that_fail_are_counted_for_nobody() -> None:
    async with opened(Fragile) as bed:
        session = await bed.open(Fragile)
        session.menu.broken = "render"
        for _ in range(5):
            session.refresh()
            await bed.advance(5)
        said(bed, 5)
        assert session.end is None


@pytest.mark.case("S149", "S151")
@pytest.mark.parametrize("kind", ["select", "submit", "message"])
async def test_a_choice_a_form_and_a_message_fail_as_a_click_does(kind: str) -> None:
    class Everything(Home):
        behavior = Behavior(error_policy="end")

        @select(options=[discord.SelectOption(label="Red")], placeholder="Color")
        async def pick(self, ctx: MenuContext, values: list[str]) -> None:
            raise LookupError("select")

        @button("Name", opens=NameForm)
        async def name_it(self, ctx: MenuContext, form: NameForm) -> None:
            raise LookupError("submit")

        @message_handler
        async def heard(self, ctx: MenuContext, message: discord.Message) -> None:
            raise LookupError("message")

    async with opened(Everything, client=discord.Client(intents=discord.Intents.all())) as bed:
        session = await bed.open(Everything)
        if kind == "select":
            await bed.choose(session, "Color", "Red")
        elif kind == "submit":
            await bed.click(session, "Name")
            await bed.submit(session, name="Ann")
        else:
            bed.write(kind)
            await bed.settle()
        (error,) = bed.incidents()
        assert str(error) == kind
        assert session.end is not None
        assert session.end.reason is EndReason.ERROR


async def test_where_others_may_use_the_menu_only_who_failed_is_told_also_when_it_was_undone() -> None:
    shared = type("Shared", (Fragile,), {"behavior": Behavior(access=Access.everyone())})
    async with opened(flow(shared, Broken)) as bed:
        session = await bed.open(shared)
        await bed.click(session, "Broken", user=BOB)
        said(bed)
        assert bed.shown(session).content == "Shared 0"
        assert [told(text) for text in bed.wire.whispers] == [True]


# Stored data ---------------------------------------------------------------------------------------


class Storeless(Fragile):
    name = "storeless"

    @button("Store")
    async def store(self, ctx: MenuContext) -> None:
        raise StoreUnavailableError("unreachable")

    @button("Leave")
    async def leave(self, ctx: MenuContext) -> None:
        await ctx.go_to("unreadable")


class Unreadable(M):
    reachable = False

    def setup(self, ctx: MenuContext) -> None:
        if not Unreadable.reachable:
            raise StoreUnavailableError("unreachable")


class Undrawable(M):
    name = "unreadable"
    reachable = False

    def render(self) -> Screen:
        if not Undrawable.reachable:
            raise StoreUnavailableError("unreachable")
        return Screen("Undrawable")


@pytest.mark.case("S152a")
async def test_postgres_that_cannot_be_reached_is_said_each_time_and_counts_as_nothing() -> None:
    async with opened(Storeless) as bed:
        session = await bed.open(Storeless)
        await bed.click(session, "Fail")
        await bed.click(session, "Fail")
        bed.trail.clear()
        for _ in range(4):
            with bed.calls() as made:
                await bed.click(session, "Store")
            assert made == ["message"]
        assert set(bed.trail) == {"on_action Storeless"}
        assert len(bed.wire.whispers) == 4
        assert session.end is None
        await bed.click(session, "Fail")
        said(bed, 7)
        assert session.end is not None


@pytest.mark.case("S152", "S152a")
async def test_a_menu_that_cannot_be_read_leaves_the_one_before_usable() -> None:
    async with opened(flow(Storeless, Unreadable)) as bed:
        session = await bed.open(Storeless)
        with bed.calls() as made:
            await bed.click(session, "Leave")
        said(bed)
        assert made == ["update", "followup"]
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Storeless 1"


@pytest.mark.case("S152a")
async def test_a_menu_that_cannot_be_drawn_is_drawn_by_the_next_click() -> None:
    async with opened(flow(Storeless, Undrawable)) as bed:
        session = await bed.open(Storeless)
        await bed.click(session, "Leave")
        said(bed)
        assert bed.shown(session).content == "Storeless 0"
        Undrawable.reachable = True
        await bed.click(session, "+1")
        Undrawable.reachable = False
        assert bed.shown(session).content == "Undrawable"


@pytest.mark.case("S152a")
async def test_postgres_that_goes_while_a_failure_is_undone_ends_nothing() -> None:
    class Early(Storeless):
        def render(self) -> Screen:
            if self.broken == "store":
                raise StoreUnavailableError("unreachable")
            return super().render()

        @button("Go wrong")
        async def go_wrong(self, ctx: MenuContext) -> None:
            self.broken = "store"
            await ctx.go_to("broken")

    async with opened(flow(Early, Broken)) as bed:
        session = await bed.open(Early)
        await bed.click(session, "Go wrong")
        assert said(bed, 2) == ["LookupError", "StoreUnavailableError"]
        session.menu.broken = ""
        await bed.click(session, "+1")
        assert bed.shown(session).content.endswith("\nEarly 0")
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Early 1"
