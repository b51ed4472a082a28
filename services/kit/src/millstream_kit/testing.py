"""What tests of every service need: waiting for facts instead of time, and a service on a real port."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import FastAPI

from millstream_kit.service import serve
from millstream_kit.settings import ServiceSettings

T = TypeVar("T")


async def wait_until(fact: Callable[[], Awaitable[T] | T], *, timeout_s: float = 10.0, every_s: float = 0.02) -> T:
    """Ask until the answer is true, and return it.

    Raises:
        TimeoutError: it did not become true in time.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        answer = fact()
        result: T = await answer if isinstance(answer, Awaitable) else answer
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout_s} s: {getattr(fact, '__name__', fact)}, last answer {result!r}")
        await asyncio.sleep(every_s)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(settings: ServiceSettings, app: FastAPI) -> AsyncIterator[str]:
    """Serve `app` on its real port; yields its base URL once it is ready, and drains it at the end."""
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, app, stop=stop))
    try:
        await wait_until(lambda: task.done() or app.state.readiness.reason is None)
        await wait_until(lambda: task.done() or _listens(settings.port))
        if task.done():
            task.result()
            raise RuntimeError("the server ended before it was ready")
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        stop.set()
        await task


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
