"""Clicks through discord.py's real machinery, with Discord's answer given in memory.

The baseline is the same menu written by hand on `discord.ui.View`: an embed and three buttons. Both sides
are fed the same gateway payloads as JSON text, and both answer with one `edit_message`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.webhook import async_ as webhooks
from pydantic import BaseModel

from flowcord import FlowCord, Menu, MenuContext, Screen, button

USER = {"id": "5", "username": "alice", "discriminator": "0", "avatar": None, "global_name": None}


class Discord:
    """Answers every request of the webhook adapter at once, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self.clicks = 0
        self.calls_of_clicks = 0
        self.messages = 0

    async def request(self, _adapter: object, route: Any, **parameters: Any) -> dict[str, Any]:
        self.calls += 1
        payload = parameters.get("payload") or {}
        if payload.get("type") == 4:
            self.messages += 1
        message = str(10_000 + self.messages)
        return {"interaction": {"id": "5", "type": 3, "response_message_id": message}}

    def install(self) -> None:
        async def request(adapter: object, route: Any, *_: Any, **parameters: Any) -> dict[str, Any]:
            return await self.request(adapter, route, **parameters)

        webhooks.AsyncWebhookAdapter.request = request  # type: ignore[method-assign]


async def make_client() -> discord.Client:
    client = discord.Client(intents=discord.Intents.default())
    await client._async_setup_hook()
    client._connection.application_id = 1
    return client


def interaction(number: int, kind: int, data: dict[str, Any], message: dict[str, Any] | None) -> str:
    payload: dict[str, Any] = {
        "id": str(10**18 + number),
        "application_id": "1",
        "type": kind,
        "token": "t" * 40,
        "version": 1,
        "channel_id": "7",
        "channel": {"id": "7", "type": 1, "last_message_id": None},
        "user": USER,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 1,
        "attachment_size_limit": 1000,
        "app_permissions": "0",
        "data": data,
    }
    if message is not None:
        payload["message"] = message
    return json.dumps(payload)


def click(number: int, message_id: int, custom_ids: list[str]) -> str:
    """A click on the first of three buttons."""
    labels = ("+1", "Reset", "Close")
    buttons = [
        {"type": 2, "id": index + 2, "style": 2, "label": label, "custom_id": custom_id}
        for index, (label, custom_id) in enumerate(zip(labels, custom_ids, strict=True))
    ]
    message = {
        "id": str(message_id),
        "channel_id": "7",
        "type": 0,
        "flags": 0,
        "content": "",
        "pinned": False,
        "tts": False,
        "author": {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bot": True},
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [{"type": "rich", "title": "Counter", "description": "Count: 0"}],
        "components": [{"type": 1, "id": 1, "components": buttons}],
    }
    data = {"component_type": 2, "custom_id": custom_ids[0], "id": 2}
    return interaction(number, 3, data, message)


# The two menus ---------------------------------------------------------------------------------------


class HandWritten(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=120)
        self.count = 0

    @discord.ui.button(label="+1", custom_id="inc")
    async def increment(self, interaction: discord.Interaction, _button: discord.ui.Button[Any]) -> None:
        self.count += 1
        embed = discord.Embed(title="Counter", description=f"Count: {self.count}")
        await interaction.response.edit_message(embed=embed, view=self)

    @discord.ui.button(label="Reset", custom_id="reset")
    async def reset(self, interaction: discord.Interaction, _button: discord.ui.Button[Any]) -> None: ...

    @discord.ui.button(label="Close", custom_id="close")
    async def close(self, interaction: discord.Interaction, _button: discord.ui.Button[Any]) -> None: ...


class CounterState(BaseModel):
    count: int = 0


class Counter(Menu[CounterState]):
    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Counter", description=f"Count: {self.state.current.count}"))

    @button("+1")
    async def increment(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1

    @button("Reset")
    async def start_over(self, ctx: MenuContext) -> None:
        self.state.reset()

    @button("Close")
    async def done(self, ctx: MenuContext) -> None:
        await ctx.close()


async def idle() -> None:
    """Let every task that can run, run."""
    for _ in range(4):
        await asyncio.sleep(0)


# Measuring -------------------------------------------------------------------------------------------


async def feed(client: discord.Client, wire: Discord, texts: list[str]) -> float:
    """Feed clicks one by one, each when the one before is answered; CPU seconds a click.

    Raises `AssertionError` if a click made more or fewer API calls than one.
    """
    state = client._connection
    calls = wire.calls
    started = time.process_time()
    for number, text in enumerate(texts, calls + 1):
        state.parse_interaction_create(json.loads(text))
        while wire.calls < number:  # noqa: ASYNC110  # an Event would be a cost of the benchmark's own
            await asyncio.sleep(0)
    await idle()
    seconds = (time.process_time() - started) / len(texts)
    wire.clicks += len(texts)
    wire.calls_of_clicks += wire.calls - calls
    assert wire.calls - calls == len(texts), "one API call per click"
    return seconds


class HandWrittenBench:
    def __init__(self, client: discord.Client, wire: Discord) -> None:
        self.client, self.wire = client, wire
        self.number = 0
        client._connection._view_store.add_view(HandWritten(), 99)

    async def clicks(self, count: int) -> float:
        self.number += count
        ids = ["inc", "reset", "close"]
        return await feed(self.client, self.wire, [click(self.number + i, 99, ids) for i in range(count)])


class FlowCordBench:
    """`count` open sessions; the clicks go to one of them."""

    def __init__(self, client: discord.Client, wire: Discord) -> None:
        self.client, self.wire = client, wire
        self.flows = FlowCord(client)
        self.flows.add(Counter)
        self.number = 10_000_000
        self.custom_ids: list[str] = []
        self.message_id = 0

    async def open(self, count: int) -> None:
        if not self.custom_ids:
            await self.flows.start()
        for _ in range(count):
            self.number += 1
            text = interaction(self.number, 2, {"id": "1", "name": "counter", "type": 1}, None)
            opened = discord.Interaction(data=json.loads(text), state=self.client._connection)
            session = await self.flows.open(opened, Counter)
            self.message_id = session.stage.message_id or 0
            assert session.rows is not None
            self.custom_ids = [each["custom_id"] for each in session.rows[0]["components"]]

    async def clicks(self, count: int) -> float:
        self.number += count
        texts = [click(self.number + i, self.message_id, self.custom_ids) for i in range(count)]
        return await feed(self.client, self.wire, texts)


async def measure_clicks(rounds: int = 15, count: int = 1_000) -> dict[str, float]:
    """Median seconds a click by hand and with FlowCord and of the pairwise ratios, and API calls a click."""
    wire = Discord()
    wire.install()
    by_hand = HandWrittenBench(await make_client(), wire)
    ours = FlowCordBench(await make_client(), wire)
    await ours.open(1)
    found = await _compare(by_hand.clicks, ours.clicks, rounds, count)
    return {**found, "calls": wire.calls_of_clicks / wire.clicks}


async def measure_many(sessions: int = 100_000, rounds: int = 15, count: int = 1_000) -> dict[str, float]:
    """The same click with one session open, and with many."""
    wire = Discord()
    wire.install()
    one = FlowCordBench(await make_client(), wire)
    await one.open(1)
    many = FlowCordBench(await make_client(), wire)
    await many.open(sessions)
    gc.collect()
    gc.freeze()
    try:
        return await _compare(one.clicks, many.clicks, rounds, count)
    finally:
        gc.unfreeze()


async def _compare(
    baseline: Callable[[int], Awaitable[float]],
    measured: Callable[[int], Awaitable[float]],
    rounds: int,
    count: int,
) -> dict[str, float]:
    await baseline(count // 5)
    await measured(count // 5)
    pairs = [(await baseline(count), await measured(count)) for _ in range(rounds)]
    middle = rounds // 2
    return {
        "baseline": sorted(a for a, _ in pairs)[middle],
        "measured": sorted(b for _, b in pairs)[middle],
        "ratio": sorted(b / a for a, b in pairs)[middle],
    }
