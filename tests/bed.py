"""Sessions without Discord: real menus, router and sessions over a wire and a clock that live in memory.

The interactions are discord.py's own, made from gateway payloads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import discord

from flowcord import FlowCord, MenuSession
from flowcord.menu.menu import HOOKS
from flowcord.wire.component_limits import walk
from flowcord.wire.payload import EPHEMERAL, Payload
from tests.clock import ManualClock
from tests.memory import Interaction, MemoryWire, number

__all__ = ("ANN", "BOB", "Bed", "Shown", "opened")

ANN, BOB = 80351110224678912, 80351110224678913
CHANNEL = 500


class Shown:
    """What is seen of a message now."""

    def __init__(self, payload: Payload) -> None:
        self.content: str = payload["content"]
        self.embeds: list[dict[str, Any]] = payload["embeds"]
        self.components: list[Payload] = payload["components"]
        self.ephemeral = bool(payload["flags"] & EPHEMERAL)

    @property
    def rows(self) -> list[list[Payload]]:
        return [each["components"] for each in walk(self.components) if each["type"] == 1]

    @property
    def buttons(self) -> dict[str, Payload]:
        return {each["label"]: each for each in walk(self.components) if each["type"] == 2}

    @property
    def texts(self) -> list[str]:
        """The text displays of a layout."""
        return [each["content"] for each in walk(self.components) if each["type"] == 10]

    @property
    def outline(self) -> list[Any]:
        """The components by their labels or texts, as they lie in each other."""
        return _outline(self.components)

    @property
    def selects(self) -> dict[str, Payload]:
        """The selects by their placeholders."""
        return {each["placeholder"]: each for each in walk(self.components) if 3 <= each["type"] <= 8}

    def chosen(self, placeholder: str) -> list[str]:
        """What a select shows as chosen: its options' values, or the ids of its objects."""
        shown = self.selects[placeholder]
        options = [each["value"] for each in shown.get("options", ()) if each.get("default")]
        return options + [each["id"] for each in shown.get("default_values", ())]

    @property
    def labels(self) -> list[str]:
        return list(self.buttons)

    def id_of(self, label: str) -> str:
        return self.buttons[label]["custom_id"]


def _outline(components: list[Payload]) -> list[Any]:
    return [
        each.get("label")
        or each.get("content")
        or each.get("placeholder")
        or _outline([*each.get("components", ()), *([each["accessory"]] if "accessory" in each else ())])
        or each["type"]
        for each in components
    ]


def _message(message_id: int, author: Payload, **visible: Any) -> Payload:
    """A message as the gateway brings it."""
    return {
        "id": str(message_id),
        "channel_id": str(CHANNEL),
        "author": author,
        "timestamp": "2024-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "content": "",
        "embeds": [],
        "components": [],
        "flags": 0,
        "type": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        **visible,
    }


class Bed:
    """An app of these menus and flows, and verbs for those who use it."""

    def __init__(self, *menus: Any, client: discord.Client | None = None, **settings: Any) -> None:
        self.clock = ManualClock()
        self.wire = MemoryWire(self.clock)
        self.client = client or discord.Client(intents=discord.Intents(guilds=True, dm_messages=True))
        self.flows = FlowCord(self.client, clock=self.clock, wire=self.wire, **settings)
        self.flows.add(*menus)
        #: The hooks as they were called: `"on_enter Home"`.
        self.trail: list[str] = []
        #: The languages of those who do not speak English, by user.
        self.locales: dict[int, str] = {}
        self._visits: dict[str, list[str]] = {}
        for hook in HOOKS:
            self.flows.add_hook(hook, self._note(hook))
        #: Errors that were logged. Those that a test expects it takes with `incidents`.
        self._logged: list[logging.LogRecord] = []

    def _note(self, hook: str) -> Callable[..., None]:
        def note(ctx: Any, *arguments: Any) -> None:
            step = f"{hook} {type(ctx.menu).__name__}"
            self.trail.append(step)
            if hook in ("on_enter", "on_leave"):
                self._visits.setdefault(ctx.session.id, []).append(step)

        return note

    # Time ------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Wait until nothing runs that does not wait for the clock or for somebody."""
        ready: Any = asyncio.get_running_loop()._ready  # pyright: ignore
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            quiet = 0 if ready else quiet + 1

    async def advance(self, seconds: float) -> None:
        limit = self.clock.now() + seconds
        await self.settle()
        while self.clock.step(limit):
            await self.settle()

    async def sleep(self, seconds: float) -> None:
        """What slow handlers do: wait for the clock of this bed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.clock.call_at(self.clock.now() + seconds, lambda: future.done() or future.set_result(None))
        await future

    def tasks(self) -> set[asyncio.Task[Any]]:
        """The tasks that wait for something, but for the one that asks."""
        return asyncio.all_tasks() - {asyncio.current_task()}  # pyright: ignore

    # Interactions ----------------------------------------------------------------------------------

    def _interaction(self, kind: int, data: Payload, user: int, message_id: int | None) -> Payload:
        interaction_id = number()
        person = {"id": str(user), "username": "u", "discriminator": "0", "avatar": None, "global_name": None}
        payload: Payload = {
            "id": str(interaction_id),
            "application_id": "7",
            "type": kind,
            "token": f"token {interaction_id}",
            "version": 1,
            "data": data,
            "user": person,
            "channel_id": str(CHANNEL),
            "channel": {"id": str(CHANNEL), "type": 1, "recipients": []},
            "locale": self.locales.get(user, "en-US"),
            "attachment_size_limit": 0,
        }
        if message_id is not None:
            shown = self.wire.messages[message_id] or {}
            visible = {name: value for name, value in shown.items() if name != "allowed_mentions"}
            payload["message"] = _message(message_id, person, **visible)
        return payload

    def _receive(self, payload: Payload) -> Interaction:
        """Hand an interaction to discord.py, as its gateway does."""
        caught: list[Interaction] = []
        self.client.wait_for("interaction", check=lambda each: bool(caught.append(each)) or True).close()
        state: Any = self.client._connection
        self.wire.arrive(int(payload["id"]), payload["token"])
        state.parse_interaction_create(payload)
        return caught[0]

    def command(self, user: int = ANN) -> Interaction:
        """An interaction with a command that is not FlowCord's."""
        payload = self._interaction(2, {"id": "1", "name": "any", "type": 1}, user, None)
        state: Any = self.client._connection
        self.wire.arrive(int(payload["id"]), payload["token"])
        return discord.Interaction(data=payload, state=state)  # pyright: ignore

    async def run(self, name: str, user: int = ANN, **options: Any) -> Interaction:
        """Somebody runs a slash command."""
        kinds = {str: 3, int: 4, bool: 5, float: 10}
        given = [
            {"name": each, "value": value, "type": kinds[type(value)]} for each, value in options.items()
        ]
        data: Payload = {"id": "1", "name": name, "type": 1, "options": given}
        interaction = self._receive(self._interaction(2, data, user, None))
        await self.settle()
        return interaction

    def opening(
        self, target: Any, *options: Any, user: int = ANN, **settings: Any
    ) -> asyncio.Task[MenuSession]:
        """Open a menu as a command would, as a task beside the test."""
        return asyncio.ensure_future(self.flows.open(self.command(user), target, *options, **settings))

    async def open(self, target: Any, *options: Any, user: int = ANN, **settings: Any) -> MenuSession:
        """Open a menu as a command would, to its first screen."""
        session = await self.opening(target, *options, user=user, **settings)
        await self.settle()
        return session

    def shown(self, session: MenuSession) -> Shown:
        """What is seen of the session's live message."""
        assert session.stage.message_id is not None
        return Shown(self.wire.shown(session.stage.message_id))

    def press_id(self, custom_id: str, message_id: int, user: int = ANN) -> Interaction:
        """Press a component by its id; what comes of it is not awaited."""
        data: Payload = {"custom_id": custom_id, "component_type": 2}
        return self._receive(self._interaction(3, data, user, message_id))

    def press(self, session: MenuSession, label: str, user: int = ANN) -> Interaction:
        """Press a button that is on display; what comes of it is not awaited."""
        assert session.stage.message_id is not None
        return self.press_id(self.shown(session).id_of(label), session.stage.message_id, user)

    async def click(self, session: MenuSession, label: str, user: int = ANN) -> Interaction:
        """Press a button and wait until the session rests, or waits for the clock."""
        interaction = self.press(session, label, user)
        await self.settle()
        return interaction

    async def choose(
        self, session: MenuSession, placeholder: str, *values: str, user: int = ANN, **resolved: Payload
    ) -> Interaction:
        """Choose values in a select that is on display; objects with what Discord resolves them to."""
        assert session.stage.message_id is not None
        shown = self.shown(session).selects[placeholder]
        data: Payload = {
            "custom_id": shown["custom_id"],
            "component_type": shown["type"],
            "values": list(values),
        }
        if resolved:
            data["resolved"] = resolved
        interaction = self._receive(self._interaction(3, data, user, session.stage.message_id))
        await self.settle()
        return interaction

    async def submit(self, session: MenuSession, user: int = ANN, **values: str) -> Interaction:
        """Send the modal that was shown last, its inputs filled by their custom ids."""
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": each, "value": value}]}
            for each, value in values.items()
        ]
        data = {"custom_id": self.wire.modal["custom_id"], "components": rows}
        interaction = self._receive(self._interaction(5, data, user, session.stage.message_id))
        await self.settle()
        return interaction

    def write(self, content: str, user: int = ANN) -> None:
        """Write a message where the menus are."""
        channel: Any = self.client.get_partial_messageable(CHANNEL)
        author = {"id": str(user), "username": "u", "discriminator": "0", "avatar": None, "global_name": None}
        data: Any = _message(number(), author, content=content)
        state = self.client._connection
        self.client.dispatch("message", discord.Message(state=state, channel=channel, data=data))

    def delete(self, message_id: int) -> None:
        """Delete a message, as a moderator would."""
        self.wire.messages[message_id] = None
        payload = {"id": str(message_id), "channel_id": str(CHANNEL)}
        self.client.dispatch("raw_message_delete", discord.RawMessageDeleteEvent(cast(Any, payload)))

    @contextmanager
    def calls(self) -> Iterator[list[str]]:
        """The requests that are made inside the block."""
        made: list[str] = []
        before = len(self.wire.calls)
        yield made
        made += self.wire.calls[before:]

    def check_pairs(self, *open_sessions: MenuSession) -> None:
        """Every visit that began has ended before the next, but for the current ones of open sessions."""
        still = {session.id for session in open_sessions}
        for session_id, steps in self._visits.items():
            expected: list[str] = []
            for entered in steps[::2]:
                expected += [entered, entered.replace("on_enter", "on_leave")]
            assert steps == (expected[:-1] if session_id in still else expected)

    def incidents(self) -> list[BaseException]:
        """The errors that were logged since the last time: those that the test is about."""
        logged, self._logged[:] = [record.exc_info for record in self._logged], []
        return [info[1] for info in logged if info is not None and info[1] is not None]


class _Collecting(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.ERROR)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@asynccontextmanager
async def opened(*menus: Any, **settings: Any) -> AsyncIterator[Bed]:
    """A bed that runs. At the end nothing is left: no task, no session, no interaction without an answer."""
    before = asyncio.all_tasks()
    bed = Bed(*menus, **settings)
    handler = _Collecting(bed._logged)
    logging.getLogger("flowcord").addHandler(handler)
    try:
        async with bed.client:
            await bed.flows.start()
            yield bed
            await bed.settle()
            assert bed.wire.unanswered == set(), "interactions without an answer"
            closing = asyncio.ensure_future(bed.flows.close())
            while not closing.done():
                await bed.advance(10)
            await closing
            await bed.settle()
            assert bed.flows.sessions == []
            bed.check_pairs()
            assert bed.incidents() == []
        await bed.settle()
        assert bed.tasks() <= before, "tasks were left behind"
    finally:
        logging.getLogger("flowcord").removeHandler(handler)
