"""The servers that are compared, each pinned to the server's core and asked to do the same."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from kafka import KafkaProducer
from load.fanout.events import an_event, append, payload
from load.rig.machine import TESTS, built, on_server_core
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_kit.auth import hash_key
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.testing import free_port
from millstream_stream_edge.source import stream_topics
from millstream_stream_edge.testing import job_record
from parts.kafka import Broker, JarBroker, jars, java, start_broker
from parts.missing import PartMissing
from parts.processes import ChildProcess

HERE = Path(__file__).parent
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
WARM_EVENTS = 4_000
KEY = "ms_bench0001_" + "b" * 43


@dataclass
class Server:
    """One running server."""

    name: str
    port: int
    path: str
    process: ChildProcess
    publish: Callable[[JobEvent], None]
    headers: list[str] = field(default_factory=list)
    health_port: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid


class Poster:
    """Publishes by POST on one connection kept open."""

    def __init__(self, port: int, path: str, frame: Callable[[bytes], bytes]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: text/plain\r\nContent-Length: "
        self._frame = frame

    def __call__(self, event: JobEvent) -> None:
        body = self._frame(payload(event))
        self._socket.sendall(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
        answer = self._socket.recv(65536)
        if answer[9:11] != b"20":
            raise RuntimeError(answer.decode(errors="replace"))

    def close(self) -> None:
        self._socket.close()


@contextlib.contextmanager
def _child(command: list[str], ready: str, env: dict[str, str] | None = None) -> Iterator[ChildProcess]:
    process = ChildProcess(command, ready=ready, env={"PYTHONPATH": str(TESTS)} | (env or {}))
    try:
        process.wait_ready(120)
        yield process
    finally:
        process.stop()


@contextlib.contextmanager
def limit() -> Iterator[Server]:
    """C, one write per subscriber."""
    port = free_port()
    with _child(on_server_core(built(HERE / "limit.c"), str(port)), "listening") as process:
        with contextlib.closing(Poster(port, "/", lambda data: b"data: " + data + b"\n\n")) as post:
            yield Server("limit", port, "/", process, post)


@contextlib.contextmanager
def nchan() -> Iterator[Server]:
    """nginx with nchan, as Debian packages them.

    Raises:
        SystemExit: they are not there.
    """
    nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if nginx is None or not NCHAN.exists():
        raise SystemExit("nchan is not here (Debian: apt-get install nginx libnginx-mod-nchan)")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "nchan.conf"
        conf.write_text((HERE / "nchan.conf").read_text().format(module=NCHAN, port=port, folder=folder))
        command = on_server_core(nginx, "-p", folder, "-c", str(conf), "-e", "stderr")
        with _child(command, "getrlimit") as process:
            with contextlib.closing(Poster(port, "/pub/bench", bytes)) as post:
                yield Server("nchan", port, "/sub/bench", process, post)


@contextlib.contextmanager
def tutorial() -> Iterator[Server]:
    """sse-starlette as tutorials use it."""
    port = free_port()
    command = on_server_core(sys.executable, "-m", "load.fanout.tutorial", str(port))
    with _child(command, "Uvicorn running") as process:
        with contextlib.closing(Poster(port, "/publish", bytes)) as post:
            yield Server("tutorial", port, "/stream", process, post)


def _broker() -> Broker:
    """A broker that is our child where it can be, and so keeps to the client's core; a container does not."""
    try:
        broker = JarBroker(java(), jars())
    except PartMissing:
        return start_broker()
    broker.start()
    return broker


class Topic:
    """A broker, and the events that go into it."""

    def __init__(self) -> None:
        self._broker = _broker()
        self.servers = self._broker.servers
        asyncio.run(self._make_topics())
        self._producer = KafkaProducer(bootstrap_servers=self.servers, acks="all", linger_ms=0)

    async def _make_topics(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            log = KafkaLog(self.servers)
            stack.push_async_callback(log.close)
            await log.ensure_topics(stream_topics())

    def warm(self) -> None:
        """Let the broker's Java compile itself before anything is measured."""
        for seq in range(WARM_EVENTS):
            self.publish(an_event(seq))
            if seq % 100 == 0:
                self._producer.flush()

    def publish(self, event: JobEvent) -> None:
        append(self._producer, job_record(event))

    def restart(self, away_s: float) -> None:
        """Stop the broker, and start it again after a while; what is published meanwhile waits in the producer."""
        self._broker.stop()
        time.sleep(away_s)
        self._broker.start()

    def flush(self) -> None:
        """Wait until everything published is in the log."""
        self._producer.flush(timeout=120)

    def close(self) -> None:
        self._producer.close()
        self._broker.close()


@contextlib.contextmanager
def edge(topic: Topic, *, port: int | None = None, **settings: str) -> Iterator[Server]:
    """The stream edge as it runs in a cluster: Kafka, API keys, its own health port."""
    port, health = port or free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.yaml"
        viewer = {"id": "bench0001", "sha256": hash_key(KEY), "subject": "bench", "role": "viewer"}
        keys.write_text(yaml.safe_dump({"keys": [viewer]}))
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": topic.servers,
            "MILLSTREAM_AUTH_KEYS_FILE": str(keys),
            "MILLSTREAM_DATA_DIR": folder,
            "MILLSTREAM_EDGE_PORT": str(port),
            "MILLSTREAM_EDGE_HEALTH_PORT": str(health),
            "MILLSTREAM_EDGE_MAX_CONNECTIONS_PER_SUBJECT": "20000",
            **settings,
        }
        command = on_server_core(sys.executable, "-m", "millstream_stream_edge")
        with _child(command, "caught up", env) as process:
            _until_ready(health)
            key = [f"Authorization: Bearer {KEY}"]
            yield Server("edge", port, "/api/v1/events/stream", process, topic.publish, key, health)


def _until_ready(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError("the edge did not get ready")
