"""What the workers stream costs a viewer of 500 instances: `make bench S=workers`, about a minute and a half.

An edge over the log in memory; heartbeats as the workers service would tell them, every five seconds for each instance,
evenly spread. A viewer counts the bytes it is sent, the chunked transfer's own with them.
"""

from __future__ import annotations

import asyncio
import itertools
import time
import zlib
from collections.abc import Callable

from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import Pod
from millstream_contracts.inventory import load_inventory
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import a_worker, serving_edge, worker_record

INSTANCES, BEAT_S, MEASURED_S = 500, 5.0, 25.0
FUNCTIONS = {"resize": "Resize", "crop": "Crop", "mail": "Mail", "charge": "Charge"}
STREAM = load_inventory().streams["workers"]
Beat = Callable[[int, int], NewRecord]


def instance(number: int, *, state: str = "active", **counters: int) -> NewRecord:
    """One of the fleet, with its pod."""
    name = f"shop-{number:03d}-7d9f8b6c5-x{number:04d}"
    pod = Pod(name=name, namespace="shop", node=f"node-{number % 20}", phase="Running", restarts=0, image="shop:1.4.2")
    known = {
        "functions": list(FUNCTIONS),
        "function_names": FUNCTIONS,
        "hostname": name,
        "version": "1.4.2",
        "pod": pod,
    }
    return worker_record(a_worker(name, state=state, **known, **counters))


def resting(number: int, beat: int) -> NewRecord:
    return instance(number)


def working(number: int, beat: int) -> NewRecord:
    return instance(number, active_jobs=beat % 4, jobs_processed=beat * 7 + number)


def rolling(number: int, beat: int) -> NewRecord:
    """A rollout: at each beat another tenth of them drains."""
    return instance(number, state="draining" if number % 10 == beat % 10 else "active", jobs_processed=beat)


async def measured(what: str, beat: Beat) -> None:
    log = EmbeddedLog(":memory:")
    settings = EdgeSettings(port=free_port(), auth=AuthSettings(mode="off"))
    async with serving_edge(settings, log):
        await log.append([beat(number, 0) for number in range(INSTANCES)])
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port, limit=2**22)
        writer.write(f"GET {STREAM.endpoint} HTTP/1.1\r\nHost: edge\r\n\r\n".encode())
        first = b""
        while first.count(b'"hostname"') < INSTANCES:
            first = await reader.readuntil(b"\n\n")
        beating = asyncio.create_task(_beat(log, beat))
        told, began = 0, time.monotonic()
        while (left := began + MEASURED_S - time.monotonic()) > 0:
            try:
                told += len(await asyncio.wait_for(reader.read(2**20), left))
            except TimeoutError:
                break
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        writer.close()
    await log.close()
    packed = len(zlib.compress(first))
    print(f"{what:34}{len(first) / 1e3:10.0f}{packed / 1e3:12.1f}{told / MEASURED_S / 1e3:12.1f}")


async def _beat(log: EmbeddedLog, beat: Beat) -> None:
    slices = 50
    for turn in itertools.count(slices):
        mine = range(turn % slices, INSTANCES, slices)
        await log.append([beat(number, turn // slices) for number in mine])
        await asyncio.sleep(BEAT_S / slices)


async def main() -> None:
    print(
        f"{f'{INSTANCES} instances':34}{'kB JSON':>10}{'compressed':>12}{'kB/s':>12}  per viewer, {MEASURED_S:.0f} s each"
    )
    await measured("only heartbeats", resting)
    await measured("counters move", working)
    await measured("a rollout: a tenth drains per beat", rolling)


if __name__ == "__main__":
    asyncio.run(main())
