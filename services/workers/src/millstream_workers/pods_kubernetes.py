"""Pods of a Kubernetes cluster, the deployments they are replicas of, and what scales those.

The client is imported when it is used: it costs a second and 40 MB, and local mode needs neither.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millstream_workers.errors import ClusterAway, KillForbidden, PodGone
from millstream_workers.informed import CONNECT_S, Informed
from millstream_workers.model import Autoscaler, Deployment, Pod, ScalingMetric

if TYPE_CHECKING:
    from kubernetes.client import (
        ApiClient,
        ApiException,
        V1ContainerStatus,
        V1Deployment,
        V1Pod,
        V2HorizontalPodAutoscaler,
    )

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
KILL_GRACE_S = 1  # none at all would take it off the books before it is known to have ended
ANSWER_S = 10.0
REPLICASET_HASH = "pod-template-hash"


class _Namespace:
    """What is watched in one namespace."""

    def __init__(self, client: ApiClient, name: str, on_change: Any) -> None:
        from kubernetes.client import AppsV1Api, AutoscalingV2Api, CoreV1Api

        core, apps, scaling = CoreV1Api(client), AppsV1Api(client), AutoscalingV2Api(client)
        self._name = name
        self._core = core
        self.pods: Informed[V1Pod] = Informed("pods", name, core.list_namespaced_pod, on_change)
        self.deployments: Informed[V1Deployment] = Informed(
            "deployments", name, apps.list_namespaced_deployment, on_change
        )
        self.autoscalers: Informed[V2HorizontalPodAutoscaler] = Informed(
            "autoscalers", name, scaling.list_namespaced_horizontal_pod_autoscaler, on_change
        )

    @property
    def watched(self) -> tuple[Informed[Any], ...]:
        return self.pods, self.deployments, self.autoscalers

    def deployment_of(self, pod: V1Pod) -> Deployment | None:
        name = _deployment_name(pod)
        found = self.deployments.get(name) if name else None
        if found is None:
            return None
        scaler = next((a for a in self.autoscalers.all() if _scales(a, str(name))), None)
        return deployment_from(found, scaler)

    def delete(self, pod_name: str) -> None:
        """See `pods.Pods`; the pod that is known by that name, and not one that came after it."""
        from kubernetes.client import ApiException, V1DeleteOptions, V1Preconditions
        from urllib3.exceptions import HTTPError

        known = self.pods.get(pod_name)
        uid = known.metadata.uid if known and known.metadata else None
        options = V1DeleteOptions(grace_period_seconds=KILL_GRACE_S, preconditions=V1Preconditions(uid=uid))
        try:
            self._core.delete_namespaced_pod(pod_name, self._name, body=options, _request_timeout=(CONNECT_S, ANSWER_S))
        except ApiException as error:
            if error.status in {401, 403}:
                raise KillForbidden(self._name, _said(error)) from error
            if error.status in {404, 409}:  # a conflict: the name is another pod's by now
                raise PodGone(pod_name) from error
            raise ClusterAway from error
        except HTTPError as error:
            raise ClusterAway from error


class KubernetesPods:
    """The pods of some namespaces. The informers' threads begin with `start` and end with `stop`.

    Args:
        namespaces: whose pods are watched.
        kubeconfig: how to reach the cluster; the pod's own service account when None.
    """

    def __init__(self, namespaces: Sequence[str], kubeconfig: Path | None) -> None:
        self._names = namespaces
        self._kubeconfig = kubeconfig
        self._change = threading.Event()
        self._stopping = threading.Event()
        self._namespaces: dict[str, _Namespace] = {}

    def look(self, pod: Pod) -> Pod:
        """The pod as the cluster has it."""
        namespace = self._namespaces.get(pod.namespace)
        if namespace is None or not namespace.pods.is_listed:
            return pod
        found = namespace.pods.get(pod.name)
        if found is None:
            return replace(pod, phase=None)
        return replace(pod_from(found), deployment=namespace.deployment_of(found))

    def watches(self, namespace: str) -> bool:
        """Whether the pods of a namespace are looked at."""
        return namespace in self._names

    def delete(self, pod: Pod) -> None:
        """End a pod of a namespace that is watched; see `pods.Pods`."""
        namespace = self._namespaces.get(pod.namespace)
        if namespace is None:  # not begun yet
            raise ClusterAway
        namespace.delete(pod.name)

    def take_change(self) -> bool:
        """Whether anything may have changed since this was last asked."""
        if not self._change.is_set():
            return False
        self._change.clear()  # before the looking, so that what changes meanwhile is looked at next time
        return True

    def start(self) -> None:
        """Begin to watch. Blocks while the client is imported: call it in a thread."""
        client = _client(self._kubeconfig)
        for name in self._names:
            if self._stopping.is_set():
                return
            namespace = self._namespaces[name] = _Namespace(client, name, self._change.set)
            for each in namespace.watched:
                each.start()

    def stop(self) -> None:
        """End the threads; blocks until they have."""
        self._stopping.set()
        for each in self._watched():
            each.stop()

    def _watched(self) -> Iterator[Informed[Any]]:
        return (each for namespace in list(self._namespaces.values()) for each in namespace.watched)


def pod_from(pod: V1Pod) -> Pod:
    """What operators want to know of a pod: of the container it names as its default, else of its first."""
    metadata, spec, status = pod.metadata, pod.spec, pod.status
    assert metadata is not None  # the API server makes no pod without them
    assert spec is not None
    named = (metadata.annotations or {}).get(DEFAULT_CONTAINER)
    container = next((c for c in spec.containers if c.name == named), spec.containers[0])
    statuses = (status.container_statuses if status else None) or []
    told: V1ContainerStatus | None = next((s for s in statuses if s.name == container.name), None)
    limits = (container.resources.limits if container.resources else None) or {}
    cpu, memory = _quantity(limits.get("cpu")), _quantity(limits.get("memory"))
    return Pod(
        name=str(metadata.name),
        namespace=str(metadata.namespace),
        node=spec.node_name,
        phase=status.phase if status else None,
        restarts=told.restart_count if told else 0,
        last_restart_reason=_last_end(told) if told else None,
        image=container.image,
        cpu_limit_cores=cpu,
        memory_limit_bytes=None if memory is None else int(memory),
    )


def deployment_from(deployment: V1Deployment, scaler: V2HorizontalPodAutoscaler | None) -> Deployment:
    """How many pods it should have and has, and who decides on that."""
    spec, status = deployment.spec, deployment.status
    assert deployment.metadata is not None
    return Deployment(
        name=str(deployment.metadata.name),
        desired_replicas=1 if spec is None or spec.replicas is None else spec.replicas,
        ready_replicas=(status.ready_replicas if status else None) or 0,
        autoscaler=_autoscaler(scaler) if scaler else None,
    )


def _autoscaler(scaler: V2HorizontalPodAutoscaler) -> Autoscaler:
    spec, status = scaler.spec, scaler.status
    assert scaler.metadata is not None
    assert spec is not None
    known = {_metric_key(m): _amount(_measured(m).current) for m in (status.current_metrics if status else None) or []}
    return Autoscaler(
        name=str(scaler.metadata.name),
        min_replicas=1 if spec.min_replicas is None else spec.min_replicas,
        max_replicas=spec.max_replicas,
        desired_replicas=(status.desired_replicas if status else None) or 0,
        metrics=tuple(
            ScalingMetric(_metric_key(m)[1], known.get(_metric_key(m)), _amount(_measured(m).target))
            for m in spec.metrics or []
        ),
    )


def _measured(metric: Any) -> Any:
    """The one part of a metric that is set: its type names it."""
    kinds = ("resource", "container_resource", "pods", "object", "external")
    return next(part for kind in kinds if (part := getattr(metric, kind)) is not None)


def _metric_key(metric: Any) -> tuple[str, str]:
    part = _measured(metric)
    return metric.type, part.name if hasattr(part, "name") else part.metric.name


def _amount(value: Any) -> str | None:
    """As Kubernetes shows it: a share of what was requested, else a quantity."""
    if value.average_utilization is not None:
        return f"{value.average_utilization}%"
    amount: str | None = value.average_value or value.value
    return amount


def _scales(scaler: V2HorizontalPodAutoscaler, deployment: str) -> bool:
    target = scaler.spec.scale_target_ref if scaler.spec else None
    return target is not None and target.kind == "Deployment" and target.name == deployment


def _deployment_name(pod: V1Pod) -> str | None:
    """A deployment's ReplicaSet is called after it and the hash of its template, which its pods carry as a label."""
    metadata = pod.metadata
    owners = (metadata.owner_references if metadata else None) or []
    owner = next((o.name for o in owners if o.kind == "ReplicaSet" and o.controller), None)
    hashed = ((metadata.labels if metadata else None) or {}).get(REPLICASET_HASH)
    if owner is None or hashed is None or not owner.endswith(f"-{hashed}"):
        return None
    return owner.removesuffix(f"-{hashed}")


def _said(error: ApiException) -> str:
    """What the API server says of its refusal: for people, and bounded."""
    try:
        said = json.loads(error.body or "")["message"]
    except (ValueError, KeyError, TypeError):
        said = error.reason
    return str(said)[:300]


def _quantity(text: str | None) -> float | None:
    from kubernetes.utils.quantity import parse_quantity

    return None if text is None else float(parse_quantity(text))  # type: ignore[no-untyped-call]


def _last_end(told: V1ContainerStatus) -> str | None:
    """Why the container's last run ended; a failure it was not restarted from yet, too, but no orderly end."""
    last, now = told.last_state, told.state
    if now is not None and now.terminated is not None and now.terminated.exit_code != 0:
        return now.terminated.reason
    if last is not None and last.terminated is not None:
        return last.terminated.reason
    return None


def _client(kubeconfig: Path | None) -> ApiClient:
    from kubernetes import client, config

    configuration = client.Configuration()
    if kubeconfig is None:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    else:
        config.load_kube_config(str(kubeconfig), client_configuration=configuration)  # type: ignore[no-untyped-call]
    return client.ApiClient(configuration)
