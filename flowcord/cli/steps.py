"""The progress display: what a command is doing, and what it has done."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flowcord.cli.problem import console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ("Steps",)


class Steps:
    """A bar over `total` steps while they run; each leaves a line with the time it took."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._progress: Progress | None = None
        self._bar: TaskID | None = None

    def __enter__(self) -> Self:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            console=console(),
            transient=True,
            disable=not console().is_terminal,
        )
        self._bar = self._progress.add_task("", total=self._total)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._progress is not None
        self._progress.stop()

    @contextmanager
    def step(self, doing: str, done: str) -> Generator[None]:
        """Show `doing` while the block runs, and leave `done` when it succeeded."""
        from rich.text import Text

        assert self._progress is not None
        assert self._bar is not None
        self._progress.update(self._bar, description=f"{doing} …")
        began = time.perf_counter()
        yield
        self._progress.advance(self._bar)
        took = f"  {time.perf_counter() - began:.1f} s"
        console().print(Text("✓ ", style="green").append(done, style="default").append(took, style="dim"))
