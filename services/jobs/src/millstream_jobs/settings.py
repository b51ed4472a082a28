"""Settings of the jobs service."""

from __future__ import annotations

from millstream_kit.settings import ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict


class JobsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="MILLSTREAM_JOBS_", extra="ignore", populate_by_name=True)

    port: int = Field(8001, ge=1, le=65535, description="Port of the API.")
    lease_ttl_s: float = Field(30.0, gt=0, le=3600, description="Seconds a worker holds a job without renewing it.")
    timeout_grace_s: float = Field(
        2.0, ge=0, le=300, description="Seconds after a job's timeout until the service ends the attempt itself."
    )
    lease_poll_s: float = Field(
        1.0,
        gt=0,
        le=10,
        description="Seconds between looks at the queue while a worker waits; other replicas enqueue too.",
    )
    holder_ttl_s: float = Field(
        5.0,
        gt=0,
        le=120,
        description="Seconds a replica's outbox shards, timers and trends stay its own without renewal.",
    )
    artifacts_url: str | None = Field(
        None, description="Bucket for artifacts (s3://…, gs://…, az://…); the folder data_dir/artifacts when unset."
    )
