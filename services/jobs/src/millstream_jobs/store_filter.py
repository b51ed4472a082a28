"""Which jobs a list, a count or a bulk action is about."""

from __future__ import annotations

from dataclasses import dataclass

from millstream_jobs.model import Status


@dataclass(frozen=True, slots=True)
class Argument:
    """A value, as JSON writes it but for the quotes, at a place in a job's arguments."""

    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs a list or a count is about; `after` and `before` are on the time of creation, before exclusive.

    With an error's words and an argument both, either will do. `below_duration_ms` is exclusive; a job that runs, or has
    not run yet, has no duration, so neither end is about it; so it is with `below_wait_ms` and a job that never began.
    All of `tags` and `arguments` are asked for, and none of what is `not_`. `pod` and `version` are those of any attempt.
    """

    ids: tuple[str, ...] = ()
    function: str | None = None
    statuses: tuple[Status, ...] = ()
    worker_id: str | None = None
    interrupted_by: str | None = None
    root_id: str | None = None
    parent_id: str | None = None
    has_children: bool | None = None
    fingerprint: str | None = None
    trace_id: str | None = None
    idempotency_key: str | None = None
    pod: str | None = None
    version: str | None = None
    id_prefix: str | None = None
    error_text: str | None = None
    argument: Argument | None = None
    after_ms: int | None = None
    before_ms: int | None = None
    min_duration_ms: float | None = None
    below_duration_ms: float | None = None
    min_wait_ms: float | None = None
    below_wait_ms: float | None = None
    min_attempts: int | None = None
    max_attempts: int | None = None
    tags: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    not_functions: tuple[str, ...] = ()
    not_worker_ids: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    not_pods: tuple[str, ...] = ()
    not_versions: tuple[str, ...] = ()
    not_root_ids: tuple[str, ...] = ()
    not_parent_ids: tuple[str, ...] = ()
    not_fingerprints: tuple[str, ...] = ()
    not_trace_ids: tuple[str, ...] = ()
    not_idempotency_keys: tuple[str, ...] = ()
    not_error_texts: tuple[str, ...] = ()
    not_arguments: tuple[Argument, ...] = ()

    @property
    def is_narrow(self) -> bool:
        """Whether an index leads to few jobs, whatever else is asked."""
        narrow = self.worker_id, self.interrupted_by, self.root_id, self.fingerprint, self.trace_id
        return any((*narrow, self.parent_id, self.idempotency_key, self.pod, self.ids))

    @property
    def is_by_duration(self) -> bool:
        return self.min_duration_ms is not None or self.below_duration_ms is not None
