"""Notices: said once, with the next screen; where that cannot be, to this user alone."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    Button,
    GuardFailed,
    Layout,
    MenuContext,
    Screen,
    button,
    go_to,
    guard,
    modal,
)
from tests.bed import BOB, opened
from tests.session.menus import D, M, NameForm, do, flow


class Purse(M):
    gold = 0

    @button("Buy", guard=guard(lambda menu, ctx: menu.gold > 0, "no gold"))
    async def buy(self, ctx: MenuContext) -> None:
        self.state.merge(count=9)

    @button("Beg")
    async def beg(self, ctx: MenuContext) -> None:
        raise GuardFailed("not here")


@pytest.mark.case("S78", "S81")
@pytest.mark.parametrize(("label", "text"), [("Buy", "no gold"), ("Beg", "not here")])
async def test_a_failed_guard_is_a_notice_that_the_next_screen_does_not_have(label: str, text: str) -> None:
    async with opened(Purse) as bed:
        session = await bed.open(Purse)
        with bed.calls() as made:
            await bed.click(session, label)
        assert (made, bed.shown(session).content) == (["update"], f"{text}\nM 0")
        await do(bed, session, lambda ctx: None)
        assert bed.shown(session).content == "M 0"
        assert "on_error Purse" not in bed.trail


@pytest.mark.case("S82")
async def test_a_notice_survives_navigation_and_is_gone_with_the_screen_after() -> None:
    async def there(ctx: MenuContext) -> None:
        ctx.notify("welcome")
        await ctx.go_to(D)

    async with opened(flow(M, D)) as bed:
        session = await bed.open(M)
        await do(bed, session, there)
        assert bed.shown(session).content == "welcome\nD"
        await bed.click(session, "Back")
        assert bed.shown(session).content == "M 0"


@pytest.mark.case("S82")
async def test_a_private_notice_follows_the_screen() -> None:
    async def secret(ctx: MenuContext) -> None:
        ctx.notify("only you", private=True)
        ctx.menu.state.merge(count=1)

    async with opened(M) as bed:
        session = await bed.open(M)
        with bed.calls() as made:
            await do(bed, session, secret)
        assert made == ["update", "followup"]
        assert (bed.shown(session).content, bed.wire.whispers) == ("M 1", ["only you"])


async def test_a_notice_for_which_there_is_no_room_is_private() -> None:
    class Full(M):
        def render(self) -> Screen:
            return Screen("x" * 1999)

    async with opened(Full) as bed:
        session = await bed.open(Full)
        await do(bed, session, lambda ctx: ctx.notify("no room"))
        assert (bed.shown(session).content, bed.wire.whispers) == ("x" * 1999, ["no room"])


@pytest.mark.parametrize("screen", [Screen("x" * 2001), Screen(embed=discord.Embed(title="x" * 257)), None])
async def test_a_notice_of_a_screen_that_could_not_be_made_is_said_all_the_same(screen: Any) -> None:
    class Fragile(M):
        fails = False

        def render(self) -> Screen:
            if self.fails:
                self.fails = False
                return screen
            return super().render()

    async def fail(ctx: Any) -> None:
        ctx.notify("hello")
        ctx.notify("for you", private=True)
        ctx.menu.fails = True

    async with opened(Fragile) as bed:
        session = await bed.open(Fragile)
        await do(bed, session, fail)
        assert len(bed.incidents()) == 1
        await bed.click(session, "+1")
        said = [*bed.wire.whispers, *bed.shown(session).content.split("\n")]
        assert (said.count("hello"), said.count("for you")) == (1, 1)


@pytest.mark.case("S83")
async def test_otherwise_goes_elsewhere_without_a_notice() -> None:
    class Gated(M):
        @button("In", guard=guard(lambda menu, ctx: False, "no", otherwise=go_to("d")))
        async def enter(self, ctx: MenuContext) -> None: ...

        @button("Form", opens=NameForm, guard=guard(lambda menu, ctx: False, "no", otherwise=go_to("d")))
        async def named(self, ctx: MenuContext, form: NameForm) -> None: ...

    async with opened(flow(Gated, D)) as bed:
        for label in ("In", "Form"):
            session = await bed.open(Gated)
            await bed.click(session, label)
            assert bed.shown(session).content == "D"


@pytest.mark.case("S105")
async def test_in_a_shared_menu_a_failed_guard_is_told_to_whoever_clicked_alone() -> None:
    class Shared(Purse):
        behavior = Behavior(access=Access.everyone())

    async with opened(Shared) as bed:
        session = await bed.open(Shared)
        await bed.click(session, "Buy", user=BOB)
        assert (bed.shown(session).content, bed.wire.whispers) == ("M 0", ["no gold"])


async def test_notices_that_wait_at_the_end_are_said_all_the_same() -> None:
    async def farewell(ctx: MenuContext) -> None:
        ctx.notify("saved")
        ctx.notify("for you", private=True)
        await ctx.close()

    async with opened(M) as bed:
        session = await bed.open(M)
        await do(bed, session, farewell)
        assert bed.wire.whispers == ["saved", "for you"]


@pytest.mark.case("S80")
async def test_a_guard_of_the_entry_refuses_it_to_the_user_alone() -> None:
    class Members(M):
        async def on_enter(self, ctx: MenuContext) -> None:
            raise GuardFailed("members only")

    async with opened(flow(M, Members), Members) as bed:
        session = await bed.open(Members)
        assert session.end is not None
        assert (session.end.reason.value, bed.wire.whispers) == ("closed", ["members only"])

        session = await bed.open(bed.flows.flows["front"].flow)
        await do(bed, session, lambda ctx: ctx.go_to(Members))
        assert bed.shown(session).content == "members only\nM 0"
        bed.check_pairs(session)


# Forms ---------------------------------------------------------------------------------------------


class Named(M):
    def setup(self, ctx: MenuContext) -> None:
        self.log: list[Any] = []

    @button("Name", opens=NameForm)
    async def named(self, ctx: MenuContext, form: NameForm) -> None:
        self.log.append(form.name.value)

    @button("Guarded", opens=NameForm, guard=guard(lambda menu, ctx: False, "not now"))
    async def guarded(self, ctx: MenuContext, form: NameForm) -> None:
        self.log.append("never")

    @button("Picky", opens=NameForm)
    async def picky(self, ctx: MenuContext, form: NameForm) -> None:
        raise GuardFailed(f"not {form.name.value}")


@pytest.mark.case("S111")
async def test_a_form_is_opened_and_submitted_by_one_request_each() -> None:
    async with opened(Named) as bed:
        session = await bed.open(Named)
        for name in ("Alice", "Bob"):
            with bed.calls() as made:
                await bed.click(session, "Name")
                await bed.submit(session, name=name)
            assert made == ["modal", "defer"]
        assert session.menu.log == ["Alice", "Bob"]  # pyright: ignore
        assert bed.trail.count("on_action Named") == 2


@pytest.mark.case("S81", "S118")
async def test_a_guard_of_a_form_and_a_refused_submit_are_one_notice_each() -> None:
    async with opened(Named) as bed:
        session = await bed.open(Named)
        with bed.calls() as made:
            await bed.click(session, "Guarded")
        assert (made, bed.shown(session).content) == (["update"], "not now\nM 0")
        await bed.click(session, "Picky")
        await bed.submit(session, name="Eve")
        assert bed.shown(session).content == "not Eve\nM 0"
        assert session.menu.log == []  # pyright: ignore


@pytest.mark.case("S114")
async def test_a_submit_counts_once_and_only_during_the_visit_of_its_form() -> None:
    class Home(Named):
        @button("Away")
        async def away(self, ctx: MenuContext) -> None:
            await ctx.go_to(D)

    async with opened(flow(Home, D)) as bed:
        session = await bed.open(Home)
        home = session.menu
        await bed.click(session, "Name")
        await bed.click(session, "+1")
        await bed.submit(session, name="after a render")
        await bed.submit(session, name="twice")
        assert bed.wire.whispers == ["That button belongs to an earlier page of this menu."]
        await bed.click(session, "Name")
        await bed.click(session, "Away")
        await bed.submit(session, name="after leaving")
        assert home.log == ["after a render"]  # pyright: ignore
        assert bed.shown(session).content == "D"


@pytest.mark.case("S111", "S113")
async def test_the_handler_of_a_form_may_stand_apart_or_be_missing_and_a_method_may_fill_it() -> None:
    class Filled(M):
        got: list[str] = []

        def render(self) -> Screen:
            return Screen(
                f"{len(self.got)}",
                components=[Button("Filled", opens=self.fill), Button("Other", opens=Other)],
            )

        def fill(self) -> NameForm:
            form = NameForm()
            form.name.default = "Ada"
            return form

        @modal(NameForm)
        async def named(self, ctx: MenuContext, form: NameForm) -> None:
            self.got.append(form.name.value)

    class Other(NameForm, title="Other"):
        pass

    async with opened(Filled) as bed:
        session = await bed.open(Filled)
        await bed.click(session, "Filled")
        assert bed.wire.modal["components"][0]["components"][0]["value"] == "Ada"
        await bed.submit(session, name="Eva")
        assert bed.shown(session).content == "1"
        await bed.click(session, "Other")
        bed.trail.clear()
        await bed.submit(session, name="Eva")
        assert bed.trail == ["before_render Filled", "after_render Filled"]


def fails(self: Any) -> NameForm:
    raise ZeroDivisionError


def is_too_long(self: Any) -> NameForm:
    form = NameForm()
    form.title = "x" * 46
    return form


@pytest.mark.case("S146")
@pytest.mark.parametrize("fill", [fails, is_too_long, lambda self: discord.ui.Modal(title="x")])
async def test_a_form_that_cannot_be_made_is_an_incident_and_the_session_goes_on(fill: Any) -> None:
    class Broken(M):
        @button("Name", opens=fill)
        async def named(self, ctx: MenuContext, form: NameForm) -> None: ...

    async with opened(Broken) as bed:
        session = await bed.open(Broken)
        await bed.click(session, "Name")
        assert len(bed.incidents()) == 1
        assert len(bed.wire.whispers) == 1
        await bed.click(session, "+1")
        assert bed.shown(session).content == "M 1"


# Shown by the menu itself --------------------------------------------------------------------------


class Ticker(M):
    behavior = Behavior(notices="manual")

    def render(self) -> Screen:
        return Screen(
            f"M {self.state.current.count}", embed=discord.Embed(description=" | ".join(self.notices))
        )


class TickerLayout(Ticker):
    def render(self) -> Layout:
        return Layout(discord.ui.TextDisplay(" | ".join(("M", *self.notices))))


async def test_a_menu_may_show_its_notices_itself_once() -> None:
    async with opened(Ticker) as bed:
        session = await bed.open(Ticker)
        await do(bed, session, lambda ctx: (ctx.notify("one"), ctx.notify("two"))[0])
        shown = bed.shown(session)
        assert (shown.content, shown.embeds[0]["description"]) == ("M 0", "one | two")
        await bed.click(session, "+1")
        shown = bed.shown(session)
        assert (shown.content, shown.embeds[0].get("description", "")) == ("M 1", "")


async def test_a_notice_that_the_menu_shows_itself_is_sent_at_once() -> None:
    async with opened(Ticker) as bed:
        session = await bed.open(Ticker)

        async def slow(ctx: MenuContext) -> None:
            await bed.sleep(1)
            ctx.notify("done")

        with bed.calls() as made:
            await do(bed, session, slow)
            bed.press(session, "+1")
            await bed.advance(3)
        assert sorted(made) == ["update", "update"]


async def test_a_layout_may_show_its_notices_itself_too() -> None:
    async with opened(TickerLayout) as bed:
        session = await bed.open(TickerLayout)
        await do(bed, session, lambda ctx: ctx.notify("one"))
        assert bed.shown(session).texts == ["M | one"]
        await do(bed, session, lambda ctx: None)
        assert bed.shown(session).texts == ["M"]
