"""Hooks that end the session they are called in: nothing comes after the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flowcord import EndReason, Flow, Menu, MenuContext, button, slash
from tests.simcord.menus import D, page
from tests.simcord.world import Bot, Shown, simulated

#: The hook that ends the session, and by which of the two ways.
_ends: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    yield
    _ends.clear()


class Fragile(Menu):
    async def _end_in(self, hook: str, ctx: MenuContext) -> None:
        if (hook, "session") in _ends:
            await self.session.close()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        elif (hook, "ctx") in _ends:
            await ctx.close()

    async def setup(self, ctx: MenuContext) -> None:
        await self._end_in("setup", ctx)

    async def on_enter(self, ctx: MenuContext) -> None:
        await self._end_in("on_enter", ctx)

    async def on_leave(self, ctx: MenuContext) -> None:
        await self._end_in("on_leave", ctx)

    async def before_render(self, ctx: MenuContext) -> None:
        await self._end_in("before_render", ctx)

    def render(self) -> object:
        return page("Fragile")


@slash("fragile", description="May end at any time")
class Entry(Fragile):
    @button("Nothing")
    async def nothing(self, ctx: MenuContext) -> None: ...

    @button("Go")
    async def go(self, ctx: MenuContext) -> None:
        await ctx.go_to(D)

    @button("Next")
    async def next(self, ctx: MenuContext) -> None:
        await ctx.go_to(Next)


class Next(Fragile): ...


class FragileFlow(Flow):
    menus = (Entry, Next, D)


HOOKS = ("setup", "on_enter", "before_render")
WAYS = [(hook, way) for hook in HOOKS for way in ("session", "ctx") if (hook, way) != ("setup", "ctx")]


@pytest.mark.case("S31")
@pytest.mark.parametrize(("hook", "way"), WAYS)
async def test_an_end_before_the_first_screen_is_the_answer_and_no_screen_follows(
    hook: str, way: str
) -> None:
    _ends.append((hook, way))
    async with simulated(Bot(FragileFlow)) as world:
        with world.requests() as made:
            opened = await world.ann.slash("fragile")
            await world.advance(3)
        assert made == ["message"]
        assert opened.whispered == ["*Menu closed*"]
        assert world.ran("on_end") == ["on_end Entry"]
        assert world.sessions == []


@pytest.mark.case("S31")
async def test_a_bot_that_closes_itself_before_the_first_screen_says_so() -> None:
    @slash("last", description="Closes the bot")
    class Last(Menu):
        async def on_enter(self, ctx: MenuContext) -> None:
            await ctx.flows.close()

        def render(self) -> object:
            return page("Last")

    async with simulated(Bot(Last)) as world:
        opened = await world.ann.slash("last")
        await world.advance(3)
        assert opened.whispered == ["*The bot is restarting. Please run the command again in a moment.*"]
        assert world.ran("on_enter", "on_leave", "on_end") == [
            "on_enter Last",
            "on_leave Last",
            "on_end Last",
        ]


@pytest.mark.case("S40")
@pytest.mark.parametrize(("hook", "way"), WAYS)
async def test_an_end_on_the_way_to_a_menu_is_shown_and_nothing_after_it(hook: str, way: str) -> None:
    async with simulated(Bot(FragileFlow)) as world:
        menu = await world.ann.open("fragile")
        _ends.append((hook, way))
        click = await world.ann.click(menu, "Next")
        _check_ended(world.trail, menu)
        assert click.acknowledged


@pytest.mark.case("S40")
@pytest.mark.parametrize("way", ["session", "ctx"])
async def test_an_end_before_a_later_render_is_shown_and_nothing_after_it(way: str) -> None:
    async with simulated(Bot(FragileFlow)) as world:
        menu = await world.ann.open("fragile")
        (session,) = world.sessions
        _ends.append(("before_render", way))
        with world.requests() as made:
            await world.ann.click(menu, "Nothing")
        _check_ended(world.trail, menu)
        assert made == ["update"]
        assert session.end.reason is EndReason.CLOSED


@pytest.mark.case("S42")
async def test_an_end_while_a_menu_is_left_enters_no_other() -> None:
    async with simulated(Bot(FragileFlow)) as world:
        menu = await world.ann.open("fragile")
        _ends.append(("on_leave", "session"))
        world.trail.clear()
        await world.ann.click(menu, "Go")
        assert world.ran("on_leave", "setup", "on_enter", "on_end") == ["on_leave Entry", "on_end Entry"]
        _check_ended(world.trail, menu)


def _check_ended(trail: list[str], menu: Shown) -> None:
    assert trail[-1].startswith("on_end")
    assert menu.labels == []
