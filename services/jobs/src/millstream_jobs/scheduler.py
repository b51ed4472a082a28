"""The scheduler: one process fires what is due by the clock."""

from __future__ import annotations

import secrets

from millstream_kit.telemetry import Telemetry, current_trace_id, current_traceparent

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.schedules import MOST_FIRED, fire_due_schedules
from millstream_jobs.holdings import Holdings
from millstream_jobs.metrics import Metrics
from millstream_jobs.timers import act_when_due


class Scheduler:
    def __init__(self, context: Context, holdings: Holdings, metrics: Metrics, telemetry: Telemetry) -> None:
        self._context = context
        self._holdings = holdings
        self._metrics = metrics
        self._telemetry = telemetry

    async def run(self) -> None:
        context = self._context
        next_at_ms = context.store.next_schedule_at_ms
        await act_when_due(context, self._holdings, context.bell.schedules, self.step, MOST_FIRED, next_at_ms)

    async def step(self) -> int:
        """Fire what is due now, a bounded number of schedules; how many those were."""
        fires = await fire_due_schedules(self._context, self._begin)
        for fire in fires:
            self._metrics.fires.labels(fire.outcome.value).inc()
            self._metrics.fire_delay_s.observe((fire.fired_at_ms - fire.at_ms) / 1000)
        return len(fires)

    def _begin(self, function: str) -> Origin:
        """A trace of its own for each job; an id only, where this service records none (ADR 0032)."""
        with self._telemetry.tracer.start_as_current_span(f"schedule {function}"):
            return Origin(current_traceparent(), current_trace_id() or secrets.token_hex(16))
