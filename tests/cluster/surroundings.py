"""What the cluster at hand has beside Kubernetes: a way in, a tracing store. Named in the environment, else looked for."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from cluster.kube import CommandFailed, run


@dataclass(frozen=True, slots=True)
class Gateway:
    """A Gateway or Ingress controller and where it listens on the loopback.

    CLUSTER_HTTP         its address, e.g. http://127.0.0.1:18080
    GATEWAY_PARENT       namespace/name of the Gateway (gateway/gateway)
    GATEWAY_PROFILE      the chart's routing.profile for it (contour)
    INGRESS_CLASS        the IngressClass (contour)
    """

    url: str
    namespace: str
    name: str
    profile: str
    ingress_class: str

    @classmethod
    def find(cls) -> Gateway | None:
        url = os.environ.get("CLUSTER_HTTP")
        if not url:
            return None
        namespace, _, name = os.environ.get("GATEWAY_PARENT", "gateway/gateway").partition("/")
        profile = os.environ.get("GATEWAY_PROFILE", "contour")
        return cls(url, namespace, name, profile, os.environ.get("INGRESS_CLASS", "contour"))


@dataclass(frozen=True, slots=True)
class Tracing:
    """A tracing store.

    OTLP_ENDPOINT        as pods reach it (the node's own address, port 4318, if something listens there)
    JAEGER_QUERY_URL     Jaeger's query API as we reach it (http://127.0.0.1:16686)
    """

    endpoint: str
    query: str

    @classmethod
    def find(cls) -> Tracing | None:
        query = os.environ.get("JAEGER_QUERY_URL", "http://127.0.0.1:16686").removesuffix("/api/traces")
        endpoint = os.environ.get("OTLP_ENDPOINT") or _otlp_on_the_node()
        try:
            httpx.get(f"{query}/api/services", timeout=3).raise_for_status()
        except httpx.HTTPError:
            return None
        return cls(endpoint, query) if endpoint else None


def _otlp_on_the_node() -> str | None:
    address = f"http://{_node_address()}:4318"
    try:
        socket.create_connection((urlsplit(address).hostname or "", 4318), 2).close()
    except OSError:
        return None
    return address


def _node_address() -> str:
    nodes = json.loads(run("kubectl", "get", "nodes", "-o", "json"))["items"]
    return str(next(a["address"] for a in nodes[0]["status"]["addresses"] if a["type"] == "InternalIP"))


def images_on_the_node() -> set[str]:
    """The names of images the nodes have, without Docker Hub's prefix."""
    nodes = json.loads(run("kubectl", "get", "nodes", "-o", "json"))["items"]
    names = {name for node in nodes for image in node["status"].get("images", []) for name in image.get("names") or []}
    return {name.removeprefix("docker.io/").removeprefix("library/") for name in names}


def docker_has(image: str) -> bool:
    """Whether the local Docker has the image, so that it can be loaded instead of pulled."""
    try:
        run("docker", "image", "inspect", image)
    except CommandFailed:
        return False
    return True
