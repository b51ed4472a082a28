"""What callers send: every body typed, bounded and closed to unknown fields."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Annotated, Any, Literal

from millstream_contracts.inventory import load_inventory
from millstream_contracts.limits import load_limits
from millstream_kit.bodies import Alone, Body, Instant
from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints, model_validator

from millstream_jobs.model import MOST_PRIORITY
from millstream_jobs.rates import RateLimit
from millstream_jobs.schedules import MOST_CHARS

LIMITS = load_limits()
NAME = rf"^{load_inventory().name_pattern}$"
JOB_ID = rf"^{load_inventory().job_id_pattern}$"
EVENT_TYPE = rf"^{load_inventory().event_type_pattern}$"
EVENT_PATTERN = rf"^({load_inventory().event_pattern})$"
MOST_DELAY_S = 315_360_000.0
MOST_FUNCTION_TIME_S = 31_536_000.0
TOO_DEEP = f"JSON of at most {LIMITS.json_levels} levels"
LEVELS = ("debug", "info", "warning", "error", "critical")


def storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("no NUL and no lone surrogates")
    return text


def _cleaned(value: Any) -> Any:
    """What programs write is kept with its unstorable characters replaced; refusing it would lose the rest."""
    return clean(value) if isinstance(value, str) else value


def is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def clean(text: str) -> str:
    return text if is_storable(text) else text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1] + "…"


def json_text(value: Any) -> str:
    """JSON in one spelling, so that equal values are equal texts.

    Raises:
        ValueError: it is nested too deeply, or holds NaN, infinities or lone surrogates.
    """
    if is_too_deep(value):
        raise ValueError(TOO_DEEP)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    text.encode("utf-8")
    return text


def is_too_deep(value: Any, levels: int = LIMITS.json_levels) -> bool:
    """Whether JSON has more levels than what is kept may have: who reads it stops at some depth, each at another."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return not levels or any(is_too_deep(one, levels - 1) for one in inner)


def _json_of(most_bytes: int, within: str | None = None) -> AfterValidator:
    """At most so many bytes, by itself or as the one value `within` an object."""

    def check(value: Any) -> Any:
        if len(json_text(value if within is None else {within: value}).encode()) > most_bytes:
            raise ValueError(f"at most {most_bytes} bytes of JSON")
        return value

    return AfterValidator(check)


Duration = Annotated[float, Field(ge=0, le=MOST_DELAY_S * 1000, allow_inf_nan=False)]
Attempts = Annotated[int, Field(ge=0, le=1_000_000)]
Text = Annotated[str, AfterValidator(storable)]
Name = Annotated[str, StringConstraints(pattern=NAME)]
JobId = Annotated[str, StringConstraints(pattern=JOB_ID)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
TraceId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Key = Annotated[Text, Field(min_length=1, max_length=LIMITS.idempotency_key_chars)]
# Of a pod, or the version of a worker's code.
Given = Annotated[Text, Field(min_length=1, max_length=255)]
WorkerId = Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(storable)]
ProgramText = Annotated[str, BeforeValidator(_cleaned)]
Kwargs = Annotated[dict[Text, Any], _json_of(LIMITS.kwargs_bytes)]
# How a job is enqueued, whatever makes it.
Delay = Annotated[float, Field(ge=0, le=MOST_DELAY_S, allow_inf_nan=False)]
Priority = Annotated[int, Field(ge=0, le=MOST_PRIORITY)]
Tags = Annotated[tuple[Name, ...], Strict(False), Field(max_length=LIMITS.tags_per_job)]
EventType = Annotated[str, StringConstraints(pattern=EVENT_TYPE, max_length=LIMITS.event_type_chars)]
EventPattern = Annotated[str, StringConstraints(pattern=EVENT_PATTERN, max_length=LIMITS.event_type_chars)]


# As Python's entry points say where something is: shop.jobs:charge_card. ASCII, so that it is code wherever it is copied to.
ImportPath = Annotated[
    str,
    StringConstraints(
        max_length=LIMITS.import_path_chars,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$",
    ),
]


class EnqueueIn(Body):
    function: Name
    kwargs: Kwargs = Field(default_factory=dict)
    scheduled_at: Instant | None = None
    delay_s: Delay | None = None
    priority: Priority = 0
    idempotency_key: Key | None = None
    parent_id: JobId | None = None
    tags: Tags = ()


# The one argument of a function that is triggered by events.
EVENT_ARGUMENT = "event"


class EventIn(Body):
    """What happened; each function whose pattern fits gets a job. `scheduled_at`, `delay_s`, `priority` and `tags` are those of its jobs."""

    type: EventType
    data: Annotated[dict[Text, Any], _json_of(LIMITS.kwargs_bytes, within=EVENT_ARGUMENT)] = Field(default_factory=dict)
    scheduled_at: Instant | None = None
    delay_s: Delay | None = None
    priority: Priority = 0
    idempotency_key: Key | None = None
    parent_id: JobId | None = None
    tags: Tags = ()


class BatchIn(Body):
    jobs: list[Alone[EnqueueIn]] = Field(min_length=1, max_length=LIMITS.batch_jobs)


class CancelIn(Body):
    reason: Annotated[Text, Field(max_length=LIMITS.reason_chars)] | None = None


class RetryIn(Body):
    kwargs: Kwargs | None = None


class BulkStartIn(Body):
    name: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(None, description="For those who look.")
    reason: Annotated[Text, Field(max_length=LIMITS.reason_chars)] | None = None


# What is wrong with one, its own check says in words.
CronText = Annotated[Text, Field(min_length=1, max_length=MOST_CHARS)]
# As IANA names them.
TimeZone = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$")]
RateLimitText = Annotated[Text, Field(max_length=64), AfterValidator(lambda text: str(RateLimit.parse(text)))]


class FunctionIn(Body):
    key: Name
    name: Annotated[Text, Field(min_length=1, max_length=255)] | None = None
    type: Literal["task", "cron", "event"] = "task"
    pattern: EventPattern | None = Field(None, description="Of type `event`: which types of events trigger it.")
    timeout: float | None = Field(None, gt=0, le=MOST_FUNCTION_TIME_S, allow_inf_nan=False)
    max_retries: int = Field(0, ge=0, le=1000)
    retry_delay: float = Field(1.0, ge=0, le=86_400, allow_inf_nan=False)
    rate_limit: RateLimitText | None = Field(
        None, description="At most so many starts in any such time: `10/s`, `100/minute`."
    )
    max_concurrency: int | None = Field(None, ge=1, le=1_000_000)
    parameters: Annotated[dict[Text, Any], _json_of(LIMITS.parameters_bytes)] | None = None
    import_path: ImportPath | None = None
    schedule: CronText | None = Field(None, description="Of type `cron`: a cron expression.")
    timezone: TimeZone | None = Field(None, description="Of its schedule; default UTC.")
    overlap: Literal["skip", "allow"] | None = Field(
        None, description="While the job of the fire before has not ended; default `skip`."
    )

    @model_validator(mode="after")
    def _triggered(self) -> FunctionIn:
        if self.type == "event" and self.pattern is None:
            raise ValueError("a function of type event needs a pattern")
        if self.type != "event" and self.pattern is not None:
            raise ValueError(f"a function of type {self.type} has no pattern")
        if self.type == "cron" and self.schedule is None:
            raise ValueError("a function of type cron needs a schedule")
        if self.type != "cron" and (self.schedule or self.timezone or self.overlap):
            raise ValueError(f"a function of type {self.type} has no schedule, time zone or overlap")
        return self


class DeclareIn(Body):
    worker_id: WorkerId | None = None
    version: Annotated[Text, Field(max_length=128)] | None = None
    functions: list[FunctionIn] = Field(max_length=LIMITS.functions_per_declare)


class LeaseIn(Body):
    worker_id: WorkerId
    functions: list[Name] = Field(min_length=1, max_length=LIMITS.functions_per_declare)
    max: int = Field(1, ge=1, le=LIMITS.lease_jobs)
    wait_s: float = Field(0.0, ge=0, le=LIMITS.lease_wait_s, allow_inf_nan=False)


class _Report(Body):
    job_id: JobId
    token: Annotated[Text, Field(min_length=1, max_length=64)]


class RenewReport(_Report):
    kind: Literal["renew"]


class ProgressReport(_Report):
    kind: Literal["progress"]
    progress: float = Field(ge=0, le=1, allow_inf_nan=False)
    message: ProgramText | None = None


class LineIn(Body):
    at: Instant
    level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    message: ProgramText
    fields: dict[str, Any] | None = None


class LogReport(_Report):
    kind: Literal["log"]
    lines: list[LineIn] = Field(max_length=LIMITS.log_lines_per_report)


class CheckpointReport(_Report):
    kind: Literal["checkpoint"]
    data: Any


class VariableIn(Body):
    """`value`: null where it is masked for its name."""

    name: Annotated[ProgramText, Field(max_length=255)]
    value: Annotated[ProgramText, Field(max_length=LIMITS.local_chars)] | None


class FrameLocalsIn(Body):
    file: Annotated[ProgramText, Field(max_length=LIMITS.locals_file_chars)]
    line: int = Field(ge=0, le=2**31 - 1)
    function: Annotated[ProgramText, Field(max_length=255)]
    variables: list[VariableIn] = Field(max_length=LIMITS.locals_per_frame)
    left_out: int = Field(0, ge=0, le=1_000_000)


class LocalsIn(Body):
    """Local variables of the user's own frames, in the order of the traceback; `left_out` says how many more there were."""

    frames: list[FrameLocalsIn] = Field(max_length=LIMITS.locals_frames)
    left_out: int = Field(0, ge=0, le=1_000_000)

    @cached_property
    def text(self) -> str:
        """As it is kept."""
        return json_text(self.model_dump())

    @model_validator(mode="after")
    def _bounded(self) -> LocalsIn:
        if len(self.text.encode()) > LIMITS.locals_bytes:
            raise ValueError(f"at most {LIMITS.locals_bytes} bytes of JSON")
        return self


class OutcomeReport(_Report):
    """`result` belongs to success; the error's fields to failure."""

    kind: Literal["outcome"]
    outcome: Literal["success", "failure", "timeout", "cancelled"]
    result: Any = None
    error: ProgramText = ""
    error_type: ProgramText = ""
    traceback: ProgramText | None = None
    # Not a part of what tells one report from another, nor of any log: a replica of the version before knows none.
    locals: LocalsIn | None = Field(None, repr=False)
    retryable: bool = True


class HandBackReport(_Report):
    kind: Literal["hand_back"]


Report = Annotated[
    RenewReport | ProgressReport | LogReport | CheckpointReport | OutcomeReport | HandBackReport,
    Field(discriminator="kind"),
]


class ReportsIn(Body):
    worker_id: WorkerId
    reports: list[Alone[Report]] = Field(max_length=LIMITS.reports_per_batch)
