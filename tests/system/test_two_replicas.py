"""Two replicas of each service under load, killed in turns at random: every figure equals a recount of the log.

So does what the streams tell, to those who were there all the time and to those who come when all is over.

MILLSTREAM_LOAD_SCALE=10 sends ten times as much and kills ten times as often.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import IngestBatch
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent, JobTrendHour
from millstream_contracts.names import Topic
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import SystemClock
from millstream_kit.log import Batch, Record
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.testing import wait_until
from parts.postgres import fresh_database

from system.harness import ADMIN_KEY, Process, replica, shared_env
from system.reader import Reader

SERVICES = ("jobs", "apis", "workers", "stream-edge")
SCALE = int(os.environ.get("MILLSTREAM_LOAD_SCALE", "1"))
JOBS, GROUP, ENQUEUERS, AT_ONCE = 1_500 * SCALE, 10, 6, 50
BATCHES, BATCH, SENDERS = 100 * SCALE, 100, 4
KILLS = 4 * SCALE
WORKERS = ("w1", "w2", "w3")
STATUSES = (200, 201, 302, 404, 500)
PATIENCE_S = 240.0
EVENTS, TRENDS, INGEST = Topic.JOBS_EVENTS.value, Topic.JOBS_TRENDS.value, Topic.APIS_INGEST.value
COUNTED = ("complete", "failed", "retrying")
CLASSES = (2, 3, 4, 5)
BY_CLASS = ("success_2xx", "redirect_3xx", "client_4xx", "server_5xx")
STREAMS = "/api/v1/stream?streams=events,jobs.trends,apis,apis.trends,workers"
VIEWERS = 3
HEADERS = {"Authorization": f"Bearer {ADMIN_KEY}", "Millstream-Protocol": "1"}
FUNCTIONS = [
    {"key": "steady", "max_retries": 0},
    {"key": "shaky", "max_retries": 2, "retry_delay": 0.05},
]


Heard = Mapping[str, list[Record]]  # by topic, as they came


@dataclass
class Pairs:
    """The replicas of each service, and a client that asks any of them until one answers."""

    processes: Mapping[str, list[Process]]
    dice: random.Random
    http: httpx.AsyncClient
    made: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, service: str, method: str, path: str, body: Any = None) -> Any:
        """As careful clients do: the same again, of another replica, until there is an answer."""

        async def answered() -> httpx.Response | None:
            url = self.dice.choice(self.processes[service]).url
            with contextlib.suppress(httpx.TransportError):
                answer = await self.http.request(method, f"{url}/api/v1{path}", json=body)
                if answer.status_code < 500:
                    return answer
            return None

        answer = await wait_until(answered, timeout_s=PATIENCE_S, every_s=0.05)
        assert answer is not None
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def replicas(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[Mapping[str, list[Process]], str]]:
    kafka = request.getfixturevalue("empty_kafka")
    server = request.getfixturevalue("postgres_server")
    with fresh_database(server) as database:
        env = shared_env(tmp_path, kafka, database, 2.0) | {"MILLSTREAM_JOBS_HOLDER_TTL_S": "2"}
        pairs = {service: [replica(service, tmp_path, env, f"{service}-{n}") for n in "ab"] for service in SERVICES}
        everyone = [process for pair in pairs.values() for process in pair]
        try:
            for process in everyone:
                process.start(wait=False)
            for process in everyone:
                process.wait_ready(PATIENCE_S)
            yield pairs, kafka
        finally:
            for process in everyone:
                process.kill()


@pytest.mark.timeout(900)
async def test_figures_equal_a_recount_of_the_log(replicas: tuple[Mapping[str, list[Process]], str]) -> None:
    processes, kafka = replicas
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when the test fails
    dice = random.Random(seed)
    log = KafkaLog(kafka, client_id="recount")
    heard = await _listen(log)
    edges = [f"{edge.url}{STREAMS}" for edge in processes["stream-edge"]]
    async with httpx.AsyncClient(headers=HEADERS, timeout=20) as http, contextlib.AsyncExitStack() as open_:
        viewers = [await open_.enter_async_context(Reader(*_turned(edges, n))) for n in range(VIEWERS)]
        pairs = Pairs(processes, dice, http)
        await pairs.ask("jobs", "POST", "/functions", {"functions": FUNCTIONS})
        beating = asyncio.create_task(_beat(pairs))
        working = [asyncio.create_task(_work(pairs, worker)) for worker in WORKERS]
        await asyncio.gather(_in_parts(ENQUEUERS, JOBS // GROUP, pairs, _enqueue), _in_parts(SENDERS, BATCHES, pairs, _report_requests),
                             _kill(pairs))  # fmt: skip
        await wait_until(lambda: _all_ended(pairs), timeout_s=PATIENCE_S, every_s=0.2)
        pairs.ended.set()
        await asyncio.gather(*working)
        try:
            for n in range(2):
                await _compare_jobs(http, str(processes["jobs"][n].url), heard)
                await _compare_apis(http, str(processes["apis"][n].url), heard)
                await _find_workers(http, str(processes["workers"][n].url))
                viewers.append(await open_.enter_async_context(Reader(edges[n], HEADERS)))
            for viewer in viewers:
                await _compare_snapshots(viewer, heard)
            for viewer in viewers[:VIEWERS]:
                await _compare_events(viewer, heard)
        finally:
            beating.cancel()
            await log.close()


async def _listen(log: KafkaLog) -> Heard:
    """Every record of the topics that are counted, from their beginnings, for as long as the log is open."""
    heard: dict[str, list[Record]] = {topic: [] for topic in (EVENTS, TRENDS, INGEST)}
    topics = await log.describe(list(heard))
    places = [(topic, number) for topic, info in topics.items() for number in range(info.partitions)]

    def take(batch: Batch) -> None:
        for record in batch.records:
            heard[record.topic].append(record)

    log.reader(await log.begin_offsets(places), take)
    return heard


async def _in_parts(clients: int, most: int, pairs: Pairs, send: Callable[[Pairs, int], Awaitable[None]]) -> None:
    """All of it, by that many clients at once."""
    left = iter(range(most))

    async def one() -> None:
        for n in left:
            await send(pairs, n)

    await asyncio.gather(*(one() for _ in range(clients)))


async def _enqueue(pairs: Pairs, group: int) -> None:
    wishes = [
        {"function": FUNCTIONS[n % 2]["key"], "kwargs": {"n": n}, "idempotency_key": f"job {n}"}
        for n in range(group * GROUP, (group + 1) * GROUP)
    ]
    await pairs.ask("jobs", "POST", "/jobs/batch", {"jobs": wishes})
    pairs.made += GROUP


async def _work(pairs: Pairs, worker: str) -> None:
    wish = {"worker_id": worker, "functions": [f["key"] for f in FUNCTIONS], "max": AT_ONCE, "wait_s": 0.2}
    while not pairs.ended.is_set():
        leases = (await pairs.ask("jobs", "POST", "/leases", wish))["leases"]
        reports = [
            {"job_id": lease["job"]["id"], "token": lease["token"], "kind": "outcome"} | _outcome(lease["job"])
            for lease in leases
        ]
        if reports:
            await pairs.ask("jobs", "POST", "/leases/reports", {"worker_id": worker, "reports": reports})


def _outcome(job: dict[str, Any]) -> dict[str, Any]:
    n = job["kwargs"]["n"]
    if n % 7 == 0 or (n % 3 == 0 and job["attempts"] == 1):
        return {"outcome": "failure", "error": f"order {n} refused", "error_type": "Refused"}
    return {"outcome": "success", "result": n}


async def _report_requests(pairs: Pairs, batch: int) -> None:
    now = to_rfc3339(SystemClock().now_ms())
    requests = [
        {
            "id": f"{batch}/{n}", "at": now, "method": "GET", "path": f"/orders/{n % 3}", "instance_id": f"i{batch % 7}",
            "status": STATUSES[(batch + n) % len(STATUSES)], "latency_ms": 1.0 + n,
        }
        for n in range(BATCH)
    ]  # fmt: skip
    await pairs.ask("apis", "POST", "/apis/shop/requests", {"requests": requests})


async def _beat(pairs: Pairs) -> None:
    while True:
        for worker in WORKERS:
            about = {
                "worker_name": "crew", "started_at": "2026-01-01T00:00:00Z", "functions": ["steady", "shaky"],
                "concurrency": 4, "active_jobs": 0, "jobs_processed": 0, "jobs_failed": 0, "state": "active",
                "interval_s": 30,
            }  # fmt: skip
            await pairs.ask("workers", "POST", f"/workers/{worker}/heartbeat", about)
        await asyncio.sleep(1)


async def _kill(pairs: Pairs) -> None:
    """One of two, each at a random moment of the load; every service is met, and the other replica carries on alone."""
    victims = [*SERVICES, *pairs.dice.choices(SERVICES, k=KILLS - len(SERVICES))]
    one_at_a_time = {service: asyncio.Lock() for service in SERVICES}

    async def kill(service: str, moment: int) -> None:
        await wait_until(lambda: pairs.made >= moment, timeout_s=PATIENCE_S)
        async with one_at_a_time[service]:
            victim = pairs.dice.choice(pairs.processes[service])
            print(f"killed {victim.name} after {pairs.made} jobs")
            victim.kill()
            await asyncio.sleep(pairs.dice.uniform(0, 2))  # how long it is away is part of the throw
            await asyncio.to_thread(victim.start, wait=False)
            await asyncio.to_thread(victim.wait_ready, PATIENCE_S)

    await asyncio.gather(*(kill(service, pairs.dice.randrange(JOBS // 20, JOBS * 9 // 10)) for service in victims))


async def _all_ended(pairs: Pairs) -> bool:
    waiting = "/jobs?limit=1&status=pending&status=queued&status=active&status=retrying"
    return (await pairs.ask("jobs", "GET", waiting))["total"] == 0


async def _compare_jobs(http: httpx.AsyncClient, url: str, heard: Heard) -> None:
    async def compared() -> bool:
        facts = {e.event_id: e for e in _events(heard)}
        said = Counter((e.function, e.type.removeprefix("job.")) for e in facts.values())
        told = {r.key: JobTrendHour.FromString(r.value or b"") for r in heard[TRENDS]}
        every = Counter[str]()
        for (_, kind), count in said.items():
            every[kind] += count
        stats = await _get(http, url, "/jobs/stats")
        hourly = (await _get(http, url, "/jobs/trends?hours=2"))["hourly"]
        functions = (await _get(http, url, "/functions"))["functions"]
        counts = (await _get(http, url, "/jobs/counts"))["counts"]
        runs = every["completed"] + every["failed"]
        wanted: dict[str, Any] = {
            "stats": [runs, every["completed"], every["failed"], 0],
            "by status": [every["completed"], every["failed"], 0],
            "trends": [every["completed"], every["failed"], every["retrying"], 0],
            "published": [every["completed"], every["failed"], every["retrying"], 0],
            "functions": {f["key"]: (said[f["key"], "completed"] + said[f["key"], "failed"], 0) for f in functions},
        }
        newest_ms = max((t.hour_ms for t in told.values()), default=0)
        published = [sum(getattr(t, k) for t in told.values()) for k in COUNTED]
        found = {
            "stats": [stats[k] for k in ("total", "success_count", "failure_count", "cancelled_count")],
            "by status": [counts[k]["total"] for k in ("complete", "failed", "active")],
            "trends": [*(sum(h[k] for h in hourly) for k in COUNTED), hourly[-1]["active"]],
            "published": [*published, sum(t.active for t in told.values() if t.hour_ms == newest_ms)],
            "functions": {f["key"]: (f["runs_24h"], f["queue_backlog"]) for f in functions},
        }
        return runs == JOBS and _same(found, wanted)

    await wait_until(compared, timeout_s=PATIENCE_S, every_s=1)


async def _compare_apis(http: httpx.AsyncClient, url: str, heard: Heard) -> None:
    async def compared() -> bool:
        requests = {id_: (r.path, r.status // 100) for id_, r in _requests(heard).items()}
        by_class, by_endpoint = Counter(c for _, c in requests.values()), Counter(requests.values())
        [shop] = (await _get(http, url, "/apis"))["apis"] or [{"requests_24h": 0, "error_rate": 0}]
        endpoints = (await _get(http, url, "/apis/shop"))["endpoints"]
        hourly = (await _get(http, url, "/apis/trends?hours=2"))["hourly"]
        points = (await _get(http, url, "/apis/series?step=10s"))["points"]
        total, classes = len(requests), tuple(by_class[c] for c in CLASSES)
        wanted = {
            "api": (total, round(100 * (by_class[4] + by_class[5]) / max(1, total), 2)),
            "endpoints": {path: tuple(by_endpoint[path, c] for c in CLASSES) for path, _ in requests.values()},
            "trends": classes,
            "series": classes,
        }
        found = {
            "api": (shop["requests_24h"], round(shop["error_rate"], 2)),
            "endpoints": {e["path"]: tuple(e[f"status_{c}xx"] for c in CLASSES) for e in endpoints},
            "trends": tuple(sum(h[k] for h in hourly) for k in BY_CLASS),
            "series": tuple(sum(p[f"status_{c}xx"] for p in points) for c in CLASSES),
        }
        return total == BATCHES * BATCH and _same(found, wanted)

    await wait_until(compared, timeout_s=PATIENCE_S, every_s=1)


async def _find_workers(http: httpx.AsyncClient, url: str) -> None:
    async def found() -> bool:
        workers = (await _get(http, url, "/workers"))["workers"]
        return _crews(workers) == [("crew", sorted(WORKERS))]

    await wait_until(found, timeout_s=PATIENCE_S, every_s=0.5)


def _turned(edges: list[str], first: int) -> tuple[Any, ...]:
    """What a reader is told who begins at this edge and goes to the other when it is lost."""
    mine, *others = edges[first % 2 :] + edges[: first % 2]
    return mine, HEADERS, *others


async def _compare_snapshots(viewer: Reader, heard: Heard) -> None:
    """The newest of each is what the log says."""

    def compared() -> bool:
        events = {e.event_id: e.type.removeprefix("job.") for e in _events(heard)}
        every = Counter(events.values())
        classes = Counter(r.status // 100 for r in _requests(heard).values())
        newest = {e["stream"]: e["data"] for e in viewer.events}
        shown = [e["data"] for e in viewer.events if e["stream"] == "apis"]
        [shop] = [a for e in shown[-1:] for a in (e["apis"]["apis"] if "apis" in e else [e["api"]["api"]])] or [{}]
        wanted: dict[str, Any] = {
            "jobs.trends": [every["completed"], every["failed"], every["retrying"], 0],
            "apis.trends": [classes[c] for c in CLASSES],
            "apis": len(_requests(heard)),
            "workers": [("crew", sorted(WORKERS))],
        }
        if not newest.keys() >= wanted.keys():
            return False
        jobs, apis = (newest[name]["trends"]["hourly"] for name in ("jobs.trends", "apis.trends"))
        found = {
            "jobs.trends": [*(sum(h[k] for h in jobs) for k in COUNTED), jobs[-1]["active"]],
            "apis.trends": [sum(h[k] for h in apis) for k in BY_CLASS],
            "apis": shop.get("requests_24h"),
            "workers": _crews(newest["workers"]["workers"]["workers"]),
        }
        return _same(found, wanted)

    await wait_until(compared, timeout_s=PATIENCE_S, every_s=1)


async def _compare_events(viewer: Reader, heard: Heard) -> None:
    """All of them, through every kill, those of a job in their order."""

    def compared() -> bool:
        told = [e["data"] for e in viewer.events if e["stream"] == "events"]
        return {e["event_id"] for e in told} == {e.event_id for e in _events(heard)}

    await wait_until(compared, timeout_s=PATIENCE_S, every_s=1)
    last: dict[str, int] = {}
    for event in [e["data"] for e in viewer.events if e["stream"] == "events"]:
        # The log itself may hold one twice: whoever published it was killed before it had noted that.
        assert event["seq"] <= last.get(event["job_id"], 0) + 1
        last[event["job_id"]] = max(event["seq"], last.get(event["job_id"], 0))
    assert viewer.gaps() == []


def _events(heard: Heard) -> list[JobEvent]:
    return [JobEvent.FromString(r.value or b"") for r in heard[EVENTS]]


def _requests(heard: Heard) -> dict[str, Any]:
    batches = [IngestBatch.FromString(r.value or b"") for r in heard[INGEST]]
    return {r.id: r for b in batches for r in b.requests}


def _crews(workers: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(w["name"], sorted(i["id"] for i in w["instances"])) for w in workers]


async def _get(http: httpx.AsyncClient, url: str, path: str) -> Any:
    answer = await http.get(f"{url}/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for name in wanted:
        if found[name] != wanted[name]:
            print(f"{name}: {found[name]}, the log says {wanted[name]}")
    return found == wanted
