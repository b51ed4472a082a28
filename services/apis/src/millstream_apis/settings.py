"""Settings of the apis service, from variables that begin with MILLSTREAM_APIS_."""

from __future__ import annotations

from millstream_kit.settings import ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from millstream_apis.model import APDEX_MS


class ApisSettings(ServiceSettings):
    """What an operator may set."""

    model_config = SettingsConfigDict(env_prefix="MILLSTREAM_APIS_", extra="ignore", populate_by_name=True)

    port: int = Field(8002, ge=1, le=65535, description="Port of the API.")
    endpoints_per_api: int = Field(200, ge=1, le=10_000, description="Routes counted apart; the rest share a row.")
    consumers_per_api: int = Field(100, ge=1, le=1_000, description="Consumers told apart; the rest share a row.")
    feed_per_s: int = Field(50, ge=1, le=1_000, description="Requests a second per API in the feed for people.")
    instance_ttl_s: float = Field(
        90.0, gt=0, le=3_600, description="Seconds of silence after which an instance is gone."
    )
    active_s: float = Field(
        300.0, gt=0, le=86_400, description="Seconds an API counts as active after its last request."
    )
    apdex_ms: int = Field(
        APDEX_MS, ge=1, le=60_000, description="Milliseconds up to which an answer satisfies: T of the Apdex."
    )
    minutes_kept_h: float = Field(48.0, ge=25, le=1_000, description="Hours minute buckets are kept.")
    hours_kept_d: float = Field(35.0, ge=8, le=1_000, description="Days hour buckets are kept.")
    requests_kept_h: float = Field(24.0, ge=1, le=8_760, description="Hours the request log is kept.")
    captures_kept: int = Field(
        20_000, ge=100, le=1_000_000, description="Most requests whose bodies are kept; beyond that the oldest go."
    )
    late_h: float = Field(24.0, ge=1, le=168, description="Hours a request may be old when it is reported.")
    publish_every_s: float = Field(1.0, gt=0, le=10, description="Seconds between snapshots of one API.")
    lease_s: float = Field(10.0, ge=1, le=600, description="Seconds until another replica takes over a partition.")
    pending_records: int = Field(2_000, ge=10, le=100_000, description="Records read ahead of the database.")
