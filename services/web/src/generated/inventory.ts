// Generated from proto/inventory.yaml by `npm run generate`. Do not edit.

export const API_BASE = "/api/v1" as const

export const COMBINED_STREAM = "/api/v1/stream" as const

export const NAME_PATTERN = "[a-z0-9][a-z0-9._-]{0,62}" as const

export const JOB_ID_PATTERN = "job_[0-9A-HJKMNP-TV-Z]{26}" as const

export const STREAMS = {
  "events": {
    "endpoint": "/api/v1/events/stream",
    "types": [
      "job.queued",
      "job.started",
      "job.progress",
      "job.completed",
      "job.failed",
      "job.retrying",
      "job.cancelled"
    ],
    "scope": "streams:events",
    "filters": [
      "function",
      "job_id",
      "root_id",
      "types"
    ],
    "snapshot": "/api/v1/jobs",
    "mount": "root",
    "mountedBy": [
      "components/providers/event-stream-provider.tsx",
      "routes/apis/-components/request-panel.tsx",
      "routes/workers/-components/worker-panel.tsx"
    ],
    "uiRoutes": [
      "/dashboard",
      "/functions/*",
      "/jobs/*"
    ],
    "cacheTargets": [
      "jobs",
      "jobs.job",
      "jobs.timeline",
      "dashboard",
      "functions"
    ]
  },
  "apis": {
    "endpoint": "/api/v1/apis/stream",
    "types": [
      "apis.snapshot",
      "api.snapshot"
    ],
    "scope": "streams:apis.list",
    "filters": [],
    "snapshot": "/api/v1/apis",
    "mount": "root",
    "mountedBy": [
      "components/providers/event-stream-provider.tsx"
    ],
    "uiRoutes": [
      "/apis/*"
    ],
    "cacheTargets": [
      "apis",
      "apis.api"
    ]
  },
  "apis.events": {
    "endpoint": "/api/v1/apis/events/stream",
    "types": [
      "api.request"
    ],
    "scope": "streams:apis.events",
    "filters": [
      "api_name",
      "method",
      "status_class",
      "min_latency_ms"
    ],
    "snapshot": "/api/v1/apis/events",
    "mount": "root",
    "mountedBy": [
      "components/providers/event-stream-provider.tsx"
    ],
    "uiRoutes": [
      "/dashboard",
      "/apis/*"
    ],
    "cacheTargets": [
      "apis.events"
    ]
  },
  "workers": {
    "endpoint": "/api/v1/workers/stream",
    "types": [
      "workers.snapshot"
    ],
    "scope": "streams:workers",
    "filters": [],
    "snapshot": "/api/v1/workers",
    "mount": "root",
    "mountedBy": [
      "components/providers/event-stream-provider.tsx"
    ],
    "uiRoutes": [
      "/dashboard",
      "/workers/*"
    ],
    "cacheTargets": [
      "workers"
    ]
  },
  "jobs.trends": {
    "endpoint": "/api/v1/jobs/trends/stream",
    "types": [
      "jobs.trends.snapshot"
    ],
    "scope": "streams:jobs.trends",
    "filters": [
      "hours",
      "function",
      "type"
    ],
    "snapshot": "/api/v1/jobs/trends",
    "mount": "page",
    "mountedBy": [
      "routes/dashboard/-components/trends-panel.tsx",
      "routes/functions/$name/-components/job-trends-panel.tsx"
    ],
    "uiRoutes": [
      "/dashboard",
      "/functions/$name"
    ],
    "cacheTargets": [
      "jobs.trends"
    ]
  },
  "apis.trends": {
    "endpoint": "/api/v1/apis/trends/stream",
    "types": [
      "apis.trends.snapshot"
    ],
    "scope": "streams:apis.trends",
    "filters": [
      "hours",
      "api_name"
    ],
    "snapshot": "/api/v1/apis/trends",
    "mount": "page",
    "mountedBy": [
      "routes/dashboard/-components/api-trends-panel.tsx"
    ],
    "uiRoutes": [
      "/dashboard"
    ],
    "cacheTargets": [
      "apis.trends"
    ]
  },
  "api": {
    "endpoint": "/api/v1/apis/{name}/stream",
    "types": [
      "api.snapshot"
    ],
    "scope": "streams:api",
    "filters": [],
    "snapshot": "/api/v1/apis/{name}",
    "mount": "page",
    "mountedBy": [
      "routes/apis/$name/index.tsx"
    ],
    "uiRoutes": [
      "/apis/$name"
    ],
    "cacheTargets": [
      "apis.api"
    ]
  },
  "artifacts": {
    "endpoint": "/api/v1/jobs/{job_id}/artifacts/stream",
    "types": [
      "artifact.created",
      "artifact.deleted"
    ],
    "scope": "streams:artifacts",
    "filters": [],
    "snapshot": "/api/v1/jobs/{job_id}/artifacts",
    "mount": "page",
    "mountedBy": [
      "routes/jobs/$jobId/-components/job-artifacts-tab.tsx"
    ],
    "uiRoutes": [
      "/jobs/$jobId"
    ],
    "cacheTargets": [
      "jobs.artifacts"
    ]
  }
} as const

export const SCOPES = {
  "JOBS_READ": "jobs:read",
  "FUNCTIONS_READ": "functions:read",
  "APIS_READ": "apis:read",
  "WORKERS_READ": "workers:read",
  "DASHBOARD_READ": "dashboard:read",
  "STREAMS_READ": "streams:read",
  "SCHEMAS_READ": "schemas:read",
  "JOBS_WRITE": "jobs:write",
  "FUNCTIONS_WRITE": "functions:write",
  "WORKERS_WRITE": "workers:write",
  "JOBS_ENQUEUE": "jobs:enqueue",
  "PAYLOADS_READ": "payloads:read",
  "JOBS_LEASE": "jobs:lease",
  "WORKERS_HEARTBEAT": "workers:heartbeat",
  "APIS_INGEST": "apis:ingest"
} as const

export const ROUTES = [
  {
    "prefix": "/api/v1/jobs",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/functions",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/artifacts",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/leases",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/schedules",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/events",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/dashboard",
    "service": "jobs"
  },
  {
    "prefix": "/api/v1/apis",
    "service": "apis"
  },
  {
    "prefix": "/api/v1/otlp",
    "service": "apis"
  },
  {
    "prefix": "/api/v1/workers",
    "service": "workers"
  },
  {
    "prefix": "/api/v1/auth",
    "service": "identity"
  },
  {
    "prefix": "/api/v1/stream",
    "service": "stream-edge"
  },
  {
    "prefix": "/api/v1/streams",
    "service": "stream-edge"
  },
  {
    "prefix": "/api/v1/schemas",
    "service": "stream-edge"
  },
  {
    "prefix": "/api/v1/_streams",
    "service": "stream-edge"
  },
  {
    "prefix": "/",
    "service": "web"
  }
] as const

export type StreamName = keyof typeof STREAMS

export type EventType = (typeof STREAMS)[StreamName]['types'][number]

export type CacheTarget = (typeof STREAMS)[StreamName]['cacheTargets'][number]
