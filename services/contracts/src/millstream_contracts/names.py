"""Names of topics, streams, event types and scopes. Generated from proto/inventory.yaml by `make generate`."""

from enum import StrEnum


class Topic(StrEnum):
    JOBS_EVENTS = "millstream.jobs.events.v1"
    JOBS_ARTIFACTS = "millstream.jobs.artifacts.v1"
    JOBS_TRENDS = "millstream.jobs.trends.v1"
    APIS_INGEST = "millstream.apis.ingest.v1"
    APIS_REQUESTS = "millstream.apis.requests.v1"
    APIS_SNAPSHOTS = "millstream.apis.snapshots.v1"
    APIS_TRENDS = "millstream.apis.trends.v1"
    WORKERS_SNAPSHOTS = "millstream.workers.snapshots.v1"


class Stream(StrEnum):
    EVENTS = "events"
    APIS = "apis"
    APIS_EVENTS = "apis.events"
    WORKERS = "workers"
    JOBS_TRENDS = "jobs.trends"
    APIS_TRENDS = "apis.trends"
    API = "api"
    ARTIFACTS = "artifacts"


class EventType(StrEnum):
    JOB_QUEUED = "job.queued"
    JOB_STARTED = "job.started"
    JOB_PROGRESS = "job.progress"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_RETRYING = "job.retrying"
    JOB_CANCELLED = "job.cancelled"
    APIS_SNAPSHOT = "apis.snapshot"
    API_SNAPSHOT = "api.snapshot"
    API_REQUEST = "api.request"
    WORKERS_SNAPSHOT = "workers.snapshot"
    JOBS_TRENDS_SNAPSHOT = "jobs.trends.snapshot"
    APIS_TRENDS_SNAPSHOT = "apis.trends.snapshot"
    ARTIFACT_CREATED = "artifact.created"
    ARTIFACT_DELETED = "artifact.deleted"


class Scope(StrEnum):
    STREAMS_EVENTS = "streams:events"
    STREAMS_APIS_LIST = "streams:apis.list"
    STREAMS_APIS_EVENTS = "streams:apis.events"
    STREAMS_WORKERS = "streams:workers"
    STREAMS_JOBS_TRENDS = "streams:jobs.trends"
    STREAMS_APIS_TRENDS = "streams:apis.trends"
    STREAMS_API = "streams:api"
    STREAMS_ARTIFACTS = "streams:artifacts"
    JOBS_READ = "jobs:read"
    FUNCTIONS_READ = "functions:read"
    APIS_READ = "apis:read"
    WORKERS_READ = "workers:read"
    DASHBOARD_READ = "dashboard:read"
    STREAMS_READ = "streams:read"
    SCHEMAS_READ = "schemas:read"
    JOBS_WRITE = "jobs:write"
    FUNCTIONS_WRITE = "functions:write"
    WORKERS_WRITE = "workers:write"
    JOBS_ENQUEUE = "jobs:enqueue"
    PAYLOADS_READ = "payloads:read"
    JOBS_LEASE = "jobs:lease"
    WORKERS_HEARTBEAT = "workers:heartbeat"
    APIS_INGEST = "apis:ingest"
