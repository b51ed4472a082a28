"""Every event, in one union of each kind; its `type` says which it is."""

from __future__ import annotations

from typing import TypeAlias

from millstream_contracts.payloads import apis, control, jobs, workers

DataEvent: TypeAlias = (
    jobs.JobQueued
    | jobs.JobStarted
    | jobs.JobProgress
    | jobs.JobCompleted
    | jobs.JobFailed
    | jobs.JobRetrying
    | jobs.JobCancelled
    | jobs.JobsTrendsSnapshot
    | jobs.ArtifactCreated
    | jobs.ArtifactDeleted
    | apis.ApisSnapshot
    | apis.ApiSnapshot
    | apis.ApiRequest
    | apis.ApisTrendsSnapshot
    | workers.WorkersSnapshot
)
ControlEvent: TypeAlias = (
    control.StreamOpen
    | control.StreamPosition
    | control.StreamGap
    | control.StreamStatus
    | control.StreamReconnect
    | control.StreamUnauthorized
    | control.StreamUnavailable
)
