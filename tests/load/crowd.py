"""The edge and a crowd: what clients cost that only listen, that all come back at once, that stop reading, whose pod
dies; and how long a cold edge takes to be ready.

    PYTHONPATH=tests python -m load.crowd [--parts idle,resume,stopped,killed,cold] [--into FILE]

The edge runs as in a cluster: real Kafka, API keys, one core; clients, broker and publisher have the other one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import statistics
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from load.fanout.events import Publisher, an_event, append, progress
from load.fanout.servers import Server, Topic, edge
from load.rig.clients import Clients
from load.rig.machine import (
    cpu_s,
    described,
    forget_settings,
    resident_kb,
    stay_on_client_core,
    take_precedence,
    write_report,
)
from millstream_stream_edge.testing import a_worker, an_api, api_record, worker_record

TAIL_S = 2.0
REST_MS = 50  # between two looks of idle clients: elsewhere than on loopback, whoever writes does not wake the reader


def metric(server: Server, name: str) -> float:
    """The sum of a metric's series."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.health_port}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.partition("{")[0].partition(" ")[0] == name)


def listening(server: Server, count: int, *more: Server, reconnect: bool = False, rest_ms: int = 0) -> Clients:
    ports = [server.port, *(other.port for other in more)]
    return Clients(server.path, *ports, connections=count, headers=server.headers, reconnect=reconnect, rest_ms=rest_ms)


def idle(topic: Topic, *, clients: int = 10_000, seconds: float = 45.0) -> dict[str, Any]:
    """Many who are told nothing but heartbeats."""
    with edge(topic) as server:
        without = _cpu_of_nobody(server)
        before = resident_kb(server.pid)
        with listening(server, clients, rest_ms=REST_MS) as crowd:
            took = crowd.wait_for("ready")
            held = resident_kb(server.pid)
            time.sleep(5)
            crowd.mark()
            cpu, began = cpu_s(server.pid), time.monotonic()
            time.sleep(seconds)
            cpu, lasted = cpu_s(server.pid) - cpu, time.monotonic() - began
            told = crowd.result()
    return {
        "clients": clients,
        "open": told["open"],
        "connect_s": took,
        "kb_per_connection": (held - before) / clients,
        "cores": cpu / lasted,
        "cores_without_clients": without,
        "cores_of_heartbeats": cpu / lasted - without,
        "heartbeats_per_s": told["heartbeats"] / lasted,
    }


def _cpu_of_nobody(server: Server, seconds: float = 10.0) -> float:
    time.sleep(3)
    cpu = cpu_s(server.pid)
    time.sleep(seconds)
    return (cpu_s(server.pid) - cpu) / seconds


def resume(topic: Topic, *, clients: int = 5_000, said: int = 500) -> dict[str, Any]:
    """Everyone cut, events said meanwhile, and everyone back in the same moment."""
    with edge(topic) as server, listening(server, clients, reconnect=True) as crowd:
        crowd.wait_for("ready")
        publish_all(server.publish, range(1, 101))
        time.sleep(TAIL_S)
        crowd.cut()
        publish_all(server.publish, range(101, 101 + said))
        time.sleep(TAIL_S)
        before = cpu_s(server.pid)
        crowd.come_back()
        took = crowd.wait_for("back")
        cpu = cpu_s(server.pid) - before
        time.sleep(TAIL_S * 2)
        catchups = metric(server, "millstream_edge_catchups_total")
        told = crowd.result()
    return {
        "clients": clients,
        "said_meanwhile": said,
        "all_back_s": took,
        "cpu_s": cpu,
        "recovery_ms": told["recovery_ms"],
        "missed": told["missed"] + clients * (100 + said - told["last_seq"]),
        "repeated": told["repeated"],
        "gaps": told["gaps"],
        "read_from_kafka": catchups,
    }


def publish_all(publish: Callable[[Any], None], seqs: range) -> None:
    for seq in seqs:
        publish(an_event(seq))
        time.sleep(0.002)


def stopped(topic: Topic, *, pairs: int = 3) -> dict[str, Any]:
    """One in a hundred reads nothing: what the others notice of it."""
    runs = [_stopped_once(topic, stop) for _ in range(pairs) for stop in (False, True)]
    ratios = [
        with_["p99_ms"] / max(without["p99_ms"], 0.05) for without, with_ in zip(runs[::2], runs[1::2], strict=True)
    ]
    return {"runs": runs, "p99_ratio": statistics.median(ratios)}


def _stopped_once(topic: Topic, stop: bool, *, clients: int = 198, sluggards: int = 2) -> dict[str, Any]:
    with edge(topic) as server, listening(server, clients) as crowd, listening(server, sluggards) as few:
        take_precedence()
        crowd.wait_for("ready")
        few.wait_for("ready")
        if stop:
            few.stop()
        with Publisher(server.publish, 100, progress(size=4_000)) as publisher:
            time.sleep(12)  # what the kernel buffers for a client that reads nothing is full by then
            crowd.mark()
            before = resident_kb(server.pid)
            time.sleep(12)
            lagging, held = (metric(server, f"millstream_edge_{of}") for of in ("lagging_connections", "held_bytes"))
            grown = resident_kb(server.pid) - before
            sent = publisher.stop()
        time.sleep(TAIL_S)
        few.go_on()
        told = crowd.result()
    return {
        "stopped": sluggards if stop else 0,
        "lagging": lagging,
        "held_bytes": held,
        "grown_kb": grown,
        "p50_ms": told["latency_ms"]["p50"],
        "p99_ms": told["latency_ms"]["p99"],
        "missed": told["missed"] + clients * (sent - told["last_seq"]),
    }


def killed(topic: Topic, *, clients: int = 1_000) -> dict[str, Any]:
    """Two edges, one of them killed: how soon its clients are live on the other one."""
    with edge(topic) as one, edge(topic) as other, listening(one, clients, other, reconnect=True) as crowd:
        crowd.wait_for("ready")
        with Publisher(one.publish, 50, progress()) as publisher:
            time.sleep(4)
            one.process.kill()
            crowd.wait_for("back")
            time.sleep(4)
            sent = publisher.stop()
        time.sleep(TAIL_S)
        told = crowd.result()
    return {
        "clients": clients,
        "lost": told["recovered"],
        "recovery_ms": told["recovery_ms"],
        "missed": told["missed"] + clients * (sent - told["last_seq"]),
        "repeated": told["repeated"],
        "gaps": told["gaps"],
    }


def cold(topic: Topic, *, keys: int = 100_000) -> dict[str, Any]:
    """From the start of the process to readiness, with so many keys in compacted topics."""
    producer = KafkaProducer(bootstrap_servers=topic.servers, linger_ms=20, batch_size=2**18)
    for n in range(keys):
        record = (
            api_record(an_api(f"api-{n}")) if n % 100 == 0 else worker_record(a_worker(f"w-{n}", name=f"pool-{n % 50}"))
        )
        append(producer, record)
    producer.close()
    began = time.monotonic()
    with edge(topic) as server:
        took = time.monotonic() - began
        rss = resident_kb(server.pid)
    return {"keys": keys, "ready_s": took, "resident_kb": rss}


PARTS = {"idle": idle, "resume": resume, "stopped": stopped, "killed": killed, "cold": cold}


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m load.crowd", description=__doc__)
    asked.add_argument("--parts", default=",".join(PARTS))
    asked.add_argument("--into", type=Path, default=Path(".data/crowd.json"), help="the report, added to")
    args = asked.parse_args()
    forget_settings()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    stay_on_client_core()
    report = json.loads(args.into.read_text()) if args.into.exists() else {}
    report["machine"] = described("uvicorn", "uvloop", "httptools", "kafka-python", "sse-starlette", "fastapi")
    with contextlib.closing(Topic()) as topic:
        take_precedence()
        topic.warm()
        for part in args.parts.split(","):
            report[part] = PARTS[part](topic)
            print(part, json.dumps(report[part], indent=1), flush=True)
            write_report(args.into, report)


if __name__ == "__main__":
    main()
