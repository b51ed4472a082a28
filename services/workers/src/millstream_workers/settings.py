"""Settings of the workers service, from variables that begin with MILLSTREAM_WORKERS_."""

from __future__ import annotations

from pathlib import Path

from millstream_kit.settings import ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict


class WorkersSettings(ServiceSettings):
    """What an operator may set."""

    model_config = SettingsConfigDict(env_prefix="MILLSTREAM_WORKERS_", extra="ignore", populate_by_name=True)

    port: int = Field(8003, ge=1, le=65535, description="Port of the API.")
    lost_kept_s: float = Field(600.0, gt=0, le=86_400, description="Seconds a lost worker stays on the list.")
    counters_every_s: float = Field(5.0, gt=0, le=60, description="Seconds between snapshots while counters move.")
    look_every_s: float = Field(1.0, gt=0, le=5, description="Seconds between looks for silence and changes.")
    figures_kept_s: float = Field(
        86_400.0, ge=3_600, le=604_800, description="Seconds a worker's figures by the minute are kept."
    )
    figures_rows: int = Field(
        500_000, ge=1_000, le=10_000_000, description="Most such minutes of all workers; beyond that the oldest go."
    )  # fmt: skip
    pods_namespaces: str = Field(
        "", max_length=8_192, pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?(,|$))*$",
        description="Namespaces whose pods are looked at, comma separated; none outside Kubernetes.",
    )  # fmt: skip
    pods_kill: bool = Field(
        False, description="Operators may delete the pods of workers; the service account needs the permission."
    )  # fmt: skip
    kubeconfig: Path | None = Field(None, description="How to reach Kubernetes; the pod's service account when unset.")
    lease_s: float = Field(10.0, ge=1, le=60, description="Seconds until another replica takes over the telling.")

    @property
    def watched_namespaces(self) -> list[str]:
        """The namespaces whose pods are looked at."""
        return [name for name in self.pods_namespaces.split(",") if name]
