"""How each control event is provoked."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import httpx
from millstream_contracts.inventory import StreamSpec, load_inventory
from system.reader import Event, Reader, reading

from contracts.keys import CROWD, MOST_OF_A_SUBJECT, STRUCK, WITHIN
from contracts.recording import PATIENCE_S, Recording, combined_path

INVENTORY = load_inventory()
STREAMS = INVENTORY.stream_list


async def heard(reader: Reader, control: str) -> list[Event]:
    await reader.until(lambda: any(event["type"] == control for event in reader.controls), PATIENCE_S)
    return reader.controls


async def recorded(recording: Recording) -> list[Event]:
    return [event for said in recording.controls.values() for event in said]


async def gap(recording: Recording, stream: StreamSpec = STREAMS[0]) -> list[Event]:
    path = recording.path_of(stream) + "?last_event_id=broken"
    async with reading(recording.system.url, path, recording.keys.holding(stream.scope)) as reader:
        return await heard(reader, "stream.gap")


async def quiet(recording: Recording, control: str) -> list[Event]:
    """Nobody's job: nothing but what time brings."""
    path = f"{STREAMS[0].endpoint}?job_id={WITHIN['job_id'][1]}"
    async with reading(recording.system.url, path, recording.system.headers) as reader:
        return await heard(reader, control)


async def drained(recording: Recording) -> list[Event]:
    edge = recording.system.edge
    async with reading(recording.system.url, combined_path(recording), recording.system.headers) as reader:
        assert await asyncio.to_thread(edge.stop) == 0
        said = list(await heard(reader, "stream.reconnect"))
        await asyncio.to_thread(edge.start)
        return said


async def struck(recording: Recording) -> list[Event]:
    """A credential that is taken away; and one stream of several for which there is no scope."""
    headers, file = recording.keys.holding(*STRUCK), recording.system.folder / "keys.yaml"
    path = f"{INVENTORY.combined}?streams=events,workers,apis"
    async with reading(recording.system.url, path, headers) as reader:
        refused = (await heard(reader, "stream.unauthorized"))[-1]
        assert (refused["sub"], refused["stream"]) == ("apis", "apis")
        recording.keys.write(file, but=[headers])
        await reader.until(lambda: any(e == {"type": "stream.unauthorized"} for e in reader.controls), PATIENCE_S)
    recording.keys.write(file)
    return reader.controls


async def crowded(recording: Recording) -> list[Event]:
    """One more than a subject may have."""
    path, headers = STREAMS[0].endpoint, recording.keys.holding(*CROWD)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(MOST_OF_A_SUBJECT):
            await stack.enter_async_context(reading(recording.system.url, path, headers))
        async with httpx.AsyncClient(base_url=recording.system.url, timeout=30) as client:
            answer = await client.get(path, headers=headers)  # a stream that ends by itself
    assert answer.status_code == 200
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


PROVOKED: dict[str, Callable[[Recording], Coroutine[Any, Any, list[Event]]]] = {
    "stream.open": recorded,
    "stream.position": partial(quiet, control="stream.position"),
    "stream.status": partial(quiet, control="stream.status"),
    "stream.gap": gap,
    "stream.reconnect": drained,
    "stream.unauthorized": struck,
    "stream.unavailable": crowded,
}
