"""`make bench`: the budgets, measured. Each ratio is taken in this run, against a baseline of this run.

`python -m benchmarks [--quick]`; the quick run opens 5,000 sessions instead of 100,000.
"""

from __future__ import annotations

import asyncio
import sys

import asyncpg
from rich.console import Console
from rich.table import Table

from benchmarks.crowd import increments_at_once
from benchmarks.discord_click import measure_clicks, measure_many
from benchmarks.discord_memory import measure_memory
from benchmarks.handles import measure_handles
from benchmarks.notify import delays, writes_with_and_without
from benchmarks.store import Comparison, Rate, cold_load, on_embedded_postgres, warm_read
from flowcord.store import Store


async def _stored(database: str) -> list[Comparison | Rate]:
    store = Store(database)
    await store.start()
    pool = await asyncpg.create_pool(database, min_size=5, max_size=10)
    try:
        return [
            *await measure_handles(store, pool),
            *await cold_load(store, pool),
            *await warm_read(store),
            await increments_at_once(store, pool),
            *await delays(database),
            await writes_with_and_without(pool),
        ]
    finally:
        await pool.close()
        await store.close()


def main() -> None:
    """Measure everything and print the table."""
    quick = "--quick" in sys.argv
    many = 5_000 if quick else 100_000
    console = Console()
    table = Table(title="FlowCord, measured in this run (medians)")
    for column in ("what", "FlowCord", "baseline", "ratio", "budget"):
        table.add_column(column, justify="left" if column == "what" else "right")

    def compare(what: str, found: dict[str, float], unit: str, scale: float, budget: float) -> None:
        table.add_row(
            what,
            f"{found['measured'] * scale:,.0f} {unit}",
            f"{found['baseline'] * scale:,.0f} {unit}",
            f"{found['ratio']:.2f}×",
            f"≤ {budget}×",
        )

    with console.status("clicks, by hand and with FlowCord …"):
        clicks = asyncio.run(measure_clicks())
    compare("a click (by hand: discord.ui.View)", clicks, "µs", 1e6, 1.0)
    table.add_row("API calls of a click, on both sides", f"{clicks['calls']:g}", "", "", "1")
    with console.status("memory of idle menus …"):
        compare("an idle open menu (by hand: View)", asyncio.run(measure_memory()), "B", 1, 1.5)
    with console.status(f"a click with {many:,} sessions open …"):
        compare(f"a click with {many:,} sessions open", asyncio.run(measure_many(many)), "µs", 1e6, 1.1)
    with console.status("stored data, on an embedded Postgres …"):
        for each in on_embedded_postgres(_stored):
            number, bound = ("{:,.2f} µs", "≤") if isinstance(each, Comparison) else ("{:,.0f} /s", "≥")
            table.add_row(
                each.what,
                number.format(each.ours),
                "" if each.baseline is None else number.format(each.baseline),
                "" if each.ratio is None else f"{each.ratio:.2f}×",
                "" if each.budget is None else f"{bound} {each.budget}×",
            )
    console.print(table)


if __name__ == "__main__":
    main()
