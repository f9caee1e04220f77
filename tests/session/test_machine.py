"""A session under random inputs, against a model of what it ought to show."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal

import discord
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flowcord import (
    DISMISSED,
    Behavior,
    Flow,
    Menu,
    MenuContext,
    MenuSession,
    Options,
    Screen,
    button,
    message_handler,
)
from flowcord.menu.behavior import Cleanup
from tests.bed import ANN, BOB, Bed, opened
from tests.session.menus import Count, NameForm

#: What the handlers of each session were given by sub-menus.
_given: dict[str, list[Any]] = {}
_beds: list[Bed] = []


class Base(Menu[Count, Options, int]):
    """The buttons that every menu of the machine has."""

    cancellable = True

    unready = False

    def render(self) -> Screen:
        if self.unready:
            raise ZeroDivisionError
        return Screen(f"{self.name} {self.state.current.count}")

    def add_up(self, number: int) -> None:
        self.state.merge(count=self.state.current.count + number)

    @property
    def given(self) -> list[Any]:
        return _given.setdefault(self.session.id, [])

    @button("+1")
    async def increment(self, ctx: MenuContext) -> None:
        self.add_up(1)

    @button("Slow")
    async def slow(self, ctx: MenuContext) -> None:
        await _beds[0].sleep(1)
        self.add_up(1)

    @button("Post", behavior=Behavior(cleanup="post_and_delete"))
    async def post(self, ctx: MenuContext) -> None:
        self.add_up(1)

    @button("Whisper", behavior=Behavior(ephemeral=True, cleanup="post_and_replace"))
    async def whisper(self, ctx: MenuContext) -> None:
        self.add_up(1)

    @button("Renew")
    async def renew(self, ctx: MenuContext) -> None:
        async with ctx.progress("covers the screen", total=2) as bar:
            await _beds[0].sleep(2)
            bar.update(1)
        await ctx.refresh(hard=True)

    @button("Unready")
    async def update(self, ctx: MenuContext) -> None:
        await ctx.update_options()

    def on_update_options(self, ctx: MenuContext, old: Options) -> None:
        self.unready = True

    @button("Very slow")
    async def very_slow(self, ctx: MenuContext) -> None:
        await _beds[0].sleep(400)
        self.add_up(1)

    @button("Kept")
    async def to_kept(self, ctx: MenuContext) -> None:
        await ctx.go_to(Kept)

    @button("Untracked")
    async def to_untracked(self, ctx: MenuContext) -> None:
        await ctx.go_to(Untracked)

    @button("Plain")
    async def to_plain(self, ctx: MenuContext) -> None:
        await ctx.go_to(Plain)

    @button("Redirect")
    async def to_redirect(self, ctx: MenuContext) -> None:
        await ctx.go_to(Redirect)

    @button("Broken")
    async def to_broken(self, ctx: MenuContext) -> None:
        await ctx.go_to(Broken)

    @button("Fail")
    async def fail(self, ctx: MenuContext) -> None:
        raise ZeroDivisionError

    @button("Sub")
    async def sub(self, ctx: MenuContext) -> None:
        await ctx.open_sub_menu(Kept, on_complete=self.completed, on_dismiss=self.dismissed)

    def completed(self, ctx: MenuContext, result: int) -> None:
        self.given.append(result)
        self.add_up(10)

    def dismissed(self, ctx: MenuContext) -> None:
        self.given.append(DISMISSED)

    async def ask(self, ctx: MenuContext, menu: type[Menu[Any, Options, int]]) -> None:
        try:
            self.given.append(await ctx.ask(menu))
        except asyncio.CancelledError:
            self.given.append("cancelled")
            raise
        self.add_up(10)

    @button("Ask")
    async def ask_for_long(self, ctx: MenuContext) -> None:
        await self.ask(ctx, Untracked)

    @button("Ask in vain")
    async def ask_in_vain(self, ctx: MenuContext) -> None:
        await self.ask(ctx, Broken)

    @button("Ask shortly")
    async def ask_shortly(self, ctx: MenuContext) -> None:
        await self.ask(ctx, Instant)

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.complete(self.state.current.count)

    @button("Form", opens=NameForm)
    async def named(self, ctx: MenuContext, form: NameForm) -> None:
        self.add_up(len(form.name.value))

    @message_handler
    async def written(self, ctx: MenuContext, message: discord.Message) -> None:
        self.add_up(len(message.content))

    @button("Close")
    async def close_it(self, ctx: MenuContext) -> None:
        await ctx.close()


class Plain(Base):
    pass


class Kept(Base):
    preserve_state_on_return = True


class Untracked(Base):
    tracked = False


class Redirect(Base):
    tracked = False

    async def on_enter(self, ctx: MenuContext) -> None:
        await ctx.go_to(Kept)


class Broken(Base):
    def render(self) -> Screen:
        raise ZeroDivisionError


class Instant(Base):
    async def on_enter(self, ctx: MenuContext) -> None:
        await ctx.complete(3)


class Front(Flow):
    menus = (Plain, Kept, Untracked, Redirect, Broken, Instant)


MENUS: dict[str, type[Base]] = {menu.name: menu for menu in (Plain, Kept, Untracked)}
ENDING = ("Close", "Cancel")
STAYING = ("+1", "Slow", "Very slow", "Fail", "Post", "Whisper", "Renew", "Unready")
SECONDS = {"Slow": 1, "Renew": 2, "Very slow": 400}
MOVING = ("Kept", "Untracked", "Plain", "Redirect", "Broken", "Sub", "Done", "Back")
ASKING = ("Ask", "Ask in vain", "Ask shortly")
STEPS = STAYING + MOVING + ASKING


@dataclass
class Frame:
    menu: str
    count: int
    #: `"sub"` or `"ask"` for openers.
    opener: str | None = None


@dataclass
class Expected:
    """What a session should be like."""

    menu: str = "plain"
    count: int = 0
    visit: int = 1
    ended: bool = False
    #: Whether the last message is gone, and nothing came after it.
    deleted: bool = False
    stack: list[Frame] = field(default_factory=list[Frame])
    given: list[Any] = field(default_factory=list[Any])
    #: Errors that were logged.
    incidents: int = 0
    #: When it was last used.
    idle_since: float = 0

    def click(self, label: str, visit: int, now: float) -> float:
        """The time after a click on `label`, in a picture of `visit`, was served."""
        if self.ended or visit != self.visit or (label == "Back" and not self.stack):
            return now
        now += SECONDS.get(label, 0)
        self.idle_since = now
        match label:
            case "+1" | "Slow" | "Very slow" | "Post" | "Whisper":
                self.count += 1
            case "Fail":
                self.incidents += 1
            case "Renew":
                self.count = 0
                self.visit += 1
            case "Unready":
                self.incidents += 1
                self.visit += 2
            case "Broken":
                self.incidents += 1
                self.visit += 2
            case "Ask in vain":
                self.incidents += 1
                self.come_back(Frame(self.menu, self.count, "ask"), DISMISSED)
                self.visit += 1
            case "Ask shortly":
                self.come_back(Frame(self.menu, self.count, "ask"), 3)
                self.visit += 1
            case "Redirect":
                self.go_to("kept")
                self.visit += 1
            case "Kept" | "Untracked" | "Plain":
                self.go_to(label.lower())
            case "Sub" | "Ask":
                self.stack.append(Frame(self.menu, self.count, label.lower()))
                self.enter("kept" if label == "Sub" else "untracked", 0)
            case "Back":
                frame = self.stack.pop()
                if frame.opener is None:
                    self.enter(frame.menu, frame.count if MENUS[frame.menu].preserve_state_on_return else 0)
                else:
                    self.come_back(frame, DISMISSED)
            case "Done":
                openers = [index for index, frame in enumerate(self.stack) if frame.opener]
                if openers:
                    frame = self.stack[openers[-1]]
                    del self.stack[openers[-1] :]
                    self.come_back(frame, self.count)
                else:
                    self.incidents += 1
            case _:
                self.end()
        return now

    def go_to(self, menu: str) -> None:
        if MENUS[self.menu].tracked:
            self.stack.append(Frame(self.menu, self.count))
        self.enter(menu, 0)

    def come_back(self, opener: Frame, result: Any) -> None:
        self.given.append(result)
        works_on = opener.opener == "ask" or result is not DISMISSED
        self.enter(opener.menu, opener.count + 10 * works_on)

    def enter(self, menu: str, count: int) -> None:
        self.menu, self.count = menu, count
        self.visit += 1

    def wait_until(self, now: float, timeout: float) -> None:
        if not self.ended and now >= self.idle_since + timeout:
            self.end()

    def end(self) -> None:
        self.ended = True
        self.given += ["cancelled"] * self.waiting

    @property
    def waiting(self) -> int:
        """Handlers that wait in `ask`."""
        return 0 if self.ended and not self.stack else sum(frame.opener == "ask" for frame in self.stack)


class Machine(RuleBasedStateMachine):
    """One user's session, used at random; a new one when it has ended."""

    timeout = 300.0
    deleted_policy: Literal["end", "repost"] = "end"
    cleanup: Cleanup = "edit"
    #: Seconds that Discord takes for each request.
    lag = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = AsyncExitStack()
        self.bed: Bed = self.run(self.world.enter_async_context(opened(Front)))
        _beds[:] = [self.bed]
        self.bed.wire.before = self.be_slow
        _given.clear()
        self.session: MenuSession
        self.expected = Expected()
        #: Every id that was ever on display, and the message it was on.
        self.old_ids: list[tuple[str, int]] = []
        self.forms: list[tuple[str, int]] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        try:
            self.run(self.world.aclose())
        finally:
            self.loop.close()

    @initialize()
    def open(self) -> None:
        self.session = self.run(self.opened())
        self.expected = Expected(idle_since=self.bed.clock.now())
        self.forms.clear()
        self.remember_ids()

    async def opened(self) -> MenuSession:
        timeout = None if math.isinf(self.timeout) else self.timeout
        # Failing inputs, however many in a row, are not what ends these sessions.
        patient = Behavior(
            timeout=timeout,
            error_limit=1_000_000,
            deleted_policy=self.deleted_policy,
            cleanup=self.cleanup,
        )
        opening = self.bed.opening(Front, behavior=patient)
        await self.bed.advance(self.lag)
        return await opening

    async def be_slow(self, request: str) -> None:
        if self.lag:
            await self.bed.sleep(self.lag)

    def remember_ids(self) -> None:
        message = self.session.stage.message_id
        assert message is not None
        buttons = self.bed.shown(self.session).buttons.values()
        self.old_ids += [(each["custom_id"], message) for each in buttons]

    # Inputs ----------------------------------------------------------------------------------------

    @rule(labels=st.lists(st.sampled_from(STEPS), min_size=1, max_size=6))
    def click_one_after_another(self, labels: list[str]) -> None:
        for label in labels:
            self.click_at_once([label], refresh=False, close=False)

    @rule(
        labels=st.lists(st.sampled_from(STEPS + ENDING), min_size=1, max_size=7),
        refresh=st.booleans(),
        close=st.booleans(),
    )
    def click_at_once(self, labels: list[str], refresh: bool = False, close: bool = False) -> None:
        """Clicks that come together, perhaps with refreshes between them, and an end from outside behind."""
        now, visit = self.bed.clock.now(), self.expected.visit
        pressed = [label for label in labels if label in self.on_display]
        if self.session.stage.ephemeral or "Whisper" in pressed:
            # Handlers that outlast every token are no way to use an ephemeral message.
            pressed = [label for label in pressed if label != "Very slow"]
        self.run(self.press(pressed, refresh, close))
        for label in pressed:
            now = self.expected.click(label, visit, now)
        if close and not self.expected.ended:
            self.expected.end()
        self.expected.wait_until(self.bed.clock.now(), self.timeout)
        if not self.expected.ended:
            self.remember_ids()

    async def press(self, labels: list[str], refresh: bool, close: bool) -> None:
        for label in labels:
            self.bed.press(self.session, label)
            if refresh:
                self.session.refresh()
        closing = asyncio.ensure_future(self.session.close()) if close else None
        await self.bed.advance(20 + sum(SECONDS.get(label, 0) for label in labels))
        if closing is not None:
            await closing

    @precondition(lambda self: self.old_ids)
    @rule(data=st.data())
    def click_something_old(self, data: st.DataObject) -> None:
        self.let_a_near_deadline_pass()
        custom_id, message = data.draw(st.sampled_from(self.old_ids))
        if self.bed.wire.messages[message] is None:
            return
        session_id, visit = custom_id.split(":")[2:4]
        of_ours = session_id == self.session.id and not self.expected.ended
        is_live = message == self.session.stage.message_id
        if of_ours and is_live and int(visit) == self.expected.visit:
            return
        with self.bed.calls() as made:
            self.run(self.press_id(custom_id, message))
        answer = ["update"] if is_live else ["message"]
        assert made == (answer if of_ours else ["update", "followup"])

    async def press_id(self, custom_id: str, message: int) -> None:
        self.bed.press_id(custom_id, message)
        await self.bed.advance(2)

    @rule(label=st.sampled_from(STEPS))
    def a_stranger_clicks(self, label: str) -> None:
        self.let_a_near_deadline_pass()
        if label in self.on_display:
            with self.bed.calls() as made:
                self.run(self.click(label, BOB))
            assert made == ["message"]

    async def click(self, label: str, user: int = ANN) -> None:
        self.bed.press(self.session, label, user)
        await self.bed.advance(2)

    @precondition(lambda self: not self.expected.ended)
    @rule()
    def open_a_form(self) -> None:
        self.run(self.click("Form"))
        self.forms.append((self.bed.wire.modal["custom_id"], self.expected.visit))
        self.expected.idle_since = self.bed.clock.now() - 2

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), value=st.text(alphabet="ab", max_size=3))
    def submit_a_form(self, data: st.DataObject, value: str) -> None:
        self.let_a_near_deadline_pass()
        form = data.draw(st.sampled_from(self.forms))
        self.forms.remove(form)
        self.bed.wire.modal["custom_id"], visit = form
        self.run(self.submit(value))
        if not self.expected.ended and visit == self.expected.visit:
            self.expected.count += len(value)
            self.expected.idle_since = self.bed.clock.now() - 2

    async def submit(self, value: str) -> None:
        await self.bed.submit(self.session, name=value)
        await self.bed.advance(2)

    @rule(times=st.integers(1, 3))
    def refresh(self, times: int) -> None:
        self.let_a_near_deadline_pass()
        self.run(self.ask_to_refresh(times))

    async def ask_to_refresh(self, times: int) -> None:
        for _ in range(times):
            self.session.refresh()
        await self.bed.advance(2)

    @precondition(lambda self: not self.expected.ended)
    @rule(words=st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=4))
    def write(self, words: list[str]) -> None:
        """Messages that come together; each leads to a screen below it."""
        above = self.session.stage.message_id
        self.run(self.write_all(words))
        self.expected.count += sum(map(len, words))
        self.expected.idle_since = self.bed.clock.now() - 10
        assert self.session.stage.message_id != above
        self.remember_ids()

    async def write_all(self, words: list[str]) -> None:
        for word in words:
            self.bed.write(word)
            self.bed.write(word, BOB)
        await self.bed.advance(10)

    @precondition(lambda self: not self.expected.ended and not self.session.stage.ephemeral)
    @rule(refresh=st.booleans())
    def delete_the_message(self, refresh: bool) -> None:
        self.let_a_near_deadline_pass()
        if self.expected.ended:
            return
        message = self.session.stage.message_id
        assert message is not None
        self.run(self.delete(message, refresh))
        self.old_ids = [each for each in self.old_ids if each[1] != message]
        if self.deleted_policy == "end":
            self.expected.end()
            self.expected.deleted = True
        else:
            assert self.session.stage.message_id != message
            self.remember_ids()

    async def delete(self, message: int, refresh: bool) -> None:
        self.bed.delete(message)
        if refresh:
            self.session.refresh()
        await self.bed.advance(2)

    @property
    def on_display(self) -> list[str]:
        """The labels that can be pressed. What ends with its last token is not for sessions without end."""
        labels = [] if self.expected.deleted else self.bed.shown(self.session).labels
        return [label for label in labels if label != "Whisper" or not math.isinf(self.timeout)]

    def let_a_near_deadline_pass(self) -> None:
        """What follows takes 2 seconds and moves no deadline: one near enough strikes before it."""
        if self.expected.idle_since + self.timeout <= self.bed.clock.now() + 2:
            self.let_time_pass(3)

    @rule(seconds=st.integers(1, 250))
    def let_time_pass(self, seconds: int) -> None:
        self.run(self.bed.advance(seconds))
        self.expected.wait_until(self.bed.clock.now(), self.timeout)

    @precondition(lambda self: not self.expected.ended)
    @rule()
    def close_from_outside(self) -> None:
        self.run(self.press([], refresh=False, close=True))
        self.expected.end()

    @precondition(lambda self: self.expected.ended)
    @rule()
    def open_again(self) -> None:
        assert self.bed.flows.sessions == []
        self.open()

    # What always holds -----------------------------------------------------------------------------

    @invariant()
    def it_shows_what_the_model_says(self) -> None:
        if not hasattr(self, "session"):
            return
        expected, session = self.expected, self.session
        assert (session.end is not None) == expected.ended
        if not expected.ended:
            shown = self.bed.shown(session)
            assert shown.content.split("\n")[-1] == f"{expected.menu} {expected.count}"
            assert (session.visit, len(session.stack)) == (expected.visit, len(expected.stack))
            assert ("Back" in shown.labels) == bool(expected.stack)
            assert len(session.asks) == expected.waiting
        else:
            assert self.on_display == []
        assert _given.get(session.id, []) == expected.given

    @invariant()
    def only_the_live_message_can_be_clicked(self) -> None:
        messages = self.bed.wire.messages.items()
        live = [key for key, each in messages if each and ":increment" in str(each["components"])]
        assert live == ([] if self.expected.ended else [self.session.stage.message_id])

    @invariant()
    def every_interaction_was_answered_once(self) -> None:
        assert self.bed.wire.unanswered == set()
        assert self.bed.wire.second_answers == []

    @invariant()
    def visits_are_paired_and_only_running_sessions_are_listed(self) -> None:
        running = [] if self.expected.ended or not hasattr(self, "session") else [self.session]
        assert self.bed.flows.sessions == running
        self.bed.check_pairs(*running)

    @invariant()
    def no_task_waits_but_handlers_that_ask(self) -> None:
        async def waiting() -> int:
            return len(self.bed.tasks())

        assert self.run(waiting()) == (0 if self.expected.ended else self.expected.waiting)

    @invariant()
    def errors_are_logged_once(self) -> None:
        assert len(self.bed.incidents()) == self.expected.incidents
        self.expected.incidents = 0


TestSession: Any = Machine.TestCase
TestSession.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestSession.pytestmark = [pytest.mark.case("S160")]


class LaggingMachine(Machine):
    """The same while each request takes its time, and inputs overtake the screens they lead to."""

    timeout = math.inf
    deleted_policy = "repost"
    lag = 0.3


TestSessionOfASlowDiscord: Any = LaggingMachine.TestCase
TestSessionOfASlowDiscord.settings = TestSession.settings
TestSessionOfASlowDiscord.pytestmark = [pytest.mark.case("S160")]


class PostingMachine(Machine):
    """The same while each screen comes in a new message."""

    cleanup = "post_and_strip"


TestSessionThatPosts: Any = PostingMachine.TestCase
TestSessionThatPosts.settings = TestSession.settings
TestSessionThatPosts.pytestmark = [pytest.mark.case("S160", "S128")]


class LaggingPostingMachine(LaggingMachine):
    """And while inputs overtake the messages that are on their way."""

    cleanup = "post_and_delete"


TestSessionThatPostsSlowly: Any = LaggingPostingMachine.TestCase
TestSessionThatPostsSlowly.settings = TestSession.settings
TestSessionThatPostsSlowly.pytestmark = [pytest.mark.case("S160", "S128")]
