"""The chart on a real cluster: one bare install, then upgrades from one way of routing to the next.

The tests share the installation and run in this order; each brings the release to the values it needs.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import EventType, Stream

from cluster.hungry import NAME as HUNGRY
from cluster.hungry import start_hungry_worker
from cluster.kube import Release
from cluster.request_table import wrong_rows
from cluster.stream_clients import Crowd, StreamClient
from cluster.surroundings import Gateway, Tracing

pytestmark = pytest.mark.timeout(900)

CLIENTS = 200
EVENTS = load_inventory().streams[Stream.EVENTS].endpoint


def test_the_bare_install_is_ready(installed: Release) -> None:
    """`helm install m charts/millstream` on a plain cluster, with no flag."""
    for kind in ("deployments", "statefulsets"):
        for item in installed.json(kind)["items"]:
            assert item["status"].get("readyReplicas") == item["spec"]["replicas"], item["metadata"]["name"]


def test_the_account_that_made_the_secrets_is_gone(installed: Release) -> None:
    roles = [role["metadata"]["name"] for role in installed.json("roles")["items"]]
    assert roles == [installed.object_name("workers")]
    assert installed.object_name("install") not in [
        a["metadata"]["name"] for a in installed.json("serviceaccounts")["items"]
    ]


def test_helm_test_passes(installed: Release) -> None:
    installed.helm("test", installed.name, "--logs", "--timeout", "4m")


def test_bundled_routing_answers_every_path_from_its_service(installed: Release, admin: dict[str, str]) -> None:
    with installed.forward("web") as base:
        assert wrong_rows(base, admin, past_web=False) == []


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (Stream.EVENTS, EventType.JOB_COMPLETED),
        (Stream.APIS, EventType.APIS_SNAPSHOT),
        (Stream.APIS_EVENTS, EventType.API_REQUEST),
        (Stream.WORKERS, EventType.WORKERS_SNAPSHOT),
        (Stream.JOBS_TRENDS, EventType.JOBS_TRENDS_SNAPSHOT),
        (Stream.APIS_TRENDS, EventType.APIS_TRENDS_SNAPSHOT),
    ],
)
async def test_the_sample_app_moves_the_streams(
    installed: Release, admin: dict[str, str], stream: Stream, wanted: EventType
) -> None:
    with installed.forward("web") as base:
        async with following(base + load_inventory().streams[stream].endpoint, admin, clients=1) as crowd:
            await until(lambda: any(event["type"] == wanted for event in crowd.all_events().values()), 60, f"{wanted}")


def test_a_worker_that_ran_out_of_memory_says_so(installed: Release, admin: dict[str, str]) -> None:
    """The kernel kills it, the kubelet starts it again, and its instance tells both."""
    start_hungry_worker(installed)
    ends_at, told = time.monotonic() + 60, None
    with installed.forward("web") as base:
        while told != (1, "OOMKilled"):
            assert time.monotonic() < ends_at, f"{told}\n{installed.state()}"
            time.sleep(0.5)
            groups = httpx.get(f"{base}/api/v1/workers", headers=admin, timeout=15).raise_for_status().json()["workers"]
            pods = [instance["pod"] for group in groups for instance in group["instances"] if instance["pod"]]
            told = next(((p["restarts"], p["last_restart_reason"]) for p in pods if p["name"] == HUNGRY), None)
    installed.kubectl("delete", "pod", HUNGRY, "--wait=false")


def test_a_worker_is_killed_only_where_the_operator_allows_it(installed: Release, admin: dict[str, str]) -> None:
    """Its Deployment makes another pod; the service's own role is what lets it delete this one."""

    def kill_one(base: str) -> tuple[str, httpx.Response]:
        groups = httpx.get(f"{base}/api/v1/workers", headers=admin, timeout=15).raise_for_status().json()["workers"]
        of_demo = [
            instance
            for group in groups
            for instance in group["instances"]
            if instance["state"] == "active" and instance["pod"] and instance["pod"]["deployment"]
        ]
        asked = httpx.post(f"{base}/api/v1/workers/{of_demo[0]['id']}/kill", headers=admin, timeout=30)
        return of_demo[0]["pod"]["name"], asked

    def pods() -> set[str]:
        return {pod["metadata"]["name"] for pod in installed.json("pods")["items"]}

    with installed.forward("web") as base:
        name, refused = kill_one(base)
    assert (refused.status_code, refused.json()["code"]) == (409, "kills_off")
    assert name in pods()
    before = installed.values
    installed.upgrade({**before, "workers.pods.kill": "true"})
    with installed.forward("web") as base:
        ends_at = time.monotonic() + 60
        name, killed = kill_one(base)
        # The pod that leaves answers for as long as proxies may still know it; the new one has only begun to watch.
        while (killed.status_code == 503 or killed.json().get("code") == "kills_off") and time.monotonic() < ends_at:
            time.sleep(0.5)
            name, killed = kill_one(base)
    assert killed.status_code == 200, killed.text
    ends_at = time.monotonic() + 60
    while name in pods():
        assert time.monotonic() < ends_at, installed.state()
        time.sleep(0.5)
    installed.upgrade(before)


def test_a_rollout_of_a_worker_is_a_deploy_and_what_scales_it_is_shown(
    installed: Release, admin: dict[str, str]
) -> None:
    """Until then its version is the image of its pods; what it says itself goes before."""
    demo = installed.object_name("demo-worker")
    [container] = installed.json("deployment", demo)["spec"]["template"]["spec"]["containers"]
    command = [*container["command"], "--version", "2.0"]
    patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/command", "value": command}]
    installed.kubectl("autoscale", "deployment", demo, "--min=1", "--max=3", "--cpu-percent=70")
    installed.kubectl("patch", "deployment", demo, "--type=json", "-p", json.dumps(patch))
    wanted_deploy = {"version": "2.0", "previous_version": container["image"]}
    ends_at, instance = time.monotonic() + 120, None
    with installed.forward("web") as base:

        def read(path: str) -> Any:
            return httpx.get(f"{base}/api/v1/workers{path}", headers=admin, timeout=15).raise_for_status().json()

        while instance is None or instance["pod"]["deployment"]["ready_replicas"] != 1:
            assert time.monotonic() < ends_at, f"{instance}\n{installed.state()}"
            time.sleep(0.5)
            found = [i for group in read("")["workers"] for i in group["instances"] if i["version"] == "2.0"]
            instance = next((i for i in found if i["pod"]["deployment"]), None)
        newest = read("/deploys?name=shop&limit=1")["deploys"][0]
    assert {key: newest[key] for key in wanted_deploy} == wanted_deploy
    assert instance["usage"]["memory_bytes"] > 0
    deployment, scaler = instance["pod"]["deployment"], instance["pod"]["deployment"]["autoscaler"]
    assert (deployment["name"], deployment["desired_replicas"]) == (demo, 1)
    assert (scaler["min_replicas"], scaler["max_replicas"]) == (1, 3)
    assert [(metric["name"], metric["target"]) for metric in scaler["metrics"]] == [("cpu", "70%")]
    installed.kubectl("delete", "hpa", demo)
    installed.kubectl("rollout", "undo", f"deployment/{demo}")


def test_a_gateway_answers_every_path_from_its_service(
    installed: Release, gateway: Gateway, admin: dict[str, str], otel: dict[str, str]
) -> None:
    installed.upgrade(gateway_values(gateway) | otel)
    assert wrong_rows(gateway.url, admin, past_web=True) == []


def test_an_upgrade_keeps_the_keys(installed: Release, admin: dict[str, str], otel: dict[str, str]) -> None:
    assert installed.admin_key() == admin["Authorization"].removeprefix("Bearer ")


async def test_an_edge_rolls_under_two_hundred_clients_and_nobody_misses_an_event(
    installed: Release, admin: dict[str, str]
) -> None:
    gateway = Gateway.find()
    with installed.forward("web") as forwarded:
        base = gateway.url if gateway and installed.values.get("routing.mode") == "gateway" else forwarded
        async with following(base + EVENTS, admin, clients=CLIENTS) as crowd:
            from_then_on = max(client.opened_at for client in crowd.clients)
            await until(lambda: len(crowd.all_events()) > 20, 60, "events before the roll")
            await asyncio.to_thread(roll, installed)
            await until(lambda: all(len(set(c.pods)) > 1 for c in crowd.clients), 90, "every client on the new pod")
            rolled_at = now()
            await until(lambda: len(events_within(crowd, rolled_at, None)) > 20, 60, "events after the roll")
            wanted = events_within(crowd, from_then_on, now())
            await until(lambda: not crowd.missed(wanted.keys()), 30, lambda: f"missed: {crowd.missed(wanted.keys())}")
        assert [client.gaps for client in crowd.clients if client.gaps] == []
        assert crowd.controls()["stream.reconnect"] >= CLIENTS
        assert holes(wanted) == {}
        print(f"\n{CLIENTS} clients, {len(wanted)} events each, 0 missed, 0 gaps; "
              f"{sum(client.repeated for client in crowd.clients)} repeated; {dict(crowd.controls())}")  # fmt: skip


def test_one_trace_from_the_request_to_the_job_and_its_child(
    installed: Release, tracing: Tracing, admin: dict[str, str], otel: dict[str, str]
) -> None:
    installed.upgrade({**installed.values, **otel})
    with installed.forward("demo") as shop:
        for _ in range(5):  # one card in twenty is declined, and then has no child
            trace_id = secrets.token_hex(16)
            job_id = order(shop, trace_id)
            spans = trace(tracing, trace_id, whole)
            if "send_receipt" in attempts(spans):
                break
    assert {"shop", "jobs", "shop-worker"} <= {span["service"] for span in spans}
    assert [span["service"] for span in outside(spans)] == ["shop"], "one span has a parent outside: the request, ours"
    with installed.forward("web") as web:
        job = httpx.get(f"{web}/api/v1/jobs/{job_id}", headers=admin).raise_for_status().json()
    assert job["trace_id"] == trace_id


def test_an_ingress_answers_every_path_from_its_service(
    installed: Release, gateway: Gateway, admin: dict[str, str], otel: dict[str, str]
) -> None:
    """The dynamic streams by one redirect: an Ingress knows no patterns."""
    installed.upgrade(
        {
            "routing.mode": "ingress",
            "routing.profile": gateway.profile,
            "routing.ingress.className": gateway.ingress_class,
        }
        | otel
    )
    assert wrong_rows(gateway.url, admin, past_web=True) == []


# ---------------------------------------------------------------- how


def gateway_values(gateway: Gateway) -> dict[str, str]:
    return {
        "routing.mode": "gateway",
        "routing.profile": gateway.profile,
        "routing.gateway.parentRefs[0].name": gateway.name,
        "routing.gateway.parentRefs[0].namespace": gateway.namespace,
    }


@asynccontextmanager
async def following(url: str, headers: dict[str, str], *, clients: int) -> AsyncIterator[Crowd]:
    """So many clients of one stream, all open."""
    crowd = Crowd([StreamClient(url, headers) for _ in range(clients)])
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=httpx.Timeout(60, connect=30), limits=limits, trust_env=False) as http:
        tasks = [asyncio.create_task(client.follow(http)) for client in crowd.clients]
        try:
            async with asyncio.timeout(60):
                await asyncio.gather(*(client.opened.wait() for client in crowd.clients))
            yield crowd
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def until(fact: Any, within_s: float, what: Any) -> None:
    ends_at = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < ends_at, what() if callable(what) else f"not within {within_s} s: {what}"
        await asyncio.sleep(0.25)


def roll(release: Release) -> None:
    """Replace every edge pod, and return when the old ones are gone."""
    name = release.object_name("stream-edge")
    release.kubectl("rollout", "restart", f"deployment/{name}")
    release.kubectl("rollout", "status", f"deployment/{name}", "--timeout=180s", timeout_s=200)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events_within(crowd: Crowd, after: str, before: str | None) -> dict[str, dict[str, Any]]:
    return {k: e for k, e in crowd.all_events().items() if e["at"] > after and (before is None or e["at"] < before)}


def holes(events: dict[str, dict[str, Any]]) -> dict[str, list[int]]:
    """Jobs whose `seq` is not without holes among these events; progress repeats the seq before it."""
    seqs: dict[str, list[int]] = {}
    for event in events.values():
        if event["type"] != EventType.JOB_PROGRESS:
            seqs.setdefault(event["job_id"], []).append(event["seq"])
    return {job: sorted(s) for job, s in seqs.items() if sorted(s) != list(range(min(s), max(s) + 1))}


def order(shop: str, trace_id: str) -> str:
    """Buy something under a trace of ours; the id of the job that charges the card."""
    headers = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    answer = httpx.post(f"{shop}/checkout", json={"product_ids": [1]}, headers=headers, timeout=15).raise_for_status()
    return str(answer.json()["job_id"])


def trace(tracing: Tracing, trace_id: str, complete: Any, within_s: float = 45) -> list[dict[str, Any]]:
    """The spans of a trace, once it is complete or time is up."""
    ends_at = time.monotonic() + within_s
    spans: list[dict[str, Any]] = []
    while not complete(spans) and time.monotonic() < ends_at:
        answer = httpx.get(f"{tracing.query}/api/traces/{trace_id}", timeout=10)
        spans = [
            {
                "id": span["spanID"],
                "parent": next((r["spanID"] for r in span["references"] if r["refType"] == "CHILD_OF"), None),
                "name": span["operationName"],
                "service": found["processes"][span["processID"]]["serviceName"],
                "tags": {tag["key"]: tag["value"] for tag in span["tags"]},
            }
            for found in (answer.json()["data"] if answer.status_code == 200 else [])
            for span in found["spans"]
        ]
        time.sleep(0.5)
    return spans


def whole(spans: list[dict[str, Any]]) -> bool:
    """Whether everybody's spans are there: each process sends its own, every five seconds."""
    return {"charge_card", "send_receipt"} <= attempts(spans) and [s["service"] for s in outside(spans)] == ["shop"]


def outside(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The spans whose parent is not in the trace."""
    ids = {span["id"] for span in spans}
    return [span for span in spans if span["parent"] not in ids]


def attempts(spans: list[dict[str, Any]]) -> set[str]:
    """The functions whose attempts are in the trace."""
    worker = json.dumps([[span["name"], span["tags"]] for span in spans if span["service"] == "shop-worker"])
    return {name for name in ("charge_card", "send_receipt") if name in worker}
