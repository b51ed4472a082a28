"""The edge for a long time under mixed faults: what was produced, what arrived, what was announced, and the memory.

    PYTHONPATH=tests python -m load.soak [--minutes 20] [--into FILE]

Two edges on one broker; a crowd that stays, some that join and leave, some that stop reading. In turns an edge is killed
and started again, the broker is restarted, clients are stopped, and a crowd comes and goes. The rates are modest: it is
about what is right after all that, not about how fast it is. It fails when an event is missing that was not announced.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Self

from load.fanout.events import Publisher, progress
from load.fanout.servers import KEY, Server, Topic, edge
from load.rig.clients import Clients
from load.rig.machine import described, forget_settings, resident_kb, write_report
from millstream_kit.testing import free_port

PATH = "/api/v1/events/stream"
CROWD, VISITORS, SLUGGARDS = 200, 50, 5
RATE_PER_S = 20
BETWEEN_FAULTS_S = 20.0
SAMPLE_S = 5.0
SETTLE_S = 20.0


class Pod:
    """One edge that is killed now and then and comes back on its port."""

    def __init__(self, name: str, topic: Topic) -> None:
        self.name = name
        self.port = free_port()
        self.restarts = 0
        self.samples_kb: list[int] = []
        self._topic = topic
        self._stack = contextlib.ExitStack()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        self._server = self._stack.enter_context(edge(self._topic, port=self.port))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def kill(self) -> None:
        """SIGKILL, and a new process three seconds later."""
        assert self._server is not None
        server, self._server = self._server, None
        server.process.kill()
        self._stack.close()
        time.sleep(3)
        self.restarts += 1
        self._server = self._stack.enter_context(edge(self._topic, port=self.port))

    def sample(self) -> None:
        server = self._server
        if server is not None:
            with contextlib.suppress(OSError, IndexError):
                self.samples_kb.append(resident_kb(server.pid))

    def memory(self) -> dict[str, int]:
        third = max(1, len(self.samples_kb) // 3)
        return {
            "first_third_max_kb": max(self.samples_kb[:third], default=0),
            "last_third_max_kb": max(self.samples_kb[-third:], default=0),
            "max_kb": max(self.samples_kb, default=0),
            "restarts": self.restarts,
        }


class Soak:
    """The faults, and what they are done to."""

    def __init__(self, topic: Topic, pods: tuple[Pod, Pod]) -> None:
        self.topic = topic
        self.pods = pods
        self.faults: Counter[str] = Counter()
        self.visits: list[dict[str, Any]] = []

    def clients(self, count: int) -> Clients:
        ports = [pod.port for pod in self.pods]
        headers = [f"Authorization: Bearer {KEY}"]
        return Clients(PATH, *ports, connections=count, headers=headers, reconnect=True)

    def edge_killed(self) -> None:
        self.pods[self.faults["edge_killed"] % len(self.pods)].kill()

    def kafka_restarted(self) -> None:
        self.topic.restart(away_s=5)

    def joined_and_left(self) -> None:
        with self.clients(VISITORS) as visitors:
            visitors.wait_for("ready")
            time.sleep(10)
            self.visits.append(visitors.result())

    def stopped_reading(self, sluggards: Clients) -> None:
        sluggards.stop()
        time.sleep(15)
        sluggards.go_on()


def soak(minutes: float) -> dict[str, Any]:
    """Run it; the report."""
    with contextlib.ExitStack() as stack:
        topic = stack.enter_context(contextlib.closing(Topic()))
        pods = (stack.enter_context(Pod("one", topic)), stack.enter_context(Pod("two", topic)))
        run = Soak(topic, pods)
        crowd = stack.enter_context(run.clients(CROWD))
        sluggards = stack.enter_context(run.clients(SLUGGARDS))
        crowd.wait_for("ready")
        sluggards.wait_for("ready")
        stack.enter_context(_every(SAMPLE_S, lambda: [pod.sample() for pod in pods]))
        publisher = stack.enter_context(Publisher(topic.publish, RATE_PER_S, progress()))
        faults: list[tuple[str, Callable[[], None]]] = [
            ("edge_killed", run.edge_killed),
            ("joined_and_left", run.joined_and_left),
            ("kafka_restarted", run.kafka_restarted),
            ("stopped_reading", lambda: run.stopped_reading(sluggards)),
        ]
        until = time.monotonic() + minutes * 60
        for name, fault in cycle(faults):
            if time.monotonic() + BETWEEN_FAULTS_S > until:
                break
            time.sleep(BETWEEN_FAULTS_S)
            print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
            fault()
            run.faults[name] += 1
        sent = publisher.stop()
        topic.flush()
        time.sleep(SETTLE_S)
        stayed, stopped = crowd.result(), sluggards.result()
    return {
        "minutes": minutes,
        "faults": dict(run.faults),
        "produced": sent,
        "crowd": _told(stayed, CROWD, sent),
        "stopped_reading": _told(stopped, SLUGGARDS, sent),
        "visitors": {"visits": len(run.visits), "clients_each": VISITORS, "gaps": sum(v["gaps"] for v in run.visits)},
        "memory": {pod.name: pod.memory() for pod in pods},
        "machine": described("uvicorn", "uvloop", "httptools", "kafka-python", "sse-starlette", "fastapi"),
    }


def _told(told: dict[str, Any], clients: int, sent: int) -> dict[str, Any]:
    return {
        "clients": clients,
        "expected": clients * sent,
        "received": told["received"],
        "missed": clients * sent - told["received"],
        "gaps": told["gaps"],
        "repeated": told["repeated"],
        "connections_lost": told["closed"],
        "refused_for_a_while": told["refused"] + told["unavailable"],
        "live_again_ms": told["recovery_ms"],
        "latency_ms": told["latency_ms"],
    }


@contextlib.contextmanager
def _every(seconds: float, do: Callable[[], object]) -> Iterator[None]:
    stop = threading.Event()

    def loop() -> None:
        while not stop.wait(seconds):
            do()

    thread = threading.Thread(target=loop, name="samples")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def table(report: dict[str, Any]) -> str:
    """The report as a table."""
    lines = [
        "| | clients | expected | received | missed | gaps | repeated | connections lost | live again p99 |",
        "|" + " --- |" * 9,
    ]
    for name in ("crowd", "stopped_reading"):
        of = report[name]
        lines.append(
            f"| {name.replace('_', ' ')} | {of['clients']} | {of['expected']:,} | {of['received']:,} | {of['missed']:,} "
            f"| {of['gaps']} | {of['repeated']:,} | {of['connections_lost']:,} | {of['live_again_ms']['p99'] / 1000:.1f} s |"
        )
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m load.soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=20.0)
    asked.add_argument("--into", type=Path, default=Path(".data/soak.json"), help="the report")
    args = asked.parse_args()
    forget_settings()
    report = soak(args.minutes)
    write_report(args.into, report)
    print(table(report))
    silent = [name for name in ("crowd", "stopped_reading") if report[name]["missed"] and not report[name]["gaps"]]
    if silent:
        sys.exit(f"events are missing that were not announced: {', '.join(silent)}")


if __name__ == "__main__":
    main()
