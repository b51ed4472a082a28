"""The words payloads are written in: one form, and one meaning, per kind of value."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from millstream_contracts.inventory import load_inventory

_INVENTORY = load_inventory()

Instant = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$", json_schema_extra={"format": "date-time"}),
]
Hour = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:00:00Z$",
        json_schema_extra={"format": "date-time"},
        description="The first instant of an hour, UTC.",
    ),
]
EventId = Annotated[str, Field(min_length=1, description="Unique per fact: meeting it twice is one fact told twice.")]
JobId = Annotated[str, Field(pattern=f"^{_INVENTORY.job_id_pattern}$")]
Name = Annotated[str, Field(pattern=f"^{_INVENTORY.name_pattern}$")]
TraceId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="W3C trace id.")]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Attempt = Annotated[int, Field(ge=1, description="Counted from 1.")]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100, description="Percent; null when there was nothing to count.")]
Milliseconds = Annotated[float, Field(ge=0, description="Milliseconds.")]
PerMinute = Annotated[float, Field(ge=0, description="Per minute.")]
