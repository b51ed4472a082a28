"""API requests taken in and counted, per second of one core: `make bench S=ingest`, about a minute.

    PYTHONPATH=tests python -m load.ingest                      PostgreSQL and Apache Kafka
    PYTHONPATH=tests python -m load.ingest --log embedded       without a broker
    PYTHONPATH=tests python -m load.ingest --profile FILE       the same, and where the time goes (cProfile)

One server process is pinned to one core and does everything: HTTP, checks, the log, counting, telling. Database, broker
and client have the other. What counts is the CPU the server used from the first call until all is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from load.rig.machine import (
    SERVER_CORE,
    cpu_s,
    described,
    on_server_core,
    stay_on_client_core,
    take_precedence,
    write_report,
)
from millstream_kit.testing import free_port
from parts.kafka import start_broker
from parts.postgres import fresh_database, start_server

AIM_PER_S = 20_000
APIS, INSTANCES, ROUTES = 20, 4, 30
STATUSES = [200] * 80 + [201] * 8 + [304] * 4 + [404] * 5 + [422] * 2 + [500]
START_S = 60.0


def a_batch(dice: random.Random, api: str, instance: str, number: int, size: int) -> bytes:
    """What a middleware sends: requests of the last seconds."""
    now = datetime.now(UTC).timestamp()
    requests = [
        {
            "id": f"{api}-{instance}-{number}-{n}",
            "at": datetime.fromtimestamp(now - dice.random() * 5, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "method": dice.choice(["GET", "GET", "GET", "POST"]),
            "path": f"/things/{dice.randrange(ROUTES // 2)}/{{id}}",
            "status": dice.choice(STATUSES),
            "latency_ms": round(dice.lognormvariate(2.5, 1.0), 3),
            "instance_id": instance,
            "sampled": False,
            "trace_id": f"{dice.getrandbits(128):032x}",
        }
        for n in range(size)
    ]
    return json.dumps({"requests": requests}).encode()


def batches(total: int, size: int) -> list[tuple[str, bytes]]:
    dice, places = random.Random(1), cycle((f"load-{a:02}", f"i{i}") for i in range(INSTANCES) for a in range(APIS))
    return [(api, a_batch(dice, api, i, n, size)) for n, (api, i) in zip(range(total // size), places, strict=False)]


@contextmanager
def served(environment: Mapping[str, str], profile: str | None) -> Iterator[tuple[int, str]]:
    """The service in a process of its own on the measured core; yields its pid and address."""
    port = free_port()
    watched = ["-m", "cProfile", "-o", profile] if profile else []
    process = subprocess.Popen(
        on_server_core(sys.executable, *watched, "-m", "millstream_apis"),
        env=_clean() | environment | {"MILLSTREAM_APIS_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not _is_ready(f"{address}/readyz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the service did not start")
            time.sleep(0.1)
        yield process.pid, address
    finally:
        process.terminate()
        process.wait()


def _clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("MILLSTREAM_", "KAFKA_", "OTEL_", "DATABASE_"))}


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def send(address: str, told: Sequence[tuple[str, bytes]], clients: int) -> None:
    """Every batch, by that many connections, each waiting for its answers."""
    waiting = iter(told)
    lock = threading.Lock()

    def one() -> None:
        with httpx.Client(base_url=address, timeout=60, headers={"Content-Type": "application/json"}) as http:
            while True:
                with lock:
                    batch = next(waiting, None)
                if batch is None:
                    return
                answer = http.post(f"/api/v1/apis/{batch[0]}/requests", content=batch[1])
                assert answer.status_code == 202, answer.text

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_counted(address: str, total: int) -> None:
    with httpx.Client(base_url=address, timeout=60) as http:
        while (counted := sum(a["requests_24h"] for a in http.get("/api/v1/apis").json()["apis"])) < total:
            time.sleep(0.5)
    assert counted == total, f"{counted:,} counted of {total:,}"


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as stack:
        database = start_server()
        stack.callback(database.close)
        environment = {
            "DATABASE_URL": stack.enter_context(fresh_database(database.url)),
            "MILLSTREAM_AUTH_MODE": "off",
            "MILLSTREAM_LOG_LEVEL": "warning",
            "MILLSTREAM_DATA_DIR": stack.enter_context(tempfile.TemporaryDirectory()),
        }
        if arguments.log == "kafka":
            broker = start_broker()
            stack.callback(broker.close)
            environment["KAFKA_BOOTSTRAP_SERVERS"] = broker.servers
        pid, address = stack.enter_context(served(environment, arguments.profile))
        take_precedence()
        warm = batches(20_000, arguments.batch)
        send(address, [(f"warm-{api}", body) for api, body in warm], arguments.clients)
        wait_counted(address, 20_000 // arguments.batch * arguments.batch)
        told = batches(arguments.requests, arguments.batch)
        total = len(told) * arguments.batch
        began, used = time.monotonic(), cpu_s(pid)
        send(address, told, arguments.clients)
        taken = time.monotonic()
        wait_counted(address, total + 20_000 // arguments.batch * arguments.batch)
        counted_s, server_s = time.monotonic() - began, cpu_s(pid) - used
        return {
            "log": arguments.log,
            "requests": total,
            "batch": arguments.batch,
            "answered_per_s": round(total / (taken - began)),
            "counted_per_s": round(total / counted_s),
            "server_cpu_s": round(server_s, 2),
            "per_core_s": round(total / server_s),
            "us_per_request": round(1e6 * server_s / total, 1),
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m load.ingest", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--batch", type=int, default=500, help="requests a call")
    parser.add_argument("--clients", type=int, default=4, help="connections that send")
    parser.add_argument("--log", choices=("kafka", "embedded"), default="kafka")
    parser.add_argument("--profile", help="a file for cProfile; the figures are then too low")
    parser.add_argument("--into", type=Path, default=Path(".data/ingest.json"), help="the report")
    arguments = parser.parse_args()
    stay_on_client_core()
    found = measure(arguments)
    print("\n| log | requests | answered/s | counted/s | server CPU s | per core and second | µs per request |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(f"| {found['log']} | {found['requests']:,} | {found['answered_per_s']:,} | {found['counted_per_s']:,} | "
          f"{found['server_cpu_s']} | {found['per_core_s']:,} | {found['us_per_request']} |")  # fmt: skip
    report = {"machine": described("fastapi", "sqlalchemy", "psycopg", "uvicorn"), "core": SERVER_CORE, "taken": found}
    write_report(arguments.into, report)
    return 0 if found["per_core_s"] >= AIM_PER_S else 1


if __name__ == "__main__":
    sys.exit(main())
