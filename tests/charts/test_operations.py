"""What operators add: network policies, autoscaling of the edge, monitors."""

from __future__ import annotations

from typing import Any

import pytest

from charts.rendering import Manifest, RenderError, needs_helm, one, render

GATEWAY = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gateways"}}}
FROM_GATEWAY = [
    "--set",
    "networkPolicy.enabled=true",
    "--set-json",
    f"networkPolicy.from=[{GATEWAY}]".replace("'", '"'),
]
AS_GATEWAY = ["--set", "routing.mode=gateway", "--set-json", 'routing.gateway.parentRefs=[{"name":"public"}]']
OWN = {"app.kubernetes.io/name": "millstream", "app.kubernetes.io/instance": "m"}
SERVICES = ("jobs", "apis", "workers", "stream-edge")

pytestmark = needs_helm


def policies(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    return {
        m["metadata"]["name"].removeprefix("m-millstream-"): m["spec"]
        for m in manifests
        if m["kind"] == "NetworkPolicy"
    }


def test_there_is_none_of_it_unless_asked_for() -> None:
    kinds = {m["kind"] for m in render()}
    assert not kinds & {"NetworkPolicy", "PodMonitor", "HorizontalPodAutoscaler"}


@pytest.mark.parametrize("more", [[], AS_GATEWAY], ids=["bundled", "gateway"])
def test_every_pod_has_a_policy_and_only_doors_are_open_to_others(more: list[str]) -> None:
    manifests = render(*FROM_GATEWAY, *more)
    found = policies(manifests)
    components = {
        m["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
        for m in manifests
        if m["kind"] in {"Deployment", "StatefulSet"} and "ports" in m["spec"]["template"]["spec"]["containers"][0]
    }
    assert found.keys() == components
    for name, spec in found.items():
        assert spec["podSelector"]["matchLabels"] == OWN | {"app.kubernetes.io/component": name}
        assert spec["policyTypes"] == ["Ingress"]
        own, *others = spec["ingress"]
        assert own == {"from": [{"podSelector": {"matchLabels": OWN}}]}
        doors = {port["port"]: rule.get("from") for rule in others for port in rule["ports"]}
        expected: dict[str, Any] = {"health": None} if name in SERVICES else {}
        if name == "web" or (more and name in SERVICES):
            expected["http"] = [GATEWAY]
        assert doors == expected, name


def test_an_autoscaler_takes_the_number_of_edges_over() -> None:
    manifests = render("--set", "streamEdge.autoscaling.enabled=true,streamEdge.autoscaling.connections=5000")
    assert "replicas" not in one(manifests, "Deployment", "m-millstream-stream-edge")["spec"]
    assert one(manifests, "Deployment", "m-millstream-jobs")["spec"]["replicas"] == 1
    assert one(manifests, "PodDisruptionBudget", "m-millstream-stream-edge")
    spec = one(manifests, "HorizontalPodAutoscaler", "m-millstream-stream-edge")["spec"]
    assert spec["scaleTargetRef"]["name"] == "m-millstream-stream-edge"
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    assert [metric["type"] for metric in spec["metrics"]] == ["Resource", "Pods"]
    assert spec["behavior"]["scaleDown"]["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 300}]


def test_fewer_at_most_than_at_least_is_refused() -> None:
    with pytest.raises(RenderError, match="maxReplicas is below minReplicas"):
        render("--set", "streamEdge.autoscaling.enabled=true,streamEdge.autoscaling.maxReplicas=1")


def test_a_monitor_reads_every_service_by_the_port_its_pods_have() -> None:
    manifests = render("--set", "podMonitor.enabled=true,podMonitor.labels.release=prometheus")
    monitor = one(manifests, "PodMonitor", "m-millstream")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["selector"]["matchLabels"] == OWN
    [chosen] = monitor["spec"]["selector"]["matchExpressions"]
    assert chosen["values"] == list(SERVICES)
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    for name in SERVICES:
        [container] = one(manifests, "Deployment", f"m-millstream-{name}")["spec"]["template"]["spec"]["containers"]
        assert endpoint["port"] in {port["name"] for port in container["ports"]}
