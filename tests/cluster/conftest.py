"""One installation, shared by every test here and changed by upgrades.

`make cluster-test` builds the images once, loads them into the nodes and runs this against the cluster KUBECONFIG names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from cluster.kube import Release, run
from cluster.surroundings import Gateway, Tracing, docker_has, images_on_the_node

BASES = ("apache/kafka:4.3.1", "postgres:17")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = [item for item in items if item.path.is_relative_to(os.path.dirname(__file__))]
    why = _why_not(config)
    for item in here:
        item.add_marker("cluster")
        if why:
            item.add_marker(pytest.mark.skip(reason=why))


def _why_not(config: pytest.Config) -> str | None:
    if "cluster" not in (config.option.markexpr or ""):
        return "runs with `make cluster-test`"
    if not os.environ.get("KUBECONFIG"):
        return (
            "needs a Kubernetes named by KUBECONFIG, e.g. `kind create cluster` and `export KUBECONFIG=~/.kube/config`"
        )
    missing = [tool for tool in ("kubectl", "helm", "docker") if shutil.which(tool) is None]
    return f"needs {', '.join(missing)} in PATH" if missing else None


@pytest.fixture(scope="session")
def images() -> None:
    """Our images, built once, and the bases, in the nodes under their own names."""
    run("scripts/images", "build", timeout_s=600)
    bases = [image for image in BASES if image not in images_on_the_node() and docker_has(image)]
    run("scripts/images", "load", *run("scripts/images", "list").split(), *bases, timeout_s=300)


@pytest.fixture(scope="session")
def installed(images: None) -> Iterator[Release]:
    """The bare install: `helm install m charts/millstream`, no flag. Its pods are ready."""
    release = Release.for_tests()
    release.remove()
    try:
        release.install()
        yield release
    finally:
        if not os.environ.get("CLUSTER_TEST_KEEP"):
            release.remove()


@pytest.fixture(scope="session")
def gateway() -> Gateway:
    found = Gateway.find()
    if found is None:
        pytest.skip(
            "needs a Gateway API or Ingress controller: CLUSTER_HTTP, GATEWAY_PARENT, GATEWAY_PROFILE, INGRESS_CLASS"
        )
    return found


@pytest.fixture(scope="session")
def tracing(installed: Release) -> Tracing:
    found = Tracing.find()
    if found is None:
        pytest.skip("needs Jaeger: OTLP_ENDPOINT as pods reach it, JAEGER_QUERY_URL")
    return found


@pytest.fixture(scope="session")
def otel(installed: Release) -> dict[str, str]:
    """Traces on, where there is somewhere to send them: set from the first upgrade on, so that services roll once."""
    found = Tracing.find()
    return {"otel.endpoint": found.endpoint} if found else {}


@pytest.fixture(scope="session")
def admin(installed: Release) -> dict[str, str]:
    """The header of the installation's administrator."""
    return {"Authorization": f"Bearer {installed.admin_key()}"}
