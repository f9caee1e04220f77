"""Navigation: what each verb keeps and makes anew, and what happens when it cannot be done."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from flowcord import (
    EndReason,
    Fallback,
    Menu,
    MenuContext,
    NoOpenerError,
    Options,
    OptionsError,
    Screen,
    StateValidationError,
    UnknownMenuError,
    button,
)
from tests.bed import opened
from tests.session.menus import Count, D, M, do, flow


class ItemOptions(Options):
    item_id: int
    label: str = "none"


class Item(Menu[Count, ItemOptions]):
    seen: list[Any] = []

    def setup(self, ctx: MenuContext) -> None:
        self.seen.append(self.options.item_id)

    def render(self) -> Screen:
        return Screen(f"Item {self.options.item_id} {self.options.label} {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)


class Kept(M):
    preserve_state_on_return = True

    def setup(self, ctx: MenuContext) -> None:
        self.made = object()


@pytest.mark.case("S48")
async def test_a_menu_that_is_not_preserved_is_made_anew() -> None:
    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        first = session.menu
        for _ in range(3):
            await bed.click(session, "+1")
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert bed.shown(session).content == "M 0"
        assert session.menu is not first
        assert bed.trail.count("setup M") == 2


@pytest.mark.case("S49", "S51")
async def test_a_preserved_menu_comes_back_as_it_was_left_whatever_was_done_to_it_meanwhile() -> None:
    async with opened(flow(Kept, D)) as bed:
        session = await bed.open(Kept)
        kept = session.menu
        made = kept.made  # pyright: ignore
        await bed.click(session, "+1")
        await bed.click(session, "Go")
        kept.state.merge(count=99)
        await bed.click(session, "Back")
        assert session.menu is kept
        assert kept.made is made  # pyright: ignore
        assert bed.shown(session).content == "M 1"
        assert bed.trail.count("setup Kept") == 1
        assert bed.trail.count("on_enter Kept") == 2


class Holding(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    count: int = 0
    lock: Any = None


@pytest.mark.case("S52")
async def test_state_that_cannot_be_copied_stops_a_navigation_before_anything_happened() -> None:
    class Locked(Menu[Holding]):
        preserve_state_on_return = True

        def render(self) -> Screen:
            return Screen("Locked")

        @button("Go")
        async def go(self, ctx: MenuContext) -> None:
            self.state.merge(lock=threading.Lock())
            await ctx.go_to(D)

    async with opened(flow(Locked, D)) as bed:
        session = await bed.open(Locked)
        bed.trail.clear()
        await bed.click(session, "Go")
        (error,) = bed.incidents()
        assert isinstance(error, StateValidationError)
        assert set(error.fields) == {"lock"}
        assert bed.trail == [
            "on_action Locked",
            "on_error Locked",
            "before_render Locked",
            "after_render Locked",
        ]
        assert (len(session.stack), session.visit) == (0, 1)
        assert bed.shown(session).content.endswith("Locked")


@pytest.mark.case("S55")
@pytest.mark.parametrize("instance", [False, True])
async def test_options_are_there_in_setup_and_again_after_back(instance: bool) -> None:
    Item.seen = []

    async def go(ctx: MenuContext) -> None:
        if instance:
            await ctx.go_to(Item, ItemOptions(item_id=3, label="x"))
        else:
            await ctx.go_to("item", item_id=3, label="x")

    async with opened(flow(M, Item, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, go)
        assert bed.shown(session).content == "Item 3 x 0"
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert bed.shown(session).content == "Item 3 x 0"
        assert Item.seen == [3, 3]


@pytest.mark.case("S57", "S64")
@pytest.mark.parametrize(
    ("go", "error"),
    [
        (lambda ctx: ctx.go_to("item", item_id="x"), OptionsError),
        (lambda ctx: ctx.go_to("item"), OptionsError),
        (lambda ctx: ctx.go_to(Item, ItemOptions(item_id=1), item_id=2), OptionsError),
        (lambda ctx: ctx.go_to("nowhere"), UnknownMenuError),
        (lambda ctx: ctx.go_to(D), UnknownMenuError),
        (lambda ctx: ctx.open_sub_menu(D), UnknownMenuError),
        (lambda ctx: ctx.ask(D), UnknownMenuError),
        (lambda ctx: ctx.complete(1), NoOpenerError),
    ],
)
async def test_a_navigation_that_cannot_be_leaves_everything_as_it_is(
    go: Any, error: type[Exception]
) -> None:
    async with opened(flow(M, Item), M, flow(D, kind="other")) as bed:
        session = await bed.open(bed.flows.flows["front"].flow)
        await bed.click(session, "+1")
        bed.trail.clear()
        menu, visit = session.menu, session.visit
        await do(bed, session, go)
        assert [type(each) for each in bed.incidents()] == [error]
        assert bed.trail == ["on_action M", "on_error M", "before_render M", "after_render M"]
        assert (session.menu, session.visit, len(session.stack), session.asks) == (menu, visit, 0, [])
        assert bed.shown(session).content.endswith("\nM 1")


@pytest.mark.case("S60")
async def test_back_leads_step_by_step_and_at_last_closes() -> None:
    class A(D):
        @button("Go")
        async def go(self, ctx: MenuContext) -> None:
            await ctx.go_to("b")

    class B(D):
        def render(self) -> Screen:
            return Screen("B")

    async with opened(flow(M, A, B)) as bed:
        session = await bed.open(M)
        await do(bed, session, lambda ctx: ctx.go_to(A))
        await bed.click(session, "Go")
        for content in ("B", "D", "M 0"):
            assert bed.shown(session).content == content
            if content != "M 0":
                await bed.click(session, "Back")
        assert "Back" not in bed.shown(session).labels
        await do(bed, session, lambda ctx: ctx.go_back())
        assert session.end is not None
        assert session.end.reason is EndReason.CLOSED


@pytest.mark.case("S61")
async def test_an_untracked_menu_is_passed_over_on_the_way_back() -> None:
    class Through(M):
        tracked = False

    async with opened(flow(M, Through, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, lambda ctx: ctx.go_to(Through))
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert type(session.menu) is M


@pytest.mark.case("S62")
async def test_with_an_empty_stack_back_leads_to_the_fallback_with_its_options() -> None:
    deep = type("Deep", (M,), {"fallback": Fallback("item", item_id=8)})
    async with opened(flow(M, deep, Item, D)) as bed:
        session = await bed.open(deep)
        await bed.click(session, "Back")
        assert (bed.shown(session).content, len(session.stack)) == ("Item 8 none 0", 0)

        session = await bed.open(M)
        await do(bed, session, lambda ctx: ctx.go_to(deep))
        await bed.click(session, "Back")
        assert type(session.menu) is M


@pytest.mark.case("S62")
async def test_back_is_hidden_where_a_menu_says_so() -> None:
    final = type("Final", (M,), {"fallback": Fallback(D), "returnable": False})
    async with opened(flow(final, D)) as bed:
        session = await bed.open(final)
        assert "Back" not in bed.shown(session).labels
        await do(bed, session, lambda ctx: ctx.go_back())
        assert bed.shown(session).content == "D"


@pytest.mark.case("S65")
async def test_after_sixty_steps_fifty_are_remembered() -> None:
    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        for _ in range(60):
            await do(bed, session, lambda ctx: ctx.go_to(M))
        assert len(session.stack) == 50
        for _ in range(50):
            await bed.click(session, "Back")
        assert "Back" not in bed.shown(session).labels
        assert bed.flows.sessions == [session]


@pytest.mark.case("S44")
async def test_several_verbs_in_one_handler_enter_and_leave_each_and_render_the_last() -> None:
    async def wander(ctx: MenuContext) -> None:
        await ctx.go_to("d")
        await ctx.go_back()
        await ctx.go_to("d")

    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        bed.trail.clear()
        with bed.calls() as made:
            await do(bed, session, wander)
        assert made == ["update"]
        assert [each for each in bed.trail if "enter" in each] == ["on_enter D", "on_enter M", "on_enter D"]
        assert bed.trail.count("before_render D") == 1
        bed.check_pairs(session)


# Sub-menus -----------------------------------------------------------------------------------------


class Party(M):
    """Untracked, and yet it is there when the sub-menu is done."""

    tracked = False

    def setup(self, ctx: MenuContext) -> None:
        self.log: list[Any] = []

    @button("Recruit")
    async def recruit(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu(D, on_complete=self.recruited, on_dismiss=self.nobody)

    async def recruited(self, ctx: MenuContext, result: int) -> None:
        self.log.append(result)
        self.state.merge(count=self.state.current.count + result)

    def nobody(self, ctx: MenuContext) -> None:
        self.log.append("nobody")


@pytest.mark.case("S66", "S67", "S69")
async def test_a_result_comes_back_to_the_opener_as_it_was() -> None:
    async with opened(flow(Party, D)) as bed:
        session = await bed.open(Party)
        party = session.menu
        await bed.click(session, "+1")
        for _ in range(2):
            await bed.click(session, "Recruit")
            bed.trail.clear()
            with bed.calls() as made:
                await bed.click(session, "Done")
            assert bed.trail[1:4] == ["on_leave D", "on_enter Party", "before_render Party"]
            assert made == ["update"]
        assert session.menu is party
        assert party.log == [7, 7]  # pyright: ignore
        assert bed.shown(session).content == "M 15"


@pytest.mark.case("S68")
async def test_back_dismisses_once_and_completes_never() -> None:
    async with opened(flow(Party, D)) as bed:
        session = await bed.open(Party)
        await bed.click(session, "Recruit")
        await bed.click(session, "Back")
        assert session.menu.log == ["nobody"]  # pyright: ignore


@pytest.mark.case("S70")
async def test_a_menu_further_down_completes_for_the_opener() -> None:
    class Second(D):
        name = "second"

        def render(self) -> Screen:
            return Screen("Second")

    class First(D):
        name = "d"

        @button("On")
        async def on(self, ctx: MenuContext) -> None:
            await ctx.go_to(Second)

    class Leader(Party):
        @button("Recruit")
        async def recruit(self, ctx: MenuContext) -> None:
            await ctx.open_sub_menu(First, on_complete=self.recruited)

    async with opened(flow(Leader, First, Second)) as bed:
        session = await bed.open(Leader)
        await bed.click(session, "Recruit")
        await bed.click(session, "On")
        bed.trail.clear()
        await bed.click(session, "Done")
        assert [each for each in bed.trail if "leave" in each] == ["on_leave Second"]
        assert session.menu.log == [7]  # pyright: ignore
        assert len(session.stack) == 0


@pytest.mark.case("S71")
async def test_completing_for_nobody_leaves_the_menu_on_display() -> None:
    async with opened(flow(D)) as bed:
        session = await bed.open(D)
        await bed.click(session, "Done")
        assert [type(each) for each in bed.incidents()] == [NoOpenerError]
        assert bed.shown(session).content.endswith("\nD")


@pytest.mark.case("S152")
async def test_an_opener_that_cannot_be_entered_again_leaves_the_sub_menu_on_display() -> None:
    class Fussy(Party):
        entered = 0

        def on_enter(self, ctx: MenuContext) -> None:
            self.entered += 1
            if self.entered == 2:
                raise ZeroDivisionError

    async with opened(flow(Fussy, D)) as bed:
        session = await bed.open(Fussy)
        await bed.click(session, "Recruit")
        await bed.click(session, "Done")
        assert len(bed.incidents()) == 1
        assert bed.shown(session).content.endswith("\nD")
        await bed.click(session, "Done")
        assert bed.shown(session).content == "M 7"
        bed.check_pairs(session)
