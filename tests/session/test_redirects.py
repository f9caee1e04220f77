"""Redirects: hooks that go elsewhere, and what is shown, entered and left then."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import EndReason, Fallback, Menu, MenuContext, Options, Screen, button, list_pages
from tests.bed import opened
from tests.session.menus import Count, D, flow

ALLOWED = ["on_enter", "before_render", "after_render", "on_action", "on_page", "on_update_options"]


class Home(D):
    def render(self) -> Screen:
        return Screen("Home")

    @button("Start")
    async def start(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu("hooked", number=1)


class Numbered(Options):
    number: int = 0


class Hooked(Menu[Count, Numbered]):
    """Redirects once it is armed, in the hook that a test names."""

    armed = False
    pages = list_pages(total=30, per_page=10)
    fallback = Fallback(Home)

    def render(self) -> Screen:
        return Screen(f"Hooked {self.options.number}")

    @button("Act")
    async def act(self, ctx: MenuContext) -> None:
        self.state.merge(count=self.state.current.count + 1)

    @button("Update")
    async def update(self, ctx: MenuContext) -> None:
        await ctx.update_options(number=2)


#: What each verb does in the hook, and what is shown after it.
VERBS: dict[str, tuple[Any, str]] = {
    "go_to": (lambda ctx: ctx.go_to(D), "D"),
    "go_back": (lambda ctx: ctx.go_back(), "Home"),
    "close": (lambda ctx: ctx.close(), "Hooked"),
    "open_sub_menu": (lambda ctx: ctx.open_sub_menu(D), "D"),
    "complete": (lambda ctx: ctx.complete(), "Home"),
    "update_options": (lambda ctx: ctx.update_options(number=9), "Hooked 9"),
    "refresh": (lambda ctx: ctx.refresh(), "Hooked"),
}


@pytest.mark.case("S39", "S40", "S42")
@pytest.mark.parametrize("hook", ALLOWED)
@pytest.mark.parametrize("verb", VERBS)
async def test_only_where_a_hook_leads_is_shown_and_every_menu_is_left_that_was_entered(
    hook: str, verb: str
) -> None:
    go, shown = VERBS[verb]

    async def redirect(self: Any, ctx: Any, *more: Any) -> None:
        if not hooked.armed:
            return
        hooked.armed = False
        await go(ctx)

    hooked: Any = type("Hooked", (Hooked,), {hook: redirect})
    async with opened(flow(Home, hooked, D)) as bed:
        session = await bed.open(Home)
        if hook == "on_enter":
            hooked.armed = True
        await bed.click(session, "Start")
        if hook != "on_enter":
            hooked.armed = True
            label = {"on_page": "▶", "on_update_options": "Update"}.get(hook, "Act")
            with bed.calls() as made:
                await bed.click(session, label)
            if verb != "refresh":
                assert made == (["defer", "edit"] if hook == "after_render" else ["update"])
        if verb == "close":
            assert session.end is not None
            assert session.end.reason is EndReason.CLOSED
            assert bed.flows.sessions == []
            return
        assert bed.shown(session).content.startswith(shown)
        before = session.visit
        if "Back" in bed.shown(session).labels:
            await bed.click(session, "Back")
            assert session.visit > before
        bed.check_pairs(session)


@pytest.mark.case("S42")
@pytest.mark.parametrize("verb", ["go_to", "close", "update_options", "refresh"])
async def test_an_action_runs_only_if_the_hook_before_it_went_nowhere(verb: str) -> None:
    acted: list[Any] = []

    class Acting(Hooked):
        name = "hooked"

        async def on_action(self, ctx: MenuContext) -> None:
            await VERBS[verb][0](ctx)

        @button("Act")
        async def act(self, ctx: MenuContext) -> None:
            acted.append(ctx)

    async with opened(flow(Acting, Home, D)) as bed:
        session = await bed.open(Acting)
        await bed.click(session, "Act")
        assert len(acted) == (verb == "refresh")
