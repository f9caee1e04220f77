from __future__ import annotations

import pytest

from tests.testing.handmade import HandmadeBot


@pytest.fixture
def bot() -> HandmadeBot:
    return HandmadeBot()


@pytest.fixture
def flowcord_bot(bot: HandmadeBot) -> HandmadeBot:
    return bot
