"""The same promises against the real jobs service: processes, signals, a server that is killed.

Everything here is real but the clock's patience: leases are short so that their end can be waited for.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from millstream import Emitted, Millstream
from millstream_kit.testing import free_port as find_free_port

HERE = Path(__file__).parent
TTL_S = 3.0
EVENTS_EACH = 20
PATIENCE_S = 90.0  # of which a busy machine spends most on starting Python
pytestmark = pytest.mark.timeout(400)


class Installation:
    """A jobs service and workers, each a process."""

    def __init__(self, folder: Path, port: int, ttl_s: float = TTL_S) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._port = port
        self._ttl_s = ttl_s
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def trace(self) -> Path:
        return self._folder / "trace"

    def start_server(self) -> subprocess.Popen[bytes]:
        arguments = [str(HERE / "serve_jobs.py"), str(self._port), str(self._folder / "data"), str(self._ttl_s)]
        return self._start(arguments, "server")

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        arguments = ["-m", "millstream", "worker", str(HERE / "faulty_jobs.py"), "--heartbeat-s", "60", *options]
        return self._start(arguments, f"worker{len(self._processes)}")

    def _start(self, arguments: list[str], name: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"MILLSTREAM_URL": self.url, "TRACE": str(self.trace)}
        with (self._folder / f"{name}.log").open("ab") as out:
            process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=out, stderr=out)
        self._processes.append(process)
        return process

    def traced(self) -> list[str]:
        return self.trace.read_text().splitlines() if self.trace.exists() else []

    def logs(self) -> str:
        return "\n".join(f"== {file.name}\n{file.read_text()}" for file in sorted(self._folder.glob("*.log")))

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("shared"), find_free_port())
    made.start_server()
    yield made
    made.close()


@pytest.fixture
def place(shared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Workers of the test's own, at a server that lives on."""
    made = Installation(tmp_path, shared._port)
    yield made
    made.close()


@pytest.fixture
def own_place(tmp_path: Path) -> Iterator[Installation]:
    """A server that may be killed; its leases outlive its absence."""
    made = Installation(tmp_path, find_free_port(), ttl_s=300)
    yield made
    made.close()


@pytest.fixture
def remote(request: pytest.FixtureRequest):
    """The same functions, seen by a caller."""
    own = "own_place" in request.fixturenames
    place: Installation = request.getfixturevalue("own_place" if own else "place")
    made = Millstream("caller", url=place.url)

    @made.function(key="hold", retries=0, timeout=60)
    async def hold(name: str, seconds: float = 0.0) -> str: ...

    @made.function(key="block", retries=0, timeout=60)
    async def block(seconds: float) -> str: ...

    @made.function(key="draw", retries=0, timeout=60)
    async def draw() -> str: ...

    @made.function(key="fan", retries=2, timeout=60)
    async def fan(count: int) -> list[str]: ...

    yield made
    made.close()


async def until(fact, place: Installation, timeout_s: float = PATIENCE_S):
    deadline = time.monotonic() + timeout_s
    while not (answer := fact()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {timeout_s} s\n{place.logs()}")
        await asyncio.sleep(0.05)
    return answer


async def up(place: Installation) -> None:
    def listens() -> bool:
        try:
            return httpx.get(f"{place.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    await until(listens, place)


async def test_a_job_its_child_its_artifact_and_its_log(place: Installation, remote: Millstream) -> None:
    await up(place)
    place.start_worker()
    drawn = await remote.functions["draw"].enqueue()
    fanned = await remote.functions["fan"].enqueue(count=2)
    artifact = await drawn.result(PATIENCE_S)
    children = await fanned.result(PATIENCE_S)
    async with httpx.AsyncClient(base_url=f"{place.url}/api/v1") as http:
        kept = (await http.get(f"/jobs/{drawn.id}/artifacts")).json()["artifacts"]
        child = (await http.get(f"/jobs/{children[0]}")).json()
        await remote.job(children[0]).wait(PATIENCE_S)
        lines = (await http.get(f"/jobs/{children[0]}/logs")).json()["lines"]
    assert [(a["id"], a["type"], a["size_bytes"]) for a in kept] == [(artifact, "image/png", 8)]
    assert (child["parent_id"], child["root_id"]) == (fanned.id, fanned.id)
    assert [line["message"] for line in lines] == ["child0 is held"]
    await remote.aclose()


async def test_a_killed_worker_s_job_runs_again_when_its_lease_has_ended(place, remote: Millstream) -> None:
    await up(place)
    first = place.start_worker()
    handle = await remote.functions["hold"].enqueue(name="a", seconds=60)
    await until(lambda: "a began 1" in place.traced(), place)
    first.kill()
    place.start_worker()
    assert await handle.result(PATIENCE_S) == "a"
    assert place.traced() == ["a began 1", "a began 2", "a ended 2"]
    assert (await handle.job()).model_extra["interruptions"] == 1
    await remote.aclose()


async def test_a_job_survives_a_server_that_is_killed_and_comes_back(own_place, remote: Millstream) -> None:
    """The worker keeps running it, and reports to the server that returns: one attempt, one outcome."""
    place = own_place
    server = place.start_server()
    await up(place)
    place.start_worker()
    handle = await remote.functions["hold"].enqueue(name="a", seconds=1.0)
    await until(lambda: "a began 1" in place.traced(), place)
    server.kill()
    server.wait()
    await until(lambda: "a ended 1" in place.traced(), place)
    place.start_server()
    await up(place)
    job = await handle.wait(PATIENCE_S)
    assert (job.status, job.attempts) == ("complete", 1), place.logs()
    again = await remote.functions["hold"].enqueue(name="b")
    assert await again.result(PATIENCE_S) == "b"
    await remote.aclose()


class Losing(httpx.AsyncHTTPTransport):
    """Every third answer is lost on its way: what was asked for is done."""

    asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        self.asked += 1
        if self.asked % 3:
            return answer
        await answer.aclose()
        raise httpx.ReadError("the connection was reset", request=request)


async def test_events_told_while_answers_are_lost_and_the_server_is_killed_make_each_function_one_job(
    own_place,
) -> None:
    """Those who hear no answer ask again, by the same key; nobody else sees that it was away."""
    place = own_place
    server = place.start_server()
    await up(place)
    app = Millstream("caller", url=place.url, transport=Losing())
    app.client.patience_s = PATIENCE_S
    functions = [{"key": "book", "pattern": "order.*"}, {"key": "ship", "pattern": "order.paid"}]
    async with httpx.AsyncClient(base_url=f"{place.url}/api/v1", headers={"Millstream-Protocol": "1"}) as http:
        declared = {"functions": [{"type": "event", **function} for function in functions]}
        (await http.post("/functions", json=declared)).raise_for_status()
    told: list[Emitted] = []

    async def tell(teller: int) -> None:
        for number in range(EVENTS_EACH):
            told.append(await app.emit("order.paid", {"teller": teller, "number": number}))

    telling = asyncio.gather(*(tell(teller) for teller in range(8)))
    for so_many in (10, 60):
        await until(lambda so_many=so_many: len(told) >= so_many, place)
        server.kill()
        server.wait()
        server = place.start_server()
    await asyncio.wait_for(telling, PATIENCE_S)
    async with httpx.AsyncClient(base_url=f"{place.url}/api/v1", timeout=30) as http:
        jobs = (await http.get("/jobs?limit=1000")).json()["jobs"]
    made = Counter(
        (job["function"], job["kwargs"]["event"]["teller"], job["kwargs"]["event"]["number"]) for job in jobs
    )
    assert set(made.values()) == {1}
    assert len(made) == 2 * 8 * EVENTS_EACH == 2 * len({emitted.id for emitted in told})
    assert {job["id"] for job in jobs} == {handle.id for emitted in told for handle in emitted.jobs}
    await app.aclose()


async def test_sigterm_lets_a_short_job_finish(place: Installation, remote: Millstream) -> None:
    await up(place)
    worker = place.start_worker()
    handle = await remote.functions["hold"].enqueue(name="a", seconds=2)
    await until(lambda: "a began 1" in place.traced(), place)
    worker.send_signal(signal.SIGTERM)
    await until(lambda: worker.poll() is not None, place)
    assert worker.returncode == 0, place.logs()
    assert (await handle.job()).status == "complete"
    await remote.aclose()


async def test_sigterm_hands_a_long_job_back_at_once(place: Installation, remote: Millstream) -> None:
    """No retry is spent and no lease is waited for: the next worker has it right away."""
    await up(place)
    worker = place.start_worker("--drain-s", "0.5")
    handle = await remote.functions["hold"].enqueue(name="a", seconds=60)
    await until(lambda: "a began 1" in place.traced(), place)
    worker.send_signal(signal.SIGTERM)
    await until(lambda: worker.poll() is not None, place)
    job = await handle.job()
    assert (job.status, job.model_extra["interruptions"]) == ("queued", 0)
    place.start_worker()
    assert await handle.result(PATIENCE_S) == "a"
    await remote.aclose()


async def test_a_blocked_loop_keeps_its_lease_and_a_second_signal_ends_it(place, remote: Millstream) -> None:
    await up(place)
    worker = place.start_worker()
    handle = await remote.functions["block"].enqueue(seconds=TTL_S * 2)
    assert await handle.result(PATIENCE_S) == "free again"
    assert (await handle.job()).attempts == 1
    stuck = await remote.functions["block"].enqueue(seconds=600)
    await _until_active(stuck)
    worker.send_signal(signal.SIGINT)
    worker.send_signal(signal.SIGTERM)
    await until(lambda: worker.poll() is not None, place)
    assert (await stuck.job()).status == "queued"
    await remote.aclose()


async def _active(handle) -> bool:
    return await handle.status() == "active"


async def _until_active(handle) -> None:
    deadline = time.monotonic() + 20
    while not await _active(handle):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
