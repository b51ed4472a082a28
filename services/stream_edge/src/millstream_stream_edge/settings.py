"""Settings of the stream edge."""

from __future__ import annotations

import socket
from typing import Self

from millstream_kit.settings import ServiceSettings
from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict


class EdgeSettings(ServiceSettings):
    """The stream edge's own settings beside those every service has."""

    model_config = SettingsConfigDict(env_prefix="MILLSTREAM_EDGE_", extra="ignore", populate_by_name=True)

    port: int = Field(8004, ge=1, le=65535, description="Port of the API.")
    installation: str = Field("millstream", min_length=1, description="Names this installation in resume positions.")
    pod: str = Field(default_factory=socket.gethostname, description="This process, as `stream.open` names it.")

    rewind_s: float = Field(120.0, ge=0, description="How far back event topics are read at start.")
    ring_events: int = Field(200_000, ge=1, description="Most records held in memory per topic.")
    ring_bytes: int = Field(64 * 2**20, ge=1024, description="Most memory the records of a topic take.")
    topic_check_s: float = Field(10.0, gt=0, description="Seconds between looks for recreated topics.")
    catchup_readers: int = Field(4, ge=1, le=64, description="Clients served from the log at once, beyond the rings.")
    catchup_bytes: int = Field(4 * 2**20, ge=65536, description="Bytes read ahead for one such client.")

    tick_min_ms: float = Field(10.0, ge=0, le=1000, description="Least time between writes under load.")
    tick_max_ms: float = Field(20.0, ge=0, le=1000, description="Most time an event waits for a write under load.")
    write_bytes: int = Field(128 * 2**10, ge=1024, description="Bytes aimed at in one write to one client.")
    send_timeout_s: float = Field(
        20.0,
        gt=0,
        description="A client that has not taken a whole write within this long is closed, unless 1 kB/s of it arrived.",
    )

    heartbeat_s: float = Field(15.0, gt=0, description="Idle seconds before `stream.position`, ±20 %.")
    status_s: float = Field(60.0, gt=0, description="Seconds between `stream.status`.")
    max_age_s: float = Field(3600.0, gt=10, description="Seconds after which a stream is asked to reconnect, ±20 %.")
    revocation_check_s: float = Field(1.0, gt=0, description="Seconds between looks for revoked credentials.")
    max_connections: int = Field(20_000, ge=1, description="Most streams open in this process.")
    max_connections_per_subject: int = Field(5_000, ge=1, description="Most streams one subject may have open here.")
    max_connections_per_address: int | None = Field(
        None,
        ge=1,
        description="Most streams one address may have open here; no bound when unset. Behind a proxy it needs"
        " MILLSTREAM_TRUSTED_PROXIES, else all clients are one address.",
    )
    reserve_share: float = Field(
        0.1, ge=0, le=0.9, description="Share of max_connections kept for subjects that have few streams open."
    )
    reserve_per_subject: int = Field(16, ge=1, description="Streams a subject may have open to be given one of those.")
    max_held_bytes: int = Field(
        256 * 2**20, ge=2**20, description="Most bytes held for clients that do not take theirs; the slowest is closed."
    )
    close_rate_per_s: float = Field(500.0, gt=0, description="Streams closed a second while draining.")

    @property
    def unreserved_connections(self) -> int:
        """Streams anybody may open before the reserve begins."""
        return int(self.max_connections * (1 - self.reserve_share))

    @model_validator(mode="after")
    def _ticks_in_order(self) -> Self:
        if self.tick_min_ms > self.tick_max_ms:
            raise ValueError("tick_min_ms is above tick_max_ms")
        return self
