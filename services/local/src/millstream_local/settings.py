"""What the dashboard is told about its surroundings."""

from __future__ import annotations

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TRACE_ID = "{trace_id}"


class WebSettings(BaseSettings):
    """Served to the browser as `/settings.json`: nothing secret belongs here."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    trace_url: str | None = Field(
        None, validation_alias=AliasChoices("MILLSTREAM_TRACE_URL", "trace_url"),
        description="Where your tracing tool shows a trace, `{trace_id}` in place of its id; no link when unset.",
    )  # fmt: skip

    @field_validator("trace_url")
    @classmethod
    def _leads_to_a_trace(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("http://", "https://")) and TRACE_ID in value):
            raise ValueError(f"must begin with http:// or https:// and have {TRACE_ID} in it")
        return value
