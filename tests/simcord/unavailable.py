"""What users are told while Postgres is away or refuses, and a menu that writes twice."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, NonNegativeInt

from flowcord import Menu, MenuContext, Scope, Screen, button, client_data, slash, state
from tests.simcord.conftest import Incidents
from tests.simcord.menus import Count, page
from tests.simcord.world import Input, Shown, World

__all__ = ("PERHAPS", "UNCHANGED", "Ledger", "refused", "said", "stored")

UNCHANGED = r"Saved data can't be reached right now\. Nothing was changed\. .* \(`[0-9a-f]{8}`\)"
PERHAPS = (
    r"Saved data can't be reached right now\. Part of your change may have been saved: .* \(`[0-9a-f]{8}`\)"
)


class Totals(BaseModel):
    first: NonNegativeInt = 0
    second: NonNegativeInt = 0


@slash("ledger", description="Writes twice")
class Ledger(Menu[Count]):
    totals = state(Totals, scope=Scope.USER)
    stop = None

    @client_data
    def shown(self) -> Totals:
        return self.totals.value

    def render(self) -> Screen:
        return page("Ledger", f"{self.shown.first} {self.shown.second}", f"Count: {self.state.current.count}")

    @button("Write")
    async def write(self, ctx: MenuContext) -> None:
        with self.state.edit() as state:
            state.count += 1
        await self.totals.increment(first=1)
        if Ledger.stop is not None:
            Ledger.stop()
        await self.totals.increment(second=1)

    @button("Write both")
    async def write_both(self, ctx: MenuContext) -> None:
        async with ctx.atomic():
            await self.write(ctx)


def said(click: Input, pattern: str) -> bool:
    """Whether just this was whispered."""
    return [bool(re.fullmatch(pattern, text)) for text in click.whispered] == [True]


async def stored(sql: Any) -> list[tuple[str, int]]:
    return [tuple(row) for row in await sql.fetch("SELECT data, version FROM flowcord_record")]


async def refused(world: World, menu: Shown, label: str, pattern: str, incidents: Incidents) -> Input:
    """Click; the user is told just this sentence, and the log has its incident."""
    before = len(incidents())
    lines = menu.lines
    with world.requests() as made:
        click = await world.ann.click(menu, label)
    assert made == ["message"]
    assert said(click, pattern)
    assert menu.lines == lines
    [incident] = incidents()[before:]
    assert incident.split(":")[0].removeprefix("incident ") in click.whispered[0]
    assert len(world.sessions) == 1
    return click
