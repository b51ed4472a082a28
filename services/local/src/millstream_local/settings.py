"""What the dashboard is told about its surroundings."""

from __future__ import annotations

import re

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TRACE_ID = "{trace_id}"
PATH = "{path}"
# A host stands before the first place that is filled in: no traceback decides where a link leads.
_SOURCE_URL = re.compile(r"https?://[^\s/{}]+/\S*\{path\}\S*")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]")


class WebSettings(BaseSettings):
    """Served to the browser as `/settings.json`: nothing secret belongs here."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    trace_url: str | None = Field(
        None, validation_alias=AliasChoices("MILLSTREAM_TRACE_URL", "trace_url"),
        description="Where your tracing tool shows a trace, `{trace_id}` in place of its id; no link when unset.",
    )  # fmt: skip

    source_url: str | None = Field(
        None, validation_alias=AliasChoices("MILLSTREAM_SOURCE_URL", "source_url"), max_length=1000,
        description="Where your repository shows a line of code, `{path}` in its address and, if it has places for them, "
        "`{line}` and `{version}`, the version the attempt's worker said; no link when unset.",
    )  # fmt: skip
    source_root: str = Field(
        "/app", validation_alias=AliasChoices("MILLSTREAM_SOURCE_ROOT", "source_root"), max_length=500,
        description="The folder the code stands in where workers run: `{path}` is what follows it.",
    )  # fmt: skip

    @field_validator("trace_url")
    @classmethod
    def _leads_to_a_trace(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("http://", "https://")) and TRACE_ID in value):
            raise ValueError(f"must begin with http:// or https:// and have {TRACE_ID} in it")
        return value

    @field_validator("source_url")
    @classmethod
    def _leads_to_a_line(cls, value: str | None) -> str | None:
        if value is not None and not _SOURCE_URL.fullmatch(value):
            raise ValueError(f"must begin with http:// or https:// and a host, and have {PATH} after it")
        return value

    @field_validator("source_root")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        if not _ABSOLUTE.match(value):
            raise ValueError("must be an absolute path")
        return value
