"""Run in a tree the recipe was walked in: an edge sends the new stream's event. Prints what a client was told."""

from __future__ import annotations

import asyncio
import json

from millstream_contracts.generated.millstream.jobs.v1 import function_events_pb2 as pb
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id
from millstream_contracts.inventory import load_inventory
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import serving_edge

STREAM = load_inventory().streams["functions.deploys"]


async def main() -> None:
    log = EmbeddedLog(":memory:")
    settings = EdgeSettings(port=free_port(), auth=AuthSettings(mode="off"))
    async with serving_edge(settings, log) as running:
        schema = await running.client.http.get(f"/api/v1/schemas/{STREAM.types[0]}")
        refused = await running.client.http.get(f"{STREAM.endpoint}?colour=red")
        async with running.client.open(f"{STREAM.endpoint}?function=resize") as stream:
            await stream.control("stream.open", timeout_s=60)
            await log.append([record("crop"), record("resize")])
            (event,) = await stream.data(1, timeout_s=60)
    await log.close()
    print(json.dumps({"event": event, "schema": schema.json(), "refused": refused.json()["errors"]}))


def record(function: str) -> NewRecord:
    message = pb.FunctionDeployed(event_id=new_event_id(), at_ms=1_767_268_800_000, function=function, version="2")
    headers = record_headers(message.DESCRIPTOR.full_name, STREAM.types[0])
    return NewRecord(STREAM.topics[0], function.encode(), message.SerializeToString(), headers)


asyncio.run(main())
