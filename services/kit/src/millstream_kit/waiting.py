"""Waiting for whichever comes first, and ending what was begun."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from millstream_kit.clock import Clock

T = TypeVar("T")


async def wait_for(event: asyncio.Event, seconds: float, clock: Clock) -> None:
    """Return when the event is set or that much time has passed on this clock."""
    if event.is_set():
        return
    tasks = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Do work that being cancelled does not cut in two.

    A SQLite transaction cancelled while it begins keeps the database locked until its connection is collected.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
