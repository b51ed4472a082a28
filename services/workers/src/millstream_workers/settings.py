"""Settings of the workers service, from variables that begin with MILLSTREAM_WORKERS_."""

from __future__ import annotations

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
    lease_s: float = Field(10.0, ge=1, le=60, description="Seconds until another replica takes over the telling.")
