"""Sending everyone away: asked to come back, each after a delay of its own, closed at a constant rate, done in time."""

from __future__ import annotations

import random

from millstream_kit.clock import Clock

from millstream_stream_edge.frames import ReconnectReason
from millstream_stream_edge.hub import Hub
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.upkeep import reconnect

PAUSE_S = 0.02
PACED_SHARE = 0.8  # of the time there is; the rest is for those slow to go


async def close_all(hub: Hub, clock: Clock, metrics: EdgeMetrics, *, within_s: float, rate_per_s: float) -> None:
    """Close every stream.

    Args:
        within_s: when it has to be done; many streams are closed faster than `rate_per_s` for that.
        rate_per_s: how many are closed a second, so that they do not all come back at once.
    """
    leaving = list(hub.subscribers)
    random.shuffle(leaving)
    deadline = clock.monotonic() + within_s
    pause_each = min(1 / rate_per_s, within_s * PACED_SHARE / max(len(leaving), 1))
    owed = 0.0
    for subscriber in leaving:
        hub.end(subscriber, reconnect(ReconnectReason.DRAIN), ReconnectReason.DRAIN.value)
        owed += pause_each
        if owed >= PAUSE_S:
            await clock.sleep(owed)
            owed = 0.0
    while hub.subscribers and clock.monotonic() < deadline:
        await clock.sleep(PAUSE_S)
    for subscriber in tuple(hub.subscribers):
        metrics.closed.labels("drain_deadline").inc()
        hub.abandon(subscriber)
