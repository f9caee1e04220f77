"""A simulated Discord with two members, and how to act and look in it.

simcord runs discord.py's real machinery against its own server, on a clock that only tests move. What it does
not offer publicly (a click on an id that is no longer shown, several clicks at once) stands in this file.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import discord
import simcord
from discord.ext import commands
from simcord.backend import serializers
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType
from simcord.interactions import base_payload

from flowcord import Flow, FlowCord, Menu, MenuContext
from flowcord.menu.menu import HOOKS

__all__ = ("Bot", "Input", "Person", "Shown", "Trail", "World", "note_hooks", "simulated", "takes")

_CALLBACKS = {4: "message", 5: "thinking", 6: "defer", 7: "update", 9: "modal"}
_ENVS: WeakKeyDictionary[discord.Client, simcord.Env] = WeakKeyDictionary()


Code = Callable[[discord.Interaction[Any]], Awaitable[object]]


class Bot(commands.Bot):
    """A bot with these menus and flows. It notes every hook that runs; `/do` runs a test's own code."""

    def __init__(
        self,
        *flows: type[Menu[Any, Any, Any]] | type[Flow],
        intents: discord.Intents | None = None,
        **settings: Any,
    ) -> None:
        intents = intents or discord.Intents.default()
        super().__init__(command_prefix=commands.when_mentioned, intents=intents)
        self.flows = FlowCord(self, **settings)
        self.trail = note_hooks(self.flows)
        self.code: Code | None = None
        self._added = flows

    async def setup_hook(self) -> None:
        self.flows.add(*self._added)
        self.tree.command(name="do", description="What the test says")(self._do)
        await self.flows.start()
        await self.tree.sync()

    async def _do(self, interaction: discord.Interaction[Any]) -> None:
        assert self.code is not None
        await self.code(interaction)

    async def close(self) -> None:
        await self.flows.close()
        await super().close()


class Trail(list[str]):
    """The hooks that ran, as `on_enter M`. May be cleared to look at what comes next."""

    visits = 0
    """Visits under way, whatever was cleared."""

    def note(self, hook: str, ctx: MenuContext, *_more: object) -> None:
        self.visits += {"on_enter": 1, "on_leave": -1}.get(hook, 0)
        self.append(f"{hook} {type(ctx.menu).__name__}")


def note_hooks(flows: FlowCord) -> Trail:
    """Every hook that runs from now on."""
    trail = Trail()
    for hook in HOOKS:
        flows.add_hook(hook, partial(trail.note, hook))
    return trail


async def takes(ctx: MenuContext, seconds: float) -> None:
    """Be busy for so many seconds of the simulated clock, which is all that moves it on."""
    await _ENVS[ctx.client].external_wait(asyncio.sleep(seconds), reason="a slow handler")


class Shown:
    """A message, as those who may see it see it now."""

    def __init__(self, message: simcord.ResponseMessage) -> None:
        self.message = message

    @property
    def id(self) -> int:
        return self.message.id

    @property
    def content(self) -> str:
        return self.message.content

    @property
    def title(self) -> str | None:
        return self.message.embeds[0].title if self.message.embeds else None

    @property
    def lines(self) -> list[str]:
        """The lines of the embed's description."""
        return (self.message.embeds[0].description or "").splitlines() if self.message.embeds else []

    @property
    def footer(self) -> str | None:
        return self.message.embeds[0].footer.text if self.message.embeds else None

    def field(self, name: str) -> str:
        """What an embed's field of this name says."""
        [found] = [each for embed in self.message.embeds for each in embed.fields if each.name == name]
        return found.value or ""

    @property
    def texts(self) -> list[str]:
        """The text displays of a layout, in order."""
        return [each["content"] for each in walk_components(self.message.components) if each["type"] == 10]

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons that can be clicked, label → custom id."""
        return {each["label"]: each["custom_id"] for each in self._buttons() if not each.get("disabled")}

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons, disabled ones too."""
        return [each["label"] for each in self._buttons()]

    @property
    def selects(self) -> dict[str, dict[str, Any]]:
        """The selects by their placeholders."""
        kinds = {3, 5, 6, 7, 8}
        return {
            each["placeholder"]: each
            for each in walk_components(self.message.components)
            if each["type"] in kinds
        }

    def chosen(self, placeholder: str) -> list[str]:
        """What a select shows as chosen: its options' values, or the ids of its objects."""
        shown = self.selects[placeholder]
        options = [each["value"] for each in shown.get("options", ()) if each.get("default")]
        return options + [each["id"] for each in shown.get("default_values", ())]

    def ids(self, label: str) -> list[str]:
        """The custom ids of all buttons of this label."""
        return [each["custom_id"] for each in self._buttons() if each["label"] == label]

    def _buttons(self) -> Iterator[dict[str, Any]]:
        return (each for each in walk_components(self.message.components) if each["type"] == 2)

    def __repr__(self) -> str:
        return f"<{self.title or self.content!r} {self.lines} {self.labels}>"


class Input:
    """One interaction, and what its user got for it."""

    def __init__(self, result: simcord.InteractionResult) -> None:
        self.result = result

    @property
    def acknowledged(self) -> bool:
        return self.result.acknowledged

    @property
    def shown(self) -> Shown:
        """The message that answered it."""
        assert self.result.response is not None, "no message answers this"
        return Shown(self.result.response)

    @property
    def whispers(self) -> list[Shown]:
        """What was said to this user alone."""
        interaction = self.result._interaction
        answer = [self.result.response] if interaction.message_id != interaction.source_message_id else []
        return [Shown(each) for each in (*answer, *self.result.followups) if each and each.ephemeral]

    @property
    def whispered(self) -> list[str]:
        return [each.content for each in self.whispers]


class Person:
    """A member of the server, acting in its channel."""

    def __init__(self, world: World, actor: simcord.MemberActor) -> None:
        self.actor = actor
        self._world = world

    @property
    def id(self) -> int:
        return self.actor.id

    async def slash(self, command: str, **options: Any) -> Input:
        return Input(await self.actor.slash(self._world.channel, command, **options))

    async def open(self, command: str, **options: Any) -> Shown:
        """Run a command, and look at the menu it opens."""
        return (await self.slash(command, **options)).shown

    async def do(self, code: Code) -> Input:
        """Run a command whose code is the test's."""
        self._world.bot.code = code
        return await self.slash("do")

    async def open_with(self, menu: type[Menu[Any, Any, Any]] | type[Flow], **settings: Any) -> Shown:
        """Open a menu as code of a bot does, with settings of its own."""
        flows: FlowCord = self._world.bot.flows
        return (await self.do(lambda interaction: flows.open(interaction, menu, **settings))).shown

    async def click(self, shown: Shown, label: str) -> Input:
        """Click what is there."""
        return Input(await self.actor.click(shown.message, label=label))

    async def write(self, text: str, *, channel: simcord.ChannelHandle | None = None, **more: Any) -> Any:
        """Write a message where the menus are, or elsewhere."""
        return await self.actor.send(channel or self._world.channel, text, **more)

    async def choose(self, shown: Shown, placeholder: str, *values: Any) -> Input:
        """Choose in a select what it offers: strings, or simcord's handles of users, roles, channels."""
        custom_id = shown.selects[placeholder]["custom_id"]
        return Input(await self.actor.select(shown.message, values, custom_id=custom_id))

    async def submit(self, opened: Input, **values: Any) -> Input:
        """Fill the form that a click opened, by the labels of its fields, and send it.

        What is not named stays as the form shows it. Objects and files are simcord's handles and
        `(name, bytes)`, choices are the values of their options.
        """
        modal = opened.result.modal
        assert modal is not None, "no form was opened"
        fields = {each["label"]: each["component"] for each in modal["components"] if each["type"] == 18}
        sent = {
            each["custom_id"]: value for each in fields.values() if (value := _shown_in(each)) is not None
        }
        sent |= {fields[label]["custom_id"]: value for label, value in values.items()}
        return Input(await self.actor.submit_modal(opened.result, sent))

    async def press(self, shown: Shown, custom_id: str) -> Input:
        """Click an id on a message, whether or not it is shown there now: a picture may be old."""
        pressed = self.tap(shown, custom_id)
        await self._world.env.settle()
        return pressed

    def tap(self, shown: Shown, custom_id: str, *values: str) -> Input:
        """The same, without waiting for anything: the next click may come at once.

        With `values`, it is the id of a select in which these are chosen, whether it offers them or not.
        """
        backend = self._world.env.backend
        message = backend.get_message(shown.message.channel_id, shown.id)
        record, payload = base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=message.channel_id,
            guild_id=self._world.guild.id,
            user_id=self.id,
            data={"custom_id": custom_id, "component_type": ComponentType.BUTTON}
            if not values
            else {
                "custom_id": custom_id,
                "component_type": ComponentType.STRING_SELECT,
                "values": list(values),
            },
        )
        payload["message"] = dict(serializers.message_payload(backend, message))
        record.source_message_id = message.id
        backend.emit("INTERACTION_CREATE", payload)
        return Input(simcord.InteractionResult(self._world.env, record))


class World:
    """One server with one channel, and Ann and Bob in it."""

    def __init__(self, env: simcord.Env) -> None:
        self.env = env
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("general")
        self.ann = self.join("ann")
        self.bob = self.join("bob")
        self.lost: list[Input] = []
        """Interactions that Discord gave up on, and that are expected to have no answer."""

    def join(self, name: str, *, roles: Sequence[simcord.RoleHandle] = ()) -> Person:
        return Person(self, self.guild.add_member(self.env.create_user(name), roles=roles))

    @property
    def bot(self) -> Any:
        return self.env.bot

    @property
    def sessions(self) -> list[Any]:
        """The open sessions."""
        return self.bot.flows.sessions

    @property
    def newest(self) -> Shown:
        """The newest message of the channel that everybody sees."""
        message = self.env.backend.get_message(self.channel.id, self.channel.history()[-1].id)
        return Shown(simcord.ResponseMessage(self.env, message))

    async def advance(self, seconds: float) -> None:
        await self.env.advance_time(seconds)

    async def heard(self, notifications: int) -> None:
        """Wait until the bot has heard of so many changes from Postgres, and for what they cause."""
        async with asyncio.timeout(10):
            while self.bot.flows.stats()["notifications"] < notifications:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await self.env.settle()

    def exists(self, shown: Shown) -> bool:
        """Whether a message is still there."""
        return shown.id in self.env.backend.messages[shown.message.channel_id]

    def live(self, *shown: Shown) -> list[Shown]:
        """Those of these messages that are there, and have something to click."""
        return [each for each in shown if self.exists(each) and each.buttons]

    @contextmanager
    def as_bot(self) -> Iterator[None]:
        """Let what the test does here be the bot's own doing, on the bot's clock."""
        with self.env._bot_scope():
            yield

    async def restart(self, bot: discord.Client) -> None:
        """Close the bot that runs, and log `bot` in in its place."""
        with self.as_bot():
            await self.bot.close()
        _ENVS[bot] = self.env
        await self.env.restart_bot(bot)

    async def crash(self, bot: discord.Client) -> None:
        """The same without a farewell, as after a kill: what was shown stays as it is."""
        self.bot.flows._runtime.sessions.clear()
        await self.restart(bot)

    @contextmanager
    def requests(self) -> Iterator[list[str]]:
        """The requests that the bot makes within the block, each by what it does."""
        made: list[str] = []
        before = len(self.env.http_requests)
        yield made
        made.extend(_name(each) for each in self.env.http_requests[before:])

    @property
    def trail(self) -> Trail:
        return self.bot.trail

    def ran(self, *names: str) -> list[str]:
        """The hooks of these names, in the order in which they ran."""
        return [each for each in self.trail if each.split()[0] in names]

    def check(self) -> None:
        """Every interaction has its answer, whatever became of it, and every visit was left."""
        excused = {each.result._interaction.id for each in self.lost}
        records = self.env.backend.interactions.values()
        unanswered = [each for each in records if not each.responded and each.id not in excused]
        assert not unanswered, f"nobody answered {unanswered}"
        assert getattr(self.bot, "trail", Trail()).visits == 0


class _Env(simcord.Env):
    """Only `advance_time` moves this environment's clock; whether all is done is looked at often."""

    def _schedule_timer(self, record: Any, callback: Any, args: Any, context: Any) -> None:
        """No second, real timer: on a slow machine it would strike in the middle of a test."""

    async def _settle_internal(self, **options: Any) -> None:
        await super()._settle_internal(**{**options, "idle": 0.002})


@asynccontextmanager
async def simulated(bot: discord.Client, **options: Any) -> AsyncIterator[World]:
    """Log `bot` in to a simulated Discord; closed again at the end."""
    _ENVS[bot] = env = _Env(bot, **{"settle_timeout": 10, **options})
    await env.start()
    with env.time_context():
        try:
            world = World(env)
            try:
                yield world
            except BaseException:
                with world.as_bot():
                    closing = asyncio.ensure_future(env.bot.close())
                # It waits for handlers that only the rest of the test would have ended.
                await env.advance_time(60)
                await closing
                raise
            with world.as_bot():
                await env.bot.close()
            world.check()
        finally:
            await env.shutdown()
    env.raise_errors()


def _shown_in(field: dict[str, Any]) -> Any:
    """What stands in an input before its user touches it; objects cannot be sent by their ids."""
    chosen = [each["value"] for each in field.get("options") or () if each.get("default")]
    match field["type"]:
        case 4:
            return field.get("value")
        case 21:
            return chosen[0] if chosen else None
        case 3 | 22:
            return chosen or None
        case _:
            return None


def _name(entry: simcord.HttpLogEntry) -> str:
    """`POST /interactions/1/token/callback` with type 7 → `update`."""
    if entry.path.endswith("/callback"):
        return _CALLBACKS[entry.json["type"]]
    if entry.path.startswith("/webhooks/"):
        return {"POST": "followup", "PATCH": "edit", "DELETE": "delete", "GET": "look"}[entry.method]
    if re.fullmatch(r"/channels/\d+/messages(/\d+)?", entry.path):
        return {"POST": "channel send", "PATCH": "channel edit", "DELETE": "channel delete"}[entry.method]
    return f"{entry.method} {entry.path}"
