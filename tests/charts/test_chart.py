"""Every rendering of the chart: valid values, restricted pods, nothing random, nothing for trials in production."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from charts.rendering import (
    CHART,
    CI_FILES,
    PROFILES,
    ROOT,
    Manifest,
    RenderError,
    helm_template,
    needs_helm,
    one,
    pods,
    render,
)

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES = (CHART / "values.yaml").read_text()
every_ci_file = pytest.mark.parametrize("values", CI_FILES, ids=lambda path: path.name.removesuffix("-values.yaml"))


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def undescribed(values: dict[str, Any], schema: dict[str, Any], at: str = "") -> list[str]:
    """Paths of `values` the schema has no word for."""
    properties = resolved(schema).get("properties")
    if properties is None:
        return []
    missing = [f"{at}{key}" for key in values if key not in properties]
    for key, value in values.items():
        if isinstance(value, dict) and key in properties:
            missing += undescribed(value, properties[key], f"{at}{key}.")
    return missing


def test_the_schema_describes_every_value_and_closes_every_block() -> None:
    assert undescribed(yaml.safe_load(VALUES), SCHEMA) == []
    assert list(Draft7Validator(SCHEMA).iter_errors(yaml.safe_load(VALUES))) == []
    blocks = [SCHEMA, *SCHEMA["$defs"].values()]
    while blocks:
        block = resolved(blocks.pop())
        if "properties" in block:
            assert block["additionalProperties"] is False
            blocks += block["properties"].values()


def test_every_value_is_commented() -> None:
    lines = VALUES.splitlines()
    for number, line in enumerate(lines):
        leaf = re.fullmatch(r"( *)([A-Za-z]+):( \S.*)", line)
        if leaf and leaf.group(2) not in {"requests", "limits"}:
            assert lines[number - 1].strip().startswith("# -- "), f"values.yaml:{number + 1} {line.strip()}"


@needs_helm
@every_ci_file
def test_it_lints(values: Path) -> None:
    done = subprocess.run(
        ["helm", "lint", "--strict", CHART, "-f", values], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@needs_helm
@every_ci_file
def test_every_pod_is_restricted(values: Path) -> None:
    found = list(pods(render("-f", str(values))))
    assert found
    for pod in found:
        security = pod.spec["securityContext"]
        assert security["runAsNonRoot"] is True, pod.where
        assert security["runAsUser"] > 0, pod.where
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, pod.where
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.spec.keys(), pod.where
        assert not [volume for volume in pod.spec["volumes"] if "hostPath" in volume], pod.where
        for container in pod.containers:
            allowed = container["securityContext"]
            assert allowed["allowPrivilegeEscalation"] is False, pod.where
            assert allowed["readOnlyRootFilesystem"] is True, pod.where
            assert allowed["capabilities"] == {"drop": ["ALL"]}, pod.where
            assert {"requests", "limits"} <= container["resources"].keys(), pod.where


@needs_helm
@every_ci_file
def test_only_the_install_job_holds_a_token(values: Path) -> None:
    for pod in pods(render("-f", str(values))):
        assert pod.spec["automountServiceAccountToken"] is (
            pod.where == "Job m-millstream-install" or pod.where == "Job ms-install"
        )


@needs_helm
@every_ci_file
def test_rbac_is_to_make_secrets_once_and_to_read_pods_and_what_scales_them(values: Path) -> None:
    rules = [rule for m in render("-f", str(values)) if m["kind"] in {"Role", "ClusterRole"} for rule in m["rules"]]
    assert {(tuple(rule["resources"]), tuple(rule["verbs"])) for rule in rules} <= {
        (("secrets",), ("create",)),
        (("secrets",), ("get",)),
        *(((kind,), ("get", "list", "watch")) for kind in ("pods", "deployments", "horizontalpodautoscalers")),
    }
    assert all("resourceNames" in rule for rule in rules if rule["verbs"] == ["get"])


@needs_helm
def test_workers_may_read_pods_where_they_run_and_holds_a_short_token() -> None:
    manifests = render("--set", "workers.pods.namespaces={jobs-a,n}")
    roles = [m for m in manifests if m["kind"] == "Role" and m["metadata"]["name"] == "m-millstream-workers"]
    assert [role["metadata"]["namespace"] for role in roles] == ["n", "jobs-a"]
    assert environment(manifests, "workers")["MILLSTREAM_WORKERS_PODS_NAMESPACES"] == "n,jobs-a"
    spec = one(manifests, "Deployment", "m-millstream-workers")["spec"]["template"]["spec"]
    [token] = [v for v in spec["volumes"] if v["name"] == "api-token"]
    assert token["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"] == 3600
    with_token = [pod.where for pod in pods(manifests) if any("projected" in v for v in pod.spec["volumes"])]
    assert with_token == ["Deployment m-millstream-workers"]


@needs_helm
@pytest.mark.parametrize("on", [False, True])
def test_workers_may_delete_pods_only_where_the_operator_says_so(*, on: bool) -> None:
    manifests = render("--set", f"workers.pods.kill={str(on).lower()},workers.pods.namespaces={{jobs-a}}")
    verbs = [
        rule["verbs"]
        for m in manifests
        if m["kind"] == "Role" and m["metadata"]["name"] == "m-millstream-workers"
        for rule in m["rules"]
        if rule["resources"] == ["pods"]
    ]
    assert verbs == [["get", "list", "watch", *(["delete"] if on else [])]] * 2
    assert environment(manifests, "workers").get("MILLSTREAM_WORKERS_PODS_KILL") == ("true" if on else None)


@needs_helm
def test_without_pods_nothing_of_it_is_there() -> None:
    text = helm_template("--set", "workers.pods.enabled=false,workers.pods.kill=true")
    assert "api-token" not in text
    assert "PODS_NAMESPACES" not in text
    assert "PODS_KILL" not in text
    assert "pods" not in [
        r
        for m in render("--set", "workers.pods.enabled=false")
        if m["kind"] == "Role"
        for rule in m["rules"]
        for r in rule["resources"]
    ]


@needs_helm
def test_trusted_proxies_reach_every_service_and_the_bound_per_address_the_edge() -> None:
    told = render("--set", "routing.trustedProxies={10.244.0.0/16,fd00::/8},streamEdge.maxConnectionsPerAddress=1000")
    for service in ("jobs", "apis", "workers", "stream-edge"):
        assert environment(told, service)["MILLSTREAM_TRUSTED_PROXIES"] == "10.244.0.0/16,fd00::/8"
    assert environment(told, "stream-edge")["MILLSTREAM_EDGE_MAX_CONNECTIONS_PER_ADDRESS"] == "1000"
    untold = environment(render(), "stream-edge")
    assert not {"MILLSTREAM_TRUSTED_PROXIES", "MILLSTREAM_EDGE_MAX_CONNECTIONS_PER_ADDRESS"} & untold.keys()


@needs_helm
def test_every_service_reaches_the_brokers_as_they_ask_and_no_value_holds_a_secret() -> None:
    manifests = render("-f", "charts/millstream/ci/production-values.yaml")
    for service in ("jobs", "apis", "workers", "stream-edge"):
        spec = one(manifests, "Deployment", f"m-millstream-{service}")["spec"]["template"]["spec"]
        told = {e["name"]: e for e in spec["containers"][0]["env"]}
        assert told["KAFKA_SECURITY_PROTOCOL"]["value"] == "SASL_SSL"
        assert told["KAFKA_SASL_PASSWORD"]["valueFrom"]["secretKeyRef"] == {"name": "kafka-user", "key": "password"}
        folders = {m["mountPath"]: m["name"] for m in spec["containers"][0]["volumeMounts"]}
        secrets = {v["name"]: v["secret"]["secretName"] for v in spec["volumes"] if "secret" in v}
        for variable, secret in (("KAFKA_SSL_CA_FILE", "kafka-ca"), ("KAFKA_SSL_KEY_FILE", "kafka-client")):
            assert secrets[folders[str(Path(told[variable]["value"]).parent)]] == secret


def environment(manifests: tuple[Manifest, ...], service: str) -> dict[str, str | None]:
    """What a service's container finds in its environment."""
    spec = one(manifests, "Deployment", f"m-millstream-{service}")["spec"]["template"]["spec"]
    return {e["name"]: e.get("value") for e in spec["containers"][0]["env"]}


@needs_helm
@every_ci_file
def test_two_renders_are_the_same(values: Path) -> None:
    first = helm_template("-f", str(values))
    helm_template.cache_clear()
    assert helm_template("-f", str(values)) == first


@needs_helm
@every_ci_file
def test_one_object_is_rendered_once(values: Path) -> None:
    names = [(m["kind"], m["metadata"]["name"]) for m in render("-f", str(values))]
    assert len(names) == len(set(names))


@needs_helm
def test_a_new_version_of_the_chart_leaves_the_trial_broker_and_database_alone() -> None:
    stateful = [m for m in render() if m["kind"] == "StatefulSet"]
    assert [m["metadata"]["name"] for m in stateful] == ["m-millstream-kafka", "m-millstream-postgresql"]
    for manifest in stateful:
        assert manifest["spec"]["template"]["metadata"] == {"labels": manifest["spec"]["selector"]["matchLabels"]}


@needs_helm
def test_a_budget_exists_only_where_there_is_more_than_one_pod() -> None:
    assert not [m for m in render() if m["kind"] == "PodDisruptionBudget"]
    several = render("--set", "streamEdge.replicas=2")
    assert [m["metadata"]["name"] for m in several if m["kind"] == "PodDisruptionBudget"] == [
        "m-millstream-stream-edge"
    ]


@needs_helm
@pytest.mark.parametrize(
    ("refused", "because"),
    [
        (["production=true"], "refuses kafka.enabled"),
        (["production=true"], "refuses postgresql.enabled"),
        (["production=true"], "refuses demo.enabled"),
        (["kafka.enabled=false"], "needs kafka.bootstrapServers"),
        (["kafka.security.protocol=SSL"], "is for your brokers"),
        (["kafka.security.mechanism=PLAIN"], "needs mechanism and userSecret"),
        (["kafka.security.caSecret=ca"], "need protocol SSL"),
        (["postgresql.enabled=false"], "needs database.existingSecret"),
        (["routing.mode=gateway"], "needs routing.gateway.parentRefs"),
        (["streamEdge.shutdown.drainSeconds=90"], r"at least settleSeconds \+ drainSeconds \+ 5 = 105"),
        (["jobs.replicas=2"], "needs jobs.artifacts.url"),
        (["auth.jwt.jwksUrl=https://x"], "needs auth.jwt.issuer"),
        (["streamEdge.maxConnectionsPerAddress=6"], "needs routing.trustedProxies"),
        (["routing.trustedProxies={*}"], "trustedProxies"),
        (["routing.profile=ingress-nginx"], "routing/profile"),
        (["streamEdge.replica=2"], "not allowed"),
    ],
)
def test_values_that_cannot_work_are_refused(refused: list[str], because: str) -> None:
    with pytest.raises(RenderError, match=because):
        helm_template(*(part for value in refused for part in ("--set", value)))


@needs_helm
@pytest.mark.parametrize("url", ["", "https://traces.example/t?a=1&id={trace_id}"])
def test_the_dashboard_is_told_where_traces_are_shown(url: str) -> None:
    told = one(render("--set", f"web.traceUrl={url}"), "ConfigMap", "m-millstream-web")["data"]
    assert json.loads(told["settings.json"]) == {"trace_url": url or None, "source_url": None, "source_root": "/app"}
    assert "location = /settings.json" in told["nginx.conf"]


@pytest.mark.parametrize("url", ["ftp://traces/{trace_id}", "https://traces.example/t", "javascript:{trace_id}"])
def test_a_tracing_url_that_leads_to_no_trace_is_refused(url: str) -> None:
    assert not Draft7Validator(SCHEMA).is_valid({"web": {"traceUrl": url}})


@needs_helm
def test_the_dashboard_is_told_where_code_is_shown() -> None:
    url = "https://git.example/acme/shop/blob/{version}/{path}#L{line}"
    sets = ("--set", f"web.sourceUrl={url}", "--set", "web.sourceRoot=/srv/shop")
    told = one(render(*sets), "ConfigMap", "m-millstream-web")["data"]
    assert json.loads(told["settings.json"]) == {"trace_url": None, "source_url": url, "source_root": "/srv/shop"}


@pytest.mark.parametrize(
    "web",
    [
        {"sourceUrl": "ftp://git.example/{path}"},
        {"sourceUrl": "https://git.example/"},
        {"sourceUrl": "https://{path}"},
        {"sourceRoot": "app"},
    ],
)
def test_a_place_of_the_code_that_leads_nowhere_is_refused(web: dict[str, str]) -> None:
    assert not Draft7Validator(SCHEMA).is_valid({"web": web})


@needs_helm
def test_nothing_of_the_retired_ingress_nginx_remains() -> None:
    assert "nginx.ingress.kubernetes.io" not in "".join(p.read_text() for p in CHART.rglob("*") if p.is_file())


@needs_helm
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_of_the_schema_renders(profile: str) -> None:
    assert profile in SCHEMA["properties"]["routing"]["properties"]["profile"]["enum"]
    helm_template(
        "--set",
        "routing.mode=gateway",
        "--set",
        f"routing.profile={profile}",
        "--set",
        "routing.gateway.parentRefs[0].name=g",
    )


def skaffold() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((ROOT / "skaffold.yaml").read_text())
    return config


def test_every_skaffold_artifact_has_its_place_in_the_values() -> None:
    config, values = skaffold(), yaml.safe_load(VALUES)
    templates = config["deploy"]["helm"]["releases"][0]["setValueTemplates"]
    for artifact in config["build"]["artifacts"]:
        variable = re.sub(r"[-/.]", "_", artifact["image"])
        for part, value in (("repository", "REPO"), ("tag", "TAG")):
            keys = [key for key, template in templates.items() if template == f"{{{{.IMAGE_{value}_{variable}}}}}"]
            assert len(keys) == 1, (artifact["image"], part)
            block = values
            for name in keys[0].split("."):
                assert name in block, keys[0]
                block = block[name]
        component = next(
            v
            for v in values.values()
            if isinstance(v, dict) and v.get("image", {}).get("repository") == artifact["image"]
        )
        assert component


def test_skaffold_profiles_build_the_same_images_and_patch_what_exists() -> None:
    config = skaffold()
    images = [artifact["image"] for artifact in config["build"]["artifacts"]]
    for profile in config["profiles"]:
        artifacts = profile.get("build", {}).get("artifacts")
        assert artifacts is None or [artifact["image"] for artifact in artifacts] == images
        for patch in profile.get("patches", []):
            target: Any = config
            for step in patch["path"].strip("/").split("/")[:-1]:
                target = target[int(step)] if step.isdigit() else target[step]


def test_skaffold_syncs_from_folders_that_exist() -> None:
    for profile in skaffold()["profiles"]:
        for artifact in profile.get("build", {}).get("artifacts", []):
            for rule in artifact["sync"]["manual"]:
                assert (ROOT / rule["strip"]).is_dir(), rule
