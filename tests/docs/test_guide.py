"""What the guide's pages say of their menus is what these menus do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from flowcord.testing import Harness
from tests.docs.bot import bot_of
from tests.docs.pages import Page

MENUS = Page("docs/guide/menus.md")
DATA = Page("docs/guide/data.md")


@asynccontextmanager
async def opened(page: Page, database: str) -> AsyncIterator[Harness]:
    with page.running() as running:
        async with Harness(bot_of(running, database)) as harness:
            yield harness


async def test_a_button_is_disabled_while_its_function_says_so(database: str) -> None:
    async with opened(MENUS, database) as harness:
        menu = (await harness.slash("dice", sides=2)).message
        assert menu.content == "d2: not rolled yet"
        assert menu.get_button("Take back").disabled
        await harness.click("Roll")
        assert menu.content in ("d2: 1", "d2: 2")
        assert not menu.get_button("Take back").disabled


async def test_a_question_is_answered_in_line_and_its_menu_has_no_way_back(database: str) -> None:
    async with opened(MENUS, database) as harness:
        menu = (await harness.slash("shop")).message
        await harness.click("Rope")
        assert menu.labels == ["Buy", "Back"]
        await harness.click("Buy")
        assert (menu.title, menu.labels) == ("Buy the rope?", ["Yes", "No"])
        await harness.click("No")
        assert menu.title == "Rope"
        await harness.click("Buy")
        await harness.click("Yes")
        assert menu.title == "Shop"
        assert menu.content == "It is yours."


async def test_a_layout_has_its_button_in_a_section_and_its_file_once(database: str) -> None:
    async with opened(MENUS, database) as harness:
        menu = (await harness.slash("poems")).message
        assert menu.labels == ["Read", "Start over"]
        (attached,) = menu.data["attachments"]
        await harness.click("Read")
        assert menu.has_text("1 read")
        assert menu.data["attachments"] == [attached]
        await harness.click("Start over")
        assert menu.has_text("0 read")


async def test_a_guard_and_a_handler_may_refuse(database: str) -> None:
    async with opened(MENUS, database) as harness:
        menu = (await harness.slash("cat")).message
        await harness.click("Feed")
        assert menu.has_text("It wants a name first.")
        await harness.open_modal("Name it")
        await harness.submit(Name="Minka")
        for _ in range(4):
            await harness.click("Feed")
        assert menu.has_text("Minka is full.")
        assert menu.has_text("Minka, fed 3 times")


async def test_a_button_may_be_for_the_owner_of_a_menu_for_everyone(database: str) -> None:
    async with opened(MENUS, database) as harness:
        menu = (await harness.slash("clap")).message
        bob = harness.as_user("bob")
        await bob.click("Clap")
        assert menu.has_text("Clapped 1 times")
        refused = await bob.click("That will do")
        assert refused.ephemeral
        assert menu.live


async def test_a_command_of_ones_own_opens_a_menu_with_options(database: str) -> None:
    async with opened(MENUS, database) as harness:
        assert (await harness.slash("big-dice")).message.content == "d100: not rolled yet"


async def test_a_write_that_changes_nothing_says_so(database: str) -> None:
    async with opened(DATA, database) as harness:
        menu = (await harness.slash("tea")).message
        await harness.click("Stronger")
        assert menu.content == "0 cups of strong tea"
        await harness.click("Stronger")
        assert menu.content == "It cannot get any stronger.\n0 cups of strong tea"


async def test_several_writes_are_all_or_none(database: str) -> None:
    async with opened(DATA, database) as harness:
        menu = (await harness.slash("fair")).message
        for _ in range(3):
            await harness.click("Buy a balloon")
        assert menu.content == "1 coins; bought: balloon, balloon, balloon"
        await harness.click("Give the bot's owner a coin")
        await harness.click("Give the bot's owner a coin")
        assert menu.has_text("You have no coin left.")
        await harness.click("Sell everything")
        assert menu.content == "6 coins; bought: nothing"


async def test_a_collection_takes_what_fits_and_lists_what_is_there(database: str) -> None:
    async with opened(DATA, database) as harness:
        menu = (await harness.slash("wishes")).message
        for _ in range(3):
            await harness.click("Wish")
        assert menu.labels == ["Wish 3", "Wish 2", "Wish 1", "Wish", "Forget one"]
        await harness.click("Wish")
        assert menu.has_text("Three wishes, no more.")
        await harness.click("Wish 2")
        await harness.click("Forget one")
        assert menu.labels == ["Wish 3", "Wish", "Forget one"]


async def test_code_outside_of_menus_writes_what_menus_show(database: str) -> None:
    async with opened(DATA, database) as harness:
        await harness.slash("reward")
        assert (await harness.slash("fair")).message.has_text("15 coins")


async def test_a_record_of_an_earlier_revision_is_brought_up_to_date(database: str) -> None:
    async with opened(DATA, database) as harness:
        sql: Any = await asyncpg.connect(database)
        await sql.execute(
            "INSERT INTO flowcord_record (scope, scope_id, name, data, revision, owner)"
            " VALUES ('user', $1, 'diary', $2, 1, $1)",
            str(harness.ann.id),
            '{"pages": 2, "word": "milk"}',
        )
        menu = (await harness.slash("diary")).message
        assert menu.content == "2 pages about milk"
        await harness.click("Write")
        assert menu.content == "3 pages about milk"
        stored = await sql.fetchrow("SELECT revision, expires_at FROM flowcord_record")
        assert stored["revision"] == 3
        assert stored["expires_at"] is not None
        await sql.close()


async def test_a_user_who_is_forgotten_begins_anew_everywhere(database: str) -> None:
    async with opened(DATA, database) as harness:
        await harness.slash("reward")
        menu = (await harness.slash("diary")).message
        await harness.click("Write")
        await harness.click("Forget me")
        await harness.click("Yes")
        assert menu.content == "0 pages about nothing"
        assert (await harness.slash("fair")).message.has_text("10 coins")
