"""`millstream dev`: one command, ready soon, stopped cleanly, nothing lost over a restart."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from load.rig.machine import cpu_s
from millstream_kit.testing import free_port, wait_until
from parts.processes import ChildProcess

from system.harness import Process, local_system
from system.reader import reading
from system.test_job_life import EVENTS, enqueue, has_worker


def command(port: int, folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "millstream", "dev", *more, "--port", str(port), "--data-dir", str(folder / "data")]


@contextmanager
def dev(port: int, folder: Path, *more: str) -> Iterator[Process]:
    env = {"MARKS": str(folder / "marks")}
    process = Process("dev", command(port, folder, *more), env, folder, f"http://127.0.0.1:{port}")
    try:
        process.start()
        yield process
    finally:
        process.kill()


def test_it_is_ready_within_ten_seconds_of_a_core_and_says_what_is_where_in_five_lines(tmp_path: Path) -> None:
    """As from a terminal, its imports with it; of its own CPU, for other tests want the machine's cores, too."""
    port = free_port()
    process = ChildProcess(command(port, tmp_path), ready="beside it")
    try:
        process.wait_ready(60)
        used = cpu_s(process.pid)
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz")
    finally:
        process.stop()
    assert answer.status_code == 200
    assert used < 10
    told = [line for line in process.output().splitlines() if line.strip() and "stopping" not in line]
    assert len(told) == 5
    assert f"http://localhost:{port}" in "\n".join(told)


def test_what_it_calls_ready_takes_a_job_at_once(tmp_path: Path) -> None:
    """The first thing a stranger does after that line is to enqueue."""
    port = free_port()
    functions = Path(__file__).parent / "functions.py"
    process = ChildProcess(command(port, tmp_path, str(functions)), ready="is ready", env={"MARKS": str(tmp_path)})
    try:
        process.wait_ready(60)
        answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/jobs", json={"function": "quick", "kwargs": {"n": 1}})
    finally:
        process.stop()
    assert answer.status_code == 201, answer.text


def test_ctrl_c_leaves_cleanly_with_its_worker(tmp_path: Path) -> None:
    with dev(free_port(), tmp_path, "system.functions:app") as process:
        asyncio.run(_worker_there(process))
        process.send(signal.SIGINT)
        assert process.wait_ended(20) == 0
    assert "Traceback" not in process.output()


async def _worker_there(process: Process) -> None:
    async with httpx.AsyncClient(base_url=str(process.url)) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)


async def test_what_was_enqueued_before_a_restart_runs_after_it(tmp_path: Path) -> None:
    with local_system(tmp_path) as system:
        async with httpx.AsyncClient(base_url=system.url, timeout=30) as client:
            await wait_until(lambda: has_worker(client), timeout_s=30)
            await asyncio.to_thread(system.worker.stop)
            async with reading(system.url, EVENTS) as reader:
                job_ids = [await enqueue(client, "quick", n=n) for n in range(10)]
                await reader.until(lambda: len(reader.events) >= 10)
                assert await asyncio.to_thread(system.edge.stop) == 0
                await asyncio.to_thread(system.edge.start)
                system.worker.start()
                done = lambda: {e["job_id"] for e in reader.events if e["type"] == "job.completed"}  # noqa: E731
                await reader.until(lambda: done() == set(job_ids), timeout_s=40)
            assert reader.gaps() == []


def test_a_second_one_on_the_same_folder_or_port_is_refused_with_a_reason(tmp_path: Path) -> None:
    port = free_port()
    with dev(port, tmp_path):
        assert "--port" in refused("same port", tmp_path, command(port, tmp_path / "other"))
        assert "--data-dir" in refused("same folder", tmp_path, command(free_port(), tmp_path))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1"])
def test_it_listens_to_nobody_but_this_machine(tmp_path: Path, host: str) -> None:
    assert "loopback" in refused("elsewhere", tmp_path, [*command(free_port(), tmp_path), "--host", host])


def refused(name: str, folder: Path, command: list[str]) -> str:
    """What it says to a start it refuses."""
    process = Process(name, command, {}, folder, None)
    process.start()
    assert process.wait_ended() == 2
    return process.output()
