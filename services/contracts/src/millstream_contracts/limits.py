"""`proto/limits.yaml`, loaded and checked: the sizes callers may rely on."""

from __future__ import annotations

from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

from millstream_contracts.inventory import read_data


class Limits(BaseModel):
    """Upper bounds; the unit is the last word of each name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kwargs_bytes: PositiveInt
    json_levels: PositiveInt
    result_bytes: PositiveInt
    checkpoint_bytes: PositiveInt
    error_chars: PositiveInt
    traceback_chars: PositiveInt
    locals_frames: PositiveInt
    locals_per_frame: PositiveInt
    local_chars: PositiveInt
    locals_file_chars: PositiveInt
    locals_bytes: PositiveInt
    log_line_chars: PositiveInt
    log_lines_per_report: PositiveInt
    artifact_bytes: PositiveInt
    tags_per_job: PositiveInt
    event_type_chars: PositiveInt
    event_functions: PositiveInt
    batch_jobs: PositiveInt
    bulk_jobs: PositiveInt
    bulk_ids: PositiveInt
    own_views: PositiveInt
    shared_views: PositiveInt
    lease_jobs: PositiveInt
    lease_wait_s: PositiveInt
    reports_per_batch: PositiveInt
    ingest_requests: PositiveInt
    path_chars: PositiveInt
    consumer_chars: PositiveInt
    request_functions: PositiveInt
    request_jobs: PositiveInt
    capture_chars: PositiveInt
    captures_per_report: PositiveInt
    raw_path_chars: PositiveInt
    raw_paths_per_report: PositiveInt
    failures_per_report: int
    failure_message_chars: int
    failure_traceback_chars: int
    field_chars: int
    rule_chars: int
    endpoints_per_instance: PositiveInt
    endpoint_tags: PositiveInt
    endpoint_tag_chars: PositiveInt
    apis: PositiveInt
    instances_per_api: PositiveInt
    request_body_bytes: PositiveInt
    idempotency_key_chars: PositiveInt
    reason_chars: PositiveInt
    message_chars: PositiveInt
    functions_per_declare: PositiveInt
    parameters_bytes: PositiveInt
    import_path_chars: PositiveInt


@lru_cache(maxsize=1)
def load_limits() -> Limits:
    """Read and check the limits, once per process."""
    return Limits.model_validate(yaml.safe_load(read_data("limits.yaml")))
