"""The chart, rendered by the helm of this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "millstream"
CI_FILES = sorted((CHART / "ci").glob("*-values.yaml"))
PROFILES = (
    "generic",
    "envoy-gateway",
    "contour",
    "traefik",
    "nginx-gateway-fabric",
    "kgateway",
    "cilium",
    "istio",
    "haproxy",
    "aws",
    "gke",
)
Manifest = dict[str, Any]


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C one is ten times as fast
    """Refuses a key that is said twice, as Kubernetes' strict decoding and skaffold do."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, f"a key is said twice: {keys}", node.start_mark)
        built: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return built


needs_helm = pytest.mark.skipif(shutil.which("helm") is None, reason="needs helm (https://helm.sh) in PATH")


class RenderError(Exception):
    """helm refused; the message is what it printed."""


@lru_cache
def helm_template(*arguments: str) -> str:
    """What `helm template m charts/millstream …` prints."""
    command = ["helm", "template", "m", str(CHART), "--namespace", "n", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RenderError(done.stderr)
    return done.stdout


@lru_cache
def render(*arguments: str) -> tuple[Manifest, ...]:
    """The objects the chart renders to."""
    return tuple(manifest for manifest in yaml.load_all(helm_template(*arguments), StrictLoader) if manifest)


def one(manifests: tuple[Manifest, ...], kind: str, name: str) -> Manifest:
    """The object of that kind and name."""
    return next(m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == name)


@dataclass(frozen=True, slots=True)
class PodSpec:
    """A pod template and where it stands."""

    where: str
    spec: Manifest

    @property
    def containers(self) -> list[Manifest]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


def pods(manifests: tuple[Manifest, ...]) -> Iterator[PodSpec]:
    """Every pod the objects would make."""
    for manifest in manifests:
        where = f"{manifest['kind']} {manifest['metadata']['name']}"
        if manifest["kind"] == "Pod":
            yield PodSpec(where, manifest["spec"])
        elif manifest["kind"] in {"Deployment", "StatefulSet", "Job", "DaemonSet"}:
            yield PodSpec(where, manifest["spec"]["template"]["spec"])
