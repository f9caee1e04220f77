"""What discord.py's own `interaction.response` knows of an answer that FlowCord gave."""

from __future__ import annotations

import gc
from typing import Any

import discord
import pytest

from flowcord.wire._discord import mark_answered
from flowcord.wire.endpoint import Callback
from tests.bed import Bed
from tests.session.menus import M


async def test_it_says_that_there_was_one_and_gives_no_second() -> None:
    interaction = Bed(M).command()
    mark_answered(interaction, Callback.MESSAGE)
    response: Any = interaction.response
    assert response.is_done()
    assert response.type is discord.InteractionResponseType.channel_message
    for second in (
        response.defer,
        response.edit_message,
        lambda: response.send_message("x"),
        lambda: response.send_modal(None),
    ):
        with pytest.raises(discord.InteractionResponded):
            await second()


async def test_nothing_of_an_answered_interaction_waits_for_the_garbage_collector() -> None:
    bed = Bed(M)
    gc.collect()
    gc.disable()
    try:
        mark_answered(bed.command(), Callback.MESSAGE)
        assert gc.collect() == 0
    finally:
        gc.enable()
