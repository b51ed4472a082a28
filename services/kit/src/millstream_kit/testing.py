"""What tests of every service need: waiting for facts instead of time, a refusal read, and a service on a real port."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from millstream_kit.db import Database
from millstream_kit.service import serve
from millstream_kit.settings import ServiceSettings

T = TypeVar("T")

BELOW_EPHEMERAL = (20_000, 32_768)  # Linux gives connections ports from 32,768
_dice = random.SystemRandom()  # hypothesis makes the others' throws the same in every process


async def wait_until(fact: Callable[[], Awaitable[T] | T], *, timeout_s: float = 30.0, every_s: float = 0.02) -> T:
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
    """A port of the loopback interface nobody uses, from below those the system gives to connections.

    One of the system's own could be a connection's by the time a slow server binds it.
    """
    while True:
        port = _dice.randrange(*BELOW_EPHEMERAL)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, which must have this status and code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= found.keys()
    assert found["code"] == code
    return found


async def asks_to_come_back_without_its_database(http: httpx.AsyncClient, database: Database, path: str) -> None:
    """While its database cannot be reached a service says so and when to ask again; afterwards it answers.

    Raises:
        AssertionError: it does otherwise.
    """
    here = database.engine
    database.engine = create_async_engine("postgresql+psycopg://127.0.0.1:1/nobody")
    try:
        refused = await http.get(path)
    finally:
        await database.engine.dispose()
        database.engine = here
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["retry-after"] == "1"
    assert (await http.get(path)).status_code == 200


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


@contextmanager
def serving_aside(settings: ServiceSettings, app: FastAPI) -> Iterator[str]:
    """`serving` for a test without a loop: in a thread with one of its own."""
    ready, stop = threading.Event(), threading.Event()

    async def live() -> None:
        async with serving(settings, app):
            ready.set()
            await asyncio.to_thread(stop.wait)

    with ThreadPoolExecutor(1) as aside:
        life = aside.submit(asyncio.run, live())
        try:
            while not ready.wait(0.05):
                if life.done():
                    break
            if life.done():
                life.result()
            yield f"http://127.0.0.1:{settings.port}"
        finally:
            stop.set()
        life.result()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
