"""The parts themselves: found, answering, and gone when told to go."""

from __future__ import annotations

import socket
import sys

import psycopg
import pytest
from parts.kafka import Broker
from parts.processes import ChildProcess


def answers(servers: str) -> bool:
    host, _, port = servers.split(",")[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True


def test_kafka_answers(kafka_servers: str) -> None:
    assert answers(kafka_servers)


def test_a_broker_goes_and_comes_back_at_the_same_address(kafka_broker: Broker) -> None:
    for leave in (kafka_broker.stop, kafka_broker.kill):
        leave()
        assert not answers(kafka_broker.servers)
        kafka_broker.start()
        assert answers(kafka_broker.servers)


def test_every_test_gets_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert count == (0,)


def test_chromium_is_a_file(chromium: str) -> None:
    assert chromium


def test_a_child_that_ends_before_it_is_ready_is_reported_with_its_output() -> None:
    child = ChildProcess([sys.executable, "-c", "print('no space left')"], ready="hello")
    with pytest.raises(RuntimeError, match="no space left"):
        child.wait_ready(20.0)


def test_a_child_dies_with_the_thread_group_that_started_it() -> None:
    grandchild = "import signal; print('up', flush=True); signal.pause()"
    program = (
        "import os, sys; from parts.processes import ChildProcess;"
        f"c = ChildProcess([sys.executable, '-c', {grandchild!r}], ready='up'); c.wait_ready(20);"
        "print(c.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    assert has_ended(named_by(program))


def test_a_forked_process_dies_with_the_run_that_started_it() -> None:
    """The fork server does not: it is kept by its children."""
    program = (
        "import os, pathlib; from system.preloaded import start_module;"
        "p = start_module('http.server', ['0'], os.environ, pathlib.Path(os.devnull));"
        "print(p.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    assert has_ended(named_by(program))


def named_by(program: str) -> int:
    """The process a program named before it was killed."""
    parent = ChildProcess([sys.executable, "-c", program], ready="\n", env={"PYTHONPATH": ":".join(sys.path)})
    parent.wait_ready(20.0)
    parent.wait()
    return int(parent.output().split()[0])


def has_ended(pid: int) -> bool:
    import os
    import select

    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ready, _, _ = select.select([handle], [], [], 10.0)
    os.close(handle)
    return bool(ready)
