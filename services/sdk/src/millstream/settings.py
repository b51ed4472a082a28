"""What the environment says. The only module that reads it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from millstream.errors import BadSetting

DEFAULT_URL = "http://localhost:8080"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Millstream is and who we are."""

    url: str
    api_key: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, url: str | None = None, api_key: str | None = None) -> Settings:
        """What was passed, else `MILLSTREAM_URL` and `MILLSTREAM_API_KEY`, else a server on this machine."""
        found = url or os.environ.get("MILLSTREAM_URL") or DEFAULT_URL
        if not found.startswith(("http://", "https://")):
            raise BadSetting(f"the address of Millstream must begin with http:// or https://, not {found!r}")
        return cls(found.rstrip("/"), api_key or os.environ.get("MILLSTREAM_API_KEY") or None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process runs; `pod` on Kubernetes, as the downward API tells."""

    hostname: str
    pod: Mapping[str, str] | None

    @classmethod
    def read(cls) -> Place:
        name, namespace = os.environ.get("POD_NAME"), os.environ.get("POD_NAMESPACE")
        pod = None
        if name and namespace:
            node = os.environ.get("NODE_NAME")
            pod = {"name": name, "namespace": namespace} | ({"node": node} if node else {})
        return cls(socket.gethostname(), pod)


def error_locals_wanted() -> bool:
    """Whether failures tell the local variables of the user's frames, where the function does not say (`MILLSTREAM_ERROR_LOCALS`)."""
    said = os.environ.get("MILLSTREAM_ERROR_LOCALS", "").strip().lower()
    if said not in {"", "true", "false", "1", "0"}:
        raise BadSetting(f"MILLSTREAM_ERROR_LOCALS is true or false, not {said!r}")
    return said in {"true", "1"}


def traces_wanted() -> bool:
    """Whether OpenTelemetry's standard variables name a place to send spans to."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))


def service_name(default: str) -> str:
    return os.environ.get("OTEL_SERVICE_NAME") or default
