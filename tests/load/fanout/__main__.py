"""Fan-out compared: the same job on the least a server can do, on nchan, on sse-starlette as tutorials use it, and on the
edge with real Kafka and authentication.

    PYTHONPATH=tests python -m load.fanout [--runs 3] [--jobs many,fast] [--servers limit,nchan,tutorial,edge] [--into FILE]

The server has one core, the client, the broker and the publisher have another. A second call with the same `--into`
adds its runs; the table is made of the medians of all that is there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from load.fanout.events import BYTES, Publisher, progress
from load.fanout.servers import Server, Topic, edge, limit, nchan, tutorial
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

TAIL_S = 1.0  # for what is on its way when the publisher stops


@dataclass(frozen=True)
class Job:
    """So many clients, so many events a second."""

    clients: int
    rate_per_s: int
    warm_s: float = 3.0
    seconds: float = 12.0


JOBS = {"many": Job(1000, 50), "fast": Job(200, 500)}
SERVERS = ("limit", "nchan", "tutorial", "edge")


def run(job: Job, server: Server) -> dict[str, Any]:
    """One job on one server."""
    before = resident_kb(server.pid)
    with Clients(server.path, server.port, connections=job.clients, headers=server.headers) as clients:
        take_precedence()
        clients.wait_for("ready")
        held = resident_kb(server.pid)
        with Publisher(server.publish, job.rate_per_s, progress()) as publisher:
            time.sleep(job.warm_s)
            clients.mark()
            cpu, began = cpu_s(server.pid), time.monotonic()
            time.sleep(job.seconds)
            sent = publisher.stop()
        took = time.monotonic() - began
        time.sleep(TAIL_S)
        cpu = cpu_s(server.pid) - cpu
        told = clients.result()
    deliveries = told["events"]
    return {
        "sent": sent,
        "deliveries": deliveries,
        "deliveries_per_s": deliveries / took,
        "cpu_us_per_delivery": cpu / max(1, deliveries) * 1e6,
        "cores": cpu / took,
        "kb_per_connection": (held - before) / job.clients,
        "missed": told["missed"] + job.clients * (sent - told["last_seq"]),
        "latency_ms": told["latency_ms"],
        "bytes_per_delivery": told["bytes"] / max(1, deliveries),
        "client": told,
    }


def medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    """The middle of each figure."""
    keys = ("cpu_us_per_delivery", "cores", "deliveries_per_s", "kb_per_connection", "bytes_per_delivery")
    return {key: statistics.median(one[key] for one in runs) for key in keys} | {
        "p50_ms": statistics.median(one["latency_ms"]["p50"] for one in runs),
        "p99_ms": statistics.median(one["latency_ms"]["p99"] for one in runs),
        "missed": max(one["missed"] for one in runs),
        "cpu_spread_us": max(one["cpu_us_per_delivery"] for one in runs)
        - min(one["cpu_us_per_delivery"] for one in runs),
    }


def table(report: dict[str, Any]) -> str:
    """The report as a table, against the limit."""
    lines = []
    for name, of_server in report["runs"].items():
        job = report["jobs"][name]
        lines += [
            f"\n{job['clients']:,} clients × {job['rate_per_s']} events/s of {BYTES} bytes, {job['seconds']:.0f} s, medians\n",
            "| server | runs | CPU per delivery | × limit | cores | p50 / p99 ms | p99 × limit | kB/connection | missed |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        figures = {server: medians(runs) for server, runs in of_server.items()}
        base = figures.get("limit")
        for server in sorted(figures, key=lambda s: figures[s]["cpu_us_per_delivery"]):
            f = figures[server]
            ratio = f"{f['cpu_us_per_delivery'] / base['cpu_us_per_delivery']:.2f}" if base else "–"
            late = f"{f['p99_ms'] / base['p99_ms']:.1f}" if base and base["p99_ms"] else "–"
            lines.append(
                f"| {server} | {len(of_server[server])} | {f['cpu_us_per_delivery']:.1f} µs (± {f['cpu_spread_us'] / 2:.1f}) "
                f"| {ratio} | {f['cores']:.2f} | {f['p50_ms']:.1f} / {f['p99_ms']:.1f} | {late} "
                f"| {f['kb_per_connection']:.0f} | {f['missed']:,} |"
            )
    return "\n".join(lines)


def refuse_regression(report: dict[str, Any], at_most: float) -> None:
    """
    Raises:
        SystemExit: the edge missed something, or a delivery of its own costs more than so many times the limit's.
    """
    for name, runs in report["runs"].items():
        edges, limits = medians(runs["edge"]), medians(runs["limit"])
        ratio = edges["cpu_us_per_delivery"] / limits["cpu_us_per_delivery"]
        if ratio > at_most or edges["missed"]:
            raise SystemExit(
                f"{name}: {ratio:.2f} times the limit's CPU ({at_most} allowed), {edges['missed']:.0f} missed"
            )


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m load.fanout", description=__doc__)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--jobs", default=",".join(JOBS))
    asked.add_argument("--servers", default=",".join(SERVERS))
    asked.add_argument("--into", type=Path, default=Path(".data/fanout.json"), help="the report, added to")
    asked.add_argument("--at-most", type=float, help="fail when the edge's CPU is more than so many times the limit's")
    args = asked.parse_args()
    if args.at_most and not {"limit", "edge"} <= {*args.servers.split(",")}:
        asked.error("--at-most compares the servers limit and edge")
    forget_settings()
    stay_on_client_core()
    report = json.loads(args.into.read_text()) if args.into.exists() else {"jobs": {}, "runs": {}}
    report["machine"] = described("uvicorn", "uvloop", "httptools", "kafka-python", "sse-starlette", "fastapi")
    with contextlib.ExitStack() as stack:
        start: dict[str, Callable[[], AbstractContextManager[Server]]] = {
            "limit": limit, "nchan": nchan, "tutorial": tutorial,
        }  # fmt: skip
        names = args.servers.split(",")
        if "edge" in names:
            topic = stack.enter_context(contextlib.closing(Topic()))
            take_precedence()
            topic.warm()
            start["edge"] = partial(edge, topic)
        for _ in range(args.runs):
            for job in args.jobs.split(","):
                report["jobs"][job] = asdict(JOBS[job])
                for name in names:
                    with start[name]() as server:
                        told = run(JOBS[job], server)
                    report["runs"].setdefault(job, {}).setdefault(name, []).append(told)
                    print(f"{job} {name}: {told['cpu_us_per_delivery']:.1f} µs, {told['cores']:.2f} cores, "
                          f"p99 {told['latency_ms']['p99']:.1f} ms, missed {told['missed']}", flush=True)  # fmt: skip
                    write_report(args.into, report)
    print(table(report))
    if args.at_most:
        refuse_regression(report, args.at_most)


if __name__ == "__main__":
    main()
