"""Pods of a Kubernetes cluster, by the client's informer: one thread per namespace that lists, watches and lists again.

The client is imported when it is used: it costs a second and 40 MB, and local mode needs neither.
"""

from __future__ import annotations

import functools
import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from millstream_workers.model import Pod

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api, V1ContainerStatus, V1Pod

log = structlog.get_logger(__name__)

CONNECT_S = 5.0
RELIST_S = 120  # a watch ends after that, and everything is listed again
SILENCE_S = RELIST_S + 15.0  # a connection this silent is dead
LONGEST_PAUSE_S = 30.0
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


class KubernetesPods:
    """The pods of some namespaces. The informers' threads begin with `start` and end with `stop`.

    Args:
        namespaces: whose pods are watched.
        kubeconfig: how to reach the cluster; the pod's own service account when None.
    """

    def __init__(self, namespaces: Sequence[str], kubeconfig: Path | None) -> None:
        self._namespaces = namespaces
        self._kubeconfig = kubeconfig
        self._change = threading.Event()
        self._stopping = threading.Event()
        self._informers: dict[str, Any] = {}
        self._listed: set[str] = set()
        self._failures = 0

    def look(self, pod: Pod) -> Pod:
        """The pod as the cluster has it."""
        informer = self._informers.get(pod.namespace)
        if informer is None or pod.namespace not in self._listed:
            return pod
        found = informer.cache.get_by_key(f"{pod.namespace}/{pod.name}")
        return pod_of(found) if found is not None else replace(pod, phase=None)

    def take_change(self) -> bool:
        """Whether anything may have changed since this was last asked."""
        if not self._change.is_set():
            return False
        self._change.clear()  # before the looking, so that what changes meanwhile is looked at next time
        return True

    def start(self) -> None:
        """Begin to watch. Blocks while the client is imported: call it in a thread."""
        from kubernetes.informer import ADDED, DELETED, ERROR, MODIFIED, SharedInformer

        make: Any = SharedInformer  # it has no types

        # It tells each broken connection with its traceback, the one we end ourselves, too; `_on_error` says it in a line.
        logging.getLogger("kubernetes.informer").setLevel(logging.CRITICAL)
        api = _api(self._kubeconfig)
        for namespace in self._namespaces:
            if self._stopping.is_set():
                return
            informer = make(self._listing(api, namespace), namespace=namespace, resync_period=RELIST_S)
            for kind in (ADDED, MODIFIED, DELETED):
                informer.add_event_handler(kind, self._on_change)
            informer.add_event_handler(ERROR, functools.partial(self._on_error, namespace))
            self._informers[namespace] = informer
            informer.start()

    def stop(self) -> None:
        """End the threads; blocks until they have."""
        self._stopping.set()
        for informer in self._informers.values():
            informer.stop()

    def _listing(self, api: CoreV1Api, namespace: str) -> Callable[..., Any]:
        @functools.wraps(api.list_namespaced_pod)
        def list_or_watch(**asked: Any) -> Any:
            if asked.get("watch"):
                # It watches once it has kept what it listed: what is not there from now on is gone.
                self._listed.add(namespace)
                self._on_change(None)
            return api.list_namespaced_pod(**asked, _request_timeout=(CONNECT_S, SILENCE_S))

        return list_or_watch

    def _on_change(self, _: V1Pod | None) -> None:
        self._failures = 0
        self._change.set()

    def _on_error(self, namespace: str, error: object) -> None:
        # The informer tries again at once; this runs in its thread, and so slows it down.
        if self._stopping.is_set() or getattr(error, "status", None) == 410:
            return
        self._failures += 1
        log.warning("pods cannot be read", namespace=namespace, error=str(error)[:200])
        self._stopping.wait(random.uniform(0.5, min(LONGEST_PAUSE_S, 2.0**self._failures)))  # noqa: S311 - jitter


def pod_of(pod: V1Pod) -> Pod:
    """What operators want to know of a pod: of the container it names as its default, else of its first."""
    metadata, spec, status = pod.metadata, pod.spec, pod.status
    assert metadata is not None  # the API server makes no pod without them
    assert spec is not None
    named = (metadata.annotations or {}).get(DEFAULT_CONTAINER)
    container = next((c for c in spec.containers if c.name == named), spec.containers[0])
    statuses = (status.container_statuses if status else None) or []
    told: V1ContainerStatus | None = next((s for s in statuses if s.name == container.name), None)
    return Pod(
        name=str(metadata.name),
        namespace=str(metadata.namespace),
        node=spec.node_name,
        phase=status.phase if status else None,
        restarts=told.restart_count if told else 0,
        last_restart_reason=_last_end(told) if told else None,
        image=container.image,
    )


def _last_end(told: V1ContainerStatus) -> str | None:
    """Why the container's last run ended; a failure it was not restarted from yet, too, but no orderly end."""
    last, now = told.last_state, told.state
    if now is not None and now.terminated is not None and now.terminated.exit_code != 0:
        return now.terminated.reason
    if last is not None and last.terminated is not None:
        return last.terminated.reason
    return None


def _api(kubeconfig: Path | None) -> CoreV1Api:
    from kubernetes import client, config

    configuration = client.Configuration()
    if kubeconfig is None:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    else:
        config.load_kube_config(str(kubeconfig), client_configuration=configuration)  # type: ignore[no-untyped-call]
    return client.CoreV1Api(client.ApiClient(configuration))
