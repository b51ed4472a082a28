"""The pods behind workers, from a small twin of the Kubernetes API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.log import Log
from millstream_kit.testing import problem, wait_until
from millstream_workers.model import Pod
from millstream_workers.pods_kubernetes import KubernetesPods

Json = dict[str, Any]
NAME = {"name": "shop-7d", "namespace": "default"}

OWNED = {
    "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-7d", "uid": "u", "controller": True}
    ]
}
LIMITS = {"limits": {"cpu": "500m", "memory": "512Mi"}}
# What the API server serves beside pods, by the last part of its address.
KINDS = {
    "pods": ("v1", "PodList"),
    "deployments": ("apps/v1", "DeploymentList"),
    "horizontalpodautoscalers": ("autoscaling/v2", "HorizontalPodAutoscalerList"),
}


def a_deployment(*, desired: int, ready: int, name: str = "shop", version: str = "1") -> Json:
    container = {"name": "worker", "image": "shop:1"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "resourceVersion": version},
        "spec": {
            "replicas": desired,
            "selector": {"matchLabels": {"app": "shop"}},
            "template": {"metadata": {}, "spec": {"containers": [container]}},
        },
        "status": {"readyReplicas": ready},
    }


def an_autoscaler(*, cpu: int | None, waits: str, version: str = "1") -> Json:
    """As KEDA makes one: by processor, and by a figure from elsewhere."""
    by_cpu = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    }
    waiting = {"metric": {"name": "queue-wait"}, "target": {"type": "AverageValue", "averageValue": "10"}}
    current: list[Json] = [
        {"type": "External", "external": {"metric": {"name": "queue-wait"}, "current": {"averageValue": waits}}},
    ]
    if cpu is not None:
        current.append({"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": cpu}}})
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "keda-hpa-shop", "namespace": "default", "resourceVersion": version},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"},
            "minReplicas": 2,
            "maxReplicas": 9,
            "metrics": [by_cpu, {"type": "External", "external": waiting}],
        },
        "status": {"currentReplicas": 3, "desiredReplicas": 4, "currentMetrics": current},
    }


def a_pod(*, restarts: int = 0, phase: str = "Running", ended: str | None = None, version: str = "1") -> Json:
    last: Json = {"terminated": {"exitCode": 137, "reason": ended}} if ended else {}
    container = {"name": "worker", "image": "shop:1", "imageID": "", "ready": True, "restartCount": restarts}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": NAME | {"uid": "u1", "resourceVersion": version, "labels": {"pod-template-hash": "7d"}} | OWNED,
        "spec": {"nodeName": "node1", "containers": [{"name": "worker", "image": "shop:1", "resources": LIMITS}]},
        "status": {"phase": phase, "containerStatuses": [container | {"lastState": last}]},
    }


class Handler(BaseHTTPRequestHandler):
    """`GET …/namespaces/{}/pods` and its neighbours, listed or watched."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        cluster: Cluster = self.server.cluster  # type: ignore[attr-defined]
        kind = self.path.partition("?")[0].rpartition("/")[2]
        if kind in cluster.refuses:
            cluster.refused += 1
            self._answer(403, {"kind": "Status", "message": f"{kind} is forbidden", "code": 403})
        elif "watch=true" in self.path.lower():
            self._watch(cluster, kind)
        else:
            version, name = KINDS[kind]
            self._answer(200, {"apiVersion": version, "kind": name, "metadata": {"resourceVersion": "1"}, "items": []})

    def do_DELETE(self) -> None:
        cluster: Cluster = self.server.cluster  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.partition("?")[0].rpartition("/")[2]
        cluster.deleted.append((name, body.get("gracePeriodSeconds"), body.get("preconditions", {}).get("uid")))
        status, message = cluster.answers_deletes
        self._answer(status, {"kind": "Status", "message": message, "code": status})

    def _answer(self, status: int, body: Json) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _watch(self, cluster: Cluster, kind: str) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        told = 0
        with cluster.news:
            cluster.watchers += 1
            cluster.news.notify_all()
            while not cluster.closing:
                for event in cluster.events[told:]:
                    if f"{event['object']['kind'].lower()}s" != kind:
                        continue
                    line = json.dumps(event).encode() + b"\n"
                    self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                    self.wfile.flush()
                told = len(cluster.events)
                cluster.news.wait(0.5)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


class Cluster:
    """What the API server knows."""

    def __init__(self, folder: Path) -> None:
        self.events: list[Json] = []
        self.news = threading.Condition()
        self.watchers = 0
        self.refuses: set[str] = set()
        self.refused = 0
        self.deleted: list[tuple[str, int | None, str | None]] = []
        self.answers_deletes = (200, "")
        self.closing = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.cluster = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.kubeconfig = folder / "kubeconfig"
        server = {"server": f"http://127.0.0.1:{self._server.server_port}"}
        self.kubeconfig.write_text(
            yaml.safe_dump(
                {
                    "clusters": [{"name": "twin", "cluster": server}],
                    "users": [{"name": "me", "user": {}}],
                    "contexts": [{"name": "twin", "context": {"cluster": "twin", "user": "me"}}],
                    "current-context": "twin",
                }
            )
        )

    def say(self, kind: str, changed: Json) -> None:
        with self.news:
            self.events.append({"type": kind, "object": changed})
            self.news.notify_all()

    def close(self) -> None:
        with self.news:
            self.closing = True
            self.news.notify_all()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def site(stack: AsyncExitStack, database: Database, log: Log, open_site: Any, cluster: Cluster) -> Any:
    return await open_site(
        stack,
        database,
        log,
        ManualClock(),
        pods_namespaces="default",
        kubeconfig=cluster.kubeconfig,
        pods_kill=True,
    )


async def until_pod(site: Any, **wanted: Any) -> Json:
    """The worker's pod, once it is so; the clock is turned so that the service looks."""
    shown: Json = {}

    async def is_so() -> bool:
        await site.clock.advance(0.5)
        body = (await site.http.get("/api/v1/workers/w1")).json()
        shown.clear()
        shown.update(body.get("pod") or {})
        return all(shown.get(key) == value for key, value in wanted.items())

    await wait_until(is_so, timeout_s=60)
    return shown


class TestFleet:
    async def test_a_workers_pod_is_shown_as_the_cluster_has_it(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod(restarts=2, ended="OOMKilled"))
        await site.beat(pod=NAME, interval_s=300)
        assert await until_pod(site, phase="Running") == NAME | {
            "node": "node1", "phase": "Running", "restarts": 2, "last_restart_reason": "OOMKilled", "image": "shop:1",
            "cpu_limit_cores": 0.5, "memory_limit_bytes": 2**29, "deployment": None,
        }  # fmt: skip

    async def test_its_deployment_is_shown_with_what_scales_it(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod())
        cluster.say("ADDED", a_deployment(name="another", desired=1, ready=1))
        cluster.say("ADDED", a_deployment(desired=4, ready=3))
        cluster.say("ADDED", an_autoscaler(cpu=None, waits="31"))
        await site.beat(pod=NAME, interval_s=300)
        scaler = {
            "name": "keda-hpa-shop", "min_replicas": 2, "max_replicas": 9, "desired_replicas": 4,
            "metrics": [
                {"name": "cpu", "current": None, "target": "70%"},
                {"name": "queue-wait", "current": "31", "target": "10"},
            ],
        }  # fmt: skip
        deployment = {"name": "shop", "desired_replicas": 4, "ready_replicas": 3, "autoscaler": scaler}
        await until_pod(site, deployment=deployment)
        cluster.say("MODIFIED", a_deployment(desired=4, ready=4, version="2"))
        cluster.say("MODIFIED", an_autoscaler(cpu=81, waits="12", version="2"))
        scaler["metrics"] = [
            {"name": "cpu", "current": "81%", "target": "70%"},
            {"name": "queue-wait", "current": "12", "target": "10"},
        ]
        await until_pod(site, deployment=deployment | {"ready_replicas": 4, "autoscaler": scaler})

        async def is_told() -> bool:
            await site.clock.advance(0.5)
            return any(
                t and t.pod.deployment.autoscaler.metrics[:1] and t.pod.deployment.ready_replicas == 4
                for t in site.told()
            )

        await wait_until(is_told)
        cluster.say("DELETED", an_autoscaler(cpu=81, waits="12", version="3"))
        await until_pod(site, deployment=deployment | {"ready_replicas": 4, "autoscaler": None})

    async def test_a_role_that_may_read_pods_alone_shows_pods(self, site: Any, cluster: Cluster) -> None:
        cluster.refuses = {"deployments", "horizontalpodautoscalers"}
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME, interval_s=300)
        assert (await until_pod(site, phase="Running"))["deployment"] is None

    async def test_a_restart_is_told_without_a_heartbeat(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Running", restarts=0)
        cluster.say("MODIFIED", a_pod(restarts=1, ended="OOMKilled", version="2"))
        await until_pod(site, restarts=1, last_restart_reason="OOMKilled")

        async def is_told() -> bool:
            await site.clock.advance(0.5)
            return any(t and t.pod.last_restart_reason == "OOMKilled" for t in site.told())

        await wait_until(is_told)

    async def test_an_end_it_was_not_restarted_from_yet_is_told(self, site: Any, cluster: Cluster) -> None:
        killed = a_pod(phase="Failed")
        [container] = killed["status"]["containerStatuses"]
        container["state"] = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
        cluster.say("ADDED", killed)
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Failed", restarts=0, last_restart_reason="OOMKilled")

    async def test_a_pod_that_is_gone_has_no_phase_and_keeps_what_was_known(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod(restarts=1))
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Running")
        cluster.say("DELETED", a_pod(restarts=1, version="2"))
        assert (await until_pod(site, phase=None))["restarts"] == 1

    async def test_a_beat_changes_nothing_of_it(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod(restarts=3))
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, restarts=3)

        async def is_told() -> bool:
            return any(t and t.pod.restarts == 3 for t in site.told())

        await wait_until(is_told)
        told = len(site.told())
        await site.beat(pod=NAME, interval_s=300)
        await site.clock.advance(2)
        assert (await until_pod(site, restarts=3))["phase"] == "Running"
        assert len(site.told()) == told

    async def test_a_pod_elsewhere_is_what_the_worker_says(self, site: Any) -> None:
        other = {"name": "a", "namespace": "other", "node": "n"}
        await site.beat(pod=other)
        unknown = dict.fromkeys(
            ("phase", "restarts", "last_restart_reason", "image", "cpu_limit_cores", "memory_limit_bytes", "deployment")
        )
        assert (await site.http.get("/api/v1/workers/w1")).json()["pod"] == other | unknown


class TestKill:
    async def test_it_deletes_the_pod_that_is_known_and_no_later_one(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Running")
        assert (await site.http.get("/api/v1/workers/w1/kill")).json() == {
            "possible": True,
            "code": None,
            "detail": None,
        }
        answer = await site.http.post("/api/v1/workers/w1/kill")
        assert (answer.status_code, answer.json()["id"]) == (200, "w1")
        assert cluster.deleted == [("shop-7d", 1, "u1")]

    @pytest.mark.parametrize(
        ("answered", "status", "code"),
        [
            ((403, "pods is forbidden"), 409, "kill_forbidden"),
            ((404, "not found"), 409, "pod_gone"),
            ((409, "the UID in the precondition does not match"), 409, "pod_gone"),
            ((500, "etcd is away"), 503, "cluster_away"),
        ],
    )
    async def test_what_kubernetes_refuses_is_said(
        self, site: Any, cluster: Cluster, answered: tuple[int, str], status: int, code: str
    ) -> None:
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Running")
        cluster.answers_deletes = answered
        refused = problem(await site.http.post("/api/v1/workers/w1/kill"), status, code)
        if code == "kill_forbidden":
            assert "may not delete pods in namespace default" in refused["detail"]
            assert refused["detail"].endswith("pods is forbidden")

    async def test_one_that_is_lost_is_killed_but_not_whoever_came_back_in_its_pod(
        self, site: Any, cluster: Cluster
    ) -> None:
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME)
        await until_pod(site, phase="Running")
        await site.pass_time(16)
        assert (await site.states())["w1"] == "lost"
        assert (await site.http.get("/api/v1/workers/w1/kill")).json()["possible"]
        await site.beat("w2", pod=NAME, started_at="2026-01-01T00:00:15.000Z")
        problem(await site.http.post("/api/v1/workers/w1/kill"), 409, "pod_taken")
        assert cluster.deleted == []

    async def test_a_pod_elsewhere_and_one_that_is_gone_are_not_deleted(self, site: Any, cluster: Cluster) -> None:
        cluster.say("ADDED", a_pod())
        await site.beat(pod=NAME, interval_s=300)
        await until_pod(site, phase="Running")
        await site.beat("w2", pod={"name": "a", "namespace": "other"})
        problem(await site.http.post("/api/v1/workers/w2/kill"), 409, "pod_elsewhere")
        cluster.say("DELETED", a_pod(version="2"))
        await until_pod(site, phase=None)
        assert (await site.http.get("/api/v1/workers/w1/kill")).json()["code"] == "pod_gone"
        problem(await site.http.post("/api/v1/workers/w1/kill"), 409, "pod_gone")
        assert cluster.deleted == []


async def test_a_cluster_that_refuses_is_asked_again_and_nothing_is_made_up(cluster: Cluster) -> None:
    cluster.refuses = set(KINDS)
    pods, pod = KubernetesPods(["default"], cluster.kubeconfig), Pod("shop-7d", "default")
    pods.start()
    try:
        await wait_until(lambda: cluster.refused > 0, timeout_s=30)
        assert pods.look(pod) == pod
        cluster.refuses = set()
        cluster.say("ADDED", a_pod())
        await wait_until(lambda: pods.look(pod).phase == "Running", timeout_s=60)
    finally:
        pods.stop()
