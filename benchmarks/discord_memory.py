"""Bytes of an idle open menu, by hand and with FlowCord, as tracemalloc sees them."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc

from benchmarks.discord_click import Discord, FlowCordBench, HandWritten, click, idle, make_client

__all__ = ("measure_memory",)


async def measure_memory(count: int = 2_000) -> dict[str, float]:
    """Bytes of an idle `discord.ui.View`, and of an idle session of the same menu after a click."""
    wire = Discord()
    wire.install()
    by_hand = await _views(wire, count)
    ours = await _sessions(wire, count)
    return {"baseline": by_hand, "measured": ours, "ratio": ours / by_hand}


async def _views(wire: Discord, count: int) -> float:
    client = await make_client()
    state = client._connection
    with _Traced() as used:
        views = [HandWritten() for _ in range(count)]
        for number, view in enumerate(views):
            state.store_view(view, 1_000 + number)
        return used() / count


async def _sessions(wire: Discord, count: int) -> float:
    client = await make_client()
    bench = FlowCordBench(client, wire)
    await bench.open(1)
    with _Traced() as used:
        for _ in range(count):
            await bench.open(1)
            calls = wire.calls
            bench.number += 1
            text = click(bench.number, bench.message_id, bench.custom_ids)
            client._connection.parse_interaction_create(json.loads(text))
            while wire.calls == calls:
                await idle()
        await idle()
        return used() / count


class _Traced:
    """Measures what the block allocated and still holds."""

    def __enter__(self) -> _Traced:
        gc.collect()
        tracemalloc.start()
        self._before = tracemalloc.get_traced_memory()[0]
        return self

    def __call__(self) -> float:
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - self._before

    def __exit__(self, *_: object) -> None:
        tracemalloc.stop()


if __name__ == "__main__":
    print(asyncio.run(measure_memory()))
