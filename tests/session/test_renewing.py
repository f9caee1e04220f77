"""Renewing: a menu begins anew in place, under a new visit number, or stays just as it was."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import (
    Button,
    Flow,
    GuardFailed,
    Menu,
    MenuContext,
    NavigationError,
    Options,
    OptionsError,
    Screen,
    SessionError,
    button,
    update_options,
)
from flowcord.menu.remembered import recall, remembered
from tests.bed import Bed, opened
from tests.session.menus import Count, D, M, do, flow


class ItemOptions(Options):
    item_id: int = 1
    label: str = "none"


class Item(Menu[Count, ItemOptions]):
    """`seen` is what `setup` and `on_update_options` saw."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def setup(self, ctx: MenuContext) -> None:
        self.seen.append(self.options.item_id)
        self.made = object()
        self.state.merge(count=0)

    def on_update_options(self, ctx: MenuContext, old: ItemOptions) -> None:
        self.seen.append((old.item_id, self.options.item_id))

    def render(self) -> Screen:
        return Screen(f"Item {self.options.item_id} {self.options.label} {self.state.current.count}")

    @button("+1")
    async def add(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)
        remembered(self).pages["pages"] = 3

    @button("Do")
    async def do_it(self, ctx: MenuContext) -> None:
        await M.do_it.function(self, ctx)  # pyright: ignore

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)


HOOKS = ("setup", "on_enter", "on_leave", "on_update_options")


async def item(bed: Bed, menu: type[Menu[Any, Any, Any]] = Item, **options: Any) -> Any:
    """A session in `menu`, its state and pages changed, and nothing on the trail."""
    session = await bed.open(menu, **options)
    await bed.click(session, "+1")
    session.menu.seen.clear()
    bed.trail.clear()
    return session


def ran(bed: Bed) -> list[str]:
    return [step for step in bed.trail if step.split()[0] in HOOKS]


def pages(session: Any) -> dict[str, int] | None:
    kept = recall(session.menu)
    return None if kept is None else kept.pages


@pytest.mark.case("S57")
@pytest.mark.parametrize("instance", [False, True])
async def test_new_options_replace_the_old_and_begin_the_menu_anew_without_leaving_it(instance: bool) -> None:
    async def update(ctx: MenuContext) -> None:
        if instance:
            await ctx.update_options(ItemOptions(item_id=4))
        else:
            await ctx.update_options(item_id=4)

    async with opened(flow(Item, D)) as bed:
        session = await item(bed, item_id=3, label="x")
        menu = session.menu
        with bed.calls() as made:
            await do(bed, session, update)
        assert made == ["update"]
        assert bed.shown(session).content == "Item 4 none 0"
        assert ran(bed) == ["setup Item", "on_update_options Item"]
        assert (session.menu, menu.seen, pages(session)) == (menu, [4, (3, 4)], None)
        assert (len(session.stack), session.visit) == (0, 2)
        await bed.click(session, "Go")
        await bed.click(session, "Back")
        assert bed.shown(session).content == "Item 4 none 0"


@pytest.mark.case("S57")
@pytest.mark.parametrize(
    "update",
    [
        lambda ctx: ctx.update_options(item_id="x"),
        lambda ctx: ctx.update_options(nonsense=1),
        lambda ctx: ctx.update_options(ItemOptions(), item_id=2),
        lambda ctx: ctx.update_options(Options()),
    ],
)
async def test_options_that_cannot_be_change_nothing(update: Any) -> None:
    async with opened(flow(Item, D)) as bed:
        session = await item(bed, item_id=3)
        await do(bed, session, update)
        assert [type(error) for error in bed.incidents()] == [OptionsError]
        assert ran(bed) == []
        assert (session.visit, pages(session)) == (1, {"pages": 3})
        assert bed.shown(session).content.endswith("\nItem 3 none 1")


@pytest.mark.case("S58")
async def test_the_state_may_be_put_back_over_what_setup_made_of_it() -> None:
    async with opened(flow(Item, D)) as bed:
        session = await item(bed)
        made = session.menu.made
        await do(bed, session, lambda ctx: ctx.update_options(preserve_state=True, item_id=4))
        assert bed.shown(session).content == "Item 4 none 1"
        assert (session.menu.seen, pages(session)) == ([4, (1, 4)], None)
        assert session.menu.made is not made


@pytest.mark.case("S58")
async def test_the_whole_instance_may_be_kept() -> None:
    async with opened(flow(Item, D)) as bed:
        session = await item(bed)
        made = session.menu.made
        await do(bed, session, lambda ctx: ctx.update_options(preserve_instance=True, item_id=4))
        assert bed.shown(session).content == "Item 4 none 1"
        assert (session.menu.seen, pages(session)) == ([(1, 4)], {"pages": 3})
        assert session.menu.made is made
        assert session.visit == 2


@pytest.mark.case("S56")
async def test_a_hard_refresh_begins_anew_with_the_options_it_has() -> None:
    async with opened(flow(Item, D)) as bed:
        session = await item(bed, item_id=3)
        seen: list[str] = []

        async def refresh(ctx: MenuContext) -> None:
            await ctx.refresh(hard=True)
            seen.append(bed.shown(session).content)

        with bed.calls() as made:
            await do(bed, session, refresh)
        assert made == ["update"]
        assert seen == ["Item 3 none 0"]
        assert ran(bed) == ["setup Item"]
        assert (session.menu.seen, pages(session), session.visit, len(session.stack)) == ([3], None, 2, 0)


@pytest.mark.case("S94c")
@pytest.mark.parametrize(
    "renew",
    [
        lambda ctx: ctx.update_options(item_id=1),
        lambda ctx: ctx.update_options(preserve_instance=True, item_id=1),
        lambda ctx: ctx.refresh(hard=True),
    ],
)
async def test_a_click_on_the_picture_before_is_stale_and_answered_with_the_current_one(renew: Any) -> None:
    async with opened(flow(Item, D)) as bed:
        session = await item(bed)
        old = bed.shown(session).id_of("+1")
        await do(bed, session, renew)
        shown = bed.shown(session).content
        bed.trail.clear()
        with bed.calls() as made:
            bed.press_id(old, session.stage.message_id)
            await bed.settle()
        assert (made, bed.trail) == (["update"], [])
        assert bed.shown(session).content == shown
        await bed.click(session, "+1")
        assert bed.shown(session).content != shown


class Refusal(Exception):
    pass


def failing(hook: str, error: BaseException) -> type[Menu[Any, Any, Any]]:
    async def fail(self: Any, ctx: Any, *more: Any) -> None:
        if self.options.item_id == 9:
            self.state.merge(count=77)
            self.extra = "made on the way"
            raise error

    return type("Item", (Item,), {hook: fail})


@pytest.mark.case("S57")
@pytest.mark.parametrize("hook", ["setup", "on_update_options"])
@pytest.mark.parametrize("caught", [False, True])
async def test_a_hook_that_fails_leaves_all_as_it_was(hook: str, caught: bool) -> None:
    async def update(ctx: MenuContext) -> None:
        try:
            await ctx.update_options(item_id=9)
        except Refusal:
            if not caught:
                raise

    async with opened(flow(failing(hook, Refusal()), D)) as bed:
        session = await item(bed, session_menu := bed.flows.flows["front"].entry, item_id=3)
        assert session_menu is type(session.menu)
        await do(bed, session, update)
        assert [type(error) for error in bed.incidents()] == ([] if caught else [Refusal])
        assert bed.shown(session).content.splitlines()[-1] == "Item 3 none 1"
        assert (session.visit, pages(session), hasattr(session.menu, "extra")) == (1, {"pages": 3}, False)
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Item 3 none 2"


@pytest.mark.case("S57")
async def test_setup_may_refuse_options_and_a_hook_after_it_may_not() -> None:
    async with opened(flow(failing("setup", GuardFailed("not this one")), D)) as bed:
        session = await item(bed, bed.flows.flows["front"].entry)
        await do(bed, session, lambda ctx: ctx.update_options(item_id=9))
        assert bed.shown(session).content == "not this one\nItem 1 none 1"
    async with opened(flow(failing("on_update_options", GuardFailed("no")), D)) as bed:
        session = await item(bed, bed.flows.flows["front"].entry)
        await do(bed, session, lambda ctx: ctx.update_options(item_id=9))
        assert [type(error) for error in bed.incidents()] == [SessionError]
        assert bed.shown(session).content.endswith("\nItem 1 none 1")


@pytest.mark.case("S57")
async def test_a_picture_that_fails_takes_the_options_back() -> None:
    def render(self: Any) -> Screen:
        if self.options.item_id == 9:
            raise Refusal
        return Item.render(self)

    broken = type("Item", (Item,), {"render": render})
    async with opened(flow(broken, D)) as bed:
        session = await item(bed, broken, item_id=3)
        with bed.calls() as made:
            await do(bed, session, lambda ctx: ctx.update_options(item_id=9))
        assert [type(error) for error in bed.incidents()] == [Refusal]
        assert (made, ran(bed)) == (["update"], ["setup Item", "on_update_options Item"])
        assert bed.shown(session).content.endswith("\nItem 3 none 1")
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Item 3 none 2"
        bed.check_pairs(session)


@pytest.mark.case("S57")
async def test_a_navigation_that_cannot_be_shown_returns_to_the_options_that_were_on_display() -> None:
    def render(self: Any) -> Screen:
        raise Refusal

    async def update_and_go(ctx: MenuContext) -> None:
        await ctx.update_options(item_id=9)
        await ctx.go_to(broken)

    broken: Any = type("Broken", (D,), {"render": render})
    async with opened(flow(Item, broken)) as bed:
        session = await item(bed, item_id=3)
        await do(bed, session, update_and_go)
        assert [type(error) for error in bed.incidents()] == [Refusal]
        assert bed.shown(session).content.endswith("\nItem 3 none 1")
        bed.check_pairs(session)


async def test_what_was_shown_in_between_is_what_it_returns_to() -> None:
    def render(self: Any) -> Screen:
        if self.options.item_id == 9:
            raise Refusal
        return Item.render(self)

    async def twice(ctx: MenuContext) -> None:
        await ctx.update_options(item_id=4)
        await ctx.refresh()
        await ctx.update_options(item_id=5)
        await ctx.update_options(item_id=9)

    broken = type("Item", (Item,), {"render": render})
    async with opened(flow(broken, D)) as bed:
        session = await item(bed, broken, item_id=3)
        await do(bed, session, twice)
        assert len(bed.incidents()) == 1
        assert bed.shown(session).content.endswith("\nItem 4 none 0")


@pytest.mark.parametrize("hook", ["on_enter", "before_render", "after_render", "on_action"])
async def test_options_may_be_updated_where_navigation_may_be(hook: str) -> None:
    async def update(self: Any, ctx: MenuContext) -> None:
        if self.options.item_id == 1:
            await ctx.update_options(item_id=2)

    updating = type("Item", (Item,), {hook: update})
    async with opened(flow(updating, D)) as bed:
        session = await bed.open(updating)
        if hook == "on_action":
            await bed.click(session, "+1")
        assert bed.shown(session).content == "Item 2 none 0"
        assert session.visit == 2
        await bed.click(session, "+1")
        assert bed.shown(session).content == "Item 2 none 1"
        bed.check_pairs(session)


@pytest.mark.case("S42")
@pytest.mark.parametrize("hook", ["setup", "on_leave", "on_end", "on_error"])
async def test_options_are_not_updated_while_a_visit_is_made_or_unmade(hook: str) -> None:
    refused: list[type[Exception]] = []

    async def update(self: Any, ctx: MenuContext, *more: Any) -> None:
        try:
            await ctx.update_options(item_id=2)
        except Exception as error:
            refused.append(type(error))

    async def fail_and_close(ctx: MenuContext) -> None:
        if hook == "on_error":
            raise Refusal
        await ctx.close()

    updating = type("Item", (Item,), {hook: update})
    async with opened(flow(updating, D)) as bed:
        session = await bed.open(updating)
        await do(bed, session, fail_and_close)
        bed.incidents()
    assert refused == [NavigationError]


@pytest.mark.case("S41")
async def test_a_hook_that_updates_for_ever_is_stopped() -> None:
    async def update(self: Any, ctx: MenuContext, old: Any) -> None:
        await ctx.update_options(item_id=self.options.item_id + 1)

    async with opened(flow(type("Item", (Item,), {"on_update_options": update}), D)) as bed:
        session = await item(bed, bed.flows.flows["front"].entry)
        await do(bed, session, lambda ctx: ctx.update_options(item_id=2))
        assert [type(error) for error in bed.incidents()] == [NavigationError]
        assert bed.shown(session).content.endswith("\nItem 1 none 1")


@pytest.mark.case("S39")
async def test_where_a_hook_after_the_update_goes_is_what_is_shown() -> None:
    async def leave(self: Any, ctx: MenuContext, old: Any) -> None:
        await ctx.go_to(D)

    leaving = type("Item", (Item,), {"on_update_options": leave})
    async with opened(flow(leaving, D)) as bed:
        session = await item(bed, leaving)
        with bed.calls() as made:
            await do(bed, session, lambda ctx: ctx.update_options(item_id=2))
        assert (made, bed.shown(session).content) == (["update"], "D")
        await bed.click(session, "Back")
        assert bed.shown(session).content == "Item 2 none 0"


@pytest.mark.case("S37")
async def test_hooks_of_the_app_the_flow_and_the_menu_hear_of_an_update() -> None:
    heard: list[Any] = []

    class Front(Flow):
        menus = (Item, D)

        def on_update_options(self, ctx: MenuContext, old: Any) -> None:
            heard.append(("flow", old.item_id))

    async with opened(Front) as bed:
        bed.flows.add_hook("on_update_options", lambda ctx, old: heard.append(("app", old.item_id)))
        session = await item(bed)
        await do(bed, session, lambda ctx: ctx.update_options(item_id=2))
        assert heard == [("app", 1), ("flow", 1)]
        assert session.menu.seen == [2, (1, 2)]


@pytest.mark.case("S57")
async def test_an_update_of_the_options_is_a_ready_made_action_too() -> None:
    class Shelf(Item):
        def render(self) -> Screen:
            buttons = [
                Button(f"{number}", action=update_options(item_id=number, preserve_state=True))
                for number in (1, 2)
            ]
            return Screen(f"Item {self.options.item_id} {self.state.current.count}", components=buttons)

    async with opened(Shelf) as bed:
        session = await item(bed, Shelf)
        await bed.click(session, "2")
        assert bed.shown(session).content == "Item 2 1"
        assert ran(bed) == ["setup Shelf", "on_update_options Shelf"]
