"""Waiting for whichever comes first: an event, or time."""

from __future__ import annotations

import asyncio

from millstream_kit.clock import Clock


async def wait_for(event: asyncio.Event, seconds: float, clock: Clock) -> None:
    """Return when the event is set or that much time has passed on this clock."""
    tick = asyncio.ensure_future(clock.sleep(seconds))
    told = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({tick, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        tick.cancel()
        told.cancel()
