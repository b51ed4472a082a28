"""`skaffold run`: the same images and chart, through a registry where the cluster needs one."""

from __future__ import annotations

import os
import shutil

import pytest
import yaml

from cluster.kube import ROOT, Release, run

pytestmark = pytest.mark.timeout(1200)
NAMESPACE = "millstream"


@pytest.mark.skipif(shutil.which("skaffold") is None, reason="needs skaffold (https://skaffold.dev) in PATH")
def test_skaffold_run_installs_what_it_built(images: None) -> None:
    """SKAFFOLD_DEFAULT_REPO (or CLUSTER_REGISTRY) names a registry; SKAFFOLD_PROFILE=host-network suits a closed network."""
    Release.for_tests().remove()  # one installation at a time
    ours = Release(NAMESPACE, name="millstream")
    ours.remove()
    registry = os.environ.get("SKAFFOLD_DEFAULT_REPO") or os.environ.get("CLUSTER_REGISTRY")
    flags = ["--default-repo", registry] if registry else []
    profile = ["--profile", "host-network"] if "--network host" in os.environ.get("BUILD_FLAGS", "") else []
    try:
        run("skaffold", "run", "--interactive=false", *flags, *profile, timeout_s=900)
        images_in_use = {
            container["image"]
            for deployment in ours.json("deployments")["items"]
            for container in deployment["spec"]["template"]["spec"]["containers"]
        }
        built = [
            artifact["image"] for artifact in yaml.safe_load((ROOT / "skaffold.yaml").read_text())["build"]["artifacts"]
        ]
        for image in built:
            # A default repository turns the slashes of a name into underscores.
            found = [used for used in images_in_use if f"{image}:" in used or f"{image.replace('/', '_')}:" in used]
            assert found, f"{image} of {images_in_use}"
        for deployment in ours.json("deployments")["items"]:
            assert deployment["status"].get("readyReplicas") == deployment["spec"]["replicas"]
    finally:
        ours.remove()
