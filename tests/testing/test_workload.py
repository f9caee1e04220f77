from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
import pytest

from flowcord.testing import Harness
from tests.testing.handmade import HandmadeBot, Interaction

pytestmark = pytest.mark.case("S159")


async def run_in_click(
    bot: HandmadeBot, wait: Callable[[], Awaitable[object]], harness: Harness
) -> list[str]:
    """Click a button whose handler waits by `wait`; gives what it noted until the verb returned."""
    noted: list[str] = []

    class View(discord.ui.View):
        @discord.ui.button(label="Go")
        async def go(self, interaction: Interaction, button: object) -> None:
            await interaction.response.defer()
            noted.append("waiting")
            await wait()
            noted.append("done")

    await harness.run(harness.channel.send("go", view=View()))
    await harness.click("Go")
    return noted


async def test_waiting_for_a_socket_is_awaited(harness: Harness, bot: HandmadeBot) -> None:
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.write(b"hello\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asyncio.get_running_loop().call_later(0.05, release.set)

    async def read() -> None:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.readline() == b"hello\n"
            writer.close()

    assert await run_in_click(bot, read, harness) == ["waiting", "done"]
    server.close()


async def test_a_thread_is_awaited(harness: Harness, bot: HandmadeBot) -> None:
    import threading

    started = threading.Event()

    def work() -> None:
        started.wait(5)

    async def in_thread() -> None:
        asyncio.get_running_loop().call_soon(started.set)
        await asyncio.to_thread(work)

    assert await run_in_click(bot, in_thread, harness) == ["waiting", "done"]


async def sleeping() -> None:
    await asyncio.sleep(10)


async def gathering() -> None:
    await asyncio.gather(sleeping(), sleeping())


async def in_a_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(sleeping())


async def shielded() -> None:
    await asyncio.shield(asyncio.create_task(sleeping()))


async def with_a_timeout() -> None:
    await asyncio.wait_for(sleeping(), 30)


async def waiting_for_tasks() -> None:
    await asyncio.wait([asyncio.create_task(sleeping())])


@asynccontextmanager
async def sleeping_context() -> AsyncIterator[None]:
    await asyncio.sleep(10)
    yield


async def in_a_context() -> None:
    async with sleeping_context():
        pass


async def at_a_lock() -> None:
    lock = asyncio.Lock()
    holder = asyncio.create_task(hold(lock))
    await asyncio.sleep(0)
    async with lock:
        await holder


async def hold(lock: asyncio.Lock) -> None:
    async with lock:
        await asyncio.sleep(10)


async def timing_out() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(10):
            await asyncio.Event().wait()


@pytest.mark.parametrize(
    "wait",
    [
        sleeping,
        gathering,
        in_a_group,
        shielded,
        with_a_timeout,
        waiting_for_tasks,
        in_a_context,
        at_a_lock,
        timing_out,
    ],
)
async def test_a_handler_that_waits_for_time_is_idle_until_time_passes(
    harness: Harness, bot: HandmadeBot, wait: Callable[[], Awaitable[object]]
) -> None:
    noted = await run_in_click(bot, wait, harness)
    assert noted == ["waiting"]

    await harness.advance(9.9)
    assert noted == ["waiting"]
    await harness.advance(0.1)
    assert noted == ["waiting", "done"]


async def test_waiting_for_an_input_is_idle(harness: Harness, bot: HandmadeBot) -> None:
    answers: list[str] = []

    async def ask() -> None:
        message = await bot.wait_for(
            "message", check=lambda each: each.author.id == harness.ann.id, timeout=60
        )
        answers.append(message.content)

    noted = await run_in_click(bot, ask, harness)
    assert noted == ["waiting"]
    await harness.send_message("blue")

    assert answers == ["blue"]
    assert noted == ["waiting", "done"]


async def test_waiting_for_an_input_times_out_in_virtual_time(harness: Harness, bot: HandmadeBot) -> None:
    async def ask() -> None:
        with pytest.raises(TimeoutError):
            await bot.wait_for("message", timeout=60)

    noted = await run_in_click(bot, ask, harness)
    await harness.advance(59)
    assert noted == ["waiting"]
    await harness.advance(1)
    assert noted == ["waiting", "done"]


async def test_waiting_for_a_view_is_idle_and_its_timeout_is_virtual(
    harness: Harness, bot: HandmadeBot
) -> None:
    view = discord.ui.View(timeout=180)
    view.add_item(discord.ui.Button(label="More"))

    async def wait() -> None:
        await harness.channel.send("view", view=view)
        assert await view.wait()

    noted = await run_in_click(bot, wait, harness)
    assert noted == ["waiting"]
    await harness.advance(180)
    assert noted == ["waiting", "done"]


async def test_the_test_itself_lives_in_real_time(harness: Harness) -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await harness.advance(1_000)

    assert loop.time() - before < 10
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()


async def test_the_bot_reads_the_virtual_time(harness: Harness) -> None:
    async def read() -> float:
        return asyncio.get_running_loop().time()

    before = await harness.run(read())
    await harness.advance(1_000)

    assert await harness.run(read()) - before == 1_000
    assert harness.call(asyncio.get_running_loop().time) - before == 1_000
    assert harness.clock.elapsed == 1_000


async def test_a_timer_of_a_called_function_is_virtual(harness: Harness) -> None:
    rung = asyncio.Event()
    harness.call(asyncio.get_running_loop().call_later, 60, rung.set)

    await harness.advance(59)
    assert not rung.is_set()
    await harness.advance(1)
    assert rung.is_set()
