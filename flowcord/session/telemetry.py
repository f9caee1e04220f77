"""Telemetry: what happens in sessions, told to their logs, the tracer and the app's metrics.

There is none unless an app asks for one of the three; what is not observed costs a look at `None`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from flowcord.errors import DefinitionError, GuardFailed
from flowcord.metrics import Meter
from flowcord.session.log import NO_LOG, Event, EventKind, SessionLog
from flowcord.session.tracing import Direction, Step, Tracer
from flowcord.session.turn import Turn

if TYPE_CHECKING:
    from flowcord.session.context import SessionContext
    from flowcord.session.ending import SessionEnd
    from flowcord.session.session import MenuSession

__all__ = ("Telemetry", "telemetry_of")

#: Runs a handler, and says whether the session should then be shown again.
Work = Callable[["SessionContext"], Awaitable[bool]]
#: How the log calls inputs that are not clicks.
_TAKEN: dict[str, EventKind] = {"submit": "modal_submit", "message": "message"}


class Telemetry:
    """Where events go: the newest `log_size` to each log, navigations to `tracer`, numbers to `meter`."""

    __slots__ = ("_log_size", "_meter", "_tracer")

    def __init__(self, *, log_size: int, tracer: Tracer | None, meter: Meter | None) -> None:
        self._log_size = log_size
        self._tracer = tracer
        self._meter = meter

    def new_log(self) -> SessionLog:
        """The log of a new session."""
        return SessionLog(self._log_size) if self._log_size else NO_LOG

    def note(self, session: MenuSession, kind: EventKind, name: str) -> None:
        """Something happened."""
        if self._log_size:
            session.log.add(Event(kind, name, type(session.menu).__name__, session.runtime.clock.now()))

    def turned_away(self, session: MenuSession, outcome: EventKind, kind: str, name: str) -> None:
        """An input of this kind ran nothing: it was stale, refused, busy or dropped."""
        self.note(session, outcome, name)
        if self._meter is not None:
            self._meter.record("inputs", flow=session.definition.kind, kind=kind, outcome=outcome)

    def opened(self, session: MenuSession) -> None:
        """A session begins."""
        if self._meter is not None:
            self._meter.record("sessions_opened", flow=session.definition.kind)
            self._meter.record("open_sessions", len(session.runtime.sessions))

    def ended(self, session: MenuSession, end: SessionEnd) -> None:
        """A session has ended."""
        self.note(session, "end", end.reason.value)
        if self._meter is not None:
            self._meter.record("sessions_ended", flow=session.definition.kind, reason=end.reason.value)
            self._meter.record("open_sessions", len(session.runtime.sessions))

    def navigated(
        self, session: MenuSession, turn: Turn, origin: str | None, target: str, direction: Direction
    ) -> None:
        """The session goes from one menu to another."""
        self.note(session, "navigation", target)
        if self._tracer is not None:
            now = session.runtime.clock.now()
            step = Step(session.id, session.owner.id, origin, target, direction, turn.name or None, now)
            self._tracer.add(step)

    def taken(self, session: MenuSession, turn: Turn, work: Work) -> Work:
        """An input runs `work`: the same, with its time and outcome measured."""
        self.note(session, _TAKEN.get(turn.kind, "input"), turn.name)
        meter = self._meter
        if meter is None:
            return work
        flow, menu, kind = session.definition.kind, session.menu.name, turn.kind
        now = session.runtime.clock.now

        async def run(ctx: SessionContext) -> bool:
            began, outcome = now(), "cancelled"
            try:
                showable = await work(ctx)
                outcome = "handled"
                return showable
            except GuardFailed:
                outcome = "guarded"
                raise
            except Exception:
                outcome = "failed"
                raise
            finally:
                meter.record("inputs", flow=flow, kind=kind, outcome=outcome)
                meter.record("handler_seconds", now() - began, flow=flow, menu=menu)

        return run


def telemetry_of(log_size: int, tracer: Tracer | None, meter: Meter | None) -> Telemetry | None:
    """What an app observes; `None` for nothing. Raises `DefinitionError` for logs of no size."""
    if not isinstance(log_size, int) or log_size < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"log is how many events each session keeps, from 0 on: got {log_size!r}")
    if not log_size and tracer is None and meter is None:
        return None
    return Telemetry(log_size=log_size, tracer=tracer, meter=meter)
