"""A worker that needs more memory than its container may have, once: the demo's, with a program of its own."""

from __future__ import annotations

import copy
import json
from typing import Any

from cluster.kube import Release

NAME = "hungry"
# /tmp is the pod's and outlives its containers. Written to, not only asked for: the kernel kills at the first page too many.
PROGRAM = """
import os, pathlib, sys
eaten = pathlib.Path("/tmp/eaten")
if not eaten.exists():
    eaten.touch()
    hoard = b"x" * 2**30
os.execvp("millstream", ["millstream", "worker", "shop.jobs:app"])
"""


def start_hungry_worker(release: Release) -> None:
    """Make its pod; the kubelet will kill it and start its container again."""
    demo = release.json("deployment", release.object_name("demo-worker"))["spec"]["template"]["spec"]
    release.kubectl("apply", "-f", "-", stdin=json.dumps(hungry_pod(demo)))


def hungry_pod(demo: dict[str, Any]) -> dict[str, Any]:
    """The pod of the demo's worker by another name, which eats before it works."""
    spec = copy.deepcopy(demo)
    spec.pop("topologySpreadConstraints", None)
    [container] = spec["containers"]
    del container["lifecycle"]  # it need not leave in order
    container |= {"name": NAME, "command": ["python", "-c", PROGRAM]}
    container["resources"] = {"requests": {"memory": "64Mi"}, "limits": {"memory": "192Mi"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": NAME},
        "spec": spec | {"restartPolicy": "Always", "terminationGracePeriodSeconds": 1},
    }
