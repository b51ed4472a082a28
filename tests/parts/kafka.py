"""An Apache Kafka broker: in a container, or from the project's jars on a local Java."""

from __future__ import annotations

import base64
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from millstream_kit.testing import free_port

from parts.containers import Container, can_run
from parts.missing import PartMissing
from parts.processes import ChildProcess

VERSION = "4.3.1"
ADDRESS_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS_TEST"
READY = "Kafka Server started"
HOW = f"set {ADDRESS_VARIABLE}, start Docker, or install Java 17 and Maven"


class Broker(Protocol):
    """A broker that can be taken away and brought back: same address, same data."""

    servers: str

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def close(self) -> None: ...


def address_in_environment() -> str | None:
    """The brokers somebody already runs for tests."""
    return os.environ.get(ADDRESS_VARIABLE) or None


def start_broker() -> Broker:
    """Start a broker of our own.

    Raises:
        PartMissing: there is neither Docker nor Java with the jars.
    """
    broker: Broker = ContainerBroker() if can_run(f"apache/kafka:{VERSION}") else JarBroker(java(), jars())
    broker.start()
    return broker


def delete_topics(servers: str) -> None:
    """Remove every topic but Kafka's own, and wait until the last is gone."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(bootstrap_servers=servers)
    try:
        deadline = time.monotonic() + 30.0
        while topics := [name for name in admin.list_topics() if not name.startswith("__")]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"these topics do not go: {topics}")
            admin.delete_topics(topics, raise_errors=False)
    finally:
        admin.close()


class ContainerBroker:
    """`apache/kafka` on one fixed port of the host."""

    def __init__(self) -> None:
        port = free_port()
        self.servers = f"127.0.0.1:{port}"
        self._container = Container(
            f"apache/kafka:{VERSION}",
            ports={port: port},
            ready=self._answers,
            env={
                "KAFKA_HEAP_OPTS": "-Xmx512m",
                **{f"KAFKA_{key.replace('.', '_').upper()}": value for key, value in _settings(port, 29093).items()},
                "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://localhost:29093",
            },
        )

    def _answers(self) -> bool:
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        try:
            KafkaAdminClient(bootstrap_servers=self.servers, bootstrap_timeout_ms=2_000).close()
        except KafkaError:
            return False
        return True

    def start(self) -> None:
        self._container.start()

    def stop(self) -> None:
        self._container.stop()

    def kill(self) -> None:
        self._container.kill()

    def close(self) -> None:
        self._container.close()


class JarBroker:
    """`kafka.Kafka` in KRaft combined mode, its data in a temporary folder until `close`."""

    def __init__(
        self,
        java: str,
        jars: Path,
        *,
        listener: str = "PLAINTEXT",
        settings: Mapping[str, str] = MappingProxyType({}),
        format_options: Sequence[str] = (),
    ) -> None:
        """
        Args:
            listener: what the clients' listener speaks, as Kafka calls it; the broker itself speaks plainly elsewhere.
            settings: more of the broker's.
            format_options: more for the formatting of its folder, as `--add-scram`.
        """
        port = free_port()
        self.servers = f"127.0.0.1:{port}"
        self._java = java
        self._classpath = f"{jars}/*"
        self._folder = Path(tempfile.mkdtemp(prefix="millstream-kafka-"))
        self._properties = self._folder / "server.properties"
        self._process: ChildProcess | None = None
        own = _settings(port, free_port(), listener) | {"log.dirs": str(self._folder / "data"), **settings}
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in own.items()))
        self._format(format_options)

    def start(self) -> None:
        self._process = ChildProcess(self._command("kafka.Kafka", self._properties), ready=READY, cwd=self._folder)
        self._process.wait_ready(120.0)

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _format(self, options: Sequence[str]) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        # One in 64 begins with a dash, which is an option unless it stands behind a "=".
        named = f"--cluster-id={cluster_id}"
        format_ = self._command("kafka.tools.StorageTool", "format", named, "-c", self._properties, *options)
        done = subprocess.run([str(part) for part in format_], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"cannot format the broker's folder: {done.stdout}{done.stderr}")

    def _command(self, main: str, *arguments: str | Path) -> list[str | Path]:
        small = ["-Xmx512m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"]
        logging = ["-Dorg.slf4j.simpleLogger.logFile=System.out", "-Dorg.slf4j.simpleLogger.defaultLogLevel=info"]
        return [self._java, *small, *logging, "-cp", self._classpath, main, *arguments]


def _settings(port: int, controller_port: int, listener: str = "PLAINTEXT") -> dict[str, str]:
    inside = "" if listener == "PLAINTEXT" else f",PLAINTEXT://127.0.0.1:{free_port()}"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@localhost:{controller_port}",
        "listeners": f"{listener}://127.0.0.1:{port}{inside},CONTROLLER://localhost:{controller_port}",
        "advertised.listeners": f"{listener}://127.0.0.1:{port}{inside}",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A topic nobody made is a bug the tests must see.
        "auto.create.topics.enable": "false",
        # Retention and compaction within a test's patience, and within a small heap.
        "log.retention.check.interval.ms": "500",
        "log.cleaner.backoff.ms": "200",
        "log.cleaner.dedupe.buffer.size": "8388608",
        "log.initial.task.delay.ms": "500",
    }


def java() -> str:
    """A Java of at least 17.

    Raises:
        PartMissing: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found:
        told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
        version = re.search(r'version "(\d+)', told.stderr + told.stdout)
        if version and int(version[1]) >= 17:
            return found
    raise PartMissing(f"no Kafka here: {HOW} (no Java of at least 17 found)")


def jars() -> Path:
    """The folder with the broker's jars, fetched from the Maven repository once per user.

    Raises:
        PartMissing: they are not there and cannot be fetched.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "millstream"
    folder = cache / f"kafka-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"kafka-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch_jars(folder)
    return folder


def _fetch_jars(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise PartMissing(f"no Kafka here: {HOW} (no mvn to fetch the jars with)")
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        (Path(work) / "pom.xml").write_text(_POM)
        fetched = Path(work) / "jars"
        command = [maven, "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={fetched}"]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not fetched.exists():
            reason = (done.stdout + done.stderr).strip().splitlines()[:1]
            raise PartMissing(f"no Kafka here: {HOW} (mvn could not fetch the jars: {reason})")
        fetched.rename(folder)


_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millstream</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""
