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
from millstream_kit.testing import wait_until
from millstream_workers.model import Pod
from millstream_workers.pods_kubernetes import KubernetesPods

Json = dict[str, Any]
NAME = {"name": "shop-7d", "namespace": "default"}


def a_pod(*, restarts: int = 0, phase: str = "Running", ended: str | None = None, version: str = "1") -> Json:
    last: Json = {"terminated": {"exitCode": 137, "reason": ended}} if ended else {}
    container = {"name": "worker", "image": "shop:1", "imageID": "", "ready": True, "restartCount": restarts}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": NAME | {"resourceVersion": version},
        "spec": {"nodeName": "node1", "containers": [{"name": "worker", "image": "shop:1"}]},
        "status": {"phase": phase, "containerStatuses": [container | {"lastState": last}]},
    }


class Handler(BaseHTTPRequestHandler):
    """`GET /api/v1/namespaces/{}/pods`, listed or watched."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        cluster: Cluster = self.server.cluster  # type: ignore[attr-defined]
        if cluster.refuses:
            self._answer(403, {"kind": "Status", "message": "pods is forbidden", "code": 403})
        elif "watch=true" in self.path.lower():
            self._watch(cluster)
        else:
            pods = {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": []}
            self._answer(200, pods)

    def _answer(self, status: int, body: Json) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _watch(self, cluster: Cluster) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        told = 0
        with cluster.news:
            cluster.watchers += 1
            cluster.news.notify_all()
            while not cluster.closing:
                for event in cluster.events[told:]:
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
        self.refuses = self.closing = False
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

    def say(self, kind: str, pod: Json) -> None:
        with self.news:
            self.events.append({"type": kind, "object": pod})
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
        stack, database, log, ManualClock(), pods_namespaces="default", kubeconfig=cluster.kubeconfig
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
        }  # fmt: skip

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
        unknown = {"phase": None, "restarts": None, "last_restart_reason": None, "image": None}
        assert (await site.http.get("/api/v1/workers/w1")).json()["pod"] == other | unknown


async def test_a_cluster_that_refuses_is_asked_again_and_nothing_is_made_up(cluster: Cluster) -> None:
    cluster.refuses = True
    pods, pod = KubernetesPods(["default"], cluster.kubeconfig), Pod("shop-7d", "default")
    pods.start()
    try:
        await wait_until(lambda: pods._failures > 0, timeout_s=30)
        assert pods.look(pod) == pod
        cluster.refuses = False
        cluster.say("ADDED", a_pod())
        await wait_until(lambda: pods.look(pod).phase == "Running", timeout_s=60)
    finally:
        pods.stop()
