"""What a worker says of its processor, its memory and its loop."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from millstream import Millstream
from millstream.testing import MemoryServer
from millstream.worker.usage import LoopLag, Meter

MB = 2**20


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A control group as Linux shows it: half a core and 512 MB at most."""
    for name, text in {
        "memory.current": str(300 * MB),
        "memory.stat": f"anon {200 * MB}\ninactive_file {60 * MB}\nactive_file 0",
        "memory.max": str(512 * MB),
        "cpu.stat": "usage_usec 1000000\nuser_usec 900000",
        "cpu.max": "50000 100000",
    }.items():
        (tmp_path / name).write_text(text + "\n")
    return tmp_path


@pytest.fixture
def lag() -> LoopLag:
    return LoopLag(asyncio.new_event_loop())


def test_in_a_pod_it_is_the_container(container: Path, lag: LoopLag) -> None:
    clock = Clock()
    meter = Meter(lag, in_pod=True, cgroup=container, now=clock)
    (container / "cpu.stat").write_text("usage_usec 2500000\n")
    clock.now += 5
    assert meter.read() == {
        "cpu_cores": 0.3,
        "cpu_limit_cores": 0.5,
        "memory_bytes": 240 * MB,
        "memory_limit_bytes": 512 * MB,
        "loop_lag_ms": 0.0,
    }


def test_too_soon_the_share_is_the_one_before(container: Path, lag: LoopLag) -> None:
    clock = Clock()
    meter = Meter(lag, in_pod=True, cgroup=container, now=clock)
    clock.now += 0.5
    assert "cpu_cores" not in meter.read()
    clock.now += 0.5
    assert meter.read()["cpu_cores"] == 0
    (container / "cpu.stat").write_text("usage_usec 9000000\n")
    clock.now += 0.5
    assert meter.read()["cpu_cores"] == 0


def test_no_limit_is_none(container: Path, lag: LoopLag) -> None:
    (container / "memory.max").write_text("max\n")
    (container / "cpu.max").write_text("max 100000\n")
    read = Meter(lag, in_pod=True, cgroup=container).read()
    assert read.keys() == {"memory_bytes", "loop_lag_ms"}


def test_elsewhere_it_is_the_process(tmp_path: Path, lag: LoopLag) -> None:
    clock = Clock()
    meter = Meter(lag, in_pod=False, cgroup=tmp_path / "none", now=clock)
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    clock.now += 1
    read = meter.read()
    assert 0.15 < read["cpu_cores"] < 2
    assert 10 * MB < read["memory_bytes"] < 10_000 * MB
    assert "memory_limit_bytes" not in read


async def test_a_loop_that_is_held_up_is_late_while_it_is_and_after() -> None:
    lag = LoopLag(asyncio.get_running_loop())
    lag.start()
    time.sleep(0.6)
    assert lag.take_ms() >= 300
    await asyncio.sleep(0.01)
    assert lag.take_ms() >= 300
    await asyncio.sleep(0.3)
    assert lag.take_ms() < 250


async def test_a_worker_says_it(app: Millstream, server: MemoryServer, working) -> None:
    @app.function()
    async def holds_up() -> None:
        time.sleep(0.7)

    async with working():
        await (await holds_up.enqueue()).result(10)
    said = [beat["usage"] for beat in server.heartbeats]
    assert max(usage["loop_lag_ms"] for usage in said) >= 300
    assert all(usage["memory_bytes"] > 0 for usage in said)
