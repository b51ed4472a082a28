"""The edge as its routes see it: admission, where to begin, and the response."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import Authenticator, Principal
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.tasks import Supervisor
from millstream_kit.telemetry import Telemetry
from starlette.types import ASGIApp, Send

from millstream_stream_edge import frames
from millstream_stream_edge.admission import Admission, Caller
from millstream_stream_edge.catchup import CatchUp
from millstream_stream_edge.delivery_traces import DeliveryTraces
from millstream_stream_edge.drain import close_all
from millstream_stream_edge.frames import Control, GapReason, ReconnectReason, UnavailableReason
from millstream_stream_edge.group import Group
from millstream_stream_edge.hub import Hub
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.plan import Plan, Sub
from millstream_stream_edge.position import PositionCodec
from millstream_stream_edge.response import EventStream, unavailable
from millstream_stream_edge.resume import Start, Wish, resolve
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.source import Source, stream_topics
from millstream_stream_edge.subscriber import Subscriber
from millstream_stream_edge.wire import Wire

TOKEN_MARGIN_S = 5.0
LEAVE_MARGIN = 0.8  # of drain_s, so that closing is done before the process is asked to end


class Edge:
    """One process's edge."""

    def __init__(
        self,
        settings: EdgeSettings,
        log: Log,
        authenticator: Authenticator,
        clock: Clock,
        metrics: EdgeMetrics,
        telemetry: Telemetry,
    ) -> None:
        self.settings = settings
        self.metrics = metrics
        self.codec = PositionCodec(settings.installation, stream_topics())
        traces = DeliveryTraces(telemetry, clock)
        self.source = Source(log, settings, clock, metrics, traces)
        self.hub = Hub(
            self.source.rings, self.source.tables, self.codec, settings, clock, metrics, traces, self.source.status
        )
        self.catchup = CatchUp(log, self.hub, self.source.read, settings, clock, metrics)
        self._log = log
        self._authenticator = authenticator
        self._clock = clock
        self._draining: asyncio.Task[None] | None = None
        self._catching_up: set[asyncio.Task[None]] = set()
        self._admission = Admission(settings)

    def start(self, supervisor: Supervisor, on_ready: Callable[[], None]) -> None:
        """Run the loops of the edge."""
        supervisor.run("source", lambda: self.source.run(self.hub, on_ready))
        supervisor.run("wheel", self.hub.run)
        supervisor.run("revocations", self._watch_credentials)
        supervisor.run("exit", self._watch_exit)

    # --- opening ------------------------------------------------------------------------------------------------------

    async def open(
        self, plan: Plan, refused: Sequence[Sub], principal: Principal, wish: Wish, address: str | None
    ) -> ASGIApp:
        """The response to a request that may have this plan.

        Args:
            refused: subs of the request the principal may not have.
            address: the client's, as far as the server knows.
        """
        caller = Caller(principal.subject, address)
        refusal = self._refusal(caller)
        if refusal is not None:
            return refusal
        self._admission.take(caller)
        group = self.hub.hold(plan)
        try:
            start = await resolve(plan, group, wish, self.source.rings, self.codec, self._log)
        except BaseException as error:
            self._give_back(group, caller)
            if isinstance(error, LogUnavailable):
                return self._refuse(UnavailableReason.KAFKA_AWAY)
            raise
        begin = partial(self._begin, group=group, start=start, refused=refused, principal=principal)
        return EventStream(begin, self.hub.leave, partial(self._give_back, group, caller))

    def _refusal(self, caller: Caller) -> ASGIApp | None:
        if self._draining is not None:
            return self._refuse(UnavailableReason.DRAINING)
        if not self.source.is_ready:
            return self._refuse(UnavailableReason.KAFKA_AWAY if self.source.is_away else UnavailableReason.STARTING)
        bound = self._admission.bound(caller)
        return None if bound is None else self._refuse(UnavailableReason.LIMIT, bound.value)

    def _refuse(self, reason: UnavailableReason, counted_as: str | None = None) -> ASGIApp:
        self.metrics.refused.labels(counted_as or reason.value).inc()
        return unavailable(reason.value)

    def _begin(
        self, send: Send, wire: Wire | None, *, group: Group, start: Start, refused: Sequence[Sub], principal: Principal
    ) -> Subscriber:
        for topic, cursor in start.cursors.items():
            if cursor.is_outdated:  # made anew since the headers went out
                cursor.reset()
                start.gaps.append((topic, GapReason.TOPIC_RECREATED))
        ends_at, why = self._lifetime(principal)
        subscriber = Subscriber(group, send, wire, principal, ends_at=ends_at, ends_why=why)
        opening = [self._open_block(group, start), *self._gap_blocks(group.plan, start)]
        opening += [frames.control(Control.UNAUTHORIZED, group.plan.concerning(sub)) for sub in refused]
        if self.source.is_away:
            opening.append(self.source.status(group.plan.topics))
        opening += group.snapshots()
        subscriber.catching_up = any(not c.ring.holds(c.offsets) for c in start.cursors.values())
        if start.is_resumed:
            self.metrics.resumed.labels("log" if subscriber.catching_up else "ring").inc()
        self.hub.join(subscriber, start.cursors, opening)
        if subscriber.catching_up:
            task = asyncio.create_task(self.catchup.serve(subscriber))
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)
        return subscriber

    def _give_back(self, group: Group, caller: Caller) -> None:
        self.hub.release(group)
        self._admission.give_back(caller)

    def _lifetime(self, principal: Principal) -> tuple[float, ReconnectReason]:
        now = self._clock.monotonic()
        at_most = now + self.settings.max_age_s * frames.spread(0.2)
        if principal.expires_at_ms is None:
            return at_most, ReconnectReason.MAX_AGE
        expires = now + (principal.expires_at_ms - self._clock.now_ms()) / 1000 - TOKEN_MARGIN_S
        return (expires, ReconnectReason.TOKEN_EXPIRING) if expires < at_most else (at_most, ReconnectReason.MAX_AGE)

    def _open_block(self, group: Group, start: Start) -> bytes:
        position = group.position(start.cursors)
        fields: dict[str, object] = {
            "position": position,
            "server_time": to_rfc3339(self._clock.now_ms()),
            "pod": self.settings.pod,
            "heartbeat_ms": int(self.settings.heartbeat_s * 1000),
        }
        if group.plan.enveloped:
            fields["subs"] = [{"sub": sub.name, "stream": sub.stream.value} for sub in group.plan.subs]
        return frames.control(Control.OPEN, fields, retry_ms=frames.retry_ms(), position=position)

    def _gap_blocks(self, plan: Plan, start: Start) -> list[bytes]:
        told: dict[bytes, None] = {}
        for topic, reason in start.gaps:
            for block in plan.gaps(topic, reason):
                if block not in told:
                    self.metrics.gaps.labels(reason.value).inc()
                told[block] = None
        return list(told)

    # --- leaving ------------------------------------------------------------------------------------------------------

    async def drain(self) -> None:
        """Take nobody in any more, and send everyone away in good order; safe to call twice."""
        if self._draining is None:
            self._draining = asyncio.create_task(
                close_all(
                    self.hub,
                    self._clock,
                    self.metrics,
                    within_s=self.settings.drain_s * LEAVE_MARGIN,
                    rate_per_s=self.settings.close_rate_per_s,
                )
            )
        await asyncio.shield(self._draining)

    async def _watch_exit(self) -> None:
        """Under a server that knows nothing of `drain`, leave when it is told to exit (sse-starlette's watcher)."""
        await EventStream._listen_for_exit_signal()
        await self.drain()

    async def _watch_credentials(self) -> None:
        while True:
            await self._clock.sleep(self.settings.revocation_check_s)
            for subscriber in self.hub.key_holders.revoked(self._authenticator.is_live):
                self.hub.end(subscriber, frames.control(Control.UNAUTHORIZED), "revoked")
