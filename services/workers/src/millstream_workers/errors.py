"""What the service refuses."""

from __future__ import annotations

from millstream_kit.errors import Refusal


class WorkerUnknown(Refusal):
    """No worker of that id is here."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(404, "worker_not_found", f"There is no worker {worker_id}.")


class WorkerLeaves(Refusal):
    """It leaves, or is gone: nothing can be asked of it any more."""

    def __init__(self, worker_id: str, state: str) -> None:
        super().__init__(409, "worker_leaves", f"{worker_id} is {state}: nothing can be asked of it any more.")


class WorkerWithoutPod(Refusal):
    """It runs in no pod, so there is none to delete."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(409, "worker_has_no_pod", f"{worker_id} runs in no pod, so it cannot be killed from here.")


class KillsOff(Refusal):
    """Pods are deleted only where the operator of the installation says so."""

    def __init__(self) -> None:
        detail = "Pods are not deleted from here: workers.pods.kill of the chart is off."
        super().__init__(409, "kills_off", detail)


class PodElsewhere(Refusal):
    """Its pod is in a namespace that is not looked at."""

    def __init__(self, namespace: str) -> None:
        detail = f"Its pod is in namespace {namespace}, which workers.pods.namespaces of the chart does not name."
        super().__init__(409, "pod_elsewhere", detail)


class PodGone(Refusal):
    """Its pod is not there any more."""

    def __init__(self, name: str) -> None:
        super().__init__(409, "pod_gone", f"The pod {name} is gone already.")


class PodTaken(Refusal):
    """Another process runs in its pod since: it would be the one that ends."""

    def __init__(self, worker_id: str, by: str) -> None:
        super().__init__(409, "pod_taken", f"{by} runs in the pod of {worker_id} now.")


class KillForbidden(Refusal):
    """Kubernetes does not let the service delete the pod."""

    def __init__(self, namespace: str, said: str) -> None:
        missing = f"the service account of the workers service may not delete pods in namespace {namespace}"
        super().__init__(409, "kill_forbidden", f"Kubernetes refuses: {missing}. It says: {said}")


class ClusterAway(Refusal):
    """Kubernetes does not answer."""

    def __init__(self) -> None:
        super().__init__(503, "cluster_away", "Kubernetes does not answer: nothing was deleted, as far as is known.")
